//! Words as part of an address.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest slug in bytes; the name of a file or folder may have 255.
const MAX_BYTES: usize = 200;

/// Small letters and digits of any script, and one `-` for everything between; may be empty.
pub(crate) fn slugify(text: &str) -> String {
    if text.is_ascii() {
        return joined(text.chars().map(|c| c.to_ascii_lowercase()));
    }
    let lower = text.nfc().flat_map(char::to_lowercase);
    joined(lower).nfc().collect()
}

fn joined(letters: impl Iterator<Item = char>) -> String {
    let mut slug = String::new();
    for c in letters {
        if slug.len() + c.len_utf8() > MAX_BYTES {
            break;
        }
        if c.is_alphanumeric() || (is_combining_mark(c) && !slug.is_empty()) {
            slug.push(c);
        } else if !matches!(c, '\'' | '\u{2019}') && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The slug of a post: never empty.
pub(super) fn post_slug(text: &str) -> String {
    let slug = slugify(text);
    if slug.is_empty() {
        "post".to_owned()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_letters_of_any_script() {
        assert_eq!(slugify("Über die Brücke"), "über-die-brücke");
        assert_eq!(slugify("日本語 の テスト"), "日本語-の-テスト");
        assert_eq!(slugify("हिन्दी में"), "हिन्दी-में");
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_slug() {
        assert_eq!(slugify("cafe\u{301}"), slugify("caf\u{e9}"));
    }

    #[test]
    fn all_else_is_one_dash_and_none_at_the_ends() {
        assert_eq!(slugify("  Hello, World! -- again_ "), "hello-world-again");
        assert_eq!(slugify("Don't panic"), "dont-panic");
        assert_eq!(slugify("../../etc/passwd"), "etc-passwd");
        assert_eq!(slugify("a\0b"), "a-b");
    }

    #[test]
    fn a_post_always_has_one() {
        for text in ["", ".", "..", "///", "\u{301}", "🎉"] {
            assert_eq!(post_slug(text), "post", "{text:?}");
        }
        assert!(post_slug(&"ä".repeat(5000)).len() <= MAX_BYTES);
    }
}
