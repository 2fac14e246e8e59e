//! A post or page with its text rendered: what views, feeds and lists are made from. The HTML
//! itself is not held here: a blog's is larger than what one build shows of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::markdown::{BrokenFormula, Heading, Links, Refused, render};
use crate::address;
use crate::config::Dialect;
use crate::content::{Kind, Post};
use crate::diagnostic::Diagnostic;

/// Words of the name a note without a title goes by.
const NAME_WORDS: usize = 8;

/// One rendered post or page.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    pub(crate) post: Arc<Post>,
    /// Address on the site, percent-encoded.
    pub(crate) url: String,
    pub(crate) text: Arc<Text>,
}

/// What is known of a text once it is rendered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Text {
    pub(crate) toc: Vec<Heading>,
    pub(crate) words: usize,
    /// The first words, as plain text.
    pub(crate) excerpt: String,
    /// The first picture's address, resolved.
    pub(crate) image: Option<String>,
    /// The kind, with its addresses resolved.
    pub(crate) kind: Kind,
    /// The question of an answer, as HTML.
    pub(crate) question: Option<String>,
    /// Formulas that are shown as they were written.
    pub(crate) broken: Vec<BrokenFormula>,
}

impl Text {
    /// Renders a post's words; gives their HTML too.
    pub(crate) fn render(
        post: &Post,
        words: &str,
        dialect: Dialect,
        links: &dyn Links,
    ) -> Result<(Self, String), Diagnostic> {
        let refused = |reason: Refused| match reason {
            Refused::Shortcode(wrong) => {
                let finding = Diagnostic::error("shortcode", wrong.message).path(&post.path);
                let mut finding = finding.at(words, wrong.offset).help(wrong.help);
                finding.line = finding.line.map(|line| line + post.body_line);
                finding
            }
            reason => Diagnostic::error("render", format!("{reason}"))
                .path(&post.path)
                .help("the post is left out; split it, or look for thousands of nested marks"),
        };
        let body = render(words, dialect, links).map_err(refused)?;
        let question = match &post.kind {
            Kind::Answer { question, .. } => {
                Some(render(question, dialect, links).map_err(refused)?.html)
            }
            _ => None,
        };
        let text = Self {
            toc: body.toc,
            words: body.words,
            excerpt: body.excerpt,
            image: body.image,
            kind: resolved(post.kind.clone(), links),
            question,
            broken: body.broken,
        };
        Ok((text, body.html))
    }

    /// What is to be said of its formulas, in the post it is of.
    pub(crate) fn findings(&self, post: &Post) -> impl Iterator<Item = Diagnostic> {
        self.broken.iter().map(|broken| {
            let mut finding = Diagnostic::warning("formula", &broken.reason)
                .path(&post.path)
                .help("mend the formula; until then it is shown as it is written");
            let line = u32::try_from(broken.line).ok();
            finding.line = line.map(|line| line + post.body_line);
            finding.column = u32::try_from(broken.column).ok();
            finding.snippet = Some(broken.snippet.clone());
            finding
        })
    }
}

impl Article {
    pub(crate) fn new(post: Arc<Post>, text: Arc<Text>) -> Self {
        Self {
            url: address::encoded(&post.url),
            post,
            text,
        }
    }

    /// The title, or a note's first words: what lists and links call it.
    pub(crate) fn name(&self) -> String {
        if let Some(title) = &self.post.title {
            return title.clone();
        }
        let mut words = self.text.excerpt.split_whitespace();
        let mut name = words
            .by_ref()
            .take(NAME_WORDS)
            .collect::<Vec<_>>()
            .join(" ");
        if words.next().is_some() && !name.ends_with('…') {
            name.push('…');
        }
        if name.is_empty() {
            self.post.url.trim_matches('/').to_owned()
        } else {
            name
        }
    }

    /// The picture that stands for it elsewhere.
    pub(crate) fn image(&self) -> Option<&str> {
        match &self.text.kind {
            Kind::Photo { images, .. } => images.first().map(|image| image.src.as_str()),
            _ => self.text.image.as_deref(),
        }
    }

    /// One or two sentences of plain text about it.
    pub(crate) fn description(&self) -> &str {
        self.post.summary.as_deref().unwrap_or(&self.text.excerpt)
    }
}

/// The addresses front matter states, resolved like those in the text.
fn resolved(mut kind: Kind, links: &dyn Links) -> Kind {
    let resolve = |address: &mut String| {
        if let Some(resolved) = links.resolve(address, 1) {
            *address = resolved;
        }
    };
    match &mut kind {
        Kind::Photo { images, .. } => images.iter_mut().for_each(|image| resolve(&mut image.src)),
        Kind::Video { src } | Kind::Audio { src } => resolve(src),
        Kind::Link { target } => resolve(target),
        Kind::Text | Kind::Quote { .. } | Kind::Chat | Kind::Answer { .. } => {}
    }
    kind
}
