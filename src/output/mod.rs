//! What we make of a blog: one file for each kind of output, each a function from the edition to
//! renditions, listed in `OUTPUTS`.

mod archive;
mod assets;
mod atom;
mod author;
mod edition;
mod error_page;
mod feed;
mod json_feed;
mod links;
mod post;
mod robots;
mod rss;
mod sitemap;
mod stream;
mod tag;
mod xml;

use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::repository::SourceFile;

pub(crate) use edition::Edition;
pub(crate) use links::LinkMap;

/// One kind of output.
pub(crate) struct Output {
    /// For logs and tests.
    pub(crate) name: &'static str,
    /// Makes all of it; an error is the theme's fault and rejects the build.
    pub(crate) make: fn(&Edition<'_>) -> Result<Vec<Rendition>, Diagnostic>,
}

/// Everything that is made. Where two claim one address the earlier keeps it: an author's own
/// `robots.txt` or archive page stands above the built-in one.
pub(crate) const OUTPUTS: &[Output] = &[
    post::OUTPUT,
    assets::OUTPUT,
    stream::OUTPUT,
    archive::OUTPUT,
    tag::OUTPUT,
    author::OUTPUT,
    feed::OUTPUT,
    sitemap::OUTPUT,
    robots::OUTPUT,
    error_page::OUTPUT,
];

/// One address and what stands there, before it is compressed and hashed.
#[derive(Debug)]
pub(crate) struct Rendition {
    /// Decoded path on the site.
    pub(crate) path: String,
    pub(crate) content_type: &'static str,
    pub(crate) content: Content,
    pub(crate) last_modified: Option<Moment>,
    pub(crate) noindex: bool,
    /// The address changes with the content.
    pub(crate) immutable: bool,
}

/// Where the bytes are.
#[derive(Debug)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    /// A file of the content repository, read when the release is written.
    File(SourceFile),
}

impl Rendition {
    /// A page of HTML.
    fn page(path: &str, html: String, last_modified: Option<Moment>) -> Self {
        Self::text(path, "text/html; charset=utf-8", html, last_modified)
    }

    /// A text of any type.
    fn text(
        path: &str,
        content_type: &'static str,
        text: String,
        last_modified: Option<Moment>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            content_type,
            content: Content::Bytes(text.into_bytes()),
            last_modified,
            noindex: false,
            immutable: false,
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
