//! Addresses as they are written into pages: paths of the site are kept as readers type them and
//! percent-encoded at the last moment, here.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The page to search from; with a query, what was found.
pub(crate) const SEARCH: &str = "/-/search/";

/// What a path may not hold as it is (RFC 3986, section 3.3), and quotes, so that an address can
/// stand in an attribute.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A path of the site as it stands in a URL.
pub(crate) fn encoded(path: &str) -> String {
    utf8_percent_encode(path, RESERVED).to_string()
}

/// A path of the site below its base URL; as it is where the site does not know its own address.
pub(crate) fn absolute(base_url: Option<&str>, path: &str) -> String {
    if path.starts_with('/') && !path.starts_with("//") {
        format!("{}{path}", base_url.unwrap_or_default())
    } else {
        path.to_owned()
    }
}

/// Whether an address leads off the site, or to something that is no page (`mailto:`).
pub(crate) fn is_external(address: &str) -> bool {
    let scheme = address
        .split([':', '/', '?', '#'])
        .next()
        .unwrap_or_default();
    address.starts_with("//")
        || (address[scheme.len()..].starts_with(':')
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_encoded_once_and_keeps_its_slashes() {
        assert_eq!(encoded("/caf\u{e9}/a b?.html"), "/caf%C3%A9/a%20b%3F.html");
    }

    #[test]
    fn only_a_scheme_or_two_slashes_lead_off_the_site() {
        for external in ["https://a.org/", "mailto:a@b.c", "//cdn.org/x"] {
            assert!(is_external(external), "{external}");
        }
        for internal in ["/a/", "a.md", "a/b:c", "#top", "?q=a:b", ""] {
            assert!(!is_external(internal), "{internal}");
        }
    }
}
