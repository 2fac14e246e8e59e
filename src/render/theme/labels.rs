//! What the HTML of texts says besides what authors wrote.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::built_in::built_in;
use super::wording::{self, Wording, form};
use crate::memo::{Key, KeyMaker};

/// The texts of one language, as the theme has them.
#[derive(Debug)]
pub(crate) struct Labels {
    /// Of all of them.
    pub(crate) key: Key,
    by_name: BTreeMap<&'static str, String>,
}

/// Their names in `i18n/`.
const NAMES: [&str; 10] = [
    "alert-caution",
    "alert-important",
    "alert-note",
    "alert-tip",
    "alert-warning",
    "back-to-reference",
    "done",
    "link-to",
    "table-numbered",
    "to-do",
];

impl Labels {
    pub(super) fn of(wording: &Wording, language: &str) -> Self {
        let said = |name: &'static str| {
            let text = wording.find(language, name);
            let message = text.and_then(|text| form(text, language, None));
            (
                name,
                message.map_or_else(|| name.to_owned(), ToString::to_string),
            )
        };
        let by_name: BTreeMap<&str, String> = NAMES.map(said).into();
        let key = by_name.values().map(String::as_str);
        let key = key.fold(KeyMaker::new("labels"), KeyMaker::text).finish();
        Self { key, by_name }
    }

    /// Those of the built-in theme in English.
    pub(crate) fn english() -> Arc<Self> {
        static ENGLISH: LazyLock<Arc<Labels>> = LazyLock::new(|| {
            let path = format!("{}{}.toml", wording::FOLDER, wording::FALLBACK);
            let files = built_in("default").unwrap_or_default();
            let mut wording = Wording::default();
            wording
                .add(&path, &files[&path])
                .expect("a test reads all built-in texts");
            Arc::new(Labels::of(&wording, wording::FALLBACK))
        });
        Arc::clone(&ENGLISH)
    }

    /// One of them, with `{…}` for a value still in it.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.by_name.get(name).map_or("", String::as_str)
    }
}
