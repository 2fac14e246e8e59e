//! What the codes of `why --json` mean, in words for the table.

use super::account::{Address, Published, State};
use super::git::Git;
use crate::content::{
    AddressFrom, AuthorsFrom, DateFrom, DraftFrom, KindFrom, SlugFrom, TitleFrom, UpdatedFrom,
};
use crate::history::{Clock, Edit, Rule, Standing, Verdict, Weighed, WhyNot};
use crate::moment::Moment;

pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Published => "a published post",
        State::Page => "a page",
        State::Draft => "a draft, on no page",
        State::Scheduled => "a post that is not due yet",
        State::LastGoodVersion => "not readable as it is; its last good version stays up",
        State::LeftOut => "left out, see what is wrong with it",
    }
}

pub(super) fn title(from: TitleFrom, value: Option<&str>) -> &'static str {
    match (from, value) {
        (TitleFrom::FrontMatter, Some(_)) => "from front matter",
        (TitleFrom::FrontMatter, None) => "front matter says that it has none",
        (TitleFrom::Heading, _) => "from the heading that opens the text",
        (TitleFrom::FileName, Some(_)) => "from the file name",
        (TitleFrom::FileName, None) => "nothing states one, and the file name gives none",
    }
}

pub(super) fn address(address: &Address<'_>, from: AddressFrom) -> String {
    let slug = match address.slug_from {
        Some(SlugFrom::FrontMatter) => "; slug from front matter",
        Some(SlugFrom::FileName) => "; slug from the file name",
        None => "",
    };
    let made = match from {
        AddressFrom::FrontMatter => "from front matter, `permalink`".to_owned(),
        AddressFrom::StatedPattern => "from the pattern in front matter, `permalink`".to_owned(),
        AddressFrom::Pattern => format!("from the pattern `{}`", address.pattern.unwrap_or("")),
        AddressFrom::Path => "from the path of the file, as a page".to_owned(),
        AddressFrom::Slug => "from the slug alone, since the pattern gives no path".to_owned(),
    };
    format!("{made}{slug}")
}

pub(super) fn kind(from: KindFrom) -> &'static str {
    match from {
        KindFrom::FrontMatter => "from front matter, `kind`",
        KindFrom::Content => "told by its keys and its text",
    }
}

pub(super) fn draft(from: Option<DraftFrom>) -> &'static str {
    match from {
        Some(DraftFrom::FrontMatter) => "yes, front matter says so",
        Some(DraftFrom::Path) => "yes, the name of the file or a folder says so",
        None => "no",
    }
}

pub(super) fn published(published: &Published, git: Option<&Git<'_>>) -> String {
    match (published.from, git.and_then(Git::won)) {
        (DateFrom::FrontMatter, _) => "from front matter, which goes before all else".to_owned(),
        (DateFrom::FileName, _) => "from the file name, which goes before git".to_owned(),
        (DateFrom::Git, Some(won)) => {
            let subject = won.subject.map(|subject| format!(" \"{subject}\""));
            let commit = won.what.commit.short();
            let rule = rule_name(won.what.rule);
            let subject = subject.unwrap_or_default();
            format!("from git by the rule `{rule}`, commit {commit}{subject}")
        }
        (DateFrom::Git, None) => "from git".to_owned(),
        (DateFrom::Uncommitted, None) => "now, since it is not committed".to_owned(),
        (DateFrom::Uncommitted, Some(_)) => "now, since no commit has a usable date".to_owned(),
    }
}

pub(super) fn rule_name(rule: Rule) -> &'static str {
    match rule {
        Rule::Landed => "landed",
        Rule::Committer => "committer",
        Rule::Bulk => "bulk",
        Rule::Author => "author",
    }
}

/// Which date of a commit it is.
pub(super) fn clock(clock: Clock) -> &'static str {
    match clock {
        Clock::Author => "author date",
        Clock::Committer => "committer date",
    }
}

/// What became of a date of git's. A date that was `stated` goes before; what is not `published`
/// yet has the date of the commit that added it.
pub(super) fn verdict(weighed: &Weighed, (stated, published): (bool, bool)) -> String {
    let won = match (stated, weighed.rule, published) {
        (true, ..) => "would count if none were stated",
        (_, Rule::Landed, _) => "counts: it brought the file to the main line",
        (_, Rule::Committer, true) => "counts: it published the file on its own branch",
        (_, Rule::Committer, false) => "counts: it added the file on its own branch",
        (_, Rule::Bulk, _) => "counts, as all there is to know",
        (_, Rule::Author, _) => "counts",
    };
    match (weighed.verdict, weighed.date, weighed.added) {
        (Verdict::Won, None, _) | (Verdict::NoDate, ..) => "cannot be read".to_owned(),
        (Verdict::Won, Some(_), _) => won.to_owned(),
        (Verdict::Bulk, _, added) => {
            let added = added.map_or_else(|| "many".to_owned(), |added| added.to_string());
            format!("no evidence: the commit added {added} such files")
        }
        (Verdict::Unneeded, ..) => "not needed".to_owned(),
    }
}

pub(super) fn standing(standing: Option<Standing>) -> &'static str {
    match standing {
        Some(Standing::Published) => "a post",
        Some(Standing::Draft) => "a draft",
        Some(Standing::Elsewhere) => "outside the posts",
        None => "removed",
    }
}

pub(super) fn edit(edit: Edit) -> &'static str {
    match edit {
        Edit::Wrote => "changed what readers read",
        Edit::Unread => "changed white space or front matter only",
        Edit::Renamed => "renamed it only",
        Edit::Mode => "changed the file's mode only",
        Edit::Removed => "removed it",
        Edit::Merged => "merged what others wrote",
        Edit::Ignored => "is listed to be ignored",
    }
}

/// Where the update is from, and what the last commit looked at did.
pub(super) fn updated(from: UpdatedFrom, last: Option<Edit>) -> &'static str {
    match from {
        UpdatedFrom::FrontMatter => "from front matter",
        UpdatedFrom::Git => "from git, the last commit that changed what readers read",
        UpdatedFrom::Published => match last {
            None => "as published: no commit since",
            Some(Edit::Wrote) => "as published: no update is later",
            Some(_) => "as published: no commit since changed what readers read",
        },
    }
}

pub(super) fn authors(from: AuthorsFrom, published: bool) -> &'static str {
    match from {
        AuthorsFrom::FrontMatter => "from front matter",
        AuthorsFrom::Git if !published => "from git, who wrote it",
        AuthorsFrom::Git => "from git, who wrote what was published",
        AuthorsFrom::UserName => "from git's `user.name`, since it is not committed",
    }
}

pub(super) fn why_not(why: WhyNot) -> &'static str {
    match why {
        WhyNot::Excluded => "excluded by `provenance.exclude`",
        WhyNot::NoName => "has no name to show",
        WhyNot::Edit(done) => edit(done),
    }
}

/// A date with its offset, or that there is none.
pub(super) fn date(date: Option<Moment>) -> String {
    date.map_or_else(|| "no usable date".to_owned(), Moment::rfc3339)
}
