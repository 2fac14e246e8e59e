//! Bitbucket Cloud: `X-Hub-Signature` with SHA-256, under the name that GitHub once used for SHA-1.
//! One push names many branches, each by its short name.

use serde::Deserialize;
use serde_json::json;

use super::push::Moved;
use super::sending::{By, Sent};
use super::{Delivery, Forge, Malformed, Rejected, Verdict, payload, push, signature};

pub(super) const FORGE: Forge = Forge {
    name: "Bitbucket Cloud",
    delivery: Some("x-request-uuid"),
    recognises: |headers| headers.has(EVENT),
    verify: |delivery, trust| signature::verify(SIGNATURE, b"sha256=", delivery, trust),
    read,
    short: "bitbucket-cloud",
    send: Some(|push| {
        let target = push.commit.map(|hash| json!({"hash": hash}));
        let new = json!({"type": "branch", "name": push.branch, "target": target});
        Sent {
            headers: vec![(EVENT, "repo:push".to_owned())],
            body: json!({"push": {"changes": [{"old": null, "new": new}]}}),
            by: By::Hmac(SIGNATURE, "sha256="),
        }
    }),
};

pub(super) const SIGNATURE: &str = "x-hub-signature";
pub(super) const EVENT: &str = "x-event-key";

#[derive(Deserialize)]
struct Payload {
    push: Push,
}

#[derive(Deserialize)]
struct Push {
    changes: Vec<Change>,
}

/// `new` is null where something was deleted, `old` where it was made.
#[derive(Deserialize)]
struct Change {
    new: Option<Named>,
    old: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    hash: String,
}

fn read(delivery: &Delivery<'_>) -> Result<Verdict, Rejected> {
    let payload = payload::of(delivery.headers, delivery.body)?;
    match delivery.headers.only(EVENT)? {
        b"repo:push" => {
            let payload: Payload = serde_json::from_slice(&payload).map_err(Malformed::from)?;
            let refs = payload.push.changes.into_iter().filter_map(moved);
            Ok(push::verdict(refs.collect())?)
        }
        other => Ok(push::no_push(other)),
    }
}

fn moved(change: Change) -> Option<Moved> {
    let deleted = change.new.is_none();
    let named = change.new.or(change.old)?;
    let reference = match named.kind.as_str() {
        "branch" => format!("refs/heads/{}", named.name),
        "tag" => format!("refs/tags/{}", named.name),
        _ => named.name,
    };
    Some(Moved {
        reference,
        after: named.target.map(|target| target.hash),
        deleted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::fixture::{
        AFTER, JSON, Received, assert_malformed, assert_refused, reason, receive_as, tip,
    };

    fn deliver(event: &str, body: &str) -> Received {
        let tag = format!("sha256={}", signature::sign(body.as_bytes(), b"hush"));
        receive_as("Bitbucket Cloud", &headers(event, &tag), body)
    }

    fn headers<'a>(event: &'a str, signature: &'a str) -> [(&'a str, &'a str); 5] {
        [
            ("X-Event-Key", event),
            ("X-Hook-UUID", "{b1b3d5e8-7d8c-4f8c-9a4c-6f6a1c1d2e3f}"),
            ("X-Request-UUID", "f3ff8f4b-94f4-4f0d-9c6b-7e0c4c6f5a11"),
            ("X-Hub-Signature", signature),
            ("Content-Type", JSON),
        ]
    }

    fn change(old: &str, new: &str) -> String {
        format!(r#"{{"push":{{"changes":[{{"old":{old},"new":{new}}}]}}}}"#)
    }

    fn named(kind: &str, name: &str) -> String {
        format!(r#"{{"type":"{kind}","name":"{name}","target":{{"hash":"{AFTER}"}}}}"#)
    }

    #[test]
    fn of_a_push_of_several_branches_all_are_read() {
        let body = include_str!("../../tests/it/golden/forges/bitbucket-cloud-push.json");
        let Verdict::Pushed(tips) = deliver("repo:push", body).unwrap().verdict else {
            unreachable!("branches were pushed")
        };
        let names: Vec<_> = tips.iter().map(|tip| tip.branch_ref.as_str()).collect();
        assert_eq!(names, ["refs/heads/next", "refs/heads/main"]);
        let after = "709d658dc5b6d6afcd46049c2f332ee3f515a67d";
        assert_eq!(tips[1].after.as_deref(), Some(after));
    }

    #[test]
    fn made_deleted_and_tagged_are_told_apart() {
        let of = |old: &str, new: &str| deliver("repo:push", &change(old, new));
        let made = of("null", &named("branch", "main")).unwrap();
        assert_eq!(made.verdict, tip("refs/heads/main", AFTER));
        assert_eq!(
            reason(of(&named("branch", "x"), "null")),
            "`refs/heads/x` was deleted"
        );
        assert_eq!(
            reason(of("null", &named("tag", "v1"))),
            "`refs/tags/v1` is a tag"
        );
        assert_eq!(
            reason(of("null", &named("bookmark", "main"))),
            "`main` is not a branch"
        );
        let nothing = deliver("repo:push", r#"{"push":{"changes":[]}}"#).unwrap();
        assert_eq!(nothing.verdict, Verdict::Look);
        assert_malformed(deliver("repo:push", "{}"));
        assert_eq!(
            reason(deliver("issue:created", "{}")),
            "event `issue:created` is not a push"
        );
    }

    #[test]
    fn what_proves_nothing_is_refused() {
        let body = change("null", &named("branch", "main"));
        let good = signature::sign(body.as_bytes(), b"hush");
        let receive = |tag: &str| receive_as("Bitbucket Cloud", &headers("repo:push", tag), &body);
        // The same name held a SHA-1 at GitHub.
        for bad in [
            format!("sha1={good}"),
            good.clone(),
            format!("sha256={}", &good[1..]),
        ] {
            assert_refused!(receive(&bad), Rejected::BadSignature);
        }
        assert_refused!(receive(""), Rejected::Unsigned);
        let unsigned = [("X-Event-Key", "repo:push"), ("Content-Type", JSON)];
        assert_refused!(
            receive_as("Bitbucket Cloud", &unsigned, &body),
            Rejected::Unsigned
        );
    }
}
