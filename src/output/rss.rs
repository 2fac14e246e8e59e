//! RSS 2.0 with the content module.

use super::feed::{self, Feed, Format, Item};
use super::xml::Xml;
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;

const NAME: &str = "rss.xml";

pub(super) const FORMAT: Format = Format {
    name: NAME,
    content_type: "application/rss+xml; charset=utf-8",
    write,
    archived: false,
};

fn write(feed: &Feed<'_>) -> Result<Vec<u8>, Diagnostic> {
    let items = feed.items()?;
    let mut xml = Xml::styled(feed.style(), feed::size(&items));
    let site = &feed.edition.config.site;
    let root = [
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ];
    xml.element("rss", &root, |xml| {
        xml.element("channel", &[], |xml| {
            xml.text("title", &[], &feed.title);
            xml.text("link", &[], &feed.page_url());
            let description = if site.description.is_empty() {
                &feed.title
            } else {
                &site.description
            };
            xml.text("description", &[], description);
            xml.text("language", &[], &site.language);
            xml.text(
                "generator",
                &[],
                concat!("byline ", env!("CARGO_PKG_VERSION")),
            );
            if let Some(updated) = feed.updated() {
                xml.text("lastBuildDate", &[], &rfc822(updated));
            }
            xml.empty(
                "atom:link",
                &[
                    ("rel", "self"),
                    ("type", "application/rss+xml"),
                    ("href", &feed.own_url(NAME)),
                ],
            );
            if let Some(hub) = feed.hub() {
                xml.empty("atom:link", &[("rel", "hub"), ("href", hub)]);
            }
            if feed.style().is_some() {
                xml.for_people(&feed.said(), (&site.title, &feed.page_url()));
            }
            items.iter().for_each(|one| item(xml, feed, one));
        });
    });
    Ok(xml.finish())
}

fn item(xml: &mut Xml, feed: &Feed<'_>, item: &Item<'_>) {
    let article = item.article;
    let post = &article.post;
    xml.element("item", &[], |xml| {
        xml.text("title", &[], &article.name());
        xml.text("link", &[], &feed.absolute(&article.url));
        xml.text("guid", &[("isPermaLink", "false")], item.id);
        xml.text("pubDate", &[], &rfc822(post.published));
        for author in &post.authors {
            xml.text("dc:creator", &[], &author.shown);
        }
        for tag in &post.tags {
            xml.text("category", &[], tag);
        }
        if let Some(file) = &item.enclosure {
            let url = feed.absolute(&file.url);
            // The attribute is required; 0 is what is written where it is not known.
            let length = file.length.unwrap_or(0).to_string();
            let attributes = [
                ("url", url.as_str()),
                ("length", &length),
                ("type", file.media_type),
            ];
            xml.empty("enclosure", &attributes);
        }
        // Readers take the last of the two where they know both: the summary goes first.
        xml.text("description", &[], article.description());
        xml.escaped("content:encoded", &[], &item.content.xml);
    });
}

/// RFC 822 with a four-digit year, as RSS asks for.
fn rfc822(moment: Moment) -> String {
    moment
        .format("%a, %d %b %Y %H:%M:%S %z")
        .unwrap_or_else(|_| moment.rfc3339())
}
