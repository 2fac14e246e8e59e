//! Signatures made with OpenPGP keys (RFC 9580, and what GnuPG makes), as `git commit -S` makes them.
//!
//! Only what that takes: signatures and keys of version 4 (signatures of version 3 too), by RSA,
//! ECDSA and Ed25519. There is no encryption here, no compression, no web of trust: a key counts
//! because the blog ships it.

mod certificate;
mod key;
mod lifetime;
mod packet;
mod signature;

use std::borrow::Cow;

use certificate::{Block, Certificate, Signer, Unusable};
use key::hex;
use packet::Packet;
use signature::{Issuer, Signature};

use super::armor;
use super::commit::Commit;
use super::cursor::Cursor;
use super::primitive::{Hash, Outcome};
use super::{Fault, NoKey, Role, Verification};
use crate::diagnostic::Diagnostic;

/// How git's own signatures begin; older programs wrote `PGP MESSAGE`.
pub(super) const LABELS: [&str; 2] = ["PGP SIGNATURE", "PGP MESSAGE"];

const PUBLIC: &str = "PGP PUBLIC KEY BLOCK";

/// A key with many signatures of others may have 200 KiB.
const MAX_BYTES: usize = 1 << 20;
const MAX_CERTIFICATES: usize = 1000;
const MAX_FILES: usize = 100;

const CODE: &str = "openpgp-key";

// Kinds of signatures, section 5.2.1: git makes the first, some services the second.
const OF_BYTES: u8 = 0;
const OF_TEXT: u8 = 1;

#[derive(Debug, Default)]
pub(crate) struct Certificates(Vec<Certificate>);

impl Certificates {
    /// Reads files of keys, armored or not.
    pub(super) fn read(files: &[(&str, &[u8])]) -> (Self, Vec<Diagnostic>) {
        let mut findings = Vec::new();
        let mut texts = Vec::new();
        for (path, bytes) in files.iter().take(MAX_FILES) {
            match refused(bytes) {
                Some(finding) => findings.push(finding.path(*path)),
                None => texts.extend(unarmored(bytes).into_iter().map(|block| (*path, block))),
            }
        }
        if let Some((path, _)) = files.get(MAX_FILES) {
            let message = format!("more than {MAX_FILES} files of keys: the others were left out");
            findings.push(Diagnostic::warning(CODE, message).path(*path));
        }
        let (merged, unread) = merged(&texts);
        findings.extend(unread);
        let mut certificates = Vec::new();
        for (path, block) in merged {
            match block.certificate() {
                Ok(certificate) => certificates.push(certificate),
                Err(unusable) => findings.push(warning(path, block.fingerprint(), unusable)),
            }
        }
        (Self(certificates), findings)
    }

    /// The keys that may have made a signature.
    fn signers(&self, issuer: &Issuer) -> impl Iterator<Item = (&Certificate, &Signer)> {
        self.0.iter().flat_map(move |certificate| {
            let signers = certificate.signers.iter();
            let named = signers.filter(move |signer| issuer.is(&signer.fingerprint));
            named.map(move |signer| (certificate, signer))
        })
    }
}

/// Why a file is not read at all.
fn refused(bytes: &[u8]) -> Option<Diagnostic> {
    let armored = armor::next(bytes, "PGP PRIVATE KEY BLOCK").is_some();
    let binary = Packet::read(&mut Cursor::new(bytes))
        .is_some_and(|packet| packet.tag == packet::SECRET_KEY);
    if armored || binary {
        let message = "this is a private key, in a repository that others read";
        let help =
            "remove it, revoke it, and make another; `gpg --export --armor` gives the public key";
        return Some(Diagnostic::error(CODE, message).help(help));
    }
    let message = "a file of keys larger than 1 MiB was left out";
    (bytes.len() > MAX_BYTES).then(|| Diagnostic::warning(CODE, message))
}

fn warning(path: &str, key: Option<String>, unusable: Unusable) -> Diagnostic {
    let message = match key {
        Some(key) => format!("key `{key}`: {unusable}"),
        None => unusable.to_string(),
    };
    Diagnostic::warning(CODE, message).path(path)
}

/// Each certificate once, with all that any of the files says of it, and the first file's path.
fn merged<'a>(texts: &'a [(&'a str, Vec<u8>)]) -> (Vec<(&'a str, Block<'a>)>, Vec<Diagnostic>) {
    let mut merged: Vec<(&str, Block<'_>)> = Vec::new();
    let mut findings = Vec::new();
    for (path, bytes) in texts {
        let (blocks, whole) = certificate::blocks(bytes);
        if !whole {
            findings.push(warning(path, None, Unusable::Malformed));
        }
        for block in blocks {
            let own = &mut merged.iter_mut();
            let Some(new) = own.try_fold(block, |rest, (_, own)| own.merge(rest)) else {
                continue;
            };
            if merged.len() >= MAX_CERTIFICATES {
                let message =
                    format!("more than {MAX_CERTIFICATES} keys: the others were left out");
                findings.push(Diagnostic::warning(CODE, message).path(*path));
                return (merged, findings);
            }
            merged.push((path, new));
        }
    }
    (merged, findings)
}

/// The packets of a file. Armor that cannot be read is a block of nothing that can be.
fn unarmored(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut blocks = Vec::new();
    let mut rest = bytes;
    while let Some((block, after)) = armor::next(rest, PUBLIC) {
        blocks.push(block.unwrap_or_else(|| vec![0]));
        rest = after;
    }
    if blocks.is_empty() {
        blocks.push(bytes.to_vec());
    }
    blocks
}

/// Checks an armored signature; the keys that may sign are `certificates`.
pub(super) fn verify(certificates: &Certificates, commit: &Commit, armored: &[u8]) -> Verification {
    let body = match LABELS.iter().find_map(|label| armor::next(armored, label)) {
        Some((Some(body), rest)) if LABELS.iter().all(|l| armor::next(rest, l).is_none()) => body,
        Some((Some(_), _)) => return bad(Fault::Several),
        _ => return bad(Fault::Malformed),
    };
    match single(&body) {
        Ok(signature) => judge(certificates, commit, &signature),
        Err(why) => bad(why),
    }
}

fn bad(why: Fault) -> Verification {
    Verification::Bad { why }
}

/// The one signature there may be: of two, nobody could say which is meant (git refuses them too).
fn single(body: &[u8]) -> Result<Signature<'_>, Fault> {
    let mut cursor = Cursor::new(body);
    let packet = Packet::read(&mut cursor).filter(|packet| packet.tag == packet::SIGNATURE);
    let packet = packet.ok_or(Fault::Malformed)?;
    if !cursor.is_empty() {
        return Err(Fault::Several);
    }
    Signature::read(packet.body).ok_or(Fault::Malformed)
}

fn judge(certificates: &Certificates, commit: &Commit, signature: &Signature<'_>) -> Verification {
    let data = signed_data(signature.kind, &commit.payload);
    let mut why = NoKey::NotInKeyring;
    let mut forged = false;
    let mut best = None;
    for (certificate, signer) in certificates.signers(&signature.issuer) {
        let Some(data) = data.as_deref().filter(|_| !signature.claims.strange) else {
            return bad(Fault::Kind);
        };
        if signature.hash == Some(Hash::Sha1) {
            return bad(Fault::WeakDigest);
        }
        match signature.check(&signer.key, data) {
            // A subkey may be of two certificates, both with its consent.
            Outcome::Good => {
                let standing = standing(certificate, signer, commit);
                if best.is_none() || matches!(standing, Verification::Verified { .. }) {
                    best = Some(standing);
                }
            }
            Outcome::Bad => forged = true,
            Outcome::Unsupported => why = NoKey::Algorithm,
        }
    }
    if let Some(best) = best {
        return best;
    }
    if forged {
        return bad(Fault::Forged);
    }
    let fingerprint = signature.issuer.fingerprint.map(|whole| hex(&whole));
    let id = signature.issuer.id.map(|id| hex(&id));
    Verification::UnknownKey {
        key: fingerprint.or(id),
        why,
    }
}

/// What a kind of signature is over: the bytes, or the lines, each of which then ends as in mail.
fn signed_data(kind: u8, payload: &[u8]) -> Option<Cow<'_, [u8]>> {
    match kind {
        OF_BYTES => Some(Cow::Borrowed(payload)),
        OF_TEXT => {
            let mut text = Vec::with_capacity(payload.len() + payload.len() / 16);
            for line in payload.split_inclusive(|byte| *byte == b'\n') {
                match line.strip_suffix(b"\n") {
                    Some(line) => {
                        text.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                        text.extend_from_slice(b"\r\n");
                    }
                    None => text.extend_from_slice(line),
                }
            }
            Some(Cow::Owned(text))
        }
        _ => None,
    }
}

/// Whether the key stands for the committer, or else for the author, and at the committer's time.
fn standing(certificate: &Certificate, signer: &Signer, commit: &Commit) -> Verification {
    let key = certificate.fingerprint.clone();
    let named = [
        (&commit.committer, Role::Committer),
        (&commit.author, Role::Author),
    ]
    .into_iter()
    .find_map(|(identity, role)| {
        let address = identity.address.as_deref()?;
        let user = certificate.users.iter().find(|user| is_for(user, address));
        user.map(|user| (user, role))
    });
    match named {
        None => Verification::Mismatch { key },
        Some(_) if !signer.lifetime.covers(commit.committed) => Verification::Expired { key },
        Some((user, who)) => Verification::Verified {
            principal: user.clone(),
            who,
            key,
        },
    }
}

/// Whether a user id holds this address: between the last brackets, or as the whole of it.
fn is_for(user: &str, address: &str) -> bool {
    let bracketed = user
        .strip_suffix('>')
        .and_then(|user| user.rsplit_once('<'))
        .map(|(_, address)| address);
    bracketed.unwrap_or(user).eq_ignore_ascii_case(address)
}
