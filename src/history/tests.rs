//! Histories made at random.

use std::collections::HashMap;
use std::sync::Arc;

use super::fixture::{Edit as _, Past, Tree, names, oid, prose};
use super::{Credit, Edit, FileHistory, History, Index, Verdict};
use crate::config::DateRule;

const RULES: [DateRule; 3] = [DateRule::Landed, DateRule::Author, DateRule::Committer];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

/// A few edits; the fewer texts there are, the more files are equal.
fn scramble(dice: &mut Dice, texts: usize, tree: &mut Tree) {
    let path = |number| {
        let folder = ["posts", "drafts", "/notes", "files"][number % 4];
        format!("{folder}/{number}.md")
    };
    for _ in 0..=dice.roll(3) {
        let paths: Vec<String> = tree.keys().cloned().collect();
        let known = paths.get(dice.roll(paths.len().max(1)));
        match (dice.roll(5), known) {
            (0, Some(known)) => tree.delete(known),
            (1 | 2, Some(known)) => tree.rename(known, &path(dice.roll(12))),
            (3, Some(known)) => {
                let text = tree[known].clone() + "more\n";
                tree.write(known, &text);
            }
            _ => tree.write(&path(dice.roll(12)), &prose(dice.roll(texts))),
        }
    }
}

fn random(seed: u64, texts: usize, branches: bool) -> Past {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
    let mut past = Past::new().commit("ann", "2024-01-01", |t| scramble(&mut dice, texts, t));
    for _ in 0..dice.roll(40) {
        let who = ["ann", "bob", "cat"][dice.roll(3)];
        let day = format!("20{:02}-{:02}-01", dice.roll(30), 1 + dice.roll(12));
        let (here, other) = (dice.roll(past.len()), dice.roll(past.len()));
        let edit = |t: &mut Tree| scramble(&mut dice, texts, t);
        past = match here % 4 {
            0 if branches => past.at(here).commit(who, &day, edit),
            1 if branches => past.merge(who, &day, &[other], edit),
            _ => past.commit(who, &day, edit),
        };
    }
    past
}

#[test]
fn an_explanation_says_what_the_conclusion_says() {
    for seed in 1..40 {
        let past = random(seed, 6, true).by(RULES[seed as usize % 3]);
        for (path, file) in &past.history().files {
            let why = past.explain(path);
            let won = why.candidates.iter().find(|it| it.verdict == Verdict::Won);
            let won = won.map(|it| (it.rule, it.commit, it.date)).unwrap();
            assert_eq!(
                won,
                (file.rule, file.commit, file.published),
                "{seed} {path}"
            );
            let named = |credits: &[Credit]| {
                let named = credits.iter().map(|credit| {
                    assert!(!credit.contributions.is_empty(), "{seed} {path}");
                    credit.name.clone()
                });
                named.collect::<Vec<_>>()
            };
            assert_eq!(named(&why.authors), names(&file.authors), "{seed} {path}");
            let others = names(&file.contributors);
            assert_eq!(named(&why.contributors), others, "{seed} {path}");
            let edit = why.edits.last().filter(|edited| edited.edit == Edit::Wrote);
            let updated = edit.and_then(|edited| edited.date).max(file.published);
            assert_eq!(updated, file.updated, "{seed} {path}");
            let versions = why.revisions.iter().map(|version| version.path.as_str());
            let revisions = file.revisions.iter().map(|revision| &*revision.path);
            assert!(versions.eq(revisions), "{seed} {path}");
        }
    }
}

#[test]
fn any_history_gives_every_file_at_the_tip_a_date_and_a_writer() {
    for (seed, texts) in (1..=400).flat_map(|seed| [(seed, 4), (seed, 1000)]) {
        let past = random(seed, texts, true);
        let history = past.history();
        let inside = past.tree().keys().filter(|path| !path.starts_with('/'));
        assert_eq!(history.files.len(), inside.count(), "seed {seed}");
        for (path, file) in &history.files {
            assert!(
                file.published.unwrap() <= file.updated.unwrap(),
                "seed {seed}: {path}"
            );
            assert!(!file.authors.is_empty(), "seed {seed}: {path}");
            assert!(!file.revisions.is_empty(), "seed {seed}: {path}");
            assert!(
                !file.former_paths.iter().any(|former| **former == **path),
                "seed {seed}: {path}"
            );
        }
    }
}

#[test]
fn the_newest_version_in_a_history_without_branches_is_the_present_one() {
    for seed in 1..=400 {
        let past = random(seed, 1000, false);
        for (path, text) in past
            .tree()
            .iter()
            .filter(|(path, _)| !path.starts_with('/'))
        {
            let newest = past.file(path).revisions[0].blob;
            assert_eq!(newest, Some(oid(text)), "seed {seed}: {path}");
        }
    }
}

/// Everything concluded, in an order that does not depend on how it was reached.
fn shown(history: &History) -> Vec<String> {
    let of = |files: &HashMap<Arc<str>, Arc<FileHistory>>, what: &str| -> Vec<String> {
        let line = |(path, file)| format!("{what} {path}: {file:?}");
        files.iter().map(line).collect()
    };
    let mut lines = of(&history.files, "file");
    lines.extend(of(&history.gone, "gone"));
    lines.sort();
    lines
}

#[test]
fn after_any_sequence_of_pushes_and_force_pushes_the_answer_is_a_fresh_ones() {
    for (seed, texts) in (1..=300).flat_map(|seed| [(seed, 4), (seed, 1000)]) {
        let mut past = random(seed, texts, true);
        let mut dice = Dice(seed);
        let mut index = Index::default();
        let commits = past.len();
        for step in 0..8 {
            let to = dice.roll(commits);
            past = past.at(if step == 7 { commits - 1 } else { to });
            let continued = past.continued(&mut index);
            assert_eq!(
                shown(&continued),
                shown(&past.history()),
                "seed {seed}, step {step}"
            );
        }
    }
}

#[test]
fn commits_that_come_one_by_one_give_what_all_at_once_give() {
    for seed in 1..=200 {
        let mut past = random(seed, 1000, true);
        let mut index = Index::default();
        for tip in 0..past.len() {
            past = past.at(tip);
            let continued = past.continued(&mut index);
            assert_eq!(shown(&continued), shown(&past.history()), "seed {seed}");
        }
    }
}
