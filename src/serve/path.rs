//! A request's path as the site's map knows it, and back again for `Location`. Decoded once, never
//! joined to a folder: whatever it says, it is only looked up.

use hyper::header::HeaderValue;
use percent_encoding::{CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::address::encoded;

/// Why a path cannot be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// No honest client sends it: bad percent-encoding, not UTF-8, control characters, `\`.
    Malformed,
    /// Well-formed, but never an address here: `//`, `.` and `..` parts, an encoded `/`.
    Nowhere,
}

/// The decoded path.
pub(super) fn decode(raw: &str) -> Result<String, Unusable> {
    if !raw.starts_with('/') {
        return Err(Unusable::Malformed);
    }
    for (at, _) in raw.match_indices('%') {
        let digits = raw.as_bytes().get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err(Unusable::Malformed);
        }
    }
    let path = percent_decode_str(raw)
        .decode_utf8()
        .map_err(|_not_text| Unusable::Malformed)?;
    if path.chars().any(|c| c.is_control() || c == '\\') {
        return Err(Unusable::Malformed);
    }
    let parts: Vec<&str> = path.split('/').collect();
    let has_empty_part = parts[1..parts.len() - 1].contains(&"");
    // As many slashes before decoding as after it, or one of them was hidden.
    let hides_slash = raw.matches('/').count() != parts.len() - 1;
    if has_empty_part || hides_slash || parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err(Unusable::Nowhere);
    }
    Ok(path.into_owned())
}

/// `Location` for a decoded path of this site, with the query the client came with. Never more
/// than a path, so that no `Host` a client makes up can send another one away; `None` for a
/// target that a browser would read as another host.
pub(super) fn location(path: &str, query: Option<&str>) -> Option<HeaderValue> {
    if !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    let mut target = encoded(path);
    if let Some(query) = query {
        target.push('?');
        target.extend(utf8_percent_encode(query, CONTROLS));
    }
    HeaderValue::try_from(target).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once() {
        assert_eq!(decode("/").unwrap(), "/");
        assert_eq!(decode("/caf%C3%A9/").unwrap(), "/café/");
        assert_eq!(decode("/a%2520b").unwrap(), "/a%20b");
        assert_eq!(decode("/a+b..c/...").unwrap(), "/a+b..c/...");
    }

    #[test]
    fn what_no_honest_client_sends_is_malformed() {
        for raw in [
            "",
            "*",
            "a",
            "/%",
            "/%2",
            "/%zz",
            "/%ff",
            "/%c0%ae",
            "/a%00b",
            "/a%0d%0aX:y",
            "/%5c",
            "/a\\b",
            "/%7f",
            "/%C2%85",
        ] {
            assert_eq!(decode(raw), Err(Unusable::Malformed), "{raw}");
        }
    }

    #[test]
    fn climbing_and_doubled_slashes_lead_nowhere() {
        for raw in [
            "//",
            "//evil.example/",
            "/a//b",
            "/..",
            "/../etc/passwd",
            "/a/%2e%2E/b",
            "/./a",
            "/a/.",
            "/a%2fb",
            "/..%2f..%2fetc/passwd",
        ] {
            assert_eq!(decode(raw), Err(Unusable::Nowhere), "{raw}");
        }
    }

    #[test]
    fn a_location_is_an_encoded_path_of_this_host() {
        let shown =
            |path, query| location(path, query).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            shown("/café au/100%?#/", Some("a=b&c=é")).unwrap(),
            "/caf%C3%A9%20au/100%25%3F%23/?a=b&c=%C3%A9"
        );
        assert_eq!(shown("/a", None).unwrap(), "/a");
        assert_eq!(shown("//evil.example/", None), None);
        assert_eq!(shown("https://evil.example/", None), None);
        assert_eq!(shown("/\\evil.example", None).unwrap(), "/%5Cevil.example");
        assert_eq!(
            shown("/a\r\nSet-Cookie: x", None).unwrap(),
            "/a%0D%0ASet-Cookie:%20x"
        );
    }

    #[test]
    fn every_decoded_path_comes_back_as_it_was() {
        for path in ["/a b/", "/ü/%41/", "/?&=#", "/日本/"] {
            let location = location(path, None).unwrap();
            assert_eq!(decode(location.to_str().unwrap()).unwrap(), path);
        }
    }
}
