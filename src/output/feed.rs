//! What the three feed formats share: which posts, under which identity, with which addresses. A
//! feed for the whole blog, one for each tag and one for each author.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{Edition, Output, Rendition, atom, author, json_feed, rss, tag};
use crate::address;
use crate::content::Post;
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::render::Article;
use crate::repository::Oid;

pub(super) const OUTPUT: Output = Output {
    name: "feeds",
    make,
};

/// One feed, whatever its format.
pub(super) struct Feed<'a> {
    pub(super) edition: &'a Edition<'a>,
    /// By path of the post.
    ids: &'a HashMap<String, String>,
    pub(super) title: String,
    /// Folder of the site it belongs to: `/`, `/tags/cats/`.
    pub(super) folder: String,
    pub(super) posts: Vec<&'a Article>,
    pub(super) updated: Option<Moment>,
}

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let ids = ids(edition);
    let title = &edition.config.site.title;
    let whole = Feed::new(
        (edition, &ids),
        title.clone(),
        "/".to_owned(),
        0..edition.posts.len(),
    );
    let tags = edition.tags.iter().map(|group| (group, tag::path(group)));
    let authors = edition
        .authors
        .iter()
        .map(|group| (group, author::path(group)));
    let mut feeds = vec![whole];
    feeds.extend(tags.chain(authors).map(|(group, folder)| {
        Feed::new(
            (edition, &ids),
            format!("{title}: {}", group.name),
            folder,
            group.posts.iter().copied(),
        )
    }));
    Ok(feeds
        .par_iter()
        .flat_map_iter(|feed| [atom::write(feed), rss::write(feed), json_feed::write(feed)])
        .collect())
}

impl<'a> Feed<'a> {
    fn new(
        (edition, ids): (&'a Edition<'a>, &'a HashMap<String, String>),
        title: String,
        folder: String,
        posts: impl IntoIterator<Item = usize>,
    ) -> Self {
        let posts: Vec<&Article> = posts
            .into_iter()
            .take(edition.config.feed.items)
            .map(|index| &edition.posts[index])
            .collect();
        let updated = posts.iter().map(|article| article.post.updated).max();
        Self {
            edition,
            ids,
            title,
            folder,
            posts,
            updated,
        }
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
        self.absolute(&address::encoded(&format!("{}{name}", self.folder)))
    }

    /// An identity of the feed that does not hang on its address.
    pub(super) fn id(&self) -> String {
        urn(&["feed", &self.edition.config.site.title, &self.folder])
    }

    /// The identity of one of its posts.
    pub(super) fn id_of(&self, article: &Article) -> &str {
        self.ids.get(&article.post.path).map_or("", String::as_str)
    }

    /// A post's text with addresses that mean the same anywhere.
    pub(super) fn content(&self, article: &Article) -> String {
        let Some(base_url) = &self.edition.config.site.base_url else {
            return article.body.html.clone();
        };
        let post_url = format!("{base_url}{}", article.url);
        // Quotes in text are escaped, so these stand only in tags.
        let mut html = article
            .body
            .html
            .replace(" href=\"#", &format!(" href=\"{post_url}#"));
        for attribute in ["href", "src", "poster"] {
            html = html.replace(
                &format!(" {attribute}=\"/"),
                &format!(" {attribute}=\"{base_url}/"),
            );
        }
        html.replace(&format!("=\"{base_url}//"), "=\"//")
    }

    pub(super) fn rendition(
        &self,
        name: &str,
        content_type: &'static str,
        text: String,
    ) -> Rendition {
        Rendition::text(
            &format!("{}{name}", self.folder),
            content_type,
            text,
            self.updated,
        )
    }
}

/// A post's identity, which no edit, move, or change of title, host or scheme can alter: it comes
/// from the file's first name and its first content. Where those were those of an earlier post too,
/// as when both began as a copy of one template, the commit that added it tells them apart.
fn id(post: &Post, seen: &mut HashSet<(Arc<str>, Oid)>) -> String {
    let Some((path, blob, commit)) = origin(post) else {
        return urn(&["post", &post.path]);
    };
    let mut parts = vec!["post".to_owned(), path.to_string(), blob.to_string()];
    if !seen.insert((path, blob)) {
        parts.push(commit.to_string());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    urn(&parts)
}

/// The first version of a post; `None` for one that is not committed.
fn origin(post: &Post) -> Option<(Arc<str>, Oid, Oid)> {
    let written = post.history.as_ref()?.revisions.iter().rev();
    let mut first =
        written.filter_map(|first| Some((Arc::clone(&first.path), first.blob?, first.commit)));
    first.next()
}

/// The identity of each post, by its path. Of posts that began alike the one published first keeps
/// what it would have alone.
fn ids(edition: &Edition<'_>) -> HashMap<String, String> {
    let mut seen = HashSet::new();
    let oldest_first = edition.posts.iter().rev();
    oldest_first
        .map(|article| (article.post.path.clone(), id(&article.post, &mut seen)))
        .collect()
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
