//! GitHub: `X-Hub-Signature-256` over the raw body. Gitea and Forgejo send the same headers beside
//! their own, so they are understood here too.

use serde::Deserialize;

use super::{Forge, Headers, Malformed, Rejected, Secrets, Verdict, form, signature};

pub(super) const FORGE: Forge = Forge {
    name: "GitHub",
    delivery: "x-github-delivery",
    recognises,
    verify,
    read,
};

const SIGNATURE: &str = "x-hub-signature-256";
const EVENT: &str = "x-github-event";

fn recognises(headers: &Headers<'_>) -> bool {
    headers.all(SIGNATURE).next().is_some() || headers.all(EVENT).next().is_some()
}

/// Exactly one signature header counts: were the first of two enough, a proxy that looks at the
/// last could be told something else.
fn verify(headers: &Headers<'_>, body: &[u8], secrets: &Secrets) -> Result<(), Rejected> {
    let mut lines = headers.all(SIGNATURE);
    let (first, second) = (lines.next(), lines.next());
    let value = match (first, second) {
        // Gitea sends the header empty, or with the bare prefix, when it was given no secret.
        (None | Some(b"" | b"sha256="), None) | (None, Some(_)) => return Err(Rejected::Unsigned),
        (Some(value), None) => value,
        (Some(_), Some(_)) => return Err(Rejected::BadSignature),
    };
    let tag = value
        .strip_prefix(b"sha256=")
        .and_then(signature::from_hex)
        .ok_or(Rejected::BadSignature)?;
    if signature::signed(body, &tag, secrets) {
        Ok(())
    } else {
        Err(Rejected::BadSignature)
    }
}

fn read(headers: &Headers<'_>, body: &[u8]) -> Result<Verdict, Rejected> {
    let form = is_form(headers)?;
    match headers.only(EVENT)? {
        b"push" if form => {
            let payload = form::payload(body).ok_or(Malformed::Form)?;
            Ok(push(&payload)?)
        }
        b"push" => Ok(push(body)?),
        b"ping" => Ok(Verdict::Ping),
        other => Ok(ignored(format!(
            "event `{}` is not a push",
            shown(&String::from_utf8_lossy(other))
        ))),
    }
}

/// Whether the payload comes as a form rather than bare.
fn is_form(headers: &Headers<'_>) -> Result<bool, Rejected> {
    let value = headers
        .only("content-type")
        .map_err(|_missing| Rejected::UnsupportedMediaType)?;
    let essence = value.split(|&byte| byte == b';').next().unwrap_or_default();
    let essence = essence.trim_ascii().to_ascii_lowercase();
    match essence.as_slice() {
        b"application/json" => Ok(false),
        b"application/x-www-form-urlencoded" => Ok(true),
        _ => Err(Rejected::UnsupportedMediaType),
    }
}

/// What is read of a push. `head_commit` is not: it is null where a branch was deleted, and the
/// newest commit is asked of the repository itself.
#[derive(Deserialize)]
struct Push {
    #[serde(rename = "ref")]
    reference: String,
    after: Option<String>,
    #[serde(default)]
    deleted: bool,
}

fn push(payload: &[u8]) -> Result<Verdict, Malformed> {
    let push: Push = serde_json::from_slice(payload)?;
    let is_hex = |oid: &String| {
        matches!(oid.len(), 40 | 64) && oid.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if !push.after.as_ref().is_none_or(is_hex) {
        return Err(Malformed::After);
    }
    let gone = |oid: &String| oid.bytes().all(|byte| byte == b'0');
    let name = shown(&push.reference);
    if push.reference.starts_with("refs/tags/") {
        return Ok(ignored(format!("`{name}` is a tag")));
    }
    if !push.reference.starts_with("refs/heads/") {
        return Ok(ignored(format!("`{name}` is not a branch")));
    }
    if push.deleted || push.after.as_ref().is_some_and(gone) {
        return Ok(ignored(format!("`{name}` was deleted")));
    }
    Ok(Verdict::Push {
        branch_ref: push.reference,
        after: push.after,
    })
}

fn ignored(reason: String) -> Verdict {
    Verdict::Ignored { reason }
}

/// A name from outside as an answer and a log line can bear it.
fn shown(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::receive;

    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";
    const AFTER: &str = "00112233445566778899aabbccddeeff00112233";

    /// A delivery signed with the right secret.
    fn deliver(event: &str, content_type: &str, body: &str) -> Result<Verdict, Rejected> {
        let tag = format!("sha256={}", signature::sign(body.as_bytes(), b"hush"));
        receive_with(
            &[
                ("x-hub-signature-256", &tag),
                ("x-github-event", event),
                ("content-type", content_type),
            ],
            body,
        )
    }

    fn receive_with(headers: &[(&str, &str)], body: &str) -> Result<Verdict, Rejected> {
        let secrets = Secrets::new(b"hush".to_vec(), None).unwrap();
        let lines: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        receive(Headers(&lines), body.as_bytes(), &secrets)
    }

    fn reason(verdict: Result<Verdict, Rejected>) -> String {
        let Ok(Verdict::Ignored { reason }) = verdict else {
            unreachable!("{verdict:?} is not ignored")
        };
        reason
    }

    fn push_of(reference: &str, after: &str) -> String {
        format!(r#"{{"ref":"{reference}","after":"{after}","head_commit":null,"commits":[]}}"#)
    }

    #[test]
    fn a_push_is_understood_as_json_and_as_a_form() {
        let pushed = Verdict::Push {
            branch_ref: "refs/heads/main".to_owned(),
            after: Some(AFTER.to_owned()),
        };
        let body = push_of("refs/heads/main", AFTER);
        assert_eq!(deliver("push", JSON, &body).unwrap(), pushed);
        assert_eq!(
            deliver("push", "Application/JSON; charset=utf-8", &body).unwrap(),
            pushed
        );
        let form = format!("payload={}", body.replace('"', "%22").replace(':', "%3A"));
        assert_eq!(deliver("push", FORM, &form).unwrap(), pushed);
    }

    #[test]
    fn signatures_that_prove_nothing_are_refused() {
        let body = push_of("refs/heads/main", AFTER);
        let good = format!("sha256={}", signature::sign(body.as_bytes(), b"hush"));
        let wrong = format!("sha256={}", signature::sign(body.as_bytes(), b"guess"));
        let other_body = format!("sha256={}", signature::sign(b"{}", b"hush"));
        let upper = good.to_uppercase();
        let event = ("x-github-event", "push");
        let signed = |value| receive_with(&[event, ("X-Hub-Signature-256", value)], &body);
        for bad in [
            wrong.as_str(),
            &other_body,
            &upper,
            &good[7..],
            &good[..70],
            "sha1=00",
            "nonsense",
        ] {
            assert!(matches!(signed(bad), Err(Rejected::BadSignature)), "{bad}");
        }
        for absent in ["", "sha256="] {
            assert!(
                matches!(signed(absent), Err(Rejected::Unsigned)),
                "{absent}"
            );
        }
        assert!(matches!(
            receive_with(&[event], &body),
            Err(Rejected::Unsigned)
        ));
        let twice = [event, (SIGNATURE, &good), (SIGNATURE, &good)];
        assert!(matches!(
            receive_with(&twice, &body),
            Err(Rejected::BadSignature)
        ));
    }

    #[test]
    fn the_signature_comes_before_every_other_complaint() {
        let headers = [("x-github-event", "push"), ("content-type", "text/plain")];
        assert!(matches!(
            receive_with(&headers, "{"),
            Err(Rejected::Unsigned)
        ));
    }

    #[test]
    fn pings_and_other_events_are_answered_kindly() {
        assert_eq!(deliver("ping", JSON, "{}").unwrap(), Verdict::Ping);
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
            let verdict = deliver("push", JSON, body);
            assert!(
                matches!(verdict, Err(Rejected::Malformed(_))),
                "{verdict:?}"
            );
        }
        assert!(matches!(
            deliver("push", FORM, "other=1"),
            Err(Rejected::Malformed(Malformed::Form))
        ));
    }

    #[test]
    fn another_media_type_is_refused() {
        let body = push_of("refs/heads/main", AFTER);
        for content_type in ["text/plain", "", "application/jsonp"] {
            assert!(matches!(
                deliver("push", content_type, &body),
                Err(Rejected::UnsupportedMediaType)
            ));
        }
    }
}
