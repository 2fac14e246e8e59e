//! The pages for addresses that lead nowhere (404) and posts that are gone (410).

use serde::Serialize;

use super::{Edition, Output, Rendition};
use crate::memo::KeyMaker;
use crate::render::view::{PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "error pages",
    list,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let pages = [
        ("404", "not-found", "no-page", "/404.html"),
        ("410", "gone", "gone", "/410.html"),
    ];
    let rendition = |(template, kind, text, path): (_, _, &'static str, &'static str)| {
        let made_of = KeyMaker::new("error");
        let page = edition.rendition((template, path.to_owned()), made_of, move || {
            Ok(View {
                site: edition.site(),
                page: PageView {
                    noindex: true,
                    canonical: None,
                    ..edition.page(kind, &edition.says(text, &[]), path)
                },
            })
        });
        Rendition {
            noindex: true,
            ..page
        }
    };
    pages.into_iter().map(rendition).collect()
}
