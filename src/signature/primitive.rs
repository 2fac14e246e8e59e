//! One public key checks one signature; digests. The only doorway to `ring`.

use ring::digest;
use ring::signature as algorithms;
use ring::signature::{RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey};

/// RSA keys shorter than this are refused: 1024 bits are within reach of a state, and git's own
/// tools have made longer ones since 2010.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    /// Broken (SHAttered, 2017): only for fingerprints and for what a key's owner says of the key.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    Ed25519([u8; 32]),
    /// An uncompressed point.
    P256(Vec<u8>),
    /// An uncompressed point.
    P384(Vec<u8>),
    /// Modulus and exponent, big-endian, without leading zeros.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

/// A signature's numbers, as the formats carry them.
pub(super) enum Value<'a> {
    /// One number or one string.
    Whole(&'a [u8]),
    /// `r` and `s`, each without its leading zeros or with a few too many.
    Pair(&'a [u8], &'a [u8]),
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Good,
    Bad,
    /// A pair of key and digest that cannot be checked here.
    Unsupported,
}

impl PublicKey {
    /// `None` where the modulus is out of bounds.
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Option<Self> {
        let (n, e) = (significant(n), significant(e));
        let first = n.first()?;
        let bits = n.len() * 8 - usize::try_from(first.leading_zeros()).ok()?;
        (RSA_BITS.contains(&bits) && !e.is_empty()).then(|| Self::Rsa {
            n: n.to_vec(),
            e: e.to_vec(),
        })
    }

    pub(super) fn p256(point: &[u8]) -> Option<Self> {
        (point.len() == 65 && point[0] == 4).then(|| Self::P256(point.to_vec()))
    }

    pub(super) fn p384(point: &[u8]) -> Option<Self> {
        (point.len() == 97 && point[0] == 4).then(|| Self::P384(point.to_vec()))
    }

    pub(super) fn ed25519(key: &[u8]) -> Option<Self> {
        key.try_into().ok().map(Self::Ed25519)
    }

    /// Whether `value` signs `message`. RSA and ECDSA hash it with `hash`; Ed25519 takes it as it
    /// is (RFC 8032), and has its own digest within.
    pub(super) fn check(&self, hash: Hash, message: &[u8], value: &Value<'_>) -> Outcome {
        let good = match self {
            Self::Ed25519(key) => pair(value, 32)
                .map(|v| UnparsedPublicKey::new(&algorithms::ED25519, key).verify(message, &v)),
            Self::P256(point) if hash == Hash::Sha256 => pair(value, 32).map(|v| {
                let algorithm = &algorithms::ECDSA_P256_SHA256_FIXED;
                UnparsedPublicKey::new(algorithm, point).verify(message, &v)
            }),
            Self::P384(point) if hash == Hash::Sha384 => pair(value, 48).map(|v| {
                let algorithm = &algorithms::ECDSA_P384_SHA384_FIXED;
                UnparsedPublicKey::new(algorithm, point).verify(message, &v)
            }),
            Self::P256(_) | Self::P384(_) => return Outcome::Unsupported,
            Self::Rsa { n, e } => whole(value, n.len())
                .map(|v| RsaPublicKeyComponents { n, e }.verify(rsa(hash), message, &v)),
        };
        match good {
            Some(Ok(())) => Outcome::Good,
            _ => Outcome::Bad,
        }
    }
}

/// Whether a bare Ed25519 key signed a message: what forges sign deliveries with.
pub(crate) fn is_signed_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&algorithms::ED25519, key)
        .verify(message, signature)
        .is_ok()
}

/// Signs as whoever is trusted would, for tests of what checks it.
#[cfg(test)]
pub(crate) struct Ed25519Signer(algorithms::Ed25519KeyPair);

#[cfg(test)]
impl Ed25519Signer {
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        Self(algorithms::Ed25519KeyPair::from_seed_unchecked(&seed).unwrap())
    }

    pub(crate) fn public(&self) -> Vec<u8> {
        use algorithms::KeyPair;
        self.0.public_key().as_ref().to_vec()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

/// PKCS #1 v1.5, the only padding that either format has.
fn rsa(hash: Hash) -> &'static RsaParameters {
    match hash {
        Hash::Sha1 => &algorithms::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &algorithms::RSA_PKCS1_2048_8192_SHA256,
        Hash::Sha384 => &algorithms::RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &algorithms::RSA_PKCS1_2048_8192_SHA512,
    }
}

fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// A number in exactly `length` bytes.
fn padded(number: &[u8], length: usize) -> Option<Vec<u8>> {
    let number = significant(number);
    let mut padded = vec![0; length.checked_sub(number.len())?];
    padded.extend_from_slice(number);
    Some(padded)
}

fn whole(value: &Value<'_>, length: usize) -> Option<Vec<u8>> {
    match value {
        Value::Whole(number) => padded(number, length),
        Value::Pair(..) => None,
    }
}

/// `r` and `s` side by side, `length` bytes each.
fn pair(value: &Value<'_>, length: usize) -> Option<Vec<u8>> {
    match value {
        Value::Whole(both) => (both.len() == 2 * length).then(|| both.to_vec()),
        Value::Pair(r, s) => Some([padded(r, length)?, padded(s, length)?].concat()),
    }
}
