//! Renames within one commit: which added path is which removed file under a new name. Exact by
//! object id first, which costs nothing; by likeness of text for what is left. A copy, whose
//! source is still there, is not a rename.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::similarity::Likeness;
use super::{base_name, folder, is_document};
use crate::repository::{Change, Oid};

/// Pairs compared by text in one commit; what passes it is compared only under the same name.
const PAIRS: usize = 400 * 400;
/// Texts less alike than this (per cent) are two files.
const ALIKE: u8 = 50;
/// What an unchanged name, or folder, adds to the likeness when there is a choice.
const SAME_NAME: u8 = 10;
const SAME_FOLDER: u8 = 2;
/// Git's id of the empty blob: all empty files are the same, which says nothing.
pub(super) const EMPTY: Oid = Oid([
    0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2,
    0xe4, 0x8c, 0x53, 0x91,
]);

/// One path of a commit that differs from its first parent.
pub(super) struct Changed<'a> {
    pub(super) path: &'a Arc<str>,
    old: Option<Oid>,
    pub(super) new: Option<Oid>,
    /// The one whose old file this is, renamed.
    pub(super) from: Option<usize>,
    /// The old file of this path went on under another.
    moved_away: bool,
}

impl<'a> Changed<'a> {
    pub(super) fn list(changes: &'a [Change]) -> Vec<Self> {
        changes
            .iter()
            // A change of mode is no change to readers.
            .filter(|change| change.old != change.new)
            .map(|change| Changed {
                path: &change.path,
                old: change.old,
                new: change.new,
                from: None,
                moved_away: false,
            })
            .collect()
    }

    /// The path is gone and its file is not.
    pub(super) fn gone_elsewhere(&self) -> bool {
        self.new.is_none() && self.moved_away
    }

    fn adds(&self) -> bool {
        self.old.is_none() && self.from.is_none()
    }

    fn removes(&self) -> bool {
        self.new.is_none() && !self.moved_away
    }
}

/// Finds the renames in one commit: by id, and if `read`, by likeness of texts too.
pub(super) fn pair(steps: &mut [Changed<'_>], read: bool, likeness: &mut Likeness<'_>) {
    displaced(steps);
    if steps.iter().any(Changed::adds) && steps.iter().any(Changed::removes) {
        exact(steps);
        if read {
            alike(steps, likeness);
        }
    }
}

fn link(steps: &mut [Changed<'_>], from: usize, to: usize) {
    steps[to].from = Some(from);
    steps[from].moved_away = true;
}

/// Files that took each other's names: swapped, or moved up by one. Their paths exist before and
/// after, so they show only as contents that stand where another stood; and only a chain of them
/// without a gap is a rename, or else a copy would do.
fn displaced(steps: &mut [Changed<'_>]) {
    let modified =
        |step: &Changed<'_>| step.old.is_some() && step.new.is_some() && step.old != step.new;
    if !steps.iter().any(modified) {
        return;
    }
    let olds = unique(steps.iter().map(|step| step.old));
    let news = unique(steps.iter().map(|step| step.new));
    let source = |step: &Changed<'_>| step.new.and_then(|oid| olds.get(&oid).copied().flatten());
    let target = |step: &Changed<'_>| step.old.and_then(|oid| news.get(&oid).copied().flatten());
    let mut whole: HashSet<usize> = (0..steps.len())
        .filter(|&at| modified(&steps[at]))
        .filter(|&at| source(&steps[at]).is_some() && target(&steps[at]).is_some())
        .collect();
    let broken = |at: usize, whole: &HashSet<usize>| {
        [source(&steps[at]), target(&steps[at])]
            .into_iter()
            .flatten()
            .any(|next| modified(&steps[next]) && !whole.contains(&next))
    };
    let mut queue: VecDeque<usize> = whole
        .iter()
        .copied()
        .filter(|&at| broken(at, &whole))
        .collect();
    while let Some(at) = queue.pop_front() {
        if whole.remove(&at) {
            let ends = [source(&steps[at]), target(&steps[at])];
            queue.extend(ends.into_iter().flatten());
        }
    }
    let links: Vec<(usize, usize)> = whole
        .iter()
        .flat_map(|&at| {
            let arrives = source(&steps[at]).map(|from| (from, at));
            let leaves = target(&steps[at]).map(|to| (at, to));
            [arrives, leaves]
        })
        .flatten()
        .collect();
    for (from, to) in links {
        link(steps, from, to);
    }
}

/// The only step of each id; `None` where several have it.
fn unique(oids: impl Iterator<Item = Option<Oid>>) -> HashMap<Oid, Option<usize>> {
    let mut found = HashMap::new();
    for (at, oid) in oids.enumerate() {
        if let Some(oid) = oid {
            found
                .entry(oid)
                .and_modify(|only| *only = None)
                .or_insert(Some(at));
        }
    }
    found
}

/// The same content under another path: under the same name rather than in the same folder, and
/// there rather than anywhere.
fn exact(steps: &mut [Changed<'_>]) {
    let keys: [fn(&str) -> &str; 3] = [base_name, folder, |_| ""];
    for (round, key) in keys.into_iter().enumerate() {
        let mut sources: HashMap<(Oid, &str), VecDeque<usize>> = HashMap::new();
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.removes()) {
            let Some(oid) = step.old.filter(|&oid| oid != EMPTY || round == 0) else {
                continue;
            };
            let same = sources.entry((oid, key(step.path))).or_default();
            same.push_back(at);
        }
        let adds: Vec<usize> = (0..steps.len()).filter(|&at| steps[at].adds()).collect();
        for to in adds {
            let from = steps[to]
                .new
                .and_then(|oid| sources.get_mut(&(oid, key(steps[to].path)))?.pop_front());
            if let Some(from) = from {
                link(steps, from, to);
            }
        }
    }
}

fn alike(steps: &mut [Changed<'_>], likeness: &mut Likeness<'_>) {
    let left = |takes: fn(&Changed<'_>) -> bool| -> Vec<usize> {
        (0..steps.len())
            .filter(|&at| takes(&steps[at]) && is_document(steps[at].path))
            .collect()
    };
    let (adds, removes) = (left(|step| step.adds()), left(|step| step.removes()));
    if adds.is_empty() {
        return;
    }
    let mut scored: Vec<(u8, usize, usize)> = candidates(steps, &removes, &adds)
        .into_iter()
        .chain(conversions(steps, &adds))
        .filter_map(|(from, to)| Some((score(&steps[from], &steps[to], likeness)?, from, to)))
        .collect();
    likeness.forget_texts();
    scored.sort_by_key(|&(score, from, to)| (std::cmp::Reverse(score), from, to));
    for (_, from, to) in scored {
        if steps[from].removes() && steps[to].adds() {
            link(steps, from, to);
        }
    }
}

fn candidates(steps: &[Changed<'_>], removes: &[usize], adds: &[usize]) -> Vec<(usize, usize)> {
    if removes.len().saturating_mul(adds.len()) <= PAIRS {
        let pairs = removes
            .iter()
            .flat_map(|&from| adds.iter().map(move |&to| (from, to)));
        return pairs.collect();
    }
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for &from in removes {
        by_name
            .entry(base_name(steps[from].path))
            .or_default()
            .push(from);
    }
    adds.iter()
        .filter_map(|&to| Some((to, by_name.get(base_name(steps[to].path))?)))
        .flat_map(|(to, froms)| froms.iter().map(move |&from| (from, to)))
        .take(PAIRS)
        .collect()
}

/// Documents that can have been made of files of another sort: `x.html` became `x.md`.
fn conversions(steps: &[Changed<'_>], adds: &[usize]) -> Vec<(usize, usize)> {
    let mut by_stem: HashMap<&str, Vec<usize>> = HashMap::new();
    for &to in adds {
        by_stem.entry(stem(steps[to].path)).or_default().push(to);
    }
    (0..steps.len())
        .filter(|&at| steps[at].removes() && !is_document(steps[at].path))
        .filter_map(|from| Some((from, by_stem.get(stem(steps[from].path))?)))
        .flat_map(|(from, adds)| adds.iter().map(move |&to| (from, to)))
        .take(PAIRS)
        .collect()
}

/// A file's name without its extension.
fn stem(path: &str) -> &str {
    let name = base_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn score(from: &Changed<'_>, to: &Changed<'_>, likeness: &mut Likeness<'_>) -> Option<u8> {
    let percent = likeness.percent(from.old?, to.new?);
    let name = base_name(from.path) == base_name(to.path);
    let folder = folder(from.path) == folder(to.path);
    let bonus = u8::from(name) * SAME_NAME + u8::from(folder) * SAME_FOLDER;
    (percent >= ALIKE).then_some(percent + bonus)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Edit, Past, day, prose};

    #[test]
    fn an_exact_rename_is_followed_through_a_chain() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .commit("bob", "2024-02-01", |t| {
                t.rename("posts/a.md", "posts/b.md");
            })
            .commit("bob", "2024-03-01", |t| {
                t.rename("posts/b.md", "posts/2024/c.md");
            });
        let file = past.file("posts/2024/c.md");
        assert_eq!(file.former_paths, ["posts/b.md", "posts/a.md"]);
        assert_eq!(day(file.published), "2024-01-01");
        assert_eq!(day(file.updated), "2024-01-01");
        assert_eq!(file.revisions.len(), 3);
    }

    #[test]
    fn a_file_renamed_and_edited_in_one_commit_is_told_by_its_text() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| {
                t.write("posts/a.md", &prose(1));
                t.write("posts/z.md", &prose(2));
            })
            .commit("bob", "2024-02-01", |t| {
                t.delete("posts/a.md");
                t.delete("posts/z.md");
                t.write("posts/b.md", &(prose(1) + "And one line more.\n"));
                t.write("posts/new.md", &prose(3));
            });
        let file = past.file("posts/b.md");
        assert_eq!(file.former_paths, ["posts/a.md"]);
        assert_eq!(day(file.published), "2024-01-01");
        assert_eq!(day(file.updated), "2024-02-01");
        assert_eq!(day(past.file("posts/new.md").published), "2024-02-01");
    }

    #[test]
    fn a_file_keeps_its_history_when_its_old_address_is_taken_by_a_new_one() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
            .commit("ann", "2024-02-01", |t| {
                t.rename("posts/a.md", "posts/b.md");
            })
            .commit("bob", "2024-03-01", |t| t.write("posts/a.md", &prose(2)));
        assert_eq!(day(past.file("posts/b.md").published), "2024-01-01");
        let newer = past.file("posts/a.md");
        assert_eq!(day(newer.published), "2024-03-01");
        assert_eq!(newer.revisions.len(), 1);
        assert_eq!(newer.authors[0].name, "bob");
    }

    #[test]
    fn a_new_file_does_not_inherit_what_was_renamed_away_and_then_deleted() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
            .commit("ann", "2024-02-01", |t| {
                t.rename("posts/a.md", "posts/b.md");
            })
            .commit("ann", "2024-03-01", |t| t.delete("posts/b.md"))
            .commit("bob", "2024-04-01", |t| t.write("posts/a.md", &prose(2)));
        assert_eq!(day(past.file("posts/a.md").published), "2024-04-01");
    }

    #[test]
    fn two_files_that_swapped_names_keep_their_own_histories() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "first"))
            .commit("bob", "2024-02-01", |t| t.write("posts/b.md", "second"))
            .commit("cat", "2024-03-01", |t| {
                t.write("posts/a.md", "second");
                t.write("posts/b.md", "first");
            });
        let file = past.file("posts/a.md");
        assert_eq!(file.authors[0].name, "bob");
        assert_eq!(file.former_paths, ["posts/b.md"]);
        assert_eq!(day(past.file("posts/b.md").published), "2024-01-01");
        assert!(past.file("posts/b.md").contributors.is_empty());
    }

    #[test]
    fn files_that_moved_up_by_one_name_keep_their_own_histories() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/1.md", "first"))
            .commit("bob", "2024-02-01", |t| t.write("posts/2.md", "second"))
            .commit("cat", "2024-03-01", |t| {
                t.rename("posts/2.md", "posts/3.md");
                t.rename("posts/1.md", "posts/2.md");
            });
        assert_eq!(past.file("posts/2.md").authors[0].name, "ann");
        assert_eq!(past.file("posts/3.md").authors[0].name, "bob");
    }

    #[test]
    fn a_copy_is_a_new_file_and_its_source_keeps_its_history() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
            .commit("bob", "2024-02-01", |t| t.write("posts/b.md", &prose(1)))
            .commit("cat", "2024-03-01", |t| {
                t.write("posts/c.md", &prose(1));
                t.write("posts/a.md", &prose(9));
            });
        for (path, expected) in [
            ("a", "2024-01-01"),
            ("b", "2024-02-01"),
            ("c", "2024-03-01"),
        ] {
            let file = past.file(&format!("posts/{path}.md"));
            assert_eq!(day(file.published), expected);
            assert!(file.former_paths.is_empty());
        }
    }

    #[test]
    fn a_renamed_folder_of_equal_files_keeps_each_under_its_own_name() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| {
                (0..12).for_each(|n| t.write(&format!("posts/old/{n}.md"), "same"));
            })
            .commit("bob", "2024-02-01", |t| {
                (0..12).for_each(|n| {
                    t.rename(&format!("posts/old/{n}.md"), &format!("posts/new/{n}.md"));
                });
            });
        for n in 0..12 {
            let file = past.file(&format!("posts/new/{n}.md"));
            assert_eq!(file.former_paths, [format!("posts/old/{n}.md")]);
            assert_eq!(day(file.published), "2024-01-01");
        }
    }

    #[test]
    fn empty_files_are_not_renames_of_each_other() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", ""))
            .commit("ann", "2024-02-01", |t| {
                t.delete("posts/a.md");
                t.write("posts/b.md", "");
            });
        assert_eq!(day(past.file("posts/b.md").published), "2024-02-01");
    }

    #[test]
    fn a_file_removed_and_restored_is_one_post() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .commit("bob", "2024-02-01", |t| t.delete("posts/a.md"))
            .commit("cat", "2024-03-01", |t| t.write("posts/a.md", "text"));
        let file = past.file("posts/a.md");
        assert_eq!(day(file.published), "2024-01-01");
        assert_eq!(day(file.updated), "2024-01-01");
        assert_eq!(file.revisions.len(), 3);
        assert!(file.contributors.is_empty());
    }

    #[test]
    fn an_image_is_followed_by_its_content_alone() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("files/a.png", &prose(1)))
            .commit("ann", "2024-02-01", |t| {
                t.rename("files/a.png", "files/b.png");
            })
            .commit("ann", "2024-03-01", |t| {
                t.delete("files/b.png");
                t.write("files/c.png", &(prose(1) + "more"));
            });
        assert!(past.file("files/c.png").former_paths.is_empty());
        assert_eq!(past.at(1).file("files/b.png").former_paths, ["files/a.png"]);
    }
}
