//! The history of a revision's files, continued from one build to the next.

use std::cell::RefCell;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::ledger::Ledger;
use super::past::{Meanings, Past};
use super::pipeline::Error;
use super::sources::Sources;
use crate::config::{self, SiteConfig};
use crate::content::{Layout, Place};
use crate::diagnostic::Diagnostic;
use crate::history::{Explanation, History, Index, Mailmap, Query, Rules, ignored_revisions};
use crate::repository::{Oid, Repository};
use crate::signature::Verification;

/// What is known of the commits, and what it was concluded under.
#[derive(Default)]
pub(super) struct Provenance {
    index: Index,
    meanings: Mutex<Meanings>,
    /// Where it is kept from one run to the next, if it is.
    ledger: Option<Ledger>,
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
    /// Goes on from what an earlier run kept; `folder` is the content folder that paths are told
    /// from.
    pub(super) fn kept(data_dir: &Path, folder: &str) -> Self {
        let (ledger, index, meanings) = Ledger::open(data_dir, folder);
        Self {
            index,
            meanings: Mutex::new(meanings),
            ledger: Some(ledger),
            whole: true,
            ..Self::default()
        }
    }

    /// The history of every file at `tip`, and what is wrong with it.
    pub(super) fn of(
        &mut self,
        repository: &Repository,
        tip: Oid,
        (config, layout): (&SiteConfig, &Layout),
        sources: &Sources,
    ) -> Result<(Arc<History>, Vec<Diagnostic>), Error> {
        let terms = Terms::read(repository, config)?;
        if !self.whole {
            self.index = Index::default();
        }
        self.index.tally = repository.tally().clone();
        self.read(repository, tip, layout)?;
        let past = Past::new(repository, layout, &self.meanings).offering(sources);
        let anew = self.terms.as_ref() != Some(&terms);
        let index = &mut self.index;
        let history = terms.ask(tip, (layout, &past), |query| index.history(query, anew));
        self.terms = Some(terms);
        if let Some(ledger) = self.ledger.as_mut().filter(|_| self.whole) {
            let meanings = self.meanings.get_mut();
            let meanings = meanings.unwrap_or_else(PoisonError::into_inner);
            ledger.keep(&self.index, meanings);
        }
        let mut findings = self.index.findings();
        findings.extend_from_slice(&self.findings);
        Ok((history, findings))
    }

    /// What those who made the commits are called.
    pub(super) fn names(&self) -> Names<'_> {
        let mailmap = self.terms.as_ref().map(|terms| terms.mailmap.as_str());
        Names {
            index: &self.index,
            mailmap: Mailmap::parse(mailmap.unwrap_or_default()),
        }
    }

    /// What was concluded last.
    pub(super) fn history(&self) -> &History {
        self.index.concluded()
    }

    /// How the history of one file came about, at the revision last asked for.
    pub(super) fn explain(
        &self,
        repository: &Repository,
        tip: Oid,
        (config, layout): (&SiteConfig, &Layout),
        path: &str,
    ) -> Result<Option<Explanation>, Error> {
        let terms = Terms::read(repository, config)?;
        let past = Past::new(repository, layout, &self.meanings);
        let explain = |query: Query<'_>| self.index.explain(query, path);
        Ok(terms.ask(tip, (layout, &past), explain))
    }

    fn read(&mut self, repository: &Repository, tip: Oid, layout: &Layout) -> Result<(), Error> {
        if self.index.knows(tip) {
            return Ok(());
        }
        let past = Past::new(repository, layout, &self.meanings);
        let index = RefCell::new(&mut self.index);
        let walked = repository.walk(
            tip,
            &|commit| index.borrow().knows(commit),
            &mut |commits| index.borrow_mut().extend(&commits, &past),
        )?;
        self.findings = walked.findings;
        if self.whole && !walked.whole {
            self.ledger.iter_mut().for_each(Ledger::begin_anew);
        }
        self.whole = walked.whole;
        Ok(())
    }
}

/// Names of those who made commits, after `.mailmap`.
pub(super) struct Names<'a> {
    index: &'a Index,
    mailmap: Mailmap,
}

impl Names<'_> {
    /// Whom a verification of a commit is for.
    pub(super) fn of(&self, commit: Oid, verification: &Verification) -> Option<String> {
        match verification {
            Verification::Verified { who, .. } => self.index.named(commit, *who, &self.mailmap),
            _ => None,
        }
    }
}

impl Terms {
    fn read(repository: &Repository, config: &SiteConfig) -> Result<Self, Error> {
        Ok(Self {
            content: config.content.clone(),
            provenance: config.provenance.clone(),
            ignored: dot_file(repository, &config.provenance.ignore_revs)?,
            mailmap: dot_file(repository, ".mailmap")?,
        })
    }

    /// Asks something of the history of `tip` under these terms.
    fn ask<T>(
        &self,
        tip: Oid,
        (layout, past): (&Layout, &Past<'_>),
        ask: impl FnOnce(Query<'_>) -> T,
    ) -> T {
        let excluded = excluded(&self.provenance);
        let rules = Rules {
            date: self.provenance.date,
            ignored: &ignored_revisions(&self.ignored),
            mailmap: &Mailmap::parse(&self.mailmap),
            excluded: &|name| excluded.is_match(name),
        };
        ask(Query {
            tip,
            wanted: &|path| layout.place(path) != Place::Hidden,
            rules: &rules,
            texts: past,
        })
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
