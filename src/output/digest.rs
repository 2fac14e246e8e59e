//! All that lists show of the posts they hold, in a few keys: found again only where one of these
//! posts changed, so that an edit costs a list nothing if it is not in it.

use std::collections::HashMap;
use std::ops::Range;

use super::entries::Facts;
use super::entry::Keys;
use crate::memo::{Key, KeyMaker};
use crate::moment::Moment;

/// Of some posts, in their order, as one kind of list shows them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digest {
    pub(super) key: Key,
    /// The last change of all.
    pub(super) updated: Option<Moment>,
}

/// What digests are found from.
#[derive(Clone, Copy)]
pub(super) struct Posts<'a> {
    pub(super) facts: &'a [Facts],
    /// Identities in feeds that are not the post's own, by place.
    pub(super) ids: &'a HashMap<usize, String>,
    /// As many are in a feed.
    pub(super) items: usize,
}

impl Digest {
    /// Of posts at some places, as lists of titles show them.
    pub(super) fn lines(posts: Posts<'_>, places: impl ExactSizeIterator<Item = usize>) -> Self {
        Self::of(places.map(|place| &posts.facts[place]), |keys| keys.line)
    }

    /// Of the newest of posts at some places, as feeds hold them.
    pub(super) fn feed(
        posts: Posts<'_>,
        places: impl ExactSizeIterator<Item = usize> + Clone,
    ) -> Self {
        let places = places.take(posts.items);
        let facts = places.clone().map(|place| &posts.facts[place]);
        let Self { key, updated } = Self::of(facts, |keys| keys.feed);
        let shared = places.filter_map(|place| posts.ids.get(&place));
        let made = KeyMaker::new("feed digest").key(key);
        Self {
            key: shared.fold(made, |made, id| made.text(id)).finish(),
            updated,
        }
    }

    fn of<'f>(facts: impl ExactSizeIterator<Item = &'f Facts>, key: impl Fn(&Keys) -> Key) -> Self {
        let mut updated = None;
        let keys = facts.map(|facts| {
            updated = updated.max(Some(facts.updated));
            key(&facts.keys)
        });
        let key = KeyMaker::new("digest").keys(keys).finish();
        Self { key, updated }
    }
}

/// All posts in runs of one length, counted from the oldest: a new post moves none to another run.
#[derive(Debug)]
pub(super) struct Runs {
    posts: usize,
    length: usize,
    digests: Vec<Run>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Run {
    /// As the stream shows them.
    pub(super) listed: Key,
    /// As the sitemap does.
    pub(super) places: Key,
    /// The last change of all.
    pub(super) updated: Option<Moment>,
}

impl Run {
    fn of(facts: &[Facts]) -> Self {
        let Digest { key, updated } = Digest::of(facts.iter(), |keys| keys.listed);
        Self {
            listed: key,
            places: Digest::of(facts.iter(), |keys| keys.place).key,
            updated,
        }
    }
}

impl Runs {
    pub(super) fn new(posts: Posts<'_>, length: usize) -> Self {
        let mut runs = Self {
            posts: posts.facts.len(),
            length,
            digests: Vec::new(),
        };
        let count = runs.posts.div_ceil(length);
        let digests = (0..count).map(|number| Run::of(&posts.facts[runs.range(number)]));
        runs.digests = digests.collect();
        runs
    }

    fn range(&self, number: usize) -> Range<usize> {
        run(self.posts, self.length, number)
    }

    /// A post at a place is another than it was.
    pub(super) fn changed(&mut self, posts: Posts<'_>, place: usize) {
        let number = (self.posts - 1 - place) / self.length;
        self.digests[number] = Run::of(&posts.facts[self.range(number)]);
    }

    pub(super) fn digests(&self) -> &[Run] {
        &self.digests
    }
}

/// Where a run lies among so many posts, which are counted from the newest.
pub(super) fn run(posts: usize, length: usize, number: usize) -> Range<usize> {
    let oldest_first = number * length..((number + 1) * length).min(posts);
    posts - oldest_first.end..posts - oldest_first.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(number: u64) -> Facts {
        let key = KeyMaker::new("test").number(number).finish();
        let keys = Keys {
            page: key,
            listed: key,
            line: key,
            feed: key,
            link: key,
            place: key,
        };
        let updated = i64::try_from(number).ok();
        let updated = updated.and_then(|seconds| Moment::from_git(seconds, 0));
        Facts::new(keys, "/x/", updated.unwrap())
    }

    fn posts<'a>(facts: &'a [Facts], ids: &'a HashMap<usize, String>, items: usize) -> Posts<'a> {
        Posts { facts, ids, items }
    }

    #[test]
    fn what_is_found_again_after_an_edit_is_what_would_be_found_anew() {
        let none = HashMap::new();
        for count in 1..12_u64 {
            for place in 0..count {
                let mut facts: Vec<Facts> = (0..count).map(fact).collect();
                let mut runs = Runs::new(posts(&facts, &none, 2), 4);
                let at = usize::try_from(place).unwrap();
                facts[at] = fact(count + 100);
                let before = format!("{runs:?}");
                runs.changed(posts(&facts, &none, 2), at);
                assert_ne!(format!("{runs:?}"), before);
                assert_eq!(
                    format!("{runs:?}"),
                    format!("{:?}", Runs::new(posts(&facts, &none, 2), 4))
                );
            }
        }
    }

    #[test]
    fn a_new_post_leaves_the_older_runs_alone() {
        let runs = |count| (0..3).map(move |number| run(count, 10, number));
        assert_eq!(runs(25).collect::<Vec<_>>(), [15..25, 5..15, 0..5]);
        assert_eq!(runs(26).collect::<Vec<_>>(), [16..26, 6..16, 0..6]);
    }

    #[test]
    fn a_feed_is_told_apart_by_its_newest_posts_and_by_shared_identities() {
        let facts: Vec<Facts> = (0..5).map(fact).collect();
        let none = HashMap::new();
        let of = |ids, items| Digest::feed(posts(&facts, ids, items), 0..5).key;
        assert_ne!(of(&none, 2), of(&none, 3));
        assert_eq!(of(&none, 5), of(&none, 50));
        let shared = HashMap::from([(1, "urn:uuid:1".to_owned())]);
        assert_ne!(of(&shared, 2), of(&none, 2));
        assert_eq!(of(&shared, 1), of(&none, 1));
    }
}
