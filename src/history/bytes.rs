//! Numbers, texts and ids as bytes, for the log that is kept.

use crate::repository::Oid;

/// Bytes being written.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

/// Bytes being read.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

/// The bytes are not what was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl Writer {
    /// Seven bits a byte, the low ones first.
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A count or a difference that may be negative.
    pub(super) fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    pub(super) fn oid(&mut self, oid: Oid) {
        self.0.extend_from_slice(&oid.0);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }
}

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.0.split_first().ok_or(Unreadable)?;
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u64, Unreadable> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Unreadable)
    }

    pub(super) fn small(&mut self) -> Result<u32, Unreadable> {
        u32::try_from(self.number()?).ok().ok_or(Unreadable)
    }

    /// A count of things that take at least a byte each, so that no more are made room for than
    /// can follow.
    pub(super) fn count(&mut self) -> Result<usize, Unreadable> {
        let count = usize::try_from(self.number()?).ok().ok_or(Unreadable)?;
        (count <= self.0.len()).then_some(count).ok_or(Unreadable)
    }

    pub(super) fn signed(&mut self) -> Result<i64, Unreadable> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn oid(&mut self) -> Result<Oid, Unreadable> {
        let (id, rest) = self.0.split_first_chunk().ok_or(Unreadable)?;
        self.0 = rest;
        Ok(Oid(*id))
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Unreadable> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(Unreadable)?;
        self.0 = rest;
        std::str::from_utf8(text).ok().ok_or(Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_cut_ones_are_refused() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut writer = Writer::default();
            writer.number(number);
            assert_eq!(Reader(&writer.0).number(), Ok(number));
            let cut = &writer.0[..writer.0.len() - 1];
            assert_eq!(Reader(cut).number(), Err(Unreadable));
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX, 1_714_553_280] {
            let mut writer = Writer::default();
            writer.signed(number);
            assert_eq!(Reader(&writer.0).signed(), Ok(number));
        }
        assert_eq!(Reader(&[0xff; 11]).number(), Err(Unreadable));
    }

    #[test]
    fn a_count_larger_than_what_follows_is_refused() {
        let mut writer = Writer::default();
        writer.text("text");
        assert_eq!(Reader(&writer.0).text(), Ok("text"));
        assert_eq!(Reader(&writer.0[..3]).text(), Err(Unreadable));
        assert_eq!(Reader(&[0xff, 0xff, 0x7f, 1]).count(), Err(Unreadable));
    }
}
