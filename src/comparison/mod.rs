//! What changed between two revisions of a post, for readers: the newer text as it reads, with
//! removed words in `<del>` and added ones in `<ins>`.
//!
//! Both bodies are read into trees that hold only what a page may show, so the result is well
//! formed and runs nothing, whatever the texts hold. Blocks are aligned first, similar ones
//! paired, and words compared inside a pair. Pure, and bounded by counts: the same texts give the
//! same page. It knows nothing of git, and it does not follow text that moved: that is shown as
//! removed in one place and added in the other.

mod alignment;
mod blocks;
mod elements;
mod inline;
mod lines;
mod markup;
mod pairing;
mod reader;
mod tree;
mod words;
mod writer;

#[cfg(test)]
mod tests;

use alignment::Effort;
use blocks::Blocks;
use tree::Document;
use writer::Writer;

/// How much work a comparison may be. What passes a bound is shown as replaced whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Bytes of each body. In larger ones only blocks are aligned, and no words.
    pub(crate) bytes: usize,
    /// Steps of alignment, each some nanoseconds.
    pub(crate) effort: usize,
    /// Marked places among words. Each adds about a hundred bytes to the page.
    pub(crate) marks: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            bytes: 1024 * 1024,
            effort: 16_000_000,
            marks: 20_000,
        }
    }
}

/// The words a comparison says itself, in the language of the blog.
pub(crate) struct Phrases<'a> {
    /// Said before an addition where colour is not seen: "added".
    pub(crate) added: &'a str,
    /// Said before a removal: "removed".
    pub(crate) removed: &'a str,
    /// Said before words that stayed and look otherwise: "formatting changed".
    pub(crate) restyled: &'a str,
    /// Stands for a removed picture without a description: "picture".
    pub(crate) picture: &'a str,
    /// Sums up a number of unchanged blocks: "3 unchanged paragraphs".
    pub(crate) unchanged: &'a dyn Fn(usize) -> String,
}

/// Two bodies, compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Flow content, well formed, each id once.
    pub(crate) html: String,
    pub(crate) added_words: usize,
    pub(crate) removed_words: usize,
    /// `false` if bounds were passed, and something is shown as replaced that was not compared.
    pub(crate) whole: bool,
}

/// Compares two rendered bodies.
pub(crate) fn compare(old: &str, new: &str, phrases: &Phrases<'_>, bounds: &Bounds) -> Comparison {
    let words = old.len() <= bounds.bytes && new.len() <= bounds.bytes;
    let (old, new) = (Document::read(old), Document::read(new));
    let mut blocks = Blocks {
        old: &old,
        new: &new,
        writer: Writer::new(phrases),
        effort: Effort::new(bounds.effort),
        marks: bounds.marks,
        words,
    };
    blocks.bodies();
    Comparison {
        whole: words && !blocks.effort.spent,
        html: blocks.writer.html,
        added_words: blocks.writer.added,
        removed_words: blocks.writer.removed,
    }
}
