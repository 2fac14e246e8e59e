//! WebP, chunk by chunk: those that are the picture stay as they are, the rest goes.

use super::{Stripped, exif};

/// Where the first chunk begins.
const BEGIN: usize = 12;
/// Flags of `VP8X`.
const MOVING: u8 = 0x02;
const XMP: u8 = 0x04;
const EXIF: u8 = 0x08;

/// Chunks have no checksum, so one that is longer than the file has damaged lengths, and may have
/// taken in others: such a file is not read.
pub(super) fn stripped(bytes: &[u8]) -> Option<Stripped> {
    let mut body = Vec::with_capacity(bytes.len());
    let (mut size, mut orientation, mut flags, mut pixels) = (None, 1, None, false);
    let mut at = BEGIN;
    while let Some(head) = bytes.get(at..at + 8) {
        let (name, length) = head.split_at(4);
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        let end = at.saturating_add(8).saturating_add(length);
        let data = bytes.get(at + 8..end)?;
        let kept = match name {
            b"VP8X" => {
                size = size.or(extended(data));
                flags = flags.or(Some(body.len() + 8));
                size.is_some()
            }
            b"VP8 " | b"VP8L" => {
                let sides = if name == b"VP8 " { lossy } else { lossless };
                size = size.or_else(|| sides(data));
                pixels = true;
                true
            }
            b"ANMF" => {
                pixels = true;
                true
            }
            b"EXIF" => {
                orientation = exif::orientation(data);
                false
            }
            name => matches!(name, b"ALPH" | b"ANIM" | b"ICCP"),
        };
        if kept {
            push(&mut body, name, data);
        }
        at = end.saturating_add(length % 2);
    }
    let (width, height) = size.filter(|_| pixels)?;
    let flags = flags.and_then(|at| body.get_mut(at));
    let moving = flags.as_ref().is_some_and(|flags| **flags & MOVING != 0);
    match flags {
        Some(flags) => {
            *flags &= !(XMP | EXIF);
            if orientation != 1 {
                *flags |= EXIF;
                push(&mut body, b"EXIF", &exif::only(orientation));
            }
        }
        // Only the extended form has room for it.
        None => orientation = 1,
    }
    let length = u32::try_from(body.len() + 4).ok()?;
    let head = [b"RIFF".as_slice(), &length.to_le_bytes(), b"WEBP"].concat();
    Some(Stripped {
        width,
        height,
        orientation,
        only_whole: moving,
        bytes: [head, body].concat(),
    })
}

fn push(body: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    body.extend_from_slice(name);
    let length = u32::try_from(data.len()).unwrap_or_default();
    body.extend(length.to_le_bytes());
    body.extend_from_slice(data);
    body.extend(vec![0; data.len() % 2]);
}

fn extended(data: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| {
        let side = data.get(at..at + 3)?;
        Some(u32::from_le_bytes([side[0], side[1], side[2], 0]) + 1)
    };
    Some((side(4)?, side(7)?))
}

fn lossy(data: &[u8]) -> Option<(u32, u32)> {
    let sides = data.get(3..10)?.strip_prefix(b"\x9d\x01\x2a")?;
    let side = |at: usize| u32::from(u16::from_le_bytes([sides[at], sides[at + 1]]) & 0x3fff);
    Some((side(0), side(2)))
}

fn lossless(data: &[u8]) -> Option<(u32, u32)> {
    let bits = data.get(..5)?.strip_prefix(b"\x2f")?.try_into().ok()?;
    let bits = u32::from_le_bytes(bits);
    Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}
