//! A working tree as its author sees it: the files on disk, whether or not they are committed,
//! except what git ignores.

use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use git2::{ErrorCode, Index, Odb};

use super::listing::{Listing, MAX_FILE};
use super::stat::{Remembered, Stat};
use super::{Error, Oid, Snapshot, SourceFile, listing, names};
use crate::diagnostic::Diagnostic;

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
    committed: Option<(Oid, HashSet<String>)>,
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
            .filter(|file| !committed.contains(&file.path))
            .map(|file| file.path.clone())
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
    ) -> Result<HashSet<String>, Error> {
        let (Some(repository), Some(commit)) = (&self.repository, commit) else {
            return Ok(HashSet::new());
        };
        let odb = repository
            .odb()
            .map_err(Error::git("open the objects", &self.folder))?;
        // A head that cannot be read leaves the files on disk, so the author can go on writing.
        let found = super::content_tree(&odb, commit, &self.prefix);
        let tree = match found {
            Ok(Some(tree)) => tree,
            Ok(None) => return Ok(HashSet::new()),
            Err(error) => {
                findings.push(unreadable_head(commit, &error));
                return Ok(HashSet::new());
            }
        };
        if let Some((known, paths)) = &self.committed
            && *known == tree
        {
            return Ok(paths.clone());
        }
        let paths = paths_of(&odb, tree, findings);
        self.committed = Some((tree, paths.clone()));
        Ok(paths)
    }

    fn list(&mut self) -> Result<Listing, Error> {
        let tracked = self.tracked()?;
        let mut walk = DiskWalk {
            root: &self.folder,
            prefix: &self.prefix,
            repository: self.repository.as_ref(),
            data_dir: &self.data_dir,
            tracked,
            listing: Listing::default(),
            remembered: std::mem::take(&mut self.remembered),
            now: now(),
            open: vec![(String::new(), 0)],
        };
        while let Some((folder, depth)) = walk.open.pop() {
            if walk.listing.is_full() {
                break;
            }
            walk.folder(&folder, depth)?;
        }
        walk.remembered.forget_unseen();
        self.remembered = walk.remembered;
        Ok(walk.listing)
    }

    fn tracked(&self) -> Result<Tracked, Error> {
        let Some(repository) = &self.repository else {
            return Ok(Tracked::default());
        };
        let mut index = repository
            .index()
            .map_err(Error::git("read the index", &self.folder))?;
        index
            .read(false)
            .map_err(Error::git("read the index", &self.folder))?;
        Ok(Tracked::of(&index, &self.prefix))
    }

    /// The file's bytes, if they are still those the snapshot saw. Other bytes under the same
    /// object id would end up in whatever is kept by object id.
    pub(super) fn read(&self, file: &SourceFile) -> Result<Vec<u8>, Error> {
        let changed = || Error::Changed {
            path: file.path.clone(),
        };
        let bytes = self
            .read_inside(&self.folder, &file.path)?
            .ok_or_else(changed)?;
        match Oid::of_blob(&bytes) {
            Some(oid) if oid == file.oid => Ok(bytes),
            _ => Err(changed()),
        }
    }

    /// A file at the root of the repository or, failing that, of the content folder.
    pub(super) fn dot_file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let root = self.repository.as_ref().and_then(|repo| repo.workdir());
        for folder in root.into_iter().chain([self.folder.as_path()]) {
            let folder = fs::canonicalize(folder).map_err(Error::io("open", folder))?;
            if let Some(bytes) = self.read_inside(&folder, name)? {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// A regular file that lies, links resolved, where its path says; `None` if there is none.
    fn read_inside(&self, root: &Path, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let full = root.join(path);
        let Ok(real) = fs::canonicalize(&full) else {
            return Ok(None);
        };
        if real != full || !real.is_file() {
            return Ok(None);
        }
        read_file(&full).map(|read| read.map(|(bytes, _)| bytes))
    }
}

fn paths_of(odb: &Odb<'_>, tree: Oid, findings: &mut Vec<Diagnostic>) -> HashSet<String> {
    match listing::of_tree(odb, tree) {
        Ok(listing) => listing.files.into_iter().map(|file| file.path).collect(),
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

#[expect(
    clippy::disallowed_methods,
    reason = "compared with the times of files alone, to tell which of them may still change unseen"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

/// What the index holds below the content folder: ignored or not, it is part of the blog.
#[derive(Default)]
struct Tracked {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Tracked {
    fn of(index: &Index, prefix: &str) -> Self {
        let mut tracked = Self::default();
        for entry in index.iter() {
            let Ok(path) = std::str::from_utf8(&entry.path) else {
                continue;
            };
            let Some(path) = inside(path, prefix) else {
                continue;
            };
            for (slash, _) in path.rmatch_indices('/') {
                // A folder that is known has its parents known.
                if !tracked.folders.insert(path[..slash].to_owned()) {
                    break;
                }
            }
            tracked.files.insert(path.to_owned());
        }
        tracked
    }
}

fn inside<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        return Some(path);
    }
    path.strip_prefix(prefix)?.strip_prefix('/')
}

struct DiskWalk<'a> {
    root: &'a Path,
    prefix: &'a str,
    repository: Option<&'a git2::Repository>,
    data_dir: &'a Path,
    tracked: Tracked,
    listing: Listing,
    remembered: Remembered,
    now: SystemTime,
    open: Vec<(String, usize)>,
}

impl DiskWalk<'_> {
    fn folder(&mut self, folder: &str, depth: usize) -> Result<(), Error> {
        let full = self.root.join(folder);
        let entries = match fs::read_dir(&full) {
            // A folder deleted while it is walked; the next look sees it gone.
            Err(_) if depth > 0 => return Ok(()),
            other => other.map_err(Error::io("list", &full))?,
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if let Some(path) = self.listing.admit(folder, name.as_encoded_bytes()) {
                self.entry(path, &entry, depth)?;
            } else if self.listing.is_full() {
                break;
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: String, entry: &DirEntry, depth: usize) -> Result<(), Error> {
        // `DirEntry::metadata` does not follow links; an entry gone meanwhile is not there.
        let Ok(metadata) = entry.metadata() else {
            return Ok(());
        };
        if self.ignored(&path, metadata.is_dir()) {
            return Ok(());
        }
        if metadata.is_symlink() {
            self.listing.symlink(&path);
        } else if metadata.is_dir() {
            self.subfolder(path, &entry.path(), depth);
        } else if metadata.is_file() {
            return self.file(path, &entry.path(), &Stat::of(&metadata));
        } else {
            self.listing.leave_out(
                "not-a-file",
                &path,
                format!("`{path}` is neither a file nor a folder and is left out"),
                "remove it",
            );
        }
        Ok(())
    }

    fn subfolder(&mut self, path: String, full: &Path, depth: usize) {
        if full == self.data_dir {
            return;
        }
        if fs::symlink_metadata(full.join(".git")).is_ok() {
            self.listing.submodule(&path);
        } else if self.listing.within_depth(&path, depth + 1) {
            self.open.push((path, depth + 1));
        }
    }

    fn ignored(&self, path: &str, is_folder: bool) -> bool {
        let Some(repository) = self.repository else {
            return false;
        };
        let known = if is_folder {
            &self.tracked.folders
        } else {
            &self.tracked.files
        };
        if known.contains(path) {
            return false;
        }
        let mut path = names::join(self.prefix, path);
        if is_folder {
            // Patterns such as `build/` match folders alone.
            path.push('/');
        }
        repository.is_path_ignored(&path).unwrap_or(false)
    }

    fn file(&mut self, path: String, full: &Path, stat: &Stat) -> Result<(), Error> {
        if !self.listing.take(&path, stat.size) {
            return Ok(());
        }
        if let Some(oid) = self.remembered.recall(&path, stat) {
            let size = stat.size;
            self.listing.files.push(SourceFile { path, oid, size });
            return Ok(());
        }
        let Some((bytes, stat)) = read_file(full)? else {
            return Ok(());
        };
        let Some(oid) = Oid::of_blob(&bytes) else {
            return Ok(());
        };
        self.remembered.learn(&path, &stat, oid, self.now);
        let size = bytes.len() as u64;
        self.listing.files.push(SourceFile { path, oid, size });
        Ok(())
    }
}

/// A file's bytes with its state when they were read; `None` if it is gone, not a regular file
/// any more, a link by now, or grew past the limit.
fn read_file(path: &Path) -> Result<Option<(Vec<u8>, Stat)>, Error> {
    let Ok(before) = fs::symlink_metadata(path) else {
        return Ok(None);
    };
    if !before.is_file() {
        return Ok(None);
    }
    let mut file = match fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(Error::io("read", path))?,
    };
    let opened = file.metadata().map_err(Error::io("read", path))?;
    if !Stat::of(&before).same_file(&Stat::of(&opened)) {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(opened.len().min(MAX_FILE)).unwrap_or(0));
    let read = Read::by_ref(&mut file)
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", path))?;
    Ok((read as u64 <= MAX_FILE).then(|| (bytes, Stat::of(&opened))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Repository;
    use crate::repository::fixture::{Fixture, findings, paths, text};

    #[test]
    fn shows_what_is_on_disk_and_says_what_is_not_committed() {
        let mut blog = Fixture::new();
        blog.git(&["config", "user.name", "Ann Author"]);
        let tip = blog.commit_files(&[
            ("posts/kept.md", "one"),
            ("posts/gone.md", "two"),
            ("posts/forced.log", "log"),
        ]);
        blog.write(".gitignore", "*.log\nbuild/\n");
        blog.write("posts/new.md", "new");
        blog.write("posts/debug.log", "ignored");
        blog.write("build/out.html", "ignored");
        blog.write("posts/kept.md", "edited");
        fs::remove_file(blog.blog().join("posts/gone.md")).unwrap();
        let mut tree = blog.working_tree();
        let snapshot = tree.snapshot().unwrap();
        assert_eq!(snapshot.commit, Some(tip));
        assert_eq!(
            paths(&snapshot),
            ["posts/forced.log", "posts/kept.md", "posts/new.md"]
        );
        assert_eq!(
            snapshot.uncommitted,
            HashSet::from(["posts/new.md".to_owned()])
        );
        assert_eq!(snapshot.user_name.as_deref(), Some("Ann Author"));
        assert_eq!(tree.read(&snapshot.files[1]).unwrap(), b"edited");
        assert_eq!(tree.branch().as_deref(), Some("main"));
        assert_eq!(
            tree.folder(),
            Some(fs::canonicalize(blog.blog()).unwrap().as_path())
        );
        assert!(tree.fetch().is_ok() && snapshot.findings.is_empty());
    }

    #[test]
    fn ids_are_gits_own_and_follow_the_content() {
        let mut blog = Fixture::new();
        blog.commit_files(&[("a.md", "one")]);
        let mut tree = blog.working_tree();
        let first = tree.snapshot().unwrap().files[0].clone();
        assert_eq!(first.oid.to_string(), blog.git(&["rev-parse", "HEAD:a.md"]));
        blog.write("a.md", "two");
        assert!(matches!(tree.read(&first), Err(Error::Changed { .. })));
        let second = tree.snapshot().unwrap().files[0].clone();
        assert_ne!(first.oid, second.oid);
        assert_eq!(tree.read(&second).unwrap(), b"two");
    }

    #[test]
    fn a_file_untouched_for_long_is_not_read_again() {
        let mut blog = Fixture::new();
        blog.commit_files(&[("a.md", "one")]);
        let path = blog.blog().join("a.md");
        let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        fs::File::open(&path).unwrap().set_modified(old).unwrap();
        let mut tree = blog.working_tree();
        let first = tree.snapshot().unwrap().files;
        assert_eq!(tree.snapshot().unwrap().files, first);
        // Same size and time, other content: the change time tells.
        blog.write("a.md", "two");
        fs::File::open(&path).unwrap().set_modified(old).unwrap();
        assert_ne!(tree.snapshot().unwrap().files, first);
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_are_named_and_not_followed() {
        use std::os::unix::fs::symlink;
        let mut blog = Fixture::new();
        blog.commit_files(&[("a.md", "one")]);
        let secret = blog.top.path().join("secret");
        fs::create_dir(&secret).unwrap();
        fs::File::create(secret.join("passwd")).unwrap();
        symlink(secret.join("passwd"), blog.blog().join("leak.md")).unwrap();
        symlink(&secret, blog.blog().join("folder")).unwrap();
        symlink(secret.join("passwd"), blog.blog().join(".mailmap")).unwrap();
        let mut tree = blog.working_tree();
        let snapshot = tree.snapshot().unwrap();
        assert_eq!(paths(&snapshot), ["a.md"]);
        let mut found = findings(&snapshot);
        found.sort_unstable();
        assert_eq!(found, [("symlink", "folder"), ("symlink", "leak.md")]);
        assert_eq!(tree.dot_file(".mailmap").unwrap(), None);
        for path in ["leak.md", "folder/passwd"] {
            let file = SourceFile {
                path: path.to_owned(),
                ..snapshot.files[0].clone()
            };
            assert!(matches!(tree.read(&file), Err(Error::Changed { .. })));
        }
    }

    #[test]
    fn a_plain_folder_is_a_blog_without_history() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("posts")).unwrap();
        fs::File::create(top.path().join("posts/a.md")).unwrap();
        let location = crate::repository::Location {
            source: text(top.path()),
            branch: None,
            subdir: None,
            data_dir: top.path().join("data"),
        };
        let mut tree = Repository::open(&location).unwrap();
        let snapshot = tree.snapshot().unwrap();
        assert_eq!(snapshot.commit, None);
        assert_eq!(paths(&snapshot), ["posts/a.md"]);
        assert!(snapshot.uncommitted.contains("posts/a.md"));
        assert_eq!(findings(&snapshot), [("no-repository", "")]);
        assert!(!tree.read(&snapshot.files[0]).unwrap().iter().any(|_| true));
    }

    #[test]
    fn before_the_first_commit_everything_is_uncommitted() {
        let blog = Fixture::new();
        blog.write("a.md", "one");
        let snapshot = blog.working_tree().snapshot().unwrap();
        assert_eq!(snapshot.commit, None);
        assert_eq!(snapshot.uncommitted.len(), 1);
        assert!(snapshot.findings.is_empty());
    }

    #[test]
    fn a_repository_in_the_blog_and_the_data_directory_are_left_out() {
        let mut blog = Fixture::new();
        blog.commit_files(&[("a.md", "one")]);
        blog.git(&["init", "-q", "inner"]);
        blog.write("inner/b.md", "b");
        blog.write("state/c.md", "c");
        let mut location = blog.location(text(&blog.blog()));
        location.data_dir = blog.blog().join("state");
        let snapshot = Repository::open(&location).unwrap().snapshot().unwrap();
        assert_eq!(paths(&snapshot), ["a.md"]);
        assert_eq!(findings(&snapshot), [("submodule", "inner")]);
    }
}
