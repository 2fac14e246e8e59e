//! What a push says, whichever forge words it: refs that moved in, a verdict out. Nothing of it is
//! fetched; what counts is only whether the published branch may be among them.

use serde::Deserialize;
use serde_json::Value;

use super::payload::{self, Media};
use super::{Delivery, Malformed, Rejected, Tip, Verdict};

/// A reason names so many refs at most.
const NAMED: usize = 3;

/// A ref that a push moved.
#[derive(Debug)]
pub(super) struct Moved {
    /// The full name, `refs/heads/main`.
    pub(super) reference: String,
    /// The object it points at now, where the forge says.
    pub(super) after: Option<String>,
    pub(super) deleted: bool,
}

/// What a push of these refs means. One that names none may have moved any: looking once too often
/// costs a fetch.
pub(super) fn verdict(refs: Vec<Moved>) -> Result<Verdict, Malformed> {
    if refs.is_empty() {
        return Ok(Verdict::Look);
    }
    let (mut tips, mut reasons) = (Vec::new(), Vec::new());
    for moved in refs {
        match judge(moved)? {
            Ok(tip) => tips.push(tip),
            Err(reason) => reasons.push(reason),
        }
    }
    if tips.is_empty() {
        return Ok(ignored(listed(&reasons)));
    }
    Ok(Verdict::Pushed(tips))
}

/// A branch's new tip, or why there is none.
fn judge(moved: Moved) -> Result<Result<Tip, String>, Malformed> {
    let Moved {
        reference,
        after,
        deleted,
    } = moved;
    let is_hex = |oid: &String| {
        matches!(oid.len(), 40 | 64) && oid.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if !after.as_ref().is_none_or(is_hex) {
        return Err(Malformed::After);
    }
    let gone = |oid: &String| oid.bytes().all(|byte| byte == b'0');
    let name = shown(&reference);
    if reference.starts_with("refs/tags/") {
        return Ok(Err(format!("`{name}` is a tag")));
    }
    if !reference.starts_with("refs/heads/") {
        return Ok(Err(format!("`{name}` is not a branch")));
    }
    if deleted || after.as_ref().is_some_and(gone) {
        return Ok(Err(format!("`{name}` was deleted")));
    }
    Ok(Ok(Tip {
        branch_ref: reference,
        after,
    }))
}

/// A delivery whose event stands in a header, and whose push is worded as GitHub words it.
pub(super) fn by_event(delivery: &Delivery<'_>, event: &'static str) -> Result<Verdict, Rejected> {
    let media = Media::of(delivery.headers)?;
    match delivery.headers.only(event)? {
        b"push" => Ok(one(&media.payload(delivery.body)?)?),
        b"ping" => Ok(Verdict::Ping),
        other => Ok(no_push(other)),
    }
}

/// What is read of a push of one ref. `head_commit` is not: it is null where a branch was deleted,
/// and the newest commit is asked of the repository itself.
#[derive(Deserialize)]
struct One {
    #[serde(rename = "ref")]
    reference: String,
    after: Option<String>,
    #[serde(default)]
    deleted: bool,
}

/// A push in the words that GitHub, GitLab and Gogs with its descendants share.
pub(super) fn one(payload: &[u8]) -> Result<Verdict, Malformed> {
    let one: One = serde_json::from_slice(payload)?;
    verdict(vec![Moved {
        reference: one.reference,
        after: one.after,
        deleted: one.deleted,
    }])
}

/// What whoever holds the secret may say, at the top or, as Standard Webhooks has it, in `data`.
#[derive(Deserialize)]
struct Stated {
    #[serde(rename = "ref")]
    reference: Option<String>,
    after: Option<String>,
    data: Option<Value>,
}

/// A delivery of no forge: nothing at all, or JSON that may name a ref.
pub(super) fn stated(delivery: &Delivery<'_>) -> Result<Verdict, Rejected> {
    if delivery.body.trim_ascii().is_empty() {
        return Ok(Verdict::Look);
    }
    let payload = payload::of(delivery.headers, delivery.body)?;
    let mut stated: Stated = serde_json::from_slice(&payload).map_err(Malformed::from)?;
    if stated.reference.is_none()
        && let Some(data @ Value::Object(_)) = stated.data.take()
    {
        // Another sender's `data` may be anything, and then says nothing of a ref.
        stated = serde_json::from_value(data).unwrap_or(stated);
    }
    let after = stated.after;
    let moved = stated.reference.map(|reference| Moved {
        reference,
        after,
        deleted: false,
    });
    Ok(verdict(moved.into_iter().collect())?)
}

/// An event that byline has no use for.
pub(super) fn no_push(event: &[u8]) -> Verdict {
    let event = shown(&String::from_utf8_lossy(event));
    ignored(format!("event `{event}` is not a push"))
}

pub(super) fn ignored(reason: String) -> Verdict {
    Verdict::Ignored { reason }
}

/// The first few of many, and how many more there are.
pub(super) fn listed(reasons: &[String]) -> String {
    let named = reasons.iter().take(NAMED).map(String::as_str);
    let named = named.collect::<Vec<_>>().join(", ");
    match reasons.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}, and {more} more"),
    }
}

/// A name from outside as an answer and a log line can bear it.
pub(super) fn shown(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: &str = "00112233445566778899aabbccddeeff00112233";

    fn moved(reference: &str, after: Option<&str>) -> Moved {
        Moved {
            reference: reference.to_owned(),
            after: after.map(str::to_owned),
            deleted: false,
        }
    }

    #[test]
    fn of_many_refs_the_branches_that_are_left_count() {
        let refs = vec![
            moved("refs/tags/v1", Some(AFTER)),
            moved("refs/heads/old", Some(&"0".repeat(64))),
            moved("refs/heads/main", Some(AFTER)),
            moved("refs/heads/next", None),
        ];
        let Verdict::Pushed(tips) = verdict(refs).unwrap() else {
            unreachable!("two branches were pushed")
        };
        let names: Vec<_> = tips.iter().map(|tip| tip.branch_ref.as_str()).collect();
        assert_eq!(names, ["refs/heads/main", "refs/heads/next"]);
    }

    #[test]
    fn a_push_that_names_nothing_may_have_moved_anything() {
        assert_eq!(verdict(Vec::new()).unwrap(), Verdict::Look);
    }

    #[test]
    fn a_reason_names_a_few_and_counts_the_rest() {
        let refs = (0..1000).map(|number| moved(&format!("refs/tags/v{number}"), None));
        let told = verdict(refs.collect()).unwrap();
        let reason = "`refs/tags/v0` is a tag, `refs/tags/v1` is a tag, \
                      `refs/tags/v2` is a tag, and 997 more";
        assert_eq!(told, ignored(reason.to_owned()));
    }

    #[test]
    fn names_from_outside_are_shown_short_and_on_one_line() {
        let told = shown(&format!("refs/heads/a\r\n\u{1b}[31m{}", "x".repeat(500)));
        assert_eq!(told.chars().count(), 200);
        assert!(!told.contains(|c: char| c.is_control()));
    }
}
