//! One address, one thing. Of two documents at one address the one published earlier keeps it; a
//! document wins over a file, both over an alias, an alias over an address of old, and byline's own
//! pages over all.

use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::{Findings, Post, StaticFile};
use crate::diagnostic::Diagnostic;

/// Who holds which address.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// By the address as compared; with the address as written and the path of its holder.
    held: HashMap<String, Holder>,
}

#[derive(Debug)]
struct Holder {
    url: String,
    path: String,
    claim: Claim,
}

/// What something stands at an address as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Document,
    File,
    Alias,
    /// An address of old, of a post that moved or is no more.
    Former,
}

impl Claims {
    /// Gives out the addresses of documents; those that lose are left out. `true` marks pages.
    pub(super) fn documents(
        &mut self,
        mut documents: Vec<(bool, Arc<Post>)>,
        findings: &mut Findings,
    ) -> Vec<(bool, Arc<Post>)> {
        documents.sort_by(|(_, a), (_, b)| {
            a.published
                .cmp(&b.published)
                .then_with(|| a.path.cmp(&b.path))
        });
        documents
            .retain(|(_, post)| self.claim((&post.url, &post.path), Claim::Document, findings));
        documents
    }

    /// Gives out the addresses of files.
    pub(super) fn files(&mut self, files: &mut Vec<StaticFile>, findings: &mut Findings) {
        files.retain(|file| self.claim((&file.url, &file.source.path), Claim::File, findings));
    }

    /// Keeps the aliases that lead nowhere else.
    pub(super) fn aliases(&mut self, post: &mut Arc<Post>, findings: &mut Findings) {
        if post.aliases.is_empty() {
            return;
        }
        let (url, path) = (post.url.clone(), post.path.clone());
        let mut aliases = post.aliases.clone();
        aliases.retain(|alias| {
            let compared = key(alias);
            if compared == key(&url) {
                // `/A/` for `/a/` is a redirect worth having; the address itself is not.
                return alias.trim_end_matches('/') != url.trim_end_matches('/');
            }
            let holder = if is_own(alias) || is_feed(alias) {
                Some("byline itself")
            } else {
                self.held.get(&compared).map(|holder| holder.path.as_str())
            };
            match holder {
                None => {
                    self.hold(compared, alias, &path, Claim::Alias);
                    true
                }
                // Stated twice by one post.
                Some(holder) if holder == path => false,
                Some(holder) => {
                    let message = format!("alias `{alias}` is the address of `{holder}`");
                    findings.push(
                        Diagnostic::warning("collision", message)
                            .path(path.as_str())
                            .help("remove the alias"),
                    );
                    false
                }
            }
        });
        if aliases != post.aliases {
            Arc::make_mut(post).aliases = aliases;
        }
    }

    /// Gives out an address that the post now at `url` had. What stands there now stays, and if it
    /// is the author's, that is told: readers of the one are led to the other.
    pub(super) fn former(
        &mut self,
        old: &str,
        (url, path): (&str, &str),
        findings: &mut Findings,
    ) -> bool {
        let compared = key(old);
        if compared == key(url) {
            return old.trim_end_matches('/') != url.trim_end_matches('/');
        }
        if is_own(old) || is_feed(old) {
            return false;
        }
        let Some(holder) = self.held.get(&compared) else {
            self.hold(compared, old, path, Claim::Former);
            return true;
        };
        if holder.claim == Claim::Former && holder.path == path {
            return true;
        }
        if matches!(holder.claim, Claim::Document | Claim::File) {
            let found = reused(old, path, &holder.path);
            // A post may have had the address more than once.
            if !findings.contains(&found) {
                findings.push(found);
            }
        }
        false
    }

    /// Whether an address of a post that is no more is nobody's.
    pub(super) fn gone(&mut self, old: &str) -> bool {
        let compared = key(old);
        if is_own(old) || is_feed(old) || self.held.contains_key(&compared) {
            return false;
        }
        self.hold(compared, old, "", Claim::Former);
        true
    }

    fn claim(&mut self, (url, path): (&str, &str), claim: Claim, findings: &mut Findings) -> bool {
        let document = claim == Claim::Document;
        if is_own(url) && (document || url.starts_with("/-/")) {
            findings.push(
                Diagnostic::error(
                    "collision",
                    format!("`{url}` is an address of byline itself"),
                )
                .path(path)
                .help(move_away(document)),
            );
            return false;
        }
        let compared = key(url);
        if let Some(holder) = self.held.get(&compared) {
            // Files that differ in case only are the author's business.
            if !document && holder.claim == Claim::File && holder.url != url {
                return true;
            }
            findings.push(
                Diagnostic::error(
                    "collision",
                    format!(
                        "`{path}` and `{}` have the same address `{}`",
                        holder.path, holder.url
                    ),
                )
                .path(path)
                .help(move_away(document)),
            );
            return false;
        }
        self.hold(compared, url, path, claim);
        true
    }

    fn hold(&mut self, compared: String, url: &str, path: &str, claim: Claim) {
        let holder = Holder {
            url: url.to_owned(),
            path: path.to_owned(),
            claim,
        };
        self.held.insert(compared, holder);
    }
}

/// Addresses that differ by case, composition or a last slash are one to readers.
fn key(url: &str) -> String {
    let url = url.trim_end_matches('/');
    if url.is_ascii() {
        return url.to_ascii_lowercase();
    }
    url.nfc().flat_map(char::to_lowercase).collect()
}

/// Pages that byline makes itself.
fn is_own(url: &str) -> bool {
    let key = key(url);
    let mut parts = key.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (None | Some("-"), _, _) | (Some("archive" | "tags" | "authors"), None, _) => true,
        (Some("tags" | "authors"), Some(_), None) => true,
        (Some("page"), Some(number), None) => number.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

fn is_feed(url: &str) -> bool {
    [
        "/atom.xml",
        "/rss.xml",
        "/feed.json",
        "/sitemap.xml",
        "/robots.txt",
    ]
    .contains(&key(url).as_str())
}

fn reused(old: &str, was: &str, now: &str) -> Diagnostic {
    let message = format!("`{old}` was the address of `{was}`, and is that of `{now}` now");
    Diagnostic::warning("reused-address", message)
        .path(now)
        .help("whoever follows an old link to the first finds the second; give that another `slug` to lead them on")
}

fn move_away(document: bool) -> &'static str {
    if document {
        "give one of them another `slug` or `permalink`"
    } else {
        "rename the file"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_told_from_those_of_posts() {
        for url in [
            "/",
            "/-/hook/",
            "/-/",
            "/tags/",
            "/tags/rust/",
            "/Archive/",
            "/page/2/",
            "/authors/ann/",
        ] {
            assert!(is_own(url), "{url}");
        }
        for url in [
            "/a/",
            "/page/",
            "/page/two/",
            "/pages/",
            "/tags/rust/more/",
            "/archive/2024/",
            "/--/",
        ] {
            assert!(!is_own(url), "{url}");
        }
    }
}
