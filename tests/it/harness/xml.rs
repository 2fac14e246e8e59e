//! XML read strictly: a feed that is not well-formed fails the test that looks at it.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A well-formed document.
pub(crate) struct Xml {
    elements: Vec<Element>,
}

/// One element, with its text (that of its children aside) and its attributes as written.
struct Element {
    /// The names from the root on: `feed/entry/title`.
    path: String,
    text: String,
    attributes: Vec<(String, String)>,
}

impl Xml {
    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open: Vec<usize> = Vec::new();
        let mut elements: Vec<Element> = Vec::new();
        loop {
            let event = reader
                .read_event()
                .unwrap_or_else(|error| panic!("{error} in:\n{text}"));
            let parent = open.last().map(|&parent| &elements[parent]);
            match event {
                Event::Start(tag) => {
                    elements.push(Element::of(&tag, parent));
                    open.push(elements.len() - 1);
                }
                Event::Empty(tag) => elements.push(Element::of(&tag, parent)),
                Event::End(_) => drop(open.pop()),
                Event::Text(piece) => append(&mut elements, &open, &piece),
                Event::CData(piece) => append(&mut elements, &open, &piece),
                Event::GeneralRef(name) => {
                    append(&mut elements, &open, &character(&name).to_string());
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
                Event::Eof => break,
            }
        }
        assert!(open.is_empty(), "elements left open in:\n{text}");
        assert!(!elements.is_empty(), "no element in:\n{text}");
        Self { elements }
    }

    /// The texts of every element at a path.
    pub(crate) fn texts(&self, path: &str) -> Vec<&str> {
        self.at(path).map(|element| element.text.trim()).collect()
    }

    /// One attribute of every element at a path that has it.
    pub(crate) fn attributes(&self, path: &str, name: &str) -> Vec<&str> {
        self.at(path)
            .flat_map(|element| &element.attributes)
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    fn at(&self, path: &str) -> impl Iterator<Item = &Element> {
        self.elements
            .iter()
            .filter(move |element| element.path == path)
    }
}

impl Element {
    fn of(tag: &BytesStart<'_>, parent: Option<&Self>) -> Self {
        let name = tag.name().as_ref().to_owned();
        Self {
            path: parent.map_or_else(|| name.clone(), |parent| format!("{}/{name}", parent.path)),
            text: String::new(),
            attributes: tag
                .attributes()
                .map(Result::unwrap)
                .map(|attribute| {
                    let key = attribute.key.as_ref().to_owned();
                    (key, attribute.value.into_owned())
                })
                .collect(),
        }
    }
}

/// Adds to the text of the innermost open element.
fn append(elements: &mut [Element], open: &[usize], piece: &str) {
    if let Some(&innermost) = open.last() {
        elements[innermost].text += piece;
    }
}

/// What `&name;` stands for; XML knows five names and every number.
fn character(name: &str) -> char {
    match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#').unwrap();
            let code = number.strip_prefix('x').map_or_else(
                || number.parse(),
                |hexadecimal| u32::from_str_radix(hexadecimal, 16),
            );
            char::from_u32(code.unwrap()).unwrap()
        }
    }
}
