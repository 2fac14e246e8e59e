//! Links between the files of the repository, turned into addresses of the site: an author links
//! to `../posts/cats.md` or `photo.jpg` as they lie on disk.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::names::Names;
use super::pictures::Gallery;
use crate::address::{encoded, is_external};
use crate::config::{Site, SiteConfig};
use crate::content::{Library, Post};
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker};
use crate::render::picture::Picture;
use crate::render::view::language;
use crate::render::{Labels, Links, Theme};

/// Every file of the repository that has an address.
#[derive(Debug, Default)]
pub(crate) struct LinkMap {
    by_path: HashMap<String, String>,
    by_url: HashSet<String>,
    /// Folders a link that begins with `@/` may be below.
    roots: Vec<String>,
    gallery: Arc<Gallery>,
}

/// Resolves the links of one post and remembers each.
pub(super) struct Resolver<'a> {
    ways: Ways<'a>,
    post: &'a Post,
    /// The text they are in.
    words: &'a str,
    asked: Mutex<Vec<Asked>>,
}

/// A link within the blog and where it led. As long as it leads there, what was rendered holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    written: String,
    what: What,
    found: Option<String>,
    /// Where it was meant for a file and leads nowhere.
    broken: Option<Broken>,
    /// The picture that is shown there, of which there may be nothing to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown: Option<Shown>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Shown {
    picture: Option<Picture>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum What {
    /// A path or an address.
    Link,
    /// `[[name]]`.
    Name,
    /// A shortcode: what is found is the key of what the theme makes it from.
    Shortcode,
}

/// Where links, names and shortcodes lead in a build.
#[derive(Clone, Copy)]
pub(super) struct Ways<'a> {
    pub(super) links: &'a LinkMap,
    pub(super) names: &'a Names<'a>,
    pub(super) theme: &'a Theme,
    pub(super) site: &'a Site,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Broken {
    /// In the text, from 1.
    line: usize,
    snippet: String,
}

impl LinkMap {
    pub(crate) fn new(config: &SiteConfig, library: &Library) -> Self {
        let posts = library
            .posts
            .iter()
            .chain(&library.pages)
            .map(|post| (post.path.as_str(), post.url.as_str()));
        let files = library
            .files
            .iter()
            .map(|file| (&*file.source.path, file.url.as_str()));
        let by_path: HashMap<String, String> = posts
            .chain(files)
            .map(|(path, url)| (path.to_owned(), url.to_owned()))
            .collect();
        Self {
            by_url: by_path.values().cloned().collect(),
            by_path,
            roots: config.content.posts.clone(),
            gallery: Arc::default(),
        }
    }

    /// The same, with what is known of pictures.
    pub(super) fn showing(self, gallery: &Arc<Gallery>) -> Self {
        Self {
            gallery: Arc::clone(gallery),
            ..self
        }
    }

    /// The key of everything that has an address, and of what is shown there.
    pub(super) fn key(config: &SiteConfig, library: &Library, gallery: &Gallery) -> Key {
        let roots = config.content.posts.iter();
        let made = roots.fold(KeyMaker::new("links"), |made, root| made.text(root));
        let posts = library.posts.iter().chain(&library.pages);
        let made = posts.fold(made, |made, post| made.text(&post.path).text(&post.url));
        let files = library.files.iter();
        let made = files.fold(made.number(0), |made, file| {
            made.text(&file.source.path).text(&file.url)
        });
        gallery.key.into_iter().fold(made, KeyMaker::key).finish()
    }

    fn shown(&self, found: &Option<String>) -> Shown {
        let picture = found.as_deref().and_then(|found| self.gallery.at(found));
        Shown {
            picture: picture.cloned(),
        }
    }

    /// The address of a link as it is written in the document with this path and address.
    pub(crate) fn resolve(&self, from: (&str, &str), written: &str) -> Option<String> {
        let (target, rest) = parts(written)?;
        let found = self.find(from, target);
        found.map(|url| format!("{}{rest}", encoded(url)))
    }

    /// The address of a target without query and fragment.
    fn find(&self, (from_path, from_url): (&str, &str), target: &str) -> Option<&str> {
        let decoded = percent_encoding::percent_decode_str(target)
            .decode_utf8()
            .ok()?;
        let of_path = |path: &str| self.by_path.get(path).map(String::as_str);
        let of_url = |url: &str| self.by_url.get(url).map(String::as_str);
        if let Some(below) = decoded.strip_prefix("@/") {
            let mut candidates = self
                .roots
                .iter()
                .map(|root| join(&format!("{root}/"), below));
            return candidates.find_map(|path| of_path(&path?));
        }
        if let Some(from_root) = decoded.strip_prefix('/') {
            return of_path(from_root).or_else(|| of_url(&decoded));
        }
        let beside = join(from_path, &decoded).and_then(|path| of_path(&path));
        beside.or_else(|| {
            let path = join(from_url.trim_start_matches('/'), &decoded)?;
            of_url(&format!("/{path}"))
        })
    }
}

impl<'a> Ways<'a> {
    /// What the HTML of a post says in its language.
    pub(super) fn labels(&self, post: &Post) -> Arc<Labels> {
        self.theme.labels(language(post, self.site))
    }

    pub(super) fn from(self, post: &'a Post, words: &'a str) -> Resolver<'a> {
        Resolver {
            ways: self,
            post,
            words,
            asked: Mutex::default(),
        }
    }

    /// Whether all links of a post lead where they led when it was rendered.
    pub(super) fn still_lead(self, post: &Post, asked: &[Asked]) -> bool {
        let from = (post.path.as_str(), post.url.as_str());
        let mut asked = asked.iter();
        asked.all(|asked| {
            let found = self.find(from, asked.what, &asked.written);
            let shown = asked.shown.as_ref();
            found == asked.found && shown.is_none_or(|shown| *shown == self.links.shown(&found))
        })
    }

    fn find(self, from: (&str, &str), what: What, written: &str) -> Option<String> {
        match what {
            What::Link => self.links.resolve(from, written),
            What::Name => self.names.find(written),
            What::Shortcode => {
                let key = self.theme.shortcode_key(written)?;
                Some(format!("{key:?}"))
            }
        }
    }
}

impl Asked {
    /// Whether it is a name, which can come to lead elsewhere while every file stays.
    pub(super) fn is_name(&self) -> bool {
        self.what == What::Name
    }

    /// Whether the name is that of the same document, or still of none.
    pub(super) fn still_called(&self, names: &Names<'_>) -> bool {
        names.find(&self.written) == self.found
    }

    /// What is to be said of the link, in the post it is in.
    pub(super) fn finding(&self, names: &Names<'_>, post: &Post) -> Option<Diagnostic> {
        let Broken { line, snippet } = self.broken.as_ref()?;
        let (message, help) = if self.is_name() {
            let help = match names.nearest(&self.written) {
                Some(near) => format!("did you mean `[[{near}]]`?"),
                None => "name a post or page by its title, slug or file name".to_owned(),
            };
            (format!("nothing here is called `{}`", self.written), help)
        } else {
            let (target, _) = parts(&self.written)?;
            let help = "link to the file's path from here, or to its address on the site";
            (
                format!("`{target}` is no file of this blog"),
                help.to_owned(),
            )
        };
        let mut finding = Diagnostic::warning("broken-link", message)
            .path(&post.path)
            .help(help);
        finding.line = u32::try_from(*line).ok().map(|line| line + post.body_line);
        let at = snippet.find("[[").filter(|_| self.is_name()).unwrap_or(0);
        let column = snippet[..at].chars().count() + 1;
        finding.column = u32::try_from(column).ok();
        finding.snippet = Some(snippet.clone());
        Some(finding)
    }

    /// The page it leads to, if it is one, without query and fragment.
    pub(super) fn page(&self) -> Option<&str> {
        let found = self.found.as_deref()?;
        let page = found.split(['#', '?']).next()?;
        page.ends_with('/').then_some(page)
    }

    /// Whether it was meant for a file and leads nowhere.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Adds the link to what a rendered text is made of.
    pub(super) fn part_of(&self, made: KeyMaker) -> KeyMaker {
        let made = made.text(&self.written);
        let made = match &self.found {
            Some(found) => made.number(1).text(found),
            None => made.number(0),
        };
        match &self.shown {
            None => made.number(0),
            Some(Shown { picture: None }) => made.number(1),
            Some(Shown {
                picture: Some(picture),
            }) => picture.part_of(made.number(2)),
        }
    }
}

impl Resolver<'_> {
    pub(super) fn into_asked(self) -> Vec<Asked> {
        self.asked
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, what: What, written: &str) -> Option<String> {
        let from = (self.post.path.as_str(), self.post.url.as_str());
        self.ways.find(from, what, written)
    }

    fn remember(
        &self,
        what: What,
        written: &str,
        found: Option<String>,
        broken: Option<usize>,
    ) -> Option<String> {
        let asked = Asked {
            written: written.to_owned(),
            what,
            found: found.clone(),
            broken: broken.map(|line| self.broken(line)),
            shown: None,
        };
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(asked);
        found
    }

    fn broken(&self, line: usize) -> Broken {
        let text = self.words.lines().nth(line.saturating_sub(1));
        Broken {
            line,
            snippet: text.unwrap_or_default().chars().take(200).collect(),
        }
    }
}

impl Links for Resolver<'_> {
    fn resolve(&self, written: &str, line: usize) -> Option<String> {
        let (target, _) = parts(written)?;
        let found = self.find(What::Link, written);
        // Only what was surely meant as a file is reported: other links may be to addresses that
        // someone else answers.
        let is_broken = found.is_none() && !target.starts_with('/') && is_document(target);
        self.remember(What::Link, written, found, is_broken.then_some(line))
    }

    fn named(&self, name: &str, line: usize) -> Option<String> {
        let found = self.find(What::Name, name);
        let is_broken = found.is_none();
        self.remember(What::Name, name, found, is_broken.then_some(line))
    }

    fn theme(&self) -> Option<&Theme> {
        Some(self.ways.theme)
    }

    fn labels(&self) -> Arc<Labels> {
        self.ways.labels(self.post)
    }

    fn uses(&self, shortcode: &str) {
        let found = self.find(What::Shortcode, shortcode);
        self.remember(What::Shortcode, shortcode, found, None);
    }

    fn picture(&self, resolved: &str) -> Option<Picture> {
        let resolved = Some(resolved.to_owned());
        let shown = self.ways.links.shown(&resolved);
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = all.iter_mut().rfind(|asked| asked.found == resolved)?;
        asked.shown = Some(shown.clone());
        shown.picture
    }
}

/// What a link within the blog leads to, and its query and fragment.
fn parts(written: &str) -> Option<(&str, &str)> {
    if written.is_empty() || written.starts_with(['#', '?']) || is_external(written) {
        return None;
    }
    let end = written.find(['#', '?']).unwrap_or(written.len());
    Some(written.split_at(end))
}

fn is_document(target: &str) -> bool {
    target
        .rsplit_once('.')
        .is_some_and(|(_, extension)| matches!(extension, "md" | "markdown"))
}

/// `relative` seen from the file or folder `from`; `None` above the root.
fn join(from: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            // `a//b` and `folder/`: the empty part at the end keeps the slash.
            part => parts.push(part),
        }
    }
    let parts: Vec<&str> = parts.into_iter().filter(|part| *part != ".").collect();
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_a_browser_would_and_never_leave_the_root() {
        assert_eq!(join("posts/a.md", "b.md").as_deref(), Some("posts/b.md"));
        assert_eq!(
            join("posts/x/index.md", "../b.md").as_deref(),
            Some("posts/b.md")
        );
        assert_eq!(join("a/", "img/c.png").as_deref(), Some("a/img/c.png"));
        assert_eq!(join("./", "c.md").as_deref(), Some("c.md"));
        assert_eq!(join("a.md", "../../etc/passwd"), None);
    }
}
