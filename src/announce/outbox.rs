//! What is still to be told. Messages are kept in the data directory until they are taken; statuses
//! are not, since the first build after a start says them again.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::rebuild::BuildId;

const NAME: &str = "outbox.json";
/// Most letters that wait; the oldest goes.
const ROOM: usize = 200;
/// Seconds between the attempts of a message, as Standard Webhooks proposes.
const MESSAGES: [i64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];
/// Those of a status, which is soon of no use.
const STATUSES: [i64; 5] = [2, 10, 60, 300, 1800];

/// One thing to tell one receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    /// By which a receiver knows it again.
    pub(super) id: String,
    pub(super) to: To,
    pub(super) body: String,
    attempts: usize,
    /// Seconds since 1970.
    due: i64,
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum To {
    Hook,
    Status { commit: String },
}

/// Letters in the order they were written.
#[derive(Debug)]
pub(super) struct Outbox {
    letters: Vec<Letter>,
    path: PathBuf,
}

impl To {
    pub(super) fn what(&self) -> &'static str {
        match self {
            Self::Hook => "message",
            Self::Status { .. } => "commit status",
        }
    }
}

impl Letter {
    pub(super) fn message(build: &BuildId, body: String, now: i64) -> Self {
        Self::new(format!("msg_{build}"), To::Hook, body, now)
    }

    pub(super) fn status(commit: &str, body: String, now: i64) -> Self {
        let to = To::Status {
            commit: commit.to_owned(),
        };
        Self::new(commit.to_owned(), to, body, now)
    }

    fn new(id: String, to: To, body: String, due: i64) -> Self {
        Self {
            id,
            to,
            body,
            attempts: 0,
            due,
        }
    }

    fn schedule(&self) -> &'static [i64] {
        match self.to {
            To::Hook => &MESSAGES,
            To::Status { .. } => &STATUSES,
        }
    }
}

impl Outbox {
    /// Goes on with what an earlier run could not tell, if there is still somebody to tell.
    pub(super) fn open(data_dir: &Path, has_hook: bool) -> Self {
        let path = data_dir.join(NAME);
        let letters = match fs::read(&path) {
            Ok(bytes) if has_hook => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(%error, path = %path.display(), "the messages that wait cannot be read");
                Vec::new()
            }),
            Ok(_) | Err(_) => Vec::new(),
        };
        Self { letters, path }
    }

    /// How long nothing is to be done.
    pub(super) fn wait(&self, now: i64) -> Duration {
        let next = self.letters.iter().map(|letter| letter.due).min();
        next.map_or(Duration::MAX, |due| {
            Duration::from_secs(u64::try_from(due - now).unwrap_or(0))
        })
    }

    /// Adds a letter. An older status of the same commit is not worth telling any more.
    pub(super) fn put(&mut self, letter: Letter) {
        if letter.to != To::Hook {
            self.letters.retain(|known| known.to != letter.to);
        }
        if self.letters.len() == ROOM {
            let gone = self.letters.remove(0);
            tracing::warn!(what = gone.to.what(), id = %gone.id, "not told: too many wait");
        }
        let is_kept = letter.to == To::Hook;
        self.letters.push(letter);
        if is_kept {
            self.keep();
        }
    }

    /// Takes a letter that is due; statuses first, since somebody waits for them.
    pub(super) fn due(&mut self, now: i64) -> Option<Letter> {
        let due = |letter: &Letter| letter.due <= now;
        let status = |letter: &Letter| due(letter) && letter.to != To::Hook;
        let at = self.letters.iter().position(status);
        let at = at.or_else(|| self.letters.iter().position(due))?;
        // It stays in the file until it is known what became of it.
        Some(self.letters.remove(at))
    }

    /// Puts a letter back for another attempt; how many seconds from now, unless there were enough.
    pub(super) fn again(&mut self, mut letter: Letter, now: i64) -> Option<i64> {
        let wait = letter.schedule().get(letter.attempts).copied();
        if let Some(wait) = wait {
            letter.attempts += 1;
            letter.due = now + wait;
            // A newer status of the commit may have been written meanwhile.
            let known = |known: &Letter| known.to == letter.to && known.to != To::Hook;
            if !self.letters.iter().any(known) {
                self.letters.insert(0, letter);
            }
        }
        wait
    }

    pub(super) fn forget_messages(&mut self) {
        self.letters.retain(|letter| letter.to != To::Hook);
    }

    /// Writes down the messages that wait.
    pub(super) fn keep(&self) {
        if let Err(error) = self.write() {
            tracing::warn!(%error, path = %self.path.display(), "messages that wait are lost at the next stop");
        }
    }

    fn write(&self) -> io::Result<()> {
        let messages = self.letters.iter().filter(|letter| letter.to == To::Hook);
        let messages: Vec<&Letter> = messages.collect();
        let aside = self.path.with_extension("new");
        let mut file = fs::File::create(&aside)?;
        file.write_all(&serde_json::to_vec(&messages)?)?;
        file.sync_all()?;
        fs::rename(aside, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, now: i64) -> Letter {
        Letter::message(&BuildId::random().unwrap(), text.to_owned(), now)
    }

    #[test]
    fn messages_outlive_the_run_and_statuses_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::open(folder.path(), true);
        assert_eq!(outbox.wait(0), Duration::MAX);
        let letter = message("one", 7);
        outbox.put(Letter::status("abc", "pending".to_owned(), 7));
        outbox.put(letter.clone());
        assert_eq!(Outbox::open(folder.path(), true).letters, [letter]);
        assert!(Outbox::open(folder.path(), false).letters.is_empty());
    }

    #[test]
    fn a_status_takes_the_place_of_the_one_before_it_and_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::open(folder.path(), true);
        outbox.put(message("one", 7));
        outbox.put(Letter::status("abc", "pending".to_owned(), 7));
        outbox.put(Letter::status("abc", "success".to_owned(), 8));
        assert_eq!(outbox.wait(5), Duration::from_secs(2));
        let status = outbox.due(8).unwrap();
        assert_eq!(status.body, "success");
        outbox.put(Letter::status("abc", "failure".to_owned(), 9));
        assert_eq!(outbox.again(status, 9), Some(2));
        assert_eq!(
            outbox.due(9).unwrap().body,
            "failure",
            "and not the older one"
        );
        assert_eq!(outbox.due(9).unwrap().body, "one");
        assert_eq!(outbox.due(9), None);
    }

    #[test]
    fn a_letter_is_tried_for_three_days_and_then_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::open(folder.path(), true);
        outbox.put(message("one", 0));
        let (mut now, mut attempts) = (0, 1);
        while let Some(wait) = outbox.due(now).and_then(|letter| outbox.again(letter, now)) {
            assert_eq!(outbox.due(now + wait - 1), None, "not before its time");
            now += wait;
            attempts += 1;
        }
        assert_eq!((attempts, now / 3600), (10, 75));
    }
}
