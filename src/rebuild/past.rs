//! What old versions of a file meant, for the fold over history: blobs read once each, and only
//! those the fold asks for.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::content::{self, Layout, Place};
use crate::history::{Standing, Texts};
use crate::repository::{Oid, Repository};

/// Longer texts are never posts and are not compared.
pub(super) const LONGEST: u64 = 1024 * 1024;

/// Old versions in the object database.
pub(crate) struct Past<'a> {
    repository: &'a Repository,
    layout: &'a Layout,
    known: RefCell<HashMap<Oid, Option<Meaning>>>,
}

/// What the fold wants to know of one blob.
#[derive(Clone, Copy)]
struct Meaning {
    draft: bool,
    prose: u64,
}

impl<'a> Past<'a> {
    pub(crate) fn new(repository: &'a Repository, layout: &'a Layout) -> Self {
        Self {
            repository,
            layout,
            known: RefCell::default(),
        }
    }

    fn meaning(&self, oid: Oid) -> Option<Meaning> {
        if let Some(known) = self.known.borrow().get(&oid) {
            return *known;
        }
        let meaning = self.text(oid).map(|bytes| Meaning {
            draft: content::is_draft(&bytes),
            prose: content::prose(&bytes),
        });
        self.known.borrow_mut().insert(oid, meaning);
        meaning
    }
}

impl Texts for Past<'_> {
    fn standing(&self, path: &str, oid: Oid) -> Standing {
        // A path outside the content folder is no place of this blog.
        if path.starts_with('/') {
            return Standing::Elsewhere;
        }
        match self.layout.place(path) {
            Place::Draft => Standing::Draft,
            Place::Post | Place::Page if self.meaning(oid).is_some_and(|meaning| meaning.draft) => {
                Standing::Draft
            }
            Place::Post | Place::Page => Standing::Published,
            Place::File | Place::Hidden => Standing::Elsewhere,
        }
    }

    fn prose(&self, oid: Oid) -> Option<u64> {
        self.meaning(oid).map(|meaning| meaning.prose)
    }

    fn text(&self, oid: Oid) -> Option<Vec<u8>> {
        self.repository.blob(oid, LONGEST).ok()
    }
}
