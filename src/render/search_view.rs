//! What `search.hbs` may see: what was searched for, and what was found.

use serde::Serialize;

use super::view::{DateView, NamedView, author, tag};
use super::{Article, escape_into};
use crate::config::Site;
use crate::search::Piece;

/// `search`: empty on the page with nothing but the form.
#[derive(Debug, Default, Serialize)]
pub(crate) struct SearchView {
    pub(crate) query: String,
    /// Something was searched for.
    pub(crate) asked: bool,
    pub(crate) total: usize,
    pub(crate) results: Vec<ResultView>,
    pub(crate) number: usize,
    pub(crate) pages: usize,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// A post or page that was found.
#[derive(Debug, Serialize)]
pub(crate) struct ResultView {
    pub(crate) url: String,
    pub(crate) name: String,
    /// HTML in which nothing but `mark` is an element.
    pub(crate) excerpt: String,
    pub(crate) published: DateView,
    pub(crate) authors: Vec<NamedView>,
    pub(crate) tags: Vec<NamedView>,
}

impl ResultView {
    pub(crate) fn of(article: &Article, excerpt: &[Piece], site: &Site) -> Self {
        let post = &article.post;
        Self {
            url: article.url.clone(),
            name: article.name(),
            excerpt: marked(excerpt),
            published: DateView::of(post.published, site),
            authors: post.authors.iter().map(author).collect(),
            tags: post.tags.iter().map(|name| tag(name)).collect(),
        }
    }
}

/// Pieces as HTML, with what was searched for marked.
fn marked(pieces: &[Piece]) -> String {
    let mut html = String::new();
    for Piece { text, marked } in pieces {
        let (open, close) = if *marked {
            ("<mark>", "</mark>")
        } else {
            ("", "")
        };
        html.push_str(open);
        escape_into(&mut html, text);
        html.push_str(close);
    }
    html
}
