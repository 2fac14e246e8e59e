//! Object ids of files on disk, remembered by their state, so that only changed files are hashed.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Error, Oid};

/// A file changed so lately may change again within the same tick of the file system's clock;
/// its id is not remembered (git's "racily clean" entries).
const SETTLED: Duration = Duration::from_secs(2);

/// A file's state: whenever its content changes, so does this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) size: u64,
    modified: Option<SystemTime>,
    changed: (i64, i64),
    identity: (u64, u64),
}

impl Stat {
    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            identity: (metadata.dev(), metadata.ino()),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            changed: (0, 0),
            identity: (0, 0),
        }
    }

    /// Whether both are of one file, whatever it holds.
    pub(super) fn same_file(&self, other: &Self) -> bool {
        self.identity == other.identity
    }

    fn is_settled(&self, now: SystemTime) -> bool {
        self.modified
            .and_then(|modified| now.duration_since(modified).ok())
            .is_some_and(|age| age >= SETTLED)
    }
}

/// The ids of the last listing, and those of the one being made.
#[derive(Default)]
pub(super) struct Remembered {
    before: HashMap<String, (Stat, Oid)>,
    seen: HashMap<String, (Stat, Oid)>,
}

impl Remembered {
    /// The id of a file that is as it was.
    pub(super) fn recall(&mut self, path: &str, stat: &Stat) -> Option<Oid> {
        let (path, (known, oid)) = self.before.remove_entry(path)?;
        if known != *stat {
            return None;
        }
        self.seen.insert(path, (known, oid));
        Some(oid)
    }

    /// Keeps the id of a file that was just hashed, `now` being before it was read.
    pub(super) fn learn(&mut self, path: &str, stat: &Stat, oid: Oid, now: SystemTime) {
        if stat.is_settled(now) {
            self.seen.insert(path.to_owned(), (*stat, oid));
        }
    }

    /// Ends a listing: what it did not meet is gone.
    pub(super) fn forget_unseen(&mut self) {
        self.before = std::mem::take(&mut self.seen);
    }
}

/// What was made of one file, kept while the file stays as it was.
#[derive(Default)]
pub(super) struct Settled<T> {
    made: Option<(Stat, T)>,
}

impl<T: Clone> Settled<T> {
    /// What `make` makes of `file`, or made of it before. It is kept by the rule for ids: not if
    /// the file may change again unseen.
    pub(super) fn of(
        &mut self,
        file: &Path,
        make: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let now = now();
        let stat = fs::metadata(file).ok().map(|found| Stat::of(&found));
        if let (Some((known, made)), Some(stat)) = (&self.made, stat)
            && *known == stat
        {
            return Ok(made.clone());
        }
        let made = make()?;
        self.made = stat
            .filter(|stat| stat.is_settled(now))
            .map(|stat| (stat, made.clone()));
        Ok(made)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "compared with the times of files alone, to tell which of them may still change unseen"
)]
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(size: u64, modified: SystemTime) -> Stat {
        Stat {
            size,
            modified: Some(modified),
            changed: (0, 0),
            identity: (1, 1),
        }
    }

    #[test]
    fn a_file_just_written_is_not_remembered() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let mut remembered = Remembered::default();
        let fresh = stat(1, now - Duration::from_secs(1));
        let settled = stat(1, now - Duration::from_secs(3));
        remembered.learn("fresh", &fresh, Oid([1; 20]), now);
        remembered.learn("settled", &settled, Oid([2; 20]), now);
        remembered.forget_unseen();
        assert_eq!(remembered.recall("fresh", &fresh), None);
        assert_eq!(remembered.recall("settled", &settled), Some(Oid([2; 20])));
    }

    #[test]
    fn a_changed_or_vanished_file_is_forgotten() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let old = stat(1, SystemTime::UNIX_EPOCH);
        let mut remembered = Remembered::default();
        remembered.learn("a", &old, Oid([1; 20]), now);
        remembered.learn("b", &old, Oid([1; 20]), now);
        remembered.forget_unseen();
        assert_eq!(
            remembered.recall("a", &stat(2, SystemTime::UNIX_EPOCH)),
            None
        );
        remembered.forget_unseen();
        assert_eq!(remembered.recall("b", &old), None);
    }
}
