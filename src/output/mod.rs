//! What we make of a blog: one file for each kind of output, each a function from the edition to
//! renditions, listed in `OUTPUTS`.

mod archive;
mod assets;
mod atom;
mod author;
mod beside;
mod bonds;
mod card;
mod contents;
mod digest;
mod edition;
mod enclosure;
mod entries;
mod entry;
mod error_page;
mod feed;
mod htmls;
mod json_feed;
mod links;
mod local_search;
mod names;
mod pictures;
mod post;
mod relations;
mod renderer;
mod robots;
mod rss;
mod search;
mod series;
mod shape;
mod sitemap;
mod stream;
mod tag;
mod texts;
mod well_known;
mod words;
mod xml;

use std::borrow::Cow;

use crate::diagnostic::Diagnostic;
use crate::memo::Key;
use crate::moment::Moment;
use crate::repository::SourceFile;

pub(crate) use edition::{Edition, Sources};
pub(crate) use entry::Entry;
pub(crate) use links::LinkMap;
pub(crate) use names::Names;
pub(crate) use texts::Texts;

/// One kind of output.
pub(crate) struct Output {
    /// For logs and tests.
    pub(crate) name: &'static str,
    /// Says what there is of it, and how each is made.
    pub(crate) list: for<'a> fn(&'a Edition<'a>) -> Vec<Rendition<'a>>,
}

/// Everything that is made. Where two claim one address the earlier keeps it: an author's own
/// `robots.txt` or archive page stands above the built-in one.
pub(crate) const OUTPUTS: &[Output] = &[
    post::OUTPUT,
    card::OUTPUT,
    assets::OUTPUT,
    stream::OUTPUT,
    archive::OUTPUT,
    tag::OUTPUT,
    author::OUTPUT,
    series::OUTPUT,
    feed::OUTPUT,
    sitemap::OUTPUT,
    robots::OUTPUT,
    well_known::OUTPUT,
    search::OUTPUT,
    error_page::OUTPUT,
];

/// One address and what shall stand there.
pub(crate) struct Rendition<'a> {
    /// Decoded path on the site.
    pub(crate) path: Cow<'a, str>,
    pub(crate) content_type: &'static str,
    /// Of everything the content is made of.
    pub(crate) key: Key,
    pub(crate) content: Content<'a>,
    pub(crate) last_modified: Option<Moment>,
    pub(crate) noindex: bool,
    /// It may show a player of another site in a frame.
    pub(crate) frames: bool,
    /// The address changes with the content.
    pub(crate) immutable: bool,
}

/// Where the bytes come from.
pub(crate) enum Content<'a> {
    /// They are made, unless those of the same key are at hand.
    Made(Box<Make<'a>>),
    /// A file of the content repository, read when the release is written.
    File(&'a SourceFile),
    /// A picture of it, without what else the file says.
    Plain(&'a SourceFile),
    /// The same in a smaller width. As long as that is not made, what stands at the address `of`
    /// under the key `plain` may stand for it.
    Smaller {
        file: &'a SourceFile,
        width: u32,
        of: &'a str,
        plain: Key,
    },
}

/// Makes the bytes. An error is the theme's fault and rejects the build.
pub(crate) type Make<'a> = dyn Fn() -> Result<Vec<u8>, Diagnostic> + Send + Sync + 'a;

impl<'a> Rendition<'a> {
    fn made(
        path: impl Into<Cow<'a, str>>,
        content_type: &'static str,
        key: Key,
        make: impl Fn() -> Result<Vec<u8>, Diagnostic> + Send + Sync + 'a,
    ) -> Self {
        Self {
            path: path.into(),
            content_type,
            key,
            content: Content::Made(Box::new(make)),
            last_modified: None,
            noindex: false,
            frames: false,
            immutable: false,
        }
    }

    fn modified(self, last_modified: Option<Moment>) -> Self {
        Self {
            last_modified,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_outputs_are_unique() {
        let mut names: Vec<&str> = OUTPUTS.iter().map(|output| output.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), OUTPUTS.len());
    }
}
