//! How it looks: Markdown and templates become HTML. Pure; the only doorway to comrak, handlebars
//! and the highlighter.

mod article;
mod chat;
mod cut;
mod escape;
mod excerpt;
mod highlight;
pub(crate) mod history_view;
pub(crate) mod json_ld;
mod kind_view;
mod markdown;
pub(crate) mod picture;
pub(crate) mod plain;
pub(crate) mod post_view;
pub(crate) mod search_view;
mod theme;
pub(crate) mod view;

pub(crate) use article::{Article, Text};
pub(crate) use escape::{escape_into, replace_into};
pub(crate) use highlight::highlight;
pub(crate) use markdown::{Links, render as markdown};
pub(crate) use theme::{Asset, FOLDER as THEME_FOLDER, Labels, Reads, Theme, ThemeFile, built_in};
