//! The feed as Atom (RFC 4287).

use super::feed::{Feed, Format, Item};
use super::xml::Xml;
use crate::diagnostic::Diagnostic;
use crate::render::view::author;

const NAME: &str = "atom.xml";

pub(super) const FORMAT: Format = Format {
    name: NAME,
    content_type: "application/atom+xml; charset=utf-8",
    write,
};

fn write(feed: &Feed<'_>) -> Result<Vec<u8>, Diagnostic> {
    let items = feed.items()?;
    let mut xml = Xml::new();
    let site = &feed.edition.config.site;
    let root = [
        ("xmlns", "http://www.w3.org/2005/Atom"),
        ("xml:lang", site.language.as_str()),
    ];
    xml.element("feed", &root, |xml| {
        xml.text("title", &[], &feed.title);
        if !site.description.is_empty() {
            xml.text("subtitle", &[], &site.description);
        }
        xml.text("id", &[], &feed.id());
        // The element is required (section 4.1.1); an empty blog has no date to tell.
        let updated = feed.updated().map_or_else(
            || "1970-01-01T00:00:00+00:00".to_owned(),
            |moment| moment.rfc3339(),
        );
        xml.text("updated", &[], &updated);
        xml.empty(
            "link",
            &[
                ("rel", "self"),
                ("type", "application/atom+xml"),
                ("href", &feed.own_url(NAME)),
            ],
        );
        xml.empty(
            "link",
            &[
                ("rel", "alternate"),
                ("type", "text/html"),
                ("href", &feed.page_url()),
            ],
        );
        if let Some(hub) = feed.hub() {
            xml.empty("link", &[("rel", "hub"), ("href", hub)]);
        }
        xml.text(
            "generator",
            &[("version", env!("CARGO_PKG_VERSION"))],
            "byline",
        );
        items.iter().for_each(|item| entry(xml, feed, item));
    });
    Ok(xml.finish())
}

fn entry(xml: &mut Xml, feed: &Feed<'_>, item: &Item<'_>) {
    let article = item.article;
    let post = &article.post;
    let url = feed.absolute(&article.url);
    xml.element("entry", &[], |xml| {
        xml.text("title", &[], &article.name());
        xml.text("id", &[], item.id);
        xml.empty(
            "link",
            &[("rel", "alternate"), ("type", "text/html"), ("href", &url)],
        );
        if let Some(file) = &item.enclosure {
            let url = feed.absolute(&file.url);
            let length = file.length.map(|length| length.to_string());
            let mut attributes = vec![
                ("rel", "enclosure"),
                ("type", file.media_type),
                ("href", url.as_str()),
            ];
            attributes.extend(length.iter().map(|length| ("length", length.as_str())));
            xml.empty("link", &attributes);
        }
        xml.text("published", &[], &post.published.rfc3339());
        xml.text("updated", &[], &post.updated.rfc3339());
        // A feed or each entry must name an author (section 4.1.1).
        let site_title = feed.edition.config.site.title.as_str();
        let nobody = post.authors.is_empty().then_some(site_title);
        for name in &post.authors {
            xml.element("author", &[], |xml| {
                xml.text("name", &[], &name.shown);
                xml.text("uri", &[], &feed.absolute(&author(name).url));
            });
        }
        if let Some(name) = nobody {
            xml.element("author", &[], |xml| xml.text("name", &[], name));
        }
        for tag in &post.tags {
            xml.empty("category", &[("term", tag)]);
        }
        if let Some(summary) = &post.summary {
            xml.text("summary", &[], summary);
        }
        xml.escaped(
            "content",
            &[("type", "html"), ("xml:base", &url)],
            &item.content.escaped,
        );
    });
}
