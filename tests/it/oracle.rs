//! Random histories with branches and merges, and git's own word on them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::harness::{Blog, Dice};

const SEEDS: u64 = 12;
const COMMITS: usize = 40;
/// Fewer than an import adds at once.
const PATHS: usize = 8;

/// A text like no other, so that nothing looks like a rename.
fn text(dice: &mut Dice) -> String {
    (0..30).fold(String::new(), |mut text, _| {
        write!(text, "{:x}. ", dice.roll(usize::MAX)).unwrap();
        text
    })
}

type Tree = BTreeMap<String, String>;

/// A history as a stream for `git fast-import`; the last commit is the tip.
fn history(seed: u64) -> String {
    let mut dice = Dice::of(seed);
    let mut trees: Vec<Tree> = Vec::new();
    let mut stream = String::new();
    for number in 0..COMMITS {
        // The newest commits are the likeliest parents; sometimes an old one is taken up again.
        let parent = |dice: &mut Dice| number - 1 - dice.roll(number.min(6));
        let mut parents = Vec::new();
        if number > 0 {
            parents.push(parent(&mut dice));
            if number + 1 == COMMITS || dice.roll(3) == 0 {
                parents.push(parent(&mut dice));
            }
            parents.dedup();
        }
        let mut tree = parents
            .first()
            .map_or_else(Tree::new, |&one| trees[one].clone());
        if let [_, other] = parents[..] {
            merge(&mut dice, &mut tree, &trees[other]);
        }
        if parents.len() < 2 || dice.roll(4) == 0 {
            edit(&mut dice, &mut tree);
        }
        commit(&mut stream, number, &parents, &tree);
        trees.push(tree);
    }
    stream
}

/// Each path as one side has it, or as the other. A merge deletes nothing: git's log then forgets
/// what was before, and byline does not.
fn merge(dice: &mut Dice, ours: &mut Tree, theirs: &Tree) {
    for number in 0..PATHS {
        let path = path(number);
        if dice.roll(2) == 0 {
            ours.extend(theirs.get(&path).map(|text| (path, text.clone())));
        }
    }
}

fn edit(dice: &mut Dice, tree: &mut Tree) {
    for _ in 0..=dice.roll(2) {
        let path = path(dice.roll(PATHS));
        if tree.contains_key(&path) && dice.roll(4) == 0 {
            tree.remove(&path);
        } else {
            let text = text(dice);
            tree.insert(path, text);
        }
    }
}

fn path(number: usize) -> String {
    format!("posts/{number}.md")
}

fn commit(stream: &mut String, number: usize, parents: &[usize], tree: &Tree) {
    let seconds = 1_700_000_000 + number * 3600;
    write!(
        stream,
        "commit refs/heads/main\nmark :{}\ncommitter Ann <ann@example.org> {seconds} +0100\ndata 1\nx\n",
        number + 1
    )
    .unwrap();
    for (place, parent) in parents.iter().enumerate() {
        let word = if place == 0 { "from" } else { "merge" };
        writeln!(stream, "{word} :{}", parent + 1).unwrap();
    }
    stream.push_str("deleteall\n");
    for (path, text) in tree {
        write!(
            stream,
            "M 100644 inline {path}\ndata {}\n{text}\n",
            text.len()
        )
        .unwrap();
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn revisions_and_landing_are_what_git_log_says() {
    let mut looked_at = 0;
    for seed in 1..=SEEDS {
        let blog = Blog::new();
        blog.git_with(&["fast-import", "--quiet", "--force"], history(seed));
        blog.git(&["checkout", "--quiet", "--force", "main"]);
        for post in blog.list() {
            let path = post["path"].as_str().unwrap();
            let log = blog.git(&["log", "--format=%H", "--", path]);
            assert_eq!(
                post["revisions"],
                Value::from(lines(&log).len()),
                "seed {seed}: {path}: {log}"
            );
            let landed = blog.git(&[
                "log",
                "--first-parent",
                "--diff-filter=A",
                "--format=%H",
                "--",
                path,
            ]);
            let first = lines(&landed).last().copied();
            assert_eq!(post["git"]["commit"].as_str(), first, "seed {seed}: {path}");
            assert_eq!(post["git"]["rule"], "landed");
            looked_at += 1;
        }
    }
    assert!(looked_at > 40, "histories end with posts");
}
