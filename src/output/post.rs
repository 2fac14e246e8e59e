//! A page for each post and each standing page.

use serde::Serialize;

use super::entries::Facts;
use super::{Edition, Output, Rendition};
use crate::memo::Key;
use crate::render::Article;
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
    let posts = (0..edition.posts.len()).map(|index| (false, index, of_post(index)));
    let pages = (0..edition.pages.len()).map(|index| (true, index, of_page(index)));
    let mut all = Vec::with_capacity(edition.posts.len() + edition.pages.len());
    all.extend(posts.chain(pages).map(|of| rendition(edition, of)));
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
    // The entry itself is elsewhere in memory, and one of each is listed with every build.
    let Facts { url, updated, .. } = &facts[index];
    let page = edition.keyed((kind, (&**url).into()), key, move || {
        let entry = &among[index];
        let html = edition.own_html(entry)?.as_ref().to_owned();
        let beside = |index: Option<usize>| {
            let entry = index
                .filter(|_| !is_page)
                .and_then(|index| among.get(index));
            entry.map(|entry| link(entry))
        };
        let article = &entry.article;
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
            newer: beside(index.checked_sub(1)),
            older: beside(Some(index + 1)),
        })
    });
    page.modified(Some(*updated))
}

fn link(article: &Article) -> LinkView {
    LinkView {
        title: article.name(),
        url: article.url.clone(),
    }
}
