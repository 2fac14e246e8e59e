//! Making a site current: written as a release, then swapped in memory. Disk first, so that what
//! readers have seen is there after a crash. What is quick to make comes first; what is dear and
//! changes nothing that a reader sees follows when nobody waits.

mod current;
mod difference;
mod encode;
mod export;
mod extras;
mod last;
mod manifest;
mod order;
mod release;
mod retired;
mod scaled;
mod segment;
mod writing;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::image::{plain as stripped, smaller};
use crate::moment::Moment;
use crate::output::{Content, Rendition};
use crate::repository::SourceFile;
use crate::site::{Plan, Site};
use crate::tally::Tally;
use extras::Memory;
use last::{Delta, Last, Used};
use manifest::{Head, Manifest};
use order::Order;
use release::{Draft, Releases};
use segment::Segments;
use writing::Writing;

pub(crate) use current::Current;
pub(crate) use difference::Difference;
pub(crate) use export::{export, made, try_all};

/// Renditions made at a time: bounds what is in flight.
const BATCH: usize = 256;
/// A first site of no more renditions is published with its encoded forms.
const SMALL: usize = 256;

/// Why a site could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot {verb} `{path}`")]
    Io {
        verb: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("the system gives no random numbers")]
    Random(#[source] getrandom::Error),
    #[error("cannot read `{path}` from the content repository")]
    Source {
        path: String,
        source: crate::repository::Error,
    },
    /// A page cannot be made, which is the theme's fault.
    #[error("{}", .0.message)]
    Page(Box<Diagnostic>),
    #[error("`{path}` holds something byline did not build")]
    Foreign { path: PathBuf },
}

impl Error {
    pub(crate) fn page(problem: Diagnostic) -> Self {
        Self::Page(Box::new(problem))
    }

    fn io(verb: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            verb,
            path: path.to_owned(),
            source,
        }
    }
}

/// Reads a file of the revision being published.
pub(crate) type Read<'a> =
    &'a (dyn Fn(&SourceFile) -> Result<Vec<u8>, crate::repository::Error> + Sync);

/// How many renditions were made, and how many were at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) made: usize,
    pub(crate) kept: usize,
}

/// Writes releases and swaps the site that is served.
#[derive(Debug)]
pub(crate) struct Publisher {
    releases: Releases,
    /// What the current release holds: forms that did not change are taken from it.
    last: Option<Last>,
    current: Arc<Current>,
    tally: Tally,
}

impl Publisher {
    /// Opens the releases of a data directory and, where one is whole, serves it at once.
    pub(crate) fn open(data_dir: &Path, current: Arc<Current>) -> Result<Self, Error> {
        let releases = Releases::open(data_dir)?;
        let last = releases.current().and_then(|manifest| {
            let folder = releases.current_folder();
            Last::open(&folder, manifest)
                .inspect_err(|error| {
                    tracing::warn!(path = %folder.display(), %error, "the last release cannot be read; building anew");
                })
                .ok()
        });
        if let Some(Last { site, .. }) = &last {
            tracing::info!(posts = site.posts, commit = ?site.commit, "serving the last release");
            current.swap(Arc::clone(site));
        }
        Ok(Self {
            releases,
            last,
            current,
            tally: Tally::default(),
        })
    }

    /// The same, telling how far it is.
    pub(crate) fn counting(self, tally: &Tally) -> Self {
        Self {
            tally: tally.clone(),
            ..self
        }
    }

    /// Writes the plan as a release and makes it what readers see; tells what that changed for them.
    pub(crate) fn publish(
        &mut self,
        plan: &Plan<'_>,
        read: Read<'_>,
        now: Moment,
    ) -> Result<(Count, Difference), Error> {
        let draft = self.releases.draft()?;
        let mut segments = self.segments();
        let nothing = Order::default();
        let last = self.last.as_ref();
        let compared = last
            .map_or(&nothing, |last| &last.order)
            .compare(&plan.renditions, &plan.paths);
        let mut writing = Writing {
            last,
            segment: draft.segment(segments.next())?,
            delta: Delta::default(),
            count: Count::default(),
        };
        let changed = compared.changed.iter();
        writing.all(
            changed.map(|&index| &plan.renditions[index]),
            read,
            &self.tally,
        )?;
        let Writing {
            segment,
            mut delta,
            mut count,
            ..
        } = writing;
        count.kept = plan.renditions.len() - count.made;
        delta.gone = compared.gone;
        let listed = (&mut delta.gone, plan.paths.as_slice());
        let retired = retired::retire(last, listed, seconds(now));
        let difference = Difference::of(last, &delta);
        let mut head = Head::new(plan.commit.map(|commit| commit.to_string()), plan.posts);
        head.redirects.clone_from(&plan.redirects);
        head.gone.clone_from(&plan.gone);
        head.retired = retired;
        head.segments = self.lengths();
        let (number, length) = segment.finish(&mut segments)?;
        head.segments.insert(number, length);
        let is_first = self.last.is_none();
        let fresh = Fresh {
            head,
            delta,
            segments,
            soon: true,
        };
        let mut site = self.release(draft, fresh)?;
        if let Some(last) = &mut self.last {
            last.order = compared.order;
        }
        if is_first && count.made <= SMALL {
            // Nobody waits for a change of a site that never was, and this one is soon whole.
            self.encode_all()?;
            site = self.site().map_or(site, Arc::clone);
        }
        self.current.swap(site);
        Ok((count, difference))
    }

    fn segments(&self) -> Segments {
        let last = self.last.as_ref();
        last.map(|last| last.segments.clone()).unwrap_or_default()
    }

    fn lengths(&self) -> BTreeMap<u32, u64> {
        let last = self.last.as_ref();
        last.map(|last| last.manifest.head.segments.clone())
            .unwrap_or_default()
    }

    /// Commits a draft; gives its site.
    fn release(&mut self, draft: Draft, fresh: Fresh) -> Result<Arc<Site>, Error> {
        let Fresh {
            mut head,
            delta,
            mut segments,
            soon,
        } = fresh;
        let last = self.last.as_ref();
        let used = Used::after(last, &delta);
        head.segments
            .retain(|number, _| used.0.contains_key(number));
        segments.keep(&head.segments);
        let memory = last.map_or_else(Memory::default, |last| last.memory);
        let site = last::site(last, &head, &delta, (&segments, memory));
        let folder = self.releases.current_folder();
        let (site, memory) = site.map_err(|source| Error::io("read", &folder, source))?;
        let mut manifest = Manifest::after(last.map(|last| &last.manifest), head, &delta, soon);
        self.releases.commit(draft, &mut manifest)?;
        let site = Arc::new(site);
        let (mut todo, order) = match self.last.take() {
            Some(last) => (last.todo, last.order),
            None => Default::default(),
        };
        todo.note(&delta);
        self.last = Some(Last {
            manifest,
            segments,
            site: Arc::clone(&site),
            order,
            used,
            todo,
            memory,
        });
        Ok(site)
    }

    /// What is current, for whoever writes it elsewhere.
    pub(crate) fn site(&self) -> Option<&Arc<Site>> {
        self.last.as_ref().map(|last| &last.site)
    }
}

/// What is to be the next release, given the last.
struct Fresh {
    head: Head,
    delta: Delta,
    segments: Segments,
    /// Somebody waits for it.
    soon: bool,
}

fn seconds(moment: Moment) -> i64 {
    moment.timestamp().as_second()
}

fn loaded(rendition: &Rendition<'_>, read: Read<'_>) -> Result<Vec<u8>, Error> {
    match &rendition.content {
        Content::Made(make) => make().map_err(|problem| Error::Page(Box::new(problem))),
        Content::File(file) => read(file).map_err(|source| Error::Source {
            path: file.path.to_string(),
            source,
        }),
        Content::Plain(file) => Ok(plain(file, read)?),
        Content::Smaller { file, width, .. } => {
            let plain = plain(file, read)?;
            let copy = smaller(&plain, &[*width]).pop().flatten();
            Ok(copy.unwrap_or(plain))
        }
    }
}

/// A picture that was found to be one.
fn plain(file: &SourceFile, read: Read<'_>) -> Result<Vec<u8>, Error> {
    let bytes = read(file).map_err(|source| Error::Source {
        path: file.path.to_string(),
        source,
    })?;
    Ok(stripped(&bytes).unwrap_or_default())
}
