//! A release being filled: what is at hand is taken, the rest made side by side.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::last::{Delta, Last};
use super::manifest::{Entry, Forms};
use super::segment::Segment;
use super::{BATCH, Count, Error, Read, encode, loaded, seconds};
use crate::output::{Content, Rendition};
use crate::tally::{Stage, Tally};

pub(super) struct Writing<'a> {
    pub(super) last: Option<&'a Last>,
    pub(super) segment: Segment,
    pub(super) delta: Delta,
    pub(super) count: Count,
}

impl Writing<'_> {
    /// Takes what is at hand of what may have changed, and makes the rest, some at a time.
    pub(super) fn all<'r, 'a: 'r>(
        &mut self,
        changed: impl Iterator<Item = &'r Rendition<'a>>,
        read: Read<'_>,
        tally: &Tally,
    ) -> Result<(), Error> {
        let (mut fresh, mut copies) = (Vec::new(), Vec::new());
        for rendition in changed {
            match self.known(rendition) {
                Some((path, known, entry)) => {
                    if *known != entry {
                        self.delta.set.push((path, Arc::new(entry)));
                    }
                }
                None if matches!(rendition.content, Content::Smaller { .. }) => {
                    copies.push(rendition);
                }
                None => fresh.push(rendition),
            }
        }
        self.count.made = fresh.len() + copies.len();
        tally.begin(Stage::Pages, self.count.made);
        self.make(&fresh, read, tally)?;
        let made = self.delta.set.iter();
        let made: HashMap<&str, &Arc<Entry>> = if copies.is_empty() {
            HashMap::new()
        } else {
            made.map(|(path, entry)| (&**path, entry)).collect()
        };
        let found = copies.iter().map(|copy| self.stand_in(copy, &made));
        let found: Vec<Option<Entry>> = found.collect();
        drop(made);
        let mut alone = Vec::new();
        for (copy, entry) in copies.into_iter().zip(found) {
            match entry {
                Some(entry) => {
                    let path = (&*copy.path).into();
                    self.delta.set.push((path, Arc::new(entry)));
                    tally.add(1);
                }
                None => alone.push(copy),
            }
        }
        self.make(&alone, read, tally)
    }

    fn make(
        &mut self,
        fresh: &[&Rendition<'_>],
        read: Read<'_>,
        tally: &Tally,
    ) -> Result<(), Error> {
        for batch in fresh.chunks(BATCH) {
            let bodies: Vec<Result<(Vec<u8>, String), Error>> = batch
                .par_iter()
                .map(|rendition| {
                    let bytes = loaded(rendition, read)?;
                    let etag = etag(rendition, &bytes);
                    tally.add(1);
                    Ok((bytes, etag))
                })
                .collect();
            for (rendition, body) in batch.iter().zip(bodies) {
                let (bytes, etag) = body?;
                self.add(rendition, &bytes, etag)?;
            }
        }
        Ok(())
    }

    /// What stands for a smaller copy of a picture until that is made: the picture.
    fn stand_in(&self, copy: &Rendition<'_>, made: &HashMap<&str, &Arc<Entry>>) -> Option<Entry> {
        let Content::Smaller {
            width, of, plain, ..
        } = copy.content
        else {
            return None;
        };
        let before = || self.last?.manifest.resources.get(of);
        let picture = made.get(of).copied().or_else(before)?;
        (picture.key == plain).then(|| Entry {
            key: copy.key,
            last_modified: None,
            noindex: copy.noindex,
            immutable: copy.immutable,
            unscaled: Some(width),
            ..Entry::clone(picture)
        })
    }

    /// The entry of the last release, if what stands there is what would be made, and as it is to
    /// be described now.
    fn known(&self, rendition: &Rendition<'_>) -> Option<(Arc<str>, &Entry, Entry)> {
        let resources = &self.last?.manifest.resources;
        let (path, entry) = resources.get_key_value(&*rendition.path)?;
        if entry.key != rendition.key || entry.content_type != rendition.content_type {
            return None;
        }
        let described = Entry {
            last_modified: rendition.last_modified.map(seconds),
            noindex: rendition.noindex,
            frames: rendition.frames,
            immutable: rendition.immutable,
            ..Entry::clone(entry)
        };
        Some((Arc::clone(path), entry, described))
    }

    fn add(&mut self, rendition: &Rendition<'_>, bytes: &[u8], etag: String) -> Result<(), Error> {
        let same = |entry: &&Arc<Entry>| {
            entry.etag == etag && entry.content_type == rendition.content_type
        };
        let resources = self.last.map(|last| &last.manifest.resources);
        let before = resources.and_then(|known| known.get(&*rendition.path));
        let (forms, encoded) = match before.filter(same) {
            Some(entry) => (entry.forms, entry.encoded),
            None => {
                let forms = Forms {
                    identity: self.segment.write(bytes)?,
                    brotli: None,
                    gzip: None,
                };
                (forms, !encode::gains(rendition.content_type, bytes.len()))
            }
        };
        let entry = Entry {
            key: rendition.key,
            content_type: rendition.content_type.to_owned(),
            etag,
            last_modified: rendition.last_modified.map(seconds),
            noindex: rendition.noindex,
            frames: rendition.frames,
            immutable: rendition.immutable,
            forms,
            encoded,
            unscaled: None,
        };
        let path = (&*rendition.path).into();
        self.delta.set.push((path, Arc::new(entry)));
        Ok(())
    }
}

/// The strong validator of a rendition: a hash of its bytes, or the blob's id.
fn etag(rendition: &Rendition<'_>, bytes: &[u8]) -> String {
    match &rendition.content {
        Content::File(file) => file.oid.to_string(),
        Content::Made(_) | Content::Plain(_) | Content::Smaller { .. } => hash(bytes),
    }
}

pub(super) fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let half = digest.iter().take(16);
    half.map(|byte| format!("{byte:02x}")).collect()
}
