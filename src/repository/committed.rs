//! Files by their names in a commit, dot-files among them, whatever the working tree holds: what is
//! to be trusted is what was committed.

use git2::Odb;

use super::tree::{self, Kind};
use super::{Error, Oid, content_tree, objects};

/// The regular files, in the first of the folders that has any of them, whose name is wanted.
pub(super) fn files(
    odb: &Odb<'_>,
    commit: Oid,
    folders: &[String],
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<(String, Oid)>, Error> {
    for folder in folders {
        let Some(found) = content_tree(odb, commit, folder)? else {
            continue;
        };
        let object = objects::tree(odb, found)?;
        let entries = tree::entries(object.data()).filter_map(Result::ok);
        let mut files: Vec<(String, Oid)> = entries
            .filter(|entry| entry.kind == Kind::File)
            .filter_map(|entry| Some((std::str::from_utf8(entry.name).ok()?, entry.id)))
            .filter(|(name, _)| wanted(name))
            .map(|(name, id)| (super::names::join(folder, name), id))
            .collect();
        if !files.is_empty() {
            files.sort();
            return Ok(files);
        }
    }
    Ok(Vec::new())
}
