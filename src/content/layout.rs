//! What part of the blog a path is, told by the path alone.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::config::Content;

/// The part of the blog a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Post,
    Page,
    /// A document in a drafts folder or with a draft's name.
    Draft,
    /// Served as it is.
    File,
    /// Never served: dot-files, `byline.toml`, the theme, what is ignored, what lies by drafts.
    Hidden,
}

/// The folders of the configuration, ready to be asked about many paths.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Folders of posts and pages with a trailing `/`, the longest first; `""` is everything.
    roots: Vec<(String, Place)>,
    drafts: Vec<String>,
    /// Those that documents may be translated to.
    languages: Vec<String>,
    ignore: GlobSet,
    /// Patterns without `/`, matched against each part of the path.
    ignore_names: GlobSet,
}

/// A path as the layout sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spot<'p> {
    pub(super) place: Place,
    /// The path below its folder of posts, pages or drafts.
    pub(super) below: &'p str,
    /// Whether it stands under a folder of pages.
    pub(super) page: bool,
}

impl Layout {
    pub(crate) fn new(content: &Content) -> Self {
        let roots = |folders: &[String], place| {
            folders
                .iter()
                .map(move |folder| (prefix(folder), place))
                .collect::<Vec<_>>()
        };
        let mut all = roots(&content.posts, Place::Post);
        all.extend(roots(&content.pages, Place::Page));
        // Of two folders the inner one counts; of two equal ones the posts'.
        all.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        let (names, paths): (Vec<&String>, Vec<&String>) =
            content.ignore.iter().partition(|glob| !glob.contains('/'));
        Self {
            roots: all,
            drafts: content.drafts.clone(),
            languages: content.languages.clone(),
            ignore: globs(&paths),
            ignore_names: globs(&names),
        }
    }

    /// What part of the blog `path` is.
    pub(crate) fn place(&self, path: &str) -> Place {
        self.spot(path).place
    }

    pub(super) fn spot<'p>(&self, path: &'p str) -> Spot<'p> {
        let root = self
            .roots
            .iter()
            .find_map(|(prefix, place)| Some((path.strip_prefix(prefix.as_str())?, *place)));
        let below = root.map_or(path, |(below, _)| below);
        let page = root.is_some_and(|(_, place)| place == Place::Page);
        let place = |place| Spot { place, below, page };
        if self.is_hidden(path) {
            return place(Place::Hidden);
        }
        let document = stem(path).is_some();
        if let Some(below) = self.below_drafts(path, root.map(|(below, _)| below)) {
            let place = if document {
                Place::Draft
            } else {
                Place::Hidden
            };
            return Spot { place, below, page };
        }
        match (root, document) {
            (Some((below, root)), true) => place(self.document_place(below, root)),
            _ => place(Place::File),
        }
    }

    /// The name of a document without the language it ends with, and that.
    pub(super) fn language<'n>(&self, stem: &'n str) -> (&'n str, Option<&str>) {
        let Some((name, tag)) = stem.rsplit_once('.').filter(|_| !self.languages.is_empty()) else {
            return (stem, None);
        };
        let mut languages = self.languages.iter();
        let known = languages.find(|known| known.eq_ignore_ascii_case(tag));
        match known {
            Some(known) if !name.is_empty() => (name, Some(known)),
            _ => (stem, None),
        }
    }

    /// A document's path without language and ending: the same for all versions of a text.
    pub(super) fn original(&self, path: &str) -> String {
        let name = stem(path).unwrap_or(path);
        let (folders, _) = path.rsplit_once('/').unwrap_or_default();
        format!("{folders}/{}", self.language(name).0)
    }

    /// A document under a root, by its name.
    fn document_place(&self, below: &str, root: Place) -> Place {
        let (folders, file) = below.rsplit_once('/').unwrap_or(("", below));
        let stem = self.language(stem(file).unwrap_or(file)).0;
        if stem == "_index" || (stem == "index" && folders.is_empty() && root == Place::Post) {
            return Place::Hidden;
        }
        if stem.eq_ignore_ascii_case("readme") && root == Place::Post {
            return Place::File;
        }
        let name = if stem == "index" && !folders.is_empty() {
            folders.rsplit('/').next().unwrap_or(folders)
        } else {
            stem
        };
        if name.starts_with('_') || name.ends_with("_draft") || name.ends_with(".draft") {
            Place::Draft
        } else {
            root
        }
    }

    /// Whether `folder` marks what is in it as drafts.
    pub(super) fn is_drafts_name(&self, folder: &str) -> bool {
        self.drafts.iter().any(|name| name == folder)
    }

    fn is_hidden(&self, path: &str) -> bool {
        let dotted = path
            .split('/')
            .enumerate()
            .any(|(depth, part)| part.starts_with('.') && !(depth == 0 && part == ".well-known"));
        dotted
            || path == "byline.toml"
            || path.starts_with("theme/")
            || self.ignore.is_match(path)
            || path.split('/').any(|part| self.ignore_names.is_match(part))
    }

    /// The path below a drafts folder at the top, or as it is below its root where one of the
    /// folders on the way bears a drafts name.
    fn below_drafts<'p>(&self, path: &'p str, below: Option<&'p str>) -> Option<&'p str> {
        let inner = below.filter(|below| {
            let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
            folders.split('/').any(|folder| self.is_drafts_name(folder))
        });
        inner.or_else(|| {
            self.drafts
                .iter()
                .find_map(|name| path.strip_prefix(name.as_str())?.strip_prefix('/'))
        })
    }
}

/// The name of a document without its ending; `None` for what is no document.
pub(super) fn stem(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = file.rsplit_once('.')?;
    let document = ["md", "markdown", "mdown", "mkd"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known));
    (document && !stem.is_empty()).then_some(stem)
}

fn prefix(folder: &str) -> String {
    if folder == "." {
        String::new()
    } else {
        format!("{folder}/")
    }
}

/// Globs that do not parse were refused with the configuration.
fn globs(patterns: &[&String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns {
        if let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(posts: &[&str]) -> Layout {
        Layout::new(&Content {
            posts: posts.iter().map(|folder| (*folder).to_owned()).collect(),
            ignore: vec!["*.psd".to_owned(), "notes/**".to_owned()],
            ..Content::default()
        })
    }

    fn check(layout: &Layout, expected: &[(&str, Place)]) {
        for (path, place) in expected {
            assert_eq!(layout.place(path), *place, "{path}");
        }
    }

    #[test]
    fn folders_and_names_tell() {
        check(
            &layout(&["posts"]),
            &[
                ("posts/a.md", Place::Post),
                ("posts/2024/a.MARKDOWN", Place::Post),
                ("posts/x/index.md", Place::Post),
                ("posts/x/photo.jpg", Place::File),
                ("posts/_index.md", Place::Hidden),
                ("posts/2024/_index.md", Place::Hidden),
                ("posts/index.md", Place::Hidden),
                ("posts/README.md", Place::File),
                ("posts/a.txt", Place::File),
                ("pages/about.md", Place::Page),
                ("pages/x/index.md", Place::Page),
                ("README.md", Place::File),
                ("images/a.png", Place::File),
                ("postscript/a.md", Place::File),
            ],
        );
    }

    #[test]
    fn drafts_are_told_by_folder_and_by_name() {
        check(
            &layout(&["posts"]),
            &[
                ("drafts/a.md", Place::Draft),
                ("drafts/a.png", Place::Hidden),
                ("_drafts/x/a.md", Place::Draft),
                ("posts/drafts/a.md", Place::Draft),
                ("posts/2024/drafts/a.md", Place::Draft),
                ("posts/drafts/a.png", Place::Hidden),
                ("posts/a_draft.md", Place::Draft),
                ("posts/a.draft.md", Place::Draft),
                ("posts/_a.md", Place::Draft),
                ("posts/_draft-x/index.md", Place::Draft),
                ("posts/my-draft.md", Place::Post),
                ("posts/drafts.md", Place::Post),
                ("pages/_new.md", Place::Draft),
            ],
        );
    }

    #[test]
    fn what_is_private_is_hidden() {
        check(
            &layout(&["."]),
            &[
                (".git/config", Place::Hidden),
                (".env", Place::Hidden),
                ("a/.env.md", Place::Hidden),
                (".well-known/security.txt", Place::File),
                (".well-known/.secret", Place::Hidden),
                ("byline.toml", Place::Hidden),
                ("theme/post.hbs", Place::Hidden),
                ("art/deep/x.psd", Place::Hidden),
                ("notes/x.md", Place::Hidden),
                ("other/notes/x.md", Place::Post),
            ],
        );
    }

    #[test]
    fn the_whole_repository_can_be_posts() {
        let layout = layout(&["."]);
        check(
            &layout,
            &[
                ("a.md", Place::Post),
                ("git/a.md", Place::Post),
                ("README.md", Place::File),
                ("pages/about.md", Place::Page),
                ("any/drafts/a.md", Place::Draft),
            ],
        );
        assert_eq!(layout.spot("git/a.md").below, "git/a.md");
        assert_eq!(layout.spot("drafts/a.md").below, "drafts/a.md");
    }
}
