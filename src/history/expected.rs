//! Which of a file's contents are likely to be asked for, told before any is read, so that those of
//! all files are read together.

use std::collections::HashSet;

use super::Rules;
use super::people::{self, Credits};
use super::reading::Reading;
use crate::repository::Oid;

impl Reading<'_> {
    /// The contents that `conclude` asks for where every change is one of the words and every
    /// version was published.
    pub(super) fn expected(&self, rules: &Rules<'_>) -> Vec<Oid> {
        if !self.document {
            return Vec::new();
        }
        let mut expected = self.expected_formers();
        let mut present = (0..self.trail.len())
            .rev()
            .filter_map(|at| Some((at, self.node(at).oid?)));
        let (Some((_, first)), Some(_)) = (present.next(), present.next()) else {
            return expected;
        };
        expected.push(first);
        let newest = (0..self.trail.len()).find_map(|at| self.change(at));
        let asked = asked(self, rules).into_iter();
        let asked = asked.filter_map(|at| self.change(at));
        expected.extend(newest.into_iter().chain(asked).flatten());
        expected
    }

    /// The contents of a version and before it, where they differ.
    fn change(&self, at: usize) -> Option<Vec<Oid>> {
        let node = self.node(at);
        let oid = node.oid.filter(|_| node.touch)?;
        let mut contents = self.past.contents_before(node);
        let differ = !contents.contains(&oid);
        contents.push(oid);
        differ.then_some(contents)
    }

    /// The newest version under each path that the file has no more.
    fn expected_formers(&self) -> Vec<Oid> {
        let present = self.mainline.iter().filter_map(|&node| {
            let node = self.past.node(node);
            Some((node.path, node.oid?))
        });
        let now = self.trail.first().map(|&node| self.past.node(node));
        let now = now.filter(|node| node.oid.is_some());
        let mut seen: HashSet<_> = now.map(|node| node.path).into_iter().collect();
        let formers = present.filter(|(path, _)| seen.insert(*path));
        formers.map(|(_, oid)| oid).collect()
    }
}

/// The commits of the trail whose change is looked into for whom it names, if every change is one
/// of the words.
fn asked(file: &Reading<'_>, rules: &Rules<'_>) -> Vec<usize> {
    let log = file.past.log;
    let mut known = Credits::default();
    let mut asked = Vec::new();
    for at in (0..file.trail.len()).rev() {
        let named = people::named(log, log.entry(file.node(at).commit), rules);
        let people = || named.iter().filter_map(|named| named.person.as_ref());
        if people().any(|person| known.find(person).is_none()) {
            asked.push(at);
            people().for_each(|person| known.add(person));
        }
    }
    // Of the oldest it is not asked who wrote it.
    asked.into_iter().skip(1).collect()
}
