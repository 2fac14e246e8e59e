//! A build followed to its end: by events as they come, and asked for again where they break off.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use url::Url;

use super::words;
use crate::client::{Client, Question};
use crate::commands::outcome::say;
use crate::rebuild::chain;

/// Pauses between attempts; each is twice the one before it.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// Why the end of a build is not known.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error("the build has not ended in time; see {page}{why}")]
    Late { page: String, why: String },
    #[error("the daemon no longer knows the build: it was started again meanwhile")]
    Forgotten,
}

/// Waits for the end, which is said by whoever asked, and says each state that comes before it.
pub(super) fn follow(client: &Client, page: &Url, end: Instant) -> Result<Value, Lost> {
    let headers = [("accept", "text/event-stream, application/json;q=0.9")];
    let (mut told, mut pause, mut why) = (String::new(), FIRST_PAUSE, String::new());
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let page = page.to_string();
            return Err(Lost::Late { page, why });
        }
        let question = Question {
            method: "GET",
            url: page,
            headers: &headers,
            body: b"",
            patience: left,
        };
        let mut build = None;
        let status = client.follow(&question, |status, line| {
            let Some(state) = state(status, line) else {
                return status == 200;
            };
            let ended = words::has_ended(&state);
            let stage = words::stage(&state);
            if !ended && stage != told {
                say(&format!("{stage}\n"));
                told = stage;
            }
            build = Some(state);
            !ended
        });
        match (status, build) {
            (_, Some(build)) if words::has_ended(&build) => return Ok(build),
            (Ok(404), _) => return Err(Lost::Forgotten),
            (Ok(status), None) => why = format!("; it answers with status {status}"),
            (Ok(_), Some(_)) => why.clear(),
            (Err(error), _) => why = format!("; {}", chain(&error)),
        }
        thread::sleep(pause.min(end.saturating_duration_since(Instant::now())));
        pause = (pause * 2).min(LAST_PAUSE);
    }
}

/// A state of the build, out of an event or of an answer that is JSON as a whole.
fn state(status: u16, line: &str) -> Option<Value> {
    let json = line.strip_prefix("data: ").unwrap_or(line);
    let value: Value = serde_json::from_str(json).ok().filter(|_| status == 200)?;
    value["state"].is_string().then_some(value)
}
