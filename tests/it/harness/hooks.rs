//! What a forge sends: the body of a push and its signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::Sha256;

/// The secret the servers of the tests are given.
pub(crate) const SECRET: &str = "correct horse battery staple";

/// The body GitHub sends for a push to a branch.
pub(crate) fn push_of(branch: &str) -> String {
    serde_json::json!({
        "ref": format!("refs/heads/{branch}"),
        "before": "0".repeat(40),
        "after": "1".repeat(40),
        "deleted": false,
        "repository": { "full_name": "ann/blog", "default_branch": "main" },
    })
    .to_string()
}

/// The value of `X-Hub-Signature-256` for a body.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hex_tag(secret, body))
}

/// The HMAC of a body as forges write it.
pub(crate) fn hex_tag(secret: &str, body: &[u8]) -> String {
    let tag = tag(secret.as_bytes(), body);
    tag.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value of `webhook-signature` for a message of Standard Webhooks.
pub(crate) fn standard_signature(key: &[u8], id: &str, seconds: u64, body: &[u8]) -> String {
    let message = [format!("{id}.{seconds}.").as_bytes(), body].concat();
    format!("v1,{}", base64(&tag(key, &message)))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn tag(key: &[u8], body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

/// A SourceHut, known by its key pair.
pub(crate) struct SourceHut(Ed25519KeyPair);

impl SourceHut {
    /// The one whose pair is made of this seed.
    pub(crate) fn of(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    pub(crate) fn key(&self) -> String {
        base64(self.0.public_key().as_ref())
    }

    /// The value of `X-Payload-Signature` for a body and a nonce.
    pub(crate) fn signature(&self, body: &[u8], nonce: &str) -> String {
        base64(self.0.sign(&[body, nonce.as_bytes()].concat()).as_ref())
    }
}
