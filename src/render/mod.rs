//! How it looks: Markdown and templates become HTML. Pure; the only doorway to comrak, handlebars
//! and the highlighter.

mod article;
mod asset;
mod bounds;
mod built_in;
mod chat;
mod cut;
mod escape;
mod excerpt;
mod highlight;
pub(crate) mod history_view;
mod inlined;
pub(crate) mod json_ld;
mod kind_view;
mod markdown;
pub(crate) mod picture;
pub(crate) mod plain;
pub(crate) mod post_view;
mod reads;
pub(crate) mod search_view;
mod shortcodes;
mod theme;
pub(crate) mod view;

pub(crate) use article::{Article, Text};
pub(crate) use asset::Asset;
pub(crate) use built_in::built_in;
pub(crate) use escape::{escape_into, replace_into};
pub(crate) use highlight::highlight;
pub(crate) use markdown::{Links, render as markdown};
pub(crate) use reads::Reads;
pub(crate) use theme::{FOLDER as THEME_FOLDER, Theme, ThemeFile};
