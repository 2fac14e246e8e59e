//! Gogs, and what its descendants Gitea and Forgejo have kept of it: the bare hexadecimal HMAC of
//! the JSON, also where that is then wrapped in a form.

use super::payload::Media;
use super::sending::{By, Sent};
use super::{Delivery, Forge, Proof, Rejected, Trust, push, signature};

pub(super) const FORGE: Forge = Forge {
    name: "Gogs",
    delivery: Some("x-gogs-delivery"),
    recognises: |headers| headers.has(SIGNATURE) || headers.has(EVENT),
    verify: |delivery, trust| verify(SIGNATURE, delivery, trust),
    read: |delivery| push::by_event(delivery, EVENT),
    short: "gogs",
    send: Some(|push| Sent {
        headers: vec![(EVENT, "push".to_owned())],
        body: push.as_one(),
        by: By::Hmac(SIGNATURE, ""),
    }),
};

const SIGNATURE: &str = "x-gogs-signature";
const EVENT: &str = "x-gogs-event";

/// Proves a delivery by the signature in `header`. All three sign the payload and not the form
/// they send it in, unlike GitHub: so a form is undone first, which is all that is done with bytes
/// not proved yet. One that has no payload is proved by nothing.
pub(super) fn verify(
    header: &str,
    delivery: &Delivery<'_>,
    trust: &Trust,
) -> Result<Proof, Rejected> {
    let media = Media::of(delivery.headers).unwrap_or(Media::Json);
    let Ok(payload) = media.payload(delivery.body) else {
        delivery.headers.proof(header)?;
        return Err(Rejected::BadSignature);
    };
    let signed = Delivery {
        body: &payload,
        ..*delivery
    };
    signature::verify(header, b"", &signed, trust)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::fixture::{
        AFTER, FORM, JSON, Received, assert_refused, push_of, reason, receive_as, tip,
    };

    fn deliver(event: &str, content_type: &str, signed: &str, body: &str) -> Received {
        let tag = signature::sign(signed.as_bytes(), b"hush");
        let headers = [
            ("X-Gogs-Event", event),
            ("X-Gogs-Signature", &tag),
            ("Content-Type", content_type),
        ];
        receive_as("Gogs", &headers, body)
    }

    #[test]
    fn a_push_is_understood() {
        let body = include_str!("../../tests/it/golden/forges/gogs-push.json");
        let got = deliver("push", JSON, body, body).unwrap();
        let after = "bffeb74224043ba2feb48d137756c8a9331c449a";
        assert_eq!(got.verdict, tip("refs/heads/main", after));
    }

    #[test]
    fn of_a_form_the_payload_within_is_signed() {
        let json = push_of("refs/heads/main", AFTER);
        let form = format!("payload={}", json.replace('"', "%22"));
        let got = deliver("push", FORM, &json, &form).unwrap();
        assert_eq!(got.verdict, tip("refs/heads/main", AFTER));
        assert_refused!(deliver("push", FORM, &form, &form), Rejected::BadSignature);
        let none = "other=1";
        assert_refused!(deliver("push", FORM, none, none), Rejected::BadSignature);
        let unsigned = [("X-Gogs-Event", "push"), ("Content-Type", FORM)];
        assert_refused!(receive_as("Gogs", &unsigned, none), Rejected::Unsigned);
    }

    #[test]
    fn what_proves_nothing_is_refused() {
        let body = push_of("refs/heads/main", AFTER);
        let event = ("X-Gogs-Event", "push");
        let good = signature::sign(body.as_bytes(), b"hush");
        let prefixed = format!("sha256={good}");
        let upper = good.to_uppercase();
        for bad in [upper.as_str(), &prefixed, &good[1..], "0"] {
            let headers = [event, (SIGNATURE, bad)];
            assert_refused!(receive_as("Gogs", &headers, &body), Rejected::BadSignature);
        }
        let twice = [event, (SIGNATURE, &good), (SIGNATURE, &good)];
        assert_refused!(receive_as("Gogs", &twice, &body), Rejected::BadSignature);
        let empty = [event, (SIGNATURE, "")];
        assert_refused!(receive_as("Gogs", &empty, &body), Rejected::Unsigned);
    }

    #[test]
    fn other_events_tags_and_deleted_branches_are_ignored() {
        let tag = push_of("refs/tags/v1", AFTER);
        let gone = push_of("refs/heads/x", &"0".repeat(40));
        assert_eq!(
            reason(deliver("create", JSON, "{}", "{}")),
            "event `create` is not a push"
        );
        assert_eq!(
            reason(deliver("push", JSON, &tag, &tag)),
            "`refs/tags/v1` is a tag"
        );
        assert_eq!(
            reason(deliver("push", JSON, &gone, &gone)),
            "`refs/heads/x` was deleted"
        );
    }
}
