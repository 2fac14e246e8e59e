//! How the posts of a blog hang together: the groups they fall into, and identities that more than
//! one of them would have. Found anew when one that changed hangs together otherwise.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::digest::{self, Digest, Posts, Runs};
use super::entries::Entries;
use super::entry::Entry;
use super::{feed, sitemap};
use crate::config::SiteConfig;
use crate::memo::KeyMaker;

#[derive(Debug)]
pub(super) struct Shape {
    /// By slug.
    pub(super) tags: Vec<Group>,
    /// By handle.
    pub(super) authors: Vec<Group>,
    /// By slug, each with its parts in their order.
    pub(super) series: Vec<Group>,
    /// By place: the series a post is part of, and its place in that.
    parts: HashMap<usize, (usize, usize)>,
    /// Identities in feeds that are not the entry's own, by place.
    pub(super) ids: HashMap<usize, String>,
    /// Newest first.
    pub(super) years: Vec<Year>,
    /// All posts, as the pages of the stream hold them.
    pub(super) stream: Runs,
    /// All posts, as the files of the sitemap hold them.
    pub(super) blocks: Runs,
    /// Of all posts.
    pub(super) feed: Digest,
    /// Of those no longer in it, as its archives hold them: counted from the oldest, and each full,
    /// so that a new post changes none.
    pub(super) archives: Vec<Digest>,
    lengths: Lengths,
}

/// How many posts the settings put on one page, and into one feed; whether the others have archives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lengths {
    page: usize,
    feed: usize,
    archives: bool,
}

/// Posts that share a tag, an author or a series.
#[derive(Debug)]
pub(crate) struct Group {
    /// Last part of the address.
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Places among the posts, newest first but for a series.
    pub(crate) posts: Vec<usize>,
    pub(super) lines: Digest,
    pub(super) feed: Digest,
}

/// The posts of a year.
#[derive(Debug)]
pub(super) struct Year {
    pub(super) year: i16,
    /// Places among the posts.
    pub(super) posts: Range<usize>,
    /// As lists of titles show them, month by month.
    pub(super) lines: Digest,
}

impl Year {
    fn of(posts: Posts<'_>, places: Range<usize>) -> Self {
        let facts = &posts.facts[places.clone()];
        let Digest { key, updated } = Digest::lines(posts, places.clone());
        let months = facts.iter().map(|facts| facts.month);
        let made = months.fold(KeyMaker::new("year").key(key), |made, (year, month)| {
            made.number(i64::from(year).cast_unsigned())
                .number(i64::from(month).cast_unsigned())
        });
        Self {
            year: facts[0].month.0,
            posts: places,
            lines: Digest {
                key: made.finish(),
                updated,
            },
        }
    }
}

impl Group {
    /// Finds out what lists show of its posts.
    fn find(&mut self, posts: Posts<'_>) {
        let places = self.posts.iter().copied();
        self.lines = Digest::lines(posts, places.clone());
        self.feed = Digest::feed(posts, places);
    }
}

impl Default for Shape {
    fn default() -> Self {
        Self::new(&Entries::default(), Lengths::default())
    }
}

impl Shape {
    pub(super) fn follow(&mut self, posts: &Entries, config: &SiteConfig) {
        let lengths = Lengths {
            page: config.site.posts_per_page,
            feed: config.feed.items,
            archives: config.feed.archives,
        };
        if posts.alike && self.lengths == lengths {
            self.refresh(posts);
        } else {
            *self = Self::new(posts, lengths);
        }
    }

    fn new(entries: &Entries, lengths: Lengths) -> Self {
        let ids = feed::shared_ids(&entries.all);
        let posts = Posts {
            facts: &entries.facts,
            ids: &ids,
            items: lengths.feed,
        };
        let tags = group(&entries.all, posts, |entry| {
            let tags = entry.tags.iter();
            tags.map(|(slug, name)| (slug.as_str(), name.as_str()))
        });
        let authors = group(&entries.all, posts, |entry| {
            let authors = entry.article.post.authors.iter();
            authors.map(|name| (name.handle.as_str(), name.shown.as_str()))
        });
        let mut series = group(&entries.all, posts, |entry| {
            let series = entry.post.ties.series.iter();
            series.map(|series| (series.slug.as_str(), series.name.as_str()))
        });
        in_order(&mut series, &entries.all, posts);
        let parts = parts(&series);
        Self {
            tags,
            authors,
            series,
            parts,
            years: years(posts),
            stream: Runs::new(posts, lengths.page.max(1)),
            blocks: Runs::new(posts, sitemap::LARGEST),
            feed: Digest::feed(posts, 0..entries.facts.len()),
            archives: if lengths.archives {
                archives(posts)
            } else {
                Vec::new()
            },
            lengths,
            ids,
        }
    }

    /// Finds the digests of what changed; everything hangs together as it did.
    fn refresh(&mut self, entries: &Entries) {
        let posts = Posts {
            facts: &entries.facts,
            ids: &self.ids,
            items: self.lengths.feed,
        };
        let changed = &entries.changed;
        for year in &mut self.years {
            if changed.iter().any(|place| year.posts.contains(place)) {
                *year = Year::of(posts, year.posts.clone());
            }
        }
        for group in self.tags.iter_mut().chain(&mut self.authors) {
            let holds = |place: &usize| group.posts.binary_search(place).is_ok();
            if changed.iter().any(holds) {
                group.find(posts);
            }
        }
        for place in changed {
            if let Some((group, _)) = self.parts.get(place) {
                self.series[*group].find(posts);
            }
        }
        if changed
            .first()
            .is_some_and(|first| *first < self.lengths.feed)
        {
            self.feed = Digest::feed(posts, 0..entries.facts.len());
        }
        for &place in changed {
            self.stream.changed(posts, place);
            self.blocks.changed(posts, place);
            let number = (posts.facts.len() - 1 - place) / posts.items;
            if let Some(archive) = self.archives.get_mut(number) {
                *archive = Digest::feed(posts, digest::run(posts.facts.len(), posts.items, number));
            }
        }
    }

    /// The series that the post at a place is part of, and which part.
    pub(super) fn part(&self, index: usize) -> Option<(&Group, usize)> {
        let (group, part) = self.parts.get(&index)?;
        Some((&self.series[*group], *part))
    }
}

fn archives(posts: Posts<'_>) -> Vec<Digest> {
    let (count, items) = (posts.facts.len(), posts.items);
    // What is left after the full ones is in the feed itself.
    let full = count.saturating_sub(1).checked_div(items).unwrap_or(0);
    let runs = (0..full).map(|number| digest::run(count, items, number));
    runs.map(|run| Digest::feed(posts, run)).collect()
}

/// Numbered parts come first, then the others from the oldest.
fn in_order(series: &mut [Group], entries: &[Arc<Entry>], posts: Posts<'_>) {
    let part = |place: &usize| {
        let series = entries[*place].post.ties.series.as_ref();
        let part = series.and_then(|series| series.part);
        (part.unwrap_or(u32::MAX), Reverse(*place))
    };
    for group in series {
        group.posts.sort_by_key(part);
        group.find(posts);
    }
}

/// By place, which part of which series a post is.
fn parts(series: &[Group]) -> HashMap<usize, (usize, usize)> {
    let mut parts = HashMap::new();
    for (at, group) in series.iter().enumerate() {
        let places = group.posts.iter().enumerate();
        parts.extend(places.map(|(part, place)| (*place, (at, part))));
    }
    parts
}

fn years(posts: Posts<'_>) -> Vec<Year> {
    let mut at = 0;
    let years = posts
        .facts
        .chunk_by(|newer, older| newer.month.0 == older.month.0);
    let years = years.map(|of| {
        at += of.len();
        Year::of(posts, at - of.len()..at)
    });
    years.collect()
}

/// Gathers posts under keys; the spelling of the newest post names the group.
fn group<'p, K: Iterator<Item = (&'p str, &'p str)>>(
    entries: &'p [Arc<Entry>],
    posts: Posts<'_>,
    keys: impl Fn(&'p Entry) -> K,
) -> Vec<Group> {
    let mut groups: HashMap<&str, (&str, Vec<usize>)> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        for (slug, name) in keys(entry) {
            let (_, places) = groups.entry(slug).or_insert_with(|| (name, Vec::new()));
            if places.last() != Some(&index) {
                places.push(index);
            }
        }
    }
    let groups = groups.into_iter().map(|(slug, (name, places))| Group {
        slug: slug.to_owned(),
        name: name.to_owned(),
        lines: Digest::lines(posts, places.iter().copied()),
        feed: Digest::feed(posts, places.iter().copied()),
        posts: places,
    });
    let mut groups: Vec<Group> = groups.collect();
    groups.sort_unstable_by(|a, b| a.slug.cmp(&b.slug));
    groups
}
