//! A number that tells texts apart: the same on every machine and in every run, and no secret, so
//! nothing that somebody could gain by may hang on it.

/// The fingerprint of bytes, eight at a time, each multiplied into all bits of the next; `seed` is
/// that of what stands before.
pub(crate) fn fingerprint(seed: u64, bytes: &[u8]) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let blocks = blocks.iter().chain([&last]);
    let hash = blocks.fold(mix(seed), |hash, block| {
        mix(hash ^ u64::from_le_bytes(*block))
    });
    mix(hash ^ bytes.len() as u64)
}

fn mix(number: u64) -> u64 {
    let product = u128::from(number ^ 0x9e37_79b9_7f4a_7c15) * 0xbf58_476d_1ce4_e5b9;
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn texts_that_differ_in_a_bit_or_at_their_end_differ() {
        let text = b"It was a day in May";
        let mut seen = HashSet::new();
        for length in 0..=text.len() {
            assert!(seen.insert(fingerprint(0, &text[..length])));
            assert!(seen.insert(fingerprint(1, &text[..length])));
        }
        for bit in 0..text.len() * 8 {
            let mut text = text.to_vec();
            text[bit / 8] ^= 1 << (bit % 8);
            assert!(seen.insert(fingerprint(0, &text)));
        }
        assert!(seen.insert(fingerprint(0, &[text, &b"\0"[..]].concat())));
    }
}
