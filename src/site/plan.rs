//! The site as it will be, before its bodies are compressed and written: who has which address.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

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

/// What stands where, by its place among the renditions.
type Taken<'a> = HashMap<&'a str, usize>;

impl<'a> Plan<'a> {
    /// Lists every output. Nothing is made yet.
    pub(crate) fn new(
        commit: Option<Oid>,
        edition: &'a Edition<'a>,
        library: &Library,
    ) -> (Self, Vec<Diagnostic>) {
        let lists = OUTPUTS.par_iter().map(|output| (output.list)(edition));
        let lists: Vec<Vec<Rendition<'a>>> = lists.collect();
        let names = lists.iter().zip(OUTPUTS);
        let names = names.flat_map(|(list, output)| list.iter().map(|_| output.name));
        let names: Vec<&str> = names.collect();
        let mut renditions = Vec::with_capacity(names.len());
        renditions.extend(lists.into_iter().flatten());
        let mut findings = Vec::new();
        let mut taken = Taken::with_capacity(renditions.len());
        let mut twice = Vec::new();
        for (index, rendition) in renditions.iter().enumerate() {
            match taken.entry(&rendition.path) {
                Entry::Vacant(vacant) => drop(vacant.insert(index)),
                Entry::Occupied(first) => {
                    twice.push(index);
                    findings.extend(shadowed(first.key(), names[*first.get()], names[index]));
                }
            }
        }
        let redirects = redirects(library, &taken);
        let gone = gone(library, &taken, &redirects);
        drop(taken);
        for index in twice.into_iter().rev() {
            renditions.remove(index);
        }
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
fn redirects(library: &Library, taken: &Taken<'_>) -> BTreeMap<String, String> {
    let posts = library.posts.iter().chain(&library.pages);
    let aliases = posts.flat_map(|post| post.aliases.iter().map(|alias| (alias, &post.url)));
    let mut redirects = BTreeMap::new();
    for (old, new) in aliases.chain(&library.moved) {
        if !taken.contains_key(old.as_str()) {
            redirects.entry(old.clone()).or_insert_with(|| new.clone());
        }
    }
    redirects
}

/// Addresses of deleted posts that nothing answers.
fn gone(
    library: &Library,
    taken: &Taken<'_>,
    redirects: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let free = |old: &&String| !taken.contains_key(old.as_str()) && !redirects.contains_key(*old);
    library.gone.iter().filter(free).cloned().collect()
}
