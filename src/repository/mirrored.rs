//! A mirror together with what it mirrors: when to fetch, when to clone anew, what to publish.

use std::cell::Cell;
use std::path::PathBuf;

use super::fetch::{self, Deadline, Fetched};
use super::folders::Listed;
use super::mirror::{Label, Mirror};
use super::open::open_near;
use super::transport::Remote;
use super::{Error, Location, Oid, Snapshot};
use super::{content_tree, local, names, objects, tree};
use crate::tally::Tally;

/// `.mailmap` and its like: far more than anybody writes by hand.
const MAX_DOT_FILE: u64 = 4 << 20;

/// A mirror with what it mirrors.
pub(super) struct Mirrored {
    origin: Origin,
    pub(super) mirror: Mirror,
    wanted: Option<String>,
    /// The content folder inside the repository, `""` for the root.
    pub(super) prefix: String,
    /// The commit of the last snapshot.
    commit: Option<Oid>,
    listed: Listed,
    health: Cell<Health>,
    pub(super) tally: Tally,
}

pub(super) enum Origin {
    Path(PathBuf),
    Network(Box<Remote>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Whole,
    /// An object is missing or unreadable; the next fetch clones anew.
    Damaged,
    /// It was cloned anew and is damaged still, so the remote is: not again until it moves.
    Hopeless,
}

impl Mirrored {
    pub(super) fn open(
        location: &Location,
        origin: Origin,
        label: Label,
        subdir: &str,
    ) -> Result<Self, Error> {
        let prefix = match (label.prefix.as_str(), subdir) {
            (prefix, "") => prefix.to_owned(),
            (prefix, subdir) => names::join(prefix, subdir),
        };
        Ok(Self {
            origin,
            mirror: Mirror::open(&location.data_dir, label)?,
            wanted: location.branch.clone(),
            prefix,
            commit: None,
            listed: Listed::default(),
            health: Cell::new(Health::Whole),
            tally: Tally::default(),
        })
    }

    pub(super) fn branch(&self) -> Option<String> {
        match &self.wanted {
            Some(wanted) => self.mirror.tip(wanted).map(|_| wanted.clone()),
            None => self.mirror.branch(),
        }
    }

    fn tip(&self) -> Option<Oid> {
        self.branch().and_then(|branch| self.mirror.tip(&branch))
    }

    pub(super) fn fetch(&mut self) -> Result<(), Error> {
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
            tally,
            ..
        } = self;
        mirror.renew(|fresh| transfer(origin, wanted.as_deref(), (fresh, true), tally))?;
        self.health.set(Health::Hopeless);
        Ok(())
    }

    /// Notes that an object could not be had; `id` says which, if it is known.
    pub(super) fn report_damage(&self, id: Option<Oid>) {
        if self.health.get() == Health::Whole && !id.is_some_and(|id| self.origin_lacks(id)) {
            self.health.set(Health::Damaged);
        }
    }

    /// Whether what is mirrored lacks an object itself, so that to clone anew would not help. Of a
    /// remote that is not known.
    fn origin_lacks(&self, id: Oid) -> bool {
        let Origin::Path(path) = &self.origin else {
            return false;
        };
        let source = open_near(path).ok().flatten();
        let objects = source.as_ref().and_then(|source| source.odb().ok());
        objects.is_some_and(|objects| !objects.exists(id.git()))
    }

    fn transfer(&self, into: &Mirror, is_first: bool) -> Result<(), Error> {
        let wanted = self.wanted.as_deref();
        transfer(&self.origin, wanted, (into, is_first), &self.tally)
    }

    pub(super) fn snapshot(&mut self) -> Result<Snapshot, Error> {
        let (snapshot, missing) = match self.look() {
            Err(error) if error.is_damage() && self.health.get() == Health::Whole => {
                self.renew()?;
                self.look()
            }
            looked => looked,
        }?;
        if let Some(id) = missing {
            self.report_damage(Some(id));
            // Without the file is better than not at all.
            if self.health.get() == Health::Damaged && self.renew().is_ok() {
                return Ok(self.look()?.0);
            }
        }
        Ok(snapshot)
    }

    /// What there is, and the content of a file that is missing, if one is.
    fn look(&mut self) -> Result<(Snapshot, Option<Oid>), Error> {
        let commit = self.tip().ok_or(Error::NothingFetched)?;
        let odb = self
            .mirror
            .repository
            .odb()
            .map_err(Error::git("open the objects", self.mirror.dir()))?;
        let Some(tree) = content_tree(&odb, commit, &self.prefix)? else {
            return Err(Error::NoSuchFolder {
                subdir: self.prefix.clone(),
                revision: format!("commit {}", commit.short()),
            });
        };
        let listing = self.listed.list(&odb, tree)?;
        let missing = listing.missing;
        let (files, findings) = listing.finish();
        let shallow = self.mirror.is_shallow();
        drop(odb);
        self.commit = Some(commit);
        let snapshot = Snapshot {
            commit: Some(commit),
            files,
            uncommitted: std::collections::HashSet::new(),
            user_name: None,
            shallow,
            findings,
        };
        Ok((snapshot, missing))
    }

    fn odb(&self) -> Result<git2::Odb<'_>, Error> {
        self.mirror
            .repository
            .odb()
            .map_err(Error::git("open the objects", self.mirror.dir()))
    }

    pub(super) fn dot_file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
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
    (into, is_first): (&Mirror, bool),
    tally: &Tally,
) -> Result<(), Error> {
    let deadline = Deadline::begin(is_first);
    let Fetched { branch, shallow } = match origin {
        Origin::Network(remote) => fetch::fetch(&into.repository, remote, wanted, deadline, tally),
        Origin::Path(path) => {
            let source =
                open_near(path)?.ok_or_else(|| Error::SourceNotFound { path: path.clone() })?;
            local::fetch(&into.repository, &source, wanted, deadline, tally)
        }
    }?;
    tally.end();
    into.publish(&branch)?;
    into.note_shallow(shallow)
}
