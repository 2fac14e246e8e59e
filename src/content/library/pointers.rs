//! Files that git holds only a Git LFS pointer of. What they stand for is not here, and the pointer
//! is nothing that readers could use: such a file is left out and told of.

use std::collections::HashSet;

use super::Input;
use crate::content::layout::{Layout, Place};
use crate::content::{Findings, is_lfs_pointer};
use crate::diagnostic::Diagnostic;
use crate::repository::SourceFile;

/// Bytes of a pointer, at least and at most: it names a hash and a length.
const LENGTHS: std::ops::Range<u64> = 100..1024;

/// Paths of files that are pointers. A file is looked into once, and only where it is short enough.
pub(super) fn among(
    input: &mut Input<'_>,
    layout: &Layout,
    findings: &mut Findings,
) -> HashSet<String> {
    let short = |file: &&SourceFile| {
        LENGTHS.contains(&file.size) && layout.place(&file.path) == Place::File
    };
    let plain = &mut input.readings.plain;
    let mut pointers = HashSet::new();
    for file in input.files.iter().filter(short) {
        if plain.contains(&file.oid) {
            continue;
        }
        match (input.read)(file) {
            Ok(bytes) if is_lfs_pointer(&bytes) => {
                findings.push(left_out(&file.path));
                pointers.insert(file.path.to_string());
            }
            Ok(_) => {
                plain.insert(file.oid);
            }
            // Whoever reads it to publish it says so.
            Err(_) => {}
        }
    }
    pointers
}

/// What is said of a file that is a pointer.
pub(crate) fn left_out(path: &str) -> Diagnostic {
    let message =
        "the file is a Git LFS pointer, and what it stands for is not in git; it is left out";
    Diagnostic::warning("lfs-pointer", message).path(path).help(
        "take it out of LFS (`git lfs migrate export --include PATH`), or keep it elsewhere and link to it; in a working tree, `git lfs pull` brings it",
    )
}
