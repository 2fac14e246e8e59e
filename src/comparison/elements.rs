//! Which elements a comparison may hold, what each may contain, and which attributes it keeps. An
//! allow-list, because a page of an old revision must never run what a text once contained.

use std::borrow::Cow;

use super::markup::decoded;

/// The place of an element in the content model (HTML standard, section 3.2.5), as far as it
/// decides what may stand inside what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Holds blocks or words.
    Flow,
    /// Holds words only, and so ends where a block begins.
    Text,
    /// Holds only its own parts; the name is of the part that stray content is put into.
    Frame(&'static str),
    /// Holds nothing.
    Rule,
    /// Stands among words.
    Inline,
    /// Stands among words and holds nothing.
    Atom,
    /// Is left out with everything in it.
    Swallowed,
}

/// The kind of an element and its name; `None` for one whose tags are left out and whose content
/// stays.
pub(super) fn element(name: &str) -> Option<(&'static str, Kind)> {
    let known = blocks(name).or_else(|| inline(name))?;
    Some(known)
}

fn blocks(name: &str) -> Option<(&'static str, Kind)> {
    Some(match name {
        "p" => ("p", Kind::Text),
        "h1" => ("h1", Kind::Text),
        "h2" => ("h2", Kind::Text),
        "h3" => ("h3", Kind::Text),
        "h4" => ("h4", Kind::Text),
        "h5" => ("h5", Kind::Text),
        "h6" => ("h6", Kind::Text),
        "pre" => ("pre", Kind::Text),
        "summary" => ("summary", Kind::Text),
        "hr" => ("hr", Kind::Rule),
        "ul" => ("ul", Kind::Frame("li")),
        "ol" => ("ol", Kind::Frame("li")),
        "dl" => ("dl", Kind::Frame("dd")),
        "table" => ("table", Kind::Frame("tbody")),
        "thead" => ("thead", Kind::Frame("tr")),
        "tbody" => ("tbody", Kind::Frame("tr")),
        "tfoot" => ("tfoot", Kind::Frame("tr")),
        "tr" => ("tr", Kind::Frame("td")),
        "li" => ("li", Kind::Flow),
        "dt" => ("dt", Kind::Flow),
        "dd" => ("dd", Kind::Flow),
        "th" => ("th", Kind::Flow),
        "td" => ("td", Kind::Flow),
        "caption" => ("caption", Kind::Flow),
        "figcaption" => ("figcaption", Kind::Flow),
        "figure" => ("figure", Kind::Flow),
        "details" => ("details", Kind::Flow),
        "blockquote" => ("blockquote", Kind::Flow),
        "section" => ("section", Kind::Flow),
        "aside" => ("aside", Kind::Flow),
        "div" | "article" | "header" | "footer" | "main" | "nav" | "address" | "center"
        | "fieldset" | "form" | "hgroup" | "search" | "dialog" => ("div", Kind::Flow),
        _ => return None,
    })
}

/// An author's own `<del>` and `<ins>` go by other names: here the two say what changed.
fn inline(name: &str) -> Option<(&'static str, Kind)> {
    Some(match name {
        "a" => ("a", Kind::Inline),
        "abbr" => ("abbr", Kind::Inline),
        "b" => ("b", Kind::Inline),
        "bdi" => ("bdi", Kind::Inline),
        "bdo" => ("bdo", Kind::Inline),
        "cite" => ("cite", Kind::Inline),
        "code" => ("code", Kind::Inline),
        "dfn" => ("dfn", Kind::Inline),
        "em" => ("em", Kind::Inline),
        "i" => ("i", Kind::Inline),
        "kbd" => ("kbd", Kind::Inline),
        "mark" => ("mark", Kind::Inline),
        "q" => ("q", Kind::Inline),
        "s" | "del" | "strike" => ("s", Kind::Inline),
        "samp" | "tt" => ("samp", Kind::Inline),
        "small" => ("small", Kind::Inline),
        "span" => ("span", Kind::Inline),
        "strong" => ("strong", Kind::Inline),
        "sub" => ("sub", Kind::Inline),
        "sup" => ("sup", Kind::Inline),
        "u" | "ins" => ("u", Kind::Inline),
        "var" => ("var", Kind::Inline),
        "img" => ("img", Kind::Atom),
        "br" => ("br", Kind::Atom),
        "wbr" => ("wbr", Kind::Atom),
        "input" => ("input", Kind::Atom),
        "audio" => ("audio", Kind::Atom),
        "video" => ("video", Kind::Atom),
        "script" | "style" | "template" | "noscript" | "iframe" | "noembed" | "noframes"
        | "textarea" | "title" | "xmp" | "select" => ("", Kind::Swallowed),
        _ => return None,
    })
}

/// What an element that is only a part may stand in; empty for one that stands anywhere.
pub(super) fn wholes(name: &str) -> &'static [&'static str] {
    match name {
        "li" => &["ul", "ol"],
        "dt" | "dd" => &["dl"],
        "thead" | "tbody" | "tfoot" | "caption" => &["table"],
        "tr" => &["thead", "tbody", "tfoot"],
        "th" | "td" => &["tr"],
        "figcaption" => &["figure"],
        "summary" => &["details"],
        _ => &[],
    }
}

/// Whether a whole has at most one such part, so that two cannot be shown side by side.
pub(super) fn single(name: &str) -> bool {
    matches!(
        name,
        "thead" | "tfoot" | "caption" | "figcaption" | "summary"
    )
}

/// A start tag as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tag {
    /// Empty for the root.
    pub(super) name: &'static str,
    pub(super) id: Option<String>,
    pub(super) attributes: Vec<(&'static str, String)>,
}

impl Tag {
    pub(super) fn new(name: &'static str, written: &[(&str, &str)]) -> Self {
        let mut tag = Self {
            name,
            ..Self::default()
        };
        for (key, value) in written {
            let key = key.to_ascii_lowercase();
            let value = decoded(value);
            if key == "id" {
                tag.id = Some(value.into_owned()).filter(|id| !id.is_empty());
            } else if let Some(key) = attribute(name, &key, &value) {
                // The first of two of one name counts, as in a browser.
                if tag.get(key).is_none() {
                    tag.attributes.push((key, value.into_owned()));
                }
            }
        }
        tag
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The place in the same page a link leads to.
    pub(super) fn target(&self) -> Option<&str> {
        self.get("href").filter(|href| href.starts_with('#'))
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        let classes = self.get("class").unwrap_or_default();
        classes.split_ascii_whitespace().any(|found| found == class)
    }

    /// The attributes that are part of what it says: not numbers and names that change when
    /// something before it does.
    pub(super) fn telling(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.attributes.iter().filter_map(|(key, value)| {
            let own = *key == "href" && value.starts_with('#');
            (!own && !matches!(*key, "aria-label" | "tabindex" | "data-line"))
                .then_some((*key, value.as_str()))
        })
    }
}

/// The attribute, if the element keeps it.
fn attribute(element: &str, name: &str, value: &str) -> Option<&'static str> {
    Some(match (element, name) {
        (_, "class") => "class",
        (_, "lang") => "lang",
        (_, "dir") => "dir",
        (_, "title") => "title",
        (_, "aria-label") => "aria-label",
        ("div", "role") if value == "region" => "role",
        ("div" | "pre", "tabindex") if value == "0" => "tabindex",
        ("a", "href") if harmless(value, false) => "href",
        ("img" | "audio" | "video", "src") if harmless(value, true) => "src",
        ("video", "poster") if harmless(value, true) => "poster",
        ("img", "alt") => "alt",
        ("img" | "video", "width") if number(value) => "width",
        ("img" | "video", "height") if number(value) => "height",
        ("audio" | "video", "controls") => "controls",
        ("input", "checked") => "checked",
        ("span" | "mark" | "u" | "s", "data-line") if number(value) => "data-line",
        ("ol", "start") if value.parse::<i32>().is_ok() => "start",
        ("ol", "reversed") => "reversed",
        ("th" | "td", "align") => "align",
        ("th" | "td", "colspan") if number(value) => "colspan",
        ("th" | "td", "rowspan") if number(value) => "rowspan",
        _ => return None,
    })
}

/// A number a layout can bear.
fn number(value: &str) -> bool {
    value.parse::<u16>().is_ok_and(|number| number > 0)
}

/// Whether following or loading an address cannot run anything: what comrak's own rule refuses.
fn harmless(address: &str, image: bool) -> bool {
    // Browsers ignore white space and control characters in a scheme.
    let bare: Cow<'_, str> = if address.contains(|c: char| c.is_ascii_control() || c == ' ') {
        let kept = address.chars().filter(|c| !c.is_control() && *c != ' ');
        Cow::Owned(kept.collect())
    } else {
        Cow::Borrowed(address)
    };
    let starts = |prefix: &str| {
        bare.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let picture = image
        && ["png", "gif", "jpeg", "webp"]
            .iter()
            .any(|format| starts(&format!("data:image/{format}")));
    picture
        || !["javascript:", "vbscript:", "file:", "data:"]
            .into_iter()
            .any(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_attributes_stay() {
        let tag = Tag::new(
            "a",
            &[
                ("HREF", "&#106;ava&#10;script:x"),
                ("onclick", "x"),
                ("style", "x"),
                ("class", "b"),
                ("class", "c"),
            ],
        );
        assert_eq!(tag.attributes, [("class", "b".to_owned())]);
    }

    #[test]
    fn an_address_that_runs_something_is_refused() {
        for (address, expected) in [
            ("/a", true),
            ("https://a/javascript:", true),
            (" JavaScript:x", false),
            ("java\tscript:x", false),
            ("data:text/html,x", false),
            ("data:image/svg+xml,x", false),
        ] {
            assert_eq!(harmless(address, true), expected, "{address}");
        }
        assert!(harmless("data:image/png;base64,x", true));
        assert!(!harmless("data:image/png;base64,x", false));
    }
}
