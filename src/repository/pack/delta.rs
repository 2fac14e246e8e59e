//! Objects told by what differs from another (gitformat-pack(5), "Deltified representation").

/// What a delta makes of its base; `None` where it is not meant for this base, or is broken, or
/// would make more than `limit` bytes.
pub(in crate::repository) fn apply(base: &[u8], delta: &[u8], limit: u64) -> Option<Vec<u8>> {
    let (from, rest) = size(delta)?;
    let (to, mut rest) = size(rest)?;
    if from != base.len() as u64 || to > limit {
        return None;
    }
    let to = usize::try_from(to).ok()?;
    let mut made = Vec::with_capacity(to);
    while let Some((&operation, after)) = rest.split_first() {
        let (piece, after) = if operation & COPY != 0 {
            let (begin, after) = number(operation & 0x0f, after)?;
            let (length, after) = number(operation >> 4 & 0x07, after)?;
            let length = if length == 0 { 0x1_0000 } else { length };
            (base.get(begin..begin.checked_add(length)?)?, after)
        } else {
            // Zero is reserved, and would go on for ever.
            after
                .split_at_checked(usize::from(operation))
                .filter(|_| operation != 0)?
        };
        if made.len() + piece.len() > to {
            return None;
        }
        made.extend_from_slice(piece);
        rest = after;
    }
    (made.len() == to).then_some(made)
}

/// The operation copies from the base; without it the bytes follow.
const COPY: u8 = 0x80;

/// Seven bits a byte, the lowest first.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut size = 0u64;
    for (place, byte) in bytes.iter().enumerate().take(9) {
        size |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((size, &bytes[place + 1..]));
        }
    }
    None
}

/// A number of which only the bytes that `present` has a bit for are written, the lowest first.
fn number(present: u8, mut bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for place in (0..4).filter(|place| present >> place & 1 == 1) {
        let (byte, rest) = bytes.split_first()?;
        number |= usize::from(*byte) << (8 * place);
        bytes = rest;
    }
    Some((number, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Copies six bytes, adds three, and copies four from the start.
    const DELTA: [u8; 10] = [10, 13, 0x91, 4, 6, 3, b'x', b'y', b'z', 0x90];

    #[test]
    fn copies_and_additions_follow_each_other() {
        let mut delta = DELTA.to_vec();
        delta.push(4);
        let made = apply(b"0123456789", &delta, 100).unwrap();
        assert_eq!(made, b"456789xyz0123");
    }

    #[test]
    fn a_copy_without_a_length_is_of_64_kib() {
        let base = vec![7; 70_000];
        let delta = [0xf0, 0xa2, 4, 0x80, 0x80, 4, 0x80];
        assert_eq!(apply(&base, &delta, 70_000).unwrap(), &base[..65_536]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let base = b"0123456789";
        let whole = [&DELTA[..], &[4]].concat();
        let with = |place: usize, byte: u8| {
            let mut delta = whole.clone();
            delta[place] = byte;
            delta
        };
        assert_eq!(apply(&base[1..], &whole, 100), None, "another base");
        assert_eq!(apply(base, &whole, 12), None, "over the limit");
        assert_eq!(
            apply(base, &with(1, 12), 100),
            None,
            "makes more than it says"
        );
        assert_eq!(
            apply(base, &with(1, 14), 100),
            None,
            "makes less than it says"
        );
        assert_eq!(apply(base, &with(3, 5), 100), None, "copies beyond the end");
        assert_eq!(
            apply(base, &with(5, 0), 100),
            None,
            "the reserved operation"
        );
        for end in 0..whole.len() {
            assert_eq!(apply(base, &whole[..end], 100), None, "ends at {end}");
        }
    }
}
