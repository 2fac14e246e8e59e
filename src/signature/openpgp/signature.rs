//! OpenPGP signatures of versions 3 and 4 (RFC 9580, section 5.2; version 3 is RFC 4880's).

use super::super::cursor::Cursor;
use super::super::primitive::{Hash, Outcome, PublicKey, Value};
use super::key::{ECDSA, ED25519_NATIVE, EDDSA, RSA, RSA_SIGN};
use super::packet::length;

pub(super) struct Signature<'a> {
    pub(super) kind: u8,
    pub(super) hash: Option<Hash>,
    /// Seconds since 1970.
    pub(super) created: i64,
    pub(super) issuer: Issuer,
    pub(super) claims: Claims<'a>,
    /// What is hashed behind the data.
    trailer: Vec<u8>,
    algorithm: u8,
    numbers: &'a [u8],
}

/// Who says to have made it: a hint where to look, proved by the check alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Issuer {
    pub(super) fingerprint: Option<[u8; 20]>,
    pub(super) id: Option<[u8; 8]>,
}

/// What a signature says besides; all but `embedded` only from the part that is signed.
#[derive(Default)]
pub(super) struct Claims<'a> {
    created: Option<u32>,
    /// Seconds from the key's creation; 0 is never.
    pub(super) key_expires: Option<u32>,
    pub(super) flags: Option<u8>,
    pub(super) revocation: Option<u8>,
    /// A subkey's own signature over its primary key.
    pub(super) embedded: Option<&'a [u8]>,
    /// Something unknown that must not be passed over.
    pub(super) strange: bool,
}

impl<'a> Signature<'a> {
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        match cursor.byte()? {
            3 => Self::third(cursor),
            4 => Self::fourth(cursor, body),
            _ => None,
        }
    }

    fn third(mut cursor: Cursor<'a>) -> Option<Self> {
        let five = cursor.byte()? == 5;
        let trailer = cursor.take(5)?;
        let mut of_trailer = Cursor::new(trailer);
        let kind = of_trailer.byte()?;
        let created = i64::from(of_trailer.u32()?);
        let issuer = Issuer {
            fingerprint: None,
            id: cursor.array(),
        };
        let algorithm = cursor.byte()?;
        let hash = hash(cursor.byte()?);
        cursor.take(2)?;
        five.then_some(Self {
            kind,
            hash,
            created,
            issuer,
            claims: Claims::default(),
            trailer: trailer.to_vec(),
            algorithm,
            numbers: cursor.rest(),
        })
    }

    fn fourth(mut cursor: Cursor<'a>, body: &'a [u8]) -> Option<Self> {
        let kind = cursor.byte()?;
        let algorithm = cursor.byte()?;
        let hash = hash(cursor.byte()?);
        let hashed_length = cursor.u16()?;
        let hashed = cursor.take(hashed_length)?;
        let unhashed_length = cursor.u16()?;
        let unhashed = cursor.take(unhashed_length)?;
        cursor.take(2)?;
        let mut claims = Claims::default();
        let mut issuer = Issuer::default();
        // What is not signed is read first, so that what is signed overrules it.
        for (area, signed) in [(unhashed, false), (hashed, true)] {
            let mut area = Cursor::new(area);
            while !area.is_empty() {
                let length = length(&mut area)?;
                let subpacket = area.take(length)?;
                issuer.read(subpacket);
                claims.read(subpacket, signed);
            }
        }
        let signed = body.get(..6 + hashed_length)?;
        let mut trailer = signed.to_vec();
        trailer.extend_from_slice(&[4, 0xff]);
        trailer.extend_from_slice(&u32::try_from(signed.len()).ok()?.to_be_bytes());
        Some(Self {
            kind,
            hash,
            created: i64::from(claims.created?),
            issuer,
            claims,
            trailer,
            algorithm,
            numbers: cursor.rest(),
        })
    }

    /// Whether `key` made this signature over `data`.
    pub(super) fn check(&self, key: &PublicKey, data: &[u8]) -> Outcome {
        let Some(hash) = self.hash else {
            return Outcome::Unsupported;
        };
        let Some(value) = self.value() else {
            return Outcome::Bad;
        };
        let signed = [data, &self.trailer].concat();
        match (key, self.algorithm) {
            // Here Ed25519 signs the digest (section 5.2.4).
            (PublicKey::Ed25519(_), EDDSA | ED25519_NATIVE) => {
                key.check(hash, &hash.of(&signed), &value)
            }
            (PublicKey::Rsa { .. }, RSA | RSA_SIGN)
            | (PublicKey::P256(_) | PublicKey::P384(_), ECDSA) => key.check(hash, &signed, &value),
            _ => Outcome::Bad,
        }
    }

    fn value(&self) -> Option<Value<'a>> {
        let mut numbers = Cursor::new(self.numbers);
        let value = match self.algorithm {
            RSA | RSA_SIGN => Value::Whole(numbers.mpi()?),
            ECDSA | EDDSA => {
                let r = numbers.mpi()?;
                Value::Pair(r, numbers.mpi()?)
            }
            ED25519_NATIVE => Value::Whole(numbers.take(64)?),
            _ => return None,
        };
        numbers.is_empty().then_some(value)
    }
}

impl Issuer {
    fn read(&mut self, subpacket: &[u8]) {
        match subpacket {
            [kind, id @ ..] if kind & 0x7f == 16 => {
                self.id = id.try_into().ok().or(self.id);
            }
            [kind, 4, fingerprint @ ..] if kind & 0x7f == 33 => {
                self.fingerprint = fingerprint.try_into().ok().or(self.fingerprint);
            }
            _ => {}
        }
    }

    pub(super) fn is(&self, fingerprint: &[u8; 20]) -> bool {
        match (self.fingerprint, self.id) {
            (Some(stated), _) => stated == *fingerprint,
            (None, Some(id)) => fingerprint.ends_with(&id),
            (None, None) => false,
        }
    }
}

/// The highest bit of a subpacket's type: whoever does not know it must refuse the signature.
const CRITICAL: u8 = 0x80;

impl<'a> Claims<'a> {
    /// Section 5.2.3.7.
    fn read(&mut self, subpacket: &'a [u8], signed: bool) {
        let Some((kind, value)) = subpacket.split_first() else {
            self.strange = true;
            return;
        };
        let number = || value.try_into().ok().map(u32::from_be_bytes);
        match kind & !CRITICAL {
            32 => self.embedded = Some(value),
            _ if !signed => {}
            2 => self.created = number(),
            9 => self.key_expires = number(),
            27 => self.flags = value.first().copied(),
            29 => self.revocation = value.first().copied(),
            3 | 4 | 5 | 6 | 7 | 11 | 12 | 16 | 21..=26 | 28 | 30 | 31 | 33..=35 | 39 => {}
            _ => self.strange |= kind & CRITICAL != 0,
        }
    }
}

/// Section 9.5. MD5, RIPEMD-160 and SHA-224 are as unknown as what comes tomorrow.
fn hash(number: u8) -> Option<Hash> {
    match number {
        2 => Some(Hash::Sha1),
        8 => Some(Hash::Sha256),
        9 => Some(Hash::Sha384),
        10 => Some(Hash::Sha512),
        _ => None,
    }
}
