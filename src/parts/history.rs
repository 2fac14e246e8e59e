//! Provenance by its steps: commits and trees read, renames paired, the fold, what is concluded.

use std::path::Path;

use rustix::time::{ClockId, clock_gettime};

use crate::config::{Content, DateRule};
use crate::content::Layout;
use crate::history::{Index, Mailmap, Query, Rules};
use crate::rebuild::Past;
use crate::repository::{Location, Repository, configure};

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
    pub commits: usize,
    pub files: usize,
}

/// Seconds of one step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    pub wall: f64,
    /// Of all threads.
    pub cpu: f64,
}

/// Traces every file of a mirror that is kept in `data_dir`, with nothing known before.
///
/// # Errors
/// What the source says where it cannot be read.
pub fn history(source: &str, data_dir: &Path, posts: &str) -> Result<HistorySteps, String> {
    let text = |error: crate::repository::Error| error.to_string();
    configure(source).map_err(text)?;
    let mut repository = Repository::open(&Location {
        source: source.to_owned(),
        branch: None,
        subdir: None,
        data_dir: data_dir.to_owned(),
    })
    .map_err(text)?;
    repository.fetch().map_err(text)?;
    let snapshot = repository.snapshot().map_err(text)?;
    let tip = snapshot.commit.ok_or("there is no commit")?;
    let layout = Layout::new(&Content {
        posts: vec![posts.to_owned()],
        ..Content::default()
    });
    let past = Past::new(&repository, &layout);
    let mut watch = Watch::start();
    let read = repository.commits(tip, &|_| false).map_err(text)?;
    let reading = watch.lap();
    let mut index = Index::default();
    index.extend(&read.commits, &past);
    let log = watch.lap();
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
    let wanted = |_: &str| true;
    let query = Query {
        wanted: &wanted,
        ..query
    };
    let history = index.history(query, true);
    Ok(HistorySteps {
        read: reading,
        log,
        fold,
        conclude: watch.lap(),
        commits: read.commits.len(),
        files: history.files.len(),
    })
}

struct Watch(Took);

impl Watch {
    fn start() -> Self {
        Self(now())
    }

    fn lap(&mut self) -> Took {
        let (before, now) = (self.0, now());
        self.0 = now;
        Took {
            wall: now.wall - before.wall,
            cpu: now.cpu - before.cpu,
        }
    }
}

fn now() -> Took {
    let seconds = |clock| {
        let time = clock_gettime(clock);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    Took {
        wall: seconds(ClockId::Monotonic),
        cpu: seconds(ClockId::ProcessCPUTime),
    }
}
