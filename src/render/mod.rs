//! How it looks: Markdown and templates become HTML. Pure; the only doorway to comrak, handlebars
//! and the highlighter.

mod article;
mod asset;
mod bounds;
mod escape;
mod highlight;
pub(crate) mod history_view;
mod inlined;
mod markdown;
mod plain;
mod reads;
pub(crate) mod search_view;
mod theme;
pub(crate) mod view;

pub(crate) use article::{Article, Text};
pub(crate) use escape::escape_into;
pub(crate) use highlight::highlight;
pub(crate) use markdown::{Links, render as markdown};
pub(crate) use plain::sections;
pub(crate) use reads::Reads;
pub(crate) use theme::{FOLDER as THEME_FOLDER, Theme, ThemeFile};
