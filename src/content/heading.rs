//! The title a document gives itself: a first-level heading that is its first block.

/// Bytes of a heading that are read; a title holds 300 characters.
const MAX_BYTES: usize = 2000;

/// A heading found at the head of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) title: String,
    /// Bytes of the body up to the end of the heading, its line break included.
    pub(super) length: usize,
}

/// `# Title`, or a line underlined with `=`, if nothing but blank lines stands before it.
pub(super) fn leading(body: &str) -> Option<Heading> {
    let mut offset = 0;
    let mut lines = body.split_inclusive('\n').skip_while(|line| {
        let blank = line.trim().is_empty();
        offset += if blank { line.len() } else { 0 };
        blank
    });
    let first = lines.next()?;
    let indent = first.len() - first.trim_start_matches(' ').len();
    if indent > 3 {
        return None;
    }
    let text = first.trim();
    let (title, length) = if let Some(rest) = text.strip_prefix('#') {
        if !rest.starts_with([' ', '\t']) {
            return None;
        }
        (without_closing(rest.trim()), first.len())
    } else {
        let underline = lines.next()?;
        let bar = underline.trim();
        let is_text = text.starts_with(|c: char| c.is_alphanumeric() || "\"'`*_[(“".contains(c));
        if bar.is_empty() || !bar.bytes().all(|byte| byte == b'=') || !is_text {
            return None;
        }
        (text, first.len() + underline.len())
    };
    let title = plain(&title[..title.floor_char_boundary(MAX_BYTES)]);
    (!title.is_empty()).then_some(Heading {
        title,
        length: offset + length,
    })
}

/// `Title ##` and `Title {#anchor}` without their ends.
fn without_closing(text: &str) -> &str {
    let bare = text.trim_end_matches('#');
    let text = if bare.len() < text.len() && (bare.is_empty() || bare.ends_with([' ', '\t'])) {
        bare.trim_end()
    } else {
        text
    };
    match text.rfind("{#") {
        Some(start) if text.ends_with('}') => text[..start].trim_end(),
        _ => text,
    }
}

/// Inline Markdown as plain words: no emphasis, no code marks, links by their text.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '\\' if after.starts_with(|c: char| c.is_ascii_punctuation()) => {
                out.push_str(&after[..1]);
                &after[1..]
            }
            '`' | '*' => after,
            '_' if !(ends_in_word(&out) && after.starts_with(char::is_alphanumeric)) => after,
            '!' if after.starts_with('[') => after,
            '[' => after,
            ']' if after.starts_with('(') => after.find(')').map_or(after, |end| &after[end + 1..]),
            ']' => after,
            _ => {
                out.push(c);
                after
            }
        };
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(body: &str) -> Option<String> {
        leading(body).map(|heading| heading.title)
    }

    #[test]
    fn the_first_block_is_taken_with_its_line() {
        let body = "\n\n# Hello there ##\nText\n";
        let heading = leading(body).unwrap();
        assert_eq!(heading.title, "Hello there");
        assert_eq!(&body[heading.length..], "Text\n");
        let body = "Hello\r\n=====\r\n\r\nText";
        let heading = leading(body).unwrap();
        assert_eq!(
            (heading.title.as_str(), &body[heading.length..]),
            ("Hello", "\r\nText")
        );
    }

    #[test]
    fn nothing_else_is_a_title() {
        for body in [
            "",
            "#hash tag",
            "## Second",
            "    # code",
            "Text\n# Later",
            "#",
            "# ",
            "====",
            "- item\n===",
            "Text\n\n====",
        ] {
            assert_eq!(title(body), None, "{body:?}");
        }
    }

    #[test]
    fn a_title_is_plain_words() {
        assert_eq!(
            title("# Use `git log` with *care*, [see](https://x.org) snake_case __now__ \\*")
                .as_deref(),
            Some("Use git log with care, see snake_case now *")
        );
        assert_eq!(title("# C# {#c-sharp}").as_deref(), Some("C#"));
    }

    #[test]
    fn a_hostile_heading_is_cut_before_it_is_read() {
        let line = format!("# x{}", "](".repeat(300_000));
        let heading = leading(&line).unwrap();
        assert_eq!(heading.length, line.len());
        assert!(heading.title.len() <= MAX_BYTES);
    }
}
