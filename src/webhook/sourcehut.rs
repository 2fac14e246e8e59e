//! SourceHut: an Ed25519 signature with the key of the instance, over the body and a nonce. Legacy
//! webhooks have a payload of their own, newer ones whatever GraphQL query they were made with.

use serde::{Deserialize, Deserializer};

use super::push::Moved;
use super::{Delivery, Forge, Malformed, Proof, Rejected, Trust, Verdict};
use super::{payload, push, signature};
use crate::signature::is_signed_ed25519;

pub(super) const FORGE: Forge = Forge {
    name: "SourceHut",
    delivery: Some("x-webhook-delivery"),
    recognises: |headers| headers.has(SIGNATURE) || headers.has(NONCE),
    verify,
    read,
    short: "sourcehut",
    send: None,
};

const SIGNATURE: &str = "x-payload-signature";
const NONCE: &str = "x-payload-nonce";
const EVENT: &str = "x-webhook-event";

/// The key that sr.ht publishes in its manual ("API conventions", "Webhook signatures").
const SR_HT: &str = "uX7KWyyDNMaBma4aVbJ/cbUQpdjqczuCyK/HxzV/u+4=";

/// A key as the operator wrote it: `sr.ht`, or 32 bytes in base64.
pub(super) fn key(written: &str) -> Option<[u8; 32]> {
    let encoded = if written == "sr.ht" { SR_HT } else { written };
    signature::from_base64(encoded.as_bytes())?.try_into().ok()
}

/// The signature says only which instance sent a delivery, and anybody can have theirs send one:
/// so no instance is believed unless the operator named its key.
fn verify(delivery: &Delivery<'_>, trust: &Trust) -> Result<Proof, Rejected> {
    let signature = delivery.headers.proof(SIGNATURE)?;
    let nonce = delivery.headers.proof(NONCE)?;
    let key = trust.sourcehut().ok_or(Rejected::Untrusted)?;
    let signature = signature::from_base64(signature).ok_or(Rejected::BadSignature)?;
    let message = [delivery.body, nonce].concat();
    is_signed_ed25519(key, &message, &signature)
        .then_some(Proof::Repeatable)
        .ok_or(Rejected::BadSignature)
}

fn read(delivery: &Delivery<'_>) -> Result<Verdict, Rejected> {
    let payload = payload::of(delivery.headers, delivery.body)?;
    let refs = match delivery.headers.only(EVENT)? {
        b"repo:post-update" => legacy(&payload)?,
        b"GIT_POST_RECEIVE" => graphql(&payload)?,
        other => return Ok(push::no_push(other)),
    };
    Ok(push::verdict(refs)?)
}

#[derive(Deserialize)]
struct Legacy {
    refs: Vec<LegacyRef>,
}

/// `new` is null where the ref was deleted.
#[derive(Deserialize)]
struct LegacyRef {
    name: String,
    new: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    id: Option<String>,
}

fn legacy(payload: &[u8]) -> Result<Vec<Moved>, Malformed> {
    let legacy: Legacy = serde_json::from_slice(payload)?;
    let refs = legacy.refs.into_iter().map(|moved| Moved {
        reference: moved.name,
        deleted: moved.new.is_none(),
        after: moved.new.and_then(|new| new.id),
    });
    Ok(refs.collect())
}

#[derive(Deserialize)]
struct GraphQl {
    data: GraphQlData,
}

#[derive(Deserialize)]
struct GraphQlData {
    webhook: GitEvent,
}

/// Only what the query asked for is there.
#[derive(Deserialize)]
struct GitEvent {
    #[serde(default)]
    updates: Vec<Update>,
}

#[derive(Deserialize)]
struct Update {
    #[serde(rename = "ref")]
    reference: Option<Reference>,
    /// Left out by the query, null where the ref was deleted, or an object.
    #[serde(default, deserialize_with = "stated")]
    new: Option<Option<Object>>,
}

#[derive(Deserialize)]
struct Reference {
    name: Option<String>,
}

fn stated<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Option<Object>>, D::Error> {
    Option::deserialize(input).map(Some)
}

/// Updates whose name was not asked for say no more than that there was a push, which the event
/// does already.
fn graphql(payload: &[u8]) -> Result<Vec<Moved>, Malformed> {
    let event: GraphQl = serde_json::from_slice(payload)?;
    let moved = |update: Update| {
        Some(Moved {
            reference: update.reference?.name?,
            deleted: matches!(update.new, Some(None)),
            after: update.new.flatten().and_then(|new| new.id),
        })
    };
    Ok(event
        .data
        .webhook
        .updates
        .into_iter()
        .filter_map(moved)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::Ed25519Signer;
    use crate::webhook::fixture::{
        AFTER, JSON, Received, assert_malformed, assert_refused, reason, receive_as,
        receive_trusting, tip,
    };

    const NONCE_SENT: &str = "9bd6e1b0f4a1c2d3";

    /// An instance whose key pair is made of this one byte.
    fn instance(seed: u8) -> Ed25519Signer {
        Ed25519Signer::from_seed([seed; 32])
    }

    fn trust() -> Trust {
        let key = signature::to_base64(&instance(1).public());
        Trust::new(None, Some(&key)).unwrap().unwrap()
    }

    fn signed_by(seed: u8, signed: &str, event: &str, body: &str) -> Received {
        let signature = signature::to_base64(&instance(seed).sign(signed.as_bytes()));
        let headers = [
            ("X-Webhook-Event", event),
            ("X-Webhook-Delivery", "8b6c7f5e-5a3c-4d9c-8f57-1f0c8b8d6a11"),
            ("X-Payload-Nonce", NONCE_SENT),
            ("X-Payload-Signature", &signature),
            ("Content-Type", JSON),
        ];
        receive_trusting(&trust(), "SourceHut", &headers, body)
    }

    fn deliver(event: &str, body: &str) -> Received {
        signed_by(1, &format!("{body}{NONCE_SENT}"), event, body)
    }

    #[test]
    fn the_published_key_is_a_key() {
        assert_eq!(key("sr.ht"), key(SR_HT));
        assert_eq!(key("sr.ht").unwrap()[..4], [0xb9, 0x7e, 0xca, 0x5b]);
        assert_eq!(key("c3IuaHQ="), None);
        assert_eq!(key(""), None);
    }

    #[test]
    fn a_push_is_understood_in_both_wordings() {
        let legacy = include_str!("../../tests/it/golden/forges/sourcehut-legacy-push.json");
        let graphql = include_str!("../../tests/it/golden/forges/sourcehut-push.json");
        let after = "2f2b1b6d4c1c9d3e6a0f1d8a7b5e4c3d2a190817";
        for (event, body) in [("repo:post-update", legacy), ("GIT_POST_RECEIVE", graphql)] {
            let got = deliver(event, body).unwrap();
            assert_eq!(got.verdict, tip("refs/heads/main", after), "{event}");
        }
    }

    #[test]
    fn body_and_nonce_are_both_signed() {
        let (event, body) = ("repo:post-update", r#"{"refs":[]}"#);
        let good = format!("{body}{NONCE_SENT}");
        assert!(signed_by(1, &good, event, body).is_ok());
        for (seed, signed) in [(2, good.as_str()), (1, body), (1, NONCE_SENT)] {
            let got = signed_by(seed, signed, event, body);
            assert_refused!(got, Rejected::BadSignature);
        }
        let got = signed_by(1, &good, event, r#"{"refs":[ ]}"#);
        assert_refused!(got, Rejected::BadSignature);
        let unsigned = [("X-Payload-Nonce", NONCE_SENT)];
        let got = receive_trusting(&trust(), "SourceHut", &unsigned, body);
        assert_refused!(got, Rejected::Unsigned);
    }

    #[test]
    fn no_instance_is_believed_whose_key_was_not_named() {
        let signature = signature::to_base64(&instance(1).sign(b"{}0"));
        let headers = [
            ("X-Payload-Nonce", "0"),
            ("X-Payload-Signature", signature.as_str()),
        ];
        let got = receive_as("SourceHut", &headers, "{}");
        assert_refused!(got, Rejected::Untrusted);
    }

    #[test]
    fn tags_deleted_branches_and_other_events_are_ignored() {
        let legacy = |name: &str, new: &str| {
            let body = format!(r#"{{"refs":[{{"name":"{name}","old":null,"new":{new}}}]}}"#);
            reason(deliver("repo:post-update", &body))
        };
        let new = format!(r#"{{"id":"{AFTER}"}}"#);
        assert_eq!(legacy("refs/heads/x", "null"), "`refs/heads/x` was deleted");
        assert_eq!(legacy("refs/tags/v1", &new), "`refs/tags/v1` is a tag");
        let gone =
            r#"{"data":{"webhook":{"updates":[{"ref":{"name":"refs/heads/x"},"new":null}]}}}"#;
        assert_eq!(
            reason(deliver("GIT_POST_RECEIVE", gone)),
            "`refs/heads/x` was deleted"
        );
        assert_eq!(
            reason(deliver("repo:update", "{}")),
            "event `repo:update` is not a push"
        );
    }

    #[test]
    fn a_query_may_ask_for_little() {
        let named = r#"{"data":{"webhook":{"updates":[{"ref":{"name":"refs/heads/main"}}]}}}"#;
        let Verdict::Pushed(tips) = deliver("GIT_POST_RECEIVE", named).unwrap().verdict else {
            unreachable!("a branch was pushed")
        };
        assert_eq!(tips[0].after, None);
        for little in [
            r#"{"data":{"webhook":{"uuid":"8b6c"}}}"#,
            r#"{"data":{"webhook":{"updates":[{"new":{}}]}}}"#,
        ] {
            let got = deliver("GIT_POST_RECEIVE", little).unwrap();
            assert_eq!(got.verdict, Verdict::Look, "{little}");
        }
        assert_malformed(deliver("GIT_POST_RECEIVE", "{}"));
        assert_malformed(deliver("repo:post-update", "{}"));
    }
}
