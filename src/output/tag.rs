//! A page for each tag, and the page of all tags.

use rayon::prelude::*;
use serde::Serialize;

use super::edition::Group;
use super::{Edition, Output, Rendition};
use crate::address::encoded;
use crate::diagnostic::Diagnostic;
use crate::render::view::{FeedsView, PageView, PostView, SiteView};

pub(super) const OUTPUT: Output = Output { name: "tags", make };

#[derive(Serialize)]
struct TagPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    tag: Tag<'a>,
    posts: Vec<PostView<'a>>,
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

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let view = TagsPage {
        site: edition.site(),
        page: edition.page("tags", "Tags", "/tags/"),
        tags: edition.tags.iter().map(tag).collect(),
    };
    let all = Rendition::page(
        "/tags/",
        edition.theme.render("tags", &view)?,
        edition.last_updated(),
    );
    let pages = edition
        .tags
        .par_iter()
        .map(|group| tag_page(edition, group));
    let mut pages = pages.collect::<Result<Vec<_>, _>>()?;
    pages.push(all);
    Ok(pages)
}

fn tag_page(edition: &Edition<'_>, group: &Group) -> Result<Rendition, Diagnostic> {
    let path = path(group);
    let view = TagPage {
        site: edition.site(),
        page: PageView {
            feeds: FeedsView::below(&path),
            feeds_title: format!("{}: {}", edition.config.site.title, group.name),
            ..edition.page("tag", &group.name, &path)
        },
        tag: tag(group),
        posts: group
            .posts
            .iter()
            .map(|index| PostView::entry(&edition.posts[*index], edition.config))
            .collect(),
    };
    let html = edition.theme.render("tag", &view)?;
    Ok(Rendition::page(
        &path,
        html,
        edition.updated(group.posts.iter().copied()),
    ))
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
