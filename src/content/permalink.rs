//! The address of a post: from its own front matter, or from the site's pattern.

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

use super::slug::slugify;
use crate::config::{Pattern, Piece, Token};
use crate::moment::Moment;

/// Longest path in bytes.
const MAX_BYTES: usize = 1024;

/// What an address can be made of.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) slug: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) published: Moment,
    pub(super) folders: &'a [&'a str],
    pub(super) category: Option<&'a str>,
}

/// An address, and the path it had with an ending (`/a.html` for `/a/`) where one was stated.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: String,
    pub(super) with_ending: Option<String>,
}

impl Address {
    /// The same in a folder of the site.
    pub(super) fn below(self, folder: &str) -> Self {
        let below = |path: String| format!("/{folder}{path}");
        Self {
            url: below(self.url),
            with_ending: self.with_ending.map(below),
        }
    }
}

/// The address by a pattern; it begins and ends with `/` and holds no empty part.
pub(super) fn expand(pattern: &Pattern, facts: &Facts<'_>) -> String {
    let civil = facts.published.civil();
    let mut path = String::new();
    for piece in &pattern.pieces {
        match piece {
            Piece::Text(text) => path.push_str(text),
            Piece::Token(Token::Slug) => path.push_str(facts.slug),
            Piece::Token(Token::Title) => {
                let title = facts.title.map(slugify).filter(|title| !title.is_empty());
                path.push_str(title.as_deref().unwrap_or(facts.slug));
            }
            Piece::Token(Token::Year) => path.push_str(&format!("{:04}", civil.year())),
            Piece::Token(Token::Month) => path.push_str(&format!("{:02}", civil.month())),
            Piece::Token(Token::Day) => path.push_str(&format!("{:02}", civil.day())),
            Piece::Token(Token::Path) => {
                for folder in facts.folders {
                    path.push_str(&slugify(folder));
                    path.push('/');
                }
                path.push_str(facts.slug);
            }
            Piece::Token(Token::Category) => {
                path.push_str(&facts.category.map(slugify).unwrap_or_default());
            }
        }
    }
    path
}

/// A path as an address of a page: `a/b` and `/a/b/index.html` become `/a/b/` and so on.
/// `None` for what is no path of this site.
pub(super) fn address(path: &str) -> Option<Address> {
    let path = site_path(path)?;
    let bare = path.strip_suffix("/index.html").unwrap_or(&path);
    let (bare, with_ending) = match bare
        .strip_suffix(".html")
        .or_else(|| bare.strip_suffix(".htm"))
    {
        Some(stem) if !stem.ends_with('/') => (stem, Some(path.clone())),
        _ => (bare, None),
    };
    let mut url = bare.trim_end_matches('/').to_owned();
    url.push('/');
    Some(Address { url, with_ending })
}

/// A path of this site: decoded once, beginning with `/`, without empty parts. `None` for what
/// leaves the site or hides something: `..`, `\`, a query, control characters.
pub(super) fn site_path(path: &str) -> Option<String> {
    let decoded = percent_decode_str(path.trim()).decode_utf8().ok()?;
    let normal: String = decoded.nfc().collect();
    let odd = |c: char| c.is_control() || matches!(c, '\\' | '?' | '#');
    if normal.len() > MAX_BYTES || normal.contains(odd) {
        return None;
    }
    let parts: Vec<&str> = normal.split('/').filter(|part| !part.is_empty()).collect();
    if parts
        .iter()
        .any(|part| *part == "." || *part == ".." || part.len() > 255)
    {
        return None;
    }
    let end = if normal.ends_with('/') && !parts.is_empty() {
        "/"
    } else {
        ""
    };
    Some(format!("/{}{end}", parts.join("/")))
}

/// What somebody who points at a page of this site means, as the page's address: a path with or
/// without its slashes, or a full URL, perhaps of a preview under another host. `None` for what is
/// no path.
pub(crate) fn pointed_at(text: &str, base_url: Option<&str>) -> Option<String> {
    let path = on_site(text, base_url).or_else(|| {
        let (_, rest) = text.split_once("//")?;
        Some(rest.find('/').map_or("", |slash| &rest[slash..]))
    })?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    address(path).map(|address| address.url)
}

/// The path of a full URL that lies on this site; other text as it is, `None` for other sites.
pub(super) fn on_site<'u>(url: &'u str, base_url: Option<&str>) -> Option<&'u str> {
    if url.starts_with("//") || !url.contains("://") {
        return (!url.starts_with("//")).then_some(url);
    }
    let path = url.strip_prefix(base_url?)?;
    (path.is_empty() || path.starts_with('/')).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(pattern: &str) -> String {
        let facts = Facts {
            slug: "a-slug",
            title: Some("The Title!"),
            published: Moment::from_git(1_714_553_280, 0).unwrap(),
            folders: &["Rust", "tips & tricks"],
            category: None,
        };
        address(&expand(&Pattern::parse(pattern).unwrap(), &facts))
            .unwrap()
            .url
    }

    #[test]
    fn a_pattern_names_facts() {
        for (pattern, url) in [
            ("/:slug/", "/a-slug/"),
            ("/:year/:month/:day/:title/", "/2024/05/01/the-title/"),
            ("/:path", "/rust/tips-tricks/a-slug/"),
            ("/:category/:slug.html", "/a-slug/"),
        ] {
            assert_eq!(expanded(pattern), url, "{pattern}");
        }
    }

    #[test]
    fn a_stated_path_keeps_its_letters() {
        let url = |path| address(path).map(|address| address.url);
        assert_eq!(
            url("2015/05/15/Rust-1.0").as_deref(),
            Some("/2015/05/15/Rust-1.0/")
        );
        assert_eq!(url("/caf%C3%A9/").as_deref(), Some("/café/"));
        assert_eq!(url("//a//b/index.html").as_deref(), Some("/a/b/"));
        assert_eq!(url("/").as_deref(), Some("/"));
        let old = address("/2014/foo.html").unwrap();
        assert_eq!(
            (old.url.as_str(), old.with_ending.as_deref()),
            ("/2014/foo/", Some("/2014/foo.html"))
        );
    }

    #[test]
    fn what_leaves_the_site_is_no_path() {
        for path in [
            "/../etc",
            "/%2e%2e/etc",
            "/a\\b",
            "/a?b",
            "/a#b",
            "/a\0b",
            "/%ff",
            "/a%0d%0ab",
        ] {
            assert_eq!(site_path(path), None, "{path}");
        }
        assert_eq!(site_path(&"a".repeat(256)), None);
        assert_eq!(site_path("%252e%252e").as_deref(), Some("/%2e%2e"));
    }

    #[test]
    fn a_page_is_pointed_at_in_many_ways() {
        let base = Some("https://a.org/blog");
        for text in [
            "/caf%C3%A9/",
            "café",
            "/café?x=1#y",
            "https://a.org/blog/café/",
            "http://127.0.0.1:8080/café",
            "/café/index.html",
        ] {
            assert_eq!(pointed_at(text, base).as_deref(), Some("/café/"), "{text}");
        }
        assert_eq!(pointed_at("https://b.org", base).as_deref(), Some("/"));
        assert_eq!(pointed_at("/../x", base), None);
    }

    #[test]
    fn only_addresses_of_this_site_are_its_own() {
        let base = Some("https://a.org/blog");
        assert_eq!(on_site("https://a.org/blog/x/", base), Some("/x/"));
        assert_eq!(on_site("/x/", base), Some("/x/"));
        for other in ["https://b.org/x/", "https://a.org/blogger/", "//b.org/x"] {
            assert_eq!(on_site(other, base), None, "{other}");
        }
    }
}
