//! Fetching one branch of a remote into a mirror: one refspec, no tags, and a deadline for the whole.

use std::time::{Duration, Instant};

use git2::{
    AutotagOption, Direction, ErrorCode, FetchOptions, FetchPrune, RemoteCallbacks, Repository,
};

use super::address::Redacted;
use super::settings::MAX_PACK_OBJECTS;
use super::transport::Remote;
use super::{Error, mirror};
use crate::client;
use crate::tally::{Stage, Tally};

const FETCH: Duration = Duration::from_secs(120);
const FIRST_CLONE: Duration = Duration::from_secs(15 * 60);

/// How long a transfer may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    start: Instant,
    limit: Duration,
}

impl Deadline {
    pub(super) fn begin(is_first: bool) -> Self {
        Self {
            start: Instant::now(),
            limit: if is_first { FIRST_CLONE } else { FETCH },
        }
    }

    /// So long from now.
    #[cfg(test)]
    pub(super) fn of(limit: Duration) -> Self {
        Self {
            start: Instant::now(),
            limit,
        }
    }

    pub(super) fn has_passed(&self) -> bool {
        self.start.elapsed() > self.limit
    }

    /// What is left of it; zero once it has passed.
    pub(super) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.start.elapsed())
    }

    /// The time to wait for something, at most `patience`; `None` once it has passed.
    pub(super) fn patience(&self, patience: Duration) -> Option<Duration> {
        let left = self.left();
        // Zero would stand for no bound at all.
        (!left.is_zero()).then(|| left.min(patience).max(Duration::from_millis(1)))
    }

    pub(super) fn error(&self, remote: &Redacted) -> Error {
        Error::Deadline {
            remote: remote.clone(),
            seconds: self.limit.as_secs(),
        }
    }
}

/// What a fetch found.
pub(super) struct Fetched {
    pub(super) branch: String,
    /// The remote does not have all of its history itself.
    pub(super) shallow: bool,
}

/// Connects, finds the branch (the wanted one, else the remote's HEAD) and fetches it.
pub(super) fn fetch(
    repository: &Repository,
    remote: &Remote,
    wanted: Option<&str>,
    deadline: Deadline,
    tally: &Tally,
) -> Result<Fetched, Error> {
    // To connect can take as long as all the rest.
    tally.begin(Stage::Fetching, 0);
    let shown = &remote.address;
    remote.fetch(deadline, |url| {
        download(repository, (url, shown), wanted, deadline, tally)
    })
}

/// Fetches from an address, told as another.
fn download(
    repository: &Repository,
    (url, shown): (&str, &Redacted),
    wanted: Option<&str>,
    deadline: Deadline,
    tally: &Tally,
) -> Result<Fetched, Error> {
    let unreachable = |source| unreachable(shown, source);
    let mut remote = repository.remote_anonymous(url).map_err(unreachable)?;
    let mut connection = remote
        .connect_auth(Direction::Fetch, None, None)
        .map_err(unreachable)?;
    let offer = Offer::read(connection.list().map_err(unreachable)?);
    let branch = offer.choose(wanted, shown)?;
    let refspec = format!("+refs/heads/{branch}:{}", mirror::reference(&branch));
    let result = connection.remote().fetch(
        &[refspec],
        Some(&mut options(deadline, tally.clone())),
        None,
    );
    result.map_err(|source| match source.code() {
        ErrorCode::User if deadline.has_passed() => deadline.error(shown),
        ErrorCode::User => Error::TooManyObjects {
            remote: shown.clone(),
            limit: MAX_PACK_OBJECTS,
        },
        ErrorCode::Eof => cut(shown),
        _ => Error::Fetch {
            remote: shown.clone(),
            source,
        },
    })?;
    Ok(Fetched {
        branch,
        shallow: repository.is_shallow(),
    })
}

/// libgit2 knows no `shallow` line among the refs, and calls that packet invalid.
fn unreachable(remote: &Redacted, source: git2::Error) -> Error {
    if source.code() == ErrorCode::Eof {
        return cut(remote);
    }
    let remote = remote.clone();
    if source.message() == "invalid packet line" {
        Error::NotGit { remote, source }
    } else {
        Error::Unreachable { remote, source }
    }
}

/// The remote ended in good order before all was said.
fn cut(remote: &Redacted) -> Error {
    Error::Transfer {
        remote: remote.clone(),
        fault: Box::new(client::Error::Cut.into()),
    }
}

fn options(deadline: Deadline, tally: Tally) -> FetchOptions<'static> {
    let mut callbacks = RemoteCallbacks::new();
    callbacks.transfer_progress(move |progress| {
        count(&progress, &tally);
        !deadline.has_passed() && progress.total_objects() <= MAX_PACK_OBJECTS
    });
    callbacks.sideband_progress(move |_| !deadline.has_passed());
    let mut options = FetchOptions::new();
    options
        .remote_callbacks(callbacks)
        .download_tags(AutotagOption::None)
        .prune(FetchPrune::Off)
        .update_fetchhead(false);
    options
}

/// Counts objects that came, or where all are there those that were told by their difference.
fn count(progress: &git2::Progress<'_>, tally: &Tally) {
    let stage = tally.seen().map(|seen| seen.stage);
    if progress.indexed_deltas() == 0 {
        tally.reach_of(progress.received_objects(), progress.total_objects());
        return;
    }
    if stage != Some(Stage::Resolving) {
        tally.begin(Stage::Resolving, progress.total_deltas());
    }
    tally.reach(progress.indexed_deltas());
}

/// The branches a remote has.
#[derive(Debug, Default)]
pub(super) struct Offer {
    pub(super) head: Option<String>,
    pub(super) branches: Vec<String>,
}

impl Offer {
    fn read(heads: &[git2::RemoteHead<'_>]) -> Self {
        let mut offer = Self::default();
        let mut head_id = None;
        for head in heads {
            if head.name() == "HEAD" {
                offer.head = head.symref_target().and_then(short);
                head_id = Some(head.oid());
            } else {
                offer.branches.extend(short(head.name()));
            }
        }
        if offer.head.is_none() {
            // An old server does not say which branch HEAD is; `main` is the better guess.
            let mut candidates: Vec<String> = heads
                .iter()
                .filter(|head| Some(head.oid()) == head_id)
                .filter_map(|head| short(head.name()))
                .collect();
            candidates.sort_by_key(|branch| (branch != "main", branch != "master"));
            offer.head = candidates.into_iter().next();
        }
        offer
    }

    /// The branch to publish.
    pub(super) fn choose(&self, wanted: Option<&str>, remote: &Redacted) -> Result<String, Error> {
        if self.branches.is_empty() {
            return Err(Error::EmptyRemote {
                remote: remote.clone(),
            });
        }
        let Some(branch) = wanted.or(self.head.as_deref()) else {
            return Err(Error::NoDefaultBranch {
                remote: remote.clone(),
                branches: self.branches.clone(),
            });
        };
        if !self.branches.iter().any(|known| known == branch) {
            return Err(Error::NoSuchBranch {
                remote: remote.clone(),
                branch: branch.to_owned(),
                branches: self.branches.clone(),
            });
        }
        Ok(branch.to_owned())
    }
}

/// `main` of `refs/heads/main`.
pub(super) fn short(reference: &str) -> Option<String> {
    reference.strip_prefix("refs/heads/").map(str::to_owned)
}
