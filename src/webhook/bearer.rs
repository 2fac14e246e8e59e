//! Whoever holds the secret and says so, as `curl` does from a script: no signature, so only the
//! transport keeps the secret one.

use super::sending::{By, Sent};
use super::{Forge, Rejected, push, signature};

pub(super) const FORGE: Forge = Forge {
    name: "bearer token",
    delivery: None,
    recognises: |headers| headers.authorization("Bearer").is_some(),
    verify: |delivery, trust| {
        delivery.headers.proof("authorization")?;
        let token = delivery.headers.authorization("Bearer");
        signature::is_secret(token.ok_or(Rejected::WrongSecret)?, trust)
    },
    read: push::stated,
    short: "bearer",
    send: Some(|push| Sent {
        headers: Vec::new(),
        body: push.as_one(),
        by: By::Bearer,
    }),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Verdict;
    use crate::webhook::fixture::{
        AFTER, FORM, JSON, Received, assert_malformed, assert_refused, push_of, reason, receive_as,
        tip,
    };

    fn deliver(content_type: Option<&str>, body: &str) -> Received {
        let mut headers = vec![("Authorization", "Bearer hush")];
        headers.extend(content_type.map(|value| ("Content-Type", value)));
        receive_as("bearer token", &headers, body)
    }

    #[test]
    fn an_empty_body_means_look_now_and_needs_no_media_type() {
        for content_type in [None, Some(FORM)] {
            let got = deliver(content_type, "").unwrap();
            assert_eq!((got.verdict, got.once), (Verdict::Look, None));
        }
    }

    #[test]
    fn a_body_may_name_the_push() {
        let body = push_of("refs/heads/main", AFTER);
        let got = deliver(Some(JSON), &body).unwrap();
        assert_eq!(got.verdict, tip("refs/heads/main", AFTER));
        let tag = push_of("refs/tags/v1", AFTER);
        assert_eq!(reason(deliver(Some(JSON), &tag)), "`refs/tags/v1` is a tag");
        let gone = push_of("refs/heads/x", &"0".repeat(40));
        assert_eq!(
            reason(deliver(Some(JSON), &gone)),
            "`refs/heads/x` was deleted"
        );
        assert_malformed(deliver(Some(JSON), "main"));
        for content_type in [None, Some("text/plain")] {
            let got = deliver(content_type, &body);
            assert_refused!(got, Rejected::UnsupportedMediaType);
        }
    }

    #[test]
    fn a_wrong_token_is_refused() {
        for wrong in ["Bearer guess", "Bearer ", "Bearer hush hush", "bearer Hush"] {
            let got = receive_as("bearer token", &[("Authorization", wrong)], "");
            assert_refused!(got, Rejected::WrongSecret);
        }
        let good = ("Authorization", "Bearer hush");
        let got = receive_as("bearer token", &[good, good], "");
        assert_refused!(got, Rejected::BadSignature);
    }
}
