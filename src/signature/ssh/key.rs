//! SSH public keys (RFC 4253, 5656, 8332, 8709) and hardware ones (`PROTOCOL.u2f` of OpenSSH), and
//! the signatures they make.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::super::Fault;
use super::super::cursor::Cursor;
use super::super::primitive::{Hash, Outcome, PublicKey, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// As SSH writes it: what keys are compared by.
    blob: Vec<u8>,
    kind: Kind,
    public: PublicKey,
    /// What a hardware key was made for, `ssh:` mostly: its signatures are about that too.
    application: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ed25519,
    P256,
    P384,
    Rsa,
    HardwareEd25519,
    HardwareP256,
}

/// Why a key is none that can check anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    Malformed,
    Certificate,
    /// DSA, P-521, RSA below 2048 bits, or something new.
    Unsupported,
}

impl Kind {
    fn named(name: &[u8]) -> Result<Self, Unreadable> {
        match name {
            b"ssh-ed25519" => Ok(Self::Ed25519),
            b"ecdsa-sha2-nistp256" => Ok(Self::P256),
            b"ecdsa-sha2-nistp384" => Ok(Self::P384),
            b"ssh-rsa" => Ok(Self::Rsa),
            b"sk-ssh-ed25519@openssh.com" => Ok(Self::HardwareEd25519),
            b"sk-ecdsa-sha2-nistp256@openssh.com" => Ok(Self::HardwareP256),
            name if name.ends_with(b"-cert-v01@openssh.com") => Err(Unreadable::Certificate),
            _ => Err(Unreadable::Unsupported),
        }
    }

    fn in_hardware(self) -> bool {
        matches!(self, Self::HardwareEd25519 | Self::HardwareP256)
    }

    /// The digest of a signature that calls itself `name`. A key signs under its own name, only
    /// RSA has left its first one, which meant SHA-1 (RFC 8332).
    fn hash(self, name: &[u8]) -> Result<Hash, Fault> {
        match (self, name) {
            (Self::Rsa, b"rsa-sha2-512") => Ok(Hash::Sha512),
            (Self::Rsa, b"rsa-sha2-256")
            | (Self::P256, b"ecdsa-sha2-nistp256")
            | (Self::HardwareP256, b"sk-ecdsa-sha2-nistp256@openssh.com")
            | (Self::HardwareEd25519, b"sk-ssh-ed25519@openssh.com") => Ok(Hash::Sha256),
            (Self::P384, b"ecdsa-sha2-nistp384") => Ok(Hash::Sha384),
            (Self::Ed25519, b"ssh-ed25519") => Ok(Hash::Sha512),
            (Self::Rsa, b"ssh-rsa") => Err(Fault::WeakDigest),
            _ => Err(Fault::Malformed),
        }
    }
}

impl Key {
    pub(super) fn read(blob: &[u8]) -> Result<Self, Unreadable> {
        let mut cursor = Cursor::new(blob);
        let kind = Kind::named(cursor.string().ok_or(Unreadable::Malformed)?)?;
        let public = public(kind, &mut cursor)?;
        let application = kind.in_hardware().then(|| cursor.string());
        if application == Some(None) || !cursor.is_empty() {
            return Err(Unreadable::Malformed);
        }
        Ok(Self {
            blob: blob.to_vec(),
            kind,
            public,
            application: application.flatten().map(<[u8]>::to_vec),
        })
    }

    pub(super) fn fingerprint(&self) -> String {
        fingerprint(&self.blob)
    }

    /// Whether `signature`, with its own name and numbers in it, is this key's over `message`.
    pub(super) fn check(&self, message: &[u8], signature: &[u8]) -> Result<Outcome, Fault> {
        let mut cursor = Cursor::new(signature);
        let name = cursor.string().ok_or(Fault::Malformed)?;
        let hash = self.kind.hash(name)?;
        let value = cursor.string().ok_or(Fault::Malformed)?;
        let message = match &self.application {
            Some(application) => &touched(application, message, &mut cursor)?,
            None => message,
        };
        if !cursor.is_empty() {
            return Err(Fault::Malformed);
        }
        let value = match self.kind {
            Kind::P256 | Kind::P384 | Kind::HardwareP256 => {
                let mut pair = Cursor::new(value);
                match (pair.string(), pair.string(), pair.is_empty()) {
                    (Some(r), Some(s), true) => Value::Pair(r, s),
                    _ => return Err(Fault::Malformed),
                }
            }
            Kind::Rsa | Kind::Ed25519 | Kind::HardwareEd25519 => Value::Whole(value),
        };
        Ok(self.public.check(hash, message, &value))
    }
}

fn public(kind: Kind, cursor: &mut Cursor<'_>) -> Result<PublicKey, Unreadable> {
    let mut field = || cursor.string().ok_or(Unreadable::Malformed);
    let (key, otherwise) = match kind {
        Kind::Ed25519 | Kind::HardwareEd25519 => {
            (PublicKey::ed25519(field()?), Unreadable::Malformed)
        }
        Kind::P256 | Kind::HardwareP256 => {
            let named = field()? == b"nistp256";
            let key = PublicKey::p256(field()?).filter(|_| named);
            (key, Unreadable::Malformed)
        }
        Kind::P384 => {
            let named = field()? == b"nistp384";
            let key = PublicKey::p384(field()?).filter(|_| named);
            (key, Unreadable::Malformed)
        }
        Kind::Rsa => {
            let e = field()?;
            (PublicKey::rsa(field()?, e), Unreadable::Unsupported)
        }
    };
    key.ok_or(otherwise)
}

/// What a hardware key signs: digests of its purpose and of the message, and between them whether
/// it was touched and how often it has signed. As in OpenSSH, an untouched key's word counts.
fn touched(application: &[u8], message: &[u8], cursor: &mut Cursor<'_>) -> Result<Vec<u8>, Fault> {
    let state = cursor.take(5).ok_or(Fault::Malformed)?;
    let parts = [
        &Hash::Sha256.of(application),
        state,
        &Hash::Sha256.of(message),
    ];
    Ok(parts.concat())
}

/// As `ssh-keygen -l` prints it.
pub(super) fn fingerprint(blob: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Hash::Sha256.of(blob)))
}
