//! Which of the two a source is, a working tree or a remote to mirror, and the one handle the
//! rebuild loop holds for both.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::address::{Address, Redacted};
use super::fetch::{self, Deadline, Fetched};
use super::mirror::{Label, Mirror};
use super::worktree::WorkingTree;
use super::{Commit, Error, Location, Oid, Snapshot, SourceFile};
use super::{content_tree, listing, local, log, names, objects, tree};
use crate::diagnostic::Diagnostic;

/// `.mailmap` and its like: far more than anybody writes by hand.
const MAX_DOT_FILE: u64 = 4 << 20;

/// The content repository.
pub(crate) struct Repository {
    kind: Kind,
    /// Told by a walk over its commits, where nothing else told it before.
    shallow: Cell<bool>,
}

enum Kind {
    WorkingTree(WorkingTree),
    Mirror(Mirrored),
}

/// A mirror with what it mirrors.
struct Mirrored {
    origin: Origin,
    mirror: Mirror,
    wanted: Option<String>,
    /// The content folder inside the repository, `""` for the root.
    prefix: String,
    /// The commit of the last snapshot.
    commit: Option<Oid>,
    health: Cell<Health>,
}

enum Origin {
    Path(PathBuf),
    Network(Redacted),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Whole,
    /// An object is missing or unreadable; the next fetch clones anew.
    Damaged,
    /// It was cloned anew and is damaged still, so the remote is: not again until it moves.
    Hopeless,
}

impl Repository {
    /// Opens a working tree, or opens or makes the mirror in the data directory. No network yet.
    pub(crate) fn open(location: &Location) -> Result<Self, Error> {
        let subdir = location.subdir.as_deref().unwrap_or_default();
        let subdir = names::relative(subdir).ok_or_else(|| Error::BadSubdir {
            subdir: subdir.to_owned(),
        })?;
        check_branch(location.branch.as_deref())?;
        let kind = match Address::parse(&location.source)? {
            Address::Network(url) => {
                let label = label(&location.source, String::new());
                Kind::Mirror(Mirrored::open(
                    location,
                    Origin::Network(url),
                    label,
                    subdir,
                )?)
            }
            Address::FileUrl(path) => mirror_of_path(location, path, &subdir)?,
            Address::Path(path) => open_path(location, &path, &subdir)?,
        };
        Ok(Self {
            kind,
            shallow: Cell::new(false),
        })
    }

    /// The folder to watch, for a working tree.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match &self.kind {
            Kind::WorkingTree(tree) => Some(&tree.folder),
            Kind::Mirror(_) => None,
        }
    }

    /// Mirror: connects, finds the branch and fetches it. Working tree: nothing. What was fetched
    /// before stays usable whatever goes wrong.
    pub(crate) fn fetch(&mut self) -> Result<(), Error> {
        match &mut self.kind {
            Kind::WorkingTree(_) => Ok(()),
            Kind::Mirror(mirrored) => mirrored.fetch(),
        }
    }

    /// Short name of the published branch, once it is known.
    pub(crate) fn branch(&self) -> Option<String> {
        match &self.kind {
            Kind::WorkingTree(tree) => tree.branch(),
            Kind::Mirror(mirrored) => mirrored.branch(),
        }
    }

    /// Everything at the newest revision: the tree of the fetched commit of a mirror, the files
    /// on disk of a working tree.
    pub(crate) fn snapshot(&mut self) -> Result<Snapshot, Error> {
        let mut snapshot = match &mut self.kind {
            Kind::WorkingTree(tree) => tree.snapshot(),
            Kind::Mirror(mirrored) => mirrored.snapshot(),
        }?;
        snapshot.shallow |= self.shallow.get();
        Ok(snapshot)
    }

    /// A file of the last snapshot. On disk, one that has changed since is `Error::Changed`.
    pub(crate) fn read(&self, file: &SourceFile) -> Result<Vec<u8>, Error> {
        match &self.kind {
            Kind::WorkingTree(tree) => tree.read(file),
            Kind::Mirror(_) => self.blob(file.oid, listing::MAX_FILE),
        }
    }

    /// A blob of at most `limit` bytes from the object database; a larger one is not loaded.
    pub(crate) fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, Error> {
        let odb = self.odb()?;
        self.heed(objects::blob(&odb, oid, limit))
    }

    /// A dot-file such as `.mailmap`, from the root of the repository or else of the content
    /// folder, at the revision of the last snapshot.
    pub(crate) fn dot_file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(name) = names::relative(name).filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        match &self.kind {
            Kind::WorkingTree(tree) => tree.dot_file(&name),
            Kind::Mirror(mirrored) => self.heed(mirrored.dot_file(&name)),
        }
    }

    /// All commits reachable from `tip`, children before parents, ties by newer committer date,
    /// with the changes against each parent. A malformed commit is a finding, not a failure.
    pub(crate) fn commits(&self, tip: Oid) -> Result<(Vec<Commit>, Vec<Diagnostic>), Error> {
        let odb = self.odb()?;
        let mut log = self.heed(log::read(&odb, tip, self.prefix()))?;
        if log.damaged {
            self.report_damage();
        }
        let shallow = log.shallow || self.git().is_some_and(git2::Repository::is_shallow);
        self.shallow.set(shallow);
        if shallow {
            log.findings.push(self.shallow_history());
        }
        Ok((log.commits, log.findings))
    }

    fn git(&self) -> Option<&git2::Repository> {
        match &self.kind {
            Kind::WorkingTree(tree) => tree.repository.as_ref(),
            Kind::Mirror(mirrored) => Some(&mirrored.mirror.repository),
        }
    }

    fn prefix(&self) -> &str {
        match &self.kind {
            Kind::WorkingTree(tree) => &tree.prefix,
            Kind::Mirror(mirrored) => &mirrored.prefix,
        }
    }

    fn odb(&self) -> Result<git2::Odb<'_>, Error> {
        let repository = self.git().ok_or(Error::NothingFetched)?;
        repository
            .odb()
            .map_err(Error::git("open the objects", repository.path()))
    }

    /// Notes damage on its way out.
    fn heed<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if result.as_ref().is_err_and(Error::is_damage) {
            self.report_damage();
        }
        result
    }

    fn report_damage(&self) {
        if let Kind::Mirror(mirrored) = &self.kind
            && mirrored.health.get() == Health::Whole
        {
            mirrored.health.set(Health::Damaged);
        }
    }

    fn shallow_history(&self) -> Diagnostic {
        let help = match &self.kind {
            Kind::WorkingTree(_) => "run `git fetch --unshallow` in the repository",
            Kind::Mirror(_) => "run `git fetch --unshallow` in the remote repository",
        };
        Diagnostic::warning(
            "shallow-history",
            "the repository holds only the newest part of its history, so older posts get later dates and may lack authors",
        )
        .help(help)
    }
}

impl Mirrored {
    fn open(
        location: &Location,
        origin: Origin,
        label: Label,
        subdir: String,
    ) -> Result<Self, Error> {
        let prefix = match (label.prefix.as_str(), subdir.as_str()) {
            (prefix, "") => prefix.to_owned(),
            (prefix, subdir) => names::join(prefix, subdir),
        };
        Ok(Self {
            origin,
            mirror: Mirror::open(&location.data_dir, label)?,
            wanted: location.branch.clone(),
            prefix,
            commit: None,
            health: Cell::new(Health::Whole),
        })
    }

    fn branch(&self) -> Option<String> {
        match &self.wanted {
            Some(wanted) => self.mirror.tip(wanted).map(|_| wanted.clone()),
            None => self.mirror.branch(),
        }
    }

    fn tip(&self) -> Option<Oid> {
        self.branch().and_then(|branch| self.mirror.tip(&branch))
    }

    fn fetch(&mut self) -> Result<(), Error> {
        let before = self.tip();
        if self.health.get() == Health::Damaged {
            return self.renew();
        }
        if self.mirror.is_worn() && self.renew().is_ok() {
            return Ok(());
        }
        match self.transfer(&self.mirror, before.is_none()) {
            // libgit2 walks what the mirror has to tell the remote; a malformed commit there or
            // a damaged object is no fault of the remote's, and a fresh clone asks for all.
            Err(error) if before.is_some() && error.is_damage() => self.renew(),
            outcome => outcome,
        }?;
        if self.tip() != before {
            self.health.set(Health::Whole);
        }
        Ok(())
    }

    /// Clones anew and takes the place of the old mirror.
    fn renew(&mut self) -> Result<(), Error> {
        let Self {
            origin,
            mirror,
            wanted,
            ..
        } = self;
        mirror.renew(|fresh| transfer(origin, wanted.as_deref(), fresh, true))?;
        self.health.set(Health::Hopeless);
        Ok(())
    }

    fn transfer(&self, into: &Mirror, is_first: bool) -> Result<(), Error> {
        transfer(&self.origin, self.wanted.as_deref(), into, is_first)
    }

    fn snapshot(&mut self) -> Result<Snapshot, Error> {
        let result = self.look();
        if result.as_ref().is_err_and(Error::is_damage) && self.health.get() == Health::Whole {
            self.renew()?;
            return self.look();
        }
        result
    }

    fn look(&mut self) -> Result<Snapshot, Error> {
        let commit = self.tip().ok_or(Error::NothingFetched)?;
        let odb = self.odb()?;
        let Some(tree) = content_tree(&odb, commit, &self.prefix)? else {
            return Err(Error::NoSuchFolder {
                subdir: self.prefix.clone(),
                revision: format!("commit {}", commit.short()),
            });
        };
        let (files, findings) = listing::of_tree(&odb, tree)?.finish();
        let shallow = self.mirror.is_shallow();
        drop(odb);
        self.commit = Some(commit);
        Ok(Snapshot {
            commit: Some(commit),
            files,
            uncommitted: std::collections::HashSet::new(),
            user_name: None,
            shallow,
            findings,
        })
    }

    fn odb(&self) -> Result<git2::Odb<'_>, Error> {
        self.mirror
            .repository
            .odb()
            .map_err(Error::git("open the objects", self.mirror.dir()))
    }

    fn dot_file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(commit) = self.commit.or_else(|| self.tip()) else {
            return Ok(None);
        };
        let odb = self.odb()?;
        for folder in ["", self.prefix.as_str()] {
            let Some(tree) = content_tree(&odb, commit, folder)? else {
                continue;
            };
            let read = |id| objects::tree(&odb, id).map(|object| object.data().to_vec());
            if let Some((tree::Kind::File, id)) = tree::find(tree, name, read)? {
                return objects::blob(&odb, id, MAX_DOT_FILE).map(Some);
            }
        }
        Ok(None)
    }
}

fn transfer(
    origin: &Origin,
    wanted: Option<&str>,
    into: &Mirror,
    is_first: bool,
) -> Result<(), Error> {
    let deadline = Deadline::begin(is_first);
    let Fetched { branch, shallow } = match origin {
        Origin::Network(url) => fetch::fetch(&into.repository, url, wanted, deadline),
        Origin::Path(path) => {
            let source =
                open_near(path)?.ok_or_else(|| Error::SourceNotFound { path: path.clone() })?;
            local::fetch(&into.repository, &source, wanted, deadline)
        }
    }?;
    into.publish(&branch)?;
    into.note_shallow(shallow)
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
        source: Oid::of_blob(source.as_bytes()).unwrap_or(Oid([0; 20])),
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
        return mirror_of_path(location, path.to_owned(), subdir);
    }
    let folder = std::fs::canonicalize(path).map_err(Error::io("open", path))?;
    let repository = open_near(&folder)?;
    if let Some(repository) = &repository
        && std::fs::canonicalize(repository.path()).is_ok_and(|git_dir| git_dir == folder)
    {
        return mirror_of_path(location, path.to_owned(), subdir);
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

/// Where a folder lies in a working tree, `/` between parts.
fn prefix_in(repository: &git2::Repository, folder: &Path) -> Option<String> {
    let root = std::fs::canonicalize(repository.workdir()?).ok()?;
    let prefix = folder.strip_prefix(root).ok()?.to_str()?;
    Some(prefix.replace(std::path::MAIN_SEPARATOR, "/"))
}

fn mirror_of_path(location: &Location, path: PathBuf, subdir: &str) -> Result<Kind, Error> {
    let path = absolute(&path);
    let source = path.to_string_lossy().into_owned();
    let prefix = if path.is_dir() {
        let not_found = || Error::SourceNotFound { path: path.clone() };
        let repository = open_near(&path)?.ok_or_else(not_found)?;
        let folder = std::fs::canonicalize(&path).map_err(Error::io("open", &path))?;
        prefix_in(&repository, &folder).filter(|prefix| prefix != ".git")
    } else {
        // The source is away; a mirror of it goes on serving what it has.
        let known = Mirror::label_in(&location.data_dir)
            .filter(|known| known.source == label(&source, String::new()).source)
            .ok_or_else(|| Error::SourceNotFound { path: path.clone() })?;
        Some(known.prefix)
    };
    let label = label(&source, prefix.unwrap_or_default());
    let subdir = subdir.to_owned();
    Mirrored::open(location, Origin::Path(path), label, subdir).map(Kind::Mirror)
}

/// The repository a folder is, or lies in; one that belongs to somebody else is an error.
fn open_near(folder: &Path) -> Result<Option<git2::Repository>, Error> {
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
