//! The pictures among the files of the repository: what each is, known by its content from one
//! build to the next, and where its smaller copies stand.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::address::encoded;
use crate::content::{Library, StaticFile};
use crate::diagnostic::Diagnostic;
use crate::image::{Facts, Refused, Unreadable, VERSION, facts};
use crate::memo::{Key, KeyMaker, Table};
use crate::render::picture::Picture;
use crate::repository::{self, Oid, SourceFile};
use crate::tally::{Stage, Tally};

/// The name it is kept under in the data directory.
const NAME: &str = "pictures";
/// Files that are looked into.
const LOOKED_AT: [&str; 8] = ["jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif"];
/// Pictures that may say where they were taken and that nothing here can read.
const UNKNOWN: [&str; 6] = ["heic", "heif", "avif", "tif", "tiff", "jxl"];

/// Gives the bytes of a file of the repository.
pub(crate) type ReadFile<'a> =
    dyn Fn(&SourceFile) -> Result<Vec<u8>, repository::Error> + Sync + 'a;

type Fact = Result<Facts, Refused>;

/// A file of which nothing could be read.
const UNREAD: Refused = Refused {
    reason: Unreadable::Damaged,
    silent: false,
};

/// What earlier builds found out about pictures.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    table: Table<Fact>,
    files: Arc<Vec<StaticFile>>,
    gallery: Arc<Gallery>,
}

/// The pictures of one revision.
#[derive(Debug, Default)]
pub(super) struct Gallery {
    by_oid: HashMap<Oid, Result<Arc<Known>, Refused>>,
    /// By encoded address.
    by_url: HashMap<String, Arc<Known>>,
    findings: Vec<Diagnostic>,
    /// Of all that pages show of them; `None` where there are none.
    pub(super) key: Option<Key>,
}

/// One picture.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) facts: Facts,
    pub(super) picture: Picture,
    /// Of the copy that says nothing but the picture.
    pub(super) plain: Key,
    pub(super) smaller: Vec<Smaller>,
}

/// One smaller copy.
#[derive(Debug)]
pub(super) struct Smaller {
    pub(super) width: u32,
    pub(super) url: String,
    pub(super) key: Key,
}

impl Pictures {
    /// Goes on from what an earlier run of the same program kept.
    pub(super) fn kept(data_dir: &Path, program: &str) -> Self {
        Self {
            table: Table::open(data_dir, NAME, program),
            ..Self::default()
        }
    }

    pub(super) fn gallery(&self) -> &Arc<Gallery> {
        &self.gallery
    }

    /// Looks at the pictures of a library that are not known, and tells of those that are amiss.
    pub(super) fn update(
        &mut self,
        library: &Library,
        read: &ReadFile<'_>,
        tally: &Tally,
        findings: &mut Vec<Diagnostic>,
    ) {
        if !Arc::ptr_eq(&self.files, &library.files) {
            self.files = Arc::clone(&library.files);
            let files = Arc::clone(&library.files);
            let pictures = files.iter().filter(|file| is_one_of(file, &LOOKED_AT));
            let pictures: Vec<&StaticFile> = pictures.collect();
            self.learn(&pictures, read, tally);
            let mut gallery = self.arranged(&pictures);
            let unknown = files.iter().filter(|file| is_one_of(file, &UNKNOWN));
            gallery.findings.extend(unknown.map(unstripped));
            self.gallery = Arc::new(gallery);
        }
        findings.extend(self.gallery.findings.iter().cloned());
    }

    /// Reads those of which nothing is known.
    fn learn(&mut self, pictures: &[&StaticFile], read: &ReadFile<'_>, tally: &Tally) {
        let mut new: HashMap<Oid, &SourceFile> = HashMap::new();
        for file in pictures {
            let oid = file.source.oid;
            if !self.gallery.by_oid.contains_key(&oid) && self.table.get(key(oid)).is_none() {
                new.insert(oid, &file.source);
            }
        }
        if new.is_empty() {
            return;
        }
        tally.begin(Stage::Pictures, new.len());
        let found: Vec<(Oid, Option<Fact>)> = new
            .into_par_iter()
            .map(|(oid, file)| {
                let fact = read(file).ok().map(|bytes| facts(&bytes));
                tally.add(1);
                (oid, fact)
            })
            .collect();
        tally.end();
        for (oid, fact) in found {
            // What cannot be read now is tried again.
            if let Some(fact) = fact {
                self.table.put(key(oid), fact);
            }
        }
    }

    fn arranged(&self, pictures: &[&StaticFile]) -> Gallery {
        let mut gallery = Gallery::default();
        let mut made = KeyMaker::new("pictures");
        for file in pictures {
            let oid = file.source.oid;
            let before = self.gallery.by_oid.get(&oid).cloned();
            let known = before.unwrap_or_else(|| {
                let fact = self.table.get(key(oid)).copied();
                let fact = fact.unwrap_or(Err(UNREAD));
                fact.map(|facts| Arc::new(Known::of(oid, facts)))
            });
            gallery.findings.extend(finding(file, &known));
            if let Ok(known) = &known {
                gallery.by_url.insert(encoded(&file.url), Arc::clone(known));
            }
            gallery.by_oid.insert(oid, known);
            made = made.text(&file.url).bytes(&oid.0);
        }
        gallery.key = (!pictures.is_empty()).then(|| made.finish());
        gallery
    }

    /// A build ended.
    pub(super) fn keep(&mut self) {
        let in_use = self.gallery.by_oid.keys();
        let which = || in_use.clone().map(|oid| key(*oid)).collect();
        self.table.keep(self.gallery.by_oid.len(), &which);
    }
}

impl Gallery {
    /// What a file is, if it is a picture.
    pub(super) fn known(&self, oid: Oid) -> Option<&Result<Arc<Known>, Refused>> {
        self.by_oid.get(&oid)
    }

    /// The picture at an address, without what it may be asked for.
    pub(super) fn at(&self, url: &str) -> Option<&Picture> {
        let end = url.find(['?', '#']).unwrap_or(url.len());
        self.by_url.get(&url[..end]).map(|known| &known.picture)
    }
}

impl Known {
    fn of(oid: Oid, facts: Facts) -> Self {
        let of = key(oid);
        let name = || format!("{of:?}").chars().take(16).collect();
        let picture = Picture {
            width: facts.width,
            height: facts.height,
            format: facts.format,
            name: facts.can_be_smaller().then(name),
        };
        let smaller = picture.smaller().map(|(width, url)| {
            let made = KeyMaker::new("smaller").key(of).number(width.into());
            let key = made.finish();
            Smaller { width, url, key }
        });
        Self {
            smaller: smaller.collect(),
            plain: KeyMaker::new("plain").key(of).finish(),
            facts,
            picture,
        }
    }
}

/// Of everything that is made of a picture.
fn key(oid: Oid) -> Key {
    let made = KeyMaker::new("picture").number(VERSION);
    made.bytes(&oid.0).finish()
}

fn is_one_of(file: &StaticFile, extensions: &[&str]) -> bool {
    let extension = file.url.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|own| {
        let mut all = extensions.iter();
        all.any(|extension| extension.eq_ignore_ascii_case(own))
    })
}

/// What is to be said of a picture.
fn finding(file: &StaticFile, known: &Result<Arc<Known>, Refused>) -> Option<Diagnostic> {
    let finding = match known {
        Err(Refused { reason, silent }) => {
            let becomes = if *silent {
                "served as it is"
            } else {
                "left out, since it may say where it was taken"
            };
            Diagnostic::warning(
                "image-unreadable",
                format!("the image is {becomes}: {reason}"),
            )
            .help("save it anew from a program that shows it")
        }
        Ok(known) if known.facts.is_huge() => {
            let Facts { width, height, .. } = known.facts;
            let message = format!("{width} × {height} pixels are too many to make smaller copies");
            Diagnostic::warning("image-large", message)
                .help("save it with fewer pixels: everyone who visits loads it whole")
        }
        Ok(_) => return None,
    };
    Some(finding.path(&*file.source.path))
}

fn unstripped(file: &StaticFile) -> Diagnostic {
    let message = "byline cannot read this format, and serves all that the file says";
    Diagnostic::warning("image-metadata", message)
        .path(&*file.source.path)
        .help("save it as JPEG, PNG or WebP: from these, place, time and camera are removed")
}
