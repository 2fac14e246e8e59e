//! Which of the two a source is, a working tree or a remote to mirror.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::address::{Address, Redacted};
use super::mirror::{Label, Mirror};
use super::mirrored::{Mirrored, Origin};
use super::source::Kind;
use super::transport::Remote;
use super::worktree::WorkingTree;
use super::{Error, Location, Oid, names};

/// Opens what a location names.
pub(super) fn open(location: &Location) -> Result<Kind, Error> {
    let subdir = location.subdir.as_deref().unwrap_or_default();
    let subdir = names::relative(subdir).ok_or_else(|| Error::BadSubdir {
        subdir: subdir.to_owned(),
    })?;
    check_branch(location.branch.as_deref())?;
    match Address::parse(&location.source)? {
        Address::Network(target) => {
            let label = label(&location.source, String::new());
            let address = Redacted(location.source.clone());
            let remote = Box::new(Remote::new(address, target, location.remote.clone())?);
            Mirrored::open(location, Origin::Network(remote), label, &subdir).map(Kind::Mirror)
        }
        Address::FileUrl(path) => mirror_of_path(location, &path, &subdir),
        Address::Path(path) => open_path(location, &path, &subdir),
    }
}

fn check_branch(branch: Option<&str>) -> Result<(), Error> {
    match branch {
        Some(branch) if !git2::Reference::is_valid_name(&format!("refs/heads/{branch}")) => {
            Err(Error::BadBranch {
                branch: branch.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

fn label(source: &str, prefix: String) -> Label {
    Label {
        source: Oid::of_blob(source.as_bytes()),
        prefix,
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A path on this machine: a working tree, a bare repository, or one that is gone but mirrored.
fn open_path(location: &Location, path: &Path, subdir: &str) -> Result<Kind, Error> {
    let mirrored = location.branch.is_some();
    if mirrored || !path.is_dir() {
        return mirror_of_path(location, path, subdir);
    }
    let folder = std::fs::canonicalize(path).map_err(Error::io("open", path))?;
    let repository = open_near(&folder)?;
    if repository
        .as_ref()
        .is_some_and(|repository| is_git_dir(repository, &folder))
    {
        return mirror_of_path(location, path, subdir);
    }
    working_tree(location, &folder, repository, subdir)
}

fn working_tree(
    location: &Location,
    folder: &Path,
    repository: Option<git2::Repository>,
    subdir: &str,
) -> Result<Kind, Error> {
    let joined = folder.join(subdir);
    let content = std::fs::canonicalize(&joined)
        .ok()
        .filter(|content| content.is_dir() && content.starts_with(folder))
        .ok_or_else(|| Error::NoSuchFolder {
            subdir: subdir.to_owned(),
            revision: format!("`{}`", folder.display()),
        })?;
    let around = repository.and_then(|repository| {
        let prefix = prefix_in(&repository, &content)?;
        // A folder its repository ignores is no part of it.
        let ignored = !prefix.is_empty()
            && repository
                .is_path_ignored(format!("{prefix}/"))
                .unwrap_or(false);
        (!ignored).then_some((repository, prefix))
    });
    let (repository, prefix) = around.unzip();
    Ok(Kind::WorkingTree(WorkingTree::new(
        content,
        repository,
        prefix.unwrap_or_default(),
        real(&location.data_dir),
    )))
}

/// A path with its links resolved, also where its last part does not exist yet.
fn real(path: &Path) -> PathBuf {
    let path = absolute(path);
    if let Ok(real) = std::fs::canonicalize(&path) {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => real(parent).join(name),
        _ => path,
    }
}

/// Whether a folder is the repository itself. Not asked of `core.bare`: a bare repository without
/// a configuration file would have its parent folder for a working tree.
fn is_git_dir(repository: &git2::Repository, folder: &Path) -> bool {
    std::fs::canonicalize(repository.path()).is_ok_and(|git_dir| git_dir == folder)
}

/// Where a folder lies in a working tree, `/` between parts.
fn prefix_in(repository: &git2::Repository, folder: &Path) -> Option<String> {
    let root = std::fs::canonicalize(repository.workdir()?).ok()?;
    let prefix = folder.strip_prefix(root).ok()?.to_str()?;
    Some(prefix.replace(std::path::MAIN_SEPARATOR, "/"))
}

fn mirror_of_path(location: &Location, path: &Path, subdir: &str) -> Result<Kind, Error> {
    let path = absolute(path);
    let source = path.to_string_lossy().into_owned();
    let prefix = if path.is_dir() {
        let not_found = || Error::SourceNotFound { path: path.clone() };
        let repository = open_near(&path)?.ok_or_else(not_found)?;
        let folder = std::fs::canonicalize(&path).map_err(Error::io("open", &path))?;
        match is_git_dir(&repository, &folder) {
            true => None,
            false => prefix_in(&repository, &folder),
        }
    } else {
        // The source is away; a mirror of it goes on serving what it has.
        let known = Mirror::label_in(&location.data_dir)
            .filter(|known| known.source == label(&source, String::new()).source)
            .ok_or_else(|| Error::SourceNotFound { path: path.clone() })?;
        Some(known.prefix)
    };
    let label = label(&source, prefix.unwrap_or_default());
    Mirrored::open(location, Origin::Path(path), label, subdir).map(Kind::Mirror)
}

/// The repository a folder is, or lies in; one that belongs to somebody else is an error.
pub(super) fn open_near(folder: &Path) -> Result<Option<git2::Repository>, Error> {
    let none: [&Path; 0] = [];
    match git2::Repository::open_ext(folder, RepositoryOpenFlags::empty(), none) {
        Ok(repository) => Ok(Some(repository)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(source) if source.code() == ErrorCode::Owner => Err(Error::NotOwner {
            path: folder.to_owned(),
            source,
        }),
        Err(source) => Err(Error::Open {
            path: folder.to_owned(),
            source,
        }),
    }
}
