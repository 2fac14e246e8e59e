//! The feed as Atom (RFC 4287).

use super::feed::{self, Feed, Format, Item};
use super::xml::Xml;
use crate::diagnostic::Diagnostic;
use crate::render::view::author;

const NAME: &str = "atom.xml";

pub(super) const FORMAT: Format = Format {
    name: NAME,
    content_type: "application/atom+xml; charset=utf-8",
    write,
    archived: true,
};

fn write(feed: &Feed<'_>) -> Result<Vec<u8>, Diagnostic> {
    let items = feed.items()?;
    let mut xml = Xml::styled(feed.style(), feed::size(&items));
    let site = &feed.edition.config.site;
    let root = [
        ("xmlns", "http://www.w3.org/2005/Atom"),
        ("xml:lang", site.language.as_str()),
        ("xmlns:fh", "http://purl.org/syndication/history/1.0"),
    ];
    // Nothing of it is used where there are no archives.
    let names = if feed.archive.is_some() { 3 } else { 2 };
    xml.element("feed", &root[..names], |xml| {
        xml.text("title", &[], &feed.title);
        if !site.description.is_empty() {
            xml.text("subtitle", &[], &site.description);
        }
        xml.text("id", &[], &feed.id());
        if feed.archive.is_some() {
            xml.empty("fh:archive", &[]);
        }
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
        let older = feed.older_url(NAME).map(|url| ("prev-archive", url));
        let current = feed.current_url(NAME).map(|url| ("current", url));
        for (rel, url) in older.into_iter().chain(current) {
            xml.empty("link", &[("rel", rel), ("href", &url)]);
        }
        if let Some(hub) = feed.hub() {
            xml.empty("link", &[("rel", "hub"), ("href", hub)]);
        }
        xml.text(
            "generator",
            &[("version", env!("CARGO_PKG_VERSION"))],
            "byline",
        );
        if feed.style().is_some() {
            xml.for_people(&feed.said(), (&site.title, &feed.page_url()));
        }
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
            &item.content.xml,
        );
    });
}
