//! Pictures that stand for posts and pages without one where they are linked to: drawn for a blog
//! that asks for them, each at an address that tells what it shows.

use super::{Edition, Entry, Output, Rendition};
use crate::config::SiteConfig;
use crate::image::{CARD_VERSION, Card};
use crate::memo::KeyMaker;
use crate::render::Article;
use crate::render::view::DateView;

pub(super) const OUTPUT: Output = Output {
    name: "cards",
    list,
};

/// Letters of a name that a card shows it by.
const LONGEST: usize = 400;

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    if !edition.config.site.cards {
        return Vec::new();
    }
    let entries = edition.posts.iter().chain(edition.pages);
    let cards = entries.filter_map(|entry| rendition(edition, entry));
    cards.collect()
}

fn rendition<'a>(edition: &'a Edition<'a>, entry: &'a Entry) -> Option<Rendition<'a>> {
    let path = entry.card.as_deref()?;
    let key = KeyMaker::new("card").text(path).finish();
    let make = move || {
        let card = card(&entry.article, edition.config);
        Ok(card.map(|card| card.png()).unwrap_or_default())
    };
    let picture = Rendition::made(path, "image/png", key, make);
    Some(picture.modified(Some(entry.post.updated)))
}

/// The address of an article's card, not percent-encoded; `None` where none is drawn.
pub(super) fn path(article: &Article, config: &SiteConfig) -> Option<String> {
    let card = card(article, config)?;
    let shown = KeyMaker::new("card").number(CARD_VERSION);
    let shown = shown.text(&card.words()).finish().hex();
    Some(format!("{}card-{}.png", article.post.url, &shown[..16]))
}

fn card(article: &Article, config: &SiteConfig) -> Option<Card> {
    if !config.site.cards || article.image().is_some() {
        return None;
    }
    let post = &article.post;
    let authors = post.authors.iter().map(|name| name.shown.as_str());
    let date = DateView::of(post.published, &config.site).display;
    let byline: Vec<&str> = authors.chain([date.as_str()]).collect();
    let name: String = article.name().chars().take(LONGEST).collect();
    Card::new(&name, &byline.join(" · "), &config.site.title)
}
