//! The message about a build: a body by Standard Webhooks, with what changed for readers.

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::rebuild::{BuildState, Changes, Stage};

/// Most errors in a message; its link leads to all.
const ERRORS: usize = 20;

#[derive(Serialize)]
struct Message<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    /// Where the blog is, if that is known; the addresses below are paths there.
    base_url: Option<&'a str>,
    build: &'a str,
    status_url: String,
    commit: Option<&'a str>,
    posts: Option<usize>,
    reason: Option<&'a str>,
    errors: &'a [Diagnostic],
    changes: Option<&'a Changes>,
}

/// What there is to say of a build that has ended, if anything: a publication that changed nothing
/// for readers is none.
pub(super) fn of(
    build: &BuildState,
    (base_url, link): (Option<&str>, Option<String>),
    now: Moment,
) -> Option<String> {
    let changed = build.changes.as_ref().filter(|changes| !changes.is_empty());
    let r#type = match build.state {
        Stage::Published if changed.is_some() => "site.published",
        Stage::Failed => "build.failed",
        _ => return None,
    };
    let message = Message {
        r#type,
        timestamp: now.timestamp().to_string(),
        data: Data {
            base_url,
            build: build.id.as_str(),
            status_url: link.unwrap_or_else(|| format!("/-/builds/{}", build.id)),
            commit: build.commit.as_deref(),
            posts: build.posts,
            reason: build.reason.as_deref(),
            errors: &build.errors[..build.errors.len().min(ERRORS)],
            changes: changed,
        },
    };
    serde_json::to_string(&message).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebuild::{BuildId, Told};
    use serde_json::Value;

    fn told(build: &BuildState) -> Option<Value> {
        let now = Moment::from_git(1_700_000_000, 60).unwrap();
        let base = Some("https://ida.example");
        let text = of(build, (base, None), now)?;
        Some(serde_json::from_str(&text).unwrap())
    }

    fn ended(stage: Stage) -> BuildState {
        BuildState {
            commit: Some("abc".to_owned()),
            ..BuildState::new(BuildId::random().unwrap(), stage)
        }
    }

    #[test]
    fn a_publication_is_told_with_what_changed() {
        let mut changes = Changes::default();
        changes.posts.added.push(Told {
            path: "posts/b.md".to_owned(),
            url: "/b/".to_owned(),
            title: None,
        });
        let mut build = ended(Stage::Published);
        assert_eq!(told(&build), None);
        build.changes = Some(Changes::default());
        assert_eq!(told(&build), None, "nobody sees anything new");
        build.changes = Some(changes);
        let message = told(&build).unwrap();
        assert_eq!(message["type"], "site.published");
        assert_eq!(message["timestamp"], "2023-11-14T22:13:20Z");
        assert_eq!(
            message["data"]["changes"]["posts"]["added"][0]["url"],
            "/b/"
        );
        assert_eq!(message["data"]["commit"], "abc");
    }

    #[test]
    fn a_failure_is_told_with_its_first_errors() {
        let mut build = ended(Stage::Failed);
        build.reason = Some("no".to_owned());
        build.errors = vec![Diagnostic::error("config", "no"); 30];
        let message = told(&build).unwrap();
        assert_eq!(message["type"], "build.failed");
        assert_eq!(message["data"]["errors"].as_array().unwrap().len(), ERRORS);
        assert_eq!(told(&ended(Stage::Building)), None);
    }
}
