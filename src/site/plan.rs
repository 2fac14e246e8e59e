//! The site as it will be, before its bodies are compressed and written: who has which address.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::content::Library;
use crate::diagnostic::Diagnostic;
use crate::output::{Edition, OUTPUTS, Rendition};
use crate::repository::Oid;

/// Built-in addresses an author's own file may take without a word.
const YIELDED: [&str; 5] = [
    "/robots.txt",
    "/favicon.ico",
    "/site.webmanifest",
    "/authors.opml",
    "/.well-known/security.txt",
];

/// Every address of one revision with what shall stand there.
pub(crate) struct Plan<'a> {
    pub(crate) edition: &'a Edition<'a>,
    pub(crate) commit: Option<Oid>,
    /// Published posts in it.
    pub(crate) posts: usize,
    /// Each path stands once.
    pub(crate) renditions: Vec<Rendition<'a>>,
    /// Their paths, shared with the plan before while they are the same.
    pub(crate) paths: Paths,
    /// Old address to new, both paths of the site.
    pub(crate) redirects: BTreeMap<String, String>,
    /// Where posts stood that are no more.
    pub(crate) gone: BTreeSet<String>,
}

pub(crate) type Paths = Arc<Vec<Arc<str>>>;

/// Who had which address in the last plan. The next one lists nearly always the same.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// Of all that was listed, in its order.
    listed: Paths,
    /// By path, its place among what was listed; the first has it.
    taken: HashMap<Arc<str>, usize>,
    /// Places of those that gave way.
    twice: Vec<usize>,
    findings: Vec<Diagnostic>,
    /// Of what is left.
    paths: Paths,
}

impl<'a> Plan<'a> {
    /// Lists every output. Nothing is made yet.
    pub(crate) fn new(
        commit: Option<Oid>,
        edition: &'a Edition<'a>,
        library: &Library,
        addresses: &mut Addresses,
    ) -> (Self, Vec<Diagnostic>) {
        let lists = OUTPUTS.par_iter().map(|output| (output.list)(edition));
        let lists: Vec<Vec<Rendition<'a>>> = lists.collect();
        let counts: Vec<usize> = lists.iter().map(Vec::len).collect();
        let mut renditions = Vec::with_capacity(counts.iter().sum());
        renditions.extend(lists.into_iter().flatten());
        addresses.follow(&renditions, &counts);
        for index in addresses.twice.iter().rev() {
            renditions.remove(*index);
        }
        let redirects = redirects(library, addresses);
        let plan = Self {
            edition,
            commit,
            posts: edition.posts.len(),
            renditions,
            paths: Arc::clone(&addresses.paths),
            gone: gone(library, addresses, &redirects),
            redirects,
        };
        (plan, addresses.findings.clone())
    }
}

impl Addresses {
    /// Gives out the addresses; `counts` says how many renditions are of each output.
    fn follow(&mut self, renditions: &[Rendition<'_>], counts: &[usize]) {
        let pairs = self.listed.iter().zip(renditions);
        let mut same = pairs.map(|(known, rendition)| **known == *rendition.path);
        if self.listed.len() == renditions.len() && same.all(|same| same) {
            return;
        }
        let outputs = counts.iter().zip(OUTPUTS);
        let names = outputs.flat_map(|(count, output)| std::iter::repeat_n(output.name, *count));
        let names: Vec<&str> = names.collect();
        let listed = renditions
            .iter()
            .map(|rendition| Arc::from(&*rendition.path));
        let listed: Vec<Arc<str>> = listed.collect();
        let mut now = Self::default();
        now.taken.reserve(listed.len());
        for (index, path) in listed.iter().enumerate() {
            let first = *now.taken.entry(Arc::clone(path)).or_insert(index);
            if first != index {
                now.twice.push(index);
                now.findings
                    .extend(shadowed(path, names[first], names[index]));
            }
        }
        let mut paths = listed.clone();
        for index in now.twice.iter().rev() {
            paths.remove(*index);
        }
        now.listed = Arc::new(listed);
        now.paths = Arc::new(paths);
        *self = now;
    }

    fn is_taken(&self, path: &str) -> bool {
        self.taken.contains_key(path)
    }
}

/// A word about a built-in output that gave way.
fn shadowed(path: &str, by: &str, output: &str) -> Option<Diagnostic> {
    if by == output || YIELDED.contains(&path) {
        return None;
    }
    let message =
        format!("`{path}` is also where byline puts its own page ({output}); yours is shown");
    Some(Diagnostic::warning("collision", message).help("choose another address to have both"))
}

/// Aliases, and below them what history tells, where no page stands.
fn redirects(library: &Library, addresses: &Addresses) -> BTreeMap<String, String> {
    let posts = library.posts.iter().chain(&library.pages);
    let aliases = posts.flat_map(|post| post.aliases.iter().map(|alias| (alias, &post.url)));
    let mut redirects = BTreeMap::new();
    for (old, new) in aliases.chain(&library.moved) {
        if !addresses.is_taken(old) {
            redirects.entry(old.clone()).or_insert_with(|| new.clone());
        }
    }
    redirects
}

/// Addresses of deleted posts that nothing answers.
fn gone(
    library: &Library,
    addresses: &Addresses,
    redirects: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let free = |old: &&String| !addresses.is_taken(old) && !redirects.contains_key(*old);
    library.gone.iter().filter(free).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memo::KeyMaker;
    use crate::output::Content;

    fn rendition(path: &'static str) -> Rendition<'static> {
        Rendition {
            path: path.into(),
            content_type: "text/plain",
            key: KeyMaker::new("test").finish(),
            content: Content::Made(Box::new(|| Ok(Vec::new()))),
            last_modified: None,
            noindex: false,
            immutable: false,
            frames: false,
        }
    }

    #[test]
    fn who_gives_way_is_told_with_every_plan() {
        let listed = ["/a/", "/archive/", "/archive/"].map(rendition);
        let mut addresses = Addresses::default();
        let mut first = None;
        for _ in 0..2 {
            addresses.follow(&listed, &[2, 0, 0, 1]);
            assert_eq!(addresses.twice, [2]);
            assert_eq!(addresses.findings.len(), 1);
            let known = first.get_or_insert_with(|| Arc::clone(&addresses.paths));
            assert!(Arc::ptr_eq(known, &addresses.paths));
            assert_eq!(addresses.paths.len(), 2);
        }
        addresses.follow(&["/a/", "/archive/"].map(rendition), &[1, 0, 0, 1]);
        assert!(addresses.twice.is_empty() && addresses.findings.is_empty());
        assert!(addresses.is_taken("/archive/") && !addresses.is_taken("/b/"));
    }
}
