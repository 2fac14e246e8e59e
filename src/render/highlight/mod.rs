//! Code coloured at build time: each token gets one short class (`hl-keyword`, `hl-string`, ...)
//! that a theme can colour, whoever read it: a lexer, a scanner of our own, or a grammar.

mod grammar;
mod lexer;
mod scanner;

use super::escape::escape_into;

/// Writes `code` as HTML, coloured if its language is known. A lexer is a hundred times as fast as
/// a grammar, so what reads by hand goes first; see `lexer` for what is left to the grammars.
pub(crate) fn highlight(html: &mut String, language: &str, code: &str) {
    let mut spans = Spans { html, open: None };
    let coloured = lexer::colour(&mut spans, language, code)
        || scanner::colour(&mut spans, language, code)
        || grammar::colour(&mut spans, language, code);
    if !coloured {
        spans.text(None, code);
    }
    spans.close();
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
    use super::grammar::LONGEST_LINE;
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
        let code = format!("def\n{line}\ndef\n");
        assert!(html("ruby", &code).ends_with(&format!("{line}\ndef\n")));
    }

    #[test]
    fn lexers_and_grammars_speak_of_the_same_classes() {
        for (language, code, class, word) in [
            ("python", "def f(): pass", "keyword", "def"),
            ("go", "func f() {}", "keyword", "func"),
            ("json", "{\"a\": 1}", "attribute", "&quot;a&quot;"),
            ("yaml", "a: 1", "attribute", "a"),
            ("css", "b { color: red }", "attribute", "color"),
            ("html", "<b>", "tag", "b"),
            ("ruby", "x = 1", "number", "1"),
            ("diff", "+a", "inserted", "+a"),
        ] {
            let span = format!("<span class=\"hl-{class}\">{word}");
            let html = html(language, code);
            assert!(html.contains(&span), "{language}: {html}");
        }
    }

    #[test]
    fn a_reserved_word_is_one_only_where_it_is_reserved() {
        let catch = html("js", "p.catch(f); import('a')");
        assert!(catch.contains("hl-function\">catch<"), "{catch}");
        assert!(catch.contains("hl-keyword\">import<"), "{catch}");
        assert!(!html("ts", "{ type: 1 }").contains("hl-keyword"));
        assert!(!html("bash", "echo if only").contains("hl-keyword"));
        let shell = html("bash", "for a in b; do c; done && if d; then e; fi");
        for word in ["for", "in", "do", "done", "if", "then", "fi"] {
            assert!(shell.contains(&format!("hl-keyword\">{word}")), "{shell}");
        }
    }

    #[test]
    fn code_within_code_is_coloured_too() {
        assert!(html("sh", "a=$(git log 'x')").contains("hl-function\">git<"));
        let page = html(
            "html",
            "<script>let a</script><p>let</p><style>b{c:d}</style>",
        );
        assert!(page.contains("hl-keyword\">let</span> a"), "{page}");
        assert!(page.contains("hl-attribute\">c<"), "{page}");
        assert_eq!(page.matches("hl-keyword").count(), 1, "{page}");
    }

    /// The grammar of JavaScript never ended on this, and a build with it.
    #[test]
    fn a_letter_no_grammar_knows_is_passed() {
        for language in ["vue", "svelte", "php", "js"] {
            let code = "<script>\né /* a */ …\n</script>";
            assert!(html(language, code).contains('é'), "{language}");
        }
    }

    const BITS: [&str; 56] = [
        "'", "\"", "`", "\\", "\n", "$", "$(", "${", ")", "[", "]", "{", "}", "<", ">", "</",
        "<!--", "/*", "*/", "//", "#", "r#\"", "é", "日", "<<E\n", "E\n", "|", "- ", ":", "&", "*",
        "!", "@", "=", "0x", "1.", "if", "\t", "<script>", "'''", "R\"x(", ")x\"", "\"\"\"", "$\"",
        "@\"", "\\(", "\\u{", "%-5", "$a", "--", "#include", "\r\n", "struct ", "R\"é", "E'", "½",
    ];

    #[test]
    fn whatever_is_read_is_all_shown() {
        let mut random = 1_u64;
        for _ in 0..400 {
            let mut code = String::new();
            for _ in 0..30 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                code.push_str(BITS[(random % 56) as usize]);
            }
            for language in LEXED.iter().chain(&SCANNED) {
                shows_all(language, &code);
            }
        }
    }

    /// What looks ahead to the end at each mark would take hours.
    #[test]
    fn long_code_takes_no_longer_for_what_is_in_it() {
        for language in SCANNED {
            shows_all(language, "");
            shows_all(language, &"\"".repeat(256 * 1024));
            for bit in LOOKING_AHEAD {
                shows_all(language, &bit.repeat(32 * 1024 / bit.len()));
            }
        }
    }

    const LOOKING_AHEAD: [&str; 13] = [
        "'", "/*", "R\"", "R\"(", "$\"{", "\\(", "#include", "a ", "a<", "%5", "\\x", "@a", "[",
    ];
    const LEXED: [&str; 10] = [
        "rust", "sh", "python", "json", "toml", "yaml", "css", "js", "ts", "html",
    ];
    const SCANNED: [&str; 8] = ["c", "cpp", "cs", "go", "java", "kotlin", "sql", "swift"];

    fn shows_all(language: &str, code: &str) {
        let mut shown = String::new();
        for piece in html(language, code).split('<') {
            shown.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        let mut whole = String::new();
        escape_into(&mut whole, code);
        assert!(shown == whole, "{language}: {shown:.200}");
    }
}
