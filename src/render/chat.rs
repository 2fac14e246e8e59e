//! A conversation: lines of `Name: what was said` become a description list of speakers and their
//! words. Rewritten as Markdown before it is read, so that what is said may be any.

use std::sync::Arc;

use super::markdown::{Links, Rendered, Wrong};
use super::picture::Picture;
use super::{Labels, Theme};

/// Characters of a speaker's name.
const LONGEST: usize = 60;

/// A conversation as Markdown with a description list.
pub(super) struct Chat {
    pub(super) text: String,
    /// By line of the text, the line it was written in.
    lines: Vec<usize>,
}

/// Where the addresses in a conversation lead.
pub(super) struct ChatLinks<'a> {
    pub(super) chat: &'a Chat,
    pub(super) links: &'a dyn Links,
}

impl Chat {
    pub(super) fn read(words: &str) -> Self {
        let mut chat = Self {
            text: String::with_capacity(words.len() + words.len() / 8),
            lines: Vec::new(),
        };
        let mut fence = None;
        let mut spoken = false;
        for (number, line) in (1..).zip(words.lines()) {
            let turn = fence.is_none().then(|| turn(line)).flatten();
            fence = fenced(fence, line);
            if let Some((name, said)) = turn {
                spoken = true;
                let parts = ["", name, "", &format!(": {said}")];
                parts.iter().for_each(|line| chat.line(line, number));
            } else if spoken && !line.trim().is_empty() {
                // What goes on below belongs to who spoke last.
                chat.line(&format!("  {line}"), number);
            } else {
                chat.line(line, number);
            }
        }
        chat
    }

    /// The line that one of the text was written in.
    fn written(&self, line: usize) -> usize {
        let known = self.lines.get(line.saturating_sub(1));
        known.copied().unwrap_or(line)
    }

    /// What was rendered, telling lines as they were written.
    pub(super) fn placed(&self, mut rendered: Rendered) -> Rendered {
        for unmade in &mut rendered.unmade {
            unmade.line = self.written(unmade.line);
        }
        rendered
    }

    /// What is wrong with a shortcode, in the words as they were written.
    pub(super) fn moved(&self, wrong: Wrong, words: &str) -> Wrong {
        let line = self.text[..wrong.offset].matches('\n').count() + 1;
        let before = words.split_inclusive('\n').take(self.written(line) - 1);
        let begins: usize = before.map(str::len).sum();
        let at = words[begins..].find("{{<").unwrap_or(0);
        Wrong {
            offset: begins + at,
            ..wrong
        }
    }

    fn line(&mut self, line: &str, number: usize) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines.push(number);
    }
}

impl Links for ChatLinks<'_> {
    fn labels(&self) -> Arc<Labels> {
        self.links.labels()
    }

    fn resolve(&self, written: &str, line: usize) -> Option<String> {
        self.links.resolve(written, self.chat.written(line))
    }

    fn named(&self, name: &str, line: usize) -> Option<String> {
        self.links.named(name, self.chat.written(line))
    }

    fn theme(&self) -> Option<&Theme> {
        self.links.theme()
    }

    fn uses(&self, shortcode: &str) {
        self.links.uses(shortcode);
    }

    fn picture(&self, resolved: &str) -> Option<Picture> {
        self.links.picture(resolved)
    }
}

/// Who speaks, with the colon, and the first line of what is said.
fn turn(line: &str) -> Option<(&str, &str)> {
    let colon = line.find(':')?;
    let said = &line[colon + 1..];
    // `**Ann:** Hello` has the colon inside the marks.
    let marks = said.len() - said.trim_start_matches(['*', '_']).len();
    let (name, said) = line.split_at(colon + 1 + marks);
    let bare = name.trim_start_matches(['*', '_']);
    let begins = bare.starts_with(char::is_alphabetic);
    let fits = name.chars().count() <= LONGEST && !name.contains(['`', '[', ']', '<', '|', '.']);
    let apart = said.is_empty() || said.starts_with([' ', '\t']);
    (begins && fits && apart).then(|| (name, said.trim()))
}

/// The fence of a block of code that is open after this line.
fn fenced<'l>(open: Option<&'l str>, line: &'l str) -> Option<&'l str> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|mark| "`~".contains(*mark));
    let length = mark.map_or(0, |mark| line.len() - line.trim_start_matches(mark).len());
    match open {
        None => (length >= 3).then(|| &line[..length]),
        Some(fence) => {
            let closes = line.starts_with(fence) && line[length..].trim().is_empty();
            (!closes).then_some(fence)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::markdown::render;
    use super::*;
    use crate::config::Dialect;

    struct Where;

    impl Links for Where {
        fn resolve(&self, written: &str, line: usize) -> Option<String> {
            Some(format!("{written}-{line}"))
        }
    }

    fn html(words: &str) -> String {
        let chat = Chat::read(words);
        let links = ChatLinks {
            chat: &chat,
            links: &Where,
        };
        render(&chat.text, Dialect::default(), &links).unwrap().html
    }

    #[test]
    fn speakers_and_what_they_say_are_a_list() {
        let html = html("Ann: Hello, *you*.\nBob: Hi.\nAnn: Well?\n");
        assert_eq!(html.matches("<dl>").count(), 1, "{html}");
        assert_eq!(html.matches("<dt>Ann:</dt>").count(), 2, "{html}");
        assert!(html.contains("<em>you</em>"), "{html}");
        assert_eq!(html.matches("<dd>").count(), 3, "{html}");
    }

    #[test]
    fn a_turn_may_be_long_and_something_may_stand_before_the_first() {
        let html = html("In the *kitchen*.\n\n**Ann:** One\n\nand two.\n\nBob: No.\n");
        assert!(
            html.starts_with("<p>In the <em>kitchen</em>.</p>"),
            "{html}"
        );
        assert!(html.contains("<dt><strong>Ann:</strong></dt>"), "{html}");
        let ann = html.split("<dd>").nth(1).unwrap();
        let ann = ann.split("</dd>").next().unwrap();
        assert!(ann.contains("One") && ann.contains("and two."), "{html}");
    }

    #[test]
    fn what_is_no_name_starts_no_turn() {
        for line in [
            "see https://a.org: it",
            "10: 30",
            "`a: b`",
            ": x",
            "a:b",
            "[it]: https://a.org",
            &format!("{}: x", "a".repeat(100)),
        ] {
            assert_eq!(turn(line), None, "{line}");
        }
        let html = html("Ann: look\n\n```\nBob: no\n```\n");
        assert_eq!(html.matches("<dt>").count(), 1, "{html}");
        assert_eq!(turn("Ann:"), Some(("Ann:", "")));
    }

    #[test]
    fn links_are_told_by_the_line_they_are_written_in() {
        let html = html("Ann: Hello\nBob: See [it](a.md).\n");
        assert!(html.contains("href=\"a.md-2\""), "{html}");
    }
}
