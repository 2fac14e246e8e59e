//! `byline list`: the posts and their provenance.

use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::find;
use super::outcome::{Outcome, print, show};
use super::source::Opened;
use crate::config::SourceOptions;
use crate::content::{DateFrom, Name, Post, Signed};
use crate::history::Rule;
use crate::moment::Moment;
use crate::progress::Form;
use crate::publish;
use crate::repository::Oid;

/// List the posts with their dates and authors, newest first
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    source: SourceOptions,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Drafts and scheduled posts too
    #[arg(long)]
    all: bool,
    /// All that the template of this post or page sees, as JSON
    #[arg(long, value_name = "POST", conflicts_with_all = ["json", "all"])]
    context: Option<String>,
}

/// One post of `list --json`; the order of the fields is the order in the output.
#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    url: &'a str,
    kind: &'static str,
    title: Option<&'a str>,
    published: Moment,
    updated: Moment,
    authors: Vec<&'a str>,
    contributors: Vec<&'a str>,
    tags: &'a [String],
    draft: bool,
    scheduled: bool,
    date_from: DateFrom,
    verified: Option<&'a str>,
    former_paths: &'a [String],
    revisions: usize,
    git: Option<Git>,
}

/// What history alone says.
#[derive(Serialize)]
struct Git {
    published: Option<Moment>,
    updated: Option<Moment>,
    rule: Rule,
    commit: Oid,
}

impl List {
    pub(super) fn run(self, form: Form) -> anyhow::Result<Outcome> {
        let mut opened = Opened::new(&self.source, form)?;
        if let Some(asked) = &self.context {
            return context(opened, asked);
        }
        let reading = opened.read()?;
        drop(opened);
        let library = &reading.library;
        let mut posts: Vec<&Post> = library.posts.iter().map(AsRef::as_ref).collect();
        if self.all {
            posts.extend(library.unpublished.iter().map(AsRef::as_ref));
            posts.sort_by(|a, b| {
                b.published
                    .cmp(&a.published)
                    .then_with(|| a.path.cmp(&b.path))
            });
        }
        show(&reading.findings);
        if self.json {
            let entries: Vec<Entry<'_>> = posts.into_iter().map(Entry::of).collect();
            print(&(serde_json::to_string_pretty(&entries)? + "\n"))?;
        } else {
            print(&table(&posts))?;
        }
        Ok(Outcome::of_findings(&reading.findings))
    }
}

/// Prints what a template sees of a document.
fn context(mut opened: Opened, asked: &str) -> anyhow::Result<Outcome> {
    let snapshot = opened.snapshot()?;
    let now = opened.now();
    let mut reading = opened.pipeline.read(snapshot.clone(), now)?;
    let file = find::document(asked, &snapshot.files, &reading)?;
    let path = Arc::clone(&file.path);
    let found = opened.pipeline.make(&mut reading, |plan, _| {
        plan.edition
            .context(&path)
            .transpose()
            .map_err(publish::Error::page)
    })?;
    drop(opened);
    let Some(found) = found else {
        bail!("`{path}` is on no page of the site, so no template sees it");
    };
    print(&(serde_json::to_string_pretty(&found)? + "\n"))?;
    Ok(Outcome::Done)
}

impl<'a> Entry<'a> {
    fn of(post: &'a Post) -> Self {
        let history = post.history.as_ref();
        Self {
            path: &post.path,
            url: &post.url,
            kind: post.kind.name(),
            title: post.title.as_deref(),
            published: post.published,
            updated: post.updated,
            authors: names(&post.authors),
            contributors: names(&post.contributors),
            tags: &post.tags,
            draft: post.draft,
            scheduled: post.scheduled,
            date_from: post.date_from,
            verified: post
                .signed
                .as_ref()
                .and_then(Signed::by)
                .map(|name| name.shown.as_str()),
            former_paths: history.map_or(&[], |history| &history.former_paths),
            revisions: history.map_or(0, |history| history.revisions.len()),
            git: history.map(|history| Git {
                published: history.published,
                updated: history.updated,
                rule: history.rule,
                commit: history.commit,
            }),
        }
    }
}

fn names(names: &[Name]) -> Vec<&str> {
    names.iter().map(|name| name.shown.as_str()).collect()
}

/// Columns as wide as they need to be.
fn table(posts: &[&Post]) -> String {
    let rows: Vec<[String; 4]> = posts
        .iter()
        .map(|post| {
            let state = match (post.draft, post.scheduled) {
                (true, _) => " (draft)",
                (false, true) => " (scheduled)",
                (false, false) => "",
            };
            let from = match post.date_from {
                DateFrom::FrontMatter => "front matter",
                DateFrom::FileName => "file name",
                DateFrom::Git => "git",
                DateFrom::Uncommitted => "uncommitted",
            };
            let published = post.published.rfc3339();
            [
                published,
                from.to_owned(),
                names(&post.authors).join(", "),
                format!("{}{state}", post.url),
            ]
        })
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let (dates, origins, authors) = (width(0), width(1), width(2).min(40));
    rows.iter()
        .map(|[date, origin, author, url]| {
            format!("{date:dates$}  {origin:origins$}  {author:authors$}  {url}\n")
        })
        .collect()
}
