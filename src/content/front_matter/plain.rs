//! YAML that is nothing but plain lines, `key: value` and lists of words, read as it stands. History
//! asks tens of thousands of versions for a title and whether they are drafts, and nearly all
//! are written so. Whatever could mean anything else to YAML is left to the whole reader.

/// Larger blocks are not looked at: bounds on the number of keys are the whole reader's.
const MAX_BYTES: usize = 4 * 1024;

/// The keys and values of such a block in the order written, quotes taken off; no text where a list
/// stands. `None` where a line is not plain.
pub(in crate::content) fn read(block: &str) -> Option<Vec<(&str, Scalar<'_>)>> {
    if block.len() > MAX_BYTES {
        return None;
    }
    let mut keys = Vec::new();
    let mut list = Below::Nothing;
    for line in block.lines().map(|line| line.trim_end_matches(' ')) {
        if line.is_empty() {
            continue;
        }
        let item = line.trim_start_matches(' ');
        let indent = line.len() - item.len();
        if let Some(item) = item.strip_prefix("- ") {
            match list {
                Below::Key => list = Below::Items(indent),
                Below::Items(before) if before == indent => {}
                Below::Items(_) | Below::Nothing => return None,
            }
            scalar(item.trim_start_matches(' '))?;
            continue;
        }
        let (key, value) = line.split_once(':').filter(|_| indent == 0)?;
        let value = match value.trim_start_matches(' ') {
            "" => Scalar::Nothing,
            _ if !value.starts_with(' ') => return None,
            list if list.starts_with('[') => flow(list)?,
            text => scalar(text)?,
        };
        list = if value == Scalar::Nothing {
            Below::Key
        } else {
            Below::Nothing
        };
        keys.push((name(key)?, value));
    }
    Some(keys)
}

/// What may stand below a line.
#[derive(Clone, Copy)]
enum Below {
    Nothing,
    /// The line was a key without a value.
    Key,
    Items(usize),
}

/// A value on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) enum Scalar<'t> {
    /// There is none, or a list below.
    Nothing,
    List,
    Quoted(&'t str),
    /// Without quotes: text, or whatever else YAML takes it for.
    Bare(&'t str),
}

fn name(key: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_name = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.bytes().all(plain)
        && !is_special(key);
    is_name.then_some(key)
}

/// Whether YAML, in whatever version, takes a word for something else than text.
pub(in crate::content) fn is_special(word: &str) -> bool {
    const SPECIAL: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    SPECIAL.iter().any(|it| word.eq_ignore_ascii_case(it))
}

fn scalar(text: &str) -> Option<Scalar<'_>> {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(text) = inside('"') {
        let plain = !text.contains(['"', '\\']) && is_printable(text);
        return plain.then_some(Scalar::Quoted(text));
    }
    if let Some(text) = inside('\'') {
        let plain = !text.contains('\'') && is_printable(text);
        return plain.then_some(Scalar::Quoted(text));
    }
    let plain = text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && is_printable(text);
    plain.then_some(Scalar::Bare(text))
}

/// `[a, "b c"]`, each item letters, digits and a few signs.
fn flow(text: &str) -> Option<Scalar<'_>> {
    let items = text.strip_prefix('[')?.strip_suffix(']')?;
    let plain = |item: &str| {
        let item = item.trim_matches(' ');
        let quoted = item.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let word = quoted.unwrap_or(item);
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || b" _-.".contains(&byte);
        word.starts_with(|first: char| first.is_ascii_alphanumeric()) && word.bytes().all(safe)
    };
    let empty = items.trim_matches(' ').is_empty();
    (empty || items.split(',').all(plain)).then_some(Scalar::List)
}

/// No control characters, and nothing that ends a line or begins a file in some version of YAML.
fn is_printable(text: &str) -> bool {
    let strange = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}'..='\u{ffff}'
            )
    };
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(strange)
}

#[cfg(test)]
mod tests {
    use super::super::{FrontMatter, Value};
    use super::*;

    #[test]
    fn plain_lines_are_read_as_the_whole_reader_reads_them() {
        let block = "title: A day, in May\ndate: 2024-05-01T10:00:00Z\nweight: 5\ndraft: true\n\ntags: [a, \"b c\", d.e]\nnone: []\nby: 'Ann  B'\nlist:\n  - one\n  - \"two\"\nmore:\n- three\nempty:\n";
        let text = format!("---\n{block}---\n");
        let whole = FrontMatter::read(&text).unwrap().entries;
        let plain = read(block).unwrap();
        assert_eq!(plain.len(), whole.len());
        for ((key, scalar), entry) in plain.into_iter().zip(whole) {
            assert_eq!(key, entry.key);
            let same = match (scalar, &entry.node.value) {
                (Scalar::Bare(said) | Scalar::Quoted(said), Value::Text(text))
                | (Scalar::Bare(said), Value::Number(text)) => said == text,
                (Scalar::Bare("true"), Value::Bool(true)) | (Scalar::List, Value::List(_)) => true,
                (Scalar::Nothing, Value::Null | Value::List(_)) => true,
                _ => false,
            };
            assert!(same, "{key}: {scalar:?}, {:?}", entry.node.value);
        }
    }

    #[test]
    fn what_is_more_than_plain_is_left_alone() {
        for block in [
            "title: A\n  goes on\n",
            "title: A: B\n",
            "title: A # not said\n",
            "title: |\n",
            "title: &a x\n",
            "title: \"a\\n\"\n",
            "title: 'it''s'\n",
            "title:\tA\n",
            "title:A\n",
            "tags: [a, [b]]\n",
            "tags: [a,, b]\n",
            "tags: {a: b}\n",
            "tags: a\n- b\n",
            "tags:\n - a\n  - b\n",
            "tags:\n- a: b\n",
            "tags:\n-\n",
            "a\n",
            "true: a\n",
            "? a\n",
            "<<: a\n",
            "# nothing\n",
            "a: \u{85}\n",
            "a: b\rc: d\n",
        ] {
            assert_eq!(read(block), None, "{block:?}");
        }
    }
}
