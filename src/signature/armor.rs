//! ASCII armor: base64 between a line that says what it is and a line that says it ends.
//! OpenSSH's (`PROTOCOL.sshsig`) and OpenPGP's (RFC 9580, section 6) differ in headers and checksum.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padding may be missing, as some programs leave it out; stray bits may not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// What follows the first line that begins `-----BEGIN {label}-----`, decoded, and the text after
/// its end. The inner `None` is armor without an end, or around something else than base64.
pub(super) fn next<'a>(text: &'a [u8], label: &str) -> Option<(Option<Vec<u8>>, &'a [u8])> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let mut rest = text;
    while !rest.is_empty() {
        let line = line(&mut rest);
        if line == begin.as_bytes() {
            let body = body(&mut rest, end.as_bytes());
            return Some((body, rest));
        }
    }
    None
}

fn body(rest: &mut &[u8], end: &[u8]) -> Option<Vec<u8>> {
    let mut base64 = Vec::new();
    let mut header = true;
    while !rest.is_empty() {
        let line = line(rest);
        if line == end {
            return decode(&base64);
        }
        // A header (`Version: ...`) stands before the first line of base64, which has no colon; a
        // checksum (`=abcd`) after the last. RFC 9580, section 6.1, asks to ignore checksums: what
        // is inside proves itself.
        header = header && (line.is_empty() || line.contains(&b':'));
        if !header && !line.starts_with(b"=") {
            base64.extend_from_slice(line);
        }
    }
    None
}

/// The next line, without the white space that mail and editors leave at its end.
fn line<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let end = rest.iter().position(|byte| *byte == b'\n');
    let (line, after) = end.map_or((*rest, &[][..]), |end| (&rest[..end], &rest[end + 1..]));
    *rest = after;
    line.trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armor_with_and_without_headers() {
        for text in [
            "-----BEGIN X-----\nVersion: 1\nComment: a: b\n\naGVs\nbG8=\n=abcd\n-----END X-----\nmore",
            "-----BEGIN X-----\r\n\r\naGVsbG8=\r\n-----END X-----\r\nmore",
            "before\n-----BEGIN X-----\naGVsbG8\n-----END X-----\nmore",
        ] {
            let (body, rest) = next(text.as_bytes(), "X").unwrap();
            assert_eq!(body.as_deref(), Some(b"hello".as_slice()), "{text}");
            assert_eq!(rest, b"more");
        }
    }

    #[test]
    fn armor_that_is_cut_or_is_not_base64_is_nothing() {
        for text in [
            "-----BEGIN X-----\n\naGVsbG8=\n",
            "-----BEGIN X-----\n\naGVsbG8=\n-----END Y-----\n",
            "-----BEGIN X-----\n\na!b\n-----END X-----\n",
            "-----BEGIN X-----",
        ] {
            assert_eq!(next(text.as_bytes(), "X").unwrap().0, None, "{text}");
        }
        assert!(next(b" -----BEGIN X-----\n", "X").is_none());
    }
}
