//! One page of results.

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{Catalogue, Made, PAGES, Question};
use crate::address::{SEARCH, encoded};
use crate::memo::KeyMaker;
use crate::output::Entry;
use crate::render::search_view::{ResultView, SearchView};
use crate::render::view::{FeedsView, NamedView, PageView, SiteView};
use crate::search::Query;
use crate::site::{Body, Resource};

/// Results on a page.
const SHOWN: usize = 10;

/// `search.hbs`.
#[derive(Serialize)]
struct Page<'a> {
    site: SiteView<'a>,
    page: PageView,
    search: SearchView,
}

/// The same for scripts.
#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    total: usize,
    page: usize,
    pages: usize,
    results: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    url: &'a str,
    title: &'a str,
    excerpt: &'a str,
    published: &'a str,
    date: &'a str,
    authors: &'a [NamedView],
    tags: &'a [NamedView],
}

pub(super) fn make(catalogue: &Catalogue, question: &Question) -> Made {
    let view = find(catalogue, question);
    if question.json {
        let json = serde_json::to_vec(&Answer::of(&view));
        return Some(resource("application/json", json.ok()?));
    }
    let (site, theme) = (&catalogue.config.site, &catalogue.theme);
    let page = Page {
        site: SiteView::of(site, theme),
        page: PageView {
            kind: "search",
            title: theme.says(&site.language, "search-for", &[("query", &view.query)]),
            path: encoded(SEARCH),
            noindex: true,
            feeds: FeedsView::below("/"),
            feeds_title: site.title.clone(),
            ..PageView::default()
        },
        search: view,
    };
    match theme.render("search", &page) {
        Ok(html) => Some(resource("text/html; charset=utf-8", html.into_bytes())),
        Err(problem) => {
            tracing::warn!("{}", problem.to_string().trim_end());
            None
        }
    }
}

fn find(catalogue: &Catalogue, question: &Question) -> SearchView {
    let query = Query::parse(&question.text);
    let entry = |item: u32| catalogue.entries.get(item as usize);
    let allowed = |item: u32| entry(item).is_some_and(|entry| admits(&query, entry));
    let hits = catalogue.index.find(&query, &allowed);
    let results = hits.page(question.page, SHOWN).iter();
    let results = results.filter_map(|hit| {
        let excerpt = catalogue.index.excerpt(hit, &query);
        let entry = entry(hit.item)?;
        Some(ResultView::of(entry, &excerpt, &catalogue.config.site))
    });
    let pages = hits.len().div_ceil(SHOWN).min(PAGES);
    let at = |number: usize| {
        let text = utf8_percent_encode(&question.text, NON_ALPHANUMERIC);
        let page = if number > 1 {
            format!("&page={number}")
        } else {
            String::new()
        };
        (1..=pages)
            .contains(&number)
            .then(|| format!("{SEARCH}?q={text}{page}"))
    };
    SearchView {
        query: question.text.clone(),
        asked: !query.is_empty(),
        total: hits.len(),
        results: results.collect(),
        number: question.page,
        pages,
        previous: at(question.page - 1),
        next: at(question.page + 1),
    }
}

/// Whether an entry passes the filters; without any, nothing is asked of it.
fn admits(query: &Query, entry: &Entry) -> bool {
    if !query.filters() {
        return true;
    }
    let tags = entry.tags().iter();
    let tags: Vec<[&str; 2]> = tags.map(|(slug, name)| [slug.as_str(), name]).collect();
    let tags: Vec<&[&str]> = tags.iter().map(|names| &names[..]).collect();
    let authors = entry.post.authors.iter();
    let authors: Vec<[&str; 2]> = authors
        .map(|name| [name.handle.as_str(), &name.shown])
        .collect();
    let authors: Vec<&[&str]> = authors.iter().map(|names| &names[..]).collect();
    query.admits(&tags, &authors)
}

impl<'a> Answer<'a> {
    fn of(view: &'a SearchView) -> Self {
        let results = view.results.iter().map(|found| Found {
            url: &found.url,
            title: &found.name,
            excerpt: &found.excerpt,
            published: &found.published.iso,
            date: &found.published.display,
            authors: &found.authors,
            tags: &found.tags,
        });
        Self {
            query: &view.query,
            total: view.total,
            page: view.number,
            pages: view.pages,
            results: results.collect(),
        }
    }
}

fn resource(content_type: &str, bytes: Vec<u8>) -> Resource {
    let key = KeyMaker::new("results").bytes(&bytes).finish();
    Resource {
        content_type: content_type.to_owned(),
        etag: format!("{key:?}"),
        last_modified: None,
        immutable: false,
        noindex: true,
        frames: false,
        identity: Body::Memory(Bytes::from(bytes)),
        brotli: None,
        gzip: None,
    }
}
