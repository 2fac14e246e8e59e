//! Whether a commit was signed, and by whom: raw commits and the keys that a blog ships in, one
//! `Verification` out. Nothing here runs `gpg` or `ssh-keygen`, reads a keyring of the machine, or
//! asks anybody. The only doorway to `ring`; the formats, which are small, are read here.

mod armor;
mod commit;
mod cursor;
mod forge;
mod openpgp;
mod primitive;
mod ssh;
#[cfg(test)]
mod tests;

use commit::Commit;
use forge::{FORGES, Forge};
use openpgp::Certificates;
use ssh::AllowedSigners;

use crate::diagnostic::Diagnostic;

#[cfg(test)]
pub(crate) use primitive::Ed25519Signer;
pub(crate) use primitive::is_signed_ed25519;

/// Commits are a few hundred bytes; what is longer is not hashed.
const MAX_COMMIT: usize = 4 << 20;
/// An RSA signature of 8192 bits takes 2 KiB in armor.
const MAX_SIGNATURE: usize = 64 << 10;

/// The keys that count.
pub(crate) struct Keyring {
    ssh: AllowedSigners,
    openpgp: Certificates,
    forges: &'static [Forge],
}

/// What a commit's signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    Unsigned,
    /// A key that counts has signed, for one of the two people that the commit names.
    Verified {
        /// The address of the commit that the signers' file lists, or the key's user id. Holds an
        /// address: never published.
        principal: String,
        who: Role,
        /// The key's fingerprint, as `ssh-keygen` or `gpg` prints it; the primary key's.
        key: String,
    },
    /// A forge's own: it vouches for no author.
    Forge {
        name: &'static str,
        /// Whether its key has checked it. Otherwise it is only what the commit says, and anybody
        /// could have written that.
        checked: bool,
    },
    /// Nothing is known of it: it may be good, and may be bad.
    UnknownKey {
        /// Fingerprint or key id, where the signature names its key.
        key: Option<String>,
        why: NoKey,
    },
    /// A key that counts has signed what another committed and wrote.
    Mismatch {
        key: String,
    },
    /// The right key, but at the committer's time it did not count yet, or no more.
    Expired {
        key: String,
    },
    /// Nobody signed this.
    Bad {
        why: Fault,
    },
}

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Author,
    Committer,
}

/// Why no key could be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoKey {
    #[error("the key is not among the blog's keys")]
    NotInKeyring,
    #[error("signatures of this algorithm are not checked")]
    Algorithm,
    #[error("signatures by SSH certificates are not checked")]
    Certificate,
    #[error("X.509 signatures are not checked")]
    X509,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the signature is not one of this commit")]
    Forged,
    #[error("the signature cannot be read")]
    Malformed,
    #[error("the signature is of no kind that git makes")]
    Kind,
    #[error("there is more than one signature")]
    Several,
    #[error("the signature was made for another purpose than git")]
    Namespace,
    #[error("the signature names an unknown digest")]
    Digest,
    #[error("the signature uses SHA-1, which can be forged")]
    WeakDigest,
    #[error("the commit or its signature is too long")]
    TooLong,
}

impl Keyring {
    /// Reads the file of allowed signers, and files of OpenPGP keys: armored or binary, one key or
    /// several in each. Paths are for the findings; what cannot be read is one, and the rest counts.
    pub(crate) fn read(
        allowed_signers: Option<(&str, &str)>,
        openpgp: &[(&str, &[u8])],
    ) -> (Self, Vec<Diagnostic>) {
        let (ssh, mut findings) = allowed_signers
            .map(|(path, text)| AllowedSigners::read(path, text))
            .unwrap_or_default();
        let (openpgp, more) = Certificates::read(openpgp);
        findings.extend(more);
        let keyring = Self {
            ssh,
            openpgp,
            forges: FORGES,
        };
        (keyring, findings)
    }

    /// Judges a commit object as git stores it, headers and message.
    pub(crate) fn verify(&self, raw_commit: &[u8]) -> Verification {
        if raw_commit.len() > MAX_COMMIT {
            return Verification::Bad {
                why: Fault::TooLong,
            };
        }
        let commit = Commit::read(raw_commit);
        let Some(signature) = &commit.signature else {
            return Verification::Unsigned;
        };
        forge::recognise(self.forges, self.judge(&commit, signature), &commit)
    }

    /// Which format it is, by its first line, as git tells them apart.
    fn judge(&self, commit: &Commit, signature: &[u8]) -> Verification {
        let fault = match commit.signatures {
            1 => (signature.len() > MAX_SIGNATURE).then_some(Fault::TooLong),
            _ => Some(Fault::Several),
        };
        if let Some(why) = fault {
            return Verification::Bad { why };
        }
        let begins =
            |label: &str| signature.starts_with(format!("-----BEGIN {label}-----").as_bytes());
        if begins(ssh::LABEL) {
            ssh::verify(&self.ssh, commit, signature)
        } else if openpgp::LABELS.into_iter().any(begins) {
            openpgp::verify(&self.openpgp, commit, signature)
        } else if begins("SIGNED MESSAGE") {
            Verification::UnknownKey {
                key: None,
                why: NoKey::X509,
            }
        } else {
            Verification::Bad {
                why: Fault::Malformed,
            }
        }
    }
}
