//! What is known of a history, kept in the data directory from one run to the next: the commits
//! that came with each build, and what was learnt of contents.

use std::path::Path;

use super::past::Meanings;
use crate::history::{Index, Mark};
use crate::memo::Journal;

const NAME: &str = "history";
/// Changes with the format, and with every rule that decides what is kept: renames, drafts, prose.
const FORMAT: u32 = 4;

/// The file, and how much of what is known it holds.
#[derive(Debug)]
pub(super) struct Ledger {
    journal: Journal,
    mark: Mark,
}

impl Ledger {
    /// Reads what was kept; where that fails, what is known is nothing. `folder` is the content
    /// folder that paths are told from.
    pub(super) fn open(data_dir: &Path, folder: &str) -> (Self, Index, Meanings) {
        let version = env!("CARGO_PKG_VERSION");
        let title = format!("byline history {FORMAT} {version} {folder}");
        let mut journal = Journal::at(data_dir.join(NAME), &title);
        let (mut index, mut meanings) = (Index::default(), Meanings::default());
        let read = journal.read(|piece| load(piece, &mut index, &mut meanings).is_some());
        if let Err(error) = read {
            if error.kind() != std::io::ErrorKind::NotFound {
                tracing::info!(%error, "what was kept of the history is not used");
            }
            (index, meanings) = (Index::default(), Meanings::default());
        }
        let mark = index.mark();
        (Self { journal, mark }, index, meanings)
    }

    /// Adds what was learnt since the last time. A failure costs time at the next start and
    /// nothing else.
    pub(super) fn keep(&mut self, index: &Index, meanings: &mut Meanings) {
        let sound = self.journal.is_sound();
        if sound && index.mark() == self.mark && !meanings.has_news() {
            return;
        }
        if !sound {
            self.journal.begin_anew();
            self.mark = Mark::default();
            meanings.all_is_news();
        }
        let commits = index.encode(self.mark);
        let mut piece = (commits.len() as u64).to_le_bytes().to_vec();
        piece.extend_from_slice(&commits);
        piece.extend_from_slice(&meanings.encode());
        match self.journal.add(&piece) {
            Ok(()) => {
                self.mark = index.mark();
                meanings.told();
            }
            Err(error) => tracing::warn!(%error, "the history cannot be kept"),
        }
    }

    /// What is known does not go on from what was kept.
    pub(super) fn begin_anew(&mut self) {
        self.journal.begin_anew();
    }
}

fn load(piece: &[u8], index: &mut Index, meanings: &mut Meanings) -> Option<()> {
    let (commits, rest) = piece.split_first_chunk()?;
    let commits = usize::try_from(u64::from_le_bytes(*commits)).ok()?;
    let (commits, learnt) = rest.split_at_checked(commits)?;
    index.decode(commits).ok()?;
    meanings.decode(learnt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Meaning;
    use crate::repository::Oid;

    const MEANING: Meaning = Meaning {
        draft: true,
        prose: 42,
    };
    const FIRST: Oid = Oid([7; 20]);
    const SECOND: Oid = Oid([8; 20]);

    #[test]
    fn what_is_kept_is_there_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let (mut ledger, index, mut meanings) = Ledger::open(folder.path(), "");
        meanings.learn(FIRST, MEANING);
        ledger.keep(&index, &mut meanings);
        let (mut ledger, index, mut meanings) = Ledger::open(folder.path(), "");
        assert!(meanings.knows(FIRST) && !meanings.has_news());
        meanings.learn(SECOND, MEANING);
        ledger.keep(&index, &mut meanings);
        let (_, _, meanings) = Ledger::open(folder.path(), "");
        assert!(meanings.knows(FIRST) && meanings.knows(SECOND));
        let (_, _, other) = Ledger::open(folder.path(), "blog");
        assert!(
            !other.knows(FIRST),
            "paths would be told from another folder"
        );
    }

    #[test]
    fn a_run_beside_this_one_does_not_mix_in() {
        let folder = tempfile::tempdir().unwrap();
        let (mut ours, index, mut meanings) = Ledger::open(folder.path(), "");
        let (mut theirs, their_index, mut their_meanings) = Ledger::open(folder.path(), "");
        meanings.learn(FIRST, MEANING);
        ours.keep(&index, &mut meanings);
        their_meanings.learn(SECOND, MEANING);
        theirs.keep(&their_index, &mut their_meanings);
        let (_, _, meanings) = Ledger::open(folder.path(), "");
        assert!(meanings.knows(SECOND));
    }
}
