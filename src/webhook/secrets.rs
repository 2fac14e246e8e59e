//! The webhook's secret, and while it is being changed the one before it. Its content is never
//! shown, not even by `Debug`.

use std::fmt;

/// One secret, or two while the forge's settings are being changed from one to the other.
pub(crate) struct Secrets {
    current: Vec<u8>,
    former: Option<Vec<u8>>,
}

/// A secret that anybody could guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook secret is empty")]
pub(crate) struct EmptySecret;

impl Secrets {
    /// Refuses a blank secret: an HMAC under it proves nothing, since everybody can make one.
    pub(crate) fn new(current: Vec<u8>, former: Option<Vec<u8>>) -> Result<Self, EmptySecret> {
        let blank = |secret: &[u8]| secret.trim_ascii().is_empty();
        if blank(&current) || former.as_deref().is_some_and(blank) {
            return Err(EmptySecret);
        }
        Ok(Self { current, former })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.current.as_slice()).chain(self.former.as_deref())
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
        assert_eq!(Secrets::new(Vec::new(), None).unwrap_err(), EmptySecret);
        assert_eq!(
            Secrets::new(b" \n".to_vec(), None).unwrap_err(),
            EmptySecret
        );
        assert_eq!(
            Secrets::new(b"new".to_vec(), Some(Vec::new())).unwrap_err(),
            EmptySecret
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let secrets = Secrets::new(b"hush".to_vec(), Some(b"shush".to_vec())).unwrap();
        assert_eq!(format!("{secrets:?}"), "Secrets(..)");
    }
}
