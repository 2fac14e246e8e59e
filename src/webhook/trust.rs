//! Whose deliveries count: whoever holds a secret.

use super::secrets::{BadSecret, Secrets};

/// What deliveries are proved by.
#[derive(Debug)]
pub(crate) struct Trust {
    secrets: Secrets,
}

impl Trust {
    /// `None` where nothing was set, and then no delivery is taken at all.
    pub(crate) fn new(
        secrets: Option<(Vec<u8>, Option<Vec<u8>>)>,
    ) -> Result<Option<Self>, BadSecret> {
        let secrets = secrets
            .map(|(current, former)| Secrets::new(current, former))
            .transpose()?;
        Ok(secrets.map(|secrets| Self { secrets }))
    }

    /// The secrets as they are written.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets.texts()
    }

    /// The secrets as Standard Webhooks takes them.
    pub(super) fn standard_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets.keys()
    }
}
