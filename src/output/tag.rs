//! A page for each tag, and the page of all tags.

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::shape::Group;
use super::{Edition, Output, Rendition};
use crate::address::encoded;
use crate::memo::{KeyMaker, fingerprint};
use crate::render::view::{FeedsView, PageView, SiteView};

pub(super) const OUTPUT: Output = Output { name: "tags", list };

#[derive(Serialize)]
struct TagPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    tag: Tag<'a>,
    posts: Vec<&'a Value>,
}

#[derive(Serialize)]
struct TagsPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    tags: Vec<Tag<'a>>,
}

#[derive(Serialize)]
struct Tag<'a> {
    name: &'a str,
    url: String,
    count: usize,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let tags = edition.tags.iter();
    let all: Vec<Tag<'_>> = tags.map(tag).collect();
    let made_of = KeyMaker::new("tags").key(fingerprint(&all));
    let at = "/tags/";
    let page = edition.rendition(("tags", at.to_owned()), made_of, move || {
        Ok(TagsPage {
            site: edition.site(),
            page: edition.page("tags", &edition.says("tags", &[]), at),
            tags: edition.tags.iter().map(tag).collect(),
        })
    });
    let all = page.modified(edition.last_updated());
    let mut pages: Vec<Rendition<'a>> = edition
        .tags
        .par_iter()
        .map(|group| tag_page(edition, group))
        .collect();
    pages.push(all);
    pages
}

fn tag_page<'a>(edition: &'a Edition<'a>, group: &'a Group) -> Rendition<'a> {
    let made_of = KeyMaker::new("tag")
        .key(fingerprint(&tag(group)))
        .key(group.lines.key);
    let page = edition.rendition(("tag", path(group)), made_of, move || {
        let path = path(group);
        let posts = group.posts.iter();
        Ok(TagPage {
            site: edition.site(),
            page: PageView {
                feeds: FeedsView::below(&path),
                feeds_title: format!("{}: {}", edition.config.site.title, group.name),
                ..edition.page("tag", &group.name, &path)
            },
            tag: tag(group),
            posts: posts
                .map(|index| edition.posts[*index].line(edition.config, edition.shown()))
                .collect(),
        })
    });
    page.modified(group.lines.updated)
}

fn tag(group: &Group) -> Tag<'_> {
    Tag {
        name: &group.name,
        url: encoded(&path(group)),
        count: group.posts.len(),
    }
}

/// Where a tag's page stands.
pub(super) fn path(group: &Group) -> String {
    format!("/tags/{}/", group.slug)
}
