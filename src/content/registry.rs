//! The blog's authors: a name as it stands in front matter or a commit, and the entry of
//! `[authors]` it means.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Name;
use super::keys::clean;
use super::slug::slugify;
use crate::config::Author;

/// Characters of a name that are shown.
const MAX_CHARS: usize = 200;

/// `[authors]`, by every name an author goes by.
#[derive(Debug)]
pub(super) struct Registry {
    by_name: HashMap<String, Name>,
}

impl Registry {
    pub(super) fn new(authors: &BTreeMap<String, Author>) -> Self {
        let mut by_name = HashMap::new();
        for (handle, author) in authors {
            let shown = author
                .name
                .as_deref()
                .map(shown)
                .filter(|name| !name.is_empty());
            let name = Name {
                shown: shown.unwrap_or_else(|| handle.clone()),
                handle: handle.clone(),
            };
            let names = author.name.iter().chain(&author.git);
            for known in std::iter::once(handle).chain(names) {
                by_name.entry(key(known)).or_insert_with(|| name.clone());
            }
        }
        Self { by_name }
    }

    /// Who is meant; `None` where nothing is left to show.
    pub(super) fn name(&self, text: &str) -> Option<Name> {
        let shown = shown(text);
        if shown.is_empty() {
            return None;
        }
        if let Some(known) = self.by_name.get(&key(&shown)) {
            return Some(known.clone());
        }
        let slug = slugify(&shown);
        let handle = if slug.is_empty() {
            "author".to_owned()
        } else {
            slug
        };
        Some(Name { shown, handle })
    }

    /// All of them once, in order.
    pub(super) fn names<'n>(&self, texts: impl IntoIterator<Item = &'n str>) -> Vec<Name> {
        let mut seen = HashSet::new();
        texts
            .into_iter()
            .filter_map(|text| self.name(text))
            .filter(|name| seen.insert(name.handle.clone()))
            .collect()
    }
}

fn key(name: &str) -> String {
    clean(name).to_lowercase()
}

fn shown(text: &str) -> String {
    super::cut(&clean(text), MAX_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Registry {
        let ann = Author {
            name: Some("Ann Lee".to_owned()),
            git: vec!["alee".to_owned()],
            ..Author::default()
        };
        Registry::new(&BTreeMap::from([("ann".to_owned(), ann)]))
    }

    #[test]
    fn an_author_is_known_by_handle_name_and_commits() {
        for text in ["ann", "ANN LEE", "Ann  Lee", "alee"] {
            let name = registry().name(text).unwrap();
            assert_eq!(
                (name.shown.as_str(), name.handle.as_str()),
                ("Ann Lee", "ann"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_stranger_is_known_by_the_name() {
        let name = registry().name("<script>\u{7}Bob\u{0}").unwrap();
        assert_eq!(
            (name.shown.as_str(), name.handle.as_str()),
            ("<script>Bob", "script-bob")
        );
        assert_eq!(registry().name(" \u{0} "), None);
        assert_eq!(registry().name("🎉").unwrap().handle, "author");
        assert_eq!(registry().names(["ann", "Ann Lee", "Bob"]).len(), 2);
    }
}
