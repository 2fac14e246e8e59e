//! Which posts a page leads to besides its neighbours: those related to it, and those that link to
//! it. Found anew only for posts that are newer than the oldest change.
//!
//! Posts count from the oldest here, so that a new post gives none of the others another number.
//! What is related to a post is always older: a new post changes the page of no old one. What links
//! to it may be of any age.

use std::collections::HashMap;

use super::bonds::Bonds;
use super::entries::Entries;
use super::entry::Entry;
use super::shape::Shape;
use crate::memo::Key;

/// Posts looked at of each tag, the nearest.
const NEAREST: usize = 24;
/// Tags of a post that are looked at.
const TAGS: usize = 10;
/// Backlinks of a page, the newest.
const MOST_BACKLINKS: usize = 30;
/// What a link counts; a tag that few others have counts as much.
const LINK: u64 = 64;
/// There is no such post.
const NONE: u32 = u32::MAX;

/// What of it the pages of posts show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// How many related posts.
    pub(super) related: usize,
    pub(super) backlinks: bool,
}

#[derive(Debug, Default)]
pub(super) struct Relations {
    wanted: Wanted,
    /// By rank: of the bonds of each post.
    bonds: Vec<Key>,
    /// By rank, `wanted.related` places each.
    related: Vec<u32>,
    /// By rank, newest first.
    backlinks: HashMap<u32, Vec<u32>>,
    /// Ranks by address, if any of them is linked to.
    ranks: HashMap<Key, u32>,
}

impl Relations {
    /// Follows the posts of a build; whether other posts may be shown than before.
    pub(super) fn follow(&mut self, posts: &Entries, shape: &Shape, wanted: Wanted) -> bool {
        if self.wanted != wanted {
            *self = Self {
                wanted,
                ..Self::default()
            };
        } else if posts.bound {
            return false;
        }
        if wanted == Wanted::default() {
            return false;
        }
        let now = || posts.facts.iter().rev().map(|facts| facts.bonds);
        let same = self.bonds.iter().zip(now());
        let same = same.take_while(|(then, now)| **then == *now).count();
        let count = posts.facts.len();
        if same == count && same == self.bonds.len() {
            return false;
        }
        if same < self.bonds.len() {
            self.ranks.clear();
        }
        self.bonds.truncate(same);
        self.bonds.extend(now().skip(same));
        self.index(posts);
        self.related.truncate(same * wanted.related);
        if wanted.related > 0 {
            let finder = Finder::of(posts, shape, &self.ranks);
            for rank in same..count {
                let found = finder.related(rank, wanted.related);
                let filled = self.related.len() + wanted.related;
                self.related.extend(found);
                self.related.resize(filled, NONE);
            }
        }
        self.link_back(posts);
        true
    }

    /// Finds the posts by address, if there are links to any.
    fn index(&mut self, posts: &Entries) {
        if posts.marked.linking.is_empty() {
            return;
        }
        let count = posts.all.len();
        for rank in self.ranks.len()..count {
            let Bonds { url, .. } = posts.all[count - 1 - rank].bonds;
            self.ranks.insert(url, number(rank));
        }
    }

    fn link_back(&mut self, posts: &Entries) {
        self.backlinks.clear();
        if !self.wanted.backlinks {
            return;
        }
        let count = posts.all.len();
        let mut linking = posts.marked.linking.clone();
        linking.sort_unstable();
        for index in linking {
            for link in &posts.all[index].bonds.links {
                let Some(target) = self.ranks.get(link) else {
                    continue;
                };
                let links = self.backlinks.entry(*target).or_default();
                if links.len() < MOST_BACKLINKS {
                    links.push(number(count - 1 - index));
                }
            }
        }
    }

    /// The places of posts related to the one at a place.
    pub(super) fn related(&self, index: usize) -> impl Iterator<Item = usize> {
        let count = self.bonds.len();
        let width = self.wanted.related;
        let own = count.checked_sub(1 + index);
        let ranks = own.and_then(|rank| self.related.get(rank * width..(rank + 1) * width));
        let ranks = ranks.unwrap_or_default();
        let ranks = ranks.iter().take_while(|rank| **rank != NONE);
        ranks.map(move |rank| count - 1 - *rank as usize)
    }

    /// The places of posts that link to the one at a place.
    pub(super) fn backlinks(&self, index: usize) -> impl Iterator<Item = usize> {
        let count = self.bonds.len();
        let own = count.checked_sub(1 + index).map(number);
        let ranks = own.and_then(|rank| self.backlinks.get(&rank));
        let ranks = ranks.into_iter().flatten();
        ranks.map(move |rank| count - 1 - *rank as usize)
    }

    /// Whether there is anything to tell of.
    pub(super) fn is_empty(&self) -> bool {
        self.related.is_empty() && self.backlinks.is_empty()
    }

    /// Whether the page of the post at a place leads to one of some places.
    pub(super) fn shows(&self, index: usize, any: &[usize]) -> bool {
        let mut shown = self.related(index).chain(self.backlinks(index));
        shown.any(|place| any.contains(&place))
    }
}

fn number(rank: usize) -> u32 {
    u32::try_from(rank).unwrap_or(NONE)
}

/// Finds related posts.
struct Finder<'a> {
    posts: &'a Entries,
    /// Places of each tag, newest first.
    tags: HashMap<&'a str, &'a [usize]>,
    ranks: &'a HashMap<Key, u32>,
}

impl<'a> Finder<'a> {
    fn of(posts: &'a Entries, shape: &'a Shape, ranks: &'a HashMap<Key, u32>) -> Self {
        let tags = shape.tags.iter();
        Self {
            posts,
            tags: tags
                .map(|group| (group.slug.as_str(), group.posts.as_slice()))
                .collect(),
            ranks,
        }
    }

    /// Ranks of the older posts that have most in common with one, of equals the newest first.
    fn related(&self, rank: usize, most: usize) -> Vec<u32> {
        let count = self.posts.all.len();
        let index = count - 1 - rank;
        let entry = &self.posts.all[index];
        let mut found: Vec<(u32, u64)> = Vec::new();
        let mut count_in =
            |rank: u32, weight: u64| match found.iter_mut().find(|(known, _)| *known == rank) {
                Some((_, sum)) => *sum += weight,
                None => found.push((rank, weight)),
            };
        for (slug, _) in entry.tags.iter().take(TAGS) {
            let places = self.tags.get(slug.as_str()).copied().unwrap_or_default();
            let older = &places[places.partition_point(|place| *place <= index)..];
            // A tag that few had until then says more; newer posts do not change what it says.
            let weight = LINK / (1 + u64::from((older.len() + 1).ilog2()));
            for place in older.iter().take(NEAREST) {
                count_in(number(count - 1 - place), weight.max(1));
            }
        }
        let linked = entry.bonds.links.iter();
        for target in linked.filter_map(|link| self.ranks.get(link)).take(NEAREST) {
            if (*target as usize) < rank {
                count_in(*target, LINK);
            }
        }
        found
            .retain(|(rank, _)| !in_one_series(entry, &self.posts.all[count - 1 - *rank as usize]));
        found.sort_unstable_by(|(a, more), (b, less)| (less, b).cmp(&(more, a)));
        found.truncate(most);
        found.into_iter().map(|(rank, _)| rank).collect()
    }
}

/// The parts of a series lead to each other anyway.
fn in_one_series(one: &Entry, other: &Entry) -> bool {
    let slug = |entry: &'_ Entry| {
        let series = entry.post.ties.series.as_ref();
        series.map(|series| series.slug.clone())
    };
    slug(one).is_some_and(|series| slug(other) == Some(series))
}
