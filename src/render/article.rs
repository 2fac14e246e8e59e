//! A post or page with its text rendered: what views, feeds and lists are made from.

use std::sync::Arc;

use super::markdown::{Links, Rendered, TooMuch, render};
use crate::address;
use crate::config::HtmlPolicy;
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
    /// The kind, with its addresses resolved.
    pub(crate) kind: Kind,
    pub(crate) body: Rendered,
    /// The question of an answer.
    pub(crate) question: Option<String>,
}

impl Article {
    /// Renders a post's text.
    pub(crate) fn render(
        post: Arc<Post>,
        html: HtmlPolicy,
        links: &dyn Links,
    ) -> Result<Self, Diagnostic> {
        let refused = |reason: TooMuch| {
            Diagnostic::error("render", format!("{reason}"))
                .path(&post.path)
                .help("the post is left out; split it, or look for thousands of nested marks")
        };
        let body = render(&post.body, html, links).map_err(refused)?;
        let question = match &post.kind {
            Kind::Answer { question, .. } => {
                Some(render(question, html, links).map_err(refused)?.html)
            }
            _ => None,
        };
        let kind = resolved(post.kind.clone(), links);
        Ok(Self {
            url: address::encoded(&post.url),
            kind,
            body,
            question,
            post,
        })
    }

    /// The title, or a note's first words: what lists and links call it.
    pub(crate) fn name(&self) -> String {
        if let Some(title) = &self.post.title {
            return title.clone();
        }
        let mut words = self.body.excerpt.split_whitespace();
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
        match &self.kind {
            Kind::Photo { images, .. } => images.first().map(|image| image.src.as_str()),
            _ => self.body.image.as_deref(),
        }
    }

    /// One or two sentences of plain text about it.
    pub(crate) fn description(&self) -> &str {
        self.post.summary.as_deref().unwrap_or(&self.body.excerpt)
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
