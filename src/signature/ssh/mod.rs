//! Signatures made with SSH keys (`PROTOCOL.sshsig` of OpenSSH), as `git commit -S` makes them with
//! `gpg.format = ssh`. Certificates are not checked: a signature by one is of an unknown key.

mod allowed_signers;
mod key;
mod patterns;
mod validity;

pub(super) use allowed_signers::AllowedSigners;
use key::Key;

use super::armor;
use super::commit::Commit;
use super::cursor::Cursor;
use super::primitive::{Hash, Outcome};
use super::{Fault, NoKey, Role, Verification};

/// What the armor says, and how git's own signatures begin.
pub(super) const LABEL: &str = "SSH SIGNATURE";

/// The first bytes of a signature, and of what is signed.
const MAGIC: &[u8] = b"SSHSIG";

/// What git signs for, so that a signature made for mail or a file proves no commit.
const NAMESPACE: &[u8] = b"git";

/// What the armor holds.
struct SshSignature<'a> {
    /// The public key as SSH writes it.
    key: &'a [u8],
    namespace: &'a [u8],
    digest: &'a [u8],
    signature: &'a [u8],
}

impl<'a> SshSignature<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let known = cursor.take(MAGIC.len())? == MAGIC && cursor.u32()? == 1;
        let key = cursor.string()?;
        let namespace = cursor.string()?;
        let _reserved = cursor.string()?;
        let read = Self {
            key,
            namespace,
            digest: cursor.string()?,
            signature: cursor.string()?,
        };
        (known && cursor.is_empty()).then_some(read)
    }

    /// What the key signed: never the payload alone, so that no other protocol's signature fits.
    fn signed(&self, payload: &[u8]) -> Option<Vec<u8>> {
        let hash = match self.digest {
            b"sha256" => Hash::Sha256,
            b"sha512" => Hash::Sha512,
            _ => return None,
        };
        let mut signed = MAGIC.to_vec();
        for field in [self.namespace, b"", self.digest, &hash.of(payload)] {
            let length = u32::try_from(field.len()).ok()?;
            signed.extend_from_slice(&length.to_be_bytes());
            signed.extend_from_slice(field);
        }
        Some(signed)
    }
}

/// Checks an armored signature; the keys that may sign are `signers`.
pub(super) fn verify(signers: &AllowedSigners, commit: &Commit, armored: &[u8]) -> Verification {
    match signer(commit, armored) {
        Ok(Ok(key)) => standing(signers, commit, &key),
        Ok(Err(unknown)) => unknown,
        Err(why) => Verification::Bad { why },
    }
}

/// The key that made the signature, once it is shown to have made it. The inner error is a key
/// that cannot be asked.
fn signer(commit: &Commit, armored: &[u8]) -> Result<Result<Key, Verification>, Fault> {
    // `ssh-keygen` knows no line ends but its own; what it refuses is not called good here.
    let ends = !armored.contains(&b'\r');
    let (body, _) = armor::next(armored, LABEL)
        .filter(|_| ends)
        .ok_or(Fault::Malformed)?;
    let body = body.ok_or(Fault::Malformed)?;
    let signature = SshSignature::read(&body).ok_or(Fault::Malformed)?;
    if signature.namespace != NAMESPACE {
        return Err(Fault::Namespace);
    }
    let signed = signature.signed(&commit.payload).ok_or(Fault::Digest)?;
    let unknown = |why| Verification::UnknownKey {
        key: Some(key::fingerprint(signature.key)),
        why,
    };
    let key = match Key::read(signature.key) {
        Ok(key) => key,
        Err(key::Unreadable::Malformed) => return Err(Fault::Malformed),
        Err(key::Unreadable::Certificate) => return Ok(Err(unknown(NoKey::Certificate))),
        Err(key::Unreadable::Unsupported) => return Ok(Err(unknown(NoKey::Algorithm))),
    };
    match key.check(&signed, signature.signature)? {
        Outcome::Good => Ok(Ok(key)),
        Outcome::Bad => Err(Fault::Forged),
        Outcome::Unsupported => Ok(Err(unknown(NoKey::Algorithm))),
    }
}

/// Whether the signers' file lets this key sign for the committer, or else for the author, at the
/// committer's time.
fn standing(signers: &AllowedSigners, commit: &Commit, key: &Key) -> Verification {
    let name = key.fingerprint();
    let mut entries = signers.entries(key, NAMESPACE).peekable();
    if entries.peek().is_none() {
        return Verification::UnknownKey {
            key: Some(name),
            why: NoKey::NotInKeyring,
        };
    }
    let entries: Vec<_> = entries.collect();
    let mut expired = false;
    for (identity, role) in [
        (&commit.committer, Role::Committer),
        (&commit.author, Role::Author),
    ] {
        let Some(address) = &identity.address else {
            continue;
        };
        for entry in entries.iter().filter(|entry| entry.is_for(address)) {
            if entry.validity.covers(commit.committed) {
                return Verification::Verified {
                    principal: address.clone(),
                    who: role,
                    key: name,
                };
            }
            expired = true;
        }
    }
    if expired {
        Verification::Expired { key: name }
    } else {
        Verification::Mismatch { key: name }
    }
}
