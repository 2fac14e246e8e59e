//! The stream: the front page and the numbered pages behind it. Pages count from the oldest post,
//! so that page N holds the same posts for ever.

use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::{Edition, Output, Rendition};
use crate::diagnostic::Diagnostic;
use crate::render::view::{PageView, PostView, SiteView};

pub(super) const OUTPUT: Output = Output {
    name: "stream",
    make,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    posts: Vec<PostView<'a>>,
    pagination: Pagination,
    first: bool,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Pagination {
    number: usize,
    total: usize,
    newer: Option<String>,
    older: Option<String>,
}

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let stream = Stream {
        posts: edition.posts.len(),
        size: edition.config.site.posts_per_page,
    };
    let front = edition_page(edition, "/", stream.front(), stream.front_links(), true)?;
    let numbered = (1..=stream.pages()).into_par_iter().map(|number| {
        let path = format!("/page/{number}/");
        edition_page(
            edition,
            &path,
            stream.page(number),
            stream.links(number),
            false,
        )
    });
    let mut pages = numbered.collect::<Result<Vec<_>, _>>()?;
    pages.push(front);
    Ok(pages)
}

fn edition_page(
    edition: &Edition<'_>,
    path: &str,
    posts: Range<usize>,
    pagination: Pagination,
    first: bool,
) -> Result<Rendition, Diagnostic> {
    let title = &edition.config.site.title;
    let title = if first {
        title.clone()
    } else {
        format!("{title}, page {}", pagination.number)
    };
    let view = View {
        site: edition.site(),
        page: edition.page("stream", &title, path),
        posts: edition.posts[posts.clone()]
            .iter()
            .map(|post| PostView::listed(post, edition.config))
            .collect(),
        pagination,
        first,
    };
    let html = edition.theme.render("index", &view)?;
    Ok(Rendition::page(path, html, edition.updated(posts)))
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
