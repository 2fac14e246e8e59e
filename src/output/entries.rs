//! The entries of a build in the order of their posts. The next build has nearly the same, so they
//! are compared place by place, and what did not change is not touched.

use std::sync::Arc;

use rayon::prelude::*;

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
    /// Places of entries of which there is something to say.
    told: Vec<usize>,
    /// They group as they did in the build before.
    pub(super) alike: bool,
    /// Places of those that did not hold, where they are alike.
    pub(super) changed: Vec<usize>,
    /// By place: of all that the page of each shows, its neighbours among it, if that was found out
    /// under `frame`.
    shown: Vec<Option<Key>>,
    frame: Option<Key>,
}

/// What is often asked of an entry.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) keys: Keys,
    /// Its address.
    pub(super) url: Box<str>,
    pub(super) updated: Moment,
    /// Of its publication.
    pub(super) year: i16,
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
            self.changed = Compared(kept).todo();
            for (&index, entry) in self.changed.iter().zip(done.flatten()) {
                self.alike &= entry.groups_as(&self.all[index]);
                self.told.retain(|told| *told != index);
                self.facts[index] = Facts::of(&entry);
                for shows in index.saturating_sub(1)..=index + 1 {
                    self.shown
                        .get_mut(shows)
                        .into_iter()
                        .for_each(|key| *key = None);
                }
                self.told.extend(entry.is_told().then_some(index));
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
                self.told.extend(entry.is_told().then_some(self.all.len()));
                self.all.push(entry);
            }
        }
        self.shown = vec![None; self.all.len()];
    }

    /// Finds the keys of their pages, those that are not known; `frame` is that of all that the
    /// pages share.
    pub(super) fn key_pages(&mut self, frame: Key, neighbours: bool) {
        if self.frame != Some(frame) {
            self.frame = Some(frame);
            self.shown.fill(None);
        }
        let facts = &self.facts;
        let link = |made: KeyMaker, index: Option<usize>| {
            let beside = index
                .filter(|_| neighbours)
                .and_then(|index| facts.get(index));
            match beside {
                Some(beside) => made.key(beside.keys.link),
                None => made.number(0),
            }
        };
        let find = |(index, key): (usize, &mut Option<Key>)| {
            if key.is_none() {
                let made = KeyMaker::new("post").key(frame).key(facts[index].keys.page);
                let made = link(made, index.checked_sub(1));
                *key = Some(link(made, Some(index + 1)).finish());
            }
        };
        self.shown
            .par_iter_mut()
            .enumerate()
            .with_min_len(SIDE_BY_SIDE)
            .for_each(find);
    }

    /// The key of the page of an entry.
    pub(super) fn page_key(&self, index: usize) -> Key {
        let key = self.shown.get(index).copied().flatten();
        key.expect("the keys of pages were found before pages are listed")
    }

    /// What is to be said of links and formulas in them.
    pub(super) fn tell(&self, names: &Names<'_>, findings: &mut Vec<Diagnostic>) {
        let mut told = self.told.clone();
        told.sort_unstable();
        for entry in told.into_iter().map(|index| &self.all[index]) {
            let asked = entry.rendered.asked.iter();
            findings.extend(asked.filter_map(|asked| asked.finding(names, &entry.post)));
            findings.extend(entry.text.findings(&entry.post));
        }
    }
}

impl Facts {
    #[cfg(test)]
    pub(super) fn new(keys: Keys, url: &str, updated: Moment) -> Self {
        Self {
            keys,
            url: url.into(),
            updated,
            year: updated.civil().year(),
            post: 0,
        }
    }

    fn of(entry: &Entry) -> Self {
        Self {
            keys: entry.keys,
            url: entry.post.url.as_str().into(),
            updated: entry.post.updated,
            year: entry.post.published.civil().year(),
            post: address(&entry.post),
        }
    }
}

fn address(post: &Arc<Post>) -> usize {
    Arc::as_ptr(post).addr()
}
