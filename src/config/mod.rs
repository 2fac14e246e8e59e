//! What was set. Two files, two types: `SiteConfig` is the authors' `byline.toml`, the server's
//! options are the operator's. Nothing an author pushes can set the second.

mod check;
mod keys;
mod parse;
mod permalink;
mod site;

pub(crate) use keys::KEYS;
pub(crate) use permalink::{Pattern, Piece, Token};
pub(crate) use site::{
    Author, Content, DateRule, Feed, HtmlPolicy, MenuEntry, OnError, Provenance, Site, SiteConfig,
};
