//! A page for each author, and the page of all authors.

use rayon::prelude::*;
use serde::Serialize;

use super::edition::Group;
use super::{Edition, Output, Rendition};
use crate::address::encoded;
use crate::diagnostic::Diagnostic;
use crate::render::view::{FeedsView, PageView, PostView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "authors",
    make,
};

#[derive(Serialize)]
struct AuthorPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    author: Author<'a>,
    posts: Vec<PostView<'a>>,
}

#[derive(Serialize)]
struct AuthorsPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    authors: Vec<Author<'a>>,
}

/// An author of posts, with what `[authors.HANDLE]` says of them.
#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    handle: &'a str,
    url: String,
    home: Option<&'a str>,
    avatar: Option<&'a str>,
    bio: Option<&'a str>,
    count: usize,
}

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let view = AuthorsPage {
        site: edition.site(),
        page: edition.page("authors", "Authors", "/authors/"),
        authors: edition
            .authors
            .iter()
            .map(|group| author(edition, group))
            .collect(),
    };
    let all = Rendition::page(
        "/authors/",
        edition.theme.render("authors", &view)?,
        edition.last_updated(),
    );
    let pages = edition
        .authors
        .par_iter()
        .map(|group| author_page(edition, group));
    let mut pages = pages.collect::<Result<Vec<_>, _>>()?;
    pages.push(all);
    Ok(pages)
}

fn author_page(edition: &Edition<'_>, group: &Group) -> Result<Rendition, Diagnostic> {
    let path = path(group);
    let view = AuthorPage {
        site: edition.site(),
        page: PageView {
            feeds: FeedsView::below(&path),
            feeds_title: format!("{}: {}", edition.config.site.title, group.name),
            ..edition.page("author", &group.name, &path)
        },
        author: author(edition, group),
        posts: group
            .posts
            .iter()
            .map(|index| PostView::entry(&edition.posts[*index], edition.config))
            .collect(),
    };
    let html = edition.theme.render("author", &view)?;
    Ok(Rendition::page(
        &path,
        html,
        edition.updated(group.posts.iter().copied()),
    ))
}

fn author<'a>(edition: &'a Edition<'_>, group: &'a Group) -> Author<'a> {
    let known = edition.config.authors.get(&group.slug);
    Author {
        name: &group.name,
        handle: &group.slug,
        url: encoded(&path(group)),
        home: known.and_then(|author| author.url.as_deref()),
        avatar: known.and_then(|author| author.avatar.as_deref()),
        bio: known.and_then(|author| author.bio.as_deref()),
        count: group.posts.len(),
    }
}

/// Where an author's page stands.
pub(super) fn path(group: &Group) -> String {
    format!("/authors/{}/", group.slug)
}
