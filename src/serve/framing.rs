//! What a request's head must satisfy before anything looks at its path: one way to read where its
//! body ends, and one host. hyper is more lenient, and two parties that read the same bytes
//! differently are how requests are smuggled (RFC 9112, section 11.2).

use hyper::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use hyper::{StatusCode, Version};

use super::routes::Head;
use super::wire::Traffic;

/// Why a connection is not read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) message: &'static str,
}

pub(super) fn check(head: &Head, traffic: &Traffic) -> Result<(), Refusal> {
    let lengths = head.headers().get_all(CONTENT_LENGTH).iter().count();
    traffic.saw_length_headers(lengths);
    transfer_encoding(head, traffic)?;
    host(head)
}

/// `Transfer-Encoding` is one line that says exactly `chunked`, in HTTP/1.1, with no
/// `Content-Length` beside it.
fn transfer_encoding(head: &Head, traffic: &Traffic) -> Result<(), Refusal> {
    let mut lines = head.headers().get_all(TRANSFER_ENCODING).iter();
    let Some(line) = lines.next() else {
        return Ok(());
    };
    let codings = line.as_bytes().split(|&byte| byte == b',');
    if !codings
        .map(<[u8]>::trim_ascii)
        .all(|coding| coding.eq_ignore_ascii_case(b"chunked"))
    {
        return Err(Refusal {
            status: StatusCode::NOT_IMPLEMENTED,
            message: "the only transfer coding known here is `chunked`",
        });
    }
    let exactly_chunked = line.as_bytes().eq_ignore_ascii_case(b"chunked");
    if lines.next().is_some()
        || !exactly_chunked
        || head.version() != Version::HTTP_11
        || head.headers().contains_key(CONTENT_LENGTH)
        || traffic.hides_a_length()
    {
        return Err(bad("the end of the body can be read in more than one way"));
    }
    Ok(())
}

/// One `Host` of valid syntax; HTTP/1.0 may leave it out (RFC 9112, section 3.2).
fn host(head: &Head) -> Result<(), Refusal> {
    let mut lines = head.headers().get_all(HOST).iter();
    match (lines.next(), lines.next()) {
        (None, _) if head.version() == Version::HTTP_10 => Ok(()),
        (Some(host), None) if is_host(host.as_bytes()) => Ok(()),
        (None, _) => Err(bad("the request names no host")),
        (Some(_), Some(_)) => Err(bad("the request names more than one host")),
        (Some(_), None) => Err(bad("the request's host is not one")),
    }
}

fn bad(message: &'static str) -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        message,
    }
}

/// `uri-host [":" port]`: a name, an address or a bracketed IPv6 address.
fn is_host(text: &[u8]) -> bool {
    let (name, port) = if let Some(rest) = text.strip_prefix(b"[") {
        let Some(end) = rest.iter().position(|&byte| byte == b']') else {
            return false;
        };
        let address = std::str::from_utf8(&rest[..end]).unwrap_or_default();
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return false;
        }
        (&rest[..end], &rest[end + 1..])
    } else {
        let end = text
            .iter()
            .position(|&byte| byte == b':')
            .unwrap_or(text.len());
        if !text[..end].iter().all(|&byte| is_name_byte(byte)) {
            return false;
        }
        text.split_at(end)
    };
    let port_is_fine = match port {
        [] => true,
        [b':', digits @ ..] => digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    !name.is_empty() && port_is_fine
}

/// `reg-name` without its percent-encodings and sub-delimiters, which no DNS name has.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn checked(version: Version, headers: &[(&str, &str)]) -> Result<(), StatusCode> {
        let mut request = Request::get("/").version(version);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap(), &Traffic::default()).map_err(|refusal| refusal.status)
    }

    #[test]
    fn hosts_are_names_or_addresses_with_a_port() {
        for host in [
            "a",
            "blog.example.org:8080",
            "127.0.0.1",
            "[::1]:80",
            "a_b.",
            "a:",
        ] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for host in [
            "", "a b", "a@b", "a/b", "a:b", "a:123456", "[::1", "[x]", "[::1]x", ":80", "a,b", "ä",
        ] {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn http_1_1_names_one_host() {
        let bad = Err(StatusCode::BAD_REQUEST);
        assert_eq!(checked(Version::HTTP_11, &[]), bad);
        assert_eq!(checked(Version::HTTP_11, &[("host", "a")]), Ok(()));
        assert_eq!(
            checked(Version::HTTP_11, &[("host", "a"), ("host", "a")]),
            bad
        );
        assert_eq!(checked(Version::HTTP_10, &[]), Ok(()));
        assert_eq!(checked(Version::HTTP_10, &[("host", "a b")]), bad);
    }

    #[test]
    fn only_plain_chunked_is_a_transfer_encoding() {
        let host = ("host", "a");
        let te = |value| checked(Version::HTTP_11, &[host, ("transfer-encoding", value)]);
        assert_eq!(te("chunked"), Ok(()));
        assert_eq!(te("Chunked"), Ok(()));
        assert_eq!(te("chunked, chunked"), Err(StatusCode::BAD_REQUEST));
        assert_eq!(te("gzip, chunked"), Err(StatusCode::NOT_IMPLEMENTED));
        assert_eq!(te("identity, chunked"), Err(StatusCode::NOT_IMPLEMENTED));
        let twice = [
            host,
            ("transfer-encoding", "chunked"),
            ("transfer-encoding", "chunked"),
        ];
        assert_eq!(
            checked(Version::HTTP_11, &twice),
            Err(StatusCode::BAD_REQUEST)
        );
        let with_length = [
            host,
            ("transfer-encoding", "chunked"),
            ("content-length", "3"),
        ];
        assert_eq!(
            checked(Version::HTTP_11, &with_length),
            Err(StatusCode::BAD_REQUEST)
        );
        let old = [host, ("transfer-encoding", "chunked")];
        assert_eq!(
            checked(Version::HTTP_10, &old),
            Err(StatusCode::BAD_REQUEST)
        );
    }
}
