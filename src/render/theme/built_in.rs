//! The themes that are part of the program. `default` is whole; another holds only what is different.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");
static PLAIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/plain");

const OTHERS: [(&str, &Dir<'_>); 1] = [("plain", &PLAIN)];

/// The names of the themes.
pub(crate) fn themes() -> impl Iterator<Item = &'static str> {
    ["default"].into_iter().chain(OTHERS.map(|(name, _)| name))
}

/// Files by path.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// The files of a theme, by path; `None` if there is none of that name.
pub(crate) fn built_in(theme: &str) -> Option<Files> {
    Some(layers(theme)?.into_iter().flatten().collect())
}

/// The same as they lie over each other: a later file stands in for an earlier one.
pub(super) fn layers(theme: &str) -> Option<Vec<Files>> {
    let mut layers = vec![files(&DEFAULT)];
    if theme != "default" {
        let (_, other) = OTHERS.iter().find(|(name, _)| *name == theme)?;
        layers.push(files(other));
    }
    Some(layers)
}

/// The templates of pages.
pub(super) fn pages() -> impl Iterator<Item = &'static str> {
    DEFAULT.files().filter_map(|file| {
        let path = file.path().to_str()?;
        path.strip_suffix(".hbs")
    })
}

fn files(folder: &Dir<'_>) -> Files {
    let mut files = Files::new();
    collect(folder, &mut files);
    files
}

fn collect(folder: &Dir<'_>, files: &mut Files) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.insert(path, file.contents().to_vec());
    }
    folder.dirs().for_each(|below| collect(below, files));
}
