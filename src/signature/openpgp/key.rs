//! OpenPGP public keys of version 4 (RFC 9580, section 5.5.2), which is what is in use.

use super::super::cursor::Cursor;
use super::super::primitive::{Hash, PublicKey};

pub(super) struct Key<'a> {
    pub(super) body: &'a [u8],
    pub(super) fingerprint: [u8; 20],
    /// Seconds since 1970.
    pub(super) created: i64,
    /// None for an algorithm that is not checked here, or does not sign.
    pub(super) public: Option<PublicKey>,
}

const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const ED25519: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01];

impl<'a> Key<'a> {
    /// `None` for another version, and where it is cut.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        if cursor.byte()? != 4 {
            return None;
        }
        let created = i64::from(cursor.u32()?);
        let algorithm = cursor.byte()?;
        let fingerprint = Hash::Sha1.of(&framed(body)?);
        Some(Self {
            body,
            fingerprint: fingerprint.try_into().ok()?,
            created,
            public: public(algorithm, cursor),
        })
    }

    /// As it stands in what is signed about it.
    pub(super) fn framed(&self) -> Vec<u8> {
        framed(self.body).unwrap_or_default()
    }
}

fn framed(body: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(body.len()).ok()?.to_be_bytes();
    Some([&[0x99], length.as_slice(), body].concat())
}

fn public(algorithm: u8, mut cursor: Cursor<'_>) -> Option<PublicKey> {
    match algorithm {
        RSA | RSA_SIGN => {
            let n = cursor.mpi()?;
            PublicKey::rsa(n, cursor.mpi()?)
        }
        ECDSA | EDDSA => {
            let length = cursor.byte()?;
            let curve = cursor.take(usize::from(length))?;
            let point = cursor.mpi()?;
            match (algorithm, curve) {
                (ECDSA, P256) => PublicKey::p256(point),
                (ECDSA, P384) => PublicKey::p384(point),
                (EDDSA, ED25519) => PublicKey::ed25519(point.strip_prefix(&[0x40])?),
                _ => None,
            }
        }
        ED25519_NATIVE => PublicKey::ed25519(cursor.take(32)?),
        _ => None,
    }
}

// Section 9.1.
pub(super) const RSA: u8 = 1;
pub(super) const RSA_SIGN: u8 = 3;
pub(super) const ECDSA: u8 = 19;
/// With the curve named beside it, as GnuPG has made Ed25519 keys since 2014.
pub(super) const EDDSA: u8 = 22;
pub(super) const ED25519_NATIVE: u8 = 27;

/// As `gpg` prints it.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
