//! A raw commit taken apart as git does it (`parse_buffer_signed_by_header` in its `commit.c`):
//! the signature, and the bytes it signs.

/// A commit object, its signature and what that covers.
pub(super) struct Commit {
    /// Everything but the signature headers with their continuation lines.
    pub(super) payload: Vec<u8>,
    /// The text of all `gpgsig` headers, the space before each continuation line taken off.
    pub(super) signature: Option<Vec<u8>>,
    /// How many `gpgsig` headers there are; git itself never writes a second.
    pub(super) signatures: usize,
    pub(super) author: Identity,
    pub(super) committer: Identity,
    /// Seconds since 1970 on the committer's clock.
    pub(super) committed: Option<i64>,
}

/// Whom a header names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    /// `None` where it is missing, ambiguous or not text: then no key can stand for it.
    pub(super) address: Option<String>,
}

impl Commit {
    pub(super) fn read(raw: &[u8]) -> Self {
        let mut commit = Self {
            payload: Vec::with_capacity(raw.len()),
            signature: None,
            signatures: 0,
            author: Identity::default(),
            committer: Identity::default(),
            committed: None,
        };
        let (mut author, mut committer) = (None, None);
        let mut within = Within::Payload;
        let mut rest = raw;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (line, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            within = within.then(line);
            match within {
                Within::Signature { first } => commit.sign(line, first),
                Within::Other => {}
                Within::Payload if line == b"\n" => {
                    commit.payload.extend_from_slice(rest);
                    break;
                }
                Within::Payload => {
                    commit.payload.extend_from_slice(line);
                    author = author.or_else(|| line.strip_prefix(b"author "));
                    committer = committer.or_else(|| line.strip_prefix(b"committer "));
                }
            }
            rest = after;
        }
        commit.author = author.map(identity).unwrap_or_default();
        commit.committer = committer.map(identity).unwrap_or_default();
        commit.committed = committer.and_then(seconds);
        commit
    }

    fn sign(&mut self, line: &[u8], first: bool) {
        let text = if first {
            self.signatures += 1;
            &line[KEY.len()..]
        } else {
            &line[1..]
        };
        self.signature
            .get_or_insert_default()
            .extend_from_slice(text);
    }
}

const KEY: &[u8] = b"gpgsig ";

/// Which part of a commit a line belongs to.
#[derive(Clone, Copy)]
enum Within {
    Payload,
    Signature {
        first: bool,
    },
    /// A header that begins like a signature, `gpgsig-sha256` above all: not ours, nor signed.
    Other,
}

impl Within {
    fn then(self, line: &[u8]) -> Self {
        let continued = line.starts_with(b" ");
        match self {
            Self::Signature { .. } if continued => Self::Signature { first: false },
            Self::Other if continued => Self::Other,
            _ if line.starts_with(KEY) => Self::Signature { first: true },
            _ if line.starts_with(b"gpgsig") => Self::Other,
            _ => Self::Payload,
        }
    }
}

/// `Name <address> seconds +hhmm`. A line with a second bracket could be read in two ways, and then
/// the name shown might not be the one that was checked: it has no address.
fn identity(line: &[u8]) -> Identity {
    let count = |bracket| line.iter().filter(|byte| **byte == bracket).count();
    let open = line.iter().position(|byte| *byte == b'<');
    let close = line.iter().position(|byte| *byte == b'>');
    let name = String::from_utf8_lossy(&line[..open.unwrap_or(0)]);
    let address = match (open, close) {
        (Some(open), Some(close)) if open < close && count(b'<') == 1 && count(b'>') == 1 => {
            std::str::from_utf8(&line[open + 1..close]).ok()
        }
        _ => None,
    };
    Identity {
        name: name.trim().to_owned(),
        address: address
            .map(str::trim)
            .filter(|address| !address.is_empty() && !address.contains(char::is_control))
            .map(str::to_owned),
    }
}

fn seconds(line: &[u8]) -> Option<i64> {
    let close = line.iter().rposition(|byte| *byte == b'>')?;
    let date = std::str::from_utf8(&line[close + 1..]).ok()?;
    date.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: &str = "author A <a@x> 1 +0000\ncommitter B <b@x> -5 +0000\n";

    fn read(text: &str) -> (Commit, String) {
        let commit = Commit::read(text.as_bytes());
        let payload = String::from_utf8(commit.payload.clone()).unwrap();
        (commit, payload)
    }

    #[test]
    fn only_the_signature_is_taken_out() {
        let (commit, payload) = read(&format!(
            "tree 1\n{PEOPLE}gpgsig one\n two\n \n three\nencoding x\n\ngpgsig four\n five\n"
        ));
        assert_eq!(commit.signature.unwrap(), b"one\ntwo\n\nthree\n");
        assert_eq!(
            payload,
            format!("tree 1\n{PEOPLE}encoding x\n\ngpgsig four\n five\n")
        );
        assert_eq!(commit.committer.address.as_deref(), Some("b@x"));
        assert_eq!(commit.committed, Some(-5));
    }

    #[test]
    fn a_merged_tags_signature_and_a_message_are_payload() {
        let tag = "mergetag object 1\n -----BEGIN PGP SIGNATURE-----\n gpgsig x\n";
        let text = format!("tree 1\n{tag}{PEOPLE}\n gpgsig no\ngpgsig no\n");
        let (commit, payload) = read(&text);
        assert_eq!(commit.signature, None);
        assert_eq!(payload, text);
    }

    #[test]
    fn the_signature_of_the_other_object_format_is_neither() {
        let (commit, payload) = read(&format!(
            "{PEOPLE}gpgsig-sha256 a\n b\ngpgsig c\n d\ngpgsig-x\n e\n\nm"
        ));
        assert_eq!(commit.signature.unwrap(), b"c\nd\n");
        assert_eq!(payload, format!("{PEOPLE}\nm"));
    }

    #[test]
    fn two_signatures_are_counted_and_both_taken_out() {
        let (commit, payload) = read("gpgsig a\n b\nx y\ngpgsig c\n\nm");
        assert_eq!((commit.signatures, payload.as_str()), (2, "x y\n\nm"));
        assert_eq!(commit.signature.unwrap(), b"a\nb\nc\n");
    }

    #[test]
    fn an_ambiguous_address_is_none() {
        for line in [
            "A <a@x> <b@x> 1 +0000",
            "A <<a@x>> 1 +0000",
            "A >a@x< 1 +0000",
            "A a@x 1 +0000",
            "A <> 1 +0000",
            "A <a\0@x> 1 +0000",
        ] {
            assert_eq!(identity(line.as_bytes()).address, None, "{line}");
        }
        assert_eq!(identity(b"\xff <a@x> 1").address.as_deref(), Some("a@x"));
        assert_eq!(identity(b"A <\xff@x> 1").address, None);
    }

    #[test]
    fn anything_can_be_read() {
        for raw in [
            b"".as_slice(),
            b"\n",
            b"gpgsig ",
            b"gpgsig",
            b" ",
            b"\0\xff",
        ] {
            let commit = Commit::read(raw);
            assert_eq!(commit.committed, None);
        }
    }
}
