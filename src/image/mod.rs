//! Pictures as bytes: what their headers say, copies without what cameras write beside the picture,
//! and smaller copies. Pure; nothing that a file says of itself is believed beyond the bounds here.

mod card;
mod exif;
mod jpeg;
mod png;
mod smaller;
#[cfg(test)]
mod tests;
mod webp;

use serde::{Deserialize, Serialize};

pub(crate) use card::{CARD_HEIGHT, CARD_VERSION, CARD_WIDTH, Card};
pub(crate) use smaller::smaller;

/// Of all that is made here: another number makes every copy anew, at another address.
pub(crate) const VERSION: u64 = 1;
/// Pixels of a picture that smaller copies are made of.
pub(crate) const MOST_PIXELS: u64 = 64_000_000;

/// What a picture is, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) format: Format,
    /// In pixels, as it is shown: the way it is to be turned is applied.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// It is more than one picture, or of a form that is not decoded rightly.
    pub(crate) only_whole: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Format {
    Jpeg,
    Png,
    WebP,
    Gif,
}

/// Why nothing can be made of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("it is no JPEG, PNG, WebP or GIF")]
    Unknown,
    #[error("it is damaged before the picture begins")]
    Damaged,
    #[error("it says that it has no width or no height")]
    Nothing,
}

/// A file of which nothing can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) reason: Unreadable,
    /// Nothing in it looks like what cameras write beside a picture.
    pub(crate) silent: bool,
}

/// What blocks of metadata hold, in whatever format they lie: TIFF of both kinds, which EXIF is,
/// XMP, IPTC, and the formats of phones.
const MARKS: [&[u8]; 7] = [
    b"II*\0",
    b"MM\0*",
    b"Exif",
    b"ns.adobe.com/",
    b"xmpmeta",
    b"8BIM",
    b"ftyp",
];

/// A file taken apart and put together again.
#[derive(Debug)]
struct Stripped {
    /// As they lie in the file.
    width: u32,
    height: u32,
    /// From 1 to 8, as EXIF counts.
    orientation: u8,
    only_whole: bool,
    bytes: Vec<u8>,
}

impl Format {
    /// What the bytes are, whatever the file is called.
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(png::SIGNATURE) {
            Some(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::WebP)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else {
            None
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }
}

impl Facts {
    fn of(format: Format, stripped: &Stripped) -> Result<Self, Unreadable> {
        let Stripped { width, height, .. } = *stripped;
        if width == 0 || height == 0 {
            return Err(Unreadable::Nothing);
        }
        let lies = stripped.orientation >= 5;
        Ok(Self {
            format,
            width: if lies { height } else { width },
            height: if lies { width } else { height },
            only_whole: stripped.only_whole,
        })
    }

    /// Whether smaller copies of it can be made.
    pub(crate) fn can_be_smaller(&self) -> bool {
        matches!(self.format, Format::Jpeg | Format::Png) && !self.only_whole && !self.is_huge()
    }

    /// Whether it has more pixels than are ever decoded.
    pub(crate) fn is_huge(&self) -> bool {
        u64::from(self.width) * u64::from(self.height) > MOST_PIXELS
    }
}

/// What a picture is.
pub(crate) fn facts(bytes: &[u8]) -> Result<Facts, Refused> {
    let taken_apart = taken_apart(bytes).map(|(facts, _)| facts);
    taken_apart.map_err(|reason| Refused {
        reason,
        silent: !MARKS.iter().any(|mark| holds(bytes, mark)),
    })
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The same picture, bit for bit, without what else the file says: place, time, camera, comments,
/// previews. Colours stay what they are, and the way it is to be turned.
pub(crate) fn plain(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    taken_apart(bytes).map(|(_, stripped)| stripped.bytes)
}

fn taken_apart(bytes: &[u8]) -> Result<(Facts, Stripped), Unreadable> {
    let format = Format::of(bytes).ok_or(Unreadable::Unknown)?;
    let stripped = match format {
        Format::Jpeg => jpeg::stripped(bytes),
        Format::Png => png::stripped(bytes),
        Format::WebP => webp::stripped(bytes),
        Format::Gif => gif(bytes),
    };
    let stripped = stripped.ok_or(Unreadable::Damaged)?;
    Ok((Facts::of(format, &stripped)?, stripped))
}

/// No camera writes GIF: it stays as it is.
fn gif(bytes: &[u8]) -> Option<Stripped> {
    let side = |at: usize| {
        let side = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(u32::from(u16::from_le_bytes(side)))
    };
    Some(Stripped {
        width: side(6)?,
        height: side(8)?,
        orientation: 1,
        only_whole: true,
        bytes: bytes.to_vec(),
    })
}
