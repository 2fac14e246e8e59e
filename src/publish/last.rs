//! The current release in memory. The next goes on from it by what differs, so that a push costs
//! what it changes and not what there is.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::extras::Memory;
use super::manifest::{Entry, Forms, Head, Manifest};
use super::order::Order;
use super::segment::{Place, Segments};
use crate::repository::Oid;
use crate::site::{Answer, Answers, Resource, Site};

/// An address with what stands there.
pub(super) type Named = (Arc<str>, Arc<Entry>);

/// What sets a release apart from the one before it.
#[derive(Debug, Default)]
pub(super) struct Delta {
    /// What stands at addresses from now on.
    pub(super) set: Vec<Named>,
    /// Addresses at which nothing stands any more.
    pub(super) gone: Vec<Arc<str>>,
}

/// The current release.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) manifest: Manifest,
    pub(super) segments: Segments,
    pub(super) site: Arc<Site>,
    /// What was planned, in its order.
    pub(super) order: Order,
    /// Bytes in use of each segment.
    pub(super) used: Used,
    pub(super) todo: Todo,
    /// Of bodies.
    pub(super) memory: Memory,
}

impl Last {
    pub(super) fn open(folder: &Path, manifest: Manifest) -> io::Result<Self> {
        let segments = Segments::open(folder, &manifest.head.segments)?;
        segments.check(manifest.places().collect())?;
        let set = manifest.resources.iter();
        let delta = Delta {
            set: set
                .map(|(path, entry)| (Arc::clone(path), Arc::clone(entry)))
                .collect(),
            gone: Vec::new(),
        };
        // Serving at once is worth more here than short bodies in memory.
        let (site, _) = site(None, &manifest.head, &delta, (&segments, Memory::none()))?;
        let mut todo = Todo::default();
        todo.note(&delta);
        Ok(Self {
            order: Order::unknown(manifest.resources.keys()),
            used: Used::after(None, &delta),
            todo,
            memory: Memory::default(),
            site: Arc::new(site),
            manifest,
            segments,
        })
    }
}

/// What is still to be made, by address.
#[derive(Clone, Debug, Default)]
pub(super) struct Todo {
    /// Encoded forms.
    pub(super) plain: BTreeSet<Arc<str>>,
    /// Smaller copies of pictures.
    pub(super) unscaled: BTreeSet<Arc<str>>,
}

impl Todo {
    /// Remembers what is to be done for what changed.
    pub(super) fn note(&mut self, delta: &Delta) {
        for path in &delta.gone {
            self.plain.remove(path);
            self.unscaled.remove(path);
        }
        for (path, entry) in &delta.set {
            let note = |set: &mut BTreeSet<Arc<str>>, todo: bool| {
                if todo {
                    set.insert(Arc::clone(path));
                } else {
                    set.remove(path);
                }
            };
            note(&mut self.plain, !entry.encoded);
            note(&mut self.unscaled, entry.unscaled.is_some());
        }
    }
}

/// Bytes in use of each segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Used(pub(super) BTreeMap<u32, u64>);

impl Used {
    pub(super) fn after(last: Option<&Last>, delta: &Delta) -> Self {
        let mut used = last.map(|last| last.used.clone()).unwrap_or_default();
        let set = delta.set.iter().map(|(path, _)| path);
        for path in delta.gone.iter().chain(set) {
            if let Some(entry) = last.and_then(|last| last.manifest.resources.get(path)) {
                entry.forms.places().for_each(|place| used.less(place));
            }
        }
        for (_, entry) in &delta.set {
            entry.forms.places().for_each(|place| used.more(place));
        }
        used
    }

    /// An empty body is in use too.
    fn more(&mut self, place: Place) {
        *self.0.entry(place.segment).or_default() += place.length.max(1);
    }

    fn less(&mut self, place: Place) {
        if let Some(bytes) = self.0.get_mut(&place.segment) {
            *bytes -= place.length.max(1);
            if *bytes == 0 {
                self.0.remove(&place.segment);
            }
        }
    }
}

/// Lays the answers of a release over its segments; what did not change is shared with the last.
/// Bodies come into memory as far as there is room.
pub(super) fn site(
    last: Option<&Last>,
    head: &Head,
    delta: &Delta,
    (segments, mut memory): (&Segments, Memory),
) -> io::Result<(Site, Memory)> {
    let mut answers = last
        .map(|last| last.site.answers.clone())
        .unwrap_or_default();
    let before = last.map(|last| &last.manifest.head);
    let old = before.filter(|old| old.redirects != head.redirects || old.gone != head.gone);
    for path in old
        .iter()
        .flat_map(|old| old.redirects.keys().chain(&old.gone))
    {
        answers.remove(path.as_str());
    }
    for path in &delta.gone {
        if let Some(answer) = answers.remove(path) {
            memory.forget(&answer);
        }
    }
    for (path, entry) in &delta.set {
        let known = last.and_then(|last| last.manifest.resources.get(path));
        let mut resource = entry.resource(&|place| segments.body(place))?;
        if let (Some(known), Some(answer)) = (known, answers.get(path)) {
            share(&mut resource, answer, (&known.forms, &entry.forms));
            memory.forget(answer);
        }
        memory.fill(&mut resource);
        let answer = Answer::Resource(Arc::new(resource));
        answers.insert(Arc::clone(path), answer);
    }
    if before.is_none() || old.is_some() {
        former(&mut answers, head);
    }
    let site = Site {
        commit: head.commit.as_deref().and_then(Oid::from_hex),
        posts: head.posts,
        answers,
    };
    Ok((site, memory))
}

/// A body that lies where it lay is not read again.
fn share(resource: &mut Resource, known: &Answer, (before, now): (&Forms, &Forms)) {
    if let Answer::Resource(known) = known
        && before.identity == now.identity
    {
        resource.identity = known.identity.clone();
    }
}

fn former(answers: &mut Answers, head: &Head) {
    for (from, to) in &head.redirects {
        answers.insert(from.as_str().into(), Answer::Redirect(to.clone()));
    }
    for path in &head.gone {
        answers.insert(path.as_str().into(), Answer::Gone);
    }
}
