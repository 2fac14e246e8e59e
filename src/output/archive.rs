//! The archive: every post by year.

use serde::Serialize;

use super::{Edition, Output, Rendition};
use crate::diagnostic::Diagnostic;
use crate::render::view::{PageView, PostView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "archive",
    make,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    years: Vec<Year<'a>>,
}

#[derive(Serialize)]
struct Year<'a> {
    year: i16,
    count: usize,
    posts: Vec<PostView<'a>>,
}

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let years = edition
        .posts
        .chunk_by(|newer, older| year(newer) == year(older))
        .map(|posts| Year {
            year: year(&posts[0]),
            count: posts.len(),
            posts: posts
                .iter()
                .map(|post| PostView::entry(post, edition.config))
                .collect(),
        })
        .collect();
    let view = View {
        site: edition.site(),
        page: edition.page("archive", "Archive", "/archive/"),
        years,
    };
    let html = edition.theme.render("archive", &view)?;
    Ok(vec![Rendition::page(
        "/archive/",
        html,
        edition.last_updated(),
    )])
}

fn year(article: &crate::render::Article) -> i16 {
    article.post.published.civil().year()
}
