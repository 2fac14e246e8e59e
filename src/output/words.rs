//! The words of texts, counted as they are rendered: an export has an index of them, and reading
//! each text as Markdown twice is a good part of a build.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::links::Resolver;
use crate::content::{Kind, Post};
use crate::memo::Key;
use crate::render::picture::Picture;
use crate::render::{Labels, Links, Theme};
use crate::search::{Counted, Section, Weights};

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) weights: Weights,
    by_text: Mutex<HashMap<Key, Counted>>,
}

/// The links of a text, and what it says.
pub(super) struct Listening<'a> {
    resolver: &'a Resolver<'a>,
    heard: Cell<Option<Vec<Section>>>,
}

impl<'a> Listening<'a> {
    pub(super) fn to(resolver: &'a Resolver<'a>) -> Self {
        Self {
            resolver,
            heard: Cell::default(),
        }
    }

    pub(super) fn into_heard(self) -> Option<Vec<Section>> {
        self.heard.into_inner()
    }
}

impl Words {
    /// Whether a text says as it is rendered all that it is searched by: a chat is rendered as
    /// another text, and an answer is two.
    pub(super) fn are_heard_of(post: &Post) -> bool {
        !matches!(post.kind, Kind::Chat | Kind::Answer { .. })
    }

    pub(super) fn put(&self, of: Key, sections: &[Section]) {
        let counted = self.weights.of(|counter| counter.add(sections));
        let mut by_text = self.by_text.lock().unwrap_or_else(PoisonError::into_inner);
        by_text.insert(of, counted);
    }

    pub(super) fn take(&self, of: Key) -> Option<Counted> {
        let mut by_text = self.by_text.lock().unwrap_or_else(PoisonError::into_inner);
        by_text.remove(&of)
    }
}

impl Links for Listening<'_> {
    fn labels(&self) -> Arc<Labels> {
        self.resolver.labels()
    }

    fn resolve(&self, written: &str, line: usize) -> Option<String> {
        self.resolver.resolve(written, line)
    }

    fn named(&self, name: &str, line: usize) -> Option<String> {
        self.resolver.named(name, line)
    }

    fn picture(&self, resolved: &str) -> Option<Picture> {
        self.resolver.picture(resolved)
    }

    fn theme(&self) -> Option<&Theme> {
        self.resolver.theme()
    }

    fn uses(&self, shortcode: &str) {
        self.resolver.uses(shortcode);
    }

    fn says(&self, sections: &dyn Fn() -> Vec<Section>) {
        self.heard.set(Some(sections()));
    }
}
