//! `{{< name key="value" >}}`: pieces of HTML that the theme makes. Each is taken out before the
//! text is read as Markdown, leaving a mark, and put where its mark came out; in code it stays what
//! was written.

use std::collections::BTreeMap;
use std::fmt;

use super::tags::{Tag, name, tags};
use super::{Part, Unmade};

/// No text has it: a code point that is no character.
pub(super) const MARK: char = '\u{fdd0}';
/// Shortcodes of one text.
const MOST: usize = 1_000;
const END: char = '\u{fdd1}';

/// One shortcode of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call<'t> {
    pub(super) name: &'t str,
    pub(super) arguments: BTreeMap<&'t str, String>,
    pub(super) positional: Vec<String>,
    /// What stands between it and its end, and the line that begins in.
    pub(super) inner: Option<(&'t str, usize)>,
    /// All of it, as it was written.
    pub(super) source: &'t str,
    /// Where it begins in the text.
    pub(super) offset: usize,
}

impl<'t> Call<'t> {
    /// That it is shown as it was written, in the text it is of.
    pub(super) fn unmade(&self, text: &str, reason: String, help: String) -> Unmade {
        let begins = text[..self.offset].rfind('\n').map_or(0, |end| end + 1);
        let line = text[begins..].lines().next().unwrap_or_default();
        Unmade {
            what: Part::Shortcode,
            line: text[..begins].matches('\n').count() + 1,
            column: text[begins..self.offset].chars().count() + 1,
            reason,
            help,
            snippet: line.chars().take(200).collect(),
        }
    }

    /// Its first and its last tag.
    pub(super) fn around(&self, inner: &str) -> (&'t str, &'t str) {
        let begins = inner.as_ptr() as usize - self.source.as_ptr() as usize;
        let (open, rest) = self.source.split_at(begins);
        (open.trim_end(), rest[inner.len()..].trim_start())
    }
}

/// What is wrong with a shortcode.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// In the text.
    pub(crate) offset: usize,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Wrong {
    pub(super) fn new(offset: usize, message: impl fmt::Display, help: impl fmt::Display) -> Self {
        Self {
            offset,
            message: message.to_string(),
            help: help.to_string(),
        }
    }
}

/// A text with marks in the place of its shortcodes.
#[derive(Debug, Default)]
pub(super) struct Marked<'t> {
    pub(super) text: String,
    pub(super) calls: Vec<Call<'t>>,
    /// A line of the marked text, and how many lines were taken out before its end.
    shifts: Vec<(usize, usize)>,
}

impl Marked<'_> {
    /// The line of the whole text that a line of the marked one was.
    pub(super) fn line(&self, line: usize) -> usize {
        let before = self.shifts.iter().take_while(|(at, _)| *at < line);
        line + before.last().map_or(0, |(_, out)| *out)
    }

    /// The text with what was written in the place of marks.
    pub(super) fn restored(&self, text: &str) -> String {
        self.replaced(text, |call, _| call.source.to_owned())
    }

    /// The text with something in the place of each mark; told whether it stands in a tag.
    pub(super) fn replaced(
        &self,
        text: &str,
        with: impl Fn(&Call<'_>, (usize, bool)) -> String,
    ) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut in_tag = false;
        while let Some((before, after)) = rest.split_once(MARK) {
            out.push_str(before);
            if let Some(at) = before.rfind(['<', '>']) {
                in_tag = before[at..].starts_with('<');
            }
            let (index, after) = after.split_once(END).unwrap_or((after, ""));
            let index = index.parse().unwrap_or(usize::MAX);
            if let Some(call) = self.calls.get(index) {
                out.push_str(&with(call, (index, in_tag)));
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// The mark of a call that stands alone in a paragraph.
pub(super) fn paragraph(index: usize) -> String {
    format!("<p>{MARK}{index}{END}</p>")
}

/// Text without marks.
pub(super) fn unmarked(text: &str) -> String {
    Marked::default().replaced(text, |_, _| String::new())
}

/// Finds the shortcodes of a text.
pub(super) fn mark(text: &str) -> Result<Marked<'_>, Wrong> {
    let mut marked = Marked::default();
    if text.contains([MARK, END]) {
        // Whose text looks like ours has none.
        marked.text = text.to_owned();
        return Ok(marked);
    }
    let tags = tags(text);
    let pairs = pairs_of(&tags)?;
    if let Some((open, _)) = pairs.get(MOST) {
        let message = format!("the text has more than {MOST} shortcodes");
        return Err(Wrong::new(open.start, message, "split the post"));
    }
    let mut from = 0;
    let mut taken = 0;
    for (open, close) in pairs {
        let end = close.map_or(open.end, |close| close.end);
        let call = call(text, open, close)?;
        marked.text.push_str(&text[from..open.start]);
        let lines = call.source.matches('\n').count();
        if lines > 0 {
            taken += lines;
            let line = marked.text.matches('\n').count() + 1;
            marked.shifts.push((line, taken));
        }
        let index = marked.calls.len();
        marked.text.push_str(&format!("{MARK}{index}{END}"));
        marked.calls.push(call);
        from = end;
    }
    marked.text.push_str(&text[from..]);
    Ok(marked)
}

/// Tags that open something, with those that end it; only the outermost.
fn pairs_of<'a, 't>(tags: &'a [Tag<'t>]) -> Result<Vec<(&'a Tag<'t>, Option<&'a Tag<'t>>)>, Wrong> {
    let mut ends: Vec<Option<usize>> = vec![None; tags.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        if tag.closes {
            let opened = open
                .iter()
                .rposition(|at| name(tags[*at].inner) == name(tag.inner));
            let Some(opened) = opened else {
                let message = format!("nothing is open that `/{}` could end", name(tag.inner));
                return Err(Wrong::new(
                    tag.start,
                    message,
                    "remove it, or write its beginning",
                ));
            };
            ends[open[opened]] = Some(index);
            open.truncate(opened);
        } else if !tag.is_whole {
            open.push(index);
        }
    }
    let mut pairs = Vec::new();
    let mut past = 0;
    for (index, tag) in tags.iter().enumerate() {
        if tag.start < past || tag.closes {
            continue;
        }
        let close = ends[index].map(|end| &tags[end]);
        past = close.map_or(tag.end, |close| close.end);
        pairs.push((tag, close));
    }
    Ok(pairs)
}

fn call<'t>(text: &'t str, open: &Tag<'t>, close: Option<&Tag<'t>>) -> Result<Call<'t>, Wrong> {
    let end = close.map_or(open.end, |close| close.end);
    let inner = close.map(|close| {
        let line = text[..open.end].matches('\n').count() + 1;
        (&text[open.end..close.start], line)
    });
    let name = name(open.inner);
    let mut call = Call {
        name,
        arguments: BTreeMap::new(),
        positional: Vec::new(),
        inner,
        source: &text[open.start..end],
        offset: open.start,
    };
    let mut rest = open.inner[name.len()..].trim_start();
    while !rest.is_empty() {
        let key_end = rest.find(['=', '"', ' ', '\n', '\t']).unwrap_or(rest.len());
        let key = rest[..key_end].trim();
        let named = rest[key_end..]
            .strip_prefix('=')
            .filter(|_| !key.is_empty());
        let Some((value, after)) = value(named.unwrap_or(rest)) else {
            let message = format!("a quotation mark of `{name}` is never closed");
            return Err(Wrong::new(open.start, message, "write `key=\"value\"`"));
        };
        match named {
            Some(_) => drop(call.arguments.insert(key, value)),
            None => call.positional.push(value),
        }
        rest = after.trim_start();
    }
    Ok(call)
}

/// A value in quotation marks or without, and what follows.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\n', '\t']).unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, c)) = letters.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.extend(letters.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        mark(text)
            .unwrap()
            .calls
            .iter()
            .map(|call| call.name)
            .collect()
    }

    #[test]
    fn arguments_are_named_or_not() {
        let text = "a {{< figure src=\"a b.jpg\" x=1 \"q \\\" >}}\" bare >}} b";
        let marked = mark(text).unwrap();
        let call = &marked.calls[0];
        assert_eq!(call.arguments["src"], "a b.jpg");
        assert_eq!(call.arguments["x"], "1");
        assert_eq!(call.positional, ["q \" >}}", "bare"]);
        assert_eq!(marked.restored(&marked.text), text);
    }

    #[test]
    fn what_is_open_is_ended_by_its_name_and_the_outermost_counts() {
        let text = "{{< a >}}\nx {{< b >}} {{< a >}}y{{< /a >}}\n{{< /a >}} {{< c />}}\nz";
        let marked = mark(text).unwrap();
        assert_eq!(names(text), ["a", "c"]);
        assert_eq!(
            marked.calls[0].inner.unwrap().0,
            "\nx {{< b >}} {{< a >}}y{{< /a >}}\n"
        );
        assert_eq!((marked.line(1), marked.line(2)), (1, 4));
        assert_eq!(mark("a {{< /b >}}").unwrap_err().offset, 2);
        assert!(mark("a {{< b c=\"d >}}").is_err());
    }

    #[test]
    fn code_is_left_alone() {
        for text in [
            "`{{< a >}}`",
            "```\n{{< a >}}\n```\n",
            "- ~~~ x\n  {{< a >}}\n  ~~~\n",
            "`` ` {{< a >}} ``",
            "`a\n{{< a >}}`",
            "\\{{{< a >}}",
            "{{<3}} {{< é >}} {{< a",
            "````\n```\n{{< a >}}\n````\n",
        ] {
            let found = names(text);
            assert!(
                found.is_empty() || text.starts_with('\\'),
                "{text}: {found:?}"
            );
        }
        assert_eq!(names("` {{< a >}}\n\n``` x\n```\n{{< b >}}"), ["a", "b"]);
    }

    #[test]
    fn who_writes_marks_has_no_shortcodes() {
        let text = "{{< a >}} \u{fdd0}0\u{fdd1}";
        let marked = mark(text).unwrap();
        assert!(marked.calls.is_empty() && marked.text == text);
    }

    #[test]
    fn no_text_takes_long() {
        for bit in [
            "{{<",
            "{{< a >}}",
            "{{< a >}}\n",
            "`",
            "` ``",
            "{{< a \"",
            "{{< a >}}{{< b >}}{{< /a >}}",
            "```\n",
            "\\",
        ] {
            let text = bit.repeat(256 * 1024 / bit.len());
            if let Ok(marked) = mark(&text) {
                assert!(marked.calls.len() <= MOST, "{bit}");
            }
        }
        assert!(mark(&"{{< a >}}".repeat(MOST)).is_ok());
        assert!(mark(&"{{< a >}}".repeat(MOST + 1)).is_err());
    }

    #[test]
    fn no_text_is_too_strange() {
        let bits = [
            "{{<",
            ">}}",
            " a ",
            "/",
            "\"",
            "\\",
            "`",
            "\n",
            "```\n",
            "é",
            "=",
            "{{< a >}}",
            "{{< /a >}}",
        ];
        let mut random = 3_u64;
        for _ in 0..5_000 {
            let mut text = String::new();
            for _ in 0..12 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                text.push_str(bits[(random % 13) as usize]);
            }
            if let Ok(marked) = mark(&text) {
                assert_eq!(marked.restored(&marked.text), text);
            }
        }
    }
}
