//! The bare clone byline keeps of a remote: made by byline alone, never checked out, and thrown
//! away and made anew beside the old one whenever it is damaged or stands for another source.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use git2::{Repository, RepositoryInitOptions};

use super::{Error, Oid};

/// Written last into a new mirror: only a folder that holds it is ours to use or to delete.
const MARKER: &str = "byline-mirror";
const SHALLOW: &str = "byline.shallow";
const REFS: &str = "refs/byline/";
/// Each fetch leaves a pack, and libgit2 cannot repack: past this a fresh clone is cheaper.
const MAX_PACKS: usize = 64;

/// A mirror that is open.
pub(super) struct Mirror {
    dir: PathBuf,
    /// What it mirrors.
    pub(super) label: Label,
    pub(super) repository: Repository,
}

/// What a mirror stands for, as written in its marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The source as typed, hashed: a URL may hold a password.
    pub(super) source: Oid,
    /// The content folder relative to the repository, for a source that was a folder inside one.
    pub(super) prefix: String,
}

impl Mirror {
    /// Opens the mirror for `label`, or makes an empty one.
    pub(super) fn open(data_dir: &Path, label: Label) -> Result<Self, Error> {
        fs::create_dir_all(data_dir).map_err(Error::io("create", data_dir))?;
        let dir = data_dir.join("mirror.git");
        settle(&dir)?;
        if !dir.exists() {
            create(&dir, &label)?;
        } else if read_label(&dir)? != label {
            replace(&dir, &label)?;
        }
        if dir.join("objects/info/alternates").exists() {
            return Err(Error::Alternates { path: dir });
        }
        sweep(&dir);
        if let Ok(repository) = Repository::open_bare(&dir) {
            return Ok(Self {
                dir,
                label,
                repository,
            });
        }
        replace(&dir, &label)?;
        Self::reopen(dir, label)
    }

    /// The label of the mirror in a data directory, if there is one.
    pub(super) fn label_in(data_dir: &Path) -> Option<Label> {
        read_label(&data_dir.join("mirror.git")).ok()
    }

    fn reopen(dir: PathBuf, label: Label) -> Result<Self, Error> {
        let repository = Repository::open_bare(&dir).map_err(|source| Error::Open {
            path: dir.clone(),
            source,
        })?;
        Ok(Self {
            dir,
            label,
            repository,
        })
    }

    /// The branch that was fetched last.
    pub(super) fn branch(&self) -> Option<String> {
        let head = self.repository.find_reference("HEAD").ok()?;
        let target = head.symbolic_target().ok()??;
        let branch = target.strip_prefix(REFS)?.to_owned();
        self.tip(&branch).map(|_| branch)
    }

    /// The commit fetched last for a branch.
    pub(super) fn tip(&self, branch: &str) -> Option<Oid> {
        Oid::of(self.repository.refname_to_id(&reference(branch)).ok()?)
    }

    /// Notes which branch is published, so that a restart without network knows it. What is noted
    /// already is not written again, since each writing waits for the disk.
    pub(super) fn publish(&self, branch: &str) -> Result<(), Error> {
        if self.branch().as_deref() == Some(branch) {
            return Ok(());
        }
        // Not `set_head`, which detaches HEAD for anything outside refs/heads.
        self.repository
            .reference_symbolic("HEAD", &reference(branch), true, "publish")
            .map_err(Error::git("set the published branch", &self.dir))?;
        Ok(())
    }

    /// Notes whether the remote itself lacks part of its history.
    pub(super) fn note_shallow(&self, shallow: bool) -> Result<(), Error> {
        self.repository
            .config()
            .and_then(|mut config| match config.get_bool(SHALLOW) {
                Ok(noted) if noted == shallow => Ok(()),
                _ => config.set_bool(SHALLOW, shallow),
            })
            .map_err(Error::git("write the configuration", &self.dir))
    }

    pub(super) fn is_shallow(&self) -> bool {
        let config = self.repository.config();
        self.repository.is_shallow()
            || config.is_ok_and(|config| config.get_bool(SHALLOW).unwrap_or(false))
    }

    /// Whether so many fetches have left their packs that it is time to begin anew.
    pub(super) fn is_worn(&self) -> bool {
        let packs = fs::read_dir(self.dir.join("objects/pack"));
        packs.is_ok_and(|packs| {
            packs
                .flatten()
                .filter(|entry| entry.path().extension().is_some_and(|ext| ext == "pack"))
                .count()
                > MAX_PACKS
        })
    }

    /// Makes a mirror beside this one, lets `fill` fetch into it, and takes its place. The old
    /// one serves until then, and stays if that fails.
    pub(super) fn renew(
        &mut self,
        fill: impl FnOnce(&Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let beside = beside(&self.dir, "new");
        remove(&beside)?;
        create(&beside, &self.label)?;
        let fresh = Self::reopen(beside.clone(), self.label.clone())?;
        if let Err(error) = fill(&fresh) {
            drop(fresh);
            remove(&beside)?;
            return Err(error);
        }
        drop(fresh);
        swap(&beside, &self.dir)?;
        self.repository = Self::reopen(self.dir.clone(), self.label.clone())?.repository;
        Ok(())
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }
}

/// The mirror's own name for a remote branch.
pub(super) fn reference(branch: &str) -> String {
    format!("{REFS}{branch}")
}

/// Makes an empty mirror at `dir`, whole or not at all.
fn create(dir: &Path, label: &Label) -> Result<(), Error> {
    let draft = beside(dir, "tmp");
    remove(&draft)?;
    let mut options = RepositoryInitOptions::new();
    options.bare(true).no_reinit(true).external_template(false);
    Repository::init_opts(&draft, &options).map_err(Error::git("create the mirror", &draft))?;
    write_label(&draft, label).map_err(Error::io("write", draft.join(MARKER)))?;
    fs::rename(&draft, dir).map_err(Error::io("create", dir))
}

fn replace(dir: &Path, label: &Label) -> Result<(), Error> {
    let fresh = beside(dir, "new");
    remove(&fresh)?;
    create(&fresh, label)?;
    swap(&fresh, dir)
}

/// Puts `fresh` in the place of `dir`. A crash between the renames leaves `.old`, which `settle`
/// puts back.
fn swap(fresh: &Path, dir: &Path) -> Result<(), Error> {
    let old = beside(dir, "old");
    remove(&old)?;
    fs::rename(dir, &old).map_err(Error::io("move", dir))?;
    fs::rename(fresh, dir).map_err(Error::io("move", fresh))?;
    remove(&old)
}

/// Ends what a crash has left half done.
fn settle(dir: &Path) -> Result<(), Error> {
    let old = beside(dir, "old");
    if !dir.exists() && old.join(MARKER).exists() {
        fs::rename(&old, dir).map_err(Error::io("move", &old))?;
    }
    for name in ["old", "new", "tmp", "new.tmp"] {
        remove(&beside(dir, name))?;
    }
    Ok(())
}

fn beside(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// Removes a folder that byline alone makes.
fn remove(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", dir)(error))
        }
        _ => Ok(()),
    }
}

fn write_label(dir: &Path, label: &Label) -> std::io::Result<()> {
    let mut file = fs::File::create(dir.join(MARKER))?;
    writeln!(file, "{}\n{}", label.source, label.prefix)?;
    file.sync_all()
}

fn read_label(dir: &Path) -> Result<Label, Error> {
    let foreign = || Error::NotOurMirror {
        path: dir.to_owned(),
    };
    let text = fs::read(dir.join(MARKER))
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(foreign)?;
    let mut lines = text.lines();
    Ok(Label {
        source: lines.next().and_then(Oid::from_hex).ok_or_else(foreign)?,
        prefix: lines.next().unwrap_or_default().to_owned(),
    })
}

/// Removes locks and half-written objects of a process that was killed. Nobody else writes here.
fn sweep(dir: &Path) {
    let objects = dir.join("objects");
    let mut open = vec![dir.to_owned()];
    while let Some(folder) = open.pop() {
        let half_written = folder.starts_with(&objects);
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            } else if name.ends_with(".lock") || (half_written && name.contains("_git2_")) {
                // One that stays makes the next fetch fail, with its name in the error.
                fs::remove_file(entry.path()).ok();
            }
        }
    }
}
