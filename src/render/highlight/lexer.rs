//! Languages read by hl-lite's lexers: one pass over the bytes and no expressions, so they cost
//! next to nothing. A lexer knows words and not what they are for, so some are judged again here.

use hl_lite::{Kind, Lang, Span};

use super::Spans;

/// Longer code is shown plain: coloured, it would be many times as long.
pub(super) const LONGEST: usize = 1024 * 1024;
/// Commands within commands of a shell that are read again.
const DEEPEST: usize = 4;

/// Writes `code` in colours if a lexer reads that language well.
pub(super) fn colour(spans: &mut Spans<'_>, language: &str, code: &str) -> bool {
    let Some(lang) = lang(language).filter(|_| code.len() <= LONGEST) else {
        return false;
    };
    read(spans, lang, code, 0);
    true
}

/// Left to the grammars, though there are lexers: Markdown, whose front matter and quoted code
/// would be read as prose, and Dockerfiles, whose commands would stay plain.
fn lang(language: &str) -> Option<Lang> {
    match language {
        "rust" | "rs" => Some(Lang::Rust),
        "bash" | "sh" | "shell" | "zsh" => Some(Lang::Bash),
        "python" | "py" | "python3" => Some(Lang::Python),
        "json" | "jsonc" => Some(Lang::Json),
        "toml" => Some(Lang::Toml),
        "yaml" | "yml" => Some(Lang::Yaml),
        "css" => Some(Lang::Css),
        "javascript" | "js" | "mjs" | "cjs" | "jsx" => Some(Lang::JavaScript),
        "typescript" | "ts" | "mts" | "cts" | "tsx" => Some(Lang::TypeScript),
        "html" | "hbs" | "handlebars" | "xml" | "svg" => Some(Lang::Html),
        _ => None,
    }
}

/// Reads code, and what the lexer leaves in one piece though it is code too: the commands within a
/// command of a shell, the scripts and styles of a page.
fn read(spans: &mut Spans<'_>, lang: Lang, code: &str, depth: usize) {
    let mut end = 0;
    let mut body = None;
    for Span { kind, text } in hl_lite::highlight(lang, code) {
        let before = &code[..end];
        end += text.len();
        match (kind, lang) {
            (Kind::Variable, Lang::Bash) if depth < DEEPEST && is_command(text) => {
                let (open, inner) = text.split_at(2);
                spans.text(None, open);
                read(spans, Lang::Bash, inner, depth + 1);
                continue;
            }
            (Kind::Tag, Lang::Html) => body = body_of(text).filter(|_| !before.ends_with('/')),
            (Kind::Plain, Lang::Html) if before.ends_with('>') => {
                if let Some(lang) = body.take() {
                    read(spans, lang, text, depth + 1);
                    continue;
                }
            }
            _ => {}
        }
        spans.text(class(lang, kind, text, (before, &code[end..])), text);
    }
}

/// `$(…)`, which the lexer takes for one long variable, but no sum such as `$((1 + 1))`.
fn is_command(text: &str) -> bool {
    text.starts_with("$(") && !text.starts_with("$((")
}

fn body_of(tag: &str) -> Option<Lang> {
    match tag.to_ascii_lowercase().as_str() {
        "script" => Some(Lang::JavaScript),
        "style" => Some(Lang::Css),
        _ => None,
    }
}

fn class(lang: Lang, kind: Kind, text: &str, around: (&str, &str)) -> Option<&'static str> {
    match kind {
        Kind::Plain | Kind::Punctuation => None,
        // `a.b`, `a::b` and `a: b` are no sums.
        Kind::Operator => text
            .contains(|c| !".:?\\@,".contains(c))
            .then_some("hl-operator"),
        Kind::Keyword => keyword(lang, text, around),
        Kind::String => Some("hl-string"),
        Kind::Comment => Some("hl-comment"),
        Kind::Number => Some("hl-number"),
        Kind::Type => Some("hl-type"),
        Kind::Function => Some("hl-function"),
        Kind::Attribute | Kind::Property => Some("hl-attribute"),
        Kind::Tag => Some("hl-tag"),
        Kind::Constant => Some("hl-constant"),
        Kind::Variable => Some("hl-variable"),
    }
}

/// What a reserved word is where it stands: `promise.catch(…)` calls a function, `{ type: 1 }`
/// names a key, and `echo if` says a word.
fn keyword(lang: Lang, word: &str, (before, after): (&str, &str)) -> Option<&'static str> {
    let names = match lang {
        Lang::JavaScript | Lang::TypeScript => {
            let key = after.starts_with(':') && word != "default";
            key || before.ends_with('.') && !before.ends_with("...")
        }
        Lang::Python => before.ends_with('.'),
        Lang::Bash => !commands(before) && word != "in",
        _ => false,
    };
    match names {
        false => Some("hl-keyword"),
        true if after.starts_with('(') => Some("hl-function"),
        true => None,
    }
}

/// Whether what comes after `before` is a command of a shell, not an argument. A line may be as
/// long as all the code, so not much of it is looked at.
fn commands(before: &str) -> bool {
    let start = before.ceil_char_boundary(before.len().saturating_sub(40));
    let line = before[start..].rsplit('\n').next().unwrap_or_default();
    let line = line.trim_end();
    let word = line.rsplit([' ', '\t', ';']).next().unwrap_or_default();
    line.is_empty()
        || line.ends_with([';', '|', '&', '(', '{', ')', '$', '!'])
        || ["then", "do", "else", "elif", "if", "while", "until", "time"].contains(&word)
}
