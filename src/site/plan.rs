//! The site as it will be, before its bodies are compressed and written: who has which address.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use crate::content::Library;
use crate::diagnostic::Diagnostic;
use crate::output::{Edition, OUTPUTS, Rendition};
use crate::repository::Oid;

/// Built-in addresses an author's own file may take without a word.
const YIELDED: [&str; 1] = ["/robots.txt"];

/// Every address of one revision with what shall stand there.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) commit: Option<Oid>,
    /// Published posts in it.
    pub(crate) posts: usize,
    /// Sorted by path; each path stands once.
    pub(crate) renditions: Vec<Rendition>,
    /// Old address to new, both paths of the site.
    pub(crate) redirects: BTreeMap<String, String>,
}

impl Plan {
    /// Makes every output. An error is the theme's and rejects the build.
    pub(crate) fn make(
        commit: Option<Oid>,
        edition: &Edition<'_>,
        library: &Library,
    ) -> Result<(Self, Vec<Diagnostic>), Diagnostic> {
        let mut findings = Vec::new();
        let mut taken: HashMap<String, (&'static str, Rendition)> = HashMap::new();
        for output in OUTPUTS {
            for rendition in (output.make)(edition)? {
                match taken.entry(rendition.path.clone()) {
                    Entry::Vacant(vacant) => {
                        vacant.insert((output.name, rendition));
                    }
                    Entry::Occupied(occupied) => {
                        findings.extend(shadowed(occupied.key(), occupied.get().0, output.name));
                    }
                }
            }
        }
        let redirects = redirects(library, &taken);
        let mut renditions: Vec<Rendition> = taken
            .into_values()
            .map(|(_, rendition)| rendition)
            .collect();
        renditions.sort_by(|a, b| a.path.cmp(&b.path));
        let plan = Self {
            commit,
            posts: edition.posts.len(),
            renditions,
            redirects,
        };
        Ok((plan, findings))
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

/// Aliases that no page stands at.
fn redirects(
    library: &Library,
    taken: &HashMap<String, (&'static str, Rendition)>,
) -> BTreeMap<String, String> {
    let mut redirects = BTreeMap::new();
    for post in library.posts.iter().chain(&library.pages) {
        for alias in post
            .aliases
            .iter()
            .filter(|alias| !taken.contains_key(*alias))
        {
            redirects
                .entry(alias.clone())
                .or_insert_with(|| post.url.clone());
        }
    }
    redirects
}
