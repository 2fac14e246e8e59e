//! The entries of a build in the order of their posts. The next build has nearly the same, so they
//! are compared place by place, and what did not change is not touched.

use std::sync::Arc;

use super::entry::{Entry, Keys};
use crate::content::Post;
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;

/// Places looked at further on before a post counts as new: others were taken out.
const AHEAD: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) all: Vec<Arc<Entry>>,
    /// By place, side by side: what passes over all of them look at.
    pub(super) facts: Vec<Facts>,
    /// Places of entries of which there is something to say.
    told: Vec<usize>,
    /// They group as they did in the build before.
    pub(super) alike: bool,
}

/// What is often asked of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) keys: Keys,
    pub(super) updated: Moment,
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
            let todo = Compared(kept).todo().into_iter();
            for (index, entry) in todo.zip(done.flatten()) {
                self.alike &= entry.groups_as(&self.all[index]);
                self.told.retain(|told| *told != index);
                self.facts[index] = Facts::of(&entry);
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
    }

    /// What is to be said of links in them.
    pub(super) fn tell(&self, findings: &mut Vec<Diagnostic>) {
        let mut told = self.told.clone();
        told.sort_unstable();
        for entry in told.into_iter().map(|index| &self.all[index]) {
            let asked = entry.rendered.asked.iter();
            findings.extend(asked.filter_map(|asked| asked.finding(&entry.post)));
        }
    }
}

impl Facts {
    fn of(entry: &Entry) -> Self {
        Self {
            keys: entry.keys,
            updated: entry.post.updated,
            post: address(&entry.post),
        }
    }
}

fn address(post: &Arc<Post>) -> usize {
    Arc::as_ptr(post).addr()
}
