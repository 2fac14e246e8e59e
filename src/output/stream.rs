//! The stream: the front page and the numbered pages behind it. Pages count from the oldest post,
//! so that page N holds the same posts for ever.

use std::ops::Range;

use serde::Serialize;
use serde_json::Value;

use super::entry::Entry;
use super::{Edition, Output, Rendition, digest};
use crate::diagnostic::Diagnostic;
use crate::memo::KeyMaker;
use crate::render::json_ld;
use crate::render::post_view::{InLists, PostView};
use crate::render::view::{PageView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "stream",
    list,
};

/// Posts that stay on top, the newest of those that shall.
const MOST_PINNED: usize = 10;

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    /// On the front page, posts that stay on top; in their own places on the others.
    pinned: Vec<Value>,
    posts: Vec<Value>,
    pagination: Pagination,
    first: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Pagination {
    number: usize,
    total: usize,
    newer: Option<String>,
    older: Option<String>,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let stream = Stream {
        posts: edition.posts.len(),
        size: edition.config.site.posts_per_page,
    };
    let numbered = (1..=stream.pages()).map(Some);
    let all = numbered.chain([None]);
    all.map(|page| rendition(edition, stream, page)).collect()
}

fn rendition<'a>(edition: &'a Edition<'a>, stream: Stream, number: Option<usize>) -> Rendition<'a> {
    let path = number.map_or_else(|| "/".to_owned(), address);
    let pinned: &[usize] = if number.is_none() {
        let all = &edition.marked().pinned;
        &all[..all.len().min(MOST_PINNED)]
    } else {
        &[]
    };
    let digests = edition.shape.stream.digests();
    let shown = &digests[stream.shown(number)];
    let facts = pinned.iter().map(|place| &edition.facts()[*place]);
    // A pinned post that would stand here anyway stands among the pinned ones only.
    let made_of = KeyMaker::new("stream")
        .number(stream.pages() as u64)
        .number(stream.leads_on(number) as u64)
        .keys(shown.iter().map(|digest| digest.listed))
        .keys(facts.clone().map(|facts| facts.keys.listed));
    let runs = shown.iter().filter_map(|digest| digest.updated);
    let updated = runs.chain(facts.map(|facts| facts.updated)).max();
    let places = number.map_or_else(|| stream.front(), |number| stream.page(number));
    let holds = |place: &usize| places.contains(place) || pinned.contains(place);
    let frames = edition.marked().framing.iter().any(holds);
    let page = edition.rendition(("index", path), made_of, move || {
        let title = &edition.config.site.title;
        let (title, path, posts, pagination) = match number {
            None => (
                title.clone(),
                "/".to_owned(),
                stream.front(),
                stream.front_links(),
            ),
            Some(number) => (
                edition.says(
                    "page-numbered",
                    &[("title", title), ("number", &number.to_string())],
                ),
                address(number),
                stream.page(number),
                stream.links(number),
            ),
        };
        let listed = |place: &usize| listed(edition, &edition.posts[*place]);
        let posts: Vec<usize> = posts.filter(|place| !pinned.contains(place)).collect();
        Ok(View {
            site: edition.site(),
            page: PageView {
                json_ld: number
                    .is_none()
                    .then(|| json_ld::of_site(&edition.config.site)),
                ..edition.page("stream", &title, &path)
            },
            pinned: pinned.iter().map(listed).collect::<Result<_, _>>()?,
            posts: posts.iter().map(listed).collect::<Result<_, _>>()?,
            pagination,
            first: number.is_none(),
        })
    });
    Rendition {
        frames,
        ..page.modified(updated)
    }
}

fn listed(edition: &Edition<'_>, entry: &Entry) -> Result<Value, Diagnostic> {
    let shown = PostView::in_lists(&entry.article, &edition.config.site);
    let shows_text = shown != InLists::Announced;
    let html = shows_text.then(|| edition.html(entry)).transpose()?;
    Ok(entry.listed(html.as_deref(), edition.config, edition.shown()))
}

/// How many posts there are and how many stand on a page.
#[derive(Clone, Copy)]
struct Stream {
    posts: usize,
    size: usize,
}

impl Stream {
    fn pages(&self) -> usize {
        self.posts.div_ceil(self.size)
    }

    /// The posts of page `number`, as indices counted from the newest.
    fn page(&self, number: usize) -> Range<usize> {
        digest::run(self.posts, self.size, number - 1)
    }

    /// What its links depend on besides its number: the page behind the front page, or whether
    /// the front page is the next.
    fn leads_on(&self, number: Option<usize>) -> usize {
        let lowest = self.lowest_on_front();
        number.map_or(lowest, |number| usize::from(number + 1 >= lowest))
    }

    /// Which runs of posts stand on a numbered page, or on the front page.
    fn shown(&self, number: Option<usize>) -> Range<usize> {
        match number {
            Some(number) => number - 1..number,
            None => self.lowest_on_front().saturating_sub(1)..self.pages(),
        }
    }

    /// The lowest numbered page the front page shows: the newest page, and the one before it
    /// while the newest is not full.
    fn lowest_on_front(&self) -> usize {
        let pages = self.pages();
        if self.posts.is_multiple_of(self.size) || pages == 1 {
            pages
        } else {
            pages - 1
        }
    }

    fn front(&self) -> Range<usize> {
        match self.lowest_on_front() {
            0 => 0..0,
            lowest => 0..self.page(lowest).end,
        }
    }

    fn front_links(&self) -> Pagination {
        let older = self
            .lowest_on_front()
            .checked_sub(1)
            .filter(|number| *number > 0)
            .map(address);
        Pagination {
            number: self.pages().max(1),
            total: self.pages().max(1),
            newer: None,
            older,
        }
    }

    fn links(&self, number: usize) -> Pagination {
        let newer = if number + 1 >= self.lowest_on_front() {
            "/".to_owned()
        } else {
            address(number + 1)
        };
        Pagination {
            number,
            total: self.pages(),
            newer: Some(newer),
            older: (number > 1).then(|| address(number - 1)),
        }
    }
}

fn address(number: usize) -> String {
    format!("/page/{number}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_the_oldest_post() {
        let stream = Stream {
            posts: 25,
            size: 10,
        };
        assert_eq!(
            (stream.page(1), stream.page(2), stream.page(3)),
            (15..25, 5..15, 0..5)
        );
        assert_eq!(
            Stream {
                posts: 26,
                size: 10
            }
            .page(1),
            16..26,
            "one post more, the same ten on page 1"
        );
    }

    #[test]
    fn the_front_page_holds_at_least_a_page_and_the_walk_skips_and_repeats_nothing() {
        for posts in 0..60 {
            let stream = Stream { posts, size: 10 };
            let front = stream.front();
            assert!(front.len() >= posts.min(10) && front.len() < 20, "{posts}");
            let mut seen = front.end;
            let mut next = stream.front_links().older;
            while let Some(path) = next {
                let number = path
                    .trim_matches(|c: char| !c.is_ascii_digit())
                    .parse()
                    .unwrap();
                assert_eq!(stream.page(number).start, seen, "{posts}");
                seen = stream.page(number).end;
                next = stream.links(number).older;
            }
            assert_eq!(seen, posts);
        }
    }
}
