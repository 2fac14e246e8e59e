//! The sitemap (sitemaps.org 0.9): every page meant to be found, with its last change.

use super::xml::Xml;
use super::{Edition, Output, Rendition, author, tag};
use crate::address;
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;

pub(super) const OUTPUT: Output = Output {
    name: "sitemap",
    make,
};

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const CONTENT_TYPE: &str = "application/xml";
/// Addresses the protocol allows in one file.
const LARGEST: usize = 50_000;

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let entries = entries(edition);
    let updated = edition.last_updated();
    if entries.len() <= LARGEST {
        return Ok(vec![Rendition::text(
            "/sitemap.xml",
            CONTENT_TYPE,
            urlset(edition, &entries),
            updated,
        )]);
    }
    let mut made = Vec::new();
    let mut index = Xml::new();
    index.element("sitemapindex", &[NAMESPACE], |index| {
        for (number, part) in entries.chunks(LARGEST).enumerate() {
            let path = format!("/sitemap-{}.xml", number + 1);
            index.element("sitemap", &[], |xml| {
                xml.text("loc", &[], &absolute(edition, &path));
            });
            made.push(Rendition::text(
                &path,
                CONTENT_TYPE,
                urlset(edition, part),
                updated,
            ));
        }
    });
    made.push(Rendition::text(
        "/sitemap.xml",
        CONTENT_TYPE,
        index.finish(),
        updated,
    ));
    Ok(made)
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

fn urlset(edition: &Edition<'_>, entries: &[Entry]) -> String {
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
