//! How the posts of a blog hang together: the groups they fall into, and identities that more than
//! one of them would have. Found anew when one that changed hangs together otherwise.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::entries::Entries;
use super::entry::Entry;
use super::feed;

#[derive(Debug, Default)]
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
}

/// Posts that share a tag, an author or a series.
#[derive(Debug)]
pub(crate) struct Group {
    /// Last part of the address.
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Places among the posts, newest first but for a series.
    pub(crate) posts: Vec<usize>,
}

impl Shape {
    pub(super) fn follow(&mut self, posts: &Entries) {
        if posts.alike {
            return;
        }
        let posts = &posts.all;
        *self = Self {
            tags: group(posts, |entry| {
                let tags = entry.tags.iter();
                tags.map(|(slug, name)| (slug.as_str(), name.as_str()))
            }),
            authors: group(posts, |entry| {
                let authors = entry.article.post.authors.iter();
                authors.map(|name| (name.handle.as_str(), name.shown.as_str()))
            }),
            series: series(posts),
            parts: HashMap::new(),
            ids: feed::shared_ids(posts),
        };
        for (at, group) in self.series.iter().enumerate() {
            let places = group.posts.iter().enumerate();
            self.parts
                .extend(places.map(|(part, place)| (*place, (at, part))));
        }
    }

    /// The series that the post at a place is part of, and which part.
    pub(super) fn part(&self, index: usize) -> Option<(&Group, usize)> {
        let (group, part) = self.parts.get(&index)?;
        Some((&self.series[*group], *part))
    }
}

/// Numbered parts come first, then the others from the oldest.
fn series(posts: &[Arc<Entry>]) -> Vec<Group> {
    let mut groups = group(posts, |entry| {
        let series = entry.post.ties.series.iter();
        series.map(|series| (series.slug.as_str(), series.name.as_str()))
    });
    let part = |place: &usize| {
        let series = posts[*place].post.ties.series.as_ref();
        let part = series.and_then(|series| series.part);
        (part.unwrap_or(u32::MAX), Reverse(*place))
    };
    for group in &mut groups {
        group.posts.sort_by_key(part);
    }
    groups
}

/// Gathers posts under keys; the spelling of the newest post names the group.
fn group<'p, K: Iterator<Item = (&'p str, &'p str)>>(
    posts: &'p [Arc<Entry>],
    keys: impl Fn(&'p Entry) -> K,
) -> Vec<Group> {
    let mut groups: HashMap<&str, Group> = HashMap::new();
    for (index, entry) in posts.iter().enumerate() {
        for (slug, name) in keys(entry) {
            let group = groups.entry(slug).or_insert_with(|| Group {
                slug: slug.to_owned(),
                name: name.to_owned(),
                posts: Vec::new(),
            });
            if group.posts.last() != Some(&index) {
                group.posts.push(index);
            }
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_unstable_by(|a, b| a.slug.cmp(&b.slug));
    groups
}
