//! GitHub: `X-Hub-Signature-256` over the raw body, which is JSON or a form.

use super::sending::{By, Sent};
use super::{Forge, push, signature};

pub(super) const FORGE: Forge = Forge {
    name: "GitHub",
    delivery: Some("x-github-delivery"),
    recognises: |headers| headers.has(SIGNATURE) || headers.has(EVENT),
    verify: |delivery, trust| signature::verify(SIGNATURE, b"sha256=", delivery, trust),
    read: |delivery| push::by_event(delivery, EVENT),
    short: "github",
    send: Some(|push| Sent {
        headers: vec![(EVENT, "push".to_owned())],
        body: push.as_one(),
        by: By::Hmac(SIGNATURE, "sha256="),
    }),
};

const SIGNATURE: &str = "x-hub-signature-256";
const EVENT: &str = "x-github-event";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::fixture::{
        AFTER, FORM, JSON, Received, assert_malformed, assert_refused, push_of, reason, receive_as,
        tip,
    };
    use crate::webhook::{Malformed, Rejected, Verdict};

    /// A delivery signed with the right secret.
    fn deliver(event: &str, content_type: &str, body: &str) -> Received {
        let tag = format!("sha256={}", signature::sign(body.as_bytes(), b"hush"));
        let headers = [
            ("x-hub-signature-256", tag.as_str()),
            ("x-github-event", event),
            ("content-type", content_type),
        ];
        receive_as("GitHub", &headers, body)
    }

    #[test]
    fn a_push_is_understood_as_json_and_as_a_form() {
        let body = push_of("refs/heads/main", AFTER);
        let pushed = tip("refs/heads/main", AFTER);
        assert_eq!(deliver("push", JSON, &body).unwrap().verdict, pushed);
        let charset = "Application/JSON; charset=utf-8";
        assert_eq!(deliver("push", charset, &body).unwrap().verdict, pushed);
        let form = format!("payload={}", body.replace('"', "%22").replace(':', "%3A"));
        assert_eq!(deliver("push", FORM, &form).unwrap().verdict, pushed);
    }

    #[test]
    fn what_github_sends_is_read() {
        let body = include_str!("../../tests/it/golden/forges/github-push.json");
        let got = deliver("push", JSON, body).unwrap();
        let after = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
        assert_eq!(got.verdict, tip("refs/heads/main", after));
        assert_eq!(got.once, None, "a redelivery is a wish for a rebuild");
    }

    #[test]
    fn signatures_that_prove_nothing_are_refused() {
        let body = push_of("refs/heads/main", AFTER);
        let good = format!("sha256={}", signature::sign(body.as_bytes(), b"hush"));
        let wrong = format!("sha256={}", signature::sign(body.as_bytes(), b"guess"));
        let other_body = format!("sha256={}", signature::sign(b"{}", b"hush"));
        let upper = good.to_uppercase();
        let event = ("x-github-event", "push");
        let signed = |value| receive_as("GitHub", &[event, ("X-Hub-Signature-256", value)], &body);
        for bad in [
            wrong.as_str(),
            &other_body,
            &upper,
            &good[7..],
            &good[..70],
            "sha1=00",
            "nonsense",
        ] {
            assert_refused!(signed(bad), Rejected::BadSignature);
        }
        for absent in ["", "sha256="] {
            assert_refused!(signed(absent), Rejected::Unsigned);
        }
        assert_refused!(receive_as("GitHub", &[event], &body), Rejected::Unsigned);
        let twice = [event, (SIGNATURE, &good), (SIGNATURE, &good)];
        assert_refused!(receive_as("GitHub", &twice, &body), Rejected::BadSignature);
    }

    #[test]
    fn the_signature_comes_before_every_other_complaint() {
        let headers = [("x-github-event", "push"), ("content-type", "text/plain")];
        assert_refused!(receive_as("GitHub", &headers, "{"), Rejected::Unsigned);
    }

    #[test]
    fn pings_and_other_events_are_answered_kindly() {
        let ping = deliver("ping", JSON, "{}").unwrap();
        assert_eq!(ping.verdict, Verdict::Ping);
        assert_eq!(
            reason(deliver("issues", JSON, "{}")),
            "event `issues` is not a push"
        );
    }

    #[test]
    fn tags_and_deleted_branches_are_ignored_with_the_reason() {
        let zeros = "0".repeat(40);
        let cases = [
            (push_of("refs/tags/v1", AFTER), "`refs/tags/v1` is a tag"),
            (
                push_of("refs/notes/x", AFTER),
                "`refs/notes/x` is not a branch",
            ),
            (
                push_of("refs/heads/x", &zeros),
                "`refs/heads/x` was deleted",
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(reason(deliver("push", JSON, &body)), expected);
        }
    }

    #[test]
    fn what_is_not_a_push_is_malformed() {
        let deep = format!(r#"{{"ref":"refs/heads/main","x":{}"#, "[".repeat(100_000));
        for body in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"ref":1}"#,
            r#"{"ref":"refs/heads/a","ref":"refs/heads/b"}"#,
            r#"{"ref":"refs/heads/a","after":"--upload-pack=x"}"#,
            &deep,
        ] {
            assert_malformed(deliver("push", JSON, body));
        }
        assert_refused!(
            deliver("push", FORM, "other=1"),
            Rejected::Malformed(Malformed::Form)
        );
    }

    #[test]
    fn another_media_type_is_refused() {
        let body = push_of("refs/heads/main", AFTER);
        for content_type in ["text/plain", "", "application/jsonp"] {
            let got = deliver("push", content_type, &body);
            assert_refused!(got, Rejected::UnsupportedMediaType);
        }
    }
}
