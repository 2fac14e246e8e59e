//! The feed as JSON (JSON Feed 1.1).

use serde::Serialize;
use serde_json::value::RawValue;

use super::enclosure::Enclosure;
use super::feed::{self, Feed, Format};
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::render::view::author;

const NAME: &str = "feed.json";

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: String,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    language: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    content_html: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: Moment,
    date_modified: Moment,
    authors: Vec<Author<'a>>,
    tags: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
}

#[derive(Serialize)]
struct Hub<'a> {
    r#type: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    url: String,
}

pub(super) const FORMAT: Format = Format {
    name: NAME,
    content_type: "application/feed+json; charset=utf-8",
    write,
    archived: true,
};

fn write(feed: &Feed<'_>) -> Result<Vec<u8>, Diagnostic> {
    let site = &feed.edition.config.site;
    let items = feed.items()?;
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: feed.page_url(),
        feed_url: feed.own_url(NAME),
        next_url: feed.older_url(NAME),
        description: &site.description,
        language: &site.language,
        hubs: feed
            .hub()
            .map(|url| Hub {
                r#type: "WebSub",
                url,
            })
            .into_iter()
            .collect(),
        items: items.iter().map(|one| item(feed, one)).collect(),
    };
    let mut json = Vec::with_capacity(feed::size(&items));
    serde_json::to_writer_pretty(&mut json, &document).expect("texts and dates are always JSON");
    Ok(json)
}

fn item<'a>(feed: &Feed<'_>, item: &'a feed::Item<'a>) -> Item<'a> {
    let article = item.article;
    let post = &article.post;
    Item {
        id: item.id,
        url: feed.absolute(&article.url),
        external_url: match &article.text.kind {
            crate::content::Kind::Link { target } => Some(target),
            _ => None,
        },
        title: post.title.as_deref(),
        content_html: &item.content.json,
        summary: post.summary.as_deref(),
        image: article.image().map(|image| feed.absolute(image)),
        date_published: post.published,
        date_modified: post.updated,
        authors: post
            .authors
            .iter()
            .map(|name| Author {
                name: &name.shown,
                url: feed.absolute(&author(name).url),
            })
            .collect(),
        tags: &post.tags,
        attachments: item
            .enclosure
            .iter()
            .map(|file| attachment(feed, file))
            .collect(),
    }
}

fn attachment(feed: &Feed<'_>, file: &Enclosure) -> Attachment {
    Attachment {
        url: feed.absolute(&file.url),
        mime_type: file.media_type,
        size_in_bytes: file.length,
    }
}
