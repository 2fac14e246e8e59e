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

/// How an author asked for a picture to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) width: Option<u16>,
    pub(super) height: Option<u16>,
    /// Known ones, with a space between.
    pub(super) classes: String,
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
        each.map(|(image, picture)| Self::of(image, picture))
            .collect()
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

impl Wish {
    /// Width and height in the page: of a side that was not asked for, what keeps the shape.
    fn size(&self, picture: Option<&Picture>) -> (Option<u32>, Option<u32>) {
        let of = |side: u32, (own, other): (u32, u32)| {
            let scaled = u64::from(side) * u64::from(own) / u64::from(other.max(1));
            u32::try_from(scaled).ok().map(|scaled| scaled.max(1))
        };
        let own = picture.map(|picture| (picture.width, picture.height));
        match (self.width.map(u32::from), self.height.map(u32::from)) {
            (None, None) => own.unzip(),
            (Some(width), None) => (Some(width), own.and_then(|(w, h)| of(width, (h, w)))),
            (None, Some(height)) => (own.and_then(|(w, h)| of(height, (w, h))), Some(height)),
            asked => asked,
        }
    }
}

/// The attributes of an `img` besides those the text states, with a space before each.
pub(super) fn attributes(url: &str, picture: Option<&Picture>, wish: Option<&Wish>) -> String {
    let (mut html, none) = (String::new(), Wish::default());
    let wish = wish.unwrap_or(&none);
    let (width, height) = wish.size(picture);
    for (name, value) in [("width", width), ("height", height)] {
        if let Some(value) = value {
            html += &format!(" {name}=\"{value}\"");
        }
    }
    if !wish.classes.is_empty() {
        html += &format!(" class=\"{}\"", wish.classes);
    }
    if let Some(srcset) = picture.and_then(|picture| picture.srcset(url)) {
        let asked = wish.width.or(wish.height).and(width);
        let sizes = match asked {
            Some(width) => format!("(min-width: {width}px) {width}px, 100vw"),
            None => SIZES.to_owned(),
        };
        html += &format!(" srcset=\"{}\" sizes=\"{sizes}\"", escaped(&srcset));
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
    const SIZES: &str = "\" sizes=\"";
    let begin = format!("{BEGIN}{FOLDER}");
    let (mut plain, mut rest) = (String::new(), html);
    while let Some(at) = rest.find(&begin) {
        let value = &rest[at + BEGIN.len()..];
        plain.push_str(&rest[..at]);
        // Whoever wrote one by hand wrote it otherwise.
        let end = value
            .find('"')
            .and_then(|quote| value[quote..].strip_prefix(SIZES));
        rest = match end.and_then(|sizes| sizes.split_once('"')) {
            Some((_, after)) => after,
            None => {
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
