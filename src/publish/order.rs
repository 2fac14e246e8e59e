//! What the last plan listed, in its order: the next one lists nearly the same, so it is compared
//! place by place and not looked up.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::memo::Key;
use crate::output::Rendition;
use crate::site::Paths;

/// Places that are looked at further on before an address counts as new: others were taken out.
const AHEAD: usize = 4;
/// Places that one thread compares one after the other.
const SIDE_BY_SIDE: usize = 4096;

/// Addresses of a plan with what stood there.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    paths: Paths,
    /// By place; `None` where nothing is known.
    facts: Vec<Option<Facts>>,
}

/// All that is known of what stands at an address, short.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Facts {
    key: Key,
    last_modified: Option<i64>,
    noindex: bool,
    frames: bool,
    immutable: bool,
}

/// A plan compared with the last one.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) order: Order,
    /// Places in the plan of what may differ.
    pub(super) changed: Vec<usize>,
    /// Addresses that are no longer in it.
    pub(super) gone: Vec<Arc<str>>,
}

impl Order {
    /// Addresses in no order, of which nothing else is known.
    pub(super) fn unknown<'a>(paths: impl Iterator<Item = &'a Arc<str>>) -> Self {
        let paths: Vec<Arc<str>> = paths.map(Arc::clone).collect();
        Self {
            facts: vec![None; paths.len()],
            paths: Arc::new(paths),
        }
    }

    pub(super) fn compare(&self, renditions: &[Rendition<'_>], paths: &Paths) -> Compared {
        if !Arc::ptr_eq(&self.paths, paths) {
            return self.search(renditions, paths);
        }
        let facts = renditions
            .par_iter()
            .with_min_len(SIDE_BY_SIDE)
            .map(|rendition| Some(Facts::of(rendition)));
        let facts: Vec<Option<Facts>> = facts.collect();
        let pairs = self.facts.iter().zip(&facts).enumerate();
        let differ = pairs.filter(|(_, (before, now))| before != now);
        Compared {
            changed: differ.map(|(index, _)| index).collect(),
            gone: Vec::new(),
            order: Self {
                paths: Arc::clone(&self.paths),
                facts,
            },
        }
    }

    /// The same where addresses came or went.
    fn search(&self, renditions: &[Rendition<'_>], paths: &Paths) -> Compared {
        let mut changed = Vec::new();
        let mut facts = Vec::with_capacity(renditions.len());
        let mut at = 0;
        let mut left: Vec<&Arc<str>> = Vec::new();
        let mut elsewhere: HashSet<&str> = HashSet::new();
        for (index, rendition) in renditions.iter().enumerate() {
            let now = Some(Facts::of(rendition));
            let mut ahead = self.paths[at..].iter().take(AHEAD);
            if let Some(steps) = ahead.position(|known| **known == *rendition.path) {
                left.extend(&self.paths[at..at + steps]);
                at += steps + 1;
                if self.facts[at - 1] != now {
                    changed.push(index);
                }
            } else {
                elsewhere.insert(&rendition.path);
                changed.push(index);
            }
            facts.push(now);
        }
        left.extend(&self.paths[at..]);
        left.retain(|path| !elsewhere.contains(&***path));
        Compared {
            changed,
            gone: left.into_iter().map(Arc::clone).collect(),
            order: Self {
                paths: Arc::clone(paths),
                facts,
            },
        }
    }
}

impl Facts {
    fn of(rendition: &Rendition<'_>) -> Self {
        Self {
            key: rendition.key,
            last_modified: rendition.last_modified.map(super::seconds),
            noindex: rendition.noindex,
            frames: rendition.frames,
            immutable: rendition.immutable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memo::KeyMaker;
    use crate::output::Content;

    fn plan(pages: &[(&str, &str)]) -> Vec<Rendition<'static>> {
        let rendition = |(path, made_of): &(&str, &str)| Rendition {
            path: (*path).to_owned().into(),
            content_type: "text/plain",
            key: KeyMaker::new("test").text(made_of).finish(),
            content: Content::Made(Box::new(|| Ok(Vec::new()))),
            last_modified: None,
            noindex: false,
            frames: false,
            immutable: false,
        };
        pages.iter().map(rendition).collect()
    }

    /// Which differ, and which are gone.
    fn compare(before: &[(&str, &str)], now: &[(&str, &str)]) -> (Vec<usize>, Vec<String>) {
        let paths = |pages: &[(&str, &str)]| {
            let paths = pages.iter().map(|(path, _)| Arc::from(*path));
            Paths::new(paths.collect())
        };
        let first = Order::default().compare(&plan(before), &paths(before));
        assert_eq!(first.changed.len(), before.len());
        let compared = first.order.compare(&plan(now), &paths(now));
        let mut gone: Vec<String> = compared.gone.iter().map(|path| path.to_string()).collect();
        gone.sort_unstable();
        let again = compared.order.compare(&plan(now), &compared.order.paths);
        assert!(again.changed.is_empty() && again.gone.is_empty());
        (compared.changed, gone)
    }

    #[test]
    fn what_differs_is_found_wherever_it_stands() {
        let before = [("/a", "1"), ("/b", "1"), ("/c", "1"), ("/d", "1")];
        assert_eq!(compare(&before, &before), (vec![], vec![]));
        let mut edited = before;
        edited[2].1 = "2";
        assert_eq!(compare(&before, &edited), (vec![2], vec![]));
        let more = [
            ("/x", "1"),
            ("/a", "1"),
            ("/b", "1"),
            ("/c", "1"),
            ("/d", "1"),
        ];
        assert_eq!(compare(&before, &more), (vec![0], vec![]));
        let fewer = [("/a", "1"), ("/d", "1")];
        let gone = vec!["/b".to_owned(), "/c".to_owned()];
        assert_eq!(compare(&before, &fewer), (vec![], gone));
    }

    #[test]
    fn what_moved_in_the_order_is_looked_at_again_and_is_not_gone() {
        let before: Vec<String> = (0..40).map(|n| format!("/{n}")).collect();
        let pages: Vec<(&str, &str)> = before.iter().map(|path| (path.as_str(), "1")).collect();
        let mut moved = pages.clone();
        let last = moved.pop().unwrap();
        moved.insert(0, last);
        assert_eq!(compare(&pages, &moved), (vec![0], vec![]));
        let mut turned = pages.clone();
        turned.reverse();
        let (changed, gone) = compare(&pages, &turned);
        assert!(
            changed.len() >= 36 && gone.is_empty(),
            "{changed:?} {gone:?}"
        );
        let (changed, gone) = compare(&pages, &pages[20..]);
        assert_eq!((changed.len(), gone.len()), (20, 20));
    }
}
