//! The file of allowed signers (ALLOWED SIGNERS in ssh-keygen(1)): who may sign with which key,
//! for what, from when to when. A line that cannot be read is a warning, and the rest counts.

use crate::diagnostic::{Diagnostic, nearest};

use super::super::armor;
use super::key::{Key, Unreadable};
use super::patterns::Patterns;
use super::validity::{Validity, time};

/// A file of a thousand signers is 200 KiB.
const MAX_BYTES: usize = 1 << 20;
const MAX_ENTRIES: usize = 1000;
/// After so many warnings the file is no file of allowed signers.
const MAX_WARNINGS: usize = 20;

const CODE: &str = "allowed-signers";
const NO_KEY: &str = "there is no key in this line, or it is not of the type it says";
const FORM: &str = "a line is `PRINCIPALS [OPTIONS] KEYTYPE KEY`, for example `ann@example.org namespaces=\"git\" ssh-ed25519 AAAA...`";

#[derive(Debug, Default)]
pub(crate) struct AllowedSigners(Vec<Entry>);

/// One line.
#[derive(Debug)]
pub(super) struct Entry {
    /// In lower case.
    principals: Patterns,
    key: Key,
    /// All, where it says nothing.
    namespaces: Option<Patterns>,
    pub(super) validity: Validity,
}

impl Entry {
    /// Case does not count. In OpenSSH it does, but an address with a capital letter is the same
    /// person's, and nobody else would be let in.
    pub(super) fn is_for(&self, address: &str) -> bool {
        let address = address.to_ascii_lowercase();
        self.principals.matches(address.as_bytes())
    }
}

impl AllowedSigners {
    pub(crate) fn read(path: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        if text.len() > MAX_BYTES {
            let message = "the file of allowed signers is larger than 1 MiB and was left out";
            return (Self::default(), vec![finding(message).path(path)]);
        }
        let mut entries = Vec::new();
        let mut warnings = Vec::new();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            match entry(line) {
                Ok(entry) => entries.extend(entry),
                Err((warning, at)) => warnings.push(warning.path(path).at(text, offset + at)),
            }
            offset += line.len();
            if entries.len() >= MAX_ENTRIES || warnings.len() >= MAX_WARNINGS {
                let message = "too many signers or warnings: the lines below were left out";
                warnings.push(finding(message).path(path).at(text, offset));
                break;
            }
        }
        (Self(entries), warnings)
    }

    /// The lines that let `key` sign for `namespace`.
    pub(super) fn entries(&self, key: &Key, namespace: &[u8]) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| {
            let namespaces = entry.namespaces.as_ref();
            entry.key == *key && namespaces.is_none_or(|list| list.matches(namespace))
        })
    }
}

fn finding(message: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(CODE, message)
}

/// A finding, and the byte of the line it is about.
type Unread = (Diagnostic, usize);

/// A line's entry; none for an empty line and a comment.
fn entry(line: &str) -> Result<Option<Entry>, Unread> {
    let mut words = Words {
        line: line.trim_ascii_end(),
        at: 0,
    };
    words.skip_space();
    if words.rest().is_empty() || words.rest().starts_with('#') {
        return Ok(None);
    }
    let at = words.at;
    let principals = words.principals().map(str::to_ascii_lowercase);
    let principals = principals.and_then(|list| Patterns::read(&list));
    let principals = principals.ok_or_else(|| {
        let message = "these principals cannot be read";
        (finding(message).help(FORM), at)
    })?;
    words.skip_space();
    let mut options = Options::default();
    if !is_key_type(words.rest()) {
        options = words.options()?;
        words.skip_space();
    }
    if options.authority {
        let message =
            "certificates are not checked, and this line of a `cert-authority` counts for nothing";
        return Err((finding(message).help("list the signers' own keys"), at));
    }
    let at = words.at;
    let key = words
        .key()
        .map_err(|message| (finding(message).help(FORM), at))?;
    Ok(Some(Entry {
        principals,
        key,
        namespaces: options.namespaces,
        validity: options.validity,
    }))
}

/// Options have an equals sign or are `cert-authority`; no type of key has one or is so called.
fn is_key_type(text: &str) -> bool {
    let word = text.split([' ', '\t']).next().unwrap_or_default();
    let families = ["ssh-", "ecdsa-", "sk-", "webauthn-"];
    !word.contains('=') && families.iter().any(|family| word.starts_with(family))
}

#[derive(Default)]
struct Options {
    authority: bool,
    namespaces: Option<Patterns>,
    validity: Validity,
}

/// A line, read word by word.
struct Words<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let word = rest.split([' ', '\t', '\r', '\n']).next().unwrap_or(rest);
        self.at += word.len();
        word
    }

    /// The first word, or what stands between quotes: a principal may have a space in it.
    fn principals(&mut self) -> Option<&'a str> {
        let Some(quoted) = self.rest().strip_prefix('"') else {
            return Some(self.word());
        };
        let end = quoted.find('"')?;
        self.at += end + 2;
        Some(&quoted[..end])
    }

    /// `name`, `name="value"`, with commas between, up to the next space.
    fn options(&mut self) -> Result<Options, Unread> {
        let mut options = Options::default();
        loop {
            let at = self.at;
            let rest = self.rest();
            let end = rest.find(['=', ',', ' ', '\t', '\r', '\n']);
            let name = &rest[..end.unwrap_or(rest.len())];
            self.at += name.len();
            let value = match self.rest().strip_prefix('=') {
                Some(_) => Some(self.quoted().ok_or_else(|| {
                    (
                        finding(format!("the value of `{name}` is not in quotes")),
                        at,
                    )
                })?),
                None => None,
            };
            options
                .set(&name.to_ascii_lowercase(), value)
                .map_err(|finding| (finding, at))?;
            if !self.rest().starts_with(',') {
                return Ok(options);
            }
            self.at += 1;
        }
    }

    /// `="..."`, in which `\"` is a quotation mark.
    fn quoted(&mut self) -> Option<String> {
        let inside = self.rest().strip_prefix("=\"")?;
        let mut value = String::new();
        let mut escaped = false;
        for (at, c) in inside.char_indices() {
            match c {
                '"' if escaped => {
                    value.pop();
                    value.push('"');
                }
                '"' => {
                    self.at += at + 3;
                    return Some(value);
                }
                '\n' => return None,
                _ => value.push(c),
            }
            escaped = c == '\\';
        }
        None
    }

    fn key(&mut self) -> Result<Key, &'static str> {
        let kind = self.word();
        self.skip_space();
        let blob = armor::decode(self.word().as_bytes()).unwrap_or_default();
        let stated = u32::try_from(kind.len()).unwrap_or_default().to_be_bytes();
        let named = [stated.as_slice(), kind.as_bytes()].concat();
        if kind.is_empty() || !blob.starts_with(&named) {
            return Err(NO_KEY);
        }
        Key::read(&blob).map_err(|unreadable| match unreadable {
            Unreadable::Malformed => "this key cannot be read",
            Unreadable::Certificate => "this is a certificate, which is not checked, and no key",
            Unreadable::Unsupported => {
                "keys of this type or size are not checked: take Ed25519, ECDSA on P-256 or P-384, or RSA of 2048 bits or more"
            }
        })
    }
}

const NAMES: [&str; 4] = [
    "cert-authority",
    "namespaces",
    "valid-after",
    "valid-before",
];

impl Options {
    fn set(&mut self, name: &str, value: Option<String>) -> Result<(), Diagnostic> {
        match (name, value) {
            ("cert-authority", None) => self.authority = true,
            ("namespaces", Some(list)) if self.namespaces.is_none() => {
                let patterns = Patterns::read(&list);
                self.namespaces = Some(patterns.ok_or_else(|| finding("a namespace is too long"))?);
            }
            ("valid-after", Some(text)) if self.validity.after.is_none() => {
                self.validity.after = Some(date(name, &text)?);
            }
            ("valid-before", Some(text)) if self.validity.before.is_none() => {
                self.validity.before = Some(date(name, &text)?);
            }
            (known, _) if NAMES.contains(&known) => {
                let message =
                    format!("`{known}` stands twice, or with a value where it takes none");
                return Err(finding(message));
            }
            (unknown, _) => return Err(strange(unknown)),
        }
        match self.validity {
            Validity {
                after: Some(after),
                before: Some(before),
            } if before <= after => Err(finding("`valid-before` lies before `valid-after`")),
            _ => Ok(()),
        }
    }
}

/// As OpenSSH does it, the whole line counts for nothing: what an unknown option limits, nobody
/// here would limit.
fn strange(name: &str) -> Diagnostic {
    // Every key begins so in base64: its type is missing before it.
    if name.is_empty() || name.starts_with("aaaa") {
        return finding(NO_KEY).help(FORM);
    }
    let finding = finding(format!("unknown option `{name}`"));
    match nearest(name, NAMES) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(FORM),
    }
}

fn date(name: &str, text: &str) -> Result<i64, Diagnostic> {
    time(text).ok_or_else(|| {
        finding(format!("`{name}`: `{text}` is not a date"))
            .help("write `YYYYMMDD`, `YYYYMMDDhhmm` or `YYYYMMDDhhmmss`, with a `Z` for UTC")
    })
}
