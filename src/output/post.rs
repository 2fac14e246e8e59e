//! A page for each post and each standing page.

use rayon::prelude::*;
use serde::Serialize;

use super::{Edition, Output, Rendition};
use crate::address;
use crate::diagnostic::Diagnostic;
use crate::render::Article;
use crate::render::view::{LinkView, PageView, PostView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "posts and pages",
    make,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    post: PostView<'a>,
    newer: Option<LinkView>,
    older: Option<LinkView>,
}

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let posts = (0..edition.posts.len()).into_par_iter().map(|index| {
        let older = edition.posts.get(index + 1);
        let newer = index
            .checked_sub(1)
            .and_then(|newer| edition.posts.get(newer));
        rendition(edition, "post", &edition.posts[index], newer, older)
    });
    let pages = edition
        .pages
        .par_iter()
        .map(|page| rendition(edition, "page", page, None, None));
    posts.chain(pages).collect()
}

fn rendition(
    edition: &Edition<'_>,
    kind: &'static str,
    article: &Article,
    newer: Option<&Article>,
    older: Option<&Article>,
) -> Result<Rendition, Diagnostic> {
    let post = &article.post;
    let base_url = edition.config.site.base_url.as_deref();
    let view = View {
        site: edition.site(),
        page: PageView {
            description: article.description().to_owned(),
            image: article
                .image()
                .map(|image| address::absolute(base_url, image)),
            published: (kind == "post").then(|| post.published.rfc3339()),
            updated: Some(post.updated.rfc3339()),
            ..edition.page(kind, &article.name(), &post.url)
        },
        post: PostView::of(article, edition.config),
        newer: newer.map(link),
        older: older.map(link),
    };
    let html = edition.theme.render(kind, &view)?;
    Ok(Rendition::page(&post.url, html, Some(post.updated)))
}

fn link(article: &Article) -> LinkView {
    LinkView {
        title: article.name(),
        url: article.url.clone(),
    }
}
