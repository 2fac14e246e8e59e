//! Formulas: LaTeX to MathML, which browsers show without a script. Bounded, because macros can
//! make a page of a line.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// Bytes of one formula.
const LONGEST: usize = 8 * 1024;
/// Groups in groups.
const DEEPEST: usize = 64;
const MOST_EVENTS: usize = 32 * 1024;
/// A definition that uses itself twice doubles with each use.
const DEFINITIONS: [&str; 4] = ["\\def", "\\let", "\\futurelet", "command"];
/// The parser takes its argument apart in the middle of a letter.
const UNSOUND: &str = "\\char";

/// The formula as MathML, or what is wrong with it.
pub(super) fn mathml(formula: &str, is_display: bool) -> Result<String, String> {
    if formula.len() > LONGEST {
        return Err(format!("the formula is longer than {} KiB", LONGEST / 1024));
    }
    if DEFINITIONS.iter().any(|word| formula.contains(word)) {
        return Err("a formula can't define commands".to_owned());
    }
    if depth(formula) > DEEPEST {
        return Err(format!("groups lie more than {DEEPEST} deep"));
    }
    if formula.contains(UNSOUND) {
        return Err(format!("`{UNSOUND}` is not known; write the letter itself"));
    }
    // A slip in a parser of half a thousand commands is to cost a formula, not a build.
    let translated = std::panic::catch_unwind(|| translated(formula, is_display));
    translated.unwrap_or_else(|_| Err("the formula can't be read".to_owned()))
}

fn translated(formula: &str, is_display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(formula, &storage) {
        match event {
            Ok(event) if events.len() < MOST_EVENTS => events.push(Ok::<_, std::fmt::Error>(event)),
            Ok(_) => return Err("the formula is too large".to_owned()),
            Err(error) => return Err(reason(&error)),
        }
    }
    let config = RenderConfig {
        display_mode: if is_display {
            DisplayMode::Block
        } else {
            DisplayMode::Inline
        },
        ..RenderConfig::default()
    };
    let mut html = String::with_capacity(formula.len() * 8);
    push_mathml(&mut html, events.into_iter(), config).map_err(|error| error.to_string())?;
    if is_display {
        // It may be wider than the page: who uses a keyboard must be able to scroll it.
        html = format!("<span class=\"formula\" tabindex=\"0\">{html}</span>");
    }
    Ok(html)
}

/// The first line of what the parser says; the others draw the place, which we do ourselves.
fn reason(error: &pulldown_latex::ParserError) -> String {
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    first.trim_start_matches("parsing error: ").to_owned()
}

/// How deep anything can lie in anything: groups, and what stands before its argument without one,
/// as `\\hat\\sqrt x` and `x^y` do. The parser calls itself for each.
fn depth(formula: &str) -> usize {
    let (mut groups, mut run, mut deepest) = (0_usize, 0, 0);
    let mut bytes = formula.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' | b'(' => groups += 1,
            b'}' | b']' | b')' => (groups, run) = (groups.saturating_sub(1), 0),
            b'\\' => {
                run += 1;
                while bytes.next_if(u8::is_ascii_alphabetic).is_some() {}
            }
            b'^' | b'_' => run += 1,
            b' ' | b'\n' | b'\t' => {}
            _ => run = 0,
        }
        deepest = deepest.max(groups + run);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_mathml_and_a_broken_one_says_why() {
        let html = mathml("\\frac{a}{b} \\le x^2", false).unwrap();
        assert!(html.starts_with("<math"), "{html}");
        assert!(
            html.contains("<mfrac>") && html.contains("<msup>"),
            "{html}"
        );
        let shown = mathml("a", true).unwrap();
        assert!(
            shown.starts_with("<span class=\"formula\" tabindex=\"0\"><math display=\"block\""),
            "{shown}"
        );
        assert!(mathml("\\frac{a", false).is_err());
        assert!(mathml("\\nosuchcommand", false).is_err());
    }

    #[test]
    fn a_formula_is_text_and_never_markup() {
        let html = mathml("a < b & \\text{<script>alert(1)</script>}", false);
        assert!(!html.unwrap_or_default().contains("<script"));
        let html = mathml("a < b \\text{<script>}", false).unwrap();
        assert!(html.contains("&lt;") && !html.contains("<script"), "{html}");
    }

    #[test]
    fn what_is_built_to_grow_is_refused() {
        let doubling = "\\def\\a{xx}\\def\\b{\\a\\a}\\b";
        assert!(mathml(doubling, false).is_err());
        assert!(mathml("\\newcommand{\\a}{\\a\\a}\\a", false).is_err());
        assert!(mathml(&"x".repeat(LONGEST + 1), false).is_err());
        for bit in [
            "{",
            "x^",
            "\\sqrt",
            "\\left(",
            "\\frac",
            "\\begin{matrix}",
            "\\hat",
            "x_",
            "\\hat x_",
            "\\sqrt 1^",
            "\\begin{matrix}a",
            "\\left(a",
            "\\left|a",
            "\\left.",
            "a'",
            "\\alpha a",
            "&\\\\",
        ] {
            let formula = bit.repeat(LONGEST / bit.len());
            let html = mathml(&formula, false).unwrap_or_default();
            assert!(html.len() < 100 * LONGEST, "{bit}");
        }
    }

    const BITS: [&str; 78] = [
        "{",
        "}",
        "^",
        "_",
        "\\frac",
        "\\sqrt",
        "[",
        "]",
        "\\left",
        "\\right",
        "(",
        ")",
        "|",
        ".",
        "&",
        "\\\\",
        "\\begin{matrix}",
        "\\end{matrix}",
        "\\begin{array}{c|c}",
        "\\end{array}",
        "\\text{a}",
        "\\text",
        "a",
        "1",
        " ",
        "\\hat",
        "é",
        "日",
        "'",
        "\\color{red}",
        "\\mathbb",
        "\\not",
        "\\hline",
        "\\big",
        "\\limits",
        "\\operatorname{a}",
        "#",
        "%",
        "~",
        "\\",
        "\\kern 1em",
        "\\char",
        "\\over",
        "\\tag{1}",
        "\\left.",
        "\\right.",
        "\\middle|",
        "\\substack",
        "\\genfrac",
        "\\binom",
        "\\overbrace",
        "\\underset",
        "\\xrightarrow",
        "\\phantom",
        "\\boxed",
        "\\textcolor",
        "\\cancel",
        "\\mathrm",
        "\\pmod",
        "\\stackrel",
        "\\begin{align}",
        "\\end{align}",
        "\\begin{cases}",
        "\\end{cases}",
        "\\rule",
        "\\hspace{1em}",
        "\\hskip",
        "\\raise",
        "\\mathop",
        "\\sum",
        "\\int",
        "\\bigl",
        "\\displaystyle",
        "\\begin",
        "\\end",
        "{a}",
        "\\above",
        "$",
    ];

    #[test]
    fn no_formula_stops_a_build() {
        let mut random = 7_u64;
        for _ in 0..20_000 {
            let mut formula = String::new();
            for _ in 0..10 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                formula.push_str(BITS[(random % 78) as usize]);
            }
            let html = mathml(&formula, true);
            assert_ne!(
                html,
                Err("the formula can't be read".to_owned()),
                "{formula}"
            );
            let html = html.unwrap_or_default();
            assert!(html.is_empty() || html.contains("<math"));
        }
    }
}
