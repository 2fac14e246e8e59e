//! The sitemap (sitemaps.org 0.9): every page meant to be found, with its last change.

use std::ops::Range;
use std::sync::Arc;

use super::xml::{Xml, escaped};
use super::{Edition, Output, Rendition, author, series, tag};
use crate::address;
use crate::memo::{Key, KeyMaker};
use crate::moment::Moment;

pub(super) const OUTPUT: Output = Output {
    name: "sitemap",
    list,
};

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const PATH: &str = "/sitemap.xml";
const CONTENT_TYPE: &str = "application/xml";
/// Addresses in one file, of 50,000 that the protocol allows: a larger blog has an index of several,
/// so that an edit makes one of them again, and crawlers see which.
const LARGEST: usize = 2000;

/// What the files list.
struct Map<'a> {
    edition: &'a Edition<'a>,
    /// Pages that list posts, with their last change.
    lists: Vec<(String, Option<Moment>)>,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let lists = lists(edition);
    let map = Arc::new(Map { edition, lists });
    let count = map.count();
    let rendition = |path: String, of: Range<usize>, make: Box<super::Make<'a>>| {
        let key = KeyMaker::new("sitemap").key(map.key(of.clone()));
        let key = key.text(&path).finish();
        Rendition::made(path, CONTENT_TYPE, key, make).modified(map.updated(of))
    };
    let urlset = |path: String, of: Range<usize>| {
        let (map, entries) = (Arc::clone(&map), of.clone());
        let make = move || Ok(map.urlset(entries.clone()));
        rendition(path, of, Box::new(make))
    };
    if count <= LARGEST {
        return vec![urlset(PATH.to_owned(), 0..count)];
    }
    let index = Arc::clone(&map);
    let index = Box::new(move || Ok(index.index()));
    let index = rendition(PATH.to_owned(), 0..count, index);
    let parts = parts(count).map(|(number, of)| urlset(part_path(number), of));
    parts.chain([index]).collect()
}

/// Numbers and entries of several files.
fn parts(count: usize) -> impl Iterator<Item = (usize, Range<usize>)> {
    let part = move |number: usize| {
        (
            number,
            (number - 1) * LARGEST..(number * LARGEST).min(count),
        )
    };
    (1..=count.div_ceil(LARGEST)).map(part)
}

fn part_path(number: usize) -> String {
    format!("/sitemap-{number}.xml")
}

impl Map<'_> {
    fn count(&self) -> usize {
        self.edition.posts.len() + self.edition.pages.len() + self.lists.len()
    }

    fn index(&self) -> Vec<u8> {
        let mut index = Xml::new();
        index.element("sitemapindex", &[NAMESPACE], |index| {
            for (number, of) in parts(self.count()) {
                index.element("sitemap", &[], |xml| {
                    xml.text("loc", &[], &absolute(self.edition, &part_path(number)));
                    if let Some(updated) = self.updated(of) {
                        xml.text("lastmod", &[], &updated.rfc3339());
                    }
                });
            }
        });
        index.finish()
    }

    fn entries(&self, of: Range<usize>) -> impl Iterator<Item = Entry<'_>> {
        let posts = (0..self.edition.posts.len()).rev().map(Entry::Post);
        let pages = self.edition.pages.iter().map(|page| Entry::Page(page));
        let lists = self.lists.iter();
        let lists = lists.map(|(path, updated)| Entry::List(path, *updated));
        let all = posts.chain(pages).chain(lists);
        all.skip(of.start).take(of.len())
    }

    /// The last change among some entries.
    fn updated(&self, of: Range<usize>) -> Option<Moment> {
        let updated = |entry: Entry<'_>| entry.updated(self.edition);
        self.entries(of).filter_map(updated).max()
    }

    /// Of all that some entries say.
    fn key(&self, of: Range<usize>) -> Key {
        let made = KeyMaker::new("sitemap").key(self.edition.site_key);
        let made = made.number(of.len() as u64);
        let part_of = |made, entry: Entry<'_>| entry.part_of(self.edition, made);
        self.entries(of).fold(made, part_of).finish()
    }

    /// As `Xml` would write it, which takes ten times as long for so many small elements.
    fn urlset(&self, of: Range<usize>) -> Vec<u8> {
        let mut urls = String::with_capacity(of.len() * 128);
        let base = self.edition.config.site.base_url.as_deref();
        let base = escaped(base.unwrap_or_default());
        for entry in self.entries(of) {
            urls.push_str("\n <url>\n  <loc>");
            urls.push_str(&base);
            urls.push_str(&match &entry {
                Entry::Post(index) => escaped(&self.edition.posts[*index].url),
                Entry::Page(entry) => escaped(&entry.url),
                Entry::List(path, _) => escaped(path),
            });
            urls.push_str("</loc>\n");
            if let Some(updated) = entry.updated(self.edition) {
                urls.push_str("  <lastmod>");
                urls.push_str(&updated.rfc3339());
                urls.push_str("</lastmod>\n");
            }
            urls.push_str(" </url>");
        }
        urls.push('\n');
        let mut xml = Xml::new();
        xml.escaped("urlset", &[NAMESPACE], &urls);
        xml.finish()
    }
}

/// One address: posts from the oldest, so that a new one moves none of them to another file, then
/// pages, then lists.
enum Entry<'a> {
    Post(usize),
    Page(&'a super::entry::Entry),
    List(&'a str, Option<Moment>),
}

impl Entry<'_> {
    fn updated(&self, edition: &Edition<'_>) -> Option<Moment> {
        match self {
            Self::Post(index) => Some(edition.facts()[*index].updated),
            Self::Page(entry) => Some(entry.post.updated),
            Self::List(_, updated) => *updated,
        }
    }

    fn part_of(&self, edition: &Edition<'_>, made: KeyMaker) -> KeyMaker {
        match self {
            Self::Post(index) => made.key(edition.facts()[*index].keys.place),
            Self::Page(entry) => made.key(entry.keys.place),
            Self::List(path, updated) => {
                let updated = updated.map_or(0, |updated| updated.timestamp().as_second());
                made.text(path).number(updated.cast_unsigned())
            }
        }
    }
}

fn lists(edition: &Edition<'_>) -> Vec<(String, Option<Moment>)> {
    let last_updated = edition.last_updated();
    let mut lists = vec![("/".to_owned(), last_updated)];
    if !edition.posts.is_empty() {
        lists.push(("/archive/".to_owned(), last_updated));
    }
    let tags = edition.tags.iter().map(|group| (tag::path(group), group));
    let authors = edition.authors.iter();
    let authors = authors.map(|group| (author::path(group), group));
    let series = edition.series.iter();
    let series = series.map(|group| (series::path(&group.slug), group));
    lists.extend(tags.chain(authors).chain(series).map(|(path, group)| {
        let updated = edition.updated(group.posts.iter().copied());
        (address::encoded(&path), updated)
    }));
    lists
}

fn absolute(edition: &Edition<'_>, path: &str) -> String {
    address::absolute(edition.config.site.base_url.as_deref(), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_each_entry_once_and_keep_what_they_are_full_of() {
        for count in [2001, 4000, 4001, 9999] {
            let parts: Vec<_> = parts(count).collect();
            let all: Vec<usize> = parts.iter().flat_map(|(_, of)| of.clone()).collect();
            assert!(all.into_iter().eq(0..count));
            assert!(parts.iter().all(|(_, of)| of.len() <= LARGEST));
            assert_eq!(parts[0], (1, 0..LARGEST));
        }
    }
}
