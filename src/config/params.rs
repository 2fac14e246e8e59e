//! `[params]`: settings of the theme. Which there are and of what type, the theme says; here is only
//! where each stands, so that it can be shown.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(transparent)]
pub(crate) struct Params {
    pub(crate) values: BTreeMap<String, toml::Value>,
    /// A finding at each, with nothing said yet.
    #[serde(skip)]
    places: BTreeMap<String, Diagnostic>,
}

impl Params {
    /// Remembers where in the text of `path` each stands.
    pub(super) fn place(&mut self, table: &DeTable<'_>, text: &str, path: &str) {
        let section = table.get("params").map(toml::Spanned::get_ref);
        let Some(DeValue::Table(section)) = section else {
            return;
        };
        self.places = section
            .iter()
            .map(|(name, _)| {
                let place = Diagnostic::error("config", "").path(path);
                (
                    name.get_ref().to_string(),
                    place.at(text, name.span().start),
                )
            })
            .collect();
    }

    /// An error about one of them.
    pub(crate) fn problem(&self, name: &str, message: String) -> Diagnostic {
        let place = self.places.get(name).cloned();
        Diagnostic {
            message,
            ..place.unwrap_or_else(|| Diagnostic::error("config", ""))
        }
    }
}
