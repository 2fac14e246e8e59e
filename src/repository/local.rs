//! Fetching one branch of a repository on this machine into a mirror.
//!
//! Not over libgit2's local transport: that walks the source's commits itself, so one malformed
//! commit would stop it, and it computes every delta anew. A first clone takes the source's packs
//! as they are, verified on the way; later ones take what is missing.

use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use git2::{Odb, OdbLookupFlags, PackBuilder, Repository};

use super::address::Redacted;
use super::commit;
use super::fetch::{Deadline, Fetched, Offer, short};
use super::settings::MAX_PACK_OBJECTS;
use super::tree::{self, Kind};
use super::{Error, Oid, mirror, objects};

/// Copies the branch (the wanted one, else the source's HEAD) and everything it reaches.
pub(super) fn fetch(
    target: &Repository,
    source: &Repository,
    wanted: Option<&str>,
    deadline: Deadline,
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
        remote: &remote,
        deadline,
        shallow: source.is_shallow(),
    };
    let mut pack = source.packbuilder().map_err(failed(&remote))?;
    let holds_nothing = target
        .references()
        .map_err(failed(&remote))?
        .next()
        .is_none();
    if holds_nothing {
        copy.packs(&source.commondir().join("objects/pack"))?;
        copy.all_missing(&mut pack)?;
    } else {
        copy.missing_from(tip, &mut pack)?;
    }
    copy.write(&mut pack)?;
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
    remote: &'a Redacted,
    deadline: Deadline,
    shallow: bool,
}

impl Copy<'_> {
    /// Takes every pack of the source; libgit2 hashes each object while it makes the index.
    fn packs(&self, folder: &Path) -> Result<(), Error> {
        let Ok(entries) = fs::read_dir(folder) else {
            return Ok(());
        };
        for entry in entries.flatten() {
            let path = entry.path();
            // A link could lead the copy to a file that is nobody's pack.
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && path.extension().is_some_and(|ext| ext == "pack") {
                self.pack(&path)?;
            }
        }
        Ok(())
    }

    fn pack(&self, path: &Path) -> Result<(), Error> {
        let mut file = match fs::File::open(path) {
            // Repacked meanwhile: what it held is found again, object by object.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(Error::io("read", path))?,
        };
        let mut writer = self.target.packwriter().map_err(failed(self.remote))?;
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
        Ok(())
    }

    /// Everything else the source has: loose objects, and those it borrows from elsewhere.
    fn all_missing(&self, pack: &mut PackBuilder<'_>) -> Result<(), Error> {
        self.target.refresh().map_err(failed(self.remote))?;
        let mut missing = Vec::new();
        self.source
            .foreach(|id| {
                let known = self.target.exists_ext(*id, OdbLookupFlags::NO_REFRESH);
                if !known {
                    missing.push(*id);
                }
                true
            })
            .map_err(failed(self.remote))?;
        for id in missing {
            self.insert(pack, id, None)?;
        }
        Ok(())
    }

    /// What `tip` reaches and the mirror lacks. A commit that is there has all it reaches there
    /// too, since each fetch writes one pack, whole.
    fn missing_from(&mut self, tip: git2::Oid, pack: &mut PackBuilder<'_>) -> Result<(), Error> {
        self.target.refresh().map_err(failed(self.remote))?;
        let tip = Oid::of(tip).into_iter();
        let mut commits: Vec<Oid> = tip.filter(|tip| !self.has(*tip)).collect();
        let mut seen: HashSet<Oid> = commits.iter().copied().collect();
        while let Some(id) = commits.pop() {
            let parsed = match objects::commit(&self.source, id) {
                Ok(object) => commit::parse(object.data()),
                Err(Error::Missing { .. }) => {
                    self.shallow = true;
                    continue;
                }
                Err(error) => return Err(error),
            };
            self.insert(pack, id.git(), None)?;
            if let Some(tree) = parsed.tree {
                self.tree(tree, pack, &mut seen)?;
            }
            for parent in parsed.parents {
                if !self.has(parent) && seen.insert(parent) {
                    commits.push(parent);
                }
            }
        }
        Ok(())
    }

    fn tree(
        &self,
        root: Oid,
        pack: &mut PackBuilder<'_>,
        seen: &mut HashSet<Oid>,
    ) -> Result<(), Error> {
        let mut trees = Vec::new();
        if !self.has(root) && seen.insert(root) {
            trees.push(root);
        }
        while let Some(id) = trees.pop() {
            self.insert(pack, id.git(), None)?;
            let object = objects::tree(&self.source, id)?;
            for entry in tree::entries(object.data()).filter_map(Result::ok) {
                if entry.kind == Kind::Submodule || self.has(entry.id) || !seen.insert(entry.id) {
                    continue;
                }
                if entry.kind == Kind::Folder {
                    trees.push(entry.id);
                } else {
                    let name = std::str::from_utf8(entry.name).ok();
                    let name = name.filter(|name| !name.contains('\0'));
                    self.insert(pack, entry.id.git(), name)?;
                }
            }
        }
        Ok(())
    }

    fn has(&self, id: Oid) -> bool {
        self.target.exists_ext(id.git(), OdbLookupFlags::NO_REFRESH)
    }

    fn insert(
        &self,
        pack: &mut PackBuilder<'_>,
        id: git2::Oid,
        name: Option<&str>,
    ) -> Result<(), Error> {
        if pack.object_count() >= MAX_PACK_OBJECTS {
            return Err(Error::TooManyObjects {
                remote: self.remote.clone(),
                limit: MAX_PACK_OBJECTS,
            });
        }
        if self.deadline.has_passed() {
            return Err(self.deadline.error(self.remote));
        }
        pack.insert_object(id, name).map_err(failed(self.remote))
    }

    fn write(&self, pack: &mut PackBuilder<'_>) -> Result<(), Error> {
        if pack.object_count() == 0 {
            return Ok(());
        }
        let mut writer = self.target.packwriter().map_err(failed(self.remote))?;
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
