//! Where old versions of documents stood. Each is read once, and what it said is kept from one
//! build to the next.

use std::collections::HashMap;
use std::sync::Arc;

use super::DateFrom;
use super::layout::Place;
use super::post::Reader;
use crate::config::{Content, SiteConfig};
use crate::diagnostic::Diagnostic;
use crate::history::{FileHistory, Former};
use crate::moment::Moment;
use crate::repository::Oid;

/// Old versions of all documents together.
const MAX_READ: usize = 20_000;

/// Old versions that earlier builds read. They say the same as long as the configuration does.
#[derive(Debug, Default)]
pub(crate) struct OldVersions {
    terms: Option<Terms>,
    known: Known,
}

/// What an address depends on besides the document and its history.
#[derive(Debug, PartialEq)]
struct Terms {
    content: Content,
    timezone: Option<String>,
    base_url: Option<String>,
}

/// By path and content.
type Known = HashMap<(Arc<str>, Oid), Recalled>;

#[derive(Clone, Debug)]
struct Recalled {
    /// The date it was read with.
    published: Option<Moment>,
    /// `None` for what was no published document, or cannot be read.
    stood: Option<Arc<Stood>>,
}

/// Where a version stood.
#[derive(Debug)]
pub(super) struct Stood {
    /// Its address, and the same with the ending that was stated.
    pub(super) urls: Vec<String>,
    pub(super) aliases: Vec<String>,
    /// Before this, nobody saw it.
    pub(super) stated_date: Option<Moment>,
    /// As in `Post`.
    pub(super) stated_address: bool,
}

/// Reads old versions, a bounded number of them.
pub(super) struct Versions<'a> {
    pub(super) reader: &'a Reader<'a>,
    older: &'a dyn Fn(Oid) -> Option<Vec<u8>>,
    /// What earlier builds read.
    before: &'a mut Known,
    /// What this one asked for, and is kept.
    known: Known,
    /// More was asked for than is read.
    short: bool,
    /// When the first version that was not yet due is.
    due: Option<Moment>,
}

impl Terms {
    fn of(config: &SiteConfig) -> Self {
        Self {
            content: config.content.clone(),
            timezone: config.site.timezone.clone(),
            base_url: config.site.base_url.clone(),
        }
    }
}

impl<'a> Versions<'a> {
    pub(super) fn new(
        reader: &'a Reader<'a>,
        older: &'a dyn Fn(Oid) -> Option<Vec<u8>>,
        kept: &'a mut OldVersions,
    ) -> Self {
        let terms = Terms::of(reader.config);
        if kept.terms.as_ref() != Some(&terms) {
            kept.known = Known::new();
            kept.terms = Some(terms);
        }
        Self {
            reader,
            older,
            before: &mut kept.known,
            known: Known::new(),
            short: false,
            due: None,
        }
    }

    /// Where a version of the file with this history would have stood.
    fn read(&mut self, version: &Former, history: &Arc<FileHistory>) -> Option<Arc<Stood>> {
        let key = (Arc::clone(&version.path), version.blob);
        let fits = |recalled: &Recalled| recalled.published == history.published;
        if let Some(known) = self.known.get(&key).filter(|known| fits(known)) {
            return known.stood.clone();
        }
        if self.known.len() >= MAX_READ {
            self.short = true;
            return None;
        }
        let recalled = self.before.remove(&key).filter(fits);
        let recalled = recalled.unwrap_or_else(|| Recalled {
            published: history.published,
            stood: self.stood(version, history).map(Arc::new),
        });
        let stood = recalled.stood.clone();
        self.known.insert(key, recalled);
        stood
    }

    /// Where a version stood; `None` if readers never saw it.
    pub(super) fn seen(
        &mut self,
        version: &Former,
        history: &Arc<FileHistory>,
    ) -> Option<Arc<Stood>> {
        let now = self.reader.now;
        let stood = self.read(version, history)?;
        let end = version.until.map_or(now, |until| until.min(now));
        let waits = stood.stated_date.filter(|date| *date > now);
        self.due = self.due.into_iter().chain(waits).min();
        stood
            .stated_date
            .is_none_or(|date| date <= end)
            .then_some(stood)
    }

    /// When what versions say next changes by itself.
    pub(super) fn due(&self) -> Option<Moment> {
        self.due
    }

    /// Keeps what was asked for, and tells if it was too much.
    pub(super) fn finish(self) -> Option<Diagnostic> {
        *self.before = self.known;
        let found = Diagnostic::warning(
            "limit",
            format!("posts have more than {MAX_READ} old versions; the rest is not read"),
        )
        .help("addresses that only those had lead nowhere; name them in `aliases`");
        self.short.then_some(found)
    }

    fn stood(&self, version: &Former, history: &Arc<FileHistory>) -> Option<Stood> {
        let place = self.reader.layout.place(&version.path);
        if !matches!(place, Place::Post | Place::Page) {
            return None;
        }
        let bytes = (self.older)(version.blob)?;
        let read = self.reader.read_as(&version.path, &bytes, Some(history));
        let post = read.ok().map(|read| read.post).filter(|post| !post.draft)?;
        let stated = matches!(post.date_from, DateFrom::FrontMatter | DateFrom::FileName);
        let bare = post.url.trim_end_matches('/');
        let with_ending = [".html", ".htm"].map(|ending| format!("{bare}{ending}"));
        let is_same = |alias: &&String| with_ending.contains(alias);
        let mut urls = vec![post.url.clone()];
        urls.extend(post.aliases.iter().filter(is_same).cloned());
        Some(Stood {
            urls,
            aliases: post.aliases,
            stated_date: stated.then_some(post.published),
            stated_address: post.stated_address,
        })
    }
}
