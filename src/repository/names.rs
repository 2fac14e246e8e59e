//! Which names of a repository may become paths of a blog. libgit2 hands out `..`, `.git` and
//! `a/../../x` as they stand in a hostile tree, so every name passes here first.

/// Longest path, in bytes.
pub(super) const MAX_PATH: usize = 1024;
/// Deepest folder.
pub(super) const MAX_DEPTH: usize = 32;
/// Longest single name, in bytes.
const MAX_NAME: usize = 255;

/// What may be done with an entry of that name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict<'a> {
    Plain(&'a str),
    /// A dot-file: there, but nobody's business.
    Hidden,
    /// Why it is left out.
    Unsafe(&'static str),
}

/// Judges one part of a path.
pub(super) fn judge(name: &[u8]) -> Verdict<'_> {
    if name.is_empty() || name == b"." || name == b".." {
        return Verdict::Unsafe("is not a name");
    }
    if name.len() > MAX_NAME {
        return Verdict::Unsafe("is longer than 255 bytes");
    }
    let Ok(text) = std::str::from_utf8(name) else {
        return Verdict::Unsafe("is not UTF-8");
    };
    if text.contains(['/', '\\']) {
        return Verdict::Unsafe("has a slash in its name");
    }
    if text.chars().any(char::is_control) {
        return Verdict::Unsafe("has a control character in its name");
    }
    if text.starts_with('.') && text != ".well-known" {
        return Verdict::Hidden;
    }
    Verdict::Plain(text)
}

/// A name as a terminal or a page can bear it.
pub(super) fn shown(name: &[u8]) -> String {
    let mut shown = String::new();
    for c in String::from_utf8_lossy(name).chars().take(MAX_NAME) {
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// `folder/name`, or `name` at the top.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// A folder or file of the repository as an operator writes it (`blog/content`), without empty
/// or climbing parts; `None` if it leads outside.
pub(super) fn relative(typed: &str) -> Option<String> {
    if typed.starts_with('/') || typed.contains(['\\', '\0']) {
        return None;
    }
    let parts: Vec<&str> = typed
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let climbs = parts.contains(&"..") || parts.len() > MAX_DEPTH;
    (!climbs && typed.len() <= MAX_PATH).then(|| parts.join("/"))
}

/// Whether a file is a text a post could be, by its extension.
pub(super) fn is_text(name: &str) -> bool {
    const TEXTS: [&str; 15] = [
        "md", "markdown", "mdown", "mkd", "mkdn", "mdx", "txt", "html", "htm", "adoc", "asciidoc",
        "rst", "org", "dj", "smd",
    ];
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("textile")
            || TEXTS
                .iter()
                .any(|text| extension.eq_ignore_ascii_case(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_climb_or_hide() {
        for name in [
            &b""[..],
            b".",
            b"..",
            b"a/../../x",
            b"a\\b",
            b"a\0b",
            b"a\x1b[31m",
            b"\xff\xfe",
            &[b'a'; 256],
        ] {
            assert!(matches!(judge(name), Verdict::Unsafe(_)), "{name:?}");
        }
        assert_eq!(judge(".gitattributes".as_bytes()), Verdict::Hidden);
        assert_eq!(judge(b".well-known"), Verdict::Plain(".well-known"));
        assert_eq!(judge("été.md".as_bytes()), Verdict::Plain("été.md"));
    }

    #[test]
    fn shows_control_characters_escaped() {
        assert_eq!(shown(b"a\x1b\n.md"), "a\\u{1b}\\n.md");
    }

    #[test]
    fn a_folder_setting_stays_inside() {
        assert_eq!(
            relative("./blog//content/").as_deref(),
            Some("blog/content")
        );
        assert_eq!(relative("../x"), None);
        assert_eq!(relative("a/../../x"), None);
        assert_eq!(relative("/etc"), None);
    }

    #[test]
    fn texts_are_known_by_extension_in_any_case() {
        assert!(is_text("README.MD") && is_text("a.textile") && is_text("x.y.rst"));
        assert!(!is_text("md") && !is_text("a.png"));
    }
}
