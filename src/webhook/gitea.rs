//! Gitea: what Gogs sends under names of its own. It sends those of Gogs and GitHub beside them,
//! so it stands before both in the table.

use super::sending::{By, Sent};
use super::{Forge, gogs, push};

pub(super) const FORGE: Forge = Forge {
    name: "Gitea",
    delivery: Some("x-gitea-delivery"),
    recognises: |headers| headers.has(SIGNATURE) || headers.has(EVENT),
    verify: |delivery, trust| gogs::verify(SIGNATURE, delivery, trust),
    read: |delivery| push::by_event(delivery, EVENT),
    short: "gitea",
    send: Some(|push| Sent {
        headers: vec![(EVENT, "push".to_owned())],
        body: push.as_one(),
        by: By::Hmac(SIGNATURE, ""),
    }),
};

const SIGNATURE: &str = "x-gitea-signature";
const EVENT: &str = "x-gitea-event";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::fixture::{
        AFTER, FORM, JSON, Received, assert_refused, push_of, reason, receive_as, tip,
    };
    use crate::webhook::{Rejected, signature};

    /// A delivery with all the headers that Gitea sends.
    fn deliver(event: &str, content_type: &str, tag: &str, body: &str) -> Received {
        let hub = format!("sha256={tag}");
        let headers = [
            ("X-Gitea-Delivery", "f6266f16-1bf3-46a5-9ea4-602e06ead473"),
            ("X-Gitea-Event", event),
            ("X-Gitea-Event-Type", event),
            ("X-Gitea-Signature", tag),
            ("X-Gogs-Event", event),
            ("X-Gogs-Signature", tag),
            ("X-Hub-Signature", "sha1="),
            ("X-Hub-Signature-256", &hub),
            ("X-Github-Event", event),
            ("Content-Type", content_type),
        ];
        receive_as("Gitea", &headers, body)
    }

    fn signed(event: &str, body: &str) -> Received {
        let tag = signature::sign(body.as_bytes(), b"hush");
        deliver(event, JSON, &tag, body)
    }

    #[test]
    fn a_push_is_understood_as_json_and_as_a_form() {
        let body = include_str!("../../tests/it/golden/forges/gitea-push.json");
        let after = "28e1879d029cb852e4844d9c718537df08844e03";
        let pushed = tip("refs/heads/main", after);
        assert_eq!(signed("push", body).unwrap().verdict, pushed);
        let json = push_of("refs/heads/main", AFTER);
        let form = format!("payload={}", json.replace('"', "%22"));
        let tag = signature::sign(json.as_bytes(), b"hush");
        let got = deliver("push", FORM, &tag, &form).unwrap();
        assert_eq!(got.verdict, tip("refs/heads/main", AFTER));
    }

    #[test]
    fn without_a_secret_its_headers_are_there_and_prove_nothing() {
        let body = push_of("refs/heads/main", AFTER);
        assert_refused!(deliver("push", JSON, "", &body), Rejected::Unsigned);
        let wrong = signature::sign(body.as_bytes(), b"guess");
        assert_refused!(deliver("push", JSON, &wrong, &body), Rejected::BadSignature);
        let good = signature::sign(body.as_bytes(), b"hush");
        let twice = [(SIGNATURE, good.as_str()), (SIGNATURE, &good)];
        assert_refused!(receive_as("Gitea", &twice, &body), Rejected::BadSignature);
        let others = [("X-Gitea-Event", "push"), ("X-Gogs-Signature", &good)];
        assert_refused!(receive_as("Gitea", &others, &body), Rejected::Unsigned);
    }

    #[test]
    fn other_events_tags_and_deleted_branches_are_ignored() {
        assert_eq!(
            reason(signed("delete", "{}")),
            "event `delete` is not a push"
        );
        let tag = push_of("refs/tags/v1", AFTER);
        assert_eq!(reason(signed("push", &tag)), "`refs/tags/v1` is a tag");
        let gone = push_of("refs/heads/x", &"0".repeat(40));
        assert_eq!(reason(signed("push", &gone)), "`refs/heads/x` was deleted");
    }
}
