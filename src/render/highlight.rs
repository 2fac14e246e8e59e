//! Code coloured at build time: each token gets one short class (`hl-keyword`, `hl-string`, ...)
//! that a theme can colour, instead of the dozen scope names a grammar gives it.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::escape::escape_into;

/// Longer code is shown plain: the grammars' regular expressions cost too much on it.
const LONGEST: usize = 128 * 1024;
/// A longer line (minified code) is shown plain, and so is the rest of its block.
const LONGEST_LINE: usize = 4 * 1024;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Scope prefix to class, first match wins; matched from the innermost scope outwards.
static CLASSES: LazyLock<Vec<(Scope, Option<&'static str>)>> = LazyLock::new(|| {
    const TABLE: &[(&str, Option<&str>)] = &[
        ("comment", Some("hl-comment")),
        ("punctuation.definition.comment", Some("hl-comment")),
        ("constant.character.escape", Some("hl-escape")),
        ("constant.other.placeholder", Some("hl-escape")),
        ("punctuation.definition.string", Some("hl-string")),
        ("string", Some("hl-string")),
        ("constant.numeric", Some("hl-number")),
        ("constant", Some("hl-constant")),
        ("keyword.operator", Some("hl-operator")),
        ("keyword", Some("hl-keyword")),
        ("storage", Some("hl-keyword")),
        ("entity.name.function", Some("hl-function")),
        ("support.function", Some("hl-function")),
        ("support.macro", Some("hl-function")),
        ("variable.function", Some("hl-function")),
        ("entity.name.tag", Some("hl-tag")),
        ("entity.other.attribute-name", Some("hl-attribute")),
        ("entity.name.section", Some("hl-heading")),
        ("markup.heading", Some("hl-heading")),
        ("entity.name", Some("hl-type")),
        ("support.type", Some("hl-type")),
        ("support.class", Some("hl-type")),
        ("support.constant", Some("hl-constant")),
        ("variable.language", Some("hl-keyword")),
        ("variable.parameter", Some("hl-variable")),
        ("markup.inserted", Some("hl-inserted")),
        ("markup.deleted", Some("hl-deleted")),
        ("markup.bold", Some("hl-strong")),
        ("markup.italic", Some("hl-emphasis")),
        ("meta.diff.header", Some("hl-heading")),
        ("meta.diff.range", Some("hl-heading")),
        // Inside a string, `#{…}` is code again.
        ("meta.interpolation", None),
        ("meta.template.expression", None),
    ];
    TABLE
        .iter()
        .filter_map(|&(scope, class)| Some((Scope::new(scope).ok()?, class)))
        .collect()
});

/// Writes `code` as HTML, coloured by the grammar of `language` if there is one.
pub(super) fn highlight(html: &mut String, language: &str, code: &str) {
    match syntax(language).filter(|_| code.len() <= LONGEST) {
        Some(syntax) => coloured(html, syntax, code),
        None => escape_into(html, code),
    }
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let language = match language {
        "" | "text" | "plain" | "plaintext" | "txt" | "console" | "mermaid" | "dot" => return None,
        "shell" | "sh" | "zsh" => "bash",
        "jsonc" | "json5" => "json",
        "hbs" | "handlebars" => "html",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(language)
}

fn coloured(html: &mut String, syntax: &SyntaxReference, code: &str) {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut spans = Spans { html, open: None };
    let mut lines = code.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let parsed = if line.len() <= LONGEST_LINE {
            state.parse_line(line, &SYNTAXES).ok()
        } else {
            None
        };
        let Some(operations) = parsed else {
            // The grammar lost its place: the rest is shown as it stands.
            spans.text(None, line);
            lines.by_ref().for_each(|line| spans.text(None, line));
            break;
        };
        let mut shown = 0;
        for (at, operation) in operations {
            spans.text(class(&stack), &line[shown..at]);
            shown = at;
            if stack.apply(&operation).is_err() {
                break;
            }
        }
        spans.text(class(&stack), &line[shown..]);
    }
    spans.close();
}

/// The class of a token: that of its innermost scope the table knows.
fn class(stack: &ScopeStack) -> Option<&'static str> {
    stack
        .as_slice()
        .iter()
        .rev()
        .find_map(|scope| {
            CLASSES
                .iter()
                .find(|(prefix, _)| prefix.is_prefix_of(*scope))
        })
        .and_then(|(_, class)| *class)
}

/// Joins neighbouring tokens of one class into one span.
struct Spans<'a> {
    html: &'a mut String,
    open: Option<&'static str>,
}

impl Spans<'_> {
    fn text(&mut self, class: Option<&'static str>, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space shows no colour: it may join whatever span is open.
        if class != self.open && !text.trim().is_empty() {
            self.close();
            if let Some(class) = class {
                self.html.push_str("<span class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
                self.open = Some(class);
            }
        }
        escape_into(self.html, text);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(language: &str, code: &str) -> String {
        let mut html = String::new();
        highlight(&mut html, language, code);
        html
    }

    #[test]
    fn a_token_gets_one_class() {
        assert_eq!(
            html("rust", "let x = \"a\"; // b\n"),
            "<span class=\"hl-keyword\">let</span> x <span class=\"hl-operator\">= </span>\
             <span class=\"hl-string\">&quot;a&quot;</span>; <span class=\"hl-comment\">// b\n</span>"
        );
    }

    #[test]
    fn an_unknown_language_is_shown_plain() {
        assert_eq!(html("nosuch", "<a & b>"), "&lt;a &amp; b&gt;");
    }

    #[test]
    fn a_line_too_long_to_parse_is_shown_plain_with_all_that_follows() {
        let line = "x".repeat(LONGEST_LINE + 1);
        let code = format!("let\n{line}\nlet\n");
        assert!(html("rust", &code).ends_with(&format!("{line}\nlet\n")));
    }
}
