//! The archive: every post by year, and a page for each year, by month.

use std::ops::Range;

use serde::Serialize;
use serde_json::Value;

use super::shape::Year;
use super::{Edition, Output, Rendition};
use crate::language::Language;
use crate::memo::KeyMaker;
use crate::render::view::{LinkView, PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "archive",
    list,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    years: Vec<YearOfAll<'a>>,
}

#[derive(Serialize)]
struct YearOfAll<'a> {
    year: i16,
    url: String,
    count: usize,
    posts: Vec<&'a Value>,
}

#[derive(Serialize)]
struct YearView<'a> {
    site: SiteView<'a>,
    page: PageView,
    year: i16,
    count: usize,
    months: Vec<Month<'a>>,
    newer: Option<LinkView>,
    older: Option<LinkView>,
}

#[derive(Serialize)]
struct Month<'a> {
    /// `2024-05`.
    month: String,
    name: String,
    count: usize,
    posts: Vec<&'a Value>,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let years = &edition.shape.years;
    let made_of = KeyMaker::new("archive").keys(years.iter().map(|of| of.lines.key));
    let at = "/archive/";
    let pages = years.iter().enumerate().map(|(index, of)| {
        let beside = |index: Option<usize>| Some(years.get(index?)?.year);
        let beside = [beside(index.checked_sub(1)), beside(Some(index + 1))];
        year_page(edition, of, beside)
    });
    let pages: Vec<Rendition<'a>> = pages.collect();
    let all = edition.rendition(("archive", at.to_owned()), made_of, move || {
        let years = years.iter().map(|of| YearOfAll {
            year: of.year,
            url: path(of.year),
            count: of.posts.len(),
            posts: lines(edition, of.posts.clone()),
        });
        Ok(View {
            site: edition.site(),
            page: edition.page("archive", &edition.says("archive", &[]), at),
            years: years.collect(),
        })
    });
    let all = all.modified(edition.last_updated());
    pages.into_iter().chain([all]).collect()
}

fn year_page<'a>(
    edition: &'a Edition<'a>,
    of: &'a Year,
    [newer, older]: [Option<i16>; 2],
) -> Rendition<'a> {
    let (year, posts) = (of.year, of.posts.clone());
    let beside = [newer, older].into_iter();
    let made_of = beside.fold(KeyMaker::new("year").key(of.lines.key), |made, year| {
        made.number(year.map_or(u64::MAX, |year| year.cast_unsigned().into()))
    });
    let updated = of.lines.updated;
    let page = edition.rendition(("year", path(year)), made_of, move || {
        Ok(YearView {
            site: edition.site(),
            page: edition.page("year", &year.to_string(), &path(year)),
            year,
            count: posts.len(),
            months: months(edition, posts.clone()),
            newer: newer.map(link),
            older: older.map(link),
        })
    });
    page.modified(updated)
}

fn months<'a>(edition: &'a Edition<'_>, posts: Range<usize>) -> Vec<Month<'a>> {
    let published = |index: usize| edition.posts[index].post.published;
    let month = |index: usize| published(index).civil().date().month();
    let language = Language::of(&edition.config.site.language);
    let mut months = Vec::new();
    let mut start = posts.start;
    for end in posts.start + 1..=posts.end {
        if end == posts.end || month(end) != month(start) {
            months.push(Month {
                month: published(start).rfc3339()[..7].to_owned(),
                name: language.month(published(start)),
                count: end - start,
                posts: lines(edition, start..end),
            });
            start = end;
        }
    }
    months
}

fn lines<'a>(edition: &'a Edition<'_>, posts: Range<usize>) -> Vec<&'a Value> {
    let posts = edition.posts[posts].iter();
    posts
        .map(|post| post.line(edition.config, edition.shown()))
        .collect()
}

fn link(year: i16) -> LinkView {
    LinkView {
        title: year.to_string(),
        url: path(year),
    }
}

fn path(year: i16) -> String {
    format!("/archive/{year}/")
}
