//! GitHub, and GitHub Enterprise Server: `POST /repos/OWNER/REPO/statuses/SHA` of its REST API.

use serde_json::{Value, json};

use super::{Api, CONTEXT, State, Verdict};

pub(super) const API: Api = Api {
    url: |page, commit| {
        let (_, owner, repository) = page.split()?;
        let path = format!("/repos/{owner}/{repository}/statuses/{commit}");
        if page.host() != "github.com" {
            return page.at(&format!("/api/v3{path}"));
        }
        let mut url = page.at(&path)?;
        url.set_host(Some("api.github.com")).ok()?;
        Some(url)
    },
    headers: |token| {
        vec![
            ("authorization", format!("Bearer {token}")),
            ("accept", "application/vnd.github+json".to_owned()),
            ("x-github-api-version", "2022-11-28".to_owned()),
        ]
    },
    body,
    is_known: |_, _| false,
};

/// Gitea and Forgejo take the same.
pub(super) fn body(verdict: &Verdict, link: Option<&str>) -> Value {
    let state = match verdict.state {
        State::Pending => "pending",
        State::Success => "success",
        State::Failure => "failure",
        State::Error => "error",
    };
    let mut body = json!({
        "state": state,
        "context": CONTEXT,
        "description": verdict.description,
    });
    if let Some(link) = link {
        body["target_url"] = json!(link);
    }
    body
}
