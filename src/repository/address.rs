//! Where a content repository is, as an operator types it, and the same without its secrets.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use super::Error;
use super::transport::Target;

/// A source, by the way it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A path on this machine.
    Path(PathBuf),
    /// A `file://` URL: a path that is always mirrored.
    FileUrl(PathBuf),
    /// Another machine's, or one that speaks as another machine would.
    Network(Target),
}

impl Address {
    /// Tells them apart. A path that exists is a path, whatever it looks like.
    pub(super) fn parse(typed: &str) -> Result<Self, Error> {
        let path = PathBuf::from(typed);
        if path.exists() {
            return Ok(Self::Path(path));
        }
        let Some((scheme, rest)) = typed.split_once("://") else {
            let target = Target::parse_short(typed)?;
            return Ok(target.map_or(Self::Path(path), Self::Network));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "file" => Ok(Self::FileUrl(file_path(rest))),
            scheme => Target::parse(typed, scheme).map(Self::Network),
        }
    }
}

fn file_path(rest: &str) -> PathBuf {
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    PathBuf::from(percent_decode_str(rest).decode_utf8_lossy().into_owned())
}

/// A URL which shows neither user, password nor query when it is printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Redacted(pub(super) String);

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = self.0.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = bare.split_once("://").map_or(("", bare), |(s, r)| (s, r));
        let (host, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let separator = if scheme.is_empty() { "" } else { "://" };
        write!(f, "{scheme}{separator}{host}{path}")
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_sources_apart() {
        assert_eq!(
            Address::parse("file:///srv/my%20blog.git").unwrap(),
            Address::FileUrl(PathBuf::from("/srv/my blog.git"))
        );
        for typed in ["HTTP://example.org/blog.git", "git@example.org:blog.git"] {
            let address = Address::parse(typed).unwrap();
            assert!(matches!(address, Address::Network(_)), "{typed}");
        }
        assert_eq!(
            Address::parse("no/such/folder").unwrap(),
            Address::Path(PathBuf::from("no/such/folder"))
        );
    }

    #[test]
    fn what_cannot_be_fetched_from_is_told_without_secrets() {
        for typed in [
            "ftp://ann:secret@example.org/blog.git?token=x",
            "https://ann:secret@",
            "ext::sh -c x",
        ] {
            let error = Address::parse(typed).unwrap_err().to_string();
            assert!(error.contains("fetch"), "{error}");
            assert!(!error.contains("secret") && !error.contains("token"));
        }
    }

    #[test]
    fn printing_a_url_shows_no_secret() {
        let url = Redacted("http://ann:p@ss@example.org:80/a@b.git?token=x".to_owned());
        assert_eq!(
            format!("{url} {url:?}"),
            "http://example.org:80/a@b.git http://example.org:80/a@b.git"
        );
    }
}
