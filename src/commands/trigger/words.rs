//! A build in words, for a terminal and for the log of a CI job.

use std::fmt::Write;

use serde_json::Value;

use crate::commands::outcome::{Outcome, count, say};

/// What there is to say of a build that has ended.
pub(super) struct Words {
    /// Each finding with its place, errors first.
    pub(super) findings: String,
    pub(super) end: String,
    pub(super) outcome: Outcome,
}

pub(super) fn has_ended(build: &Value) -> bool {
    matches!(build["state"].as_str(), Some("published" | "failed"))
}

/// The stage a build is in.
pub(super) fn stage(build: &Value) -> String {
    let state = build["state"].as_str().unwrap_or_default();
    match short(build) {
        Some(commit) if state == "building" => format!("building {commit}"),
        _ => state.to_owned(),
    }
}

pub(super) fn of(build: &Value) -> Words {
    let list = |name: &str| build[name].as_array().map_or(&[][..], Vec::as_slice);
    let mut findings = String::new();
    for finding in list("errors").iter().chain(list("warnings")) {
        write_finding(&mut findings, finding);
    }
    let errors = list("errors").len();
    let published = build["state"] == "published";
    Words {
        findings,
        end: if published {
            published_in(build, errors)
        } else {
            let reason = build["reason"]
                .as_str()
                .unwrap_or("byline does not say why");
            format!("failed: {reason}")
        },
        outcome: if published && errors == 0 {
            Outcome::Done
        } else {
            Outcome::Errors
        },
    }
}

fn published_in(build: &Value, errors: usize) -> String {
    let mut text = format!("published {}", short(build).unwrap_or("what is there"));
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
    if let Some(milliseconds) = build["timings_ms"]["total"].as_u64() {
        text.push_str(&format!(" in {milliseconds} ms"));
    }
    if let Some(posts) = number(&build["posts"]) {
        text.push_str(&format!(": {}", count(posts, "post")));
    }
    let changed = &build["changes"]["posts"];
    for (list, word) in [
        ("added", "new"),
        ("changed", "changed"),
        ("removed", "gone"),
    ] {
        match changed[list].as_array().map(Vec::len) {
            None | Some(0) => {}
            Some(many) => text.push_str(&format!(", {many} {word}")),
        }
    }
    if errors > 0 {
        text.push_str(&format!(", but with {}", count(errors, "error")));
    }
    text
}

/// `error: posts/cats.md:3:8: what is wrong (what to do)`
fn write_finding(text: &mut String, finding: &Value) {
    let part = |name: &str| finding[name].as_str();
    let mut place = part("path").map(str::to_owned).unwrap_or_default();
    for number in [&finding["line"], &finding["column"]] {
        if let Some(number) = number.as_u64() {
            place.push_str(&format!(":{number}"));
        }
    }
    if !place.is_empty() {
        place.push_str(": ");
    }
    let help = part("help").map_or_else(String::new, |help| format!(" ({help})"));
    let severity = part("severity").unwrap_or("error");
    let message = part("message").unwrap_or_default();
    writeln!(text, "{severity}: {place}{message}{help}").expect("writing to a String cannot fail");
}

fn short(build: &Value) -> Option<&str> {
    build["commit"].as_str()?.get(..7)
}

/// Says why a push was not taken, and what to look at.
pub(super) fn refused(status: u16, said: Option<&str>) -> Outcome {
    let said = said.map_or_else(String::new, |said| format!(": {said}"));
    let (hint, outcome) = match status {
        401 => (
            "; see whether it is the secret that byline was given",
            Outcome::Usage,
        ),
        404 => (
            "; byline has no secret there, or the address is another",
            Outcome::Usage,
        ),
        405 | 415 => ("; the address is none of a byline's hook", Outcome::Usage),
        300..=399 => ("; give the address it leads on to", Outcome::Usage),
        500..=599 => ("; try again in a while", Outcome::Errors),
        _ => ("", Outcome::Usage),
    };
    say(&format!(
        "error: refused with status {status}{said}{hint}\n"
    ));
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_end_is_told_in_a_line() {
        let mut build = json!({
            "state": "published", "commit": "1d52a0c3f7f04cd6", "posts": 42,
            "timings_ms": {"total": 17}, "errors": [], "warnings": [],
            "changes": {"posts": {"added": [{}], "changed": [], "removed": ["/a/", "/b/"]}},
        });
        let words = of(&build);
        assert_eq!(
            words.end,
            "published 1d52a0c in 17 ms: 42 posts, 1 new, 2 gone"
        );
        assert_eq!((words.outcome, &*words.findings), (Outcome::Done, ""));
        build["errors"] = json!([{
            "severity": "error", "path": "posts/a.md", "line": 2, "column": 8,
            "message": "no date", "help": "write one",
        }]);
        build["changes"] = Value::Null;
        let words = of(&build);
        assert_eq!(
            words.end,
            "published 1d52a0c in 17 ms: 42 posts, but with 1 error"
        );
        assert_eq!(
            words.findings,
            "error: posts/a.md:2:8: no date (write one)\n"
        );
        assert_eq!(words.outcome, Outcome::Errors);
        let failed = of(&json!({"state": "failed", "reason": "no"}));
        assert_eq!(
            (failed.end.as_str(), failed.outcome),
            ("failed: no", Outcome::Errors)
        );
    }
}
