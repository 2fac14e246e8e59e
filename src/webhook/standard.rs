//! Standard Webhooks: an HMAC over id, timestamp and body, so that a delivery holds for minutes and
//! counts once. Of CI and of scripts; GitLab signs the same way.

use serde_json::json;

use super::secrets::{BadSecret, Secrets};
use super::sending::{By, Sent};
use super::{Delivery, Forge, Malformed, Proof, Rejected, Trust, push, signature};

pub(super) const FORGE: Forge = Forge {
    name: "Standard Webhooks",
    delivery: Some(ID),
    recognises: |headers| headers.has(SIGNATURE) || headers.has(ID),
    verify,
    read: push::stated,
    short: "standard",
    send: Some(|push| Sent {
        headers: Vec::new(),
        body: json!({"type": "push", "data": push.as_one()}),
        by: By::Standard,
    }),
};

pub(super) const SIGNATURE: &str = "webhook-signature";
const ID: &str = "webhook-id";
const TIMESTAMP: &str = "webhook-timestamp";
/// Ids are a few dozen characters, and are kept.
const LONGEST_ID: usize = 256;

/// Proves a delivery by one of the signatures in its one header. A sender that changes its secret
/// lists two; those of other kinds than `v1`, made with keys that are not secret, are passed over.
pub(super) fn verify(delivery: &Delivery<'_>, trust: &Trust) -> Result<Proof, Rejected> {
    let list = delivery.headers.proof(SIGNATURE)?;
    let id = delivery.headers.proof(ID)?;
    let timestamp = delivery.headers.proof(TIMESTAMP)?;
    let tags: Vec<signature::Tag> = list
        .split(|&byte| byte == b' ')
        .filter_map(|entry| {
            signature::from_base64(entry.strip_prefix(b"v1,")?)?
                .try_into()
                .ok()
        })
        .collect();
    let parts = [id, b".", timestamp, b".", delivery.body];
    if !signature::signed(&parts, &tags, trust.standard_keys()) {
        return Err(Rejected::BadSignature);
    }
    // Only whoever holds the secret is told what is wrong with the rest.
    if id.len() > LONGEST_ID {
        return Err(Malformed::Id.into());
    }
    if !signature::is_recent(seconds(timestamp)?, delivery.now) {
        return Err(Rejected::Stale);
    }
    Ok(Proof::Once(id.to_vec()))
}

/// The headers that prove a message of ours, sent at a time in seconds since 1970.
pub(crate) fn message_headers(
    secret: &str,
    id: &str,
    seconds: i64,
    body: &[u8],
) -> Result<[(&'static str, String); 3], BadSecret> {
    let secrets = Secrets::new(secret.as_bytes().to_vec(), None)?;
    let key = secrets.keys().next().unwrap_or_default();
    let timestamp = seconds.to_string();
    let tag = tag(key, (id, &timestamp), body);
    let headers = [
        (ID, id.to_owned()),
        (TIMESTAMP, timestamp),
        (SIGNATURE, tag),
    ];
    Ok(headers)
}

fn tag(key: &[u8], (id, timestamp): (&str, &str), body: &[u8]) -> String {
    let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
    format!("v1,{}", signature::sign_base64(&parts, key))
}

/// Whole seconds since 1970.
fn seconds(timestamp: &[u8]) -> Result<i64, Malformed> {
    std::str::from_utf8(timestamp)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or(Malformed::Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Verdict;
    use crate::webhook::fixture::{
        AFTER, JSON, NOW, Received, assert_malformed, assert_refused, push_of, reason,
        receive_trusting, tip, trust_in,
    };

    /// That of the reference library's test, and what it signs.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const VECTOR: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &str = r#"{"test": 2432232314}"#;
    const MESSAGE: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";

    fn signed_at(seconds: &str, body: &str) -> String {
        let key = signature::from_base64(&SECRET.as_bytes()["whsec_".len()..]).unwrap();
        tag(&key, (MESSAGE, seconds), body.as_bytes())
    }

    fn deliver(seconds: &str, list: &str, body: &str) -> Received {
        let headers = [
            ("webhook-id", MESSAGE),
            ("webhook-timestamp", seconds),
            ("webhook-signature", list),
            ("content-type", JSON),
        ];
        let trust = trust_in(SECRET);
        receive_trusting(&trust, "Standard Webhooks", &headers, body)
    }

    fn push(body: &str) -> Received {
        let seconds = NOW.to_string();
        deliver(&seconds, &signed_at(&seconds, body), body)
    }

    #[test]
    fn what_byline_sends_is_signed_as_the_reference_library_does() {
        let headers = message_headers(SECRET, MESSAGE, NOW, BODY.as_bytes()).unwrap();
        let [_, _, (name, tag)] = headers;
        assert_eq!((name, &*tag), (SIGNATURE, VECTOR));
    }

    #[test]
    fn the_reference_librarys_vector_holds_and_counts_once() {
        let got = deliver(&NOW.to_string(), VECTOR, BODY).unwrap();
        assert_eq!(got.verdict, Verdict::Look, "it names no ref");
        assert_eq!(got.once.as_deref(), Some(MESSAGE.as_bytes()));
    }

    #[test]
    fn one_good_signature_among_several_is_enough() {
        let seconds = NOW.to_string();
        let wrong = format!("v1,{}", signature::to_base64(&[7; 32]));
        let asymmetric = format!("v1a,{}", signature::to_base64(&[7; 64]));
        for list in [
            format!("{wrong} {VECTOR}"),
            format!("{asymmetric} {VECTOR} {wrong}"),
            format!("{VECTOR} nonsense v1,"),
        ] {
            assert!(deliver(&seconds, &list, BODY).is_ok(), "{list}");
        }
        let unlabelled = VECTOR.replace("v1,", "");
        for list in [wrong, asymmetric, VECTOR.replace("v1", "v2"), unlabelled] {
            assert_refused!(deliver(&seconds, &list, BODY), Rejected::BadSignature);
        }
        assert_refused!(deliver(&seconds, "", BODY), Rejected::Unsigned);
    }

    #[test]
    fn id_timestamp_and_body_are_all_signed() {
        let later = (NOW + 1).to_string();
        assert_refused!(deliver(&later, VECTOR, BODY), Rejected::BadSignature);
        let other = r#"{"test": 2432232315}"#;
        let now = NOW.to_string();
        assert_refused!(deliver(&now, VECTOR, other), Rejected::BadSignature);
        let mut headers = vec![
            ("webhook-id", "msg_other"),
            ("webhook-timestamp", now.as_str()),
            ("webhook-signature", VECTOR),
        ];
        let trust = trust_in(SECRET);
        let receive = |headers: &[_]| receive_trusting(&trust, "Standard Webhooks", headers, BODY);
        assert_refused!(receive(&headers), Rejected::BadSignature);
        headers[0].1 = MESSAGE;
        headers.push(("webhook-signature", VECTOR));
        assert_refused!(receive(&headers), Rejected::BadSignature);
        assert_refused!(receive(&headers[..2]), Rejected::Unsigned);
        assert_refused!(receive(&headers[1..3]), Rejected::Unsigned);
    }

    #[test]
    fn what_is_signed_holds_for_five_minutes_to_either_side() {
        for (off, holds) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let seconds = (NOW + off).to_string();
            let got = deliver(&seconds, &signed_at(&seconds, BODY), BODY);
            if holds {
                assert!(got.is_ok(), "{off}");
            } else {
                assert_refused!(got, Rejected::Stale);
            }
        }
        for odd in ["-1614265330", "+1614265330", "soon", "99999999999999999999"] {
            assert_malformed(deliver(odd, &signed_at(odd, BODY), BODY));
        }
    }

    #[test]
    fn a_ref_stands_at_the_top_or_in_data() {
        let top = push_of("refs/heads/main", AFTER);
        let within = format!(r#"{{"type":"push","timestamp":"2021-02-25","data":{top}}}"#);
        for body in [&top, &within] {
            let got = push(body).unwrap();
            assert_eq!(got.verdict, tip("refs/heads/main", AFTER), "{body}");
        }
        for body in ["", " \n", "{}", r#"{"data":[1]}"#, r#"{"data":{"ref":1}}"#] {
            assert_eq!(push(body).unwrap().verdict, Verdict::Look, "{body}");
        }
        assert_eq!(
            reason(push(&push_of("refs/tags/v1", AFTER))),
            "`refs/tags/v1` is a tag"
        );
        assert_malformed(push("[]"));
        assert_malformed(push(r#"{"ref":1}"#));
    }

    #[test]
    fn a_secret_without_the_prefix_is_the_key_itself() {
        let seconds = NOW.to_string();
        let parts = [MESSAGE.as_bytes(), b".", seconds.as_bytes(), b"."];
        let list = format!("v1,{}", signature::sign_base64(&parts, b"hush"));
        let headers = [
            ("webhook-id", MESSAGE),
            ("webhook-timestamp", &seconds),
            ("webhook-signature", &list),
        ];
        let got = receive_trusting(&trust_in("hush"), "Standard Webhooks", &headers, "");
        assert_eq!(got.unwrap().verdict, Verdict::Look);
    }
}
