//! Azure DevOps: signs nothing and has no header of its own. What proves a delivery is the password
//! of HTTP Basic, whatever the user's name; what it is stands in the body.

use serde::Deserialize;
use serde_json::json;

use super::push::Moved;
use super::sending::{By, Sent};
use super::{Delivery, Forge, Malformed, Proof, Rejected, Trust, Verdict};
use super::{payload, push, signature};

pub(super) const FORGE: Forge = Forge {
    name: "Azure DevOps",
    delivery: None,
    recognises: |headers| headers.authorization("Basic").is_some(),
    verify,
    read,
    short: "azure",
    send: Some(|push| Sent {
        headers: Vec::new(),
        body: json!({"eventType": "git.push", "resource": {"refUpdates": [{
            "name": push.reference(),
            "newObjectId": push.commit,
        }]}}),
        by: By::Basic,
    }),
};

fn verify(delivery: &Delivery<'_>, trust: &Trust) -> Result<Proof, Rejected> {
    delivery.headers.proof("authorization")?;
    let credentials = delivery
        .headers
        .authorization("Basic")
        .and_then(signature::from_base64)
        .ok_or(Rejected::WrongSecret)?;
    // A user's name holds no colon, a password may (RFC 7617, section 2).
    let colon = credentials.iter().position(|&byte| byte == b':');
    let password = colon.map(|at| &credentials[at + 1..]);
    signature::is_secret(password.ok_or(Rejected::WrongSecret)?, trust)
}

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "eventType")]
    event_type: String,
    resource: Option<Resource>,
}

/// A subscription can ask for few details, and then no ref is named.
#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "refUpdates", default)]
    ref_updates: Vec<RefUpdate>,
}

#[derive(Deserialize)]
struct RefUpdate {
    name: String,
    #[serde(rename = "newObjectId")]
    new_object_id: Option<String>,
}

fn read(delivery: &Delivery<'_>) -> Result<Verdict, Rejected> {
    let payload = payload::of(delivery.headers, delivery.body)?;
    let payload: Payload = serde_json::from_slice(&payload).map_err(Malformed::from)?;
    if payload.event_type != "git.push" {
        return Ok(push::no_push(payload.event_type.as_bytes()));
    }
    let updates = payload.resource.map(|resource| resource.ref_updates);
    let refs = updates.into_iter().flatten().map(|update| Moved {
        reference: update.name,
        after: update.new_object_id,
        deleted: false,
    });
    Ok(push::verdict(refs.collect())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::fixture::{
        AFTER, Received, assert_malformed, assert_refused, reason, receive_as, tip,
    };

    fn with(authorization: &str, body: &str) -> Received {
        let headers = [
            ("Authorization", authorization),
            ("Content-Type", "application/json; charset=utf-8"),
        ];
        receive_as("Azure DevOps", &headers, body)
    }

    fn basic(credentials: &[u8]) -> String {
        format!("Basic {}", signature::to_base64(credentials))
    }

    fn deliver(body: &str) -> Received {
        with(&basic(b"byline:hush"), body)
    }

    fn update(name: &str, new: &str) -> String {
        format!(
            r#"{{"eventType":"git.push","resource":{{"refUpdates":[{{"name":"{name}","newObjectId":"{new}"}}]}}}}"#
        )
    }

    #[test]
    fn a_push_is_understood_whatever_the_users_name() {
        let body = include_str!("../../tests/it/golden/forges/azure-push.json");
        let after = "33b55f7cb7e7e245323987634f960cf4a6e6bc74";
        for credentials in [b"byline:hush".as_slice(), b":hush"] {
            let got = with(&basic(credentials), body).unwrap();
            assert_eq!(got.verdict, tip("refs/heads/main", after));
        }
        let lower = basic(b"byline:hush").replace("Basic", "basic");
        assert!(with(&lower, body).is_ok());
    }

    #[test]
    fn a_wrong_password_is_refused_before_the_body_is_looked_at() {
        for wrong in [
            basic(b"byline:guess"),
            basic(b"hush:byline"),
            basic(b"byline:x:hush"),
            basic(b"hush"),
            basic(b"byline:"),
            "Basic hush!".to_owned(),
            "Basic ".to_owned(),
        ] {
            assert_refused!(with(&wrong, "{"), Rejected::WrongSecret);
        }
        let good = basic(b"byline:hush");
        let twice = [("Authorization", good.as_str()), ("Authorization", &good)];
        let got = receive_as("Azure DevOps", &twice, "{}");
        assert_refused!(got, Rejected::BadSignature);
    }

    #[test]
    fn the_test_of_a_subscription_is_a_push_like_any_other() {
        let body = include_str!("../../tests/it/golden/forges/azure-test.json");
        let got = deliver(body).unwrap();
        let after = "33b55f7cb7e7e245323987634f960cf4a6e6bc74";
        assert_eq!(got.verdict, tip("refs/heads/master", after));
    }

    #[test]
    fn tags_deleted_branches_and_other_events_are_ignored() {
        assert_eq!(
            reason(deliver(&update("refs/heads/x", &"0".repeat(40)))),
            "`refs/heads/x` was deleted"
        );
        assert_eq!(
            reason(deliver(&update("refs/tags/v1", AFTER))),
            "`refs/tags/v1` is a tag"
        );
        assert_eq!(
            reason(deliver(r#"{"eventType":"git.pullrequest.created"}"#)),
            "event `git.pullrequest.created` is not a push"
        );
    }

    #[test]
    fn few_details_are_enough_and_none_are_not() {
        let minimal = r#"{"eventType":"git.push","resource":{"url":"x","pushId":14}}"#;
        for body in [minimal, r#"{"eventType":"git.push","resource":null}"#] {
            assert_eq!(deliver(body).unwrap().verdict, Verdict::Look);
        }
        assert_malformed(deliver("{}"));
    }
}
