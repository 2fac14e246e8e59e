//! The blog as the last build arranged it. Where documents changed in nothing that others depend on,
//! they are put in their places in it, and the rest stays as it is.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Input;
use super::readings::Reading;
use crate::content::{DateFrom, Findings, Library, Post};
use crate::moment::Moment;
use crate::repository::SourceFile;

/// A library and all that it was arranged from, but for what single documents say.
#[derive(Debug)]
pub(super) struct Arranged {
    pub(super) library: Arc<Library>,
    /// What is wrong with it as a whole.
    pub(super) findings: Findings,
    /// What is wrong with single documents, by path.
    pub(super) told: BTreeMap<String, Findings>,
    pub(super) given: Given,
    /// The documents in the order of the files, and where each stands.
    pub(super) documents: Vec<(usize, Slot)>,
    /// The next moment at which something that waits is due.
    pub(super) due: Option<Moment>,
}

/// What all documents were read with.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) files: Arc<Vec<SourceFile>>,
    pub(super) step: u64,
    pub(super) keys: u64,
    pub(super) uncommitted: HashSet<String>,
    pub(super) user_name: Option<String>,
    pub(super) now: Moment,
}

/// Where a document stands in a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Post(usize),
    Page(usize),
    Unpublished(usize),
    /// Another has its address.
    Nowhere,
}

impl Arranged {
    /// Where documents may differ, as places among `documents`, if nothing else does.
    pub(super) fn edited(&self, now: &Input<'_>) -> Option<Vec<usize>> {
        let before = &self.given;
        let same = before.keys == now.keys
            && before.uncommitted == *now.uncommitted
            && before.user_name.as_deref() == now.user_name
            && before.now <= now.now
            && self.due.is_none_or(|due| due > now.now)
            && before.files.len() == now.files.len();
        let step = &now.history.step;
        let changed = step.changed_since(before.step).filter(|_| same)?;
        let mut edited = Vec::new();
        let mut documents = self.documents.iter().map(|(file, _)| *file).enumerate();
        let mut next = documents.next();
        for (index, (then, file)) in before.files.iter().zip(now.files.iter()).enumerate() {
            let document = next.filter(|(_, file)| *file == index);
            if document.is_some() {
                next = documents.next();
            }
            if then.path != file.path {
                return None;
            }
            if then.oid != file.oid {
                edited.push(document?.0);
            }
        }
        for path in changed {
            let files = now.files;
            let file = files.binary_search_by(|file| (*file.path).cmp(path));
            let (file, documents) = (file.ok()?, &self.documents);
            let document = documents.binary_search_by_key(&file, |(file, _)| *file);
            edited.push(document.ok()?);
        }
        edited.sort_unstable();
        edited.dedup();
        Some(edited)
    }

    /// Puts a document that was read anew in the place of what it was.
    pub(super) fn replace(&mut self, document: usize, mut post: Arc<Post>) {
        let (_, slot) = self.documents[document];
        let library = Arc::make_mut(&mut self.library);
        let place = match slot {
            Slot::Post(at) => &mut library.posts[at],
            Slot::Page(at) => &mut library.pages[at],
            Slot::Unpublished(at) => &mut library.unpublished[at],
            Slot::Nowhere => return,
        };
        // They stand where they stood, and so does it.
        if !place.versions.is_empty() {
            Arc::make_mut(&mut post)
                .versions
                .clone_from(&place.versions);
        }
        *place = post;
    }

    /// What a document has to say of itself.
    pub(super) fn tell(&mut self, path: &str, findings: Findings) {
        if findings.is_empty() {
            self.told.remove(path);
        } else {
            self.told.insert(path.to_owned(), findings);
        }
    }

    /// The same holds for a later build.
    pub(super) fn go_on(&mut self, input: &Input<'_>) {
        self.given.files = Arc::clone(input.files);
        self.given.step = input.history.step.number;
        self.given.now = input.now;
    }

    /// Everything that is wrong.
    pub(super) fn findings(&self) -> Findings {
        let told = self.told.values().flatten();
        told.chain(&self.findings).cloned().collect()
    }
}

/// Where each document of `posts` stands, in their order.
pub(super) fn slots(library: &Library, posts: &[Arc<Post>]) -> Vec<Slot> {
    let mut slots = HashMap::new();
    let mut here = |list: &'_ [Arc<Post>], slot: fn(usize) -> Slot| {
        for (at, post) in list.iter().enumerate() {
            slots.insert(Arc::as_ptr(post).addr(), slot(at));
        }
    };
    here(&library.posts, Slot::Post);
    here(&library.pages, Slot::Page);
    here(&library.unpublished, Slot::Unpublished);
    let slot = |post: &Arc<Post>| slots.get(&Arc::as_ptr(post).addr()).copied();
    posts
        .iter()
        .map(|post| slot(post).unwrap_or(Slot::Nowhere))
        .collect()
}

/// Whether nothing that others, or its place, depend on sets two readings of a document apart.
pub(super) fn stands_as(before: &Reading, now: &Reading) -> bool {
    let plain = |post: &Post| {
        let former = post.history.as_ref().map(|history| &history.former);
        post.aliases.is_empty()
            && !post.stated_address
            && post.public_history.is_none()
            && post.date_from != DateFrom::Uncommitted
            && former.is_none_or(Vec::is_empty)
    };
    let place = |post: &Post| (post.published, post.draft, post.scheduled);
    let (before, now) = (&*before.post, &*now.post);
    plain(before) && plain(now) && before.url == now.url && place(before) == place(now)
}

/// When a post that waits is due.
pub(super) fn due(posts: &[Arc<Post>]) -> Option<Moment> {
    let waiting = posts.iter().filter(|post| post.scheduled);
    waiting.map(|post| post.published).min()
}

impl Given {
    pub(super) fn of(input: &Input<'_>) -> Self {
        Self {
            files: Arc::clone(input.files),
            step: input.history.step.number,
            keys: input.keys,
            uncommitted: input.uncommitted.clone(),
            user_name: input.user_name.map(str::to_owned),
            now: input.now,
        }
    }
}
