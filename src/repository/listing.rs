//! The files of a revision, counted against the limits while they are found, and what was left
//! out and why.

use std::collections::{BTreeMap, HashMap, HashSet};

use git2::Odb;

use super::names::{self, MAX_DEPTH, MAX_PATH, Verdict};
use super::tree::{self, Entry, Kind};
use super::{Error, Oid, SourceFile, objects};
use crate::diagnostic::Diagnostic;

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

    fn refuse_name(&mut self, path: &str, why: &str) {
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

    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Files by path, and everything found.
    pub(super) fn finish(mut self) -> (Vec<SourceFile>, Vec<Diagnostic>) {
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        for (code, count) in self.found {
            if count > MAX_NAMED {
                let more = count - MAX_NAMED;
                let message = format!("{more} more entries are left out for the same reason");
                self.findings.push(Diagnostic::warning(code, message));
            }
        }
        (self.files, self.findings)
    }
}

/// Lists the tree of a folder. Sizes come from the headers of blobs; no blob is read.
pub(super) fn of_tree(odb: &Odb<'_>, root: Oid) -> Result<Listing, Error> {
    let mut walk = TreeWalk {
        odb,
        listing: Listing::default(),
        sizes: HashMap::new(),
        open: vec![(String::new(), root, 0)],
    };
    while let Some((folder, id, depth)) = walk.open.pop() {
        if walk.listing.is_full() {
            break;
        }
        walk.folder(&folder, id, depth)?;
    }
    Ok(walk.listing)
}

struct TreeWalk<'o> {
    odb: &'o Odb<'o>,
    listing: Listing,
    sizes: HashMap<Oid, u64>,
    open: Vec<(String, Oid, usize)>,
}

impl TreeWalk<'_> {
    fn folder(&mut self, folder: &str, id: Oid, depth: usize) -> Result<(), Error> {
        let object = objects::tree(self.odb, id)?;
        let mut seen = HashSet::new();
        for entry in tree::entries(object.data()) {
            let Ok(entry) = entry else {
                self.listing.leave_out(
                    "malformed-tree",
                    folder,
                    format!(
                        "the rest of the folder `{folder}` cannot be read: tree {id} is malformed"
                    ),
                    "commit the folder again with git itself",
                );
                break;
            };
            let Some(path) = self.listing.admit(folder, entry.name) else {
                if self.listing.is_full() {
                    break;
                }
                continue;
            };
            if seen.insert(entry.name) {
                self.entry(path, &entry, depth)?;
            } else {
                self.twin(&path);
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: String, entry: &Entry<'_>, depth: usize) -> Result<(), Error> {
        match entry.kind {
            Kind::File => self.file(path, entry.id),
            Kind::Folder => {
                if self.listing.within_depth(&path, depth + 1) {
                    self.open.push((path, entry.id, depth + 1));
                }
                Ok(())
            }
            Kind::Symlink => {
                self.listing.symlink(&path);
                Ok(())
            }
            Kind::Submodule => {
                self.listing.submodule(&path);
                Ok(())
            }
            Kind::Unknown => {
                self.listing
                    .refuse_name(&path, "has a mode git does not know");
                Ok(())
            }
        }
    }

    fn file(&mut self, path: String, oid: Oid) -> Result<(), Error> {
        let size = match self.sizes.get(&oid) {
            Some(size) => *size,
            None => {
                let size = objects::blob_size(self.odb, oid)?;
                self.sizes.insert(oid, size);
                size
            }
        };
        if self.listing.take(&path, size) {
            self.listing.files.push(SourceFile { path, oid, size });
        }
        Ok(())
    }

    fn twin(&mut self, path: &str) {
        self.listing.leave_out(
            "duplicate-name",
            path,
            format!("`{path}` stands twice in its folder; the first is taken"),
            "commit the folder again with git itself",
        );
    }
}
