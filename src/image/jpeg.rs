//! JPEG, segment by segment: those that are the picture stay as they are, the rest goes.

use super::{Stripped, exif};

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;
/// What a part of a profile of colours begins with; its number and how many there are follow.
const PROFILE: &[u8] = b"ICC_PROFILE\0";
const PART: usize = PROFILE.len() + 2;

/// A JPEG being put together again.
#[derive(Default)]
struct Parts {
    /// What has to come first.
    jfif: Vec<u8>,
    rest: Vec<u8>,
    /// Colours, in one or more segments.
    profile: Vec<Vec<u8>>,
    size: Option<(u32, u32)>,
    orientation: Option<u8>,
    scans: usize,
    /// Each pixel comes once, and not first roughly.
    sequential: bool,
}

/// A file cut short keeps what there is of its picture; after the picture's end nothing is copied,
/// since phones put further pictures there, each with all it knows.
pub(super) fn stripped(bytes: &[u8]) -> Option<Stripped> {
    let mut parts = Parts::default();
    let mut at = 2;
    while let Some((marker, after)) = marker(bytes, at) {
        at = after;
        match marker {
            END => break,
            // They stand alone and say nothing here.
            0x00 | 0x01 | 0xd0..=START => continue,
            _ => {}
        }
        let Some(body) = body(bytes, at) else { break };
        at += 2 + body.len();
        parts.segment(marker, body);
        if marker == SCAN && is_whole(marker, body) == Some(true) {
            let end = scan_end(bytes, at);
            parts.rest.extend_from_slice(&bytes[at..end]);
            parts.scans += 1;
            at = end;
        }
    }
    parts.finish()
}

/// The next marker, and where it ends. What lies before it belongs to nothing.
fn marker(bytes: &[u8], from: usize) -> Option<(u8, usize)> {
    let first = from + bytes.get(from..)?.iter().position(|&byte| byte == 0xff)?;
    let code = first + bytes[first..].iter().position(|&byte| byte != 0xff)?;
    Some((bytes[code], code + 1))
}

/// What a segment holds, given where its length stands.
fn body(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let length = bytes.get(at..at + 2)?.try_into().ok()?;
    let length = usize::from(u16::from_be_bytes(length));
    bytes.get(at + 2..at + length)
}

/// Where the pixels end that begin at a place.
fn scan_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(step) = bytes[at..].iter().position(|&byte| byte == 0xff) {
        at += step;
        match bytes.get(at + 1) {
            // An escaped 0xff, and marks to start again from.
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}

impl Parts {
    fn segment(&mut self, marker: u8, body: &[u8]) {
        match marker {
            APP0 if body.starts_with(b"JFIF\0") && body.len() >= 12 && self.jfif.is_empty() => {
                // Version and density, and no preview.
                self.jfif = segment(APP0, &[&body[..12], &[0, 0]].concat());
            }
            APP1 if body.starts_with(exif::PREFIX) => {
                self.orientation
                    .get_or_insert_with(|| exif::orientation(body));
            }
            APP2 if body.starts_with(PROFILE) => self.profile.push(body.to_vec()),
            // How colours were transformed.
            APP14 if body.starts_with(b"Adobe") && body.len() >= 12 => {
                self.rest.extend(segment(APP14, &body[..12]));
            }
            _ if is_whole(marker, body) == Some(true) => {
                if is_frame(marker) && self.size.is_none() {
                    self.size = frame(body);
                    self.sequential = marker < 0xc2;
                }
                self.rest.extend(segment(marker, body));
            }
            _ => {}
        }
    }

    /// The profile of colours, if its parts are what it says of its own length.
    fn colours(&self) -> Vec<u8> {
        let parts = self.profile.iter();
        let length: usize = parts.map(|part| part.len().saturating_sub(PART)).sum();
        let first = self.profile.iter().find(|part| part.get(12) == Some(&1));
        let stated = first.and_then(|part| part.get(PART..PART + 4)?.try_into().ok());
        let stated = stated.map(u32::from_be_bytes);
        if stated.and_then(|stated| usize::try_from(stated).ok()) != Some(length) {
            return Vec::new();
        }
        let parts = self.profile.iter();
        parts.flat_map(|part| segment(APP2, part)).collect()
    }

    fn finish(self) -> Option<Stripped> {
        let (width, height) = self.size.filter(|_| self.scans > 0)?;
        let orientation = self.orientation.unwrap_or(1);
        let mut bytes = vec![0xff, START];
        bytes.extend(&self.jfif);
        if orientation != 1 {
            let block = [exif::PREFIX, &exif::only(orientation)].concat();
            bytes.extend(segment(APP1, &block));
        }
        bytes.extend(self.colours());
        bytes.extend(self.rest);
        bytes.extend([0xff, END]);
        Some(Stripped {
            width,
            height,
            orientation,
            // The decoder at hand gets wrong those whose colours follow one after the other.
            only_whole: self.sequential && self.scans > 1,
            bytes,
        })
    }
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && ![0xc4, 0xc8, 0xcc].contains(&marker)
}

/// Whether a segment of the picture is as long as what it says of itself: one that is longer has
/// taken in others.
fn is_whole(marker: u8, body: &[u8]) -> Option<bool> {
    let count = |at: usize| body.get(at).map(|count| usize::from(*count));
    Some(match marker {
        0xc4 => tables(body, |table| {
            let counts = table.get(1..17)?;
            Some(
                17 + counts
                    .iter()
                    .map(|count| usize::from(*count))
                    .sum::<usize>(),
            )
        }),
        0xdb => tables(body, |table| {
            Some(if table[0] >> 4 == 0 { 65 } else { 129 })
        }),
        0xcc => body.len() <= 64,
        SCAN => body.len() == 4 + 2 * count(0)?,
        0xdc..=0xdd => body.len() == 2,
        _ if is_frame(marker) => body.len() == 6 + 3 * count(5)?,
        _ => false,
    })
}

/// Whether nothing but tables is in a segment, given the length of the first of some.
fn tables(mut body: &[u8], length: impl Fn(&[u8]) -> Option<usize>) -> bool {
    while !body.is_empty() {
        let Some(rest) = length(body).and_then(|length| body.get(length..)) else {
            return false;
        };
        body = rest;
    }
    true
}

/// Width and height, from the head of a frame.
fn frame(body: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| {
        let side = body.get(at..at + 2)?.try_into().ok()?;
        Some(u32::from(u16::from_be_bytes(side)))
    };
    Some((side(3)?, side(1)?))
}

/// A body is never longer than it was in the file, and so its length fits.
fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    let mut segment = vec![0xff, marker];
    segment.extend(length.to_be_bytes());
    segment.extend_from_slice(body);
    segment
}
