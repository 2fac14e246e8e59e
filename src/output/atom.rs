//! The feed as Atom (RFC 4287).

use super::Rendition;
use super::feed::Feed;
use super::xml::Xml;
use crate::render::Article;

const NAME: &str = "atom.xml";

pub(super) fn write(feed: &Feed<'_>) -> Rendition {
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
        let updated = feed.updated.map_or_else(
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
        xml.text(
            "generator",
            &[("version", env!("CARGO_PKG_VERSION"))],
            "byline",
        );
        feed.posts
            .iter()
            .for_each(|article| entry(xml, feed, article));
    });
    feed.rendition(NAME, "application/atom+xml; charset=utf-8", xml.finish())
}

fn entry(xml: &mut Xml, feed: &Feed<'_>, article: &Article) {
    let post = &article.post;
    let url = feed.absolute(&article.url);
    xml.element("entry", &[], |xml| {
        xml.text("title", &[], &article.name());
        xml.text("id", &[], feed.id_of(article));
        xml.empty(
            "link",
            &[("rel", "alternate"), ("type", "text/html"), ("href", &url)],
        );
        xml.text("published", &[], &post.published.rfc3339());
        xml.text("updated", &[], &post.updated.rfc3339());
        // A feed or each entry must name an author (section 4.1.1).
        let site_title = feed.edition.config.site.title.as_str();
        let nobody = post.authors.is_empty().then_some(site_title);
        for name in post
            .authors
            .iter()
            .map(|author| author.shown.as_str())
            .chain(nobody)
        {
            xml.element("author", &[], |xml| xml.text("name", &[], name));
        }
        for tag in &post.tags {
            xml.empty("category", &[("term", tag)]);
        }
        if let Some(summary) = &post.summary {
            xml.text("summary", &[], summary);
        }
        xml.text(
            "content",
            &[("type", "html"), ("xml:base", &url)],
            &feed.content(article),
        );
    });
}
