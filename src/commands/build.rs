//! `byline build`: the site as a folder of files, whole or not at all.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use super::outcome::{self, Outcome, print, say, show};
use super::source::{Opened, Report};
use crate::config::SourceOptions;
use crate::output::Rendition;
use crate::progress::Form;
use crate::publish::{self, Count, Current, Publisher};
use crate::rebuild::{Error, now};
use crate::site::Plan;
use crate::tally::Tally;

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
    pub(super) fn run(self, form: Form) -> anyhow::Result<Outcome> {
        let mut opened = Opened::new(&self.source, form)?;
        opened.pipeline.count_words();
        let mut reading = opened.read()?;
        let mut count = Count::default();
        let tally = opened.tally();
        let mut kept = self.kept(&tally)?;
        let write = |plan: &Plan<'_>, read: publish::Read<'_>| {
            if let Some(publisher) = &mut kept {
                (count, _) = publisher.publish(plan, read, now())?;
                publisher.enrich_all()?;
            } else {
                count.made = plan.renditions.len();
            }
            let site = kept.as_ref().and_then(Publisher::site);
            let site = site.map(AsRef::as_ref);
            let bytes = |rendition: &Rendition<'_>| publish::made(rendition, site, read);
            publish::export(plan, &self.out, &bytes, &tally)
        };
        let made = opened.pipeline.make(&mut reading, write);
        drop(opened);
        if let Err(Error::Write(_)) = made {
            let out = self.out.display();
            made.with_context(|| {
                format!(
                    "nothing is written; `--out {out}` must be a new folder or one byline wrote"
                )
            })?;
        } else {
            made?;
        }
        let pages = (count.made, count.kept);
        reading.counts.insert("pages", pages);
        let report = Report::counted(&reading);
        if self.json {
            print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
        } else {
            show(&reading.findings);
            say(&format!(
                "Built {}, {} and {} into {} in {} ms\n",
                outcome::count(reading.library.posts.len(), "post"),
                outcome::count(reading.library.pages.len(), "page"),
                outcome::count(reading.library.files.len(), "file"),
                self.out.display(),
                reading.timings.values().sum::<u64>()
            ));
        }
        let outcome = Outcome::of_findings(&reading.findings);
        // The process ends: giving back what each post holds takes longer than ending.
        std::mem::forget(reading);
        Ok(outcome)
    }

    /// With a data directory, pages are kept there and taken from there.
    fn kept(&self, tally: &Tally) -> anyhow::Result<Option<Publisher>> {
        let Some(data_dir) = &self.source.data_dir else {
            return Ok(None);
        };
        let current = Arc::new(Current::empty());
        let publisher = Publisher::open(&data_dir.join("build"), current)?;
        Ok(Some(publisher.counting(tally)))
    }
}
