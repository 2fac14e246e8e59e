//! `byline why`: where each fact of one post comes from, and what else it might have been.

mod account;
mod git;
mod layout;
mod table;
mod words;

use clap::Args;

use super::find;
use super::outcome::{Outcome, print, show};
use super::source::Opened;
use crate::config::SourceOptions;
use crate::diagnostic::Diagnostic;
use crate::progress::Form;
use account::Account;

/// Say where each fact of a post comes from: dates, authors, title, address
#[derive(Args, Debug)]
pub(super) struct Why {
    /// A path in the content folder, also a former one, or an address on the site
    #[arg(value_name = "POST")]
    post: String,
    #[command(flatten)]
    source: SourceOptions,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Why {
    pub(super) fn run(self, form: Form) -> anyhow::Result<Outcome> {
        let mut opened = Opened::new(&self.source, form)?;
        let snapshot = opened.snapshot()?;
        let now = opened.now();
        let reading = opened.pipeline.read(snapshot.clone(), now)?;
        let asked = self.post.as_str();
        let file = find::document(asked, &snapshot.files, &reading)?;
        let explained = opened
            .pipeline
            .explain(&snapshot, &reading.config, file, now)?;
        drop(opened);
        let findings = reading.findings.iter();
        let findings: Vec<Diagnostic> = findings
            .filter(|finding| concerns(finding, &file.path))
            .cloned()
            .collect();
        let account = Account::new(&reading, &file.path, &explained, &findings);
        if self.json {
            print(&(serde_json::to_string_pretty(&account)? + "\n"))?;
        } else {
            show(&findings);
            print(&table::table(&account))?;
        }
        Ok(Outcome::of_findings(&findings))
    }
}

/// Whether a finding is about the document, or about the history all dates rest on.
fn concerns(finding: &Diagnostic, path: &str) -> bool {
    match &finding.path {
        Some(found) => found == path,
        None => ["shallow-history", "history-too-large", "no-repository"].contains(&finding.code),
    }
}
