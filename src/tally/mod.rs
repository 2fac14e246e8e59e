//! How far a build is: the stage it is in, what is done of it and how much there is. Layers count,
//! and know nothing of clocks and terminals; whoever shows it looks when it likes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of one build after the other; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    /// How often a stage has begun, and in the last byte which; 0 in that byte between stages.
    turn: AtomicU64,
    done: AtomicU64,
    total: AtomicU64,
}

/// One look at a tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Another with each stage that begins.
    pub(crate) turn: u64,
    pub(crate) stage: Stage,
    pub(crate) done: u64,
    /// `None` where it is not known before the end.
    pub(crate) total: Option<u64>,
}

/// What a build is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Stage {
    Copying = 1,
    Fetching,
    Resolving,
    Listing,
    Commits,
    Changes,
    Renames,
    Versions,
    Histories,
    Signatures,
    Documents,
    Pictures,
    Texts,
    Pages,
    Files,
    Copies,
}

impl Stage {
    const ALL: [Self; 16] = [
        Self::Copying,
        Self::Fetching,
        Self::Resolving,
        Self::Listing,
        Self::Commits,
        Self::Changes,
        Self::Renames,
        Self::Versions,
        Self::Histories,
        Self::Signatures,
        Self::Documents,
        Self::Pictures,
        Self::Texts,
        Self::Pages,
        Self::Files,
        Self::Copies,
    ];

    /// What is done, and to what.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Copying => ("copying", "MiB"),
            Self::Fetching => ("fetching", "objects"),
            Self::Resolving => ("resolving", "deltas"),
            Self::Listing => ("listing", "files"),
            Self::Commits => ("reading", "commits"),
            Self::Changes => ("comparing", "folders"),
            Self::Renames => ("finding renames in", "commits"),
            Self::Versions => ("reading", "old versions"),
            Self::Histories => ("dating", "files"),
            Self::Signatures => ("checking", "signatures"),
            Self::Documents => ("reading", "documents"),
            Self::Pictures => ("looking at", "images"),
            Self::Texts => ("rendering", "texts"),
            Self::Pages => ("making", "pages"),
            Self::Files => ("writing", "files"),
            Self::Copies => ("making", "smaller images"),
        }
    }
}

impl Tally {
    /// A stage begins, after whatever came before; a total of 0 is one that is not known.
    pub(crate) fn begin(&self, stage: Stage, total: usize) {
        let turn = self.0.turn.load(Ordering::Relaxed) >> 8;
        self.end();
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total as u64, Ordering::Relaxed);
        let turn = (turn + 1) << 8 | u64::from(stage as u8);
        self.0.turn.store(turn, Ordering::Release);
    }

    /// So many more are done.
    pub(crate) fn add(&self, count: usize) {
        self.0.done.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// So many are done by now.
    pub(crate) fn reach(&self, done: usize) {
        self.0.done.store(done as u64, Ordering::Relaxed);
    }

    /// The same, where it turns out how many there are.
    pub(crate) fn reach_of(&self, done: usize, total: usize) {
        self.0.total.store(total as u64, Ordering::Relaxed);
        self.reach(done);
    }

    /// Nothing that can be counted is being done.
    pub(crate) fn end(&self) {
        self.0.turn.fetch_and(!0xff, Ordering::Release);
    }

    /// How far it is; `None` between stages.
    pub(crate) fn seen(&self) -> Option<Seen> {
        let turn = self.0.turn.load(Ordering::Acquire);
        let stage = Stage::ALL.into_iter();
        let stage = stage.rev().find(|stage| *stage as u64 == turn & 0xff)?;
        let total = self.0.total.load(Ordering::Relaxed);
        let done = self.0.done.load(Ordering::Acquire);
        // Of a stage that ended meanwhile the counters may be those of the next.
        let same = self.0.turn.load(Ordering::Relaxed) == turn;
        same.then_some(Seen {
            turn,
            stage,
            done: if total == 0 { done } else { done.min(total) },
            total: (total > 0).then_some(total),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_seen_from_its_begin_to_its_end() {
        let tally = Tally::default();
        assert_eq!(tally.seen(), None);
        tally.begin(Stage::Texts, 5);
        tally.add(2);
        let clone = tally.clone();
        clone.add(1);
        let seen = tally.seen().unwrap();
        assert_eq!(
            (seen.stage, seen.done, seen.total),
            (Stage::Texts, 3, Some(5))
        );
        tally.end();
        assert_eq!(tally.seen(), None);
        tally.begin(Stage::Texts, 0);
        let again = tally.seen().unwrap();
        assert_eq!((again.done, again.total), (0, None));
        assert_ne!(again.turn, seen.turn);
    }

    #[test]
    fn no_more_is_done_than_there_is() {
        let tally = Tally::default();
        tally.begin(Stage::Fetching, 0);
        tally.reach(12);
        assert_eq!(tally.seen().unwrap().done, 12);
        tally.reach_of(7, 5);
        let seen = tally.seen().unwrap();
        assert_eq!((seen.done, seen.total), (5, Some(5)));
    }

    #[test]
    fn every_stage_is_known_by_its_number() {
        for stage in Stage::ALL {
            let tally = Tally::default();
            tally.begin(stage, 1);
            assert_eq!(tally.seen().unwrap().stage, stage);
        }
    }
}
