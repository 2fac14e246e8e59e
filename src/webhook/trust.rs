//! Whose deliveries count: whoever holds a secret, and the SourceHut whose key the operator named.

use super::secrets::{BadSecret, Secrets};
use super::sourcehut;

/// What deliveries are proved by; at least one of the two is there.
#[derive(Debug)]
pub(crate) struct Trust {
    secrets: Option<Secrets>,
    sourcehut: Option<[u8; 32]>,
}

/// Why the settings prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error(transparent)]
    Secret(#[from] BadSecret),
    #[error(
        "the SourceHut key `{key}` is no Ed25519 key; write `sr.ht`, or the 32 bytes of your instance's key in base64"
    )]
    SourceHut { key: String },
}

impl Trust {
    /// `None` where nothing was set, and then no delivery is taken at all.
    pub(crate) fn new(
        secrets: Option<(Vec<u8>, Option<Vec<u8>>)>,
        sourcehut: Option<&str>,
    ) -> Result<Option<Self>, Unusable> {
        let secrets = secrets
            .map(|(current, former)| Secrets::new(current, former))
            .transpose()?;
        let sourcehut = sourcehut
            .map(|key| {
                sourcehut::key(key).ok_or_else(|| Unusable::SourceHut {
                    key: key.to_owned(),
                })
            })
            .transpose()?;
        let set = secrets.is_some() || sourcehut.is_some();
        Ok(set.then_some(Self { secrets, sourcehut }))
    }

    /// The secrets as they are written.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets.iter().flat_map(Secrets::texts)
    }

    /// The secrets as Standard Webhooks takes them.
    pub(super) fn standard_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets.iter().flat_map(Secrets::keys)
    }

    pub(super) fn sourcehut(&self) -> Option<&[u8; 32]> {
        self.sourcehut.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_is_no_trust_and_what_is_meaningless_is_refused() {
        assert!(Trust::new(None, None).unwrap().is_none());
        assert!(Trust::new(None, Some("sr.ht")).unwrap().is_some());
        assert!(
            Trust::new(Some((b"hush".to_vec(), None)), None)
                .unwrap()
                .is_some()
        );
        for bad in ["", "sr.hut", "aHVzaA=="] {
            let refused = Trust::new(None, Some(bad)).unwrap_err().to_string();
            assert!(refused.contains(&format!("`{bad}`")), "{refused}");
        }
        assert_eq!(
            Trust::new(Some((Vec::new(), None)), None).unwrap_err(),
            Unusable::Secret(BadSecret::Empty)
        );
    }
}
