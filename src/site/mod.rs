//! The finished blog: the immutable answer to every address. Pure data; what is served is looked
//! up here and nowhere else.

mod plan;

use std::sync::Arc;

use bytes::Bytes;

use crate::moment::Moment;
use crate::repository::Oid;

pub(crate) use plan::{Addresses, Paths, Plan};

/// Every address of one revision and what it answers.
#[derive(Debug, Default)]
pub(crate) struct Site {
    /// The commit it was built from; `None` for a working tree without commits.
    pub(crate) commit: Option<Oid>,
    /// Published posts in it.
    pub(crate) posts: usize,
    /// By decoded path, `/` first.
    pub(crate) answers: Answers,
}

/// Shared between sites, as far as they are the same.
pub(crate) type Answers = imbl::HashMap<Arc<str>, Answer>;

/// What one address answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// 200 with a representation.
    Resource(Arc<Resource>),
    /// 308 to a path of this site.
    Redirect(String),
    /// 410: a post stood here that is no more.
    Gone,
}

/// A page, feed or file in all its encodings.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) content_type: String,
    /// Strong validator of the identity form, without quotes; an encoded form appends `-br` or
    /// `-gzip`.
    pub(crate) etag: String,
    pub(crate) last_modified: Option<Moment>,
    /// The address carries a hash of the content: it may be cached for ever.
    pub(crate) immutable: bool,
    /// Kept out of search engines (`X-Robots-Tag: noindex`).
    pub(crate) noindex: bool,
    /// It may show a player of another site in a frame.
    pub(crate) frames: bool,
    pub(crate) identity: Body,
    pub(crate) brotli: Option<Body>,
    pub(crate) gzip: Option<Body>,
}

/// The bytes of one form, in memory or in a file of a release.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Memory(Bytes),
    /// A stretch of an open file; readers use positioned reads.
    File {
        file: Arc<std::fs::File>,
        offset: u64,
        length: u64,
    },
}

impl Site {
    /// The address of the page shown for unknown addresses (its resource is served with 404).
    pub(crate) const NOT_FOUND: &'static str = "/404.html";
    /// The page shown for deleted posts (served with 410), if the theme has one.
    pub(crate) const GONE: &'static str = "/410.html";

    pub(crate) fn lookup(&self, path: &str) -> Option<&Answer> {
        self.answers.get(path)
    }
}

impl Body {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }
}
