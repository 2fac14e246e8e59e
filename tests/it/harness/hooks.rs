//! What a forge sends: the body of a push and its signature.

use hmac::{Hmac, KeyInit as _, Mac as _};
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
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256={hex}")
}
