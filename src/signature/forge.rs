//! Signatures that a forge makes itself, for merges and edits in its web pages. They say that the
//! forge let somebody do it, not who: they never count as an author's.

use super::commit::{Commit, Identity};
use super::{NoKey, Role, Verification};

/// One forge, by what it signs and commits as.
pub(super) struct Forge {
    pub(super) name: &'static str,
    /// The committer of what it signs; empty where each instance has its own.
    pub(super) address: &'static str,
    /// Fingerprints of its keys, as `gpg` and `ssh-keygen` print them.
    pub(super) keys: &'static [&'static str],
}

/// Where a forge is installed in many places, its name is all they share.
pub(super) const FORGES: &[Forge] = &[
    Forge {
        name: "GitHub",
        address: "noreply@github.com",
        keys: &[
            // From 2017, and from 2024.
            "5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23",
            "968479A1AFF927E37D1A566BB5690EEEBB952194",
        ],
    },
    Forge {
        name: "GitLab",
        address: "noreply@gitlab.com",
        keys: &["SHA256:ylvmNrhpOBqBQRVi0S8xv2meWLs/QnN7AztQlZY5UPE"],
    },
    Forge {
        name: "Gitea",
        address: "",
        keys: &[],
    },
    Forge {
        name: "Forgejo",
        address: "",
        keys: &[],
    },
];

impl Forge {
    fn owns(&self, key: &str) -> bool {
        self.keys.contains(&key)
    }

    /// A key id is the end of a fingerprint, and is all that old signatures name.
    fn may_own(&self, key: &str) -> bool {
        key.len() >= 16 && self.keys.iter().any(|own| own.ends_with(key))
    }

    fn commits_as(&self, committer: &Identity) -> bool {
        let address = committer.address.as_deref().unwrap_or_default();
        let named = committer.name.eq_ignore_ascii_case(self.name);
        named || (!self.address.is_empty() && address.eq_ignore_ascii_case(self.address))
    }
}

/// What a verification means once forges are told from people.
pub(super) fn recognise(
    forges: &[Forge],
    verification: Verification,
    commit: &Commit,
) -> Verification {
    let (forge, checked) = match &verification {
        Verification::Verified { key, who, .. } => {
            let own = forges.iter().find(|forge| forge.owns(key));
            let acting = forges
                .iter()
                .find(|forge| forge.commits_as(&commit.committer));
            (own.or(acting.filter(|_| *who == Role::Committer)), true)
        }
        // The forge's key is in the keyring, and signed for somebody else's name.
        Verification::Mismatch { key } => (forges.iter().find(|forge| forge.owns(key)), true),
        // An SSH signature carries its key, and was checked with it.
        Verification::UnknownKey {
            key: Some(key),
            why: NoKey::NotInKeyring,
        } if key.starts_with("SHA256:") => (forges.iter().find(|forge| forge.owns(key)), true),
        Verification::UnknownKey { key: Some(key), .. } => {
            let mut acting = forges
                .iter()
                .filter(|forge| forge.commits_as(&commit.committer));
            (acting.find(|forge| forge.may_own(key)), false)
        }
        _ => (None, false),
    };
    match forge {
        Some(forge) => Verification::Forge {
            name: forge.name,
            checked,
        },
        None => verification,
    }
}
