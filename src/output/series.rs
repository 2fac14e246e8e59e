//! A page for each series, with its parts in their order, and the page of all series.

use serde::Serialize;
use serde_json::Value;

use super::shape::Group;
use super::{Edition, Output, Rendition};
use crate::address::encoded;
use crate::memo::{KeyMaker, fingerprint};
use crate::render::view::{PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "series",
    list,
};

#[derive(Serialize)]
struct SeriesPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    series: Series<'a>,
    posts: Vec<&'a Value>,
}

#[derive(Serialize)]
struct AllSeriesPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    series: Vec<Series<'a>>,
}

#[derive(Serialize)]
struct Series<'a> {
    name: &'a str,
    url: String,
    count: usize,
}

/// A blog without series has no pages of them.
fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    if edition.series.is_empty() {
        return Vec::new();
    }
    let view = || edition.series.iter().map(series).collect::<Vec<_>>();
    let made_of = KeyMaker::new("all series").key(fingerprint(&view()));
    let at = "/series/";
    let all = edition.rendition(("all-series", at.to_owned()), made_of, move || {
        Ok(AllSeriesPage {
            site: edition.site(),
            page: edition.page("all-series", &edition.says("series", &[]), at),
            series: edition.series.iter().map(series).collect(),
        })
    });
    let pages = edition.series.iter().map(|group| page(edition, group));
    pages
        .chain([all.modified(edition.last_updated())])
        .collect()
}

fn page<'a>(edition: &'a Edition<'a>, group: &'a Group) -> Rendition<'a> {
    let made_of = KeyMaker::new("series")
        .key(fingerprint(&series(group)))
        .key(group.lines.key);
    let page = edition.rendition(("series", path(&group.slug)), made_of, move || {
        let posts = group.posts.iter();
        Ok(SeriesPage {
            site: edition.site(),
            page: edition.page("series", &group.name, &path(&group.slug)),
            series: series(group),
            posts: posts
                .map(|index| edition.posts[*index].line(edition.config, edition.shown()))
                .collect(),
        })
    });
    page.modified(group.lines.updated)
}

fn series(group: &Group) -> Series<'_> {
    Series {
        name: &group.name,
        url: encoded(&path(&group.slug)),
        count: group.posts.len(),
    }
}

/// Where the page of a series stands.
pub(super) fn path(slug: &str) -> String {
    format!("/series/{slug}/")
}
