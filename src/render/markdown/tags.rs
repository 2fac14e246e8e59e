//! The tags of shortcodes in a text, but for those in code.

/// Bytes of one tag.
const LONGEST_TAG: usize = 2 * 1024;
/// Bytes of code within a line of text that are looked through for its end.
const LONGEST_SPAN: usize = 4 * 1024;

/// One tag of a text.
pub(super) struct Tag<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its name and what follows, trimmed.
    pub(super) inner: &'t str,
    pub(super) closes: bool,
    pub(super) is_whole: bool,
}

/// What a tag is the tag of.
pub(super) fn name(inner: &str) -> &str {
    inner.split_whitespace().next().unwrap_or_default()
}

/// The tags that stand in no code.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut fence: Option<&str> = None;
    let mut past = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (at, end) = (start, start + line.len());
        start = end;
        if at < past {
            continue;
        }
        let bare = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
        let run = bare.len() - bare.trim_start_matches(['`', '~']).len();
        if let Some(open) = fence {
            let ends = bare.starts_with(open) && bare[run..].trim().is_empty();
            fence = fence.filter(|_| !ends);
        } else if run >= 3 && !bare[run..].contains('`') {
            fence = Some(&bare[..run]);
        } else {
            past = of_line(text, (at, end), &mut tags);
        }
    }
    tags
}

/// Adds the tags that begin in a line; gives where the last of them ends, or a span of code.
fn of_line<'t>(text: &'t str, (mut at, end): (usize, usize), tags: &mut Vec<Tag<'t>>) -> usize {
    while at < end {
        let rest = &text[at..];
        let Some(next) = rest[..end - at].find(['`', '{', '\\']) else {
            break;
        };
        at += next;
        let rest = &text[at..];
        if rest.starts_with('\\') {
            at += rest.chars().take(2).map(char::len_utf8).sum::<usize>();
        } else if rest.starts_with('`') {
            at += span(rest);
        } else if let Some(tag) = tag(text, at) {
            at = tag.end;
            tags.push(tag);
        } else {
            at += 1;
        }
    }
    at
}

/// Bytes of the code that begins here, or of its marks where it never ends.
fn span(text: &str) -> usize {
    let run = text.len() - text.trim_start_matches('`').len();
    let text = &text[..text.floor_char_boundary(run + LONGEST_SPAN)];
    let paragraph = text.find("\n\n").unwrap_or(text.len());
    let mut at = run;
    while let Some(next) = text[at..paragraph].find('`') {
        at += next;
        let found = text[at..].len() - text[at..].trim_start_matches('`').len();
        at += found;
        if found == run {
            return at;
        }
    }
    run
}

fn tag(text: &str, start: usize) -> Option<Tag<'_>> {
    let inner = text[start..].strip_prefix("{{<")?;
    let inner = &inner[..inner.floor_char_boundary(LONGEST_TAG)];
    let mut quote = false;
    let mut escaped = false;
    let mut end = None;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote => escaped = true,
            '"' => quote = !quote,
            '>' if !quote && inner[at..].starts_with(">}}") => {
                end = Some(at);
                break;
            }
            '{' if !quote && inner[at..].starts_with("{{<") => break,
            _ => {}
        }
    }
    // With a quote that never ends, the first end is meant.
    let end = end.or_else(|| inner.find(">}}"))?;
    let words = inner[..end].trim();
    let (words, is_whole) = match words.strip_suffix('/') {
        Some(words) => (words.trim_end(), true),
        None => (words, false),
    };
    let (words, closes) = match words.strip_prefix('/') {
        Some(words) => (words.trim_start(), true),
        None => (words, false),
    };
    let name = name(words);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    is_name.then_some(Tag {
        start,
        end: start + 3 + end + 3,
        inner: words,
        closes,
        is_whole,
    })
}
