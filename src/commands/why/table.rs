//! An account as a table for people: facts first, each with its reasons below it, then the path the
//! file took.

use super::account::{Account, Facts, Published};
use super::git::{Git, Told};
use super::layout::Sheet;
use super::words;
use crate::content::{AuthorsFrom, DateFrom};
use crate::history::{Contribution, Credit};

/// Revisions that are shown; `--json` has all.
const MAX_REVISIONS: usize = 20;

/// The whole account.
pub(super) fn table(account: &Account<'_>) -> String {
    let mut sheet = Sheet::default();
    let git = account.git.as_ref();
    sheet.line(account.path);
    sheet.line(&format!("  {}", words::state(account.state)));
    sheet.line("");
    if let Some(facts) = &account.facts {
        text(&mut sheet, facts);
        published(&mut sheet, facts, git);
        updated(&mut sheet, facts, git);
        people(&mut sheet, facts, git);
    }
    match git {
        Some(git) => path_taken(&mut sheet, git),
        None => sheet.fact("git", "knows no commit of it"),
    }
    sheet.line("");
    sheet.line("The rules are in the manual under \"Dates and authors\" and \"Writing\".");
    sheet.finish()
}

/// What its own text and path say.
fn text(sheet: &mut Sheet, facts: &Facts<'_>) {
    sheet.fact("title", facts.title.value.unwrap_or("none"));
    if let Some(from) = facts.title.from {
        sheet.note(words::title(from, facts.title.value));
    }
    sheet.fact("address", facts.url.value);
    if let Some(from) = facts.url.from {
        sheet.note(&words::address(&facts.url, from));
    }
    if !facts.url.former.is_empty() {
        sheet.note(&format!("before: {}", facts.url.former.join(", ")));
    }
    sheet.fact("kind", facts.kind.value);
    if let Some(from) = facts.kind.from {
        sheet.note(words::kind(from));
    }
    let tags = facts.tags.join(", ");
    sheet.fact("tags", if tags.is_empty() { "none" } else { &tags });
    sheet.fact("draft", words::draft(facts.draft.from));
}

fn published(sheet: &mut Sheet, facts: &Facts<'_>, git: Option<&Git<'_>>) {
    sheet.fact("published", &facts.published.value.rfc3339());
    sheet.note(&words::published(&facts.published, git));
    sheet.rows(stated(&facts.published));
    let Some(git) = git else { return };
    let stated = matches!(
        facts.published.from,
        DateFrom::FrontMatter | DateFrom::FileName
    );
    if stated {
        sheet.note("git says");
    }
    sheet.rows(git.candidates.iter().map(|Told { what, .. }| {
        [
            words::rule_name(what.rule).to_owned(),
            what.commit.short(),
            words::date(what.date),
            words::clock(what.clock).to_owned(),
            words::verdict(what, (stated, git.ever_published)),
        ]
    }));
    if git.setting != "landed" {
        let setting = git.setting;
        sheet.note(&format!(
            "`landed` is not asked: `provenance.date` is `{setting}`"
        ));
    }
    before(sheet, git);
}

/// The dates that are stated, and what became of them.
fn stated(published: &Published) -> Vec<[String; 3]> {
    let in_text = published
        .in_front_matter
        .map(|date| ("front matter", date, "counts"));
    let counts = published.from == DateFrom::FileName;
    let verdict = if counts {
        "counts"
    } else {
        "not needed: front matter states a date"
    };
    let in_name = published
        .in_file_name
        .map(|date| ("file name", date, verdict));
    let stated = in_text.into_iter().chain(in_name);
    stated
        .map(|(source, date, verdict)| [source.to_owned(), date.rfc3339(), verdict.to_owned()])
        .collect()
}

/// What the file was before it was published.
fn before(sheet: &mut Sheet, git: &Git<'_>) {
    if !git.ever_published {
        sheet.note("never published so far, so the commit that added it is asked");
    }
    if let Some(commit) = git.migration {
        sheet.note(&format!(
            "{} moved it into the posts with many others, and so published nothing",
            commit.short()
        ));
    }
    if git.before.is_empty() {
        return;
    }
    let publishing = git.published_by.short();
    sheet.note(&format!(
        "{publishing} published it on its own branch; before that it was"
    ));
    sheet.rows(git.before.iter().map(|passed| {
        [
            words::standing(passed.standing).to_owned(),
            passed.commit.short(),
            passed.path.clone(),
        ]
    }));
}

fn updated(sheet: &mut Sheet, facts: &Facts<'_>, git: Option<&Git<'_>>) {
    let edits = git.map_or(&[][..], |git| git.edits);
    sheet.fact("updated", &facts.updated.value.rfc3339());
    if let Some(from) = facts.updated.from {
        let last = edits.last().map(|edited| edited.edit);
        sheet.note(words::updated(from, last));
    }
    sheet.rows(edits.iter().map(|edited| {
        [
            edited.commit.short(),
            words::date(edited.date),
            words::edit(edited.edit).to_owned(),
        ]
    }));
}

fn people(sheet: &mut Sheet, facts: &Facts<'_>, git: Option<&Git<'_>>) {
    let named = |names: &[&str]| match names {
        [] => "nobody".to_owned(),
        _ => names.join(", "),
    };
    sheet.fact("authors", &named(&facts.authors.value));
    if let Some(from) = facts.authors.from {
        let published = git.is_none_or(|git| git.ever_published);
        sheet.note(words::authors(from, published));
    }
    let Some(git) = git else { return };
    if facts.authors.from == Some(AuthorsFrom::FrontMatter) && !git.authors.is_empty() {
        sheet.note("git would name");
    }
    credits(sheet, git.authors, facts);
    sheet.fact("contributors", &named(&facts.contributors));
    credits(sheet, git.contributors, facts);
    if !git.not_named.is_empty() {
        sheet.fact("not named", "");
        sheet.rows(git.not_named.iter().map(|person| {
            [
                person.name.clone(),
                person.commit.short(),
                words::why_not(person.why).to_owned(),
            ]
        }));
    }
}

/// A line for each commit somebody is named for.
fn credits(sheet: &mut Sheet, credits: &[Credit], facts: &Facts<'_>) {
    let rows = credits.iter().flat_map(|credit| {
        let contributions = credit.contributions.iter().enumerate();
        contributions.map(|(number, contribution)| {
            let name = match number {
                0 => credit.name.as_str(),
                _ => "",
            };
            [
                name.to_owned(),
                contribution.commit.short(),
                role(contribution, facts.known_as.get(credit.name.as_str())),
            ]
        })
    });
    sheet.rows(rows);
}

fn role(contribution: &Contribution, known_as: Option<&&str>) -> String {
    let mut role = if contribution.trailer {
        "Co-authored-by".to_owned()
    } else {
        "author".to_owned()
    };
    if let Some(name) = &contribution.committed_as {
        let known_by = if contribution.mailmap {
            "`.mailmap`"
        } else {
            "the same address"
        };
        role.push_str(&format!(" as {name}, known by {known_by}"));
    }
    if let Some(name) = known_as {
        role.push_str(&format!(", shown as {name} by `[authors]`"));
    }
    role
}

/// Renames and revisions.
fn path_taken(sheet: &mut Sheet, git: &Git<'_>) {
    let count = |number: usize| match number {
        0 => "none".to_owned(),
        number => number.to_string(),
    };
    sheet.fact("renames", &count(git.renames.len()));
    sheet.rows(git.renames.iter().map(|rename| {
        [
            rename.commit.short(),
            format!("{} -> {}", rename.from, rename.to),
            if rename.exact {
                "same content".to_owned()
            } else {
                "edited, known by likeness".to_owned()
            },
        ]
    }));
    sheet.fact("revisions", &count(git.revisions.len()));
    let shown = git.revisions.iter().take(MAX_REVISIONS);
    sheet.rows(shown.map(|Told { what, subject }| {
        [
            what.commit.short(),
            words::date(what.date),
            what.author.clone(),
            subject.unwrap_or_default().to_owned(),
        ]
    }));
    if git.revisions.len() > MAX_REVISIONS {
        let more = git.revisions.len() - MAX_REVISIONS;
        sheet.note(&format!("  and {more} more, which `--json` lists"));
    }
}
