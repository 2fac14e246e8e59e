//! Fences that say more than a language: a file name, line numbers, lines to look at, a diff.

use std::ops::RangeInclusive;

use crate::render::escape::escaped;
use crate::render::highlight::highlight;

/// Ranges of highlighted lines that are read; more are no help to anyone.
const MOST_RANGES: usize = 100;

/// What stands behind the language.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fence<'a> {
    language: &'a str,
    title: Option<&'a str>,
    /// The number of the first line.
    numbers: Option<usize>,
    marked: Vec<RangeInclusive<usize>>,
    is_diff: bool,
}

/// `rust,ignore` and `rust{1,3}` name a language and something else.
pub(super) fn language(info: &str) -> &str {
    info.split([',', '{', ':', ' ', '\t'])
        .next()
        .unwrap_or_default()
}

impl<'a> Fence<'a> {
    /// Reads an info string; `None` where it says nothing but a language.
    pub(super) fn read(info: &'a str) -> Option<Self> {
        let language = language(info);
        let mut fence = Self {
            language,
            ..Self::default()
        };
        let mut rest = &info[language.len()..];
        if rest.trim().is_empty() {
            return None;
        }
        while let Some((word, value, after)) = word(rest) {
            rest = after;
            match (word, value) {
                ("title", Some(title)) if !title.is_empty() => fence.title = Some(title),
                ("linenos", None) => fence.numbers = Some(1),
                ("linenos", Some(first)) => match first.parse::<u32>() {
                    Ok(first) => fence.numbers = Some(first as usize),
                    Err(_) if first == "true" => fence.numbers = Some(1),
                    Err(_) => {}
                },
                ("diff", None) => fence.is_diff = true,
                ("{", Some(lines)) => fence.marked.extend(ranges(lines).unwrap_or_default()),
                _ => {}
            }
        }
        fence.marked.truncate(MOST_RANGES);
        let says = fence.title.is_some()
            || fence.numbers.is_some()
            || fence.is_diff
            || !fence.marked.is_empty();
        says.then_some(fence)
    }

    /// Writes the block.
    pub(super) fn html(&self, code: &str) -> String {
        let (code, signs) = if self.is_diff {
            without_signs(code)
        } else {
            (code.to_owned(), Vec::new())
        };
        let mut coloured = String::with_capacity(code.len() * 3);
        highlight(&mut coloured, &self.language.to_ascii_lowercase(), &code);
        let mut html = String::with_capacity(coloured.len() * 2);
        if let Some(title) = self.title {
            html.push_str("<figure class=\"file\">\n<figcaption>");
            html.push_str(&escaped(title));
            html.push_str("</figcaption>\n");
        }
        let also = if self.is_diff { " diff" } else { "" };
        html.push_str(&format!("<pre class=\"code{also}\" tabindex=\"0\"><code"));
        if !self.language.is_empty() {
            html.push_str(&format!(" class=\"language-{}\"", escaped(self.language)));
        }
        html.push('>');
        self.lines(&mut html, &coloured, &signs);
        html.push_str("</code></pre>\n");
        if self.title.is_some() {
            html.push_str("</figure>\n");
        }
        html
    }

    /// Writes coloured code line by line: a colour that runs over several ends and begins anew.
    fn lines(&self, html: &mut String, coloured: &str, signs: &[u8]) {
        let mut open = "";
        for (index, line) in coloured.split_inclusive('\n').enumerate() {
            let tag = match signs.get(index) {
                Some(b'+') => "ins",
                Some(b'-') => "del",
                _ if self.marked.iter().any(|lines| lines.contains(&(index + 1))) => "mark",
                _ if self.numbers.is_some() || self.is_diff => "span",
                _ => "",
            };
            if !tag.is_empty() {
                html.push_str(&format!("<{tag} class=\"line\""));
                if let Some(first) = self.numbers {
                    // Shown by the theme: what is not text is not copied with it.
                    html.push_str(&format!(" data-line=\"{}\"", first + index));
                }
                html.push('>');
            }
            html.push_str(open);
            html.push_str(line);
            open = still_open(open, line);
            if !open.is_empty() {
                html.push_str("</span>");
            }
            if !tag.is_empty() {
                html.push_str(&format!("</{tag}>"));
            }
        }
    }
}

/// The tag of the colour that is open behind a line. They never lie in each other.
fn still_open<'l>(open: &'l str, line: &'l str) -> &'l str {
    let Some(last) = line.rfind('<') else {
        return open;
    };
    if line[last..].starts_with("</") {
        return "";
    }
    let end = line[last..]
        .find('>')
        .map_or(line.len(), |end| last + end + 1);
    &line[last..end]
}

/// The code without the sign each line begins with, and the signs.
fn without_signs(code: &str) -> (String, Vec<u8>) {
    let mut signs = Vec::new();
    let lines = code.split_inclusive('\n').map(|line| {
        let sign = line.bytes().next().unwrap_or_default();
        signs.push(sign);
        match sign {
            b'+' | b'-' | b' ' => &line[1..],
            _ => line,
        }
    });
    let code = lines.collect();
    (code, signs)
}

/// The first word of an info string, its value, and what is behind: `{…}` is the value of `{`.
fn word(text: &str) -> Option<(&str, Option<&str>, &str)> {
    let text = text.trim_start_matches([' ', '\t', ',', ':']);
    if let Some(inner) = text.strip_prefix('{') {
        let (inner, after) = inner.split_once('}').unwrap_or((inner, ""));
        return Some(("{", Some(inner), after));
    }
    let end = text.find([' ', '\t', ',', '=', '{']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if word.is_empty() && rest.is_empty() {
        return None;
    }
    let Some(value) = rest.strip_prefix('=') else {
        return Some((word, None, rest));
    };
    for quote in ['"', '\''] {
        if let Some((value, after)) = value.strip_prefix(quote).and_then(|v| v.split_once(quote)) {
            return Some((word, Some(value), after));
        }
    }
    let end = value.find([' ', '\t']).unwrap_or(value.len());
    Some((word, Some(&value[..end]), &value[end..]))
}

/// `3,5-7` as ranges, if that is what it is.
fn ranges(lines: &str) -> Option<Vec<RangeInclusive<usize>>> {
    let one = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
    };
    lines
        .split([',', ' '])
        .filter(|range| !range.is_empty())
        .take(MOST_RANGES)
        .map(one)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(info: &str, code: &str) -> String {
        Fence::read(info).unwrap().html(code)
    }

    #[test]
    fn only_what_says_more_than_a_language_is_read() {
        for info in [
            "",
            "rust",
            "rust,ignore",
            "rust ",
            "rust {.wide}",
            "c++ {#x}",
            "js {a}",
        ] {
            assert_eq!(Fence::read(info), None, "{info}");
        }
        let fence = Fence::read("rust title=\"src/main.rs\" {3,5-7} linenos=5 diff").unwrap();
        let whole = Fence {
            language: "rust",
            title: Some("src/main.rs"),
            numbers: Some(5),
            marked: vec![3..=3, 5..=7],
            is_diff: true,
        };
        assert_eq!(fence, whole);
        assert_eq!(Fence::read("js{1}").unwrap().marked, [1..=1]);
    }

    #[test]
    fn a_name_is_a_caption_and_numbers_are_no_text() {
        assert_eq!(
            html("text title=\"a<b.rs\" linenos=9 {2}", "a\nb\n"),
            "<figure class=\"file\">\n<figcaption>a&lt;b.rs</figcaption>\n\
             <pre class=\"code\" tabindex=\"0\"><code class=\"language-text\">\
             <span class=\"line\" data-line=\"9\">a\n</span>\
             <mark class=\"line\" data-line=\"10\">b\n</mark></code></pre>\n</figure>\n"
        );
    }

    #[test]
    fn a_diff_is_marked_and_its_code_coloured_without_signs() {
        let html = html("rust diff", "-let a;\n+let b;\n  c\n");
        assert!(
            html.contains("<del class=\"line\"><span class=\"hl-keyword\">let</span> a;"),
            "{html}"
        );
        assert!(html.contains("<ins class=\"line\">"), "{html}");
        assert!(html.contains("<span class=\"line\"> c\n</span>"), "{html}");
        assert!(html.contains("<pre class=\"code diff\""), "{html}");
    }

    #[test]
    fn a_colour_over_several_lines_ends_with_each() {
        let html = html("rust {2}", "/* a\nb\nc */\n");
        assert!(
            html.contains(
                "a\n</span><mark class=\"line\"><span class=\"hl-comment\">b\n</span></mark>"
            ),
            "{html}"
        );
        assert_eq!(
            html.matches("<span").count(),
            html.matches("</span>").count()
        );
    }

    #[test]
    fn no_info_string_panics() {
        for info in [
            "a =",
            "a {",
            "a }",
            "a title=\"",
            "a {1-",
            "a linenos=99999999999",
            "a é=é{é",
            "=",
            "{",
            "a {9-1}",
        ] {
            if let Some(fence) = Fence::read(info) {
                assert!(fence.html("x\ny").contains('x'));
            }
        }
    }
}
