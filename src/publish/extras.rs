//! What a release can do without and is better with: encoded forms of its bodies, short bodies in
//! memory, few segments. Made after it is current, as further releases of the same content, and
//! left where it is when there is something new to build.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use rayon::prelude::*;

use super::encode::{Encoded, encode};
use super::last::{Delta, Named};
use super::manifest::{Entry, Forms};
use super::segment::Segment;
use super::{Error, Fresh, Publisher};
use crate::site::{Answer, Body, Resource, Site};
use crate::tally::Stage;

/// Bodies up to this length are answered from memory.
const IN_MEMORY: u64 = 256 * 1024;
/// Bytes of bodies held in memory at most; the rest is read from the release.
const MEMORY: u64 = 192 * 1024 * 1024;
/// Segments of one release before small ones are written together.
const SEGMENTS: usize = 16;
/// Segments left as they are then, the largest, if at least half of them is in use.
const LARGE: usize = 4;
/// Bodies encoded at a time, and how many of them and bytes make a release of their own: what is
/// wanted elsewhere meanwhile undoes so much at most.
const BATCH: usize = 32;
const RELEASE: usize = 1024;
const RELEASE_BYTES: u64 = 6 * 1024 * 1024;

impl Publisher {
    /// Does some of what is left to do, unless `wanted` elsewhere meanwhile; whether there is more.
    pub(crate) fn enrich(&mut self, wanted: &(dyn Fn() -> bool + Sync)) -> Result<bool, Error> {
        let site = self.enriched(wanted, true)?;
        if let Some(site) = &site {
            self.current.refine(Arc::clone(site));
        }
        Ok(site.is_some())
    }

    /// Makes all encoded forms, before readers see any of it.
    pub(super) fn encode_all(&mut self) -> Result<(), Error> {
        while self.enriched(&|| false, false)?.is_some() {}
        Ok(())
    }

    /// Does all that is left to do.
    pub(crate) fn enrich_all(&mut self) -> Result<(), Error> {
        let unscaled = |publisher: &Self| {
            let last = publisher.last.as_ref();
            last.map_or(0, |last| last.todo.unscaled.len())
        };
        self.encode_all()?;
        let all = unscaled(self);
        if all > 0 {
            self.tally.begin(Stage::Copies, all);
        }
        while self.enriched(&|| false, true)?.is_some() {
            self.tally.reach(all - unscaled(self));
        }
        self.tally.end();
        Ok(())
    }

    /// A site that is richer by something; `None` if there is nothing to do, or something else.
    fn enriched(
        &mut self,
        wanted: &(dyn Fn() -> bool + Sync),
        with_pictures: bool,
    ) -> Result<Option<Arc<Site>>, Error> {
        let Some(last) = &self.last else {
            return Ok(None);
        };
        let plain = last.plain();
        let merged = last.scattered();
        let scale = with_pictures && plain.is_empty();
        let unscaled = if scale { last.unscaled() } else { Vec::new() };
        if plain.is_empty() && merged.is_empty() && unscaled.is_empty() {
            return Ok(None);
        }
        let draft = self.releases.draft()?;
        let mut segments = last.segments.clone();
        let mut segment = draft.segment(segments.next())?;
        let mut delta = Delta::default();
        for batch in plain.chunks(BATCH) {
            if !last.encode(batch, wanted, (&mut segment, &mut delta))? {
                return Ok(None);
            }
        }
        last.scale(&unscaled, wanted, (&mut segment, &mut delta))?;
        if delta.set.is_empty() && merged.is_empty() {
            return Ok(None);
        }
        last.merge(&merged, &mut segment, &mut delta)?;
        let mut head = last.manifest.head.clone();
        let (number, length) = segment.finish(&mut segments)?;
        head.segments.insert(number, length);
        let fresh = Fresh {
            head,
            delta,
            segments,
            soon: false,
        };
        self.release(draft, fresh).map(Some)
    }
}

impl super::Last {
    /// Bodies to encode that make a release.
    fn plain(&self) -> Vec<Named> {
        let all = self.todo.plain.iter().filter_map(|path| {
            let entry = self.manifest.resources.get(path)?;
            Some((Arc::clone(path), Arc::clone(entry)))
        });
        let mut bytes = 0;
        let fits = |(_, entry): &Named| {
            let before = bytes;
            bytes += entry.forms.identity.length;
            before < RELEASE_BYTES
        };
        all.take(RELEASE).take_while(fits).collect()
    }

    /// Adds the encoded forms of some bodies; false if something else is `wanted` first.
    fn encode(
        &self,
        batch: &[Named],
        wanted: &(dyn Fn() -> bool + Sync),
        (segment, delta): (&mut Segment, &mut Delta),
    ) -> Result<bool, Error> {
        let encoded: Option<Vec<Option<Encoded>>> = batch
            .par_iter()
            .map(|(_, entry)| {
                if wanted() {
                    return None;
                }
                let bytes = self.segments.bytes(entry.forms.identity).ok();
                Some(bytes.map(|bytes| encode(&entry.content_type, &bytes)))
            })
            .collect();
        let Some(encoded) = encoded else {
            return Ok(false);
        };
        for ((path, entry), encoded) in batch.iter().zip(encoded) {
            let Encoded { brotli, gzip } = encoded.unwrap_or_default();
            let mut write = |form: Vec<u8>| segment.write(&form);
            let forms = Forms {
                brotli: brotli.map(&mut write).transpose()?,
                gzip: gzip.map(&mut write).transpose()?,
                ..entry.forms
            };
            let entry = Entry {
                forms,
                encoded: true,
                ..Entry::clone(entry)
            };
            delta.set.push((Arc::clone(path), Arc::new(entry)));
        }
        Ok(true)
    }

    /// The segments that are better written together, where there are many.
    fn scattered(&self) -> BTreeSet<u32> {
        let lengths = &self.manifest.head.segments;
        if lengths.len() < SEGMENTS {
            return BTreeSet::new();
        }
        let used = &self.used.0;
        let dense = |number: &u32, length: &u64| used.get(number).copied() >= Some(length / 2);
        let mut large: Vec<(u64, u32)> = lengths
            .iter()
            .filter(|(number, length)| dense(number, length))
            .map(|(number, length)| (*length, *number))
            .collect();
        large.sort_unstable();
        let large: BTreeSet<u32> = large.iter().rev().take(LARGE).map(|(_, n)| *n).collect();
        let all = lengths.keys().copied();
        all.filter(|number| !large.contains(number)).collect()
    }

    /// Copies what is in use of some segments.
    fn merge(
        &self,
        merged: &BTreeSet<u32>,
        segment: &mut Segment,
        delta: &mut Delta,
    ) -> Result<(), Error> {
        if merged.is_empty() {
            return Ok(());
        }
        let mut now: BTreeMap<Arc<str>, Arc<Entry>> = delta.set.drain(..).collect();
        for (path, entry) in &self.manifest.resources {
            let entry = now.get(path).unwrap_or(entry);
            let scattered = |forms: &Forms| {
                let mut places = forms.places();
                places.any(|place| merged.contains(&place.segment))
            };
            if !scattered(&entry.forms) {
                continue;
            }
            let forms = entry.forms.moved(|place| {
                if !merged.contains(&place.segment) {
                    return Ok(place);
                }
                let bytes = self.segments.bytes(place).map_err(|source| {
                    let name = super::segment::name(place.segment);
                    Error::io("copy", std::path::Path::new(&name), source)
                })?;
                segment.write(&bytes)
            })?;
            let entry = Entry {
                forms,
                ..Entry::clone(entry)
            };
            now.insert(Arc::clone(path), Arc::new(entry));
        }
        delta.set = now.into_iter().collect();
        Ok(())
    }
}

/// The bytes of a body; `None` where they cannot be read.
pub(super) fn bytes(body: &Body) -> Option<Bytes> {
    match body {
        Body::Memory(bytes) => Some(bytes.clone()),
        Body::File {
            file,
            offset,
            length,
        } => {
            let mut bytes = vec![0; usize::try_from(*length).ok()?];
            file.read_exact_at(&mut bytes, *offset).ok()?;
            Some(Bytes::from(bytes))
        }
    }
}

/// Room for short bodies in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    left: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self { left: MEMORY }
    }
}

impl Memory {
    pub(super) fn none() -> Self {
        Self { left: 0 }
    }

    /// Brings short bodies of a new answer into memory as long as there is room.
    pub(super) fn fill(&mut self, resource: &mut Resource) {
        for form in forms(resource) {
            let length = form.length();
            if length > IN_MEMORY || length > self.left {
                continue;
            }
            // A body that cannot be read now is tried again when it is asked for.
            if let Some(bytes) = bytes(form) {
                *form = Body::Memory(bytes);
                self.left -= length;
            }
        }
    }

    /// An answer goes.
    pub(super) fn forget(&mut self, answer: &Answer) {
        if let Answer::Resource(resource) = answer {
            self.left += held(resource);
        }
    }
}

fn forms(resource: &mut Resource) -> impl Iterator<Item = &mut Body> {
    let identity = std::iter::once(&mut resource.identity);
    identity
        .chain(resource.brotli.as_mut())
        .chain(resource.gzip.as_mut())
}

/// Bytes of an answer that are in memory.
fn held(resource: &Resource) -> u64 {
    let forms = [&resource.brotli, &resource.gzip];
    let forms = forms.into_iter().flatten().chain([&resource.identity]);
    let in_memory = forms.filter(|form| matches!(form, Body::Memory(_)));
    in_memory.map(Body::length).sum()
}
