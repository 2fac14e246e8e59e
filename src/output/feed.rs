//! What the three feed formats share: which posts, under which identity, with which addresses. A
//! feed for the whole blog, one for each tag and one for each author.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::contents::Content;
use super::digest::{self, Digest};
use super::enclosure::Enclosure;
use super::entry::Entry;
use super::shape::Group;
use super::{Edition, Output, Rendition, atom, author, json_feed, rss, tag};
use crate::address;
use crate::content::Post;
use crate::diagnostic::Diagnostic;
use crate::memo::KeyMaker;
use crate::moment::Moment;
use crate::render::Article;
use crate::repository::Oid;

pub(super) const OUTPUT: Output = Output {
    name: "feeds",
    list,
};

/// One feed, whatever its format.
pub(super) struct Feed<'a> {
    pub(super) edition: &'a Edition<'a>,
    pub(super) title: String,
    /// Folder of the site it belongs to: `/`, `/tags/cats/`.
    pub(super) folder: String,
    /// Whose posts it holds, if not all.
    group: Option<&'a Group>,
    /// Which archive it is (RFC 5005, section 4); `None` for what readers subscribe to.
    pub(super) archive: Option<usize>,
    /// The newest archive of what is older, counted from the oldest; 0 for none.
    older: usize,
    digest: Digest,
    /// Its items, from the first of its formats to the last, and how many of these are to come.
    shared: Mutex<(Option<Items<'a>>, usize)>,
}

type Items<'a> = Arc<[Item<'a>]>;

/// One format of feeds.
pub(super) struct Format {
    /// Name of the file.
    pub(super) name: &'static str,
    pub(super) content_type: &'static str,
    pub(super) write: fn(&Feed<'_>) -> Result<Vec<u8>, Diagnostic>,
    /// Whether it can say where older posts are, so that there are archives of it.
    pub(super) archived: bool,
}

static FORMATS: [Format; 3] = [atom::FORMAT, rss::FORMAT, json_feed::FORMAT];

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let title = &edition.config.site.title;
    let whole = Feed {
        edition,
        title: title.clone(),
        folder: "/".to_owned(),
        group: None,
        archive: None,
        older: edition.shape.archives.len(),
        digest: edition.shape.feed,
        shared: unshared(false),
    };
    let archives = edition.shape.archives.iter().enumerate();
    let archives = archives.map(|(older, digest)| Feed {
        edition,
        title: title.clone(),
        folder: "/".to_owned(),
        group: None,
        archive: Some(older + 1),
        older,
        digest: *digest,
        shared: unshared(true),
    });
    let tags = edition.tags.iter().map(|group| (group, tag::path(group)));
    let authors = edition.authors.iter();
    let authors = authors.map(|group| (group, author::path(group)));
    let parts = tags.chain(authors).map(|(group, folder)| Feed {
        edition,
        title: format!("{title}: {}", group.name),
        folder,
        group: Some(group),
        archive: None,
        older: 0,
        digest: group.feed,
        shared: unshared(false),
    });
    [whole]
        .into_iter()
        .chain(archives)
        .chain(parts)
        .flat_map(|feed| renditions(Arc::new(feed)))
        .collect()
}

fn renditions<'a>(feed: Arc<Feed<'a>>) -> impl Iterator<Item = Rendition<'a>> {
    let edition = feed.edition;
    let made = KeyMaker::new("feed")
        .key(edition.site_key)
        .text(&feed.title)
        .text(feed.hub().unwrap_or_default())
        .text(feed.style().unwrap_or_default())
        .number(feed.older as u64)
        .key(feed.digest.key);
    let recordings = !edition.marked().recordings.is_empty();
    let posts = if recordings { feed.posts() } else { Vec::new() };
    let enclosed = posts
        .into_iter()
        .filter_map(|place| Enclosure::of(edition, place));
    let key = enclosed
        .fold(made, |made, file| file.part_of(made))
        .finish();
    formats(feed.archive.is_some()).map(move |format| {
        let path = feed.path(format.name, feed.archive);
        let key = KeyMaker::new("feed").key(key).text(&path).finish();
        let (updated, feed) = (feed.updated(), Arc::clone(&feed));
        let make = move || (format.write)(&feed);
        Rendition::made(path, format.content_type, key, make).modified(updated)
    })
}

fn formats(archive: bool) -> impl Iterator<Item = &'static Format> {
    let formats = FORMATS.iter();
    formats.filter(move |format| format.archived || !archive)
}

fn unshared<'a>(archive: bool) -> Mutex<(Option<Items<'a>>, usize)> {
    Mutex::new((None, formats(archive).count()))
}

impl<'a> Feed<'a> {
    /// What a person reads who opens it, before the way to the page.
    pub(super) fn said(&self) -> String {
        self.edition.says("this-is-a-feed", &[]) + " "
    }

    /// The last change of what it holds.
    pub(super) fn updated(&self) -> Option<Moment> {
        self.digest.updated
    }

    /// Places of its posts, newest first.
    fn posts(&self) -> Vec<usize> {
        let items = self.edition.config.feed.items;
        let all = self.edition.posts.len();
        match (self.group, self.archive) {
            (Some(group), _) => group.posts.iter().copied().take(items).collect(),
            (None, Some(number)) => digest::run(all, items, number - 1).collect(),
            (None, None) => (0..all.min(items)).collect(),
        }
    }

    /// Its posts, each with its identity and its text with addresses that mean the same anywhere.
    /// Who asks while they are made for another format waits.
    pub(super) fn items(&self) -> Result<Items<'a>, Diagnostic> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, left) = &mut *shared;
        let items = match known.take() {
            Some(items) => items,
            None => self.make_items()?,
        };
        *left = left.saturating_sub(1);
        if *left > 0 {
            *known = Some(Arc::clone(&items));
        }
        Ok(items)
    }

    fn make_items(&self) -> Result<Items<'a>, Diagnostic> {
        let item = |index: usize| {
            let entry: &'a Entry = &self.edition.posts[index];
            let shared = self.edition.shape.ids.get(&index);
            Ok(Item {
                article: &entry.article,
                id: shared.unwrap_or(&entry.id),
                content: self.edition.contents.of(self.edition, entry)?,
                enclosure: Enclosure::of(self.edition, index),
            })
        };
        self.posts().into_iter().map(item).collect()
    }

    /// An address of this site in full, where the site knows its own.
    pub(super) fn absolute(&self, path: &str) -> String {
        address::absolute(self.edition.config.site.base_url.as_deref(), path)
    }

    /// The page the feed belongs to.
    pub(super) fn page_url(&self) -> String {
        self.absolute(&address::encoded(&self.folder))
    }

    /// The feed's own address.
    pub(super) fn own_url(&self, name: &str) -> String {
        self.url(name, self.archive)
    }

    /// The archive with the posts before its own.
    pub(super) fn older_url(&self, name: &str) -> Option<String> {
        (self.older > 0).then(|| self.url(name, Some(self.older)))
    }

    /// For an archive, what readers subscribe to.
    pub(super) fn current_url(&self, name: &str) -> Option<String> {
        self.archive.map(|_| self.url(name, None))
    }

    fn url(&self, name: &str, archive: Option<usize>) -> String {
        self.absolute(&address::encoded(&self.path(name, archive)))
    }

    /// `/atom.xml`, `/atom-3.xml`.
    fn path(&self, name: &str, archive: Option<usize>) -> String {
        let folder = &self.folder;
        match (archive, name.split_once('.')) {
            (Some(number), Some((stem, extension))) => {
                format!("{folder}{stem}-{number}.{extension}")
            }
            _ => format!("{folder}{name}"),
        }
    }

    /// What makes it a page where a browser shows it.
    pub(super) fn style(&self) -> Option<&str> {
        let asset = self.edition.theme.asset("feed.css");
        asset.map(|asset| asset.url.as_str())
    }

    /// Who tells subscribers of new posts.
    pub(super) fn hub(&self) -> Option<&str> {
        self.edition.config.feed.hub.as_deref()
    }

    /// An identity of the feed that does not hang on its address.
    pub(super) fn id(&self) -> String {
        urn(&["feed", &self.edition.config.site.title, &self.folder])
    }
}

/// Bytes that a document with these items has, about.
pub(super) fn size(items: &[Item<'_>]) -> usize {
    let items = items.iter().map(|item| item.content.xml.len() + 1024);
    4096 + items.sum::<usize>()
}

/// A post in a feed.
pub(super) struct Item<'a> {
    pub(super) article: &'a Article,
    pub(super) id: &'a str,
    pub(super) content: Arc<Content>,
    pub(super) enclosure: Option<Enclosure>,
}

/// A post's identity, which no edit, move, or change of title, host or scheme can alter: it comes
/// from the file's first name and its first content.
pub(super) fn id(post: &Post) -> String {
    match origin(post) {
        Some((path, blob, _)) => urn(&["post", path, &blob.to_string()]),
        None => urn(&["post", &post.path]),
    }
}

/// Where the first name and content of a post were those of an earlier one too, as when both began
/// as a copy of one template, the commit that added it tells them apart. The one published first
/// keeps what it would have alone.
pub(super) fn shared_ids(posts: &[Arc<Entry>]) -> HashMap<usize, String> {
    let mut seen = HashSet::new();
    let mut shared = HashMap::new();
    for (index, entry) in posts.iter().enumerate().rev() {
        let Some((path, blob, commit)) = origin(&entry.post) else {
            continue;
        };
        if !seen.insert((path, blob)) {
            let (blob, commit) = (blob.to_string(), commit.to_string());
            shared.insert(index, urn(&["post", path, &blob, &commit]));
        }
    }
    shared
}

/// The first version of a post; `None` for one that is not committed.
pub(super) fn origin(post: &Post) -> Option<(&str, Oid, Oid)> {
    let mut written = post.history.as_ref()?.revisions.iter().rev();
    written.find_map(|first| Some((&*first.path, first.blob?, first.commit)))
}

/// A UUID made from names (RFC 9562, version 8).
fn urn(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0"));
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
