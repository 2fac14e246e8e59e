//! The sitemap (sitemaps.org 0.9): every page meant to be found, with its last change.

use std::ops::Range;
use std::sync::Arc;

use super::digest::Run;
use super::xml::{Xml, escaped};
use super::{Edition, Output, Rendition, author, series, tag};
use crate::address;
use crate::memo::{Key, KeyMaker};
use crate::moment::Moment;
use crate::render::view::VersionView;

pub(super) const OUTPUT: Output = Output {
    name: "sitemap",
    list,
};

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const PATH: &str = "/sitemap.xml";
const CONTENT_TYPE: &str = "application/xml";
/// Addresses in one file, of 50,000 that the protocol allows: a larger blog has an index of several,
/// so that an edit makes few of them again, and crawlers see which.
pub(super) const LARGEST: usize = 500;

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
    let urlset = |path: String, of: Range<usize>| {
        let key = KeyMaker::new("sitemap").key(map.key(of.clone()));
        let key = key.text(&path).finish();
        let updated = map.updated(of.clone());
        let map = Arc::clone(&map);
        let make = move || Ok(map.urlset(of.clone()));
        Rendition::made(path, CONTENT_TYPE, key, make).modified(updated)
    };
    if count <= LARGEST {
        return vec![urlset(PATH.to_owned(), 0..count)];
    }
    let parts = parts(count).map(|(number, of)| urlset(part_path(number), of));
    let mut all: Vec<Rendition<'a>> = parts.collect();
    let key = KeyMaker::new("sitemap").keys(all.iter().map(|part| part.key));
    let updated = all.iter().filter_map(|part| part.last_modified).max();
    let make = move || Ok(map.index());
    let index = Rendition::made(PATH, CONTENT_TYPE, key.finish(), make);
    all.push(index.modified(updated));
    all
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

    /// What is known of some entries together, if all are posts.
    fn digest(&self, of: &Range<usize>) -> Option<&Run> {
        let known = self.edition.shape.blocks.digests().get(of.start / LARGEST);
        known.filter(|_| of.len() == LARGEST && of.end <= self.edition.posts.len())
    }

    /// The last change among some entries.
    fn updated(&self, of: Range<usize>) -> Option<Moment> {
        if let Some(posts) = self.digest(&of) {
            return posts.updated;
        }
        let updated = |entry: Entry<'_>| entry.updated(self.edition);
        self.entries(of).filter_map(updated).max()
    }

    /// Of all that some entries say.
    fn key(&self, of: Range<usize>) -> Key {
        let made = KeyMaker::new("sitemap").key(self.edition.site_key);
        let translated = !self.edition.config.content.languages.is_empty();
        let made = made.number(translated.into());
        let made = made.number(of.len() as u64);
        if let Some(posts) = self.digest(&of) {
            return made.key(posts.places).finish();
        }
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
            for version in entry.versions(self.edition) {
                urls.push_str("  <xhtml:link rel=\"alternate\" hreflang=\"");
                urls.push_str(&version.hreflang);
                urls.push_str("\" href=\"");
                urls.push_str(&escaped(&version.url));
                urls.push_str("\"/>\n");
            }
            urls.push_str(" </url>");
        }
        urls.push('\n');
        let mut xml = Xml::new();
        let names = [NAMESPACE, ("xmlns:xhtml", "http://www.w3.org/1999/xhtml")];
        let translated = !self.edition.config.content.languages.is_empty();
        let names = &names[..1 + usize::from(translated)];
        xml.escaped("urlset", names, &urls);
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

    /// The languages it is to be had in. Nobody looks where there can be but one.
    fn versions(&self, edition: &Edition<'_>) -> Vec<VersionView> {
        if edition.config.content.languages.is_empty() {
            return Vec::new();
        }
        let entry = match self {
            Self::Post(index) => &*edition.posts[*index],
            Self::Page(entry) => entry,
            Self::List(..) => return Vec::new(),
        };
        VersionView::all(&entry.post, &edition.config.site)
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
    lists.extend(
        tags.chain(authors)
            .chain(series)
            .map(|(path, group)| (address::encoded(&path), group.lines.updated)),
    );
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
        for count in [501, 1000, 1001, 9999] {
            let parts: Vec<_> = parts(count).collect();
            let all: Vec<usize> = parts.iter().flat_map(|(_, of)| of.clone()).collect();
            assert!(all.into_iter().eq(0..count));
            assert!(parts.iter().all(|(_, of)| of.len() <= LARGEST));
            assert_eq!(parts[0], (1, 0..LARGEST));
        }
    }
}
