//! HTML being written: tags, marks and escaped text, each id once, words counted under marks.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;

use super::Phrases;
use super::elements::Tag;
use crate::render::escape_into;

/// What is said of a part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Added,
    Removed,
    /// The same words in another form: bold now, or a link to elsewhere.
    Restyled,
}

impl Mark {
    fn element(self) -> &'static str {
        match self {
            Self::Added => "ins",
            Self::Removed => "del",
            Self::Restyled => "span",
        }
    }

    /// The class of a part (a list item, a table row) that was added or removed as a whole.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Restyled => "restyled",
        }
    }
}

pub(super) struct Writer<'p> {
    pub(super) html: String,
    pub(super) added: usize,
    pub(super) removed: usize,
    ids: HashSet<String>,
    phrases: &'p Phrases<'p>,
}

impl<'p> Writer<'p> {
    pub(super) fn new(phrases: &'p Phrases<'p>) -> Self {
        Self {
            html: String::new(),
            added: 0,
            removed: 0,
            ids: HashSet::new(),
            phrases,
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        escape_into(&mut self.html, text);
    }

    /// Counts the words of text shown under `mark`.
    pub(super) fn count(&mut self, text: &str, mark: Option<Mark>) {
        match mark {
            Some(Mark::Added) => self.added += text.unicode_words().count(),
            Some(Mark::Removed) => self.removed += text.unicode_words().count(),
            Some(Mark::Restyled) | None => {}
        }
    }

    /// A start tag. What was removed keeps its form and nothing that others could refer to,
    /// follow or load; and `mark` is added to its classes where it cannot stand around it.
    pub(super) fn start(&mut self, tag: &Tag, removed: bool, mark: Option<Mark>) {
        self.html.push('<');
        self.html.push_str(tag.name);
        if let Some(id) = tag.id.as_ref().filter(|_| !removed)
            && self.ids.insert(id.clone())
        {
            self.attribute("id", id);
        }
        if let Some(mark) = mark {
            let own = tag.get("class").unwrap_or_default();
            let classes = format!("{own} {}", mark.class());
            self.attribute("class", classes.trim_start());
        }
        for (name, value) in &tag.attributes {
            let refers = matches!(*name, "href" | "src" | "poster" | "role" | "aria-label");
            if !(removed && refers || mark.is_some() && *name == "class") {
                self.attribute(name, value);
            }
        }
        self.html.push('>');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        self.text(value);
        self.html.push('"');
    }

    pub(super) fn end(&mut self, name: &str) {
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }

    /// An element without content, among words. A removed picture is not loaded again.
    pub(super) fn atom(&mut self, tag: &Tag, removed: bool) {
        match tag.name {
            "input" => {
                self.html.push_str("<input type=\"checkbox\" disabled=\"\"");
                for name in ["checked", "aria-label"] {
                    if let Some(value) = tag.get(name) {
                        self.attribute(name, value);
                    }
                }
                self.html.push('>');
            }
            "img" | "audio" | "video" if removed => {
                let alt = tag.get("alt").filter(|alt| !alt.trim().is_empty());
                let alt = alt.unwrap_or(self.phrases.picture);
                self.html.push_str("<span class=\"picture\">");
                self.text(alt);
                self.end("span");
            }
            _ => {
                self.start(tag, removed, None);
                if matches!(tag.name, "audio" | "video") {
                    self.end(tag.name);
                }
            }
        }
    }

    /// Begins a mark; `block` if it stands around blocks. What it is, is said in words as well:
    /// screen readers do not tell `<ins>` and `<del>` from other text.
    pub(super) fn open_mark(&mut self, mark: Mark, block: bool) {
        let (name, phrase) = (mark.element(), self.phrase(mark));
        let class = match mark {
            Mark::Restyled => " class=\"restyled\"",
            _ if block => " class=\"block\"",
            _ => "",
        };
        self.html.push_str(&format!("<{name}{class}>"));
        self.unseen(&format!("[{phrase}: "));
    }

    pub(super) fn close_mark(&mut self, mark: Mark) {
        self.unseen("]");
        self.end(mark.element());
    }

    fn phrase(&self, mark: Mark) -> &'p str {
        match mark {
            Mark::Added => self.phrases.added,
            Mark::Removed => self.phrases.removed,
            Mark::Restyled => self.phrases.restyled,
        }
    }

    fn unseen(&mut self, text: &str) {
        self.html.push_str("<span class=\"unseen\">");
        self.text(text);
        self.html.push_str("</span>");
    }

    /// Begins what stands for `count` unchanged blocks until it is opened.
    pub(super) fn open_fold(&mut self, count: usize) {
        self.html.push_str("<details class=\"unchanged\"><summary>");
        self.text(&(self.phrases.unchanged)(count));
        self.html.push_str("</summary>\n");
    }
}
