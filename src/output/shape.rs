//! How the posts of a blog hang together: the groups they fall into, and identities that more than
//! one of them would have. Found anew when one that changed hangs together otherwise.

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
    /// Identities in feeds that are not the entry's own, by place.
    pub(super) ids: HashMap<usize, String>,
}

/// Posts that share a tag or an author.
#[derive(Debug)]
pub(crate) struct Group {
    /// Last part of the address.
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Places among the posts, newest first.
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
            ids: feed::shared_ids(posts),
        };
    }
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
