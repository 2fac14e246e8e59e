//! RSS 2.0 with the content module.

use super::Rendition;
use super::feed::Feed;
use super::xml::Xml;
use crate::moment::Moment;
use crate::render::Article;

const NAME: &str = "rss.xml";

pub(super) fn write(feed: &Feed<'_>) -> Rendition {
    let mut xml = Xml::new();
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
            if let Some(updated) = feed.updated {
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
            feed.posts
                .iter()
                .for_each(|article| item(xml, feed, article));
        });
    });
    feed.rendition(NAME, "application/rss+xml; charset=utf-8", xml.finish())
}

fn item(xml: &mut Xml, feed: &Feed<'_>, article: &Article) {
    let post = &article.post;
    xml.element("item", &[], |xml| {
        xml.text("title", &[], &article.name());
        xml.text("link", &[], &feed.absolute(&article.url));
        xml.text("guid", &[("isPermaLink", "false")], feed.id_of(article));
        xml.text("pubDate", &[], &rfc822(post.published));
        for author in &post.authors {
            xml.text("dc:creator", &[], &author.shown);
        }
        for tag in &post.tags {
            xml.text("category", &[], tag);
        }
        // Readers take the last of the two where they know both: the summary goes first.
        xml.text("description", &[], article.description());
        xml.text("content:encoded", &[], &feed.content(article));
    });
}

/// RFC 822 with a four-digit year, as RSS asks for.
fn rfc822(moment: Moment) -> String {
    moment
        .format("%a, %d %b %Y %H:%M:%S %z")
        .unwrap_or_else(|_| moment.rfc3339())
}
