//! The log as bytes, piece by piece: what was added since some mark. Numbers are given in the
//! order of the log, so that pieces read in the order they were written make the same log.

use std::sync::Arc;

use super::bytes::{Reader, Unreadable, Writer};
use super::log::{Entry, Log, Stamp, Step};
use crate::moment::Moment;
use crate::repository::Person;

/// How much of a log was written already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    commits: usize,
    people: usize,
    paths: usize,
}

impl Log {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            commits: self.commits.len(),
            people: self.people.values.len(),
            paths: self.paths.values.len(),
        }
    }

    /// What was added since a mark.
    pub(super) fn encode(&self, since: Mark) -> Vec<u8> {
        let mut to = Writer::default();
        // Two runs may have added to one file: a piece says what it goes on from.
        for count in [since.commits, since.people, since.paths] {
            to.number(count as u64);
        }
        let people = &self.people.values[since.people..];
        to.number(people.len() as u64);
        for person in people {
            to.text(&person.name);
            to.text(&person.email);
        }
        let paths = &self.paths.values[since.paths..];
        to.number(paths.len() as u64);
        for path in paths {
            to.text(path);
        }
        to.number((self.commits.len() - since.commits) as u64);
        for commit in since.commits..self.commits.len() {
            self.encode_commit(commit, &mut to);
        }
        to.0
    }

    fn encode_commit(&self, number: usize, to: &mut Writer) {
        let entry = &self.commits[number];
        to.oid(entry.id);
        to.number(entry.parents.len() as u64);
        for parent in &entry.parents {
            to.number(number as u64 - u64::from(*parent));
        }
        stamp(entry.author, to);
        stamp(entry.committer, to);
        to.number(entry.co_authors.len() as u64);
        for person in &entry.co_authors {
            to.number(u64::from(*person));
        }
        to.number(u64::from(entry.signed) | u64::from(entry.fault.is_some()) << 1);
        if let Some(fault) = &entry.fault {
            to.text(fault);
        }
        let steps = &self.steps[self.step_range(number)];
        to.number(steps.len() as u64);
        for step in steps {
            to.number(u64::from(step.path));
            to.number(
                step.from.map_or(0, |from| u64::from(from) + 1) << 1
                    | u64::from(step.oid.is_some()),
            );
            if let Some(oid) = step.oid {
                to.oid(oid);
            }
        }
    }

    /// Adds a piece to what was read before it. After an error the log is of no use.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        let mut from = Reader(bytes);
        let mark = self.mark();
        for count in [mark.commits, mark.people, mark.paths] {
            if from.number()? != count as u64 {
                return Err(Unreadable);
            }
        }
        for _ in 0..from.count()? {
            let person = Person {
                name: from.text()?.to_owned(),
                email: from.text()?.to_owned(),
            };
            self.people.number(&person);
        }
        for _ in 0..from.count()? {
            self.path_id(&Arc::from(from.text()?));
        }
        for _ in 0..from.count()? {
            let entry = self.decode_commit(&mut from)?;
            self.push(entry);
        }
        from.0.is_empty().then_some(()).ok_or(Unreadable)
    }

    fn decode_commit(&mut self, from: &mut Reader<'_>) -> Result<Entry, Unreadable> {
        let id = from.oid()?;
        let number = super::log::number(self.commits.len());
        let parent = |from: &mut Reader<'_>| {
            let back = from.small()?;
            let parent = number.checked_sub(back).filter(|_| back > 0);
            parent.ok_or(Unreadable)
        };
        let parents = list(from, parent)?;
        let (author, committer) = (self.stamp_of(from)?, self.stamp_of(from)?);
        let co_authors = list(from, |from| self.person_of(from))?;
        let flags = from.number()?;
        let fault = (flags & 2 != 0).then(|| from.text()).transpose()?;
        for _ in 0..from.count()? {
            let step = self.step_of(from)?;
            self.steps.push(step);
        }
        Ok(Entry {
            id,
            parents,
            author,
            committer,
            co_authors,
            signed: flags & 1 != 0,
            fault: fault.map(Box::from),
            steps_end: super::log::number(self.steps.len()),
        })
    }

    fn stamp_of(&self, from: &mut Reader<'_>) -> Result<Stamp, Unreadable> {
        let person = self.person_of(from)?;
        let time = match from.byte()? {
            0 => None,
            _ => {
                let seconds = from.signed()?;
                let minutes = i32::try_from(from.signed()?).ok().ok_or(Unreadable)?;
                Some(Moment::from_git(seconds, minutes).ok_or(Unreadable)?)
            }
        };
        Ok(Stamp { person, time })
    }

    fn person_of(&self, from: &mut Reader<'_>) -> Result<u32, Unreadable> {
        known(from.small()?, self.people.values.len())
    }

    fn step_of(&self, from: &mut Reader<'_>) -> Result<Step, Unreadable> {
        let paths = self.paths.values.len();
        let path = known(from.small()?, paths)?;
        let flags = from.number()?;
        let former = u32::try_from(flags >> 1).ok().ok_or(Unreadable)?;
        let former = former.checked_sub(1);
        Ok(Step {
            path,
            from: former.map(|former| known(former, paths)).transpose()?,
            oid: (flags & 1 != 0).then(|| from.oid()).transpose()?,
        })
    }
}

fn stamp(stamp: Stamp, to: &mut Writer) {
    to.number(u64::from(stamp.person));
    to.0.push(u8::from(stamp.time.is_some()));
    if let Some(time) = stamp.time {
        to.signed(time.timestamp().as_second());
        to.signed(i64::from(time.offset_minutes()));
    }
}

fn known(number: u32, count: usize) -> Result<u32, Unreadable> {
    ((number as usize) < count)
        .then_some(number)
        .ok_or(Unreadable)
}

fn list(
    from: &mut Reader<'_>,
    item: impl Fn(&mut Reader<'_>) -> Result<u32, Unreadable>,
) -> Result<Box<[u32]>, Unreadable> {
    (0..from.count()?).map(|_| item(from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::fixture::{Edit, Past, prose};

    /// Two branches, a rename, people with trailers, an odd offset, a malformed commit.
    fn past() -> Past {
        Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
            .with("Bob <bob@home>")
            .commit("bob", "1960-02-01", |t| {
                t.rename("posts/a.md", "posts/b.md");
            })
            .at(0)
            .commit("cat", "2099-02-02", |t| t.delete("posts/a.md"))
            .but(|commit| {
                commit.author.time = Moment::from_git(-1, 345);
                commit.committer.time = None;
                commit.fault = Some("it has no committer");
                commit.signed = true;
            })
            .merge("dan", "2024-03-01", &[1], |t| t.write("posts/c.md", "c"))
    }

    #[test]
    fn pieces_written_one_after_the_other_make_the_same_log() {
        let past = past();
        let (mut whole, mut read) = (Log::default(), Log::default());
        for tip in [0, 2, 3] {
            let since = whole.mark();
            past.clone().at(tip).logged(&mut whole);
            read.decode(&whole.encode(since)).unwrap();
            assert_eq!(read.commits, whole.commits);
            assert_eq!(read.steps, whole.steps);
            assert_eq!(read.people.values, whole.people.values);
            assert_eq!(read.paths.values, whole.paths.values);
        }
        assert!(read.knows(whole.commits[3].id));
    }

    #[test]
    fn a_piece_that_does_not_go_on_from_what_was_read_is_refused() {
        let mut whole = Log::default();
        past().at(0).logged(&mut whole);
        let first = whole.encode(Mark::default());
        let mut read = Log::default();
        read.decode(&first).unwrap();
        assert_eq!(read.decode(&first), Err(Unreadable));
        let since = whole.mark();
        past().logged(&mut whole);
        assert_eq!(Log::default().decode(&whole.encode(since)), Err(Unreadable));
    }

    #[test]
    fn bytes_that_were_cut_or_flipped_never_make_a_panic() {
        let mut whole = Log::default();
        past().logged(&mut whole);
        let bytes = whole.encode(Mark::default());
        for end in 0..bytes.len() {
            assert!(Log::default().decode(&bytes[..end]).is_err(), "{end}");
        }
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[place] ^= 1 << bit;
                // Either is right: a checksum stands before this.
                let _either = Log::default().decode(&bytes);
            }
        }
    }
}
