//! The templates of the theme that authors may use in their texts.

use super::Theme;
use crate::memo::{Key, KeyMaker};

/// Folder of the theme whose templates authors may use in their texts.
const SHORTCODES: &str = "shortcodes/";

impl Theme {
    /// The arguments a shortcode needs, as a comment at the top of it says; `None` if there is none
    /// of that name.
    pub(crate) fn shortcode(&self, name: &str) -> Option<impl Iterator<Item = &str>> {
        let source = self.sources.get(&format!("{SHORTCODES}{name}"))?;
        let needs = source.strip_prefix("{{!-- needs ").and_then(|rest| {
            let (needs, _) = rest.split_once("--}}")?;
            Some(needs.split([',', ' ']).filter(|name| !name.is_empty()))
        });
        Some(needs.into_iter().flatten())
    }

    /// The names of shortcodes.
    pub(crate) fn shortcodes(&self) -> impl Iterator<Item = &str> {
        let names = self.sources.keys();
        names.filter_map(|name| name.strip_prefix(SHORTCODES))
    }

    /// Of all that a shortcode makes its HTML from; `None` if there is none of that name.
    pub(crate) fn shortcode_key(&self, name: &str) -> Option<Key> {
        self.keys.get(&format!("{SHORTCODES}{name}")).copied()
    }

    /// Of all shortcodes.
    pub(crate) fn shortcodes_key(&self) -> Key {
        let made = KeyMaker::new("shortcodes");
        let keys = self
            .shortcodes()
            .filter_map(|name| self.shortcode_key(name));
        keys.fold(made, KeyMaker::key).finish()
    }
}
