//! The addresses of a repository over HTTP, and which others its answers may lead to.

use ureq::Body;
use ureq::http::Response;
use url::Url;

use super::Fault;
use crate::repository::address::Redacted;

const SERVICE: &str = "service=git-upload-pack";

/// Where a response leads, if it does and may.
pub(super) fn redirect(response: &Response<Body>, from: &Url) -> Result<Option<Url>, Fault> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get("location");
    let location = location.and_then(|location| location.to_str().ok());
    let Some(mut to) = location.and_then(|location| from.join(location).ok()) else {
        return Err(Fault::Status {
            status: response.status().as_u16(),
        });
    };
    to.set_username("").ok();
    to.set_password(None).ok();
    match may_follow(from, &to) {
        true => Ok(Some(to)),
        false => Err(Fault::Redirect { to: shown(&to) }),
    }
}

/// To the same host only, in the same way or over TLS from then on.
fn may_follow(from: &Url, to: &Url) -> bool {
    let same =
        to.scheme() == from.scheme() && to.port_or_known_default() == from.port_or_known_default();
    let safer = from.scheme() == "http" && to.scheme() == "https";
    to.host() == from.host() && (same || safer)
}

pub(super) fn shown(url: &Url) -> Redacted {
    Redacted(url.as_str().to_owned())
}

/// An address below the repository's.
pub(super) fn below(base: &Url, name: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{name}", base.path().trim_end_matches('/')));
    url
}

pub(super) fn with_service(base: &Url) -> Url {
    let mut url = below(base, "info/refs");
    let query = match base.query() {
        Some(query) if !query.is_empty() => format!("{query}&{SERVICE}"),
        _ => SERVICE.to_owned(),
    };
    url.set_query(Some(&query));
    url
}

/// The repository's address, from that of its list of branches.
pub(super) fn without_service(url: &Url) -> Option<Url> {
    let mut base = url.clone();
    base.set_path(url.path().strip_suffix("/info/refs")?);
    let query = url.query().unwrap_or_default().strip_suffix(SERVICE)?;
    let query = query.trim_end_matches('&');
    base.set_query((!query.is_empty()).then_some(query));
    Some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_list_of_branches_is_below_the_repository_and_back() {
        for (base, list) in [
            (
                "https://example.org/ann/blog.git",
                "https://example.org/ann/blog.git/info/refs?service=git-upload-pack",
            ),
            (
                "https://example.org/blog?key=1",
                "https://example.org/blog/info/refs?key=1&service=git-upload-pack",
            ),
        ] {
            assert_eq!(with_service(&url(base)).as_str(), list);
            assert_eq!(without_service(&url(list)), Some(url(base)));
        }
        assert_eq!(without_service(&url("https://example.org/login")), None);
        let slash = with_service(&url("https://example.org/blog/"));
        assert_eq!(slash.path(), "/blog/info/refs");
    }

    #[test]
    fn only_the_same_host_may_be_led_to_and_never_out_of_tls() {
        let follows = |from: &str, to: &str| may_follow(&url(from), &url(to));
        assert!(follows("https://example.org/a", "https://example.org/b"));
        assert!(follows("http://example.org/a", "https://example.org/a"));
        assert!(follows(
            "https://example.org/a",
            "https://example.org:443/a"
        ));
        assert!(!follows("https://example.org/a", "http://example.org/a"));
        assert!(!follows(
            "https://example.org/a",
            "https://example.org:8443/a"
        ));
        assert!(!follows(
            "https://example.org/a",
            "https://example.org.evil.example/a"
        ));
        assert!(!follows("http://127.0.0.1/a", "https://localhost/a"));
        assert!(!follows("https://example.org/a", "file:///etc/passwd"));
    }
}
