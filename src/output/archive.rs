//! The archive: every post by year.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::entry::Entry;
use super::{Edition, Output, Rendition};
use crate::memo::KeyMaker;
use crate::render::view::{PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "archive",
    list,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    years: Vec<Year>,
}

#[derive(Serialize)]
struct Year {
    year: i16,
    count: usize,
    posts: Vec<Value>,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let years = edition
        .facts()
        .chunk_by(|newer, older| newer.year == older.year);
    let made_of = years.fold(KeyMaker::new("archive"), |made, posts| {
        let made = made.number(posts[0].year.cast_unsigned().into());
        made.number(posts.len() as u64)
    });
    let lines = edition.shape.blocks.digests().iter();
    let made_of = made_of.keys(lines.map(|digest| digest.lines));
    let at = "/archive/";
    let page = edition.rendition(("archive", at.to_owned()), made_of, move || {
        let years = by_year(edition).map(|posts| Year {
            year: year(&posts[0]),
            count: posts.len(),
            posts: posts
                .iter()
                .map(|post| post.line(edition.config, edition.shown()))
                .collect(),
        });
        Ok(View {
            site: edition.site(),
            page: edition.page("archive", "Archive", at),
            years: years.collect(),
        })
    });
    vec![page.modified(edition.last_updated())]
}

fn by_year<'a>(edition: &'a Edition<'_>) -> impl Iterator<Item = &'a [Arc<Entry>]> {
    let same = |newer: &Arc<Entry>, older: &Arc<Entry>| year(newer) == year(older);
    edition.posts.chunk_by(same)
}

fn year(article: &crate::render::Article) -> i16 {
    article.post.published.civil().year()
}
