//! Provenance by its steps: commits and trees read, renames paired, the fold, what is concluded.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Mutex;

use super::clock::{Took, Watch};
use super::mirror::mirror;
use crate::config::{Content, DateRule};
use crate::content::Layout;
use crate::history::{Index, Mailmap, Mark, Query, Rules};
use crate::rebuild::{Meanings, Past};
use crate::repository::{Commit, Error, Oid, Repository};

/// What the steps took, and what came of them.
#[derive(Clone, Copy, Debug)]
pub struct HistorySteps {
    /// Commits and trees read and compared.
    pub read: Took,
    /// Renames paired and everything numbered.
    pub log: Took,
    /// Files followed from the first commit to the last.
    pub fold: Took,
    /// Dates and people of every file at the tip.
    pub conclude: Took,
    /// What was written down read again and folded, at the next start.
    pub load: Took,
    /// The newest commit added to all before it: read, logged, folded and concluded.
    pub push: Took,
    /// Bytes written down.
    pub kept: usize,
    /// Memory at the peak of the first three steps, the mapped parts of packs included.
    pub walk_mib: u64,
    /// The same of the first four.
    pub peak_mib: u64,
    pub commits: usize,
    pub files: usize,
}

/// Traces every file of a mirror that is kept in `data_dir`, with nothing known before.
///
/// # Errors
/// What the source says where it cannot be read.
pub fn history(source: &str, data_dir: &Path, posts: &str) -> Result<HistorySteps, String> {
    let text = |error: Error| error.to_string();
    let mut repository = mirror(source, data_dir).map_err(text)?;
    let snapshot = repository.snapshot().map_err(text)?;
    let tip = snapshot.commit.ok_or("there is no commit")?;
    let layout = layout(posts);
    let meanings = Mutex::new(Meanings::default());
    let past = Past::new(&repository, &layout, &meanings);
    let mut watch = Watch::start();
    let mut index = Index::default();
    let mut log = Took::default();
    let (mut commits, mut parent) = (0, None);
    let mut take = |some: Vec<Commit>| {
        let mut watch = Watch::start();
        index.extend(&some, &past);
        commits += some.len();
        parent = some.last().and_then(|tip| tip.parents.first().copied());
        log = log.and(watch.lap());
    };
    repository.walk(tip, &|_| false, &mut take).map_err(text)?;
    let read = watch.lap().less(log);
    let rules = Rules {
        date: DateRule::Landed,
        ignored: &Default::default(),
        mailmap: &Mailmap::default(),
        excluded: &|_| false,
    };
    let query = Query {
        tip,
        wanted: &|_| false,
        rules: &rules,
        texts: &past,
    };
    index.history(query, false);
    let fold = watch.lap();
    let walk_mib = peak_mib();
    let query = Query {
        wanted: &|_| true,
        ..query
    };
    let history = index.history(query, true);
    let conclude = watch.lap();
    let peak_mib = peak_mib();
    let files = history.files.len();
    drop(history);
    let kept = index.encode(Mark::default());
    drop(index);
    Ok(HistorySteps {
        read,
        log,
        fold,
        conclude,
        load: load(&kept, query)?,
        push: push(&repository, parent, query)?,
        kept: kept.len(),
        walk_mib,
        peak_mib,
        commits,
        files,
    })
}

fn layout(posts: &str) -> Layout {
    Layout::new(&Content {
        posts: vec![posts.to_owned()],
        ..Content::default()
    })
}

/// What a start takes that finds everything known.
fn load(kept: &[u8], query: Query<'_>) -> Result<Took, String> {
    let mut watch = Watch::start();
    let mut index = Index::default();
    index
        .decode(kept)
        .map_err(|_unreadable| "the log is not read")?;
    let nothing = Query {
        wanted: &|_| false,
        ..query
    };
    index.history(nothing, true);
    Ok(watch.lap())
}

/// What the last commit takes where all others are known.
fn push(repository: &Repository, parent: Option<Oid>, query: Query<'_>) -> Result<Took, String> {
    let Some(parent) = parent else {
        return Ok(Took::default());
    };
    let text = |error: Error| error.to_string();
    let mut index = Index::default();
    let mut take = |some: Vec<Commit>| index.extend(&some, query.texts);
    repository
        .walk(parent, &|_| false, &mut take)
        .map_err(text)?;
    index.history(
        Query {
            tip: parent,
            ..query
        },
        true,
    );
    let mut watch = Watch::start();
    let index = RefCell::new(index);
    let known = |commit| index.borrow().knows(commit);
    let mut take = |some: Vec<Commit>| index.borrow_mut().extend(&some, query.texts);
    repository
        .walk(query.tip, &known, &mut take)
        .map_err(text)?;
    index.borrow_mut().history(query, false);
    Ok(watch.lap())
}

/// The most memory the process ever held (proc(5): `VmHWM`).
fn peak_mib() -> u64 {
    let status = std::fs::read("/proc/self/status").unwrap_or_default();
    let status = String::from_utf8_lossy(&status);
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}
