//! `byline check`: everything that is wrong, and nothing written.

use clap::Args;

use super::outcome::{Outcome, count, print, say, show};
use super::source::{Opened, Report};
use crate::config::SourceOptions;
use crate::diagnostic::Diagnostic;
use crate::progress::Form;
use crate::publish;
use crate::rebuild::Error;
use crate::site::Plan;

/// Say everything that is wrong with the blog; exit with 1 if any of it is an error
#[derive(Args, Debug)]
pub(super) struct Check {
    #[command(flatten)]
    source: SourceOptions,
    /// Report as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self, form: Form) -> anyhow::Result<Outcome> {
        let mut opened = Opened::new(&self.source, form)?;
        let mut reading = opened.read()?;
        let tally = opened.tally();
        let try_all =
            |plan: &Plan<'_>, read: publish::Read<'_>| publish::try_all(plan, read, &tally);
        let made = opened.pipeline.make(&mut reading, try_all);
        drop(opened);
        // A broken theme is one more finding here; the texts were read all the same.
        match made {
            Ok(()) => {}
            Err(Error::Rejected(problems)) => {
                let new = problems
                    .into_iter()
                    .filter(|problem| !reading.findings.contains(problem));
                let new: Vec<Diagnostic> = new.collect();
                reading.findings.extend(new);
            }
            Err(error) => return Err(error.into()),
        }
        if self.json {
            print(&(serde_json::to_string_pretty(&Report::of(&reading))? + "\n"))?;
        } else {
            show(&reading.findings);
            let errors = reading
                .findings
                .iter()
                .filter(|finding| finding.is_error())
                .count();
            say(&format!(
                "Checked {} and {}: {}, {}\n",
                count(reading.library.posts.len(), "post"),
                count(reading.library.pages.len(), "page"),
                count(errors, "error"),
                count(reading.findings.len() - errors, "warning")
            ));
        }
        Ok(Outcome::of_findings(&reading.findings))
    }
}
