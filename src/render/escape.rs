//! Text made safe inside HTML, in one place.

/// Appends `text` with the five characters that mean something to HTML replaced; fit for element
/// content and for quoted attributes.
pub(crate) fn escape_into(html: &mut String, text: &str) {
    replace_into(html, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    });
}

/// Appends `text` with some ASCII characters replaced.
pub(crate) fn replace_into(
    html: &mut String,
    text: &str,
    instead_of: impl Fn(u8) -> Option<&'static str>,
) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(instead) = instead_of(byte) {
            html.push_str(&text[done..at]);
            html.push_str(instead);
            done = at + 1;
        }
    }
    html.push_str(&text[done..]);
}

/// `text` escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    escape_into(&mut html, text);
    html
}
