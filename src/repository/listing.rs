//! The files of a revision, counted against the limits while they are found, and what was left
//! out and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::{self, MAX_DEPTH, MAX_PATH, Verdict};
use super::{Oid, SourceFile};
use crate::diagnostic::Diagnostic;

pub(super) use super::folders::of_tree;

/// Largest file that is published.
pub(super) const MAX_FILE: u64 = 32 << 20;
const MAX_FILES: usize = 500_000;
const MAX_BYTES: u64 = 8 << 30;
/// Entries of any kind looked at: twenty-five small trees can hold sixteen million.
const MAX_ENTRIES: usize = 2_000_000;
/// Findings of one kind named one by one.
const MAX_NAMED: usize = 100;

/// Files and findings so far.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) files: Vec<SourceFile>,
    findings: Vec<Diagnostic>,
    found: BTreeMap<&'static str, usize>,
    entries: usize,
    bytes: u64,
    /// A limit was passed: nothing more is taken.
    full: bool,
    /// The content of a file that is not there, the first of them.
    pub(super) missing: Option<Oid>,
}

impl Listing {
    /// The path of an entry that may be published, after its name was judged.
    pub(super) fn admit(&mut self, folder: &str, name: &[u8]) -> Option<String> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            self.stop(format!(
                "the content folder holds over {MAX_ENTRIES} entries"
            ));
        }
        if self.full {
            return None;
        }
        let path = match names::judge(name) {
            Verdict::Hidden => return None,
            Verdict::Plain(name) => names::join(folder, name),
            Verdict::Unsafe(why) => {
                self.refuse_name(&names::join(folder, &names::shown(name)), why);
                return None;
            }
        };
        if path.len() > MAX_PATH {
            self.refuse_name(&path, "has a path longer than 1,024 bytes");
            return None;
        }
        Some(path)
    }

    pub(super) fn refuse_name(&mut self, path: &str, why: &str) {
        self.leave_out(
            "unsafe-name",
            path,
            format!("`{path}` {why} and is left out"),
            "rename it: letters, digits, `-`, `_` and `.` are safe everywhere",
        );
    }

    /// Whether folders may lie as deep as this one.
    pub(super) fn within_depth(&mut self, path: &str, depth: usize) -> bool {
        if depth >= MAX_DEPTH {
            self.refuse_name(path, "lies more than 32 folders deep");
        }
        depth < MAX_DEPTH
    }

    /// Whether a file of that size is taken; it is counted if so.
    pub(super) fn take(&mut self, path: &str, size: u64) -> bool {
        if size > MAX_FILE {
            self.leave_out(
                "file-too-large",
                path,
                format!(
                    "`{path}` has {size} bytes, more than the {MAX_FILE} allowed, and is left out"
                ),
                "serve large files from elsewhere and link to them",
            );
            return false;
        }
        if self.files.len() >= MAX_FILES || self.bytes + size > MAX_BYTES {
            self.stop(format!(
                "the content folder holds more than {MAX_FILES} files or {} GiB",
                MAX_BYTES >> 30
            ));
            return false;
        }
        self.bytes += size;
        true
    }

    pub(super) fn symlink(&mut self, path: &str) {
        self.leave_out(
            "symlink",
            path,
            format!("`{path}` is a symbolic link, which is never followed"),
            "put the file itself there",
        );
    }

    pub(super) fn submodule(&mut self, path: &str) {
        self.leave_out(
            "submodule",
            path,
            format!("`{path}` is another repository, which is not published"),
            "add its files to this repository",
        );
    }

    /// A file whose content the repository does not have.
    pub(super) fn missing(&mut self, path: &str, oid: Oid) {
        self.leave_out(
            "missing-file",
            path,
            format!("`{path}` is left out: its content, {oid}, is not in the repository"),
            "run `git fetch --refetch` or `git fsck` where it is published from",
        );
        self.missing.get_or_insert(oid);
    }

    /// A finding about one entry; after a hundred of a kind they are only counted.
    pub(super) fn leave_out(
        &mut self,
        code: &'static str,
        path: &str,
        message: String,
        help: &'static str,
    ) {
        let count = self.found.entry(code).or_default();
        *count += 1;
        if *count <= MAX_NAMED {
            let finding = Diagnostic::warning(code, message);
            self.findings.push(finding.path(path).help(help));
        }
    }

    fn stop(&mut self, message: String) {
        if !self.full {
            self.full = true;
            self.findings.push(
                Diagnostic::error("too-many-files", message)
                    .help("publish a folder that holds the blog alone, with `--subdir`"),
            );
        }
    }

    /// Entries looked at so far.
    pub(super) fn entries(&self) -> usize {
        self.entries
    }

    /// How much there is to say of entries that were left out.
    pub(super) fn noted(&self) -> usize {
        self.findings.len() + self.found.values().sum::<usize>()
    }

    /// Counts entries that were admitted before; whether there is room for so many.
    pub(super) fn admit_again(&mut self, entries: usize) -> bool {
        let fits = !self.full && self.entries + entries <= MAX_ENTRIES;
        self.entries += if fits { entries } else { 0 };
        fits
    }

    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Files by path, and everything found.
    pub(super) fn finish(mut self) -> (Arc<Vec<SourceFile>>, Vec<Diagnostic>) {
        // Folder by folder they are in order already, which a stable sort makes use of.
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        for (code, count) in self.found {
            if count > MAX_NAMED {
                let more = count - MAX_NAMED;
                let message = format!("{more} more entries are left out for the same reason");
                self.findings.push(Diagnostic::warning(code, message));
            }
        }
        (Arc::new(self.files), self.findings)
    }
}
