//! A page for each post and each standing page.

use serde::Serialize;

use super::entry::Entry;
use super::{Edition, Output, Rendition};
use crate::content::Kind;
use crate::memo::Key;
use crate::render::Article;
use crate::render::picture::first_at_once;
use crate::render::view::{LinkView, PageView, PostView, SiteView};

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
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let [of_post, of_page] = edition.page_keys();
    let entry = |index: usize| edition.posts.get(index).map(AsRef::as_ref);
    let posts = edition.posts.iter().enumerate().map(|(index, post)| {
        let newer = index.checked_sub(1).and_then(entry);
        let neighbours = (newer, entry(index + 1));
        rendition(edition, ("post", of_post(index)), post, neighbours)
    });
    let pages = edition.pages.iter().enumerate();
    let pages =
        pages.map(|(index, page)| rendition(edition, ("page", of_page(index)), page, (None, None)));
    posts.chain(pages).collect()
}

type Neighbours<'a> = (Option<&'a Entry>, Option<&'a Entry>);

fn rendition<'a>(
    edition: &'a Edition<'a>,
    (kind, key): (&'static str, Key),
    entry: &'a Entry,
    (newer, older): Neighbours<'a>,
) -> Rendition<'a> {
    let path = entry.post.url.as_str();
    let page = edition.keyed((kind, path.into()), key, move || {
        let html = edition.own_html(entry)?;
        let article = &entry.article;
        // A photo has its first picture above its text.
        let html = match article.text.kind {
            Kind::Photo { .. } => html.as_ref().to_owned(),
            _ => first_at_once(&html).into_owned(),
        };
        let about = PageView::about(article, edition.config);
        Ok(View {
            site: edition.site(),
            page: PageView {
                published: about.published.filter(|_| kind == "post"),
                title: about.title,
                description: about.description,
                image: about.image,
                updated: about.updated,
                ..edition.page_at(kind, &article.post.url)
            },
            post: PostView::of(article, html.into(), edition.config),
            newer: newer.map(|newer| link(newer)),
            older: older.map(|older| link(older)),
        })
    });
    page.modified(Some(entry.post.updated))
}

fn link(article: &Article) -> LinkView {
    LinkView {
        title: article.name(),
        url: article.url.clone(),
    }
}
