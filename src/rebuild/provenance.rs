//! The history of a revision's files, continued from one build to the next.

use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::past::Past;
use super::pipeline::Error;
use crate::config::{self, SiteConfig};
use crate::content::{Layout, Place};
use crate::diagnostic::Diagnostic;
use crate::history::{History, Index, Mailmap, Query, Rules, ignored_revisions};
use crate::repository::{Oid, Repository};

/// What is known of the commits, and what it was concluded under.
#[derive(Default)]
pub(super) struct Provenance {
    index: Index,
    terms: Option<Terms>,
    /// Findings of the reading of commits, which hold for the revision they were read for.
    findings: Vec<Diagnostic>,
    /// What was read can be continued.
    whole: bool,
}

/// What conclusions depend on besides commits.
#[derive(PartialEq)]
struct Terms {
    content: config::Content,
    provenance: config::Provenance,
    ignored: String,
    mailmap: String,
}

impl Provenance {
    /// The history of every file at `tip`, and what is wrong with it.
    pub(super) fn of(
        &mut self,
        repository: &Repository,
        tip: Oid,
        (config, layout): (&SiteConfig, &Layout),
    ) -> Result<(Arc<History>, Vec<Diagnostic>), Error> {
        let terms = Terms {
            content: config.content.clone(),
            provenance: config.provenance.clone(),
            ignored: dot_file(repository, &config.provenance.ignore_revs)?,
            mailmap: dot_file(repository, ".mailmap")?,
        };
        let past = Past::new(repository, layout);
        if !self.whole && !self.index.knows(tip) {
            self.index = Index::default();
        }
        self.read(repository, tip, &past)?;
        let excluded = excluded(&terms.provenance);
        let rules = Rules {
            date: terms.provenance.date,
            ignored: &ignored_revisions(&terms.ignored),
            mailmap: &Mailmap::parse(&terms.mailmap),
            excluded: &|name| excluded.is_match(name),
        };
        let query = Query {
            tip,
            wanted: &|path| layout.place(path) != Place::Hidden,
            rules: &rules,
            texts: &past,
        };
        let anew = self.terms.as_ref() != Some(&terms);
        let history = self.index.history(query, anew);
        self.terms = Some(terms);
        let mut findings = self.index.findings();
        findings.extend_from_slice(&self.findings);
        Ok((history, findings))
    }

    fn read(&mut self, repository: &Repository, tip: Oid, past: &Past<'_>) -> Result<(), Error> {
        if self.index.knows(tip) {
            return Ok(());
        }
        let read = repository.commits(tip, &|commit| self.index.knows(commit))?;
        self.index.extend(&read.commits, past);
        self.findings = read.findings;
        self.whole = read.whole;
        Ok(())
    }
}

fn dot_file(repository: &Repository, name: &str) -> Result<String, Error> {
    let bytes = repository.dot_file(name)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Names that are never authors. The patterns were tried when the configuration was read.
fn excluded(provenance: &config::Provenance) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in &provenance.exclude {
        // `*[bot]` is meant as it is written, not as a class of three letters.
        let literal = pattern.replace('[', "\\[").replace(']', "\\]");
        if let Ok(glob) = Glob::new(&literal) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}
