//! When a file became a published post, and which commit says so.

use super::fold::Node;
use super::log::CommitId;
use super::past::Past;
use super::reading::Reading;
use super::state::NodeId;
use super::{Clock, Rule, Standing};
use crate::config::DateRule;
use crate::moment::Moment;

/// The dates that the rules would give, and the one that counts.
pub(super) struct Publication {
    /// In the order the rules ask.
    pub(super) candidates: Vec<Candidate>,
    /// Which of them answered.
    pub(super) winner: usize,
    /// Where in the trail the file was published on its own branch.
    pub(super) event: usize,
    /// How it was found out that it was published there.
    pub(super) evidence: Evidence,
}

/// A date that one of the rules would give.
pub(super) struct Candidate {
    pub(super) rule: Rule,
    pub(super) commit: CommitId,
    pub(super) clock: Clock,
    pub(super) moment: Option<Moment>,
    /// How many such files the commit added, where that takes its word from it.
    pub(super) bulk: Option<usize>,
}

/// What says that a version is the one that published a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// The first that is a published post.
    Published,
    /// The first outside the posts, before this version was moved there with many others.
    Migrated(NodeId),
    /// The file never was a published post; the version is the first.
    Never,
    /// There is no other, so that it was not asked whether this one was published.
    Only,
}

impl Publication {
    pub(super) fn won(&self) -> &Candidate {
        &self.candidates[self.winner]
    }
}

/// Finds the publication; `None` if no commit in reach ever held the file.
pub(super) fn find(file: &mut Reading<'_>, setting: DateRule) -> Option<Publication> {
    let (event, evidence) = published_on_its_branch(file)?;
    let branch = file.node(event);
    let landed = match setting {
        DateRule::Landed => landed(file),
        DateRule::Author | DateRule::Committer => None,
    };
    let candidates = candidates(file.past, setting, (landed, branch));
    let heard = |candidate: &Candidate| candidate.bulk.is_none();
    let dated = |candidate: &Candidate| heard(candidate) && candidate.moment.is_some();
    let winner = candidates
        .iter()
        .position(dated)
        .or_else(|| candidates.iter().position(heard))?;
    Some(Publication {
        candidates,
        winner,
        event,
        evidence,
    })
}

/// The version by which the file came to the main line.
fn landed<'a>(file: &mut Reading<'a>) -> Option<&'a Node> {
    let mainline = file.mainline.clone();
    let (at, _) = first_published(file, &mainline)?;
    Some(file.past.node(mainline[at]))
}

fn candidates(
    past: &Past<'_>,
    setting: DateRule,
    (landed, branch): (Option<&Node>, &Node),
) -> Vec<Candidate> {
    let bulk = |node| past.fold.bulk(past.log, node);
    let candidate = |clock, rule, node: &Node, bulk| {
        let entry = past.log.entry(node.commit);
        let stamp = match clock {
            Clock::Author => entry.author,
            Clock::Committer => entry.committer,
        };
        Candidate {
            rule,
            commit: node.commit,
            clock,
            moment: stamp.time,
            bulk,
        }
    };
    let committer = |rule, node, bulk| candidate(Clock::Committer, rule, node, bulk);
    let author = |rule, node, bulk| candidate(Clock::Author, rule, node, bulk);
    let by_committer = committer(Rule::Committer, branch, None);
    let by_author = author(Rule::Author, branch, None);
    let mut all = Vec::with_capacity(4);
    if let Some(node) = landed {
        all.push(committer(Rule::Landed, node, bulk(node)));
        all.push(author(Rule::Author, node, bulk(node)));
    }
    let brought_alone = landed.is_some_and(|node| bulk(node).is_none());
    match (setting, bulk(branch)) {
        (DateRule::Author, _) => all.extend([by_author, by_committer]),
        (DateRule::Landed, Some(added)) if !brought_alone => all.extend([
            committer(Rule::Committer, branch, Some(added)),
            author(Rule::Bulk, branch, None),
            by_committer,
        ]),
        (DateRule::Landed | DateRule::Committer, _) => all.extend([by_committer, by_author]),
    }
    all
}

/// Where in its trail the file was published by the commit that wrote it, not by a merge.
fn published_on_its_branch(file: &mut Reading<'_>) -> Option<(usize, Evidence)> {
    let touches: Vec<usize> = (0..file.trail.len())
        .filter(|&at| file.node(at).touch)
        .collect();
    let nodes: Vec<NodeId> = touches.iter().map(|&at| file.trail[at]).collect();
    if let Some((at, evidence)) = first_published(file, &nodes) {
        return Some((touches[at], evidence));
    }
    let all = file.trail.clone();
    first_published(file, &all)
}

/// The oldest of some versions, given newest first, in which the file was published; if it never
/// was, the one that added it.
fn first_published(file: &mut Reading<'_>, versions: &[NodeId]) -> Option<(usize, Evidence)> {
    let past = file.past;
    let present = |at: &usize| past.node(versions[*at]).oid.is_some();
    let mut all = (0..versions.len()).rev().filter(present);
    if let (Some(only), None) = (all.next(), all.next()) {
        return Some((only, Evidence::Only));
    }
    let mut elsewhere = None;
    for at in (0..versions.len()).rev().filter(present) {
        match (file.standing(versions[at]), elsewhere) {
            (Standing::Published, Some(first)) if past.is_migrated(past.node(versions[at])) => {
                return Some((first, Evidence::Migrated(versions[at])));
            }
            (Standing::Published, _) => return Some((at, Evidence::Published)),
            (Standing::Elsewhere, None) => elsewhere = Some(at),
            (Standing::Elsewhere | Standing::Draft, _) => {}
        }
    }
    let first = (0..versions.len()).rev().find(present)?;
    Some((first, Evidence::Never))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Edit, Past, Tree, day, prose};
    use super::*;

    fn many(folder: &str) -> impl FnOnce(&mut Tree) {
        move |tree| (0..12).for_each(|n| tree.write(&format!("{folder}/{n}.md"), &prose(n)))
    }

    fn moved(from: &str, to: &str) -> impl FnOnce(&mut Tree) {
        move |tree| {
            (0..12).for_each(|n| tree.rename(&format!("{from}/{n}.md"), &format!("{to}/{n}.md")));
        }
    }

    /// Ann writes on a branch in January, Bob merges in March.
    fn branched(edit: impl FnOnce(&mut Tree)) -> Past {
        Past::new()
            .commit("bob", "2024-01-01", |t| t.write("posts/old.md", "old"))
            .commit("ann", "2024-01-31", edit)
            .authored("ann", "2024-01-15")
            .at(0)
            .merge("bob", "2024-03-01", &[1], |_| {})
    }

    #[test]
    fn a_post_is_dated_by_the_merge_that_brought_it_to_the_mainline() {
        let file = branched(|t| t.write("posts/a.md", "text")).file("posts/a.md");
        assert_eq!(day(file.published), "2024-03-01");
        assert_eq!(file.rule, Rule::Landed);
        assert_eq!(file.authors[0].name, "ann");
    }

    #[test]
    fn the_settings_author_and_committer_take_the_branchs_own_dates() {
        let past = branched(|t| t.write("posts/a.md", "text")).by(DateRule::Author);
        let file = past.file("posts/a.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2024-01-15", Rule::Author)
        );
        let file = past.by(DateRule::Committer).file("posts/a.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2024-01-31", Rule::Committer)
        );
    }

    #[test]
    fn a_merge_that_brings_ten_posts_dates_none_and_each_keeps_its_own_commit() {
        let mut past = Past::new().commit("bob", "2024-01-01", |t| t.write("README.md", "x"));
        past = past.orphan();
        for n in 1..=12 {
            past = past.commit("ann", &format!("2020-{n:02}-01"), |t| {
                t.write(&format!("posts/{n}.md"), &prose(n));
            });
        }
        let tip = past.len() - 1;
        let past = past.at(0).merge("bob", "2024-03-01", &[tip], |_| {});
        let file = past.file("posts/7.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2020-07-01", Rule::Committer)
        );
        assert_eq!(past.dated_by("posts/7.md"), 7);
    }

    #[test]
    fn a_commit_that_adds_ten_posts_gives_its_author_date_marked_bulk() {
        let past = Past::new()
            .commit("bob", "2024-01-31", many("posts"))
            .authored("ann", "2024-01-15");
        let file = past.file("posts/3.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2024-01-15", Rule::Bulk)
        );
        let file = branched(many("posts")).file("posts/3.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2024-01-15", Rule::Bulk)
        );
    }

    #[test]
    fn nine_posts_at_once_are_no_import() {
        let past = Past::new().commit("bob", "2024-01-31", |t| {
            (0..9).for_each(|n| t.write(&format!("posts/{n}.md"), &prose(n)));
            (0..9).for_each(|n| t.write(&format!("files/{n}.png"), &prose(n)));
        });
        assert_eq!(past.file("posts/3.md").rule, Rule::Landed);
    }

    #[test]
    fn a_draft_is_published_by_the_commit_that_flips_it() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| {
                t.write("posts/a.md", "draft\ntext");
            })
            .commit("ann", "2024-02-01", |t| {
                t.write("posts/a.md", "draft\ntext more");
            })
            .commit("bob", "2024-03-01", |t| t.write("posts/a.md", "text more"))
            .commit("ann", "2024-04-01", |t| {
                t.write("posts/a.md", "draft\ntext more");
            })
            .commit("ann", "2024-05-01", |t| t.write("posts/a.md", "text more"));
        let file = past.file("posts/a.md");
        assert_eq!(day(file.published), "2024-03-01");
        assert_eq!(day(file.updated), "2024-03-01");
    }

    #[test]
    fn a_draft_is_published_by_the_commit_that_moves_it_or_takes_its_name_of_a_draft() {
        for draft in ["drafts/a.md", "posts/a_draft.md", "/notes/a.md"] {
            let past = Past::new()
                .commit("ann", "2024-01-01", |t| t.write(draft, &prose(1)))
                .commit("bob", "2024-02-01", |t| t.rename(draft, "posts/a.md"));
            let file = past.file("posts/a.md");
            assert_eq!(day(file.published), "2024-02-01", "{draft}");
            assert_eq!(file.authors[0].name, "ann", "{draft}");
            assert_eq!(file.authors.len(), 1, "{draft}");
            assert_eq!(file.former_paths, [draft]);
        }
    }

    #[test]
    fn a_file_that_is_still_a_draft_is_dated_by_what_added_it() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("drafts/a.md", "text"))
            .commit("ann", "2024-02-01", |t| t.write("drafts/a.md", "text more"));
        assert_eq!(day(past.file("drafts/a.md").published), "2024-01-01");
        assert_eq!(day(past.file("drafts/a.md").updated), "2024-02-01");
    }

    #[test]
    fn moving_a_whole_blog_into_the_posts_folder_publishes_nothing() {
        let past = Past::new()
            .commit("ann", "2020-01-01", |t| t.write("/_posts/0.md", &prose(0)))
            .commit("ann", "2021-01-01", many("/_posts"))
            .commit("bob", "2024-01-01", moved("/_posts", "posts"));
        let file = past.file("posts/0.md");
        assert_eq!(day(file.published), "2020-01-01");
        assert_eq!(file.former_paths, ["/_posts/0.md"]);
        assert_eq!(past.file("posts/1.md").rule, Rule::Bulk);
    }

    #[test]
    fn moving_a_folder_of_posts_changes_no_date() {
        let past = branched(|t| t.write("posts/0.md", &prose(0)))
            .commit("ann", "2024-04-01", many("posts"))
            .commit("bob", "2024-05-01", moved("posts", "posts/old"));
        assert_eq!(day(past.file("posts/old/0.md").published), "2024-03-01");
    }

    #[test]
    fn dates_are_taken_as_the_commit_states_them_and_never_run_backwards() {
        let past = Past::new()
            .commit("ann", "2100-01-01", |t| t.write("posts/a.md", "text"))
            .commit("ann", "1970-01-01", |t| t.write("posts/a.md", "text more"));
        let file = past.file("posts/a.md");
        assert_eq!(day(file.published), "2100-01-01");
        assert_eq!(day(file.updated), "2100-01-01");
        assert!(file.published.unwrap().rfc3339().ends_with("+02:00"));
    }

    #[test]
    fn where_a_date_cannot_be_read_the_next_one_answers() {
        let past = branched(|t| t.write("posts/a.md", "text"))
            .but(|commit| commit.committer.time = None)
            .authored("bob", "2024-02-28");
        let file = past.file("posts/a.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2024-02-28", Rule::Author)
        );
        let file = past
            .but(|commit| commit.author.time = None)
            .file("posts/a.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2024-01-31", Rule::Committer)
        );
        let file = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .but(|commit| (commit.author.time, commit.committer.time) = (None, None))
            .file("posts/a.md");
        assert_eq!((file.published, file.updated), (None, None));
    }

    #[test]
    fn a_post_that_two_branches_brought_is_dated_by_the_first_to_land() {
        let past = Past::new()
            .commit("bob", "2024-01-01", |t| t.write("posts/old.md", "old"))
            .commit("ann", "2024-01-10", |t| t.write("posts/a.md", "text"))
            .at(0)
            .commit("bob", "2024-01-20", |t| t.write("posts/a.md", "text"))
            .merge("bob", "2024-02-01", &[1], |_| {});
        assert_eq!(day(past.file("posts/a.md").published), "2024-01-20");
    }

    #[test]
    fn posts_converted_from_another_format_keep_their_dates_also_through_an_import() {
        let mut past = Past::new().commit("bob", "2024-01-01", |t| t.write("README.md", "x"));
        past = past.orphan();
        for n in 1..=12 {
            past = past.commit("ann", &format!("2019-{n:02}-01"), |t| {
                t.write(&format!("/blog/{n}.article"), &prose(n));
            });
        }
        let tip = past.len() - 1;
        let past = past
            .at(0)
            .merge("bob", "2021-05-25", &[tip], |_| {})
            .commit("cat", "2021-08-18", |t| {
                for n in 1..=12 {
                    t.delete(&format!("/blog/{n}.article"));
                    t.write(&format!("/new/{n}.md"), &(prose(n) + "Converted.\n"));
                }
            })
            .commit("cat", "2021-11-22", |t| {
                for n in 1..=12 {
                    t.rename(&format!("/new/{n}.md"), &format!("posts/{n}.md"));
                }
            });
        let file = past.file("posts/7.md");
        assert_eq!(
            (day(file.published).as_str(), file.rule),
            ("2019-07-01", Rule::Committer)
        );
        assert_eq!(file.former_paths, ["/new/7.md", "/blog/7.article"]);
        assert_eq!(file.authors[0].name, "ann");
    }
}
