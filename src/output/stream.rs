//! The stream: the front page and the numbered pages behind it. Pages count from the oldest post,
//! so that page N holds the same posts for ever.

use std::ops::Range;

use serde::Serialize;
use serde_json::Value;

use super::entry::Entry;
use super::{Edition, Output, Rendition};
use crate::diagnostic::Diagnostic;
use crate::memo::{KeyMaker, fingerprint};
use crate::render::view::{InLists, PageView, PostView, SiteView};

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
    let numbered = (1..=stream.pages()).map(|number| {
        let path = format!("/page/{number}/");
        let shown = (stream.page(number), stream.links(number));
        rendition(edition, path, shown, false)
    });
    let front = (stream.front(), stream.front_links());
    let front = rendition(edition, "/".to_owned(), front, true);
    numbered.chain([front]).collect()
}

fn rendition<'a>(
    edition: &'a Edition<'a>,
    path: String,
    (posts, pagination): (Range<usize>, Pagination),
    first: bool,
) -> Rendition<'a> {
    let pinned: &[usize] = if first {
        let all = &edition.marked().pinned;
        &all[..all.len().min(MOST_PINNED)]
    } else {
        &[]
    };
    let posts = posts.filter(move |place| !pinned.contains(place));
    let posts: Vec<usize> = posts.collect();
    let all = || pinned.iter().chain(&posts).copied();
    let updated = edition.updated(all());
    let framing = &edition.marked().framing;
    let frames = all().any(|place| framing.binary_search(&place).is_ok());
    let facts = edition.facts();
    let key = |place: &usize| facts[*place].keys.listed;
    let made_of = KeyMaker::new("stream")
        .key(fingerprint(&pagination))
        .keys(pinned.iter().map(key))
        .keys(posts.iter().map(key));
    let at = path.clone();
    let page = edition.rendition(("index", path), made_of, move || {
        let title = &edition.config.site.title;
        let title = if first {
            title.clone()
        } else {
            format!("{title}, page {}", pagination.number)
        };
        let listed = |place: &usize| listed(edition, &edition.posts[*place]);
        Ok(View {
            site: edition.site(),
            page: edition.page("stream", &title, &at),
            pinned: pinned.iter().map(listed).collect::<Result<_, _>>()?,
            posts: posts.iter().map(listed).collect::<Result<_, _>>()?,
            pagination: pagination.clone(),
            first,
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
        let oldest_first = (number - 1) * self.size..(number * self.size).min(self.posts);
        self.posts - oldest_first.end..self.posts - oldest_first.start
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
