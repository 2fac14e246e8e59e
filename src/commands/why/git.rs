//! What history says of one document and why, with the first lines of the commits' messages.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::DateRule;
use crate::history::{
    Credit, Edited, Explanation, Passed, Rename, Uncredited, Verdict, Version, Weighed,
};
use crate::repository::Oid;

#[derive(Serialize)]
pub(super) struct Git<'a> {
    /// `provenance.date` of the configuration.
    pub(super) setting: &'static str,
    /// Dates of publication, in the order in which they are asked for.
    pub(super) candidates: Vec<Told<'a, Weighed>>,
    /// The commit that published it on its own branch, or added what never was published.
    pub(super) published_by: Oid,
    /// Whether the file ever was a published post.
    pub(super) ever_published: bool,
    /// What it was before, oldest first.
    pub(super) before: &'a [Passed],
    /// The commit that moved it into the posts with many others.
    pub(super) migration: Option<Oid>,
    /// Commits since, newest first, down to the one that is the update.
    pub(super) edits: &'a [Edited],
    pub(super) authors: &'a [Credit],
    pub(super) contributors: &'a [Credit],
    pub(super) not_named: &'a [Uncredited],
    /// Newest first.
    pub(super) renames: &'a [Rename],
    /// Newest first.
    pub(super) revisions: Vec<Told<'a, Version>>,
}

/// Something of a commit, with what the commit says of itself.
#[derive(Serialize)]
pub(super) struct Told<'a, T> {
    #[serde(flatten)]
    pub(super) what: &'a T,
    pub(super) subject: Option<&'a str>,
}

impl<'a> Git<'a> {
    pub(super) fn of(history: &'a Explanation, subjects: &'a BTreeMap<Oid, String>) -> Self {
        let subject = |commit: Oid| subjects.get(&commit).map(String::as_str);
        let candidates = history.candidates.iter();
        let revisions = history.revisions.iter();
        Self {
            setting: match history.setting {
                DateRule::Landed => "landed",
                DateRule::Author => "author",
                DateRule::Committer => "committer",
            },
            candidates: candidates
                .map(|what| Told {
                    what,
                    subject: subject(what.commit),
                })
                .collect(),
            published_by: history.publishing,
            ever_published: history.published,
            before: &history.passed,
            migration: history.migration,
            edits: &history.edits,
            authors: &history.authors,
            contributors: &history.contributors,
            not_named: &history.uncredited,
            renames: &history.renames,
            revisions: revisions
                .map(|what| Told {
                    what,
                    subject: subject(what.commit),
                })
                .collect(),
        }
    }

    /// The date that git gives, whatever is stated elsewhere.
    pub(super) fn won(&self) -> Option<&Told<'a, Weighed>> {
        let mut candidates = self.candidates.iter();
        candidates.find(|candidate| candidate.what.verdict == Verdict::Won)
    }
}
