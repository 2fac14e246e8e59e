//! `byline build`: the site as a folder of files, whole or not at all.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::outcome::{Outcome, count, print, say, show};
use super::source::{Opened, Report};
use crate::config::SourceOptions;
use crate::publish;
use crate::rebuild::Stopwatch;

/// Write the whole site to a folder, for any web server
#[derive(Args, Debug)]
pub(super) struct Build {
    #[command(flatten)]
    source: SourceOptions,
    /// Folder to write; what an earlier build left there is replaced in one step
    #[arg(long, value_name = "DIR", default_value = "public")]
    out: PathBuf,
    /// Report as JSON
    #[arg(long)]
    json: bool,
}

impl Build {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let mut opened = Opened::new(&self.source)?;
        let mut reading = opened.read()?;
        let plan = opened.pipeline.plan(&mut reading)?;
        let mut watch = Stopwatch::start();
        let repository = opened.pipeline.repository();
        publish::export(plan, &self.out, &|file| repository.read(file)).with_context(|| {
            format!(
                "nothing is written; `--out {}` must be a new folder or one byline wrote",
                self.out.display()
            )
        })?;
        reading.timings.insert("write", watch.lap());
        let report = Report::of(&reading);
        if self.json {
            print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
        } else {
            show(&reading.findings);
            say(&format!(
                "Built {}, {} and {} into {} in {} ms\n",
                count(reading.library.posts.len(), "post"),
                count(reading.library.pages.len(), "page"),
                count(reading.library.files.len(), "file"),
                self.out.display(),
                reading.timings.values().sum::<u64>()
            ));
        }
        Ok(Outcome::of_findings(&reading.findings))
    }
}
