//! PNG, chunk by chunk: those that are the picture stay as they are, the rest goes.

use super::{Stripped, exif, holds};
use crate::memo::checksum;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Pixels, colours, what is transparent, the size of a pixel, and further pictures of a moving one.
const KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs",
    b"bKGD", b"hIST", b"sPLT", b"cICP", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT",
];
/// Chunks of words about the picture, and those after which others follow.
const OTHERS: [&[u8; 4]; 7] = [
    b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"IDAT", b"IEND",
];
/// Of a chunk, beside its data: length, name and checksum.
const AROUND: usize = 12;

/// A file that is damaged ends where it is, if the damaged chunk may have taken in others that do not
/// stay.
pub(super) fn stripped(bytes: &[u8]) -> Option<Stripped> {
    let (mut kept, mut orientation, mut moving, mut pixels) = (Vec::new(), 1, false, false);
    let mut header = None;
    let mut at = SIGNATURE.len();
    while let Some(head) = bytes.get(at..at + 8) {
        let (length, name) = head.split_at(4);
        let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
        let end = at.saturating_add(AROUND).saturating_add(length);
        let chunk = &bytes[at..end.min(bytes.len())];
        let data = &chunk[8..chunk.len().min(8 + length)];
        if name == b"IEND" {
            break;
        }
        if !is_whole(chunk) && OTHERS.iter().any(|name| holds(data, name.as_slice())) {
            break;
        }
        match name {
            b"IHDR" if header.is_none() => header = Some(sides(data)?),
            b"eXIf" => orientation = exif::orientation(data),
            b"acTL" => moving = true,
            b"IDAT" => pixels = true,
            _ => {}
        }
        header?;
        if KEPT.iter().any(|kept| *kept == name) {
            kept.push(chunk);
        }
        at = end;
    }
    let (width, height) = header.filter(|_| pixels)?;
    let mut stripped = SIGNATURE.to_vec();
    for (place, part) in kept.into_iter().enumerate() {
        stripped.extend_from_slice(part);
        if place == 0 && orientation != 1 {
            stripped.extend(chunk(b"eXIf", &exif::only(orientation)));
        }
    }
    // One of its own: a damaged one may go on.
    stripped.extend(chunk(b"IEND", &[]));
    Some(Stripped {
        width,
        height,
        orientation,
        only_whole: moving,
        bytes: stripped,
    })
}

fn sides(header: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| {
        let side = header.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(side))
    };
    Some((side(0)?, side(4)?))
}

fn is_whole(chunk: &[u8]) -> bool {
    let sum = chunk.len().saturating_sub(4).max(8);
    chunk.len() >= AROUND && checksum(&chunk[4..sum]).to_be_bytes() == chunk[sum..]
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or_default();
    let summed = [name.as_slice(), data].concat();
    let sum = checksum(&summed).to_be_bytes();
    [&length.to_be_bytes(), summed.as_slice(), &sum].concat()
}
