//! Fetching one branch of a repository on this machine into a mirror.
//!
//! Not over libgit2's local transport: that walks the source's commits itself, so one malformed
//! commit would stop it, and it computes every delta anew. A first clone takes the source's packs
//! as they are; later ones take what is missing.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use git2::{Odb, OdbLookupFlags, PackBuilder, Repository};

use super::address::Redacted;
use super::commit;
use super::fetch::{Deadline, Fetched, Offer, short};
use super::settings::MAX_PACK_OBJECTS;
use super::tree::{self, Kind};
use super::{Error, Oid, adopt, borrowed, loose, mirror, objects};
use crate::tally::{Stage, Tally};

/// As much is copied at a time of what cannot be shared.
const MIB: u64 = 1 << 20;
/// As many objects are written each by itself.
const FEW: usize = 100;

/// Copies the branch (the wanted one, else the source's HEAD) and everything it reaches.
pub(super) fn fetch(
    target: &Repository,
    source: &Repository,
    wanted: Option<&str>,
    deadline: Deadline,
    tally: &Tally,
) -> Result<Fetched, Error> {
    let remote = Redacted(source.path().to_string_lossy().into_owned());
    let branch = offer(source)
        .map_err(failed(&remote))?
        .choose(wanted, &remote)?;
    let tip = source
        .refname_to_id(&format!("refs/heads/{branch}"))
        .map_err(failed(&remote))?;
    let mut copy = Copy {
        target: target.odb().map_err(failed(&remote))?,
        source: source.odb().map_err(failed(&remote))?,
        from: source.commondir().join("objects"),
        to: target.commondir().join("objects"),
        remote: &remote,
        deadline,
        tally,
        shallow: source.is_shallow(),
    };
    let holds_nothing = target
        .references()
        .map_err(failed(&remote))?
        .next()
        .is_none();
    let missing = if holds_nothing {
        copy.all_missing(copy.packs()?)?
    } else {
        copy.missing_from(tip)?
    };
    if holds_nothing || !copy.few(&missing)? {
        let mut pack = source.packbuilder().map_err(failed(&remote))?;
        tally.begin(Stage::Fetching, missing.len());
        for object in &missing {
            copy.insert(&mut pack, object)?;
        }
        copy.write(&mut pack)?;
    }
    target
        .reference(&mirror::reference(&branch), tip, true, "fetch")
        .map_err(failed(&remote))?;
    Ok(Fetched {
        branch,
        shallow: copy.shallow,
    })
}

fn failed(remote: &Redacted) -> impl FnOnce(git2::Error) -> Error {
    let remote = remote.clone();
    |source| Error::Fetch { remote, source }
}

fn as_count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn offer(source: &Repository) -> Result<Offer, git2::Error> {
    let head = source.find_reference("HEAD").ok();
    let head = head
        .as_ref()
        .and_then(|head| head.symbolic_target().ok()?)
        .and_then(short);
    let mut branches = Vec::new();
    for reference in source.references_glob("refs/heads/*")? {
        branches.extend(reference?.name().ok().and_then(short));
    }
    Ok(Offer { head, branches })
}

struct Copy<'a> {
    target: Odb<'a>,
    source: Odb<'a>,
    /// The folders of objects of the two.
    from: PathBuf,
    to: PathBuf,
    remote: &'a Redacted,
    deadline: Deadline,
    tally: &'a Tally,
    shallow: bool,
}

/// An object that the mirror lacks.
struct Missing {
    id: Oid,
    /// The name it was found under first, by which like is packed beside like.
    name: Option<String>,
    /// What it names that is missing too.
    names: Vec<Oid>,
}

impl Copy<'_> {
    /// Takes every pack of the source and of what it borrows from, and gives the objects that are in
    /// none. Where that cannot be told, all objects have to be looked at: `None`.
    fn packs(&self) -> Result<Option<Vec<Oid>>, Error> {
        // Listed first: what is packed meanwhile is then found in its pack.
        let loose = loose::list(&self.from);
        let own = borrowed::packs(&self.from);
        let mut all = own.is_ok() && !borrowed::borrows(&self.from);
        for path in own.unwrap_or_default() {
            all &= self.adopt(&path)? || self.pack(&path)?;
        }
        for lender in borrowed::lenders(&self.from) {
            // What is not had so is taken object by object.
            for path in borrowed::packs(&lender).unwrap_or_default() {
                self.adopt(&path)?;
            }
        }
        Ok(loose.filter(|_| all))
    }

    /// Takes a pack with its index, if they are in order.
    fn adopt(&self, path: &Path) -> Result<bool, Error> {
        let size = fs::metadata(path).map_or(0, |pack| pack.len() / MIB);
        self.tally.begin(Stage::Copying, as_count(size));
        // Asked after each part that was copied.
        let goes_on = || {
            self.tally.add(1);
            !self.deadline.has_passed()
        };
        let adopted = adopt::pack(path, &self.to.join("pack"), &goes_on);
        if self.deadline.has_passed() {
            return Err(self.deadline.error(self.remote));
        }
        match adopted {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            adopted => adopted.map_err(Error::io("copy", path)),
        }
    }

    /// Copies a pack; libgit2 hashes each object while it makes the index. `false` if it is gone.
    fn pack(&self, path: &Path) -> Result<bool, Error> {
        let mut file = match fs::File::open(path) {
            // Repacked meanwhile: what it held is found again, object by object.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            other => other.map_err(Error::io("read", path))?,
        };
        let mut writer = self.target.packwriter().map_err(failed(self.remote))?;
        let tally = self.tally.clone();
        tally.begin(Stage::Fetching, 0);
        writer.progress(move |progress| {
            tally.reach_of(progress.received_objects(), progress.total_objects());
            true
        });
        let mut buffer = vec![0; 1 << 20];
        loop {
            if self.deadline.has_passed() {
                return Err(self.deadline.error(self.remote));
            }
            let count = file.read(&mut buffer).map_err(Error::io("read", path))?;
            if count == 0 {
                break;
            }
            writer
                .write_all(&buffer[..count])
                .map_err(Error::io("copy", path))?;
        }
        writer.commit().map_err(failed(self.remote))?;
        Ok(true)
    }

    /// Everything else the source has: loose objects, and those it borrows from elsewhere.
    fn all_missing(&self, loose: Option<Vec<Oid>>) -> Result<Vec<Missing>, Error> {
        self.target.refresh().map_err(failed(self.remote))?;
        let all = match loose {
            Some(loose) => loose,
            None => {
                let mut all = Vec::new();
                let list = self.source.foreach(|id| {
                    all.extend(Oid::of(*id));
                    true
                });
                list.map_err(failed(self.remote))?;
                all
            }
        };
        let missing = all.into_iter().filter(|id| !self.has(*id));
        Ok(missing.map(Missing::of).collect())
    }

    /// What `tip` reaches and the mirror lacks. A commit that is there has all it reaches there
    /// too, since each fetch writes one pack, whole, or what is reached before what reaches it.
    fn missing_from(&mut self, tip: git2::Oid) -> Result<Vec<Missing>, Error> {
        self.target.refresh().map_err(failed(self.remote))?;
        self.tally.begin(Stage::Fetching, 0);
        let tip = Oid::of(tip).into_iter();
        let mut commits: Vec<Oid> = tip.filter(|tip| !self.has(*tip)).collect();
        let mut seen: HashSet<Oid> = commits.iter().copied().collect();
        let mut missing = Vec::new();
        while let Some(id) = commits.pop() {
            let parsed = match objects::commit(&self.source, id) {
                Ok(object) => commit::parse(object.data()),
                Err(Error::Missing { .. }) => {
                    self.shallow = true;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let mut commit = Missing::of(id);
            commit.names = parsed.tree.into_iter().chain(parsed.parents).collect();
            commit.names.retain(|id| !self.has(*id));
            let parents = commit.names.iter().copied();
            let parents = parents.filter(|id| parsed.tree != Some(*id));
            commits.extend(parents.filter(|id| seen.insert(*id)));
            missing.push(commit);
            if let Some(tree) = parsed.tree {
                self.tree(tree, &mut missing, &mut seen)?;
            }
            self.check(missing.len())?;
        }
        Ok(missing)
    }

    fn tree(
        &self,
        root: Oid,
        missing: &mut Vec<Missing>,
        seen: &mut HashSet<Oid>,
    ) -> Result<(), Error> {
        let mut trees = Vec::new();
        if !self.has(root) && seen.insert(root) {
            trees.push(root);
        }
        while let Some(id) = trees.pop() {
            let mut tree = Missing::of(id);
            let object = objects::tree(&self.source, id)?;
            for entry in tree::entries(object.data()).filter_map(Result::ok) {
                let is_folder = entry.kind == Kind::Folder;
                // A file that the source does not have itself is no reason to take nothing.
                let absent = !is_folder && !self.source.exists(entry.id.git());
                if entry.kind == Kind::Submodule || self.has(entry.id) || absent {
                    continue;
                }
                tree.names.push(entry.id);
                if !seen.insert(entry.id) {
                    continue;
                }
                if is_folder {
                    trees.push(entry.id);
                } else {
                    let name = std::str::from_utf8(entry.name).ok();
                    let name = name.filter(|name| !name.contains('\0'));
                    missing.push(Missing {
                        name: name.map(str::to_owned),
                        ..Missing::of(entry.id)
                    });
                }
            }
            missing.push(tree);
            self.check(missing.len())?;
        }
        Ok(())
    }

    /// Takes a few objects as loose ones; whether it did. A pack for each push would soon be many.
    fn few(&self, missing: &[Missing]) -> Result<bool, Error> {
        if missing.len() > FEW {
            return Ok(false);
        }
        for id in order(missing) {
            let object = match self.source.read(id.git()) {
                Ok(object) => object,
                Err(source) => return Err(failed(self.remote)(source)),
            };
            let hash = git2::Oid::hash_object(object.kind(), object.data());
            if hash.ok() != Some(id.git()) {
                return Ok(false);
            }
            let taken = adopt::loose(&self.from, &self.to, &id.to_string());
            if !taken.is_ok_and(|taken| taken) {
                self.target
                    .write(object.kind(), object.data())
                    .map_err(failed(self.remote))?;
            }
        }
        Ok(true)
    }

    fn has(&self, id: Oid) -> bool {
        self.target.exists_ext(id.git(), OdbLookupFlags::NO_REFRESH)
    }

    /// Whether so many objects may be taken, and there is time for more.
    fn check(&self, count: usize) -> Result<(), Error> {
        self.tally.reach(count);
        if count > MAX_PACK_OBJECTS {
            return Err(Error::TooManyObjects {
                remote: self.remote.clone(),
                limit: MAX_PACK_OBJECTS,
            });
        }
        if self.deadline.has_passed() {
            return Err(self.deadline.error(self.remote));
        }
        Ok(())
    }

    fn insert(&self, pack: &mut PackBuilder<'_>, object: &Missing) -> Result<(), Error> {
        self.check(pack.object_count() + 1)?;
        pack.insert_object(object.id.git(), object.name.as_deref())
            .map_err(failed(self.remote))
    }

    fn write(&self, pack: &mut PackBuilder<'_>) -> Result<(), Error> {
        if pack.object_count() == 0 {
            return Ok(());
        }
        let mut writer = self.target.packwriter().map_err(failed(self.remote))?;
        let tally = self.tally.clone();
        let packed = move |_, current: u32, total: u32| {
            tally.reach_of(current as usize, total as usize);
            true
        };
        pack.set_progress_callback(packed)
            .map_err(failed(self.remote))?;
        let mut refused = None;
        let outcome = pack.foreach(|bytes| {
            let written = writer.write_all(bytes);
            refused = written.err();
            refused.is_none() && !self.deadline.has_passed()
        });
        if let Some(source) = refused {
            return Err(Error::io("write the pack of", self.remote.to_string())(
                source,
            ));
        }
        if self.deadline.has_passed() {
            return Err(self.deadline.error(self.remote));
        }
        outcome.map_err(failed(self.remote))?;
        writer.commit().map_err(failed(self.remote))?;
        Ok(())
    }
}

impl Missing {
    fn of(id: Oid) -> Self {
        Self {
            id,
            name: None,
            names: Vec::new(),
        }
    }
}

/// Objects after all that they name, so that one that is there has everything it reaches there too,
/// wherever a crash comes between.
fn order(missing: &[Missing]) -> Vec<Oid> {
    let names: HashMap<Oid, &[Oid]> = missing
        .iter()
        .map(|object| (object.id, object.names.as_slice()))
        .collect();
    let mut open: Vec<(Oid, bool)> = missing.iter().map(|object| (object.id, false)).collect();
    let (mut seen, mut order) = (HashSet::new(), Vec::new());
    while let Some((id, named)) = open.pop() {
        if named {
            order.push(id);
        } else if let Some(names) = names.get(&id).filter(|_| seen.insert(id)) {
            open.push((id, true));
            open.extend(names.iter().map(|name| (*name, false)));
        }
    }
    order
}
