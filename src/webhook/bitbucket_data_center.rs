//! Bitbucket Data Center: signed as Bitbucket Cloud signs, with full names of refs. Its test of the
//! connection is never signed.

use serde::Deserialize;
use serde_json::json;

use super::bitbucket_cloud::{EVENT, SIGNATURE};
use super::push::Moved;
use super::sending::{By, Sent};
use super::{Delivery, Forge, Headers, Malformed, Proof, Rejected, Trust, Verdict};
use super::{payload, push, signature};

pub(super) const FORGE: Forge = Forge {
    name: "Bitbucket Data Center",
    delivery: Some("x-request-id"),
    recognises,
    verify,
    read,
    short: "bitbucket-data-center",
    send: Some(|push| Sent {
        headers: vec![(EVENT, "repo:refs_changed".to_owned())],
        body: json!({"eventKey": "repo:refs_changed", "changes": [{
            "ref": {"id": push.reference(), "displayId": push.branch, "type": "BRANCH"},
            "refId": push.reference(),
            "toHash": push.commit,
            "type": "UPDATE",
        }]}),
        by: By::Hmac(SIGNATURE, "sha256="),
    }),
};

const TEST: &[u8] = b"diagnostics:ping";

/// Both say `X-Event-Key`; the id of the hook is Cloud's alone.
fn recognises(headers: &Headers<'_>) -> bool {
    let key = headers.all(EVENT).next();
    key.is_some_and(|key| key != b"repo:push") && !headers.has("x-hook-uuid")
}

/// The test of a connection comes without a signature even where there is a secret. It is let
/// through only while it says nothing but that it is one, and is answered with a pong: whoever
/// forges it learns that there is a hook, as any other answer would tell too. Signed, it must be
/// signed right.
fn verify(delivery: &Delivery<'_>, trust: &Trust) -> Result<Proof, Rejected> {
    if is_bare_test(delivery) {
        return Ok(Proof::Repeatable);
    }
    signature::verify(SIGNATURE, b"sha256=", delivery, trust)
}

/// `{"test": true}` or nothing; compared, not parsed, because nobody has proved it.
fn is_bare_test(delivery: &Delivery<'_>) -> bool {
    let bytes = delivery.body.iter().take(64);
    let bare: Vec<u8> = bytes
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    delivery.body.len() <= 64
        && matches!(bare.as_slice(), b"" | b"{}" | br#"{"test":true}"#)
        && delivery.headers.only(EVENT).is_ok_and(|key| key == TEST)
        && !delivery.headers.has(SIGNATURE)
}

#[derive(Deserialize)]
struct Payload {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(rename = "ref")]
    reference: Reference,
    #[serde(rename = "toHash")]
    to_hash: Option<String>,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

fn read(delivery: &Delivery<'_>) -> Result<Verdict, Rejected> {
    let key = delivery.headers.only(EVENT)?;
    if key == TEST {
        return Ok(Verdict::Ping);
    }
    let payload = payload::of(delivery.headers, delivery.body)?;
    if key != b"repo:refs_changed" {
        return Ok(push::no_push(key));
    }
    let payload: Payload = serde_json::from_slice(&payload).map_err(Malformed::from)?;
    let refs = payload.changes.into_iter().map(|change| Moved {
        reference: change.reference.id,
        after: change.to_hash,
        deleted: change.kind == "DELETE",
    });
    Ok(push::verdict(refs.collect())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::fixture::{
        AFTER, JSON, Received, assert_malformed, assert_refused, reason, receive_as, tip,
    };

    fn deliver(event: &str, body: &str) -> Received {
        let tag = format!("sha256={}", signature::sign(body.as_bytes(), b"hush"));
        let headers = [
            ("X-Event-Key", event),
            ("X-Request-Id", "96efd4cb-05ca-46cd-ac82-3cdf066ea77d"),
            ("X-Hub-Signature", &tag),
            ("Content-Type", "application/json; charset=utf-8"),
        ];
        receive_as("Bitbucket Data Center", &headers, body)
    }

    fn unsigned(event: &str, body: &str) -> Received {
        let headers = [("X-Event-Key", event), ("Content-Type", JSON)];
        receive_as("Bitbucket Data Center", &headers, body)
    }

    #[test]
    fn a_push_is_understood() {
        let body = include_str!("../../tests/it/golden/forges/bitbucket-data-center-push.json");
        let got = deliver("repo:refs_changed", body).unwrap();
        let after = "178864a7d521b6f5e720b386b2c2b0ef8563e0dc";
        assert_eq!(got.verdict, tip("refs/heads/main", after));
    }

    #[test]
    fn tags_and_deleted_branches_are_ignored() {
        let change = |id: &str, kind: &str| {
            let zeros = "0".repeat(40);
            let hash = if kind == "DELETE" {
                zeros.as_str()
            } else {
                AFTER
            };
            let reference = format!(r#"{{"id":"{id}","displayId":"x","type":"BRANCH"}}"#);
            let body = format!(
                r#"{{"changes":[{{"ref":{reference},"toHash":"{hash}","type":"{kind}"}}]}}"#
            );
            reason(deliver("repo:refs_changed", &body))
        };
        assert_eq!(
            change("refs/heads/x", "DELETE"),
            "`refs/heads/x` was deleted"
        );
        assert_eq!(change("refs/tags/v1", "ADD"), "`refs/tags/v1` is a tag");
        assert_eq!(
            reason(deliver("pr:opened", "{}")),
            "event `pr:opened` is not a push"
        );
        assert_malformed(deliver("repo:refs_changed", "{}"));
    }

    #[test]
    fn the_unsigned_test_says_nothing_else_or_is_refused() {
        for bare in [r#"{"test": true}"#, r#"{"test":true}"#, "{}", "", "{ }\n"] {
            let got = unsigned("diagnostics:ping", bare).unwrap();
            assert_eq!(got.verdict, Verdict::Ping, "{bare}");
        }
        let padded = format!("{}{{}}", " ".repeat(64));
        for more in [r#"{"test":true,"changes":[]}"#, "[]", "null", &padded] {
            let got = unsigned("diagnostics:ping", more);
            assert_refused!(got, Rejected::Unsigned);
        }
        let test = r#"{"test":true}"#;
        assert_refused!(unsigned("repo:refs_changed", test), Rejected::Unsigned);
        let two = [
            ("X-Event-Key", "diagnostics:ping"),
            ("X-Event-Key", "repo:refs_changed"),
        ];
        let got = receive_as("Bitbucket Data Center", &two, test);
        assert_refused!(got, Rejected::Unsigned);
        let wrong = format!("sha256={}", "0".repeat(64));
        let signed = [
            ("X-Event-Key", "diagnostics:ping"),
            ("X-Hub-Signature", wrong.as_str()),
        ];
        let got = receive_as("Bitbucket Data Center", &signed, test);
        assert_refused!(got, Rejected::BadSignature);
        let signed = deliver("diagnostics:ping", test).unwrap();
        assert_eq!(signed.verdict, Verdict::Ping);
    }
}
