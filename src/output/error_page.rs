//! The pages for addresses that lead nowhere (404) and posts that are gone (410).

use serde::Serialize;

use super::{Edition, Output, Rendition};
use crate::diagnostic::Diagnostic;
use crate::render::view::{PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "error pages",
    make,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
}

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let pages = [
        ("404", "not-found", "Not found", "/404.html"),
        ("410", "gone", "Gone", "/410.html"),
    ];
    let render = |(template, kind, title, path)| {
        let page = PageView {
            noindex: true,
            canonical: None,
            ..edition.page(kind, title, path)
        };
        let html = edition.theme.render(
            template,
            &View {
                site: edition.site(),
                page,
            },
        )?;
        Ok(Rendition {
            noindex: true,
            ..Rendition::page(path, html, None)
        })
    };
    pages.into_iter().map(render).collect()
}
