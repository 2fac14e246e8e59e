//! Text made safe inside HTML, in one place.

/// Appends `text` with the five characters that mean something to HTML replaced; fit for element
/// content and for quoted attributes.
pub(crate) fn escape_into(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

/// `text` escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    escape_into(&mut html, text);
    html
}
