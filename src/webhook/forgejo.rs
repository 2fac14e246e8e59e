//! Forgejo: what Gitea sends under names of its own, and Gitea's beside them. Where its own
//! signature is missing or wrong, no other one counts.

use super::sending::{By, Sent};
use super::{Forge, gogs, push};

pub(super) const FORGE: Forge = Forge {
    name: "Forgejo",
    delivery: Some("x-forgejo-delivery"),
    recognises: |headers| headers.has(SIGNATURE) || headers.has(EVENT),
    verify: |delivery, trust| gogs::verify(SIGNATURE, delivery, trust),
    read: |delivery| push::by_event(delivery, EVENT),
    short: "forgejo",
    send: Some(|push| Sent {
        headers: vec![(EVENT, "push".to_owned())],
        body: push.as_one(),
        by: By::Hmac(SIGNATURE, ""),
    }),
};

const SIGNATURE: &str = "x-forgejo-signature";
const EVENT: &str = "x-forgejo-event";

#[cfg(test)]
mod tests {
    use crate::webhook::fixture::{
        AFTER, JSON, Received, assert_refused, push_of, reason, receive_as, tip,
    };
    use crate::webhook::{Rejected, signature};

    /// A delivery with Forgejo's own tag and that of its twins.
    fn deliver(event: &str, own: &str, twins: &str, body: &str) -> Received {
        let headers = [
            ("X-Forgejo-Delivery", "f6266f16-1bf3-46a5-9ea4-602e06ead473"),
            ("X-Forgejo-Event", event),
            ("X-Forgejo-Signature", own),
            ("X-Gitea-Event", event),
            ("X-Gitea-Signature", twins),
            ("X-Gogs-Event", event),
            ("X-Gogs-Signature", twins),
            ("X-GitHub-Event", event),
            ("Content-Type", JSON),
        ];
        receive_as("Forgejo", &headers, body)
    }

    fn signed(event: &str, body: &str) -> Received {
        let tag = signature::sign(body.as_bytes(), b"hush");
        deliver(event, &tag, &tag, body)
    }

    #[test]
    fn a_push_is_understood() {
        let body = include_str!("../../tests/it/golden/forges/forgejo-push.json");
        let after = "fc6b9d1a3f5f4fa2b4ea4b4a9aa6b2b7b9d3d6b1";
        let got = signed("push", body).unwrap();
        assert_eq!(got.verdict, tip("refs/heads/main", after));
    }

    #[test]
    fn its_own_signature_alone_decides() {
        let body = push_of("refs/heads/main", AFTER);
        let good = signature::sign(body.as_bytes(), b"hush");
        let wrong = signature::sign(body.as_bytes(), b"guess");
        let own = |tag| deliver("push", tag, &good, &body);
        assert_refused!(own(wrong.as_str()), Rejected::BadSignature);
        assert_refused!(own(""), Rejected::Unsigned);
        assert!(deliver("push", &good, &wrong, &body).is_ok());
    }

    #[test]
    fn other_events_tags_and_deleted_branches_are_ignored() {
        assert_eq!(
            reason(signed("create", "{}")),
            "event `create` is not a push"
        );
        let tag = push_of("refs/tags/v1", AFTER);
        assert_eq!(reason(signed("push", &tag)), "`refs/tags/v1` is a tag");
        let gone = push_of("refs/heads/x", &"0".repeat(40));
        assert_eq!(reason(signed("push", &gone)), "`refs/heads/x` was deleted");
    }
}
