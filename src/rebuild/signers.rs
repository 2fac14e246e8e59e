//! Whose signatures count, read from the commit that is published, and what each commit's signature
//! is worth. What was found out of a commit is kept until the keys change.

use std::cell::RefCell;
use std::collections::HashMap;

use globset::{Glob, GlobMatcher};
use rayon::prelude::*;

use super::pipeline::Error;
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::history::Step;
use crate::repository::{self, Oid, Repository};
use crate::signature::{Keyring, Verification};
use crate::tally::Stage;

/// Bytes of one file of keys.
const MAX_FILE: u64 = 1 << 20;
const MAX_FILES: usize = 200;
/// Commits held in memory at a time while they are checked.
const BATCH: usize = 1000;
/// Files whose commits are not worth looking for all at once.
const FEW: usize = 32;

/// The keys that count and what they have shown.
#[derive(Default)]
pub(super) struct Signers {
    names: Names,
    /// Paths and blobs the keyring was read from; `None` before the first reading.
    files: Option<Files>,
    keyring: Option<Keyring>,
    findings: Vec<Diagnostic>,
    /// How often the keys were read.
    pub(super) readings: u64,
    /// The history whose commits were found out about, and by which keys.
    learnt: (u64, u64),
    known: RefCell<HashMap<Oid, Verification>>,
}

/// Where keys stand at one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Files {
    allowed_signers: Vec<(String, Oid)>,
    openpgp: Vec<(String, Oid)>,
}

impl Signers {
    /// Reads the keys as `tip` has them; gives what is wrong with them. An uncommitted file counts
    /// for nothing.
    pub(super) fn read(
        &mut self,
        repository: &Repository,
        tip: Oid,
        settings: &config::Provenance,
    ) -> Result<Vec<Diagnostic>, Error> {
        if self.names.patterns != settings.keys {
            self.names = Names::new(&settings.keys);
        }
        let files = Files::find(repository, tip, (settings, &self.names))?;
        if self.files.as_ref() != Some(&files) {
            let (keyring, findings) = files.keyring(repository)?;
            (self.keyring, self.findings) = (Some(keyring), findings);
            self.readings += 1;
            self.known.borrow_mut().clear();
            self.files = Some(files);
        }
        Ok(self.findings.clone())
    }

    /// Whether so little is new since the last time that its commits can be looked at one by one.
    pub(super) fn go_on(&mut self, step: &Step) -> bool {
        let (number, readings) = self.learnt;
        self.learnt = (step.number, self.readings);
        let changed = step.changed_since(number);
        readings == self.readings && changed.is_some_and(|changed| changed.len() <= FEW)
    }

    /// Finds out about signed commits side by side; one that cannot be read stays unknown.
    pub(super) fn learn(&self, repository: &Repository, commits: impl Iterator<Item = Oid>) {
        let Some(keyring) = &self.keyring else {
            return;
        };
        let known = &mut *self.known.borrow_mut();
        let mut missing: Vec<Oid> = commits
            .filter(|commit| !known.contains_key(commit))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.len() > 1 {
            // One by itself is asked for in the middle of another stage.
            repository.tally().begin(Stage::Signatures, missing.len());
        }
        for batch in missing.chunks(BATCH) {
            let read = |commit: &Oid| Some((*commit, repository.raw_commit(*commit).ok()?));
            let raw: Vec<(Oid, Vec<u8>)> = batch.iter().filter_map(read).collect();
            let verify = |(commit, raw): &(Oid, Vec<u8>)| (*commit, keyring.verify(raw));
            known.par_extend(raw.par_iter().map(verify));
            if missing.len() > 1 {
                repository.tally().add(batch.len());
            }
        }
    }

    /// What the signature of a commit is worth; `None` if it cannot be read.
    pub(super) fn verification(
        &self,
        repository: &Repository,
        commit: Oid,
    ) -> Option<Verification> {
        self.learn(repository, std::iter::once(commit));
        self.known.borrow().get(&commit).cloned()
    }
}

/// What files of keys are called: patterns are dear to compile, and nearly always the same.
#[derive(Debug, Default)]
struct Names {
    patterns: Vec<String>,
    /// Folder, and the pattern of names in it.
    compiled: Vec<(String, GlobMatcher)>,
}

impl Names {
    fn new(patterns: &[String]) -> Self {
        let compile = |pattern: &String| {
            let (folder, name) = split(pattern);
            // The pattern was tried when the configuration was read.
            let glob = Glob::new(name).ok()?.compile_matcher();
            Some((folder.to_owned(), glob))
        };
        Self {
            compiled: patterns.iter().filter_map(compile).collect(),
            patterns: patterns.to_vec(),
        }
    }
}

impl Files {
    fn find(
        repository: &Repository,
        tip: Oid,
        (settings, names): (&config::Provenance, &Names),
    ) -> Result<Self, Error> {
        let mut found = Self::default();
        let (folder, name) = split(&settings.allowed_signers);
        if !name.is_empty() {
            found.allowed_signers = repository.committed(tip, folder, &|found| found == name)?;
        }
        for (folder, glob) in &names.compiled {
            let wanted = |found: &str| GlobMatcher::is_match(glob, found);
            found
                .openpgp
                .extend(repository.committed(tip, folder, &wanted)?);
        }
        found.openpgp.sort();
        found.openpgp.dedup();
        Ok(found)
    }

    fn keyring(&self, repository: &Repository) -> Result<(Keyring, Vec<Diagnostic>), Error> {
        let mut findings = Vec::new();
        let mut texts = |files: &[(String, Oid)], code| -> Result<Vec<(String, Vec<u8>)>, Error> {
            let mut texts = Vec::new();
            for (path, oid) in files.iter().take(MAX_FILES) {
                match repository.blob(*oid, MAX_FILE) {
                    Ok(bytes) => texts.push((path.clone(), bytes)),
                    Err(repository::Error::TooLarge { .. }) => {
                        findings.push(left_out(code, "larger than 1 MiB").path(path));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            if let Some((path, _)) = files.get(MAX_FILES) {
                findings.push(left_out(code, "one of more than 200").path(path));
            }
            Ok(texts)
        };
        let signers = texts(&self.allowed_signers, "allowed-signers")?;
        let keys = texts(&self.openpgp, "openpgp-key")?;
        let signers = signers.first();
        let signers = signers.map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes)));
        let keys: Vec<(&str, &[u8])> = keys
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
            .collect();
        let signers = signers.as_ref().map(|(path, text)| (*path, &**text));
        let (keyring, more) = Keyring::read(signers, &keys);
        findings.extend(more.into_iter().map(without_line));
        Ok((keyring, findings))
    }
}

fn left_out(code: &'static str, why: &str) -> Diagnostic {
    Diagnostic::warning(
        code,
        format!("the file of keys is {why}, and counts for nothing"),
    )
}

/// A line of allowed signers holds addresses, and findings are shown on the status page.
fn without_line(finding: Diagnostic) -> Diagnostic {
    Diagnostic {
        snippet: None,
        ..finding
    }
}

/// Folder and name; the folder is empty at the top.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
