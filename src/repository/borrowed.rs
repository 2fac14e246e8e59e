//! Where a repository on this machine has objects from: its own folder, and those it borrows from
//! (gitrepository-layout(5), "objects/info/alternates").

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Folders borrowed from in all, and one from another, as git has it.
const MAX_LENDERS: usize = 32;
const MAX_DEPTH: usize = 5;
/// A list of folders that is longer is not read.
const MAX_LIST: u64 = 64 << 10;

/// The folders of objects that a folder borrows from, and those from which they borrow.
pub(super) fn lenders(objects: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut borrowers = vec![objects.to_owned()];
    for _ in 0..MAX_DEPTH {
        let named: Vec<PathBuf> = borrowers.iter().flat_map(|it| named(it)).collect();
        borrowers.clear();
        for lender in named {
            let is_own = fs::canonicalize(objects).is_ok_and(|own| own == lender);
            if !is_own && !found.contains(&lender) && found.len() < MAX_LENDERS {
                found.push(lender.clone());
                borrowers.push(lender);
            }
        }
    }
    found
}

/// Whether a folder says that it borrows, from wherever.
pub(super) fn borrows(objects: &Path) -> bool {
    list(objects).exists()
}

/// The packs that lie in a folder of objects.
pub(super) fn packs(objects: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(objects.join("pack"))?.flatten();
    // A link could lead the copy to a file that is nobody's pack.
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let paths = files.map(|entry| entry.path());
    let is_pack = |path: &PathBuf| path.extension().is_some_and(|ext| ext == "pack");
    Ok(paths.filter(is_pack).collect())
}

fn list(objects: &Path) -> PathBuf {
    objects.join("info/alternates")
}

/// The folders that are there of those which the list of one names.
fn named(objects: &Path) -> Vec<PathBuf> {
    let path = list(objects);
    let is_file = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
    let mut text = String::new();
    let read = |file: File| file.take(MAX_LIST).read_to_string(&mut text).ok();
    if !is_file || File::open(&path).ok().and_then(read).is_none() {
        return Vec::new();
    }
    let lines = text.lines().filter(|line| !line.is_empty());
    let folders = lines.filter(|line| !line.starts_with(['#', '"']));
    let folders = folders.filter_map(|line| fs::canonicalize(objects.join(line)).ok());
    folders.filter(|folder| folder.is_dir()).collect()
}
