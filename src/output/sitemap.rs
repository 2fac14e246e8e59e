//! The sitemap (sitemaps.org 0.9): every page meant to be found, with its last change.

use super::xml::Xml;
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
    let groups = edition.tags.iter().chain(&edition.authors);
    let groups = groups.map(|group| (&group.slug, edition.updated(group.posts.iter().copied())));
    let articles = edition.posts.iter().chain(&edition.pages);
    let made = KeyMaker::new("sitemap").key(edition.site_key);
    let made = articles.fold(made, |made, entry| made.key(entry.keys.place));
    let made = groups.fold(made.number(0), |made, (slug, updated)| {
        made.text(slug)
            .text(&updated.map_or(String::new(), |moment| moment.rfc3339()))
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

type Entry = (String, Option<Moment>);

fn entries(edition: &Edition<'_>) -> Vec<Entry> {
    let mut entries = vec![("/".to_owned(), edition.last_updated())];
    let articles = edition.posts.iter().chain(&edition.pages);
    entries.extend(articles.map(|article| (article.url.clone(), Some(article.post.updated))));
    if !edition.posts.is_empty() {
        entries.push(("/archive/".to_owned(), edition.last_updated()));
    }
    let tags = edition.tags.iter().map(|group| (tag::path(group), group));
    let authors = edition
        .authors
        .iter()
        .map(|group| (author::path(group), group));
    entries.extend(tags.chain(authors).map(|(path, group)| {
        (
            address::encoded(&path),
            edition.updated(group.posts.iter().copied()),
        )
    }));
    entries
}

fn urlset(edition: &Edition<'_>, entries: &[Entry]) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.element("urlset", &[NAMESPACE], |xml| {
        for (path, updated) in entries {
            xml.element("url", &[], |xml| {
                xml.text("loc", &[], &absolute(edition, path));
                if let Some(updated) = updated {
                    xml.text("lastmod", &[], &updated.rfc3339());
                }
            });
        }
    });
    xml.finish()
}

fn absolute(edition: &Edition<'_>, path: &str) -> String {
    address::absolute(edition.config.site.base_url.as_deref(), path)
}
