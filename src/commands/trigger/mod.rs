//! `byline trigger`: tell a daemon of a push, wait for what becomes of it, and end as it ends: for CI,
//! for scripts, and for whoever wants to see what a forge would send.

mod curl;
mod follow;
mod words;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::outcome::{Outcome, print, say};
use crate::client::{self, Authority, Client, Question, is_loopback};
use crate::config;
use crate::rebuild::{BuildId, now};
use crate::webhook::{self, Message, Push};

const AGENT: &str = concat!("byline/", env!("CARGO_PKG_VERSION"));
const HOOK: &str = "/-/hook";
/// For one request; a build is waited for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tell a daemon of a push; with --wait, exit as the build ends
///
/// The secret comes from a file or from `BYLINE_WEBHOOK_SECRET`, as it does for `serve`. Exits with 0
/// when the push is taken or needs no build, with --wait when readers see it; with 1 when the build
/// failed or a post is held back, or no answer came; with 2 when the daemon refused.
#[derive(Args, Debug)]
pub(super) struct Trigger {
    /// The blog's address, or that of its hook
    url: String,
    /// File with the secret; of two lines the first counts
    #[arg(long, value_name = "FILE", env = "BYLINE_WEBHOOK_SECRET_FILE")]
    secret_file: Option<PathBuf>,
    /// The branch that was pushed
    #[arg(long, value_name = "NAME", default_value = "main")]
    branch: String,
    /// The commit that it points at now
    #[arg(long, value_name = "OID")]
    commit: Option<String>,
    /// Tell it as this forge does
    #[arg(long, value_name = "FORGE", default_value = "standard", value_parser = webhook::senders())]
    forge: String,
    /// Send nothing: print a curl command that does
    #[arg(long, conflicts_with_all = ["wait", "json"])]
    print_curl: bool,
    /// Follow the build to its end
    #[arg(long)]
    wait: bool,
    /// How long to wait for it
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
    /// Certificates (PEM) to know the daemon by, in place of the system's
    #[arg(long, value_name = "FILE", env = "BYLINE_CA_FILE")]
    ca_file: Option<PathBuf>,
    /// Print the answer, or with --wait the build, as JSON
    #[arg(long)]
    json: bool,
}

/// Why a push cannot be told.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("`{url}` is no address of a blog; write it whole, with `https://`")]
    NoAddress { url: String },
    #[error(
        "there is no secret to prove the push with; give its file with `--secret-file`, or set `BYLINE_WEBHOOK_SECRET`"
    )]
    NoSecret,
    #[error("the secret is not text, so no header can bear it")]
    NotText,
    #[error(
        "`{forge}` sends the secret itself, and over `http://` everyone on the way could read it; use `https://`"
    )]
    InTheClear { forge: String },
    #[error("`{commit}` is no commit; write its whole id, 40 or 64 hexadecimal digits")]
    NoCommit { commit: String },
    #[error("the daemon's answer leads to another host, which is not followed")]
    Elsewhere,
}

/// What the hook answers.
#[derive(Debug, Deserialize)]
struct Taken {
    status_url: Option<String>,
    ignored: Option<String>,
    error: Option<String>,
}

impl Trigger {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let url = address(&self.url)?;
        if let Some(commit) = self.commit.as_ref().filter(|commit| !is_commit(commit)) {
            let commit = commit.clone();
            return Err(Error::NoCommit { commit }.into());
        }
        let secret = secret(self.secret_file.as_deref())?;
        let id = format!("msg_{}", BuildId::random()?);
        let push = Push {
            branch: &self.branch,
            commit: self.commit.as_deref(),
            id: &id,
            seconds: now().timestamp().as_second(),
        };
        let message = webhook::message(&self.forge, &push, &secret)?;
        if self.print_curl {
            let file = self.secret_file.as_deref();
            print(&curl::command(&url, &message, file))?;
            return Ok(Outcome::Done);
        }
        let tells = message
            .headers
            .iter()
            .any(|(_, said)| said.tells_the_secret());
        if tells && url.scheme() != "https" && !is_loopback(&url) {
            let forge = self.forge;
            return Err(Error::InTheClear { forge }.into());
        }
        self.tell(&url, &message, &secret)
    }

    fn tell(&self, url: &Url, message: &Message, secret: &str) -> anyhow::Result<Outcome> {
        let authority = Authority {
            file: self.ca_file.as_deref(),
            flag: "--ca-file",
        };
        let client = Client::new(authority, AGENT)?;
        let headers = message.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, said)| (*name, said.with(secret)))
            .collect();
        let lines = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let lines: Vec<_> = lines.collect();
        let begun = Instant::now();
        let answer = client.ask(&Question {
            method: "POST",
            url,
            headers: &lines,
            body: message.body.as_bytes(),
            patience: PATIENCE,
        });
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Ok(no_answer(&error)),
        };
        let taken: Option<Taken> = serde_json::from_str(&answer.body).ok();
        let page = taken.as_ref().and_then(|taken| taken.status_url.as_deref());
        match (answer.status, page) {
            (202, Some(page)) => {
                let page = url
                    .join(page)
                    .ok()
                    .filter(|page| page.origin() == url.origin());
                let page = page.ok_or(Error::Elsewhere)?;
                if self.wait {
                    let end = begun + Duration::from_secs(self.timeout);
                    let build = follow::follow(&client, &page, end);
                    return self.ended(build);
                }
                say(&format!("accepted, see {page}\n"));
            }
            (200..=299, _) => {
                let why = taken.as_ref().and_then(|taken| taken.ignored.as_deref());
                say(&format!(
                    "nothing to build: {}\n",
                    why.unwrap_or("it says no more")
                ));
            }
            (status, _) => {
                let said = taken.as_ref().and_then(|taken| taken.error.as_deref());
                return Ok(words::refused(status, said));
            }
        }
        if self.json {
            print(&pretty(&answer.body)?)?;
        }
        Ok(Outcome::Done)
    }

    /// Says how a build ended, and ends so.
    fn ended(&self, build: Result<Value, follow::Lost>) -> anyhow::Result<Outcome> {
        let build = match build {
            Ok(build) => build,
            Err(lost) => {
                say(&format!("error: {lost}\n"));
                return Ok(Outcome::Errors);
            }
        };
        let words = words::of(&build);
        say(&words.findings);
        if self.json {
            print(&(serde_json::to_string_pretty(&build)? + "\n"))?;
        } else {
            print(&format!("{}\n", words.end))?;
        }
        if let (Some(wanted), Some(got)) = (&self.commit, build["commit"].as_str())
            && wanted != got
        {
            say(&format!(
                "note: what was published is {got}, and not {wanted}\n"
            ));
        }
        Ok(words.outcome)
    }
}

/// The hook of a blog.
fn address(typed: &str) -> Result<Url, Error> {
    let url = Url::parse(typed).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let mut url = url.ok_or_else(|| Error::NoAddress {
        url: typed.to_owned(),
    })?;
    if url.path() == "/" {
        url.set_path(HOOK);
    }
    Ok(url)
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn secret(file: Option<&Path>) -> anyhow::Result<String> {
    let (secret, _) = config::webhook_secrets(file)?.ok_or(Error::NoSecret)?;
    Ok(String::from_utf8(secret).map_err(|_bytes| Error::NotText)?)
}

fn no_answer(error: &client::Error) -> Outcome {
    let reason = crate::rebuild::chain(error);
    say(&format!("error: the daemon gave no answer: {reason}\n"));
    Outcome::Errors
}

/// JSON from outside, as people read it.
fn pretty(json: &str) -> anyhow::Result<String> {
    let value: Value = serde_json::from_str(json)?;
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hook_is_found_from_the_blog() {
        let of = |typed| address(typed).map(|url| url.to_string()).ok();
        let hook = Some("https://ida.example/-/hook".to_owned());
        assert_eq!(of("https://ida.example"), hook);
        assert_eq!(of("https://ida.example/"), hook);
        assert_eq!(of("https://ida.example/-/hook"), hook);
        for bad in ["ida.example", "ftp://ida.example", "/srv/blog", ""] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
