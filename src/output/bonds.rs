//! What a post has in common with others, as keys: enough to see whether anything about how posts
//! hang together has changed.

use super::links::Asked;
use crate::content::Post;
use crate::memo::{Key, KeyMaker};

/// The bonds of one post.
#[derive(Debug)]
pub(super) struct Bonds {
    /// Of its address.
    pub(super) url: Key,
    /// Addresses of this site that its text links to, each once.
    pub(super) links: Vec<Key>,
    /// Of all of it, and of its tags and its series.
    pub(super) all: Key,
}

impl Bonds {
    /// `url` is encoded, as links are written.
    pub(super) fn of(
        post: &Post,
        (url, tags): (&str, &[(String, String)]),
        asked: &[Asked],
    ) -> Self {
        let own = address(url);
        let mut links: Vec<Key> = asked.iter().filter_map(Asked::page).map(address).collect();
        links.sort_unstable();
        links.dedup();
        links.retain(|link| *link != own);
        let made = KeyMaker::new("bonds").key(own).keys(links.iter().copied());
        let slugs = tags.iter().map(|(slug, _)| slug.as_str());
        let made = slugs.fold(made.number(tags.len() as u64), KeyMaker::text);
        let series = post.ties.series.as_ref();
        let made = made.text(series.map_or("", |series| &series.slug));
        Self {
            url: own,
            all: made.finish(),
            links,
        }
    }
}

fn address(url: &str) -> Key {
    KeyMaker::new("address").text(url).finish()
}
