//! The webhook's secret, and while it is being changed the one before it. Its content is never
//! shown, not even by `Debug`.

use std::fmt;

use super::signature;

/// What a secret of Standard Webhooks begins with; the key is what the rest encodes.
const STANDARD: &[u8] = b"whsec_";

/// One secret, or two while the forge's settings are being changed from one to the other.
pub(crate) struct Secrets {
    current: Secret,
    former: Option<Secret>,
}

struct Secret {
    text: Vec<u8>,
    /// What Standard Webhooks signs with.
    key: Vec<u8>,
}

/// A secret that anybody could guess, or that nobody could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadSecret {
    #[error("the webhook secret is empty")]
    Empty,
    #[error(
        "the webhook secret begins with `whsec_`, but what follows is not base64; take it over whole from the forge"
    )]
    NotBase64,
}

impl Secrets {
    /// Refuses a blank secret: an HMAC under it proves nothing, since everybody can make one.
    pub(crate) fn new(current: Vec<u8>, former: Option<Vec<u8>>) -> Result<Self, BadSecret> {
        Ok(Self {
            current: Secret::new(current)?,
            former: former.map(Secret::new).transpose()?,
        })
    }

    /// The secrets as they are written.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.both().map(|secret| secret.text.as_slice())
    }

    /// The keys that Standard Webhooks takes them for.
    pub(super) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.both().map(|secret| secret.key.as_slice())
    }

    fn both(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.current).chain(&self.former)
    }
}

impl Secret {
    fn new(text: Vec<u8>) -> Result<Self, BadSecret> {
        if text.trim_ascii().is_empty() {
            return Err(BadSecret::Empty);
        }
        let key = match text.strip_prefix(STANDARD) {
            Some(encoded) => signature::from_base64(encoded).ok_or(BadSecret::NotBase64)?,
            None => text.clone(),
        };
        if key.is_empty() {
            return Err(BadSecret::Empty);
        }
        Ok(Self { text, key })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_secrets_are_refused() {
        for blank in [b"".as_slice(), b" \n", b"whsec_"] {
            assert_eq!(
                Secrets::new(blank.to_vec(), None).unwrap_err(),
                BadSecret::Empty
            );
            assert_eq!(
                Secrets::new(b"new".to_vec(), Some(blank.to_vec())).unwrap_err(),
                BadSecret::Empty
            );
        }
    }

    #[test]
    fn a_secret_of_standard_webhooks_is_a_key_in_base64() {
        let secrets = Secrets::new(b"whsec_aHVzaA==".to_vec(), Some(b"plain".to_vec())).unwrap();
        assert!(secrets.keys().eq([b"hush".as_slice(), b"plain"]));
        assert!(secrets.texts().eq([b"whsec_aHVzaA==".as_slice(), b"plain"]));
        assert_eq!(
            Secrets::new(b"whsec_it is no base64".to_vec(), None).unwrap_err(),
            BadSecret::NotBase64
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let secrets = Secrets::new(b"hush".to_vec(), Some(b"shush".to_vec())).unwrap();
        assert_eq!(format!("{secrets:?}"), "Secrets(..)");
    }
}
