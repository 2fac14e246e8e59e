//! A page for each post and each standing page.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::beside::{SeriesView, link};
use super::entries::Facts;
use super::entry::Entry;
use super::{Edition, Output, Rendition};
use crate::content::Kind;
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker};
use crate::render::picture::first_at_once;
use crate::render::post_view::PostView;
use crate::render::view::{DateView, LinkView, PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "posts and pages",
    list,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    post: PostView<'a>,
    newer: Option<LinkView>,
    older: Option<LinkView>,
    /// `null` on standing pages, like all below.
    series: Option<SeriesView>,
    related: Vec<LinkView>,
    backlinks: Vec<LinkView>,
    /// When a post that says how old it is was changed last.
    aged: Option<DateView>,
    change: Option<String>,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let [of_post, of_page] = edition.page_keys();
    let posts = (0..edition.posts.len()).map(|index| (false, index, of_post(index)));
    let pages = (0..edition.pages.len()).map(|index| (true, index, of_page(index)));
    let mut all = Vec::with_capacity(edition.posts.len() + edition.pages.len());
    all.extend(posts.chain(pages).map(|of| rendition(edition, of)));
    for place in &edition.marked().framing {
        all[*place].frames = true;
    }
    all
}

fn rendition<'a>(
    edition: &'a Edition<'a>,
    (is_page, index, key): (bool, usize, Key),
) -> Rendition<'a> {
    let (kind, among, facts) = match is_page {
        true => ("page", edition.pages, edition.page_facts()),
        false => ("post", edition.posts, edition.facts()),
    };
    // What a translation of a post is like, the templates of posts say.
    let languages = &edition.config.content.languages;
    let translated = is_page && !languages.is_empty() && is_of_post(&among[index]);
    let (kind, key) = if translated {
        let made = KeyMaker::new("translation").key(key);
        ("post", made.key(edition.theme.key("post")).finish())
    } else {
        (kind, key)
    };
    // The entry itself is elsewhere in memory, and one of each is listed with every build.
    let Facts { url, updated, .. } = &facts[index];
    let page = edition.keyed((kind, (&**url).into()), key, move || {
        let place = Some(index).filter(|_| !is_page);
        view(edition, (kind, place), &among[index])
    });
    page.modified(Some(*updated))
}

impl Edition<'_> {
    /// All that the template of a post or page sees, by its path in the repository.
    pub(crate) fn context(&self, path: &str) -> Option<Result<Value, Diagnostic>> {
        let of = |kind, among: &[Arc<Entry>]| {
            let index = among.iter().position(|entry| entry.post.path == path)?;
            let entry = &among[index];
            let place = Some(index).filter(|_| kind == "post");
            let kind = if is_of_post(entry) { "post" } else { kind };
            let view = view(self, (kind, place), entry);
            // What becomes a page can be written as JSON.
            Some(view.map(|view| serde_json::to_value(view).unwrap_or_default()))
        };
        of("post", self.posts).or_else(|| of("page", self.pages))
    }
}

fn is_of_post(entry: &Entry) -> bool {
    let translated = entry.post.translated.as_ref();
    translated.is_some_and(|of| of.is_post)
}

fn view<'a>(
    edition: &'a Edition<'a>,
    (kind, place): (&'static str, Option<usize>),
    entry: &'a Entry,
) -> Result<View<'a>, Diagnostic> {
    let html = edition.own_html(entry)?;
    let article = &entry.article;
    // A photo has its first picture above its text.
    let html = match article.text.kind {
        Kind::Photo { .. } => html.as_ref().to_owned(),
        _ => first_at_once(&html).into_owned(),
    };
    let about = PageView::about(article, edition.config, kind == "post");
    let at = |index: Option<usize>| edition.posts.get(index?).map(|entry| link(entry));
    let (beside, posts) = (edition.beside(), edition.posts);
    let aged = place.is_some() && edition.is_aged(entry);
    Ok(View {
        site: edition.site(),
        page: edition.page_at(kind, &article.post.url).saying(about),
        post: PostView::of(article, html.into(), edition.config),
        newer: at(place.and_then(|place| place.checked_sub(1))),
        older: at(place.map(|place| place + 1)),
        series: place.and_then(|place| beside.series(place, posts)),
        related: place.map_or(Vec::new(), |place| beside.related(place, posts)),
        backlinks: place.map_or(Vec::new(), |place| beside.backlinks(place, posts)),
        aged: aged.then(|| DateView::of(entry.post.updated, &edition.config.site)),
        change: edition.change(entry),
    })
}
