//! A picture of the blog on a page: its size, its smaller copies, and when it is loaded.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::escape::escaped;
use crate::content::Image;
use crate::image::Format;
use crate::memo::KeyMaker;

/// Widths of smaller copies, in pixels.
const WIDTHS: [u32; 3] = [480, 960, 1440];
/// How wide the default theme shows a picture.
pub(crate) const SIZES: &str = "(min-width: 45rem) 40rem, 100vw";
/// What the address of every smaller copy begins with.
const FOLDER: &str = "/assets/image.";
/// Said of every picture in a text, until it is found to be the first of a page.
const LATER: &str = " loading=\"lazy\" decoding=\"async\"";
const AT_ONCE: &str = " fetchpriority=\"high\" decoding=\"async\"";

/// What is known of a picture that a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Picture {
    /// In pixels, as it is shown.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) format: Format,
    /// What the addresses of its smaller copies share, where there are any: it changes with the
    /// picture.
    pub(crate) name: Option<String>,
}

/// One of `post.images`.
#[derive(Debug, Serialize)]
pub(super) struct ImageView<'a> {
    src: &'a str,
    alt: &'a str,
    caption: Option<&'a str>,
    width: Option<u32>,
    height: Option<u32>,
    srcset: Option<String>,
    sizes: Option<&'static str>,
    /// It is the first thing to see on the page.
    first: bool,
}

impl Picture {
    /// Adds all that is said here to what something is made of.
    pub(crate) fn part_of(&self, made: KeyMaker) -> KeyMaker {
        let made = made.number(self.width.into()).number(self.height.into());
        let made = made.text(self.format.extension());
        made.text(self.name.as_deref().unwrap_or_default())
    }

    /// Width and address of each smaller copy.
    pub(crate) fn smaller(&self) -> impl Iterator<Item = (u32, String)> {
        let narrower = WIDTHS.into_iter().filter(|width| *width < self.width);
        narrower.filter_map(|width| {
            let name = self.name.as_ref()?;
            let extension = self.format.extension();
            Some((width, format!("{FOLDER}{name}.{width}.{extension}")))
        })
    }

    /// Of the picture at `own`, for browsers to choose from. One that is larger than all copies is
    /// for those who ask for it.
    fn srcset(&self, own: &str) -> Option<String> {
        let smaller = self.smaller();
        let copies: Vec<String> = smaller.map(|(w, url)| format!("{url} {w}w")).collect();
        let is_clear = !own.ends_with(',') && !own.contains(char::is_whitespace);
        let is_small = WIDTHS.last().is_some_and(|most| self.width <= *most);
        let own = (is_clear && is_small).then(|| format!("{own} {}w", self.width));
        if copies.is_empty() {
            return None;
        }
        Some(copies.into_iter().chain(own).collect::<Vec<_>>().join(", "))
    }
}

impl<'a> ImageView<'a> {
    pub(super) fn all(images: &'a [Image], pictures: &[Option<Picture>]) -> Vec<Self> {
        let pictures = pictures.iter().map(Option::as_ref);
        let pictures = pictures.chain(std::iter::repeat(None));
        let each = images.iter().zip(pictures);
        each.map(|(image, picture)| Self::of(image, picture)).collect()
    }

    pub(super) fn load_at_once(&mut self) {
        self.first = true;
    }

    fn of(image: &'a Image, picture: Option<&Picture>) -> Self {
        let srcset = picture.and_then(|picture| picture.srcset(&image.src));
        Self {
            src: &image.src,
            alt: &image.alt,
            caption: image.caption.as_deref(),
            width: picture.map(|picture| picture.width),
            height: picture.map(|picture| picture.height),
            sizes: srcset.is_some().then_some(SIZES),
            srcset,
            first: false,
        }
    }
}

/// The attributes of an `img` besides those the text states, with a space before each.
pub(super) fn attributes(url: &str, picture: Option<&Picture>) -> String {
    let mut html = String::new();
    if let Some(picture) = picture {
        let Picture { width, height, .. } = picture;
        html += &format!(" width=\"{width}\" height=\"{height}\"");
        if let Some(srcset) = picture.srcset(url) {
            html += &format!(" srcset=\"{}\" sizes=\"{SIZES}\"", escaped(&srcset));
        }
    }
    html + LATER
}

/// A text whose first picture is loaded at once, for the page it is the main thing of.
pub(crate) fn first_at_once(html: &str) -> Cow<'_, str> {
    if html.contains(LATER) {
        html.replacen(LATER, AT_ONCE, 1).into()
    } else {
        html.into()
    }
}

/// A text that names no smaller copies, for readers that may not know what to do with them.
pub(crate) fn without_copies(html: &str) -> Cow<'_, str> {
    const BEGIN: &str = " srcset=\"";
    let begin = format!("{BEGIN}{FOLDER}");
    let end = format!("\" sizes=\"{SIZES}\"");
    let (mut plain, mut rest) = (String::new(), html);
    while let Some(at) = rest.find(&begin) {
        let value = &rest[at + BEGIN.len()..];
        plain.push_str(&rest[..at]);
        // Whoever wrote one by hand wrote it otherwise.
        rest = match value
            .find('"')
            .map(|quote| value[quote..].strip_prefix(&end))
        {
            Some(Some(after)) => after,
            _ => {
                plain.push_str(BEGIN);
                value
            }
        };
    }
    if plain.is_empty() {
        return html.into();
    }
    plain.push_str(rest);
    plain.into()
}
