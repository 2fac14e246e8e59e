//! The manual says everything: each key, flag, route and template variable stands in `site/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::harness::{Blog, files_under};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every Markdown text of the manual, in one piece.
fn manual() -> String {
    let texts: Vec<String> = files_under(&Path::new(ROOT).join("site"))
        .into_iter()
        .filter(|(name, _)| name.ends_with(".md"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    assert!(texts.len() > 3, "the manual was read");
    texts.join("\n")
}

/// Asserts that the manual names each of them as a word of its own.
fn documented(what: &str, names: &BTreeSet<String>, least: usize) {
    assert!(names.len() >= least, "too few to be all: {names:?}");
    let manual = manual();
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !mentions(&manual, name))
        .collect();
    assert!(
        missing.is_empty(),
        "{what} the manual never names: {missing:?}"
    );
}

fn mentions(manual: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    manual.match_indices(name).any(|(at, _)| {
        !manual[..at].ends_with(part) && !manual[at + name.len()..].starts_with(part)
    })
}

/// The fields of every struct of a source file that is read or written by name.
fn fields(file: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
    let mut names = BTreeSet::new();
    let mut inside = false;
    let mut is_named = false;
    let mut flattened = false;
    for line in text.lines() {
        if line.starts_with("#[derive(") {
            is_named = line.contains("erialize");
        }
        let opens = is_named && line.contains("struct ") && line.ends_with('{');
        inside = opens || (inside && line != "}");
        let field = line.strip_prefix("    ").filter(|_| inside && !flattened);
        // Its fields stand in its place.
        flattened = line.trim() == "#[serde(flatten)]";
        let name = field.and_then(|field| field.split_once(": ")?.0.rsplit(' ').next());
        let name = name.map(|name| name.trim_start_matches("r#"));
        names.extend(
            name.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
                .map(str::to_owned),
        );
    }
    names
}

/// The long flags a help text names.
fn flags(help: &str) -> BTreeSet<String> {
    help.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_lowercase() && c != '-'))
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .map(|word| word.split(['=', '[', '<']).next().unwrap().to_owned())
        .filter(|flag| !matches!(flag.as_str(), "--help" | "--version"))
        .collect()
}

#[test]
fn every_key_of_byline_toml_is_in_the_manual() {
    documented("keys", &fields("src/config/site.rs"), 20);
    documented("keys of security", &fields("src/config/security.rs"), 4);
}

#[test]
fn every_template_variable_is_in_the_manual() {
    documented("template variables", &fields("src/render/view.rs"), 10);
    documented("template variables", &fields("src/render/post_view.rs"), 10);
    documented(
        "template variables of kinds",
        &fields("src/render/kind_view.rs"),
        10,
    );
    let beside = ["beside", "post", "archive", "series", "stream"];
    let beside = beside.map(|file| fields(&format!("src/output/{file}.rs")));
    documented(
        "template variables beside posts",
        &beside.into_iter().flatten().collect(),
        20,
    );
    documented(
        "template variables of search",
        &fields("src/render/search_view.rs"),
        10,
    );
    documented(
        "template variables of the past",
        &fields("src/render/history_view.rs"),
        10,
    );
}

#[test]
fn every_flag_and_command_is_in_the_manual() {
    let blog = Blog::new();
    let mut named = BTreeSet::new();
    for command in ["serve", "build", "check", "list", "why", "trigger"] {
        let help = blog.byline(&[command, "--help"]).succeeds().out;
        named.extend(flags(&help));
        named.insert(format!("byline {command}"));
    }
    for command in ["list", "eject"] {
        let help = blog.byline(&["theme", command, "--help"]).succeeds().out;
        named.extend(flags(&help));
        named.insert(format!("byline theme {command}"));
    }
    documented("flags", &named, 12);
}

#[test]
fn every_route_is_in_the_manual() {
    let table = fs::read_to_string(Path::new(ROOT).join("src/serve/routes.rs")).unwrap();
    let routes = table
        .split("(\"/-/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|route| format!("/-/{}", route.trim_end_matches('/')))
        .filter(|route| route != "/-/")
        .collect();
    documented("routes", &routes, 6);
}

#[test]
fn every_diagnostic_code_is_in_the_manual() {
    let mut codes = BTreeSet::new();
    let files = files_under(&Path::new(ROOT).join("src"));
    for (_, bytes) in files.into_iter().filter(|(name, _)| name.ends_with(".rs")) {
        let text = String::from_utf8(bytes).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        for maker in ["Diagnostic::error(", "Diagnostic::warning("] {
            let made = text.split(maker).skip(1);
            let first = made.filter_map(|rest| rest.trim_start().strip_prefix('"'));
            codes.extend(
                first
                    .filter_map(|rest| rest.split('"').next())
                    .map(str::to_owned),
            );
        }
    }
    documented("diagnostic codes", &codes, 3);
}

#[test]
fn the_dockerfile_compiles_with_the_toolchain_that_cargo_names() {
    let read = |file: &str| fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
    let manifest = read("Cargo.toml");
    let (_, toolchain) = manifest.split_once("rust-version = \"").unwrap();
    let (toolchain, _) = toolchain.split_once('"').unwrap();
    let image = format!("FROM rust:{toolchain}-slim-");
    assert!(read("site/deploy/Dockerfile").contains(&image), "{image}");
}
