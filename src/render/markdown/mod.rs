//! Markdown to HTML: GitHub's dialect with footnotes, alerts, description lists and heading
//! anchors, wiki links, formulas. Bounded in time and size, because an author's text may be built
//! to hurt.

mod attributes;
mod expand;
mod fence;
mod format;
mod math;
mod sanitise;
mod shortcode;
#[cfg(test)]
mod spec;
mod survey;
mod tags;
#[cfg(test)]
mod tests;
mod wiki;

use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use comrak::options::Plugins;
use comrak::{Arena, Options};

use self::attributes::Attributes;
use self::format::{Colours, Formatter, Seen};
use self::shortcode::Marked;
pub(crate) use self::shortcode::Wrong;
use super::picture::Picture;
use super::{Labels, Theme, plain};
use crate::config::{Dialect, HtmlPolicy};
use crate::search::Section;

/// A text that takes longer to parse is left out; ordinary ones take under a millisecond.
pub(super) const LONGEST: Duration = Duration::from_secs(5);
/// Nested quotes and footnotes can make the output many times the source.
const LARGEST: usize = 16 * 1024 * 1024;
/// HTML that is sanitised: what is never closed costs the square of its depth.
const MOST_HTML: usize = 128 * 1024;

/// What becomes of the addresses written in a text.
pub(crate) trait Links {
    /// The address to write instead of `written`, or `None` to leave it. `line` counts from 1 in
    /// the text; a target that is not there is noted by the implementer.
    fn resolve(&self, written: &str, line: usize) -> Option<String>;

    /// The address of the post or page of this name, as in `[[name]]`.
    fn named(&self, _name: &str, _line: usize) -> Option<String> {
        None
    }

    /// What is known of the picture at an address it was resolved to.
    fn picture(&self, _resolved: &str) -> Option<Picture> {
        None
    }

    /// What the HTML says besides what is written.
    fn labels(&self) -> Arc<Labels> {
        Labels::english()
    }

    /// The theme, if it may make pieces of the text.
    fn theme(&self) -> Option<&Theme> {
        None
    }

    /// The text has a shortcode of this name.
    fn uses(&self, _shortcode: &str) {}

    /// What a text says in plain words, if somebody wants to know; not told where shortcodes are
    /// in it.
    fn says(&self, _sections: &dyn Fn() -> Vec<Section>) {}
}

/// A text as HTML, with what lists and feeds say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) html: String,
    pub(crate) toc: Vec<Heading>,
    pub(crate) words: usize,
    /// The first words, as plain text.
    pub(crate) excerpt: String,
    /// The first picture's address, resolved.
    pub(crate) image: Option<String>,
    /// Lists show it up to a mark in the HTML.
    pub(crate) cut: bool,
    pub(crate) unmade: Vec<Unmade>,
}

/// A part of a text that is shown as it was written, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Unmade {
    pub(crate) what: Part,
    /// In the text, from 1.
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) reason: String,
    pub(crate) help: String,
    /// The line.
    pub(crate) snippet: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Part {
    Formula,
    Shortcode,
}

/// One heading of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Heading {
    pub(crate) level: u8,
    pub(crate) id: String,
    pub(crate) text: String,
}

impl Part {
    /// Of the diagnostic about it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::Shortcode => "shortcode",
        }
    }
}

/// Why a text could not be rendered.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the text takes more than {} seconds to read as Markdown", LONGEST.as_secs())]
    Time,
    #[error("the text becomes more than {} MiB of HTML", LARGEST / 1024 / 1024)]
    Size,
    #[error("the text holds more than {} KiB of HTML to sanitise", MOST_HTML / 1024)]
    Html,
    #[error("{}", .0.message)]
    Shortcode(Wrong),
}

/// Renders one text.
pub(crate) fn render(text: &str, dialect: Dialect, links: &dyn Links) -> Result<Rendered, Refused> {
    match links.theme().filter(|_| text.contains("{{<")) {
        Some(theme) => expand::render(text, dialect, links, theme),
        None => write(text, dialect, links, (None, false)),
    }
}

/// Renders a text whose shortcodes are marks; one within another has no notes of its own, whose
/// numbers would begin anew.
fn write(
    text: &str,
    dialect: Dialect,
    links: &dyn Links,
    (marked, is_inner): (Option<&Marked<'_>>, bool),
) -> Result<Rendered, Refused> {
    let mut options = options(dialect, text);
    options.extension.footnotes &= !is_inner;
    let arena = Arena::new();
    let deadline = Instant::now() + LONGEST;
    let root = comrak::try_parse_document(&arena, text, &options, &|| Instant::now() >= deadline)
        .map_err(|comrak::ParseCancelled| Refused::Time)?;

    match marked {
        Some(marked) => expand::restore(root, marked),
        None => links.says(&|| {
            let mut sections = Vec::new();
            plain::read_tree(root, &mut sections);
            sections
        }),
    }
    let labels = links.labels();
    let mut seen = Seen::new(dialect.math, Arc::clone(&labels));
    if text.contains("[[") {
        let source: Vec<&str> = text.lines().collect();
        wiki::link(&arena, root, &source, links);
    }
    if text.contains('{') {
        seen.attributes = Attributes::take(root);
    }
    if text.contains("[!") {
        format::name_alerts(root, &labels);
    }
    let mut rendered = Rendered::default();
    let (written, pictures) = survey::survey(root, links, &mut rendered);
    seen.pictures = pictures;
    rendered.cut = !is_inner && super::cut::mark(root);
    let is_cleaned = written > 0 && dialect.html == HtmlPolicy::Sanitised;
    if is_cleaned && written > MOST_HTML {
        return Err(Refused::Html);
    }
    options.render.r#unsafe |= is_cleaned;

    let mut output = Bounded {
        html: String::with_capacity(text.len() * 2),
        deadline,
    };
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&Colours);
    let seen = Formatter::format_document_with_plugins(root, &options, &mut output, &plugins, seen);
    let seen = match seen {
        Ok(seen) => seen,
        Err(fmt::Error) if output.html.len() < LARGEST / 2 => return Err(Refused::Time),
        Err(fmt::Error) => return Err(Refused::Size),
    };
    rendered.toc = seen.toc;
    rendered.unmade = seen.unmade;
    for unmade in &mut rendered.unmade {
        let line = text.lines().nth(unmade.line.saturating_sub(1));
        unmade.snippet = line.unwrap_or_default().chars().take(200).collect();
    }
    let html = if is_cleaned {
        sanitise::sanitised(&output.html)
    } else {
        output.html
    };
    rendered.html = format::with_ways_back(html, &labels);
    Ok(rendered)
}

pub(super) fn options(dialect: Dialect, text: &str) -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.description_lists = true;
    options.extension.alerts = true;
    options.extension.shortcodes = dialect.emoji;
    options.extension.math_dollars = dialect.math && text.contains('$');
    options.extension.math_code = options.extension.math_dollars;
    options.parse.tasklist_in_table = true;
    options.parse.smart = dialect.smart;
    options.render.r#unsafe = dialect.html == HtmlPolicy::Trusted;
    options.render.escape = dialect.html == HtmlPolicy::Escaped;
    options
}

/// Output that refuses to grow without end, in size or in time.
struct Bounded {
    html: String,
    deadline: Instant,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.html.len() + text.len() > LARGEST {
            return Err(fmt::Error);
        }
        // Reading the clock costs more than most writes: once in a while is enough.
        if self.html.len() >> 16 != (self.html.len() + text.len()) >> 16
            && Instant::now() >= self.deadline
        {
            return Err(fmt::Error);
        }
        self.html.push_str(text);
        Ok(())
    }
}
