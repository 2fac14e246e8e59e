//! The text of a document, or why its bytes are none.

use super::MAX_SOURCE;
use super::fields::Fields;
use super::front_matter::{FrontMatter, split};
use crate::diagnostic::Diagnostic;

/// The part of a document that it is read from, which is kept to read it again: its front matter,
/// where that states a title and a kind that the words below have no part in.
pub(crate) fn beginning(bytes: &[u8]) -> &[u8] {
    let Ok(text) = decode(bytes) else {
        return bytes;
    };
    let Ok(matter) = FrontMatter::read(text) else {
        return bytes;
    };
    let (fields, _) = Fields::read(&matter, text, false);
    let end = bytes.len() - text.len() + matter.body;
    let is_told = fields.title.is_some() && !fields.particulars.read_body();
    let again = || split(&text[..matter.body]).is_ok_and(|again| again.body == matter.body);
    if is_told && again() {
        &bytes[..end]
    } else {
        bytes
    }
}

/// The text of a document, without byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Box<Diagnostic>> {
    if bytes.len() as u64 > MAX_SOURCE {
        return Err(Box::new(too_large()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let readable = String::from_utf8_lossy(bytes);
        Box::new(
            Diagnostic::error("encoding", format!("{error}"))
                .at(&readable, error.valid_up_to())
                .help("save the file as UTF-8"),
        )
    })?;
    if is_lfs_pointer(text.as_bytes()) {
        return Err(Box::new(
            Diagnostic::error("lfs-pointer", "the file is a Git LFS pointer, not a text")
                .at(text, 0)
                .help("keep documents out of LFS: remove the pattern from `.gitattributes` and add the file again"),
        ));
    }
    Ok(text)
}

/// Whether bytes are what git holds in the place of a file that Git LFS keeps (its specification,
/// "The Pointer").
pub(crate) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/v1")
}

/// What is said of a document above the limit.
pub(super) fn too_large() -> Diagnostic {
    Diagnostic::error("post-too-large", "the document is larger than 1 MiB")
        .help("split it, or link to the data it holds")
}
