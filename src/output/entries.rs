//! The entries of a build in the order of their posts. The next build has nearly the same, so they
//! are compared place by place, and what did not change is not touched.

use std::sync::Arc;

use rayon::prelude::*;

use super::beside::Beside;
use super::entry::{Entry, Keys};
use super::names::Names;
use crate::content::Post;
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker};
use crate::moment::Moment;

/// Places looked at further on before a post counts as new: others were taken out.
const AHEAD: usize = 4;
/// Keys that one thread finds one after the other.
const SIDE_BY_SIDE: usize = 512;

#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) all: Vec<Arc<Entry>>,
    /// By place, side by side: what passes over all of them look at.
    pub(super) facts: Vec<Facts>,
    pub(super) marked: Marked,
    /// They group as they did in the build before.
    pub(super) alike: bool,
    /// Places of those that did not hold, where they are alike.
    pub(super) changed: Vec<usize>,
    /// They have in common what they had in the build before.
    pub(super) bound: bool,
    /// By place: of all that the page of each shows, its neighbours among it, if that was found out
    /// under `frame`.
    shown: Vec<Option<Key>>,
    frame: Option<Frame>,
    /// Places of entries that are called or placed otherwise than in the build before.
    renamed: Vec<usize>,
}

/// What the pages of all entries share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) key: Key,
    /// Posts that were changed last before this second say how old they are.
    pub(super) aged: Option<i64>,
}

/// What is often asked of an entry.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) keys: Keys,
    /// Its address.
    pub(super) url: Box<str>,
    pub(super) updated: Moment,
    /// Of what it has in common with others.
    pub(super) bonds: Key,
    /// Year and month of its publication.
    pub(super) month: (i16, i8),
    /// Where its post is in memory; the entry holds it.
    post: usize,
}

/// Where each post stood in the build before, if its entry still holds.
pub(super) struct Compared(Vec<Option<usize>>);

impl Compared {
    /// The places of posts whose entries do not hold.
    pub(super) fn todo(&self) -> Vec<usize> {
        let places = self.0.iter().enumerate();
        places
            .filter(|(_, kept)| kept.is_none())
            .map(|(index, _)| index)
            .collect()
    }
}

impl Entries {
    /// Whether so many posts stand at the same addresses, from the same files.
    pub(super) fn stand_where(&self, posts: &[Arc<Post>]) -> bool {
        let same = |(index, post): (usize, &Arc<Post>)| {
            if self.facts[index].post == address(post) {
                return true;
            }
            let before = &self.all[index].post;
            before.path == post.path && before.url == post.url
        };
        self.facts.len() == posts.len() && posts.iter().enumerate().all(same)
    }

    pub(super) fn compare(&self, posts: &[Arc<Post>], holds: impl Fn(&Entry) -> bool) -> Compared {
        let mut at = 0;
        let place = |post: &Arc<Post>| {
            let mut ahead = self.facts[at..].iter().take(AHEAD);
            let found = ahead.position(|known| known.post == address(post));
            let Some(steps) = found else {
                let before = self.all.get(at);
                at += usize::from(before.is_some_and(|before| before.post.path == post.path));
                return None;
            };
            at += steps + 1;
            Some(at - 1).filter(|&at| holds(&self.all[at]))
        };
        Compared(posts.iter().map(place).collect())
    }

    /// Puts new entries in the places that were to do; those that could not be made leave theirs.
    pub(super) fn replace(&mut self, Compared(kept): Compared, done: Vec<Option<Arc<Entry>>>) {
        let stays = |(index, kept): (usize, &Option<usize>)| kept.is_none_or(|kept| kept == index);
        let in_place = kept.len() == self.all.len()
            && kept.iter().enumerate().all(stays)
            && done.iter().all(Option::is_some);
        let mut done = done.into_iter();
        if in_place {
            self.alike = true;
            self.bound = true;
            self.changed = Compared(kept).todo();
            for (&index, entry) in self.changed.iter().zip(done.flatten()) {
                self.alike &= entry.groups_as(&self.all[index]);
                self.marked.take(index);
                self.marked.put(index, &entry);
                let facts = Facts::of(&entry);
                self.bound &= facts.bonds == self.facts[index].bonds;
                if facts.keys.link != self.facts[index].keys.link {
                    self.renamed.push(index);
                }
                self.alike &= facts.month == self.facts[index].month;
                self.facts[index] = facts;
                for shows in index.saturating_sub(1)..=index + 1 {
                    self.shown
                        .get_mut(shows)
                        .into_iter()
                        .for_each(|key| *key = None);
                }
                self.all[index] = entry;
            }
            return;
        }
        let before = std::mem::take(self);
        for kept in kept {
            let entry = match kept {
                Some(at) => Some(Arc::clone(&before.all[at])),
                None => done.next().flatten(),
            };
            if let Some(entry) = entry {
                self.facts.push(Facts::of(&entry));
                self.marked.put(self.all.len(), &entry);
                self.all.push(entry);
            }
        }
        self.shown = vec![None; self.all.len()];
    }

    /// Finds the keys of their pages, those that are not known; `beside` is there for posts, which
    /// lead to each other.
    pub(super) fn key_pages(&mut self, frame: Frame, beside: Option<&Beside<'_>>) {
        self.forget(frame, beside);
        let facts = &self.facts;
        let link = |made: KeyMaker, index: Option<usize>| {
            let shown = index.and_then(|index| facts.get(index));
            match shown.filter(|_| beside.is_some()) {
                Some(shown) => made.key(shown.keys.link),
                None => made.number(0),
            }
        };
        let find = |(index, key): (usize, &mut Option<Key>)| {
            if key.is_none() {
                let own = &facts[index];
                let made = KeyMaker::new("post").key(frame.key).key(own.keys.page);
                let made = link(made, index.checked_sub(1));
                let made = link(made, Some(index + 1));
                let made = made.number(frame.ages(own.updated).into());
                let made = match beside {
                    Some(beside) => beside.part_of(made, index, facts),
                    None => made,
                };
                *key = Some(made.finish());
            }
        };
        self.shown
            .par_iter_mut()
            .enumerate()
            .with_min_len(SIDE_BY_SIDE)
            .for_each(find);
    }

    /// Forgets the keys that do not hold any more.
    fn forget(&mut self, frame: Frame, beside: Option<&Beside<'_>>) {
        let renamed = std::mem::take(&mut self.renamed);
        let before = self.frame.replace(frame);
        let moved = beside.is_some_and(|beside| beside.moved);
        let Some(before) = before.filter(|before| before.key == frame.key && !moved) else {
            self.shown.fill(None);
            return;
        };
        if before.aged != frame.aged {
            for (key, facts) in self.shown.iter_mut().zip(&self.facts) {
                if before.ages(facts.updated) != frame.ages(facts.updated) {
                    *key = None;
                }
            }
        }
        let Some(beside) = beside.filter(|_| !renamed.is_empty()) else {
            return;
        };
        for (index, key) in self.shown.iter_mut().enumerate() {
            if beside.shows(index, &renamed) {
                *key = None;
            }
        }
    }

    /// The key of the page of an entry.
    pub(super) fn page_key(&self, index: usize) -> Key {
        let key = self.shown.get(index).copied().flatten();
        key.expect("the keys of pages were found before pages are listed")
    }

    /// What is to be said of links and formulas in them.
    pub(super) fn tell(&self, names: &Names<'_>, findings: &mut Vec<Diagnostic>) {
        let told = self.marked.told.iter();
        for entry in told.map(|index| &self.all[*index]) {
            let asked = entry.rendered.asked.iter();
            findings.extend(asked.filter_map(|asked| asked.finding(names, &entry.post)));
            findings.extend(entry.text.findings(&entry.post));
        }
    }
}

impl Frame {
    /// Whether a post that was changed last at a moment says how old it is.
    pub(super) fn ages(self, updated: Moment) -> bool {
        let updated = updated.timestamp().as_second();
        self.aged.is_some_and(|aged| updated < aged)
    }
}

impl Facts {
    #[cfg(test)]
    pub(super) fn new(keys: Keys, url: &str, updated: Moment) -> Self {
        Self {
            keys,
            url: url.into(),
            updated,
            month: month(updated),
            bonds: keys.page,
            post: 0,
        }
    }

    fn of(entry: &Entry) -> Self {
        Self {
            keys: entry.keys,
            url: entry.post.url.as_str().into(),
            updated: entry.post.updated,
            bonds: entry.bonds.all,
            month: month(entry.post.published),
            post: address(&entry.post),
        }
    }
}

/// Places of entries that have something few have, in order.
#[derive(Debug, Default)]
pub(super) struct Marked {
    /// There is something to say of its links.
    told: Vec<usize>,
    /// Stays on top of the front page.
    pub(super) pinned: Vec<usize>,
    /// Is a video or a sound.
    pub(super) recordings: Vec<usize>,
    /// Shows a player of another site, when asked for it.
    pub(super) framing: Vec<usize>,
    /// Links to pages of this site.
    pub(super) linking: Vec<usize>,
}

impl Marked {
    fn put(&mut self, index: usize, entry: &Entry) {
        let recording = entry.recording();
        let marks = [
            (&mut self.told, entry.is_told()),
            (&mut self.pinned, entry.post.ties.pinned),
            (&mut self.recordings, recording.is_some()),
            (
                &mut self.framing,
                recording.is_some_and(|of| of.player().is_some()),
            ),
            (&mut self.linking, !entry.bonds.links.is_empty()),
        ];
        for (places, _) in marks.into_iter().filter(|(_, marked)| *marked) {
            let at = places.partition_point(|place| *place < index);
            places.insert(at, index);
        }
    }

    fn take(&mut self, index: usize) {
        let all = [
            &mut self.told,
            &mut self.pinned,
            &mut self.recordings,
            &mut self.framing,
            &mut self.linking,
        ];
        for places in all {
            if let Ok(at) = places.binary_search(&index) {
                places.remove(at);
            }
        }
    }
}

fn month(published: Moment) -> (i16, i8) {
    let day = published.civil();
    (day.year(), day.month())
}

fn address(post: &Arc<Post>) -> usize {
    Arc::as_ptr(post).addr()
}
