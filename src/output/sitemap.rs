//! The sitemap (sitemaps.org 0.9): every page meant to be found, with its last change.

use std::borrow::Cow;
use std::sync::Arc;

use super::xml::{Xml, escaped};
use super::{Edition, Output, Rendition, author, tag};
use crate::address;
use crate::memo::KeyMaker;
use crate::moment::Moment;

pub(super) const OUTPUT: Output = Output {
    name: "sitemap",
    list,
};

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const PATH: &str = "/sitemap.xml";
const CONTENT_TYPE: &str = "application/xml";
/// Addresses the protocol allows in one file.
const LARGEST: usize = 50_000;

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let groups = edition.tags.iter().chain(edition.authors);
    let groups = groups.map(|group| (&group.slug, edition.updated(group.posts.iter().copied())));
    let posts = edition.facts().iter().map(|facts| facts.keys.place);
    let made = KeyMaker::new("sitemap").key(edition.site_key).keys(posts);
    let pages = edition.pages.iter().map(|entry| entry.keys.place);
    let made = groups.fold(made.keys(pages), |made, (slug, updated)| {
        let updated = updated.map_or(0, |updated| updated.timestamp().as_second());
        made.text(slug).number(updated.cast_unsigned())
    });
    let made = made.number(edition.tags.len() as u64);
    let key = made.number(edition.posts.len() as u64).finish();
    let updated = edition.last_updated();
    let rendition = |path: String, make: Box<super::Make<'a>>| {
        let key = KeyMaker::new("sitemap").key(key).text(&path).finish();
        Rendition::made(path, CONTENT_TYPE, key, make).modified(updated)
    };
    let parts = count(edition).div_ceil(LARGEST);
    if parts == 1 {
        let make = move || Ok(urlset(edition, &entries(edition)));
        return vec![rendition(PATH.to_owned(), Box::new(make))];
    }
    let part = |number: usize| {
        let make = move || {
            let entries = entries(edition);
            let part = entries.chunks(LARGEST).nth(number - 1);
            Ok(urlset(edition, part.unwrap_or_default()))
        };
        rendition(part_path(number), Box::new(make))
    };
    let make = move || Ok(index(edition, parts));
    let index = rendition(PATH.to_owned(), Box::new(make));
    (1..=parts).map(part).chain([index]).collect()
}

fn part_path(number: usize) -> String {
    format!("/sitemap-{number}.xml")
}

fn index(edition: &Edition<'_>, parts: usize) -> Vec<u8> {
    let mut index = Xml::new();
    index.element("sitemapindex", &[NAMESPACE], |index| {
        for number in 1..=parts {
            index.element("sitemap", &[], |xml| {
                xml.text("loc", &[], &absolute(edition, &part_path(number)));
            });
        }
    });
    index.finish()
}

fn count(edition: &Edition<'_>) -> usize {
    let articles = edition.posts.len() + edition.pages.len();
    let archive = usize::from(!edition.posts.is_empty());
    1 + archive + articles + edition.tags.len() + edition.authors.len()
}

type Entry<'a> = (Cow<'a, str>, Option<Moment>);

fn entries<'a>(edition: &'a Edition<'a>) -> Vec<Entry<'a>> {
    let mut entries = vec![("/".into(), edition.last_updated())];
    let articles = edition.posts.iter().chain(edition.pages);
    let article = |article: &'a Arc<super::entry::Entry>| {
        let url = article.url.as_str();
        (url.into(), Some(article.post.updated))
    };
    entries.extend(articles.map(article));
    if !edition.posts.is_empty() {
        entries.push(("/archive/".into(), edition.last_updated()));
    }
    let tags = edition.tags.iter().map(|group| (tag::path(group), group));
    let authors = edition
        .authors
        .iter()
        .map(|group| (author::path(group), group));
    entries.extend(tags.chain(authors).map(|(path, group)| {
        (
            address::encoded(&path).into(),
            edition.updated(group.posts.iter().copied()),
        )
    }));
    entries
}

/// As `Xml` would write it, which takes ten times as long for so many small elements.
fn urlset(edition: &Edition<'_>, entries: &[Entry<'_>]) -> Vec<u8> {
    let mut urls = String::with_capacity(entries.len() * 128);
    let base = edition.config.site.base_url.as_deref();
    let base = escaped(base.unwrap_or_default());
    for (path, updated) in entries {
        urls.push_str("\n <url>\n  <loc>");
        urls.push_str(&base);
        urls.push_str(&escaped(path));
        urls.push_str("</loc>\n");
        if let Some(updated) = updated {
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

fn absolute(edition: &Edition<'_>, path: &str) -> String {
    address::absolute(edition.config.site.base_url.as_deref(), path)
}
