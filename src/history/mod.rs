//! Who wrote each file, and when: one fold over the commits for all files at once. Pure: commits
//! and blobs come in as values, and what a blob says is asked of the caller.

mod claims;
mod descent;
#[cfg(test)]
mod fixture;
mod ignored;
mod mailmap;
mod people;
mod publication;
mod reading;
mod renames;
mod similarity;
mod trace;
mod trail;

use std::collections::{HashMap, HashSet};

use crate::config::DateRule;
use crate::moment::Moment;
use crate::repository::{Commit, Oid, Person};

pub(crate) use ignored::ignored_revisions;
pub(crate) use mailmap::Mailmap;
use reading::Reading;

/// What history says of every tracked file of one revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) files: HashMap<String, FileHistory>,
}

/// What history says of one file.
#[derive(Clone, Debug)]
pub(crate) struct FileHistory {
    /// The moment it first became a published post; for a draft, the moment it was added.
    /// `None` when no commit in reach has a usable date.
    pub(crate) published: Option<Moment>,
    /// The last change of its content, never before `published`.
    pub(crate) updated: Option<Moment>,
    /// Which rule gave `published`.
    pub(crate) rule: Rule,
    /// The commit that gave `published`.
    pub(crate) commit: Oid,
    /// Who wrote the published content, then their co-authors; after `.mailmap`.
    pub(crate) authors: Vec<Person>,
    /// Everyone else who changed it since.
    pub(crate) contributors: Vec<Person>,
    /// Commits that changed the file (differ from every parent), renames included.
    pub(crate) revisions: u32,
    /// Earlier paths, newest first, written as in `Change::path`.
    pub(crate) former_paths: Vec<String>,
    /// The file's contents, newest first: where a broken post finds its last good version.
    pub(crate) versions: Vec<Oid>,
}

/// The rule that gave a post's publication date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Rule {
    /// Committer date of the mainline commit that brought it.
    Landed,
    /// Committer date of the commit that published it on its own branch.
    Committer,
    /// Author date of a commit that added ten or more texts.
    Bulk,
    /// Author date, by setting or because the commit's committer date cannot be read.
    Author,
}

/// What was set about history: by the authors in `byline.toml`, and in git's own files.
pub(crate) struct Rules<'a> {
    pub(crate) date: DateRule,
    /// Commits of `.git-blame-ignore-revs`.
    pub(crate) ignored: &'a HashSet<Oid>,
    pub(crate) mailmap: &'a Mailmap,
    /// Whether a name is never to be shown as author or contributor.
    pub(crate) excluded: &'a dyn Fn(&str) -> bool,
}

/// What a file was to readers at some revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A post, page or served file.
    Published,
    /// Kept back by folder, name or front matter.
    Draft,
    /// Outside every folder of posts and pages.
    Elsewhere,
}

/// What contents mean, answered by whoever can read blobs. History asks for few: usually the
/// first version of a file and its newest two.
pub(crate) trait Texts {
    /// What a file with this content at this path was.
    fn standing(&self, path: &str, oid: Oid) -> Standing;
    /// A fingerprint of what readers read: the body with white space folded, and the title.
    /// `None` if it cannot be read.
    fn prose(&self, oid: Oid) -> Option<u64>;
    /// The bytes, to tell a renamed and edited file by; `None` if missing or too large.
    fn text(&self, oid: Oid) -> Option<Vec<u8>>;
}

/// As many documents added, or moved into the posts, by one commit are an import or a
/// migration, and say nothing of any one post's date.
const BULK: usize = 10;

impl History {
    /// Folds `commits` (tip first, children before parents) into what is known of `tracked`,
    /// paths at the tip. A path that no commit mentions is not in the answer.
    pub(crate) fn trace(
        commits: &[Commit],
        tracked: &[&str],
        rules: &Rules<'_>,
        texts: &dyn Texts,
    ) -> Self {
        let walked = trace::walk(commits, tracked, texts);
        let files = walked
            .files()
            .filter_map(|file| {
                let (path, _) = file;
                let history = Reading::new(commits, &walked, texts, file).conclude(rules)?;
                Some((path.to_owned(), history))
            })
            .collect();
        Self { files }
    }
}

/// Whether a path names a text document by its extension: what can be a post, and is read to
/// follow a rename.
fn is_document(path: &str) -> bool {
    const EXTENSIONS: [&str; 13] = [
        "md", "markdown", "mdown", "mkd", "mkdn", "mdx", "smd", "dj", "txt", "text", "rst", "adoc",
        "org",
    ];
    base_name(path).rsplit_once('.').is_some_and(|(_, found)| {
        EXTENSIONS
            .iter()
            .any(|known| found.eq_ignore_ascii_case(known))
    })
}

/// The last part of a path.
fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Everything before the last part of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::fixture::{Edit, Past, Tree, oid, prose};

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
    fn any_history_gives_every_file_at_the_tip_a_date_and_a_writer() {
        for (seed, texts) in (1..=400).flat_map(|seed| [(seed, 4), (seed, 1000)]) {
            let past = random(seed, texts, true);
            let history = past.history();
            assert_eq!(history.files.len(), past.tree().len(), "seed {seed}");
            for (path, file) in &history.files {
                assert!(
                    file.published.unwrap() <= file.updated.unwrap(),
                    "seed {seed}: {path}"
                );
                assert!(!file.authors.is_empty(), "seed {seed}: {path}");
                assert!(file.revisions > 0, "seed {seed}: {path}");
                assert!(!file.former_paths.contains(path), "seed {seed}: {path}");
            }
        }
    }

    #[test]
    fn the_newest_version_in_a_history_without_branches_is_the_present_one() {
        for seed in 1..=400 {
            let past = random(seed, 1000, false);
            for (path, text) in past.tree() {
                let newest = past.file(path).versions[0];
                assert_eq!(newest, oid(text), "seed {seed}: {path}");
            }
        }
    }
}
