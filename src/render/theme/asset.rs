//! Files of the theme's `static/` folder, under addresses that change with them.

use sha2::{Digest, Sha256};

/// A file of the theme that pages refer to.
#[derive(Clone, Debug)]
pub(crate) struct Asset {
    /// Address with a hash of the content in it.
    pub(crate) url: String,
    pub(crate) bytes: Vec<u8>,
}

impl Asset {
    pub(super) fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self {
            url: fingerprinted(name, &bytes),
            bytes,
        }
    }
}

/// `/assets/style.0123456789abcdef.css`: the address changes with the content, so it may be kept
/// for ever.
fn fingerprinted(name: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hash: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("/assets/{stem}.{hash}.{extension}"),
        None => format!("/assets/{name}.{hash}"),
    }
}
