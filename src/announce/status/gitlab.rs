//! GitLab: `POST /api/v4/projects/PATH/statuses/SHA`, where the path of the project is one segment.

use serde_json::{Value, json};

use super::{Api, CONTEXT, State, Verdict};

pub(super) const API: Api = Api {
    url: |page, commit| {
        let project = page.url.path().trim_start_matches('/').replace('/', "%2F");
        page.at(&format!("/api/v4/projects/{project}/statuses/{commit}"))
    },
    headers: |token| vec![("private-token", token.to_owned())],
    body,
    // It refuses to set a status that is set already.
    is_known: |status, body| status == 400 && body.contains("Cannot transition status"),
};

fn body(verdict: &Verdict, link: Option<&str>) -> Value {
    let state = match verdict.state {
        State::Pending => "running",
        State::Success => "success",
        State::Failure | State::Error => "failed",
    };
    let mut body = json!({
        "state": state,
        "name": CONTEXT,
        "description": verdict.description,
    });
    if let Some(link) = link {
        body["target_url"] = json!(link);
    }
    body
}
