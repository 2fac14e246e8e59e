//! What readers get at which address that they did not get before, as far as bytes tell: for whoever
//! has to be told of a publication.

use std::sync::Arc;

use super::last::{Delta, Last};

/// What sets two releases apart. Everything is new in a first one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Nothing, or only a redirect, was there.
    pub(crate) added: Vec<Arc<str>>,
    /// Something else was there.
    pub(crate) changed: Vec<Arc<str>>,
    /// Nothing is there any more, or only a redirect.
    pub(crate) removed: Vec<Arc<str>>,
}

impl Difference {
    pub(super) fn of(last: Option<&Last>, delta: &Delta) -> Self {
        let mut difference = Self {
            removed: delta.gone.clone(),
            ..Self::default()
        };
        for (path, entry) in &delta.set {
            let known = last.and_then(|last| last.manifest.resources.get(path));
            match known {
                None => difference.added.push(Arc::clone(path)),
                // A smaller copy of a picture that is still to be made is none that readers tell apart.
                Some(known) if known.etag != entry.etag => {
                    difference.changed.push(Arc::clone(path));
                }
                Some(_) => {}
            }
        }
        difference.added.sort_unstable();
        difference.changed.sort_unstable();
        difference.removed.sort_unstable();
        difference
    }
}
