//! The theme's assets under fingerprinted addresses, and the repository's own files: pictures
//! without what cameras write into them and in smaller copies, all else as it is.

use std::collections::HashSet;
use std::sync::Arc;

use super::pictures::Known;
use super::{Content, Edition, Output, Rendition};
use crate::content::StaticFile;
use crate::image::{Refused, VERSION, facts, plain};
use crate::memo::KeyMaker;
use crate::render::Asset;

pub(super) const OUTPUT: Output = Output {
    name: "files",
    list,
};

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let gallery = edition.gallery();
    let mut renditions = Vec::with_capacity(edition.files.len());
    // The same picture may lie in two places; its copies are the same.
    let mut listed = HashSet::new();
    for file in edition.files {
        match gallery.known(file.source.oid) {
            None | Some(Err(Refused { silent: true, .. })) => renditions.push(as_it_is(file)),
            Some(Ok(known)) => {
                renditions.push(without_words(file, known));
                if listed.insert(file.source.oid) {
                    renditions.extend(smaller(file, known));
                }
            }
            // What may be in it nobody knows.
            Some(Err(_)) => {}
        }
    }
    renditions.extend(edition.theme.assets().map(asset));
    renditions
}

fn as_it_is(file: &StaticFile) -> Rendition<'_> {
    Rendition {
        path: file.url.as_str().into(),
        content_type: content_type(&file.url),
        key: KeyMaker::new("file").bytes(&file.source.oid.0).finish(),
        content: Content::File(&file.source),
        last_modified: file.updated,
        noindex: false,
        frames: false,
        immutable: false,
    }
}

fn without_words<'a>(file: &'a StaticFile, known: &'a Known) -> Rendition<'a> {
    Rendition {
        content_type: known.facts.format.content_type(),
        key: known.plain,
        content: Content::Plain(&file.source),
        ..as_it_is(file)
    }
}

fn smaller<'a>(file: &'a StaticFile, known: &'a Arc<Known>) -> impl Iterator<Item = Rendition<'a>> {
    known.smaller.iter().map(|copy| Rendition {
        path: copy.url.as_str().into(),
        content_type: known.facts.format.content_type(),
        key: copy.key,
        content: Content::Smaller {
            file: &file.source,
            width: copy.width,
            of: &file.url,
            plain: known.plain,
        },
        last_modified: None,
        frames: false,
        noindex: false,
        immutable: true,
    })
}

fn asset(asset: &Asset) -> Rendition<'_> {
    let content_type = content_type(&asset.url);
    let key = KeyMaker::new("asset").text(&asset.url).number(VERSION);
    let make = move || {
        let camera = ["image/jpeg", "image/png", "image/webp"].contains(&content_type);
        let silent = || facts(&asset.bytes).is_err_and(|refused| refused.silent);
        Ok(match plain(&asset.bytes) {
            Ok(plain) if camera => plain,
            // What may be in it nobody knows.
            Err(_) if camera && !silent() => Vec::new(),
            _ => asset.bytes.clone(),
        })
    };
    Rendition {
        immutable: true,
        ..Rendition::made(asset.url.as_str(), content_type, key.finish(), make)
    }
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
