//! Who and when as a commit's lines state it, in whatever encoding and state of repair.

use std::sync::Arc;

use super::{Person, Signature};
use crate::moment::Moment;

/// Longest name or subject, in characters.
const MAX_TEXT: usize = 200;

/// An author or committer line, as far as it can be read.
pub(super) struct Stated {
    pub(super) signature: Signature,
    /// Zero where no number is stated.
    pub(super) seconds: i64,
    pub(super) fault: Option<&'static str>,
}

pub(super) fn nobody() -> Signature {
    Signature {
        person: Arc::default(),
        time: None,
    }
}

/// `Name <mail> seconds +hhmm`. The last `<...>` is the address, so that a name like `<script>`
/// is a name.
pub(super) fn ident(line: &[u8], charset: Charset) -> Stated {
    let mut fault = (!charset.reads(line)).then_some("a name is not in its stated encoding");
    let close = line.iter().rposition(|byte| *byte == b'>');
    let open = close.and_then(|close| line[..close].iter().rposition(|byte| *byte == b'<'));
    let (name, email, date) = match (open, close) {
        (Some(open), Some(close)) => (&line[..open], &line[open + 1..close], &line[close + 1..]),
        _ => {
            fault = fault.or(Some("a name has no address"));
            (line, &[][..], &[][..])
        }
    };
    let stamp = date_of(date);
    let time = stamp.and_then(|(seconds, minutes)| Moment::from_git(seconds, minutes));
    if time.is_none() {
        fault = fault.or(Some("a date cannot be read"));
    }
    Stated {
        signature: Signature {
            person: Arc::new(Person {
                name: clean(&charset.decode(name)),
                email: clean(&charset.decode(email)),
            }),
            time,
        },
        seconds: stamp.map_or(0, |(seconds, _)| seconds),
        fault,
    }
}

/// Seconds since 1970 and minutes east of UTC; an unreadable offset is UTC.
fn date_of(date: &[u8]) -> Option<(i64, i32)> {
    let date = std::str::from_utf8(date).ok()?;
    let mut parts = date.split_ascii_whitespace();
    let seconds = parts.next()?.parse().ok()?;
    Some((seconds, parts.next().and_then(offset).unwrap_or(0)))
}

fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let all_digits = digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = all_digits.then(|| digits.parse().ok())??;
    Some(sign * (number / 100 * 60 + number % 100))
}

/// A name as it may be shown: no control characters, none that turn the direction of the text
/// around it, no more than 200 characters.
pub(super) fn clean(text: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() && !turns(*c))
        .take(MAX_TEXT)
        .collect();
    kept.trim().to_owned()
}

/// How the bytes of names and messages are meant. Old repositories state Latin-1 now and then;
/// anything else that is not UTF-8 is read with replacement characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    Latin1,
}

impl Charset {
    pub(super) fn named(name: &[u8]) -> Self {
        let name = name.to_ascii_lowercase();
        match name.trim_ascii() {
            b"iso-8859-1" | b"iso8859-1" | b"latin1" | b"latin-1" | b"iso-8859-15"
            | b"windows-1252" | b"cp1252" => Self::Latin1,
            _ => Self::Utf8,
        }
    }

    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match (self, std::str::from_utf8(bytes)) {
            (_, Ok(text)) => text.to_owned(),
            (Self::Latin1, Err(_)) => bytes.iter().map(|byte| char::from(*byte)).collect(),
            (Self::Utf8, Err(_)) => String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    fn reads(self, bytes: &[u8]) -> bool {
        self == Self::Latin1 || std::str::from_utf8(bytes).is_ok()
    }
}
