//! HMAC-SHA256 over a delivery's raw body, compared in constant time. The only doorway to `hmac`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Secrets;

/// Whether one of the secrets made `tag` from `body`.
///
/// `verify_slice` compares in constant time, so an answer's delay tells nothing of the right tag.
pub(super) fn signed(body: &[u8], tag: &[u8; 32], secrets: &Secrets) -> bool {
    secrets.iter().any(|secret| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret)
            .expect("HMAC takes a key of any length (RFC 2104)");
        mac.update(body);
        mac.verify_slice(tag).is_ok()
    })
}

/// The tag written as 64 lower-case hexadecimal digits, the one spelling every forge uses.
pub(super) fn from_hex(text: &[u8]) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.try_into().ok()?;
    let mut tag = [0; 32];
    for (byte, pair) in tag.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(tag)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// The lower-case hexadecimal tag of `body` under `secret`, for tests of whatever receives one.
#[cfg(test)]
pub(crate) fn sign(body: &[u8], secret: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(body);
    let tag = mac.finalize().into_bytes();
    tag.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"It's a Secret to Everybody";
    const TAG: &[u8] = b"757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn the_published_vectors_hold() {
        let secrets = Secrets::new(SECRET.to_vec(), None).unwrap();
        let tag = from_hex(TAG).unwrap();
        assert!(signed(b"Hello, World!", &tag, &secrets));
        assert!(!signed(b"Hello World!", &tag, &secrets));
        assert_eq!(
            sign(b"Hello World!", SECRET),
            "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        );
    }

    #[test]
    fn while_a_secret_is_changed_both_are_good() {
        let tag = from_hex(TAG).unwrap();
        let rotating = Secrets::new(b"new".to_vec(), Some(SECRET.to_vec())).unwrap();
        let rotated = Secrets::new(b"new".to_vec(), None).unwrap();
        assert!(signed(b"Hello, World!", &tag, &rotating));
        assert!(!signed(b"Hello, World!", &tag, &rotated));
    }

    #[test]
    fn only_64_lower_case_digits_are_a_tag() {
        assert!(from_hex(&TAG.to_ascii_uppercase()).is_none());
        assert!(from_hex(&TAG[1..]).is_none());
        assert!(from_hex(&[TAG, b"0"].concat()).is_none());
        assert!(from_hex(b"").is_none());
        assert!(from_hex(&[b'g'; 64]).is_none());
    }
}
