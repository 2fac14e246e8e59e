//! A post or page with its text rendered: what views, feeds and lists are made from. The HTML
//! itself is not held here: a blog's is larger than what one build shows of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::chat::{Chat, ChatLinks};
use super::kind_view::host;
use super::markdown::{Heading, Links, Refused, Rendered, Unmade, render};
use super::picture::Picture;
use crate::address;
use crate::config::Dialect;
use crate::content::{Kind, Post, Transcript};
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
    /// What is known of each picture of the kind.
    pub(crate) pictures: Vec<Option<Picture>>,
    /// The question of an answer, as HTML.
    pub(crate) question: Option<String>,
    /// Lists show it up to a mark in the HTML.
    pub(crate) cut: bool,
    /// What it goes by if it has neither a title nor words of its own.
    pub(crate) called: Option<String>,
    /// Parts that are shown as they were written.
    pub(crate) unmade: Vec<Unmade>,
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
        let body = body(&post.kind, words, (dialect, links)).map_err(refused)?;
        let question = match &post.kind {
            Kind::Answer { question, .. } => {
                Some(render(question, dialect, links).map_err(refused)?)
            }
            _ => None,
        };
        let called = match &question {
            Some(question) => Some(question.excerpt.clone()),
            None => called(&post.kind),
        };
        let kind = resolved(post.kind.clone(), links);
        let text = Self {
            pictures: pictures(&kind, links),
            toc: body.toc,
            words: body.words,
            excerpt: body.excerpt,
            image: body.image,
            cut: body.cut,
            kind,
            question: question.map(|question| question.html),
            called,
            unmade: body.unmade,
        };
        Ok((text, body.html))
    }

    /// What is to be said of parts that could not be made, in the post it is of.
    pub(crate) fn findings(&self, post: &Post) -> impl Iterator<Item = Diagnostic> {
        self.unmade.iter().map(|unmade| {
            let mut finding = Diagnostic::warning(unmade.what.code(), &unmade.reason)
                .path(&post.path)
                .help(&unmade.help);
            let line = u32::try_from(unmade.line).ok();
            finding.line = line.map(|line| line + post.body_line);
            finding.column = u32::try_from(unmade.column).ok();
            finding.snippet = Some(unmade.snippet.clone());
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

    /// The title, or a note's first words: what lists and links call it. An answer goes by its
    /// question.
    pub(crate) fn name(&self) -> String {
        if let Some(title) = &self.post.title {
            return title.clone();
        }
        let Text {
            excerpt, called, ..
        } = &*self.text;
        let asked = self.text.question.is_some();
        let words = called.as_deref().filter(|_| asked || excerpt.is_empty());
        let mut words = words.unwrap_or(excerpt).split_whitespace();
        let mut name = words
            .by_ref()
            .take(NAME_WORDS)
            .collect::<Vec<_>>()
            .join(" ");
        if words.next().is_some() && !name.ends_with('…') {
            name.truncate(
                name.trim_end_matches([',', ';', ':', '.', '–', '—', '-'])
                    .len(),
            );
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
            Kind::Video(recording) | Kind::Audio(recording) if recording.poster.is_some() => {
                recording.poster.as_deref()
            }
            _ => self.text.image.as_deref(),
        }
    }

    /// One or two sentences of plain text about it.
    pub(crate) fn description(&self) -> &str {
        self.post.summary.as_deref().unwrap_or(&self.text.excerpt)
    }
}

/// The words of a post in the form of its kind.
fn body(
    kind: &Kind,
    words: &str,
    (dialect, links): (Dialect, &dyn Links),
) -> Result<Rendered, Refused> {
    if *kind != Kind::Chat {
        return render(words, dialect, links);
    }
    let chat = Chat::read(words);
    let links = ChatLinks { chat: &chat, links };
    match render(&chat.text, dialect, &links) {
        Ok(rendered) => Ok(chat.placed(rendered)),
        Err(Refused::Shortcode(wrong)) => Err(Refused::Shortcode(chat.moved(wrong, words))),
        refused => refused,
    }
}

/// What a post without title and words goes by.
fn called(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Photo { images, .. } => images.iter().find_map(|image| {
            let alt = Some(&image.alt).filter(|alt| !alt.is_empty());
            image.caption.as_ref().or(alt).cloned()
        }),
        Kind::Quote { source, .. } => source.clone(),
        Kind::Link { target } => host(target).map(str::to_owned),
        _ => None,
    }
}

/// What is known of the pictures front matter names.
fn pictures(kind: &Kind, links: &dyn Links) -> Vec<Option<Picture>> {
    let Kind::Photo { images, .. } = kind else {
        return Vec::new();
    };
    let images = images.iter();
    images.map(|image| links.picture(&image.src)).collect()
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
        Kind::Video(recording) | Kind::Audio(recording) => {
            resolve(&mut recording.src);
            recording.poster.iter_mut().for_each(resolve);
            let captions = recording.captions.iter_mut();
            captions.for_each(|captions| resolve(&mut captions.src));
            if let Some(Transcript::File(src)) = &mut recording.transcript {
                resolve(src);
            }
        }
        Kind::Link { target } => resolve(target),
        Kind::Text | Kind::Quote { .. } | Kind::Chat | Kind::Answer { .. } => {}
    }
    kind
}
