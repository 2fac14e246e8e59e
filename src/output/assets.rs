//! The theme's assets under fingerprinted addresses, and the repository's own files as they are.

use super::{Content, Edition, Output, Rendition};
use crate::diagnostic::Diagnostic;

pub(super) const OUTPUT: Output = Output {
    name: "files",
    make,
};

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let files = edition.files.iter().map(|file| Rendition {
        path: file.url.clone(),
        content_type: content_type(&file.url),
        content: Content::File(file.source.clone()),
        last_modified: file.updated,
        noindex: false,
        immutable: false,
    });
    let assets = edition.theme.assets().map(|asset| Rendition {
        path: asset.url.clone(),
        content_type: content_type(&asset.url),
        content: Content::Bytes(asset.bytes.clone()),
        last_modified: None,
        noindex: false,
        immutable: true,
    });
    Ok(files.chain(assets).collect())
}

/// The media type of a file by its name; text is UTF-8, and what is unknown is only bytes.
fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match mime_guess::from_ext(extension).first_raw() {
        Some("text/html") => "text/html; charset=utf-8",
        Some("text/css") => "text/css; charset=utf-8",
        Some("text/javascript" | "application/javascript") => "text/javascript; charset=utf-8",
        Some("text/plain") => "text/plain; charset=utf-8",
        Some("text/markdown") => "text/markdown; charset=utf-8",
        Some("text/xml" | "application/xml") => "application/xml",
        Some(other) => other,
        None => "application/octet-stream",
    }
}
