//! Why history says of a file what it says: the dates with their verdicts, the versions passed over,
//! who is named for what. Made for one file when somebody asks, and never kept.

use serde::Serialize;

use super::{Clock, Edit, Rule, Standing};
use crate::config::DateRule;
use crate::moment::Moment;
use crate::repository::Oid;

/// The reasons behind a `FileHistory`.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// Which rule was set.
    pub(crate) setting: DateRule,
    /// Dates of publication in the order the rules ask.
    pub(crate) candidates: Vec<Weighed>,
    /// The commit that published it on its own branch; where `published` is false, that added it.
    pub(crate) publishing: Oid,
    /// Whether it ever was a published post.
    pub(crate) published: bool,
    /// What the file was before, oldest first.
    pub(crate) passed: Vec<Passed>,
    /// The commit that moved it into the posts with many others, and so published nothing.
    pub(crate) migration: Option<Oid>,
    /// The commits after publication, newest first, down to the one that counts as update.
    pub(crate) edits: Vec<Edited>,
    pub(crate) authors: Vec<Credit>,
    pub(crate) contributors: Vec<Credit>,
    pub(crate) uncredited: Vec<Uncredited>,
    /// Newest first.
    pub(crate) renames: Vec<Rename>,
    /// The commits that changed the file, newest first.
    pub(crate) revisions: Vec<Version>,
}

/// A date of publication that a rule would give, and what became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Weighed {
    pub(crate) rule: Rule,
    pub(crate) commit: Oid,
    /// Which of the commit's dates it is.
    pub(crate) clock: Clock,
    pub(crate) date: Option<Moment>,
    pub(crate) verdict: Verdict,
    /// How many such files the commit added, where that is the verdict.
    pub(crate) added: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Won,
    /// The commit added too many such files to say anything of one.
    Bulk,
    /// The date cannot be read.
    NoDate,
    /// One before it answered.
    Unneeded,
}

/// A version of a file before it was published.
#[derive(Debug, Serialize)]
pub(crate) struct Passed {
    pub(crate) commit: Oid,
    pub(crate) path: String,
    /// `None` where it was removed.
    pub(crate) standing: Option<Standing>,
}

/// A commit after publication, and what it did to what readers read.
#[derive(Debug, Serialize)]
pub(crate) struct Edited {
    pub(crate) commit: Oid,
    pub(crate) date: Option<Moment>,
    pub(crate) edit: Edit,
}

/// A person and what they are named for.
#[derive(Debug, Serialize)]
pub(crate) struct Credit {
    pub(crate) name: String,
    /// Oldest first.
    pub(crate) contributions: Vec<Contribution>,
}

/// One commit that somebody is named for.
#[derive(Debug, Serialize)]
pub(crate) struct Contribution {
    pub(crate) commit: Oid,
    /// By a `Co-authored-by` trailer, not as the commit's author.
    pub(crate) trailer: bool,
    /// The name in the commit, where it is another.
    pub(crate) committed_as: Option<String>,
    /// `.mailmap` says that it is another; else the address does.
    pub(crate) mailmap: bool,
}

/// Someone a commit names who is neither author nor contributor.
#[derive(Debug, Serialize)]
pub(crate) struct Uncredited {
    /// Empty where the commit has none.
    pub(crate) name: String,
    pub(crate) commit: Oid,
    pub(crate) why: WhyNot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WhyNot {
    /// The name is one that `exclude` matches.
    Excluded,
    NoName,
    /// The commit changed nothing that readers read.
    #[serde(untagged)]
    Edit(Edit),
}

/// A commit that gave the file another path.
#[derive(Debug, Serialize)]
pub(crate) struct Rename {
    pub(crate) commit: Oid,
    pub(crate) from: String,
    pub(crate) to: String,
    /// The content stayed the same; else it was recognised by likeness.
    pub(crate) exact: bool,
}

/// A commit that changed the file.
#[derive(Debug, Serialize)]
pub(crate) struct Version {
    pub(crate) commit: Oid,
    /// By the rule that dates updates.
    pub(crate) date: Option<Moment>,
    /// The name of its author, as the commit has it.
    pub(crate) author: String,
    pub(crate) path: String,
}
