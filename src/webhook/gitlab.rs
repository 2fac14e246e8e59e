//! GitLab: the secret itself in `X-Gitlab-Token`, or a signature by Standard Webhooks. System hooks
//! of a whole instance name their event in the body.

use serde::Deserialize;

use super::sending::{By, Sent};
use super::{Delivery, Forge, Malformed, Proof, Rejected, Trust, Verdict, payload, push};
use super::{signature, standard};

pub(super) const FORGE: Forge = Forge {
    name: "GitLab",
    delivery: Some("x-gitlab-event-uuid"),
    recognises: |headers| headers.has(TOKEN) || headers.has(EVENT),
    verify,
    read,
    short: "gitlab",
    send: Some(|push| {
        let mut body = push.as_one();
        body["object_kind"] = "push".into();
        body["event_name"] = "push".into();
        Sent {
            headers: vec![(EVENT, "Push Hook".to_owned())],
            body,
            by: By::Token(TOKEN),
        }
    }),
};

const TOKEN: &str = "x-gitlab-token";
const EVENT: &str = "x-gitlab-event";

/// Where there is a signature it alone decides, since the token proves nothing of the body. Only
/// the signature covers an id, so only with it does a delivery count once.
fn verify(delivery: &Delivery<'_>, trust: &Trust) -> Result<Proof, Rejected> {
    if delivery.headers.has(standard::SIGNATURE) {
        return standard::verify(delivery, trust);
    }
    signature::is_secret(delivery.headers.proof(TOKEN)?, trust)
}

/// What a system hook says of itself; those about merge requests have no such name.
#[derive(Deserialize)]
struct System {
    event_name: Option<String>,
}

fn read(delivery: &Delivery<'_>) -> Result<Verdict, Rejected> {
    let payload = payload::of(delivery.headers, delivery.body)?;
    match delivery.headers.only(EVENT)? {
        b"Push Hook" | b"Tag Push Hook" => Ok(push::one(&payload)?),
        b"System Hook" => {
            let system: System = serde_json::from_slice(&payload).map_err(Malformed::from)?;
            match system.event_name.as_deref() {
                Some("push" | "tag_push") => Ok(push::one(&payload)?),
                Some(other) => Ok(push::no_push(other.as_bytes())),
                None => Ok(push::no_push(b"System Hook")),
            }
        }
        other => Ok(push::no_push(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::fixture::{
        AFTER, JSON, NOW, Received, assert_malformed, assert_refused, push_of, reason, receive_as,
        receive_trusting, tip, trust_in,
    };

    const PUSH: &str = include_str!("../../tests/it/golden/forges/gitlab-push.json");
    const PUSHED: &str = "da1560886d4f094c3e6c9ef40349f7d38b5d27d7";

    fn deliver(event: &str, body: &str) -> Received {
        let headers = [
            ("X-Gitlab-Event", event),
            ("X-Gitlab-Token", "hush"),
            (
                "X-Gitlab-Event-UUID",
                "13792a34-cac6-4fda-95a8-c58e00a3954e",
            ),
            ("Content-Type", JSON),
        ];
        receive_as("GitLab", &headers, body)
    }

    #[test]
    fn a_push_with_the_token_is_understood_and_may_come_again() {
        let got = deliver("Push Hook", PUSH).unwrap();
        assert_eq!(got.verdict, tip("refs/heads/main", PUSHED));
        assert_eq!(got.once, None);
    }

    #[test]
    fn a_wrong_token_is_refused() {
        let event = ("X-Gitlab-Event", "Push Hook");
        for wrong in ["guess", "hus", "hush!", "Hush"] {
            let headers = [event, ("X-Gitlab-Token", wrong)];
            assert_refused!(receive_as("GitLab", &headers, PUSH), Rejected::WrongSecret);
        }
        assert_refused!(receive_as("GitLab", &[event], PUSH), Rejected::Unsigned);
        let token = ("X-Gitlab-Token", "hush");
        let twice = [event, token, token];
        assert_refused!(receive_as("GitLab", &twice, PUSH), Rejected::BadSignature);
    }

    #[test]
    fn where_there_is_a_signature_it_alone_decides() {
        let seconds = NOW.to_string();
        let sign = |key: &[u8]| {
            let parts = [
                b"f3b2".as_slice(),
                b".",
                seconds.as_bytes(),
                b".",
                PUSH.as_bytes(),
            ];
            format!("v1,{}", signature::sign_base64(&parts, key))
        };
        let deliver = |token: &str, list: &str| {
            let headers = [
                ("X-Gitlab-Event", "Push Hook"),
                ("X-Gitlab-Token", token),
                ("webhook-id", "f3b2"),
                ("webhook-timestamp", &seconds),
                ("webhook-signature", list),
                ("Content-Type", JSON),
            ];
            let trust = trust_in("whsec_aHVzaA==");
            receive_trusting(&trust, "GitLab", &headers, PUSH)
        };
        let got = deliver("another token", &sign(b"hush")).unwrap();
        assert_eq!(got.verdict, tip("refs/heads/main", PUSHED));
        assert_eq!(got.once.as_deref(), Some(b"f3b2".as_slice()));
        let right_token = "whsec_aHVzaA==";
        let wrong = sign(b"guess");
        assert_refused!(deliver(right_token, &wrong), Rejected::BadSignature);
        assert_refused!(deliver(right_token, ""), Rejected::Unsigned);
    }

    #[test]
    fn a_system_hook_names_its_event_in_the_body() {
        let body = include_str!("../../tests/it/golden/forges/gitlab-system-push.json");
        let got = deliver("System Hook", body).unwrap();
        let after = "da1560886d4f094c3e6c9ef40349f7d38b5d27d7";
        assert_eq!(got.verdict, tip("refs/heads/main", after));
        let created = r#"{"event_name":"project_create"}"#;
        assert_eq!(
            reason(deliver("System Hook", created)),
            "event `project_create` is not a push"
        );
        let merge = r#"{"object_kind":"merge_request"}"#;
        assert_eq!(
            reason(deliver("System Hook", merge)),
            "event `System Hook` is not a push"
        );
    }

    #[test]
    fn other_events_tags_and_deleted_branches_are_ignored() {
        assert_eq!(
            reason(deliver("Note Hook", "{}")),
            "event `Note Hook` is not a push"
        );
        let tag = push_of("refs/tags/v1", AFTER);
        assert_eq!(
            reason(deliver("Tag Push Hook", &tag)),
            "`refs/tags/v1` is a tag"
        );
        let zeros = "0".repeat(40);
        let gone = format!(
            r#"{{"object_kind":"push","ref":"refs/heads/x","after":"{zeros}","checkout_sha":null}}"#
        );
        assert_eq!(
            reason(deliver("Push Hook", &gone)),
            "`refs/heads/x` was deleted"
        );
        assert_malformed(deliver("Push Hook", "{}"));
    }
}
