//! What a template may see of a post's past: part of the contract with theme authors, each field
//! described in the manual's page on themes.

use serde::Serialize;

use super::view::DateView;
use crate::address;
use crate::config::Site;
use crate::content::{Name, Post, PublicRevision};

/// `post.history`: that there are pages of it, and what they hold.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryView {
    url: String,
    edits: usize,
    last: Option<EditView>,
}

/// Who changed it when.
#[derive(Debug, Serialize)]
pub(crate) struct EditView {
    date: DateView,
    names: Vec<String>,
}

/// `revision`, and each of `revisions`.
#[derive(Debug, Serialize)]
pub(crate) struct RevisionView {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    pub(crate) edit: EditView,
    pub(crate) subject: String,
    pub(crate) newest: bool,
    pub(crate) first: bool,
}

/// `changes`: what a revision changed in the one before it.
#[derive(Debug, Serialize)]
pub(crate) struct ChangesView {
    pub(crate) html: String,
    pub(crate) added_words: usize,
    pub(crate) removed_words: usize,
    pub(crate) whole: bool,
}

impl HistoryView {
    /// `None` where there are no such pages.
    pub(super) fn of(post: &Post, site: &Site) -> Option<Self> {
        let revisions = &post.public_history.as_ref()?.revisions;
        let last = revisions.first()?;
        Some(Self {
            url: address::encoded(&format!("{}@/", post.url)),
            edits: revisions.len() - 1,
            last: (revisions.len() > 1).then(|| EditView::of(last, site)),
        })
    }
}

impl EditView {
    pub(crate) fn of(revision: &PublicRevision, site: &Site) -> Self {
        let shown = |name: &Name| name.shown.clone();
        Self {
            date: DateView::of(revision.time, site),
            names: revision.authors.iter().map(shown).collect(),
        }
    }
}
