//! The examples of the two specifications, through our own way of writing with all that they do
//! not know switched off. Where we differ from their text on purpose, it is said here how.

use std::sync::LazyLock;

use comrak::options::Plugins;
use comrak::{Arena, Options};
use serde::Deserialize;

use super::format::{Colours, Formatter, Seen};

/// One example of a specification.
#[derive(Deserialize)]
struct Example {
    example: usize,
    markdown: String,
    html: String,
    #[serde(default)]
    extension: String,
}

static COMMONMARK: LazyLock<Vec<Example>> =
    LazyLock::new(|| serde_json::from_str(include_str!("commonmark-0.31.2.json")).unwrap());
static GITHUB: LazyLock<Vec<Example>> =
    LazyLock::new(|| serde_json::from_str(include_str!("gfm-0.29.json")).unwrap());

/// By example of GitHub's specification (0.29, of 2019): why we answer otherwise.
const EXPLAINED: [(usize, &str); 5] = [
    (
        279,
        "task list: the specification marks it as disabled; the same boxes, the attributes and the \
         slash of the tag in another order (see `task_lists_are_githubs`)",
    ),
    (280, "as 279"),
    (
        645,
        "a comment may hold `--` since CommonMark 0.31, which is the newer text",
    ),
    (646, "`<!-->` is a comment since CommonMark 0.31"),
    (
        653,
        "the filter of tags: what it guards against is `html = \"sanitised\"` here, which takes more out",
    ),
];

fn plain(example: &Example) -> Options<'static> {
    let mut options = Options::default();
    options.render.r#unsafe = true;
    for extension in example.extension.split_whitespace() {
        match extension {
            "table" => options.extension.table = true,
            "strikethrough" => options.extension.strikethrough = true,
            "autolink" => options.extension.autolink = true,
            _ => {}
        }
    }
    options
}

/// The HTML as comrak writes it.
fn read(example: &Example) -> String {
    comrak::markdown_to_html(&example.markdown, &plain(example))
}

/// The HTML as we write it.
fn written(example: &Example) -> String {
    let arena = Arena::new();
    let options = plain(example);
    let root = comrak::parse_document(&arena, &example.markdown, &options);
    let mut html = String::new();
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&Colours);
    let seen = Seen::default();
    Formatter::format_document_with_plugins(root, &options, &mut html, &plugins, seen).unwrap();
    html
}

/// Without what we write more than the specification: anchors of headings, classes and colours of
/// code, when pictures are loaded.
fn bare(html: &str) -> String {
    let mut bare = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        bare.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else {
            return format!("{bare}<{tag}");
        };
        rest = after;
        let level = |tag: &str| tag.starts_with('h') && tag.contains(" id=\"");
        if tag.starts_with("a class=\"anchor\"") {
            bare.truncate(bare.trim_end_matches(' ').len());
            rest = rest.split_once("</a>").map_or("", |(_, after)| after);
        } else if tag.starts_with("span class=\"hl-") || tag == "/span" {
            continue;
        } else if tag.starts_with("pre class=\"code\"") {
            bare.push_str("<pre>");
        } else if level(tag) {
            bare.push_str(&format!("<{}>", &tag[..2]));
        } else {
            let tag = tag.replace(" loading=\"lazy\" decoding=\"async\"", "");
            bare.push_str(&format!("<{tag}>"));
        }
    }
    bare + rest
}

/// The examples that come out otherwise.
fn differing(examples: &[Example], html: impl Fn(&Example) -> String) -> Vec<usize> {
    let other = examples
        .iter()
        .filter(|example| html(example) != example.html);
    other.map(|example| example.example).collect()
}

#[test]
fn commonmark_is_read_as_it_is_written() {
    assert_eq!(COMMONMARK.len(), 652);
    assert_eq!(differing(&COMMONMARK, read), [0; 0]);
}

#[test]
fn githubs_is_read_as_it_is_written() {
    assert_eq!(GITHUB.len(), 673);
    let explained = EXPLAINED.map(|(example, _)| example);
    assert_eq!(differing(&GITHUB, read), explained);
}

#[test]
fn what_we_write_is_that_and_no_less() {
    assert_eq!(
        differing(&COMMONMARK, |example| bare(&written(example))),
        [0; 0]
    );
}

#[test]
fn task_lists_are_githubs() {
    for example in GITHUB
        .iter()
        .filter(|example| matches!(example.example, 279 | 280))
    {
        let mut options = plain(example);
        options.extension.tasklist = true;
        let html = comrak::markdown_to_html(&example.markdown, &options);
        let html = html
            .replace(
                "<input type=\"checkbox\" checked=\"\" disabled=\"\" />",
                "<input checked=\"\" disabled=\"\" type=\"checkbox\">",
            )
            .replace(
                "<input type=\"checkbox\" disabled=\"\" />",
                "<input disabled=\"\" type=\"checkbox\">",
            );
        assert_eq!(html, example.html);
    }
}
