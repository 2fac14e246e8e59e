//! What only some kinds of posts have, flat: part of the contract with theme authors, each field
//! described in the manual's page on themes.

use serde::Serialize;

use super::article::Text;
use super::picture::ImageView;
use crate::content::{Kind, Recording, Transcript};

/// Part of `post`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct KindView<'a> {
    images: Vec<ImageView<'a>>,
    credit: Option<&'a str>,
    credit_url: Option<&'a str>,
    source: Option<&'a str>,
    cite: Option<&'a str>,
    target: Option<&'a str>,
    target_host: Option<&'a str>,
    asked_by: Option<&'a str>,
    asked_by_url: Option<&'a str>,
    src: Option<&'a str>,
    src_type: Option<&'static str>,
    src_host: Option<&'a str>,
    player: Option<String>,
    poster: Option<&'a str>,
    captions: Vec<CaptionsView<'a>>,
    transcript: Option<&'a str>,
    transcript_below: bool,
}

/// Each of `captions`.
#[derive(Debug, Serialize)]
struct CaptionsView<'a> {
    src: &'a str,
    language: &'a str,
    label: &'a str,
}

impl<'a> KindView<'a> {
    /// `language` is that of the blog.
    pub(super) fn of(text: &'a Text, language: &'a str) -> Self {
        let none = Self::default();
        match &text.kind {
            Kind::Text | Kind::Chat => none,
            Kind::Photo {
                images,
                credit,
                credit_url,
            } => Self {
                images: ImageView::all(images, &text.pictures),
                credit: credit.as_deref(),
                credit_url: credit_url.as_deref(),
                ..none
            },
            Kind::Quote { source, cite } => Self {
                source: source.as_deref(),
                cite: cite.as_deref(),
                ..none
            },
            Kind::Link { target } => Self {
                target: Some(target),
                target_host: host(target),
                ..none
            },
            Kind::Answer {
                asked_by,
                asked_by_url,
                ..
            } => Self {
                asked_by: asked_by.as_deref(),
                asked_by_url: asked_by_url.as_deref(),
                ..none
            },
            Kind::Video(recording) | Kind::Audio(recording) => {
                Self::of_recording(recording, language)
            }
        }
    }

    /// The same where the first picture is what the page is about.
    pub(super) fn first_at_once(mut self) -> Self {
        if let Some(first) = self.images.first_mut() {
            first.load_at_once();
        }
        self
    }

    fn of_recording(recording: &'a Recording, language: &'a str) -> Self {
        let captions = recording.captions.iter();
        let captions = captions.map(|captions| CaptionsView {
            src: &captions.src,
            language: captions.language.as_deref().unwrap_or(language),
            label: captions.label.as_deref().unwrap_or("Captions"),
        });
        Self {
            src: Some(&recording.src),
            src_type: recording.media_type(),
            src_host: host(&recording.src),
            player: recording.player(),
            poster: recording.poster.as_deref(),
            captions: captions.collect(),
            transcript: match &recording.transcript {
                Some(Transcript::File(src)) => Some(src),
                _ => None,
            },
            transcript_below: recording.transcript == Some(Transcript::Body),
            ..Self::default()
        }
    }
}

/// The host of a URL, without `www.`.
pub(super) fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}
