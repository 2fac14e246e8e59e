//! A working tree as its author sees it: the files on disk, whether or not they are committed,
//! except what git ignores.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{ErrorCode, Odb};

use super::disk::{self, DiskWalk, Tracked};
use super::listing::{self, Listing};
use super::stat::{Remembered, Settled};
use super::{Error, Oid, Snapshot, SourceFile, files};
use crate::diagnostic::Diagnostic;
use crate::tally::Tally;

/// A folder on disk, with the repository around it if there is one.
pub(super) struct WorkingTree {
    /// Without symbolic links on the way to it.
    pub(super) folder: PathBuf,
    pub(super) repository: Option<git2::Repository>,
    /// The content folder inside the repository, `""` for its root.
    pub(super) prefix: String,
    /// Never listed, even where it lies in the content folder.
    pub(super) data_dir: PathBuf,
    remembered: Remembered,
    /// The paths of a committed content folder, by its tree.
    committed: Option<(Oid, Arc<HashSet<String>>)>,
    /// What git's index held when it was last read.
    tracked: Settled<Arc<Tracked>>,
    pub(super) tally: Tally,
}

impl WorkingTree {
    pub(super) fn new(
        folder: PathBuf,
        repository: Option<git2::Repository>,
        prefix: String,
        data_dir: PathBuf,
    ) -> Self {
        Self {
            folder,
            repository,
            prefix,
            data_dir,
            remembered: Remembered::default(),
            committed: None,
            tracked: Settled::default(),
            tally: Tally::default(),
        }
    }

    /// Short name of the branch that is checked out.
    pub(super) fn branch(&self) -> Option<String> {
        let head = self.repository.as_ref()?.find_reference("HEAD").ok()?;
        let target = head.symbolic_target().ok()??;
        Some(target.strip_prefix("refs/heads/")?.to_owned())
    }

    pub(super) fn snapshot(&mut self) -> Result<Snapshot, Error> {
        let mut findings = Vec::new();
        let commit = self.head()?;
        let committed = self.committed_paths(commit, &mut findings)?;
        let (files, left_out) = self.list()?.finish();
        findings.extend(left_out);
        let uncommitted = files
            .iter()
            .filter(|file| !committed.contains(&*file.path))
            .map(|file| file.path.to_string())
            .collect();
        let repository = self.repository.as_ref();
        if repository.is_none() {
            findings.push(no_repository());
        }
        Ok(Snapshot {
            commit,
            files,
            uncommitted,
            user_name: repository.and_then(user_name),
            shallow: repository.is_some_and(git2::Repository::is_shallow),
            findings,
        })
    }

    /// The commit checked out; none before the first.
    fn head(&self) -> Result<Option<Oid>, Error> {
        let Some(repository) = &self.repository else {
            return Ok(None);
        };
        match repository.refname_to_id("HEAD") {
            Ok(id) => Ok(Oid::of(id)),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::UnbornBranch) => {
                Ok(None)
            }
            Err(source) => Err(Error::git("read `HEAD`", &self.folder)(source)),
        }
    }

    fn committed_paths(
        &mut self,
        commit: Option<Oid>,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Arc<HashSet<String>>, Error> {
        let (Some(repository), Some(commit)) = (&self.repository, commit) else {
            return Ok(Arc::default());
        };
        let odb = repository
            .odb()
            .map_err(Error::git("open the objects", &self.folder))?;
        // A head that cannot be read leaves the files on disk, so the author can go on writing.
        let found = super::content_tree(&odb, commit, &self.prefix);
        let tree = match found {
            Ok(Some(tree)) => tree,
            Ok(None) => return Ok(Arc::default()),
            Err(error) => {
                findings.push(unreadable_head(commit, &error));
                return Ok(Arc::default());
            }
        };
        if let Some((known, paths)) = &self.committed
            && *known == tree
        {
            return Ok(Arc::clone(paths));
        }
        let paths = Arc::new(paths_of(&odb, tree, findings));
        self.committed = Some((tree, Arc::clone(&paths)));
        Ok(paths)
    }

    fn list(&mut self) -> Result<Listing, Error> {
        let tracked = self.tracked()?;
        let walk = DiskWalk {
            root: &self.folder,
            prefix: &self.prefix,
            repository: self.repository.as_ref(),
            data_dir: &self.data_dir,
            tracked: &tracked,
            tally: &self.tally,
        };
        disk::list(walk, &mut self.remembered)
    }

    fn tracked(&mut self) -> Result<Arc<Tracked>, Error> {
        let Some(repository) = &self.repository else {
            return Ok(Arc::default());
        };
        let mut index = repository
            .index()
            .map_err(Error::git("read the index", &self.folder))?;
        let file = index.path().map(Path::to_owned).unwrap_or_default();
        self.tracked.of(&file, || {
            index
                .read(false)
                .map_err(Error::git("read the index", &self.folder))?;
            Ok(Arc::new(Tracked::of(&index, &self.prefix)))
        })
    }

    /// The file's bytes, if they are still those the snapshot saw.
    pub(super) fn read(&self, file: &SourceFile) -> Result<Vec<u8>, Error> {
        files::on_disk(&self.folder, file)
    }

    /// A file at the root of the repository or, failing that, of the content folder.
    pub(super) fn dot_file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let root = self.repository.as_ref().and_then(|repo| repo.workdir());
        for folder in root.into_iter().chain([self.folder.as_path()]) {
            let folder = fs::canonicalize(folder).map_err(Error::io("open", folder))?;
            if let Some(bytes) = files::inside(&folder, name)? {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}

fn paths_of(odb: &Odb<'_>, tree: Oid, findings: &mut Vec<Diagnostic>) -> HashSet<String> {
    match listing::of_tree(odb, tree) {
        Ok(listing) => listing
            .files
            .into_iter()
            .map(|file| file.path.to_string())
            .collect(),
        Err(error) => {
            findings.push(unreadable_head(tree, &error));
            HashSet::new()
        }
    }
}

fn unreadable_head(id: Oid, error: &Error) -> Diagnostic {
    Diagnostic::warning(
        "unreadable-head",
        format!("what is committed cannot be told, {id} is unreadable: {error}"),
    )
    .help("run `git fsck` in the repository")
}

fn no_repository() -> Diagnostic {
    Diagnostic::warning(
        "no-repository",
        "the folder is not in a git repository, so posts have no dates or authors from commits",
    )
    .help("run `git init`, then commit the posts")
}

fn user_name(repository: &git2::Repository) -> Option<String> {
    let name = repository.config().ok()?.get_string("user.name").ok()?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
