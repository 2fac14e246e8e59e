//! How a delivery is proved: HMAC-SHA256 over its raw body, or the secret itself, each compared in
//! constant time. The only doorway to `hmac`.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Delivery, Proof, Rejected, Trust};
use crate::moment::Moment;

/// An HMAC-SHA256.
pub(super) type Tag = [u8; 32];

/// Seconds that a sender's clock may differ from ours, in both directions: what Standard Webhooks
/// recommends.
pub(super) const WINDOW: i64 = 300;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Proves a delivery by the HMAC of its body, in hexadecimal after `prefix` in one header.
pub(super) fn verify(
    header: &str,
    prefix: &[u8],
    delivery: &Delivery<'_>,
    trust: &Trust,
) -> Result<Proof, Rejected> {
    let value = delivery.headers.proof(header)?;
    // Gitea sends its headers empty or with the bare prefix when it was given no secret.
    if value == prefix {
        return Err(Rejected::Unsigned);
    }
    let tag = value
        .strip_prefix(prefix)
        .and_then(from_hex)
        .ok_or(Rejected::BadSignature)?;
    signed(&[delivery.body], &[tag], trust.secrets())
        .then_some(Proof::Repeatable)
        .ok_or(Rejected::BadSignature)
}

/// Whether one of the keys made one of the tags from these bytes, one part after the other. The
/// bytes are hashed once for each key, however many tags a sender lists.
///
/// `verify_slice` compares in constant time, so an answer's delay tells nothing of the right tag.
pub(super) fn signed<'k>(
    parts: &[&[u8]],
    tags: &[Tag],
    mut keys: impl Iterator<Item = &'k [u8]>,
) -> bool {
    keys.any(|key| {
        let mac = mac(key, parts);
        tags.iter().any(|tag| mac.clone().verify_slice(tag).is_ok())
    })
}

/// Whether `given` is one of the secrets. What is compared are HMACs under the secret, so that the
/// delay tells neither where the two differ nor how long the right one is.
pub(super) fn is_secret(given: &[u8], trust: &Trust) -> Result<Proof, Rejected> {
    let same = trust.secrets().any(|secret| {
        let right = mac(secret, &[secret]).finalize().into_bytes();
        mac(secret, &[given]).verify_slice(&right).is_ok()
    });
    same.then_some(Proof::Repeatable)
        .ok_or(Rejected::WrongSecret)
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length (RFC 2104)");
    for part in parts {
        mac.update(part);
    }
    mac
}

/// Whether a time in seconds since 1970 is about now.
pub(super) fn is_recent(seconds: i64, now: Moment) -> bool {
    now.timestamp().as_second().abs_diff(seconds) <= WINDOW.unsigned_abs()
}

/// The tag written as 64 lower-case hexadecimal digits, the one spelling every forge uses.
pub(super) fn from_hex(text: &[u8]) -> Option<Tag> {
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

/// Bytes in base64, with or without the padding.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// The lower-case hexadecimal tag of `body` under `secret`.
pub(crate) fn sign(body: &[u8], secret: &[u8]) -> String {
    let tag = mac(secret, &[body]).finalize().into_bytes();
    tag.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The HMAC-SHA256 of several parts, in base64.
pub(super) fn sign_base64(parts: &[&[u8]], key: &[u8]) -> String {
    BASE64.encode(mac(key, parts).finalize().into_bytes())
}

pub(super) fn to_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"It's a Secret to Everybody";
    const TAG: &[u8] = b"757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn trust(current: &[u8], former: Option<&[u8]>) -> Trust {
        let secrets = (current.to_vec(), former.map(<[u8]>::to_vec));
        Trust::new(Some(secrets), None).unwrap().unwrap()
    }

    #[test]
    fn the_published_vectors_hold() {
        let trust = trust(SECRET, None);
        let tags = [from_hex(TAG).unwrap()];
        assert!(signed(&[b"Hello, World!"], &tags, trust.secrets()));
        assert!(signed(&[b"Hello,", b" World!"], &tags, trust.secrets()));
        assert!(!signed(&[b"Hello World!"], &tags, trust.secrets()));
        assert_eq!(
            sign(b"Hello World!", SECRET),
            "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        );
    }

    #[test]
    fn while_a_secret_is_changed_both_are_good() {
        let tags = [[0; 32], from_hex(TAG).unwrap()];
        let (rotating, rotated) = (trust(b"new", Some(SECRET)), trust(b"new", None));
        assert!(signed(&[b"Hello, World!"], &tags, rotating.secrets()));
        assert!(!signed(&[b"Hello, World!"], &tags, rotated.secrets()));
        assert!(is_secret(SECRET, &rotating).is_ok());
        assert!(is_secret(b"new", &rotating).is_ok());
        assert!(is_secret(SECRET, &rotated).is_err());
    }

    #[test]
    fn a_secret_is_the_whole_secret() {
        let trust = trust(b"hush", None);
        for wrong in [
            b"".as_slice(),
            b"hus",
            b"hush ",
            b"Hush",
            b"hushhush",
            b"hush\0",
        ] {
            assert!(matches!(
                is_secret(wrong, &trust),
                Err(Rejected::WrongSecret)
            ));
        }
    }

    #[test]
    fn only_64_lower_case_digits_are_a_tag() {
        assert!(from_hex(&TAG.to_ascii_uppercase()).is_none());
        assert!(from_hex(&TAG[1..]).is_none());
        assert!(from_hex(&[TAG, b"0"].concat()).is_none());
        assert!(from_hex(b"").is_none());
        assert!(from_hex(&[b'g'; 64]).is_none());
    }

    #[test]
    fn the_window_is_five_minutes_to_either_side() {
        let now = Moment::from_git(1_614_265_330, 0).unwrap();
        for (seconds, recent) in [
            (1_614_265_330, true),
            (1_614_265_030, true),
            (1_614_265_029, false),
            (1_614_265_630, true),
            (1_614_265_631, false),
            (i64::MIN, false),
            (i64::MAX, false),
        ] {
            assert_eq!(is_recent(seconds, now), recent, "{seconds}");
        }
    }
}
