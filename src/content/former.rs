//! Old addresses, from history alone: where published posts stood before, which leads to where they
//! stand now, and where posts stood that are no more.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::collision::Claims;
use super::layout::Place;
use super::old_versions::{Stood, Versions};
use super::post::Reader;
use super::{Findings, Post};
use crate::history::{FileHistory, Former};
use crate::moment::Moment;
use crate::repository::{Oid, SourceFile};

/// Versions of one file that are read, the newest first.
const MAX_VERSIONS: usize = 20;

/// What became of addresses that readers may still follow.
#[derive(Debug, Default)]
pub(super) struct OldAddresses {
    /// Old address to the present one of the same post.
    pub(super) moved: BTreeMap<String, String>,
    /// Where a published post stood that is no more.
    pub(super) gone: BTreeSet<String>,
}

/// An address that a file had.
struct Had {
    url: String,
    until: Option<Moment>,
}

/// Asks what history holds.
struct Search<'a, 'v> {
    reader: &'a Reader<'a>,
    versions: &'a mut Versions<'v>,
    /// What each path holds now.
    present: HashMap<&'a str, Oid>,
}

/// Finds the old addresses that nothing stands at. `public` are the documents that keep theirs.
pub(super) fn find(
    versions: &mut Versions<'_>,
    public: &[(bool, Arc<Post>)],
    files: &[SourceFile],
    (claims, findings): (&mut Claims, &mut Findings),
) -> OldAddresses {
    let present = files.iter().map(|file| (&*file.path, file.oid));
    let mut search = Search {
        reader: versions.reader,
        versions,
        present: present.collect(),
    };
    let mut old = OldAddresses::default();
    for (had, post) in search.moved(public) {
        if claims.former(&had.url, (&post.url, &post.path), findings) {
            old.moved.insert(had.url, post.url.clone());
        }
    }
    for url in search.gone() {
        if claims.gone(&url) {
            old.gone.insert(url);
        }
    }
    old
}

impl Search<'_, '_> {
    /// Each old address with the post that had it. Of two posts that had one, the last to have it
    /// comes first.
    fn moved<'p>(&mut self, public: &'p [(bool, Arc<Post>)]) -> Vec<(Had, &'p Post)> {
        let mut posts: Vec<&Post> = public.iter().map(|(_, post)| &**post).collect();
        posts.sort_by(|a, b| (Reverse(a.published), &a.path).cmp(&(Reverse(b.published), &b.path)));
        let mut found = Vec::new();
        for post in posts {
            let Some(history) = &post.history else {
                continue;
            };
            let stood = self.addresses(history, post.stated_address);
            let elsewhere = stood.into_iter().filter(|had| had.url != post.url);
            found.extend(elsewhere.map(|had| (had, post)));
        }
        // A version that was not replaced by any commit is the newest of all.
        found.sort_by_key(|(had, _)| (had.until.is_some(), Reverse(had.until)));
        found
    }

    /// The addresses of documents that were published and are no document now, with the aliases
    /// they had last.
    fn gone(&mut self) -> Vec<String> {
        let history = self.reader.history;
        let no_more_posts = history.files.iter().filter(|(path, file)| {
            !file.former.is_empty() && self.reader.layout.place(path) == Place::File
        });
        let mut files: Vec<_> = history.gone.iter().chain(no_more_posts).collect();
        files.sort_by_key(|(path, _)| *path);
        let mut urls = Vec::new();
        for (_, file) in files {
            let last = file.former.first();
            let last = last.and_then(|last| self.versions.seen(last, file));
            urls.extend(last.iter().flat_map(|last| last.aliases.iter().cloned()));
            urls.extend(self.addresses(file, false).into_iter().map(|had| had.url));
        }
        urls
    }

    /// The addresses a file had, its present one possibly among them. Old versions of a path are
    /// read only where front matter has a part in the address: else they all had the same.
    fn addresses(&mut self, history: &Arc<FileHistory>, mut stated: bool) -> Vec<Had> {
        let mut found = Vec::new();
        for version in history.former.iter().take(MAX_VERSIONS) {
            if let Some(stood) = self.versions.seen(version, history) {
                stated |= stood.stated_address;
                found.extend(had(&stood, version));
            }
        }
        let versions = if stated { &history.versions[..] } else { &[] };
        for version in versions.iter().take(MAX_VERSIONS) {
            if self.present.get(&*version.path) == Some(&version.blob) {
                continue;
            }
            if let Some(stood) = self.versions.seen(version, history) {
                found.extend(had(&stood, version));
            }
        }
        found
    }
}

fn had(stood: &Stood, version: &Former) -> impl Iterator<Item = Had> {
    let until = version.until;
    let urls = stood.urls.iter().cloned();
    urls.map(move |url| Had { url, until })
}
