//! Links between the files of the repository, turned into addresses of the site: an author links
//! to `../posts/cats.md` or `photo.jpg` as they lie on disk.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::address::{encoded, is_external};
use crate::config::SiteConfig;
use crate::content::{Library, Post};
use crate::diagnostic::Diagnostic;
use crate::render::Links;

/// Every file of the repository that has an address.
pub(super) struct LinkMap<'a> {
    by_path: HashMap<&'a str, &'a str>,
    by_url: HashSet<&'a str>,
    /// Folders a link that begins with `@/` may be below.
    roots: &'a [String],
}

/// Resolves the links of one post and notes those that lead nowhere.
pub(super) struct Resolver<'a> {
    map: &'a LinkMap<'a>,
    post: &'a Post,
    findings: Mutex<Vec<Diagnostic>>,
}

impl<'a> LinkMap<'a> {
    pub(super) fn new(config: &'a SiteConfig, library: &'a Library) -> Self {
        let posts = library
            .posts
            .iter()
            .chain(&library.pages)
            .map(|post| (post.path.as_str(), post.url.as_str()));
        let files = library
            .files
            .iter()
            .map(|file| (file.source.path.as_str(), file.url.as_str()));
        let by_path: HashMap<&str, &str> = posts.chain(files).collect();
        Self {
            by_url: by_path.values().copied().collect(),
            by_path,
            roots: &config.content.posts,
        }
    }

    pub(super) fn from(&'a self, post: &'a Post) -> Resolver<'a> {
        Resolver {
            map: self,
            post,
            findings: Mutex::default(),
        }
    }

    /// The address of a link from `post`, without query and fragment.
    fn find(&self, post: &Post, target: &str) -> Option<&'a str> {
        let decoded = percent_encoding::percent_decode_str(target)
            .decode_utf8()
            .ok()?;
        if let Some(below) = decoded.strip_prefix("@/") {
            let mut candidates = self
                .roots
                .iter()
                .map(|root| join(&format!("{root}/"), below));
            return candidates.find_map(|path| self.by_path.get(path?.as_str()).copied());
        }
        if let Some(from_root) = decoded.strip_prefix('/') {
            return self
                .by_path
                .get(from_root)
                .copied()
                .or_else(|| self.by_url.get(&*decoded).copied());
        }
        let beside =
            join(&post.path, &decoded).and_then(|path| self.by_path.get(path.as_str()).copied());
        beside.or_else(|| {
            let path = join(post.url.trim_start_matches('/'), &decoded)?;
            self.by_url.get(format!("/{path}").as_str()).copied()
        })
    }
}

impl Resolver<'_> {
    pub(super) fn into_findings(self) -> Vec<Diagnostic> {
        self.findings
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, target: &str, line: usize) {
        let mut finding =
            Diagnostic::warning("broken-link", format!("`{target}` is no file of this blog"))
                .path(&self.post.path)
                .help("link to the file's path from here, or to its address on the site");
        finding.line = u32::try_from(line)
            .ok()
            .map(|line| line + self.post.body_line);
        finding.column = Some(1);
        finding.snippet = self
            .post
            .body
            .lines()
            .nth(line.saturating_sub(1))
            .map(|line| line.chars().take(200).collect());
        self.findings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(finding);
    }
}

impl Links for Resolver<'_> {
    fn resolve(&self, written: &str, line: usize) -> Option<String> {
        if written.is_empty() || written.starts_with(['#', '?']) || is_external(written) {
            return None;
        }
        let end = written.find(['#', '?']).unwrap_or(written.len());
        let (target, rest) = written.split_at(end);
        let found = self.map.find(self.post, target);
        // Only what was surely meant as a file is reported: other links may be to addresses that
        // someone else answers.
        if found.is_none() && !target.starts_with('/') && is_document(target) {
            self.note(target, line);
        }
        found.map(|url| format!("{}{rest}", encoded(url)))
    }
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
