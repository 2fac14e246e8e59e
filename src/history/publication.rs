//! When a file became a published post, and which commit says so.

use super::reading::Reading;
use super::trail::{Event, Version};
use super::{Rule, Standing};
use crate::config::DateRule;
use crate::moment::Moment;

/// The moment of publication and what it rests on.
pub(super) struct Publication {
    pub(super) moment: Option<Moment>,
    pub(super) rule: Rule,
    /// The commit that gave the moment.
    pub(super) commit: usize,
    /// The touch that published the file on its own branch.
    pub(super) event: usize,
}

/// A date that one of the rules would give.
type Candidate = (Option<Moment>, Rule, usize);

/// Finds the publication; `None` if no commit in reach ever held the file.
pub(super) fn find(file: &mut Reading<'_>, setting: DateRule) -> Option<Publication> {
    let event = first_published(file, |event| event.touch)?;
    let branch = file.events[event].commit;
    let landed = match setting {
        DateRule::Landed => first_published(file, |event| event.landed),
        DateRule::Author | DateRule::Committer => None,
    };
    let landed = landed.map(|event| file.events[event].commit);
    let bulk = |at: usize| file.walked.bulk[at];
    let committer = |at: usize| file.commits[at].committer.time;
    let author = |at: usize| file.commits[at].author.time;
    let on_branch = [
        (committer(branch), Rule::Committer, branch),
        (author(branch), Rule::Author, branch),
    ];
    let [by_committer, by_author] = on_branch;
    let candidates: Vec<Candidate> = match (setting, landed) {
        (DateRule::Author, _) => vec![by_author, by_committer],
        (DateRule::Landed, Some(at)) if !bulk(at) => vec![
            (committer(at), Rule::Landed, at),
            (author(at), Rule::Author, at),
            by_committer,
            by_author,
        ],
        (DateRule::Landed, _) if bulk(branch) => {
            vec![(author(branch), Rule::Bulk, branch), by_committer]
        }
        (DateRule::Landed | DateRule::Committer, _) => on_branch.to_vec(),
    };
    let dated = candidates.iter().find(|(moment, _, _)| moment.is_some());
    let &(moment, rule, commit) = dated.or(candidates.first())?;
    Some(Publication {
        moment,
        rule,
        commit,
        event,
    })
}

/// The oldest of the chosen events at which the file was published; if it never was, the one that
/// added it.
fn first_published(file: &mut Reading<'_>, chosen: fn(&Event) -> bool) -> Option<usize> {
    let events = file.events;
    let present = |at: &usize| chosen(&events[*at]) && events[*at].oid.is_some();
    let mut elsewhere = None;
    for at in (0..events.len()).rev().filter(present) {
        let event = &events[at];
        let Some(oid) = event.oid else { continue };
        let path = event.path;
        match file.standing(Version { path, oid }) {
            Standing::Published if migrated(file, event) => return elsewhere.or(Some(at)),
            Standing::Published => return Some(at),
            Standing::Elsewhere => elsewhere = elsewhere.or(Some(at)),
            Standing::Draft => {}
        }
    }
    (0..events.len()).rev().find(|at| present(at))
}

/// Whether an event moved the file into the posts together with many others. Then the folder it
/// came from held posts too, and the move published nothing.
fn migrated(file: &mut Reading<'_>, event: &Event) -> bool {
    let Some(moves) = file.walked.moves.get(&event.commit) else {
        return false;
    };
    let before = event.before.parents().first().copied().flatten();
    before.is_some_and(|old| {
        old.path != event.path
            && file.standing(old) == Standing::Elsewhere
            && file.is_migration(moves)
    })
}
