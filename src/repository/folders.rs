//! The files of a tree, folder by folder; one that was listed before is told again without a look
//! at what it holds.

use std::collections::{HashMap, HashSet};
use std::iter::Peekable;
use std::vec::IntoIter;

use git2::Odb;

use super::listing::Listing;
use super::tree::{self, Entry, Kind};
use super::{Error, Oid, SourceFile, objects};

/// Files of which it is kept from one listing to the next where they stand.
const MAX_KEPT: usize = 200_000;

/// The folders of the last listing, by path.
#[derive(Default)]
pub(super) struct Listed {
    folders: HashMap<String, Folder>,
    kept: usize,
}

/// What was found in a folder in which everything was in order.
struct Folder {
    tree: Oid,
    /// Entries of any kind that were looked at.
    entries: usize,
    files: Vec<SourceFile>,
    inside: Vec<(String, Oid)>,
}

impl Listed {
    fn keep(&mut self, path: String, folder: Folder) {
        let count = folder.files.len() + folder.inside.len() + 1;
        if self.kept + count <= MAX_KEPT {
            self.kept += count;
            self.folders.insert(path, folder);
        }
    }

    /// Lists the tree of a folder as `of_tree` does, and remembers it for the next time.
    pub(super) fn list(&mut self, odb: &Odb<'_>, root: Oid) -> Result<Listing, Error> {
        let mut walk = TreeWalk {
            odb,
            listing: Listing::default(),
            was: Vec::new().into_iter().peekable(),
            open: vec![(String::new(), root, 0)],
            before: std::mem::take(self).folders,
            now: Self::default(),
        };
        while let Some((folder, id, depth)) = walk.open.pop() {
            if walk.listing.is_full() {
                break;
            }
            walk.folder(folder, id, depth)?;
        }
        *self = walk.now;
        Ok(walk.listing)
    }
}

/// Lists the tree of a folder. Sizes come from the headers of blobs; no blob is read.
pub(super) fn of_tree(odb: &Odb<'_>, root: Oid) -> Result<Listing, Error> {
    Listed::default().list(odb, root)
}

struct TreeWalk<'o> {
    odb: &'o Odb<'o>,
    listing: Listing,
    /// Files of the folder as it was listed before, of those that are still to come.
    was: Peekable<IntoIter<SourceFile>>,
    open: Vec<(String, Oid, usize)>,
    before: HashMap<String, Folder>,
    now: Listed,
}

impl TreeWalk<'_> {
    fn folder(&mut self, folder: String, id: Oid, depth: usize) -> Result<(), Error> {
        let was = match self.before.remove(&folder) {
            Some(before) if before.tree == id && self.listing.admit_again(before.entries) => {
                self.again(&before, depth);
                self.now.keep(folder, before);
                return Ok(());
            }
            before => before.map_or_else(Vec::new, |before| before.files),
        };
        self.was = was.into_iter().peekable();
        let (entries, noted) = (self.listing.entries(), self.listing.noted());
        let (files, inside) = (self.listing.files.len(), self.open.len());
        self.read(&folder, id, depth)?;
        // What is left out has to be told each time.
        if self.listing.noted() == noted && !self.listing.is_full() {
            let inside = self.open[inside..].iter();
            let listed = Folder {
                tree: id,
                entries: self.listing.entries() - entries,
                files: self.listing.files[files..].to_vec(),
                inside: inside.map(|(path, id, _)| (path.clone(), *id)).collect(),
            };
            self.now.keep(folder, listed);
        }
        Ok(())
    }

    /// Lists a folder as it was listed before.
    fn again(&mut self, before: &Folder, depth: usize) {
        for file in &before.files {
            if !self.listing.take(&file.path, file.size) {
                return;
            }
            self.listing.files.push(file.clone());
        }
        let inside = before.inside.iter();
        let inside = inside.map(|(path, id)| (path.clone(), *id, depth + 1));
        self.open.extend(inside);
    }

    fn read(&mut self, folder: &str, id: Oid, depth: usize) -> Result<(), Error> {
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
        // Both are in the order of git.
        while self.was.next_if(|was| *was.path < *path).is_some() {}
        let was = self.was.next_if(|was| *was.path == *path);
        let known = was.as_ref().filter(|was| was.oid == oid);
        let size = match known.map(|known| known.size) {
            Some(size) => size,
            None => match objects::blob_size(self.odb, oid) {
                Err(Error::Missing { .. }) => {
                    self.listing.missing(&path, oid);
                    return Ok(());
                }
                size => size?,
            },
        };
        if self.listing.take(&path, size) {
            let path = was.map_or_else(|| path.into(), |was| was.path);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::commit;
    use crate::repository::fixture::Fixture;

    fn tree_of(odb: &Odb<'_>, id: Oid) -> Oid {
        let object = objects::commit(odb, id).unwrap();
        commit::parse(object.data()).tree.unwrap()
    }

    #[test]
    fn what_is_listed_again_is_as_if_it_was_listed_for_the_first_time() {
        let mut blog = Fixture::new();
        let texts = ["a/x.md", "a/b/y.md", "a/b/c/z.md", "d/x.md", "e.md"];
        let all: Vec<(&str, &str)> = texts.iter().map(|path| (*path, *path)).collect();
        let mut tips = vec![blog.commit_files(&all)];
        tips.push(blog.commit_files(&[("a/b/y.md", "longer than it was")]));
        blog.git(&["mv", "a/b", "d/b"]);
        tips.push(blog.commit("Move"));
        blog.git(&["rm", "-q", "-r", "d/b/c"]);
        tips.push(blog.commit("Remove"));
        std::os::unix::fs::symlink("x.md", blog.blog().join("a/link.md")).unwrap();
        tips.push(blog.commit("Link"));
        tips.push(blog.commit_files(&[("e.md", "beside the link")]));
        tips.push(blog.commit_files(&[("a/x.md", "where the link is")]));
        tips.push(tips[0]);
        let repository = git2::Repository::open(blog.blog()).unwrap();
        let odb = repository.odb().unwrap();
        let mut listed = Listed::default();
        for tip in tips {
            let tree = tree_of(&odb, tip);
            let (files, findings) = listed.list(&odb, tree).unwrap().finish();
            let (wanted, told) = of_tree(&odb, tree).unwrap().finish();
            assert_eq!(files, wanted);
            assert_eq!(format!("{findings:?}"), format!("{told:?}"));
        }
    }

    #[test]
    fn a_folder_that_is_as_it_was_is_not_read() {
        let mut blog = Fixture::new();
        let tip = blog.commit_files(&[("a/x.md", "x"), ("b/y.md", "y")]);
        let folder = blog.git(&["rev-parse", "HEAD:a"]);
        let repository = git2::Repository::open(blog.blog()).unwrap();
        let odb = repository.odb().unwrap();
        let mut listed = Listed::default();
        let first = listed.list(&odb, tree_of(&odb, tip)).unwrap().finish().0;
        let tip = blog.commit_files(&[("b/y.md", "other")]);
        let objects = blog.blog().join(".git/objects");
        std::fs::remove_file(objects.join(&folder[..2]).join(&folder[2..])).unwrap();
        let odb = git2::Repository::open(blog.blog()).unwrap();
        let odb = odb.odb().unwrap();
        let tree = tree_of(&odb, tip);
        let again = listed.list(&odb, tree).unwrap().finish().0;
        assert_eq!((&again[0], again[1].size), (&first[0], 5));
        assert!(of_tree(&odb, tree).is_err());
    }
}
