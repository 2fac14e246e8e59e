//! The site as it will be, before its bodies are compressed and written: who has which address.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::content::Library;
use crate::diagnostic::Diagnostic;
use crate::output::{Edition, OUTPUTS, Rendition};
use crate::repository::Oid;

/// Built-in addresses an author's own file may take without a word.
const YIELDED: [&str; 1] = ["/robots.txt"];

/// Every address of one revision with what shall stand there.
pub(crate) struct Plan<'a> {
    pub(crate) commit: Option<Oid>,
    /// Published posts in it.
    pub(crate) posts: usize,
    /// Each path stands once.
    pub(crate) renditions: Vec<Rendition<'a>>,
    /// Old address to new, both paths of the site.
    pub(crate) redirects: BTreeMap<String, String>,
    /// Where posts stood that are no more.
    pub(crate) gone: BTreeSet<String>,
}

/// What stands where: its place among the renditions, and the name of the output it is of.
type Taken = HashMap<String, (usize, &'static str)>;

impl<'a> Plan<'a> {
    /// Lists every output. Nothing is made yet.
    pub(crate) fn new(
        commit: Option<Oid>,
        edition: &'a Edition<'a>,
        library: &Library,
    ) -> (Self, Vec<Diagnostic>) {
        let mut findings = Vec::new();
        let mut taken = Taken::new();
        let mut renditions = Vec::new();
        for output in OUTPUTS {
            for rendition in (output.list)(edition) {
                match taken.entry(rendition.path.clone()) {
                    Entry::Vacant(vacant) => {
                        vacant.insert((renditions.len(), output.name));
                        renditions.push(rendition);
                    }
                    Entry::Occupied(occupied) => {
                        findings.extend(shadowed(occupied.key(), occupied.get().1, output.name));
                    }
                }
            }
        }
        let redirects = redirects(library, &taken);
        let gone = gone(library, &taken, &redirects);
        let plan = Self {
            commit,
            posts: edition.posts.len(),
            renditions,
            redirects,
            gone,
        };
        (plan, findings)
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
fn redirects(library: &Library, taken: &Taken) -> BTreeMap<String, String> {
    let posts = library.posts.iter().chain(&library.pages);
    let aliases = posts.flat_map(|post| post.aliases.iter().map(|alias| (alias, &post.url)));
    let mut redirects = BTreeMap::new();
    for (old, new) in aliases.chain(&library.moved) {
        if !taken.contains_key(old) {
            redirects.entry(old.clone()).or_insert_with(|| new.clone());
        }
    }
    redirects
}

/// Addresses of deleted posts that nothing answers.
fn gone(
    library: &Library,
    taken: &Taken,
    redirects: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let free = |old: &&String| !taken.contains_key(*old) && !redirects.contains_key(*old);
    library.gone.iter().filter(free).cloned().collect()
}
