//! One text rendered: what it was made from is kept beside what is known of it, and its HTML is held
//! if there is room.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::htmls::Htmls;
use super::links::{Asked, Ways};
use super::words::{Listening, Words};
use crate::config::Dialect;
use crate::content::Post;
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker};
use crate::render::{Labels, Text};

/// A text and what it was made from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rendered {
    pub(super) text: Arc<Text>,
    pub(super) asked: Vec<Asked>,
    /// Of its HTML: the text and where its links led.
    pub(super) key: Key,
    /// Of the text it was rendered from.
    pub(super) of: Key,
}

/// Gives the bytes a post was read from.
pub(crate) type ReadPost<'a> = dyn Fn(&Post) -> Result<Vec<u8>, Diagnostic> + Sync + 'a;

/// What texts are rendered with.
#[derive(Clone, Copy)]
pub(super) struct Renderer<'a> {
    pub(super) dialect: Dialect,
    pub(super) ways: Ways<'a>,
    pub(super) htmls: &'a Htmls,
    /// Where words are counted.
    pub(super) words: Option<&'a Words>,
    pub(super) read: &'a ReadPost<'a>,
}

impl Renderer<'_> {
    /// Renders a text, and holds its HTML if there is room.
    pub(super) fn render(&self, post: &Post) -> Result<(Rendered, Arc<str>), Diagnostic> {
        let bytes = (self.read)(post)?;
        let words = post.body(&bytes).unwrap_or_default();
        let resolver = self.ways.from(post, words);
        let of = text_key(post, self.dialect, &self.ways.labels(post));
        let (text, html) = match self.words.filter(|_| Words::are_heard_of(post)) {
            None => Text::render(post, words, self.dialect, &resolver)?,
            Some(counting) => {
                let listening = Listening::to(&resolver);
                let made = Text::render(post, words, self.dialect, &listening)?;
                if let Some(sections) = listening.into_heard() {
                    counting.put(of, &sections);
                }
                made
            }
        };
        let asked = resolver.into_asked();
        let made = KeyMaker::new("html").key(of);
        let key = asked
            .iter()
            .fold(made, |made, asked| asked.part_of(made))
            .finish();
        let html: Arc<str> = html.into();
        self.htmls.put(key, Arc::clone(&html));
        let text = Arc::new(text);
        let rendered = Rendered {
            text,
            asked,
            key,
            of,
        };
        Ok((rendered, html))
    }

    /// The HTML of an entry.
    pub(super) fn html(&self, entry: &Entry) -> Result<Arc<str>, Diagnostic> {
        match self.htmls.get(entry.rendered.key) {
            Some(html) => Ok(html),
            None => Ok(self.render(&entry.post)?.1),
        }
    }

    /// The same for its own page.
    pub(super) fn own_html(&self, entry: &Entry) -> Result<Arc<str>, Diagnostic> {
        match self.htmls.take(entry.rendered.key) {
            Some(html) => Ok(html),
            None => self.html(entry),
        }
    }
}

/// Of everything a text is rendered from but where its links lead: its path and address have a
/// part in that, and front matter is in the blob.
pub(super) fn text_key(post: &Post, dialect: Dialect, labels: &Labels) -> Key {
    let made = KeyMaker::new("text").text(&post.path).text(&post.url);
    let blob = post.text.blob.map(|blob| blob.0).unwrap_or_default();
    let made = made.bytes(&blob).number(dialect.number());
    made.key(labels.key).finish()
}
