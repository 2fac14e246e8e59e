//! XML written event by event, with only the characters XML 1.0 knows.

use std::borrow::Cow;
use std::io::Cursor;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesPI, BytesStart, BytesText, Event};

use crate::render::replace_into;

/// A document under way.
pub(super) struct Xml {
    writer: Writer<Cursor<Vec<u8>>>,
}

impl Xml {
    /// A document with its declaration.
    pub(super) fn new() -> Self {
        Self::within(0)
    }

    fn within(capacity: usize) -> Self {
        let bytes = Cursor::new(Vec::with_capacity(capacity));
        let mut xml = Self {
            writer: Writer::new_with_indent(bytes, b' ', 1),
        };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml
    }

    /// A document of about so many bytes that browsers show as this style sheet says.
    pub(super) fn styled(sheet: Option<&str>, size: usize) -> Self {
        let mut xml = Self::within(size);
        if let Some(sheet) = sheet {
            let style = format!(
                "xml-stylesheet type=\"text/css\" href=\"{}\"",
                escaped(sheet)
            );
            xml.event(Event::PI(BytesPI::new(style)));
        }
        xml
    }

    /// For a person who opens what programs read: a line with the way to the page for people. It is
    /// XHTML, which browsers show and feed readers pass over.
    pub(super) fn for_people(&mut self, said: &str, (name, url): (&str, &str)) {
        let xhtml = ("xmlns:h", "http://www.w3.org/1999/xhtml");
        self.element("h:p", &[xhtml], |xml| {
            xml.text("h:span", &[], said);
            xml.text("h:a", &[("href", url)], name);
        });
    }

    /// An element whose content `inside` writes.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.event(Event::Start(start(name, attributes)));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element that holds text alone.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        let escaped = escaped(text);
        self.escaped(name, attributes, &escaped);
    }

    /// The same with a text that is escaped already.
    pub(super) fn escaped(&mut self, name: &str, attributes: &[(&str, &str)], escaped: &str) {
        self.element(name, attributes, |xml| {
            xml.event(Event::Text(BytesText::from_escaped(escaped)));
        });
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Empty(start(name, attributes)));
    }

    /// The whole document.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut bytes = self.writer.into_inner().into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn event(&mut self, event: Event<'_>) {
        self.writer
            .write_event(event)
            .expect("writing to memory cannot fail");
    }
}

/// A text as it stands between tags.
pub(super) fn escaped(text: &str) -> String {
    let text = clean(text);
    let mut xml = String::with_capacity(text.len() + text.len() / 4);
    replace_into(&mut xml, &text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        // Read as the end of a line otherwise (XML 1.0, section 2.11).
        b'\r' => Some("&#13;"),
        _ => None,
    });
    xml
}

/// A text without the characters that XML does not know; most have none.
fn clean(text: &str) -> Cow<'_, str> {
    // All of them are control characters, or begin with this byte in UTF-8.
    let suspect =
        |byte: &u8| (*byte < 0x20) & !matches!(byte, b'\t' | b'\n' | b'\r') | (*byte == 0xef);
    // Without an end in the middle many bytes are looked at together.
    let mut blocks = text.as_bytes().chunks(1024);
    if blocks.any(|block| block.iter().fold(false, |any, byte| any | suspect(byte))) {
        Cow::Owned(text.chars().filter(|c| is_xml(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn start<'a>(name: &'a str, attributes: &[(&'a str, &'a str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, &*clean(value)));
    }
    start
}

/// XML 1.0, section 2.2.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_characters_xml_does_not_know_are_left_out() {
        let mut xml = Xml::new();
        xml.element("a", &[("b", "\"<\u{1}>\"")], |xml| {
            xml.text("c", &[], "x & <y>\u{b}\"");
        });
        assert_eq!(
            String::from_utf8(xml.finish()).unwrap(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a b=\"&quot;&lt;&gt;&quot;\">\n <c>x &amp; &lt;y&gt;\"</c>\n</a>\n"
        );
    }
}
