//! What the forges' tests share: a delivery put together in a line, and what came of it.

use super::{Delivery, Headers, Rejected, Tip, Trust, Verdict, origin, receive};
use crate::moment::Moment;

pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const AFTER: &str = "00112233445566778899aabbccddeeff00112233";
/// The time of the vector that Standard Webhooks publishes; here it is always that time.
pub(super) const NOW: i64 = 1_614_265_330;

pub(super) type Received = Result<super::Received, Rejected>;

/// Whoever knows this secret is trusted, and nobody else.
pub(super) fn trust_in(secret: &str) -> Trust {
    let secrets = (secret.as_bytes().to_vec(), None);
    Trust::new(Some(secrets), None).unwrap().unwrap()
}

/// Receives a delivery that must be recognised as one of `forge`, where the secret is `hush`.
pub(super) fn receive_as(forge: &str, headers: &[(&str, &str)], body: &str) -> Received {
    receive_trusting(&trust_in("hush"), forge, headers, body)
}

pub(super) fn receive_trusting(
    trust: &Trust,
    forge: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Received {
    let lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    let headers = Headers(&lines);
    assert_eq!(origin(headers).0, forge);
    let delivery = Delivery {
        headers,
        body: body.as_bytes(),
        now: Moment::from_git(NOW, 0).unwrap(),
    };
    receive(&delivery, trust)
}

/// The body of a push, as short as can be.
pub(super) fn push_of(reference: &str, after: &str) -> String {
    format!(r#"{{"ref":"{reference}","after":"{after}","head_commit":null,"commits":[]}}"#)
}

/// The verdict on a push of one branch.
pub(super) fn tip(branch_ref: &str, after: &str) -> Verdict {
    Verdict::Pushed(vec![Tip {
        branch_ref: branch_ref.to_owned(),
        after: Some(after.to_owned()),
    }])
}

/// Why a delivery was ignored.
pub(super) fn reason(received: Received) -> String {
    let Ok(super::Received {
        verdict: Verdict::Ignored { reason },
        ..
    }) = received
    else {
        unreachable!("{received:?} is not ignored")
    };
    reason
}

/// Asserts that a delivery was refused, and why.
macro_rules! assert_refused {
    ($received:expr, $why:pat) => {
        let received = $received;
        assert!(matches!(received, Err($why)), "{received:?}");
    };
}
pub(super) use assert_refused;

pub(super) fn assert_malformed(received: Received) {
    assert_refused!(received, Rejected::Malformed(_));
}
