//! The one handle the rebuild loop holds, for a working tree and for a mirror alike.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;

use super::contents::Contents;
use super::files::Files;
use super::mirrored::Mirrored;
use super::reader::Objects;
use super::spread::Comparer;
use super::worktree::WorkingTree;
use super::{Commit, Error, Location, Oid, Snapshot, SourceFile, Walked};
use super::{commit, committed, listing, log, names, objects, open};
use crate::diagnostic::Diagnostic;
use crate::tally::Tally;

/// The content repository.
pub(crate) struct Repository {
    kind: Kind,
    /// Told by a walk over its commits, where nothing else told it before.
    shallow: Cell<bool>,
    /// Opened when a blob is asked for first.
    contents: RefCell<Option<Arc<Contents>>>,
}

pub(super) enum Kind {
    WorkingTree(WorkingTree),
    Mirror(Mirrored),
}

impl Repository {
    /// Opens a working tree, or opens or makes the mirror in the data directory. No network yet.
    pub(crate) fn open(location: &Location) -> Result<Self, Error> {
        Ok(Self {
            kind: open::open(location)?,
            shallow: Cell::new(false),
            contents: RefCell::default(),
        })
    }

    /// Told how far what it does is.
    pub(crate) fn tally(&self) -> &Tally {
        match &self.kind {
            Kind::WorkingTree(tree) => &tree.tally,
            Kind::Mirror(mirrored) => &mirrored.tally,
        }
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
        self.leave_contents();
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
        self.leave_contents();
        let mut snapshot = match &mut self.kind {
            Kind::WorkingTree(tree) => tree.snapshot(),
            Kind::Mirror(mirrored) => mirrored.snapshot(),
        }?;
        self.renew_contents();
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

    /// The files of the last snapshot for many threads.
    pub(crate) fn files(&self) -> Files {
        Files {
            folder: self.folder().map(Path::to_owned),
            contents: self.contents(),
        }
    }

    /// A blob of at most `limit` bytes from the object database; a larger one is not loaded.
    pub(crate) fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, Error> {
        let contents = self.contents().ok_or(Error::NothingFetched)?;
        contents.blob(oid, limit)
    }

    /// The blobs, for several threads to read; `None` for a folder without a repository. A fetch
    /// or a look at what there is now may bring others.
    pub(crate) fn contents(&self) -> Option<Arc<Contents>> {
        let objects = self.objects()?;
        let folder = self.git()?.commondir().join("objects");
        let mut contents = self.contents.borrow_mut();
        let open = || Arc::new(Contents::open(objects, folder));
        Some(Arc::clone(contents.get_or_insert_with(open)))
    }

    /// Before packs come and go.
    fn leave_contents(&self) {
        if let Some(contents) = &*self.contents.borrow() {
            contents.let_go();
            if let Some(id) = contents.was_damaged() {
                self.report_damage(Some(id));
            }
        }
    }

    /// Packs may have come and gone.
    fn renew_contents(&self) {
        let mut contents = self.contents.borrow_mut();
        let renewed = contents.as_ref().and_then(|contents| contents.renewed());
        if let Some(renewed) = renewed {
            *contents = Some(Arc::new(renewed));
        }
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

    /// The regular files of a folder whose name is wanted, by path, as `commit` holds them: from
    /// the root of the repository or, where that has none, from the content folder.
    pub(crate) fn committed(
        &self,
        commit: Oid,
        folder: &str,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<(String, Oid)>, Error> {
        let Some(folder) = names::relative(folder) else {
            return Ok(Vec::new());
        };
        let odb = self.odb()?;
        let folders = match folder.as_str() {
            "" => [String::new(), self.prefix().to_owned()],
            folder => ["", self.prefix()].map(|top| names::join(top, folder)),
        };
        self.heed(committed::files(&odb, commit, &folders, wanted))
    }

    /// A commit as git stores it, headers and message.
    pub(crate) fn raw_commit(&self, commit: Oid) -> Result<Vec<u8>, Error> {
        let odb = self.odb()?;
        let object = self.heed(objects::commit(&odb, commit))?;
        Ok(object.data().to_vec())
    }

    /// Hands the commits reachable from `tip` and not through what is `known` to `take`, some at a
    /// time, parents before children, with the changes against the first parent. A malformed
    /// commit is no failure.
    pub(crate) fn walk(
        &self,
        tip: Oid,
        known: &dyn Fn(Oid) -> bool,
        take: &mut dyn FnMut(Vec<Commit>),
    ) -> Result<Walked, Error> {
        let odb = self.odb()?;
        let repository = self.git().ok_or(Error::NothingFetched)?;
        let objects = repository.commondir().join("objects");
        let mut comparer = Comparer::new(&odb, &objects, self.prefix());
        comparer.tally = self.tally().clone();
        let ending = log::read(&odb, (tip, known), &mut comparer, take);
        let ending = self.heed(ending)?;
        if ending.damaged {
            self.report_damage(None);
        }
        let shallow = ending.shallow || repository.is_shallow();
        self.shallow.set(shallow);
        let findings = [
            ending.cut.then(too_large),
            shallow.then(|| self.shallow_history()),
        ];
        Ok(Walked {
            findings: findings.into_iter().flatten().collect(),
            whole: !(shallow || ending.cut || ending.damaged),
        })
    }

    /// All commits of a walk at once, and how it ended.
    #[cfg(test)]
    pub(crate) fn commits(
        &self,
        tip: Oid,
        known: &dyn Fn(Oid) -> bool,
    ) -> Result<(Vec<Commit>, Walked), Error> {
        let mut commits = Vec::new();
        let walked = self.walk(tip, known, &mut |some| commits.extend(some))?;
        Ok((commits, walked))
    }

    /// The first line of a commit's message, without control characters and addresses.
    pub(crate) fn subject(&self, commit: Oid) -> Result<String, Error> {
        let odb = self.odb()?;
        let object = self.heed(objects::commit(&odb, commit))?;
        Ok(commit::subject(object.data()))
    }

    /// Where another thread can read objects; `None` for a folder without a repository.
    pub(crate) fn objects(&self) -> Option<Objects> {
        self.git().map(|repository| Objects {
            git_dir: repository.path().to_owned(),
        })
    }

    fn git(&self) -> Option<&git2::Repository> {
        match &self.kind {
            Kind::WorkingTree(tree) => tree.repository.as_ref(),
            Kind::Mirror(mirrored) => Some(&mirrored.mirror.repository),
        }
    }

    /// The content folder inside the repository, `""` for the root.
    pub(crate) fn prefix(&self) -> &str {
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
        if let Err(error) = &result
            && error.is_damage()
        {
            let id = match error {
                Error::Missing { id, .. } => Some(*id),
                _ => None,
            };
            self.report_damage(id);
        }
        result
    }

    fn report_damage(&self, id: Option<Oid>) {
        if let Kind::Mirror(mirrored) = &self.kind {
            mirrored.report_damage(id);
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

fn too_large() -> Diagnostic {
    Diagnostic::error(
        "history-too-large",
        "the history holds more changes than byline reads, so some dates and authors are missing",
    )
    .help("publish a repository, or a branch, that holds the blog alone")
}
