//! How the posts of a blog hang together: the groups they fall into, and identities that more than
//! one of them would have. Found anew when one that changed hangs together otherwise.

use std::collections::HashMap;
use std::sync::Arc;

use super::digest::{Digest, Posts, Runs};
use super::entries::Entries;
use super::entry::Entry;
use super::{feed, sitemap};
use crate::config::SiteConfig;

#[derive(Debug)]
pub(super) struct Shape {
    /// By slug.
    pub(super) tags: Vec<Group>,
    /// By handle.
    pub(super) authors: Vec<Group>,
    /// Identities in feeds that are not the entry's own, by place.
    pub(super) ids: HashMap<usize, String>,
    /// All posts, as the pages of the stream hold them.
    pub(super) stream: Runs,
    /// All posts, as the files of the sitemap hold them.
    pub(super) blocks: Runs,
    /// Of all posts.
    pub(super) feed: Digest,
    lengths: Lengths,
}

/// How many posts the settings put on one page, and into one feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lengths {
    page: usize,
    feed: usize,
}

/// Posts that share a tag or an author.
#[derive(Debug)]
pub(crate) struct Group {
    /// Last part of the address.
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Places among the posts, newest first.
    pub(crate) posts: Vec<usize>,
    pub(super) lines: Digest,
    pub(super) feed: Digest,
}

impl Default for Shape {
    fn default() -> Self {
        Self::new(&Entries::default(), Lengths { page: 1, feed: 0 })
    }
}

impl Shape {
    pub(super) fn follow(&mut self, posts: &Entries, config: &SiteConfig) {
        let lengths = Lengths {
            page: config.site.posts_per_page,
            feed: config.feed.items,
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
        Self {
            tags,
            authors,
            stream: Runs::new(posts, lengths.page),
            blocks: Runs::new(posts, sitemap::LARGEST),
            feed: Digest::feed(posts, 0..entries.facts.len()),
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
        for group in self.tags.iter_mut().chain(&mut self.authors) {
            let holds = |place: &usize| group.posts.binary_search(place).is_ok();
            if changed.iter().any(holds) {
                let places = group.posts.iter().copied();
                group.lines = Digest::lines(posts, places.clone());
                group.feed = Digest::feed(posts, places);
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
        }
    }
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
