//! OpenPGP packets (RFC 9580, section 4): a type, a length and as many bytes.

use super::super::cursor::Cursor;

pub(super) const SIGNATURE: u8 = 2;
pub(super) const SECRET_KEY: u8 = 5;
pub(super) const PUBLIC_KEY: u8 = 6;
pub(super) const USER_ID: u8 = 13;
pub(super) const PUBLIC_SUBKEY: u8 = 14;

#[derive(Clone, Copy)]
pub(super) struct Packet<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
}

impl<'a> Packet<'a> {
    /// The next one. `None` also for lengths that only data packets may have: partial ones, and
    /// those that run to the end.
    pub(super) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let head = cursor.byte()?;
        let (tag, length) = match head >> 6 {
            0b11 => (head & 0x3f, length(cursor)?),
            0b10 => {
                let length = match head & 3 {
                    0 => usize::from(cursor.byte()?),
                    1 => cursor.u16()?,
                    2 => usize::try_from(cursor.u32()?).ok()?,
                    _ => return None,
                };
                (head >> 2 & 0x0f, length)
            }
            _ => return None,
        };
        let body = cursor.take(length)?;
        Some(Self { tag, body })
    }
}

/// A length in one, two or five bytes (section 4.2.1); subpackets have the same.
pub(super) fn length(cursor: &mut Cursor<'_>) -> Option<usize> {
    match usize::from(cursor.byte()?) {
        short @ 0..192 => Some(short),
        first @ 192..224 => Some((first - 192) * 256 + usize::from(cursor.byte()?) + 192),
        255 => usize::try_from(cursor.u32()?).ok(),
        _ => None,
    }
}
