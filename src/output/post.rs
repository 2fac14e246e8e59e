//! A page for each post and each standing page.

use serde::Serialize;

use super::beside::{SeriesView, link};
use super::entry::Entry;
use super::{Edition, Output, Rendition};
use crate::memo::Key;
use crate::render::view::{DateView, LinkView, PageView, PostView, SiteView};

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
    let framing = &edition.marked().framing;
    let posts = edition.posts.iter().enumerate().map(|(index, post)| {
        let page = rendition(edition, ("post", of_post(index)), post, Some(index));
        Rendition {
            frames: framing.binary_search(&index).is_ok(),
            ..page
        }
    });
    let pages = edition.pages.iter().enumerate();
    let pages = pages.map(|(index, page)| rendition(edition, ("page", of_page(index)), page, None));
    posts.chain(pages).collect()
}

/// The page of an entry; `place` is that of a post among the others.
fn rendition<'a>(
    edition: &'a Edition<'a>,
    (kind, key): (&'static str, Key),
    entry: &'a Entry,
    place: Option<usize>,
) -> Rendition<'a> {
    let path = entry.post.url.as_str();
    let page = edition.keyed((kind, path.into()), key, move || {
        let html = edition.own_html(entry)?.as_ref().to_owned();
        let article = &entry.article;
        let about = PageView::about(article, edition.config);
        let at = |index: Option<usize>| edition.posts.get(index?).map(|entry| link(entry));
        let (beside, posts) = (edition.beside(), edition.posts);
        let aged = place.is_some() && edition.is_aged(entry);
        Ok(View {
            site: edition.site(),
            page: PageView {
                published: about.published.filter(|_| place.is_some()),
                title: about.title,
                description: about.description,
                image: about.image,
                updated: about.updated,
                ..edition.page_at(kind, &article.post.url)
            },
            post: PostView::of(article, html.into(), edition.config),
            newer: at(place.and_then(|place| place.checked_sub(1))),
            older: at(place.map(|place| place + 1)),
            series: place.and_then(|place| beside.series(place, posts)),
            related: place.map_or(Vec::new(), |place| beside.related(place, posts)),
            backlinks: place.map_or(Vec::new(), |place| beside.backlinks(place, posts)),
            aged: aged.then(|| DateView::of(entry.post.updated, &edition.config.site)),
            change: edition.change(entry),
        })
    });
    page.modified(Some(entry.post.updated))
}
