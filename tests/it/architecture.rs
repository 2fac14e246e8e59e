//! The tree's own rules: layers, doorways, sizes, names. A rule that nobody checks is a wish.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::harness::files_under;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// No file is longer; one that needs a second noun is split.
const LONGEST: usize = 400;

/// Which folder or file of `src` each big dependency may be named in.
const DOORWAYS: [(&str, &[&str]); 27] = [
    ("git2", &["repository/"]),
    ("libgit2_sys", &["repository/"]),
    (
        "ureq",
        &[
            "client/",
            "repository/transport/http.rs",
            "repository/transport/places.rs",
        ],
    ),
    ("rustls", &["client/"]),
    ("rustls_native_certs", &["client/roots.rs"]),
    (
        "url",
        &[
            "client/",
            "repository/transport/",
            "announce/",
            "commands/trigger/",
        ],
    ),
    ("comrak", &["render/"]),
    ("handlebars", &["render/"]),
    ("syntect", &["render/"]),
    ("hl_lite", &["render/"]),
    ("ammonia", &["render/markdown/"]),
    ("pulldown_latex", &["render/markdown/"]),
    ("notify", &["trigger/watch.rs"]),
    ("hyper", &["serve/"]),
    ("hmac", &["webhook/signature.rs"]),
    ("ring", &["signature/primitive.rs"]),
    ("sha1", &["repository/objects.rs"]),
    (
        "base64",
        &[
            "signature/",
            "webhook/signature.rs",
            "repository/transport/secret.rs",
        ],
    ),
    ("indicatif", &["progress/screen.rs"]),
    ("image", &["image/"]),
    ("fast_image_resize", &["image/"]),
    ("jpeg_encoder", &["image/"]),
    ("ab_glyph", &["image/"]),
    ("icu_calendar", &["language/"]),
    ("icu_datetime", &["language/"]),
    ("icu_locale", &["language/"]),
    ("icu_plurals", &["language/"]),
];

/// Every Rust file under a folder, by path.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let all: BTreeMap<_, _> = files_under(&Path::new(ROOT).join(folder))
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
        .collect();
    assert!(all.len() > 5, "{folder} was read");
    all
}

/// A file without its comments, so that prose may name what code may not.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// The layers from bottom to top, in the order `src/lib.rs` declares them.
fn layers() -> Vec<String> {
    let library = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap();
    library
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_layer_uses_only_what_is_declared_above_it() {
    let layers = layers();
    let rank = |name: &str| layers.iter().position(|layer| layer == name);
    let mut looked_at = 0;
    for (file, text) in sources("src") {
        let Some(own) = rank(file.split(['/', '.']).next().unwrap()) else {
            continue;
        };
        for used in code(&text).flat_map(|line| line.split("crate::").skip(1)) {
            let name: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let Some(other) = rank(&name) else { continue };
            looked_at += 1;
            assert!(
                other <= own,
                "src/{file} uses `crate::{name}`, which stands above it"
            );
        }
    }
    assert!(looked_at > 20, "uses were found");
}

#[test]
fn each_big_dependency_has_one_doorway() {
    for (dependency, doorways) in DOORWAYS {
        let path = format!("{dependency}::");
        for (file, text) in sources("src") {
            let inside = doorways.iter().any(|doorway| file.starts_with(doorway));
            let named = code(&text).any(|line| names(line, &path));
            assert!(
                inside || !named,
                "src/{file} names `{dependency}`: only {doorways:?} may"
            );
        }
    }
}

/// Whether a line holds a path that begins with `path` (and not one that merely ends so).
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before))
    })
}

#[test]
fn no_file_is_too_long() {
    for folder in ["src", "tests"] {
        for (file, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= LONGEST, "{folder}/{file} has {lines} lines");
        }
    }
}

#[test]
fn every_file_opens_by_saying_what_it_is_for() {
    for folder in ["src", "tests"] {
        for (file, text) in sources(folder) {
            let purpose = text
                .lines()
                .next()
                .and_then(|line| line.strip_prefix("//! "));
            let words = purpose.unwrap_or_default().split_whitespace().count();
            assert!(
                words >= 4,
                "{folder}/{file} opens without a sentence of purpose"
            );
        }
    }
}

#[test]
fn files_are_named_after_what_they_are() {
    let nobody = [
        "util", "utils", "helper", "helpers", "common", "manager", "types", "misc",
    ];
    for folder in ["src", "tests"] {
        for file in sources(folder).keys() {
            let vague = file.split(['/', '.']).find(|part| nobody.contains(part));
            assert_eq!(vague, None, "{folder}/{file}");
        }
    }
}

#[test]
fn a_layer_is_a_folder_with_a_mod_rs() {
    for layer in layers() {
        let source = Path::new(ROOT).join("src");
        let as_folder = source.join(&layer).join("mod.rs").exists();
        let as_file = source.join(format!("{layer}.rs")).exists();
        assert!(as_folder != as_file, "src/{layer} stands once");
    }
}

#[test]
fn every_test_file_is_declared() {
    for (file, _) in sources("tests/it")
        .iter()
        .filter(|(file, _)| !file.ends_with("main.rs"))
    {
        let (parent, name) = match file.rsplit_once('/') {
            Some((folder, "mod.rs")) => ("main.rs".to_owned(), folder.to_owned()),
            Some((folder, name)) => (format!("{folder}/mod.rs"), name.to_owned()),
            None => ("main.rs".to_owned(), file.clone()),
        };
        let declared = format!("mod {};", name.trim_end_matches(".rs"));
        let parent = fs::read_to_string(Path::new(ROOT).join("tests/it").join(parent)).unwrap();
        assert!(
            parent.lines().any(|line| line == declared),
            "{file} is not compiled"
        );
    }
}

#[test]
fn the_first_pages_are_short() {
    for (file, most) in [("README.md", 120), ("ARCHITECTURE.md", 150)] {
        let text = fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
        let lines = text.lines().count();
        assert!((10..=most).contains(&lines), "{file} has {lines} lines");
    }
}

#[test]
fn nothing_in_the_tree_depends_on_one_machine() {
    // Put together here so that this file passes its own test.
    let places = ["work", "root", "home"].map(|folder| format!("/{folder}/"));
    let mut looked_at = 0;
    for folder in ["src", "tests", "site", "themes", "hooks", "benches", ".ci"] {
        let folder = Path::new(ROOT).join(folder);
        if !folder.exists() {
            continue;
        }
        for (name, bytes) in files_under(&folder) {
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            looked_at += 1;
            for place in &places {
                let found = text.lines().find(|line| {
                    line.match_indices(place.as_str()).any(|(at, _)| {
                        !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.')
                    })
                });
                assert_eq!(found, None, "{name}");
            }
        }
    }
    assert!(looked_at > 20);
}

#[test]
fn lint_exemptions_give_their_reason_where_they_stand() {
    for folder in ["src", "tests"] {
        for (file, text) in sources(folder) {
            let allowed = code(&text).find(|line| line.trim_start().starts_with("#[allow("));
            assert_eq!(allowed, None, "{folder}/{file}: use `expect` with a reason");
        }
    }
}
