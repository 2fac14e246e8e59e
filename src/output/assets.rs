//! The theme's assets under fingerprinted addresses, and the repository's own files as they are.

use super::{Content, Edition, Output, Rendition};
use crate::memo::KeyMaker;

pub(super) const OUTPUT: Output = Output {
    name: "files",
    list,
};

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let files = edition.files.iter().map(|file| Rendition {
        path: file.url.as_str().into(),
        content_type: content_type(&file.url),
        key: KeyMaker::new("file").bytes(&file.source.oid.0).finish(),
        content: Content::File(&file.source),
        last_modified: file.updated,
        noindex: false,
        frames: false,
        immutable: false,
    });
    let assets = edition.theme.assets().map(|asset| {
        let key = KeyMaker::new("asset").text(&asset.url).finish();
        let make = || Ok(asset.bytes.clone());
        Rendition {
            immutable: true,
            ..Rendition::made(asset.url.as_str(), content_type(&asset.url), key, make)
        }
    });
    files.chain(assets).collect()
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
