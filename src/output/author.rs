//! A page for each author, and the page of all authors.

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::shape::Group;
use super::{Edition, Output, Rendition};
use crate::address::encoded;
use crate::memo::{KeyMaker, fingerprint};
use crate::render::json_ld;
use crate::render::view::{FeedsView, PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "authors",
    list,
};

#[derive(Serialize)]
struct AuthorPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    author: Author<'a>,
    posts: Vec<&'a Value>,
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
    avatar: Option<String>,
    bio: Option<&'a str>,
    me: &'a [String],
    count: usize,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let authors = edition.authors.iter();
    let all: Vec<Author<'_>> = authors.map(|group| author(edition, group)).collect();
    let made_of = KeyMaker::new("authors").key(fingerprint(&all));
    let at = "/authors/";
    let page = edition.rendition(("authors", at.to_owned()), made_of, move || {
        let authors = edition.authors.iter();
        Ok(AuthorsPage {
            site: edition.site(),
            page: edition.page("authors", &edition.says("authors", &[]), at),
            authors: authors.map(|group| author(edition, group)).collect(),
        })
    });
    let all = page.modified(edition.last_updated());
    let mut pages: Vec<Rendition<'a>> = edition
        .authors
        .par_iter()
        .map(|group| author_page(edition, group))
        .collect();
    pages.push(all);
    pages
}

fn author_page<'a>(edition: &'a Edition<'a>, group: &'a Group) -> Rendition<'a> {
    let made_of = KeyMaker::new("author")
        .key(fingerprint(&author(edition, group)))
        .key(group.lines.key);
    let page = edition.rendition(("author", path(group)), made_of, move || {
        let path = path(group);
        let posts = group.posts.iter();
        let person = author(edition, group);
        let elsewhere = person.home.into_iter();
        let elsewhere = elsewhere.chain(person.me.iter().map(String::as_str));
        let about = (person.bio, person.avatar.as_deref(), elsewhere.collect());
        let site = &edition.config.site;
        Ok(AuthorPage {
            site: edition.site(),
            page: PageView {
                feeds: FeedsView::below(&path),
                feeds_title: format!("{}: {}", site.title, group.name),
                json_ld: Some(json_ld::of_author(site, (&group.name, &person.url), about)),
                ..edition.page("author", &group.name, &path)
            },
            author: person,
            posts: posts
                .map(|index| edition.posts[*index].line(edition.config, edition.shown()))
                .collect(),
        })
    });
    page.modified(group.lines.updated)
}

fn author<'a>(edition: &'a Edition<'_>, group: &'a Group) -> Author<'a> {
    let known = edition.config.authors.get(&group.slug);
    Author {
        name: &group.name,
        handle: &group.slug,
        url: encoded(&path(group)),
        home: known.and_then(|author| author.url.as_deref()),
        avatar: known
            .and_then(|author| author.avatar.as_deref())
            .map(|avatar| edition.file_url(avatar)),
        bio: known.and_then(|author| author.bio.as_deref()),
        me: known.map_or(&[], |author| &author.me),
        count: group.posts.len(),
    }
}

/// Where an author's page stands.
pub(super) fn path(group: &Group) -> String {
    format!("/authors/{}/", group.slug)
}
