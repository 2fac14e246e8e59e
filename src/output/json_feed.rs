//! The feed as JSON (JSON Feed 1.1).

use serde::Serialize;

use super::Rendition;
use super::feed::Feed;
use crate::moment::Moment;
use crate::render::Article;
use crate::render::view::author;

const NAME: &str = "feed.json";

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: String,
    feed_url: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    language: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    content_html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: Moment,
    date_modified: Moment,
    authors: Vec<Author<'a>>,
    tags: &'a [String],
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    url: String,
}

pub(super) fn write(feed: &Feed<'_>) -> Rendition {
    let site = &feed.edition.config.site;
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: feed.page_url(),
        feed_url: feed.own_url(NAME),
        description: &site.description,
        language: &site.language,
        items: feed
            .posts
            .iter()
            .map(|article| item(feed, article))
            .collect(),
    };
    let text = serde_json::to_string_pretty(&document).expect("strings and dates are always JSON");
    feed.rendition(NAME, "application/feed+json; charset=utf-8", text)
}

fn item<'a>(feed: &Feed<'_>, article: &'a Article) -> Item<'a> {
    let post = &article.post;
    Item {
        id: feed.id_of(article).to_owned(),
        url: feed.absolute(&article.url),
        external_url: match &article.kind {
            crate::content::Kind::Link { target } => Some(target),
            _ => None,
        },
        title: post.title.as_deref(),
        content_html: feed.content(article),
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
    }
}
