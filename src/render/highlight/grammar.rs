//! Languages read by syntect's grammars: some two hundred of them, and slow, because each token
//! is found by regular expressions.

use std::borrow::Cow;
use std::sync::LazyLock;

use syntect::parsing::{
    BasicScopeStackOp, ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet,
};

use super::Spans;

/// Longer code is shown plain: the grammars' regular expressions cost too much on it.
const LONGEST: usize = 128 * 1024;
/// A longer line (minified code) is shown plain, and so is the rest of its block.
pub(super) const LONGEST_LINE: usize = 4 * 1024;

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

/// Writes `code` in colours if there is a grammar of that language.
pub(super) fn colour(spans: &mut Spans<'_>, language: &str, code: &str) -> bool {
    let Some(syntax) = syntax(language).filter(|_| code.len() <= LONGEST) else {
        return false;
    };
    let mut state = ParseState::new(syntax);
    let mut classes = Classes::default();
    let mut lines = code.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let parsed = if line.len() <= LONGEST_LINE {
            state.parse_line(&in_ascii(line), &SYNTAXES).ok()
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
            let at = line.floor_char_boundary(at).max(shown);
            spans.text(classes.current(), &line[shown..at]);
            shown = at;
            if !classes.apply(&operation) {
                break;
            }
        }
        spans.text(classes.current(), &line[shown..]);
    }
    true
}

/// The line with an `x` for each byte of other letters. The grammar of JavaScript, which many
/// others hold, never ends on `é /*`: it stays for ever before a letter it does not know.
fn in_ascii(line: &str) -> Cow<'_, str> {
    if line.is_ascii() {
        return Cow::Borrowed(line);
    }
    line.bytes()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(byte)
            } else {
                'x'
            }
        })
        .collect()
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

/// The scopes a token lies in, and beside each the class of a token whose innermost scope it is:
/// its own if the table knows it, else that of the scope around it.
#[derive(Default)]
struct Classes {
    scopes: ScopeStack,
    classes: Vec<Option<&'static str>>,
}

impl Classes {
    fn current(&self) -> Option<&'static str> {
        self.classes.last().copied().flatten()
    }

    /// Whether the stack could follow.
    fn apply(&mut self, operation: &ScopeStackOp) -> bool {
        let classes = &mut self.classes;
        let applied = self
            .scopes
            .apply_with_hook(operation, |change, _| match change {
                BasicScopeStackOp::Push(scope) => {
                    let known = CLASSES
                        .iter()
                        .find(|(prefix, _)| prefix.is_prefix_of(scope));
                    let around = classes.last().copied().flatten();
                    classes.push(known.map_or(around, |(_, class)| *class));
                }
                BasicScopeStackOp::Pop => {
                    classes.pop();
                }
            });
        applied.is_ok()
    }
}
