//! Commit statuses: a mark beside the commit on its forge, with a link to the build. One file a
//! forge, and its line in `api`.

mod gitea;
mod github;
mod gitlab;

use url::Url;

use super::attempt::{Outcome, said};
use super::settings::PATIENCE;
use crate::client::{Client, Question};
use crate::config::{AnnounceOptions, StatusForge};
use crate::rebuild::{BuildState, Stage};

/// The name the mark bears, beside those of others.
const CONTEXT: &str = "byline";
/// Characters of a description: what GitHub takes.
const LONGEST: usize = 140;

/// Sets commit statuses in one repository.
pub(super) struct Statuses {
    client: Client,
    api: Api,
    page: Page,
    options: AnnounceOptions,
}

/// A repository's page on its forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) url: Url,
}

/// What a status says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) state: State,
    pub(super) description: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Success,
    /// The content is to blame.
    Failure,
    /// It is not.
    Error,
}

/// How a forge wants to be told.
struct Api {
    /// Where the status of a commit is set.
    url: fn(&Page, commit: &str) -> Option<Url>,
    /// The request's headers, given the token.
    headers: fn(token: &str) -> Vec<(&'static str, String)>,
    body: fn(&Verdict, link: Option<&str>) -> serde_json::Value,
    /// Whether an answer says no more than that the status is known.
    is_known: fn(status: u16, body: &str) -> bool,
}

fn api(forge: StatusForge) -> Api {
    match forge {
        StatusForge::GitHub => github::API,
        StatusForge::GitLab => gitlab::API,
        StatusForge::Forgejo | StatusForge::Gitea => gitea::API,
    }
}

impl Statuses {
    pub(super) fn new(
        client: Client,
        (forge, page): (StatusForge, Page),
        options: &AnnounceOptions,
    ) -> Self {
        Self {
            client,
            api: api(forge),
            page,
            options: options.clone(),
        }
    }

    pub(super) fn body(&self, verdict: &Verdict, link: Option<&str>) -> String {
        (self.api.body)(verdict, link).to_string()
    }

    /// Sets the status of a commit.
    pub(super) fn send(&self, commit: &str, body: &str) -> Outcome {
        let later = |reason: String| Outcome::Later { reason };
        let token = match self.options.status_token() {
            Ok(Some(token)) => token,
            Ok(None) => return later("there is no token any more".to_owned()),
            Err(error) => return later(error.to_string()),
        };
        let Some(url) = (self.api.url)(&self.page, commit) else {
            let reason = "its address cannot be made".to_owned();
            return Outcome::Refused { reason };
        };
        let mut headers = (self.api.headers)(&token);
        headers.push(("content-type", "application/json".to_owned()));
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let headers: Vec<_> = headers.collect();
        let answer = self.client.ask(&Question {
            method: "POST",
            url: &url,
            headers: &headers,
            body: body.as_bytes(),
            patience: PATIENCE,
        });
        match answer {
            Ok(answer) if (self.api.is_known)(answer.status, &answer.body) => Outcome::Taken,
            Ok(answer) if matches!(answer.status, 400..=407 | 410 | 422) => Outcome::Refused {
                reason: refusal(answer.status, &answer.body),
            },
            answer => Outcome::of(answer),
        }
    }
}

/// Why a forge takes no status, and what to do.
fn refusal(status: u16, body: &str) -> String {
    let what = match status {
        401 => "; the token is wrong or has expired",
        403 | 404 => "; the token may not write commit statuses, or the repository is another",
        _ => "",
    };
    said(status, body) + what
}

impl Page {
    /// Reads an address of a repository: its page, or what is cloned.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut url = match text.split_once("://") {
            Some(_) => Url::parse(text).ok()?,
            None => short(text)?,
        };
        if url.scheme() == "ssh" {
            let host = url.host_str()?;
            url = Url::parse(&format!("https://{host}{}", url.path())).ok()?;
        }
        // Both fail only where there is no host.
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path).to_owned();
        url.set_path(&path);
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        let page = Self { url };
        (is_web && page.split().is_some()).then_some(page)
    }

    pub(super) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    /// What stands before the owner, the owner, and the repository.
    fn split(&self) -> Option<(&str, &str, &str)> {
        let (rest, repository) = self.url.path().rsplit_once('/')?;
        let (prefix, owner) = rest.rsplit_once('/')?;
        (!owner.is_empty() && !repository.is_empty()).then_some((prefix, owner, repository))
    }

    /// An address on the same host.
    fn at(&self, path: &str) -> Option<Url> {
        let mut url = self.url.clone();
        url.set_path(path);
        Some(url)
    }
}

/// `git@host:owner/repository`
fn short(text: &str) -> Option<Url> {
    let (place, path) = text.split_once(':')?;
    let host = place.rsplit('@').next().filter(|_| !place.contains('/'))?;
    let path = path.trim_start_matches('/');
    Url::parse(&format!("https://{host}/{path}")).ok()
}

impl Verdict {
    /// What a build says of its commit.
    pub(super) fn of(build: &BuildState) -> Self {
        let (state, description) = match build.state {
            Stage::Waiting | Stage::Fetching | Stage::Building => {
                (State::Pending, "byline builds it".to_owned())
            }
            Stage::Published => published(build),
            Stage::Failed => {
                let reason = build.reason.as_deref().unwrap_or("the build failed");
                let state = if build.errors.is_empty() {
                    State::Error
                } else {
                    State::Failure
                };
                (state, reason.to_owned())
            }
        };
        Self {
            state,
            description: cut(&description),
        }
    }

    /// Whether another is worth telling after this one, of the same commit.
    pub(super) fn gives_way_to(&self, next: &Self) -> bool {
        self != next && next.state != State::Pending
    }
}

/// A post that is held back is a failure to whoever pushed it, though all else is published.
fn published(build: &BuildState) -> (State, String) {
    let Some(first) = build.errors.first() else {
        let posts = build.posts.unwrap_or_default();
        let changes = build.changes.as_ref().map(ToString::to_string);
        let changes = changes.filter(|changes| !changes.is_empty());
        let said = changes.map_or_else(String::new, |changes| format!("; {changes}"));
        return (State::Success, format!("Published, {posts} posts{said}"));
    };
    let place = match (&first.path, first.line) {
        (Some(path), Some(line)) => format!("{path}:{line}: "),
        (Some(path), None) => format!("{path}: "),
        _ => String::new(),
    };
    let more = match build.errors.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let text = format!("Published but for {place}{}{more}", first.message);
    (State::Failure, text)
}

/// No longer than every forge takes it, in one line.
fn cut(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::rebuild::BuildId;

    fn page(text: &str) -> Option<String> {
        Page::parse(text).map(|page| page.url.to_string())
    }

    #[test]
    fn a_page_is_told_from_what_is_cloned() {
        for text in [
            "https://git.example/ida/blog",
            "https://ida:hush@git.example/ida/blog.git?token=hush",
            "ssh://git@git.example:2222/ida/blog.git",
            "git@git.example:ida/blog.git",
        ] {
            assert_eq!(
                page(text).as_deref(),
                Some("https://git.example/ida/blog"),
                "{text}"
            );
        }
        for text in [
            "site",
            "/srv/git/blog.git",
            "git://git.example/blog",
            "https://git.example/",
        ] {
            assert_eq!(page(text), None, "{text}");
        }
    }

    /// Where a forge is told, and what.
    fn told(forge: StatusForge, page: &str) -> (String, serde_json::Value) {
        let api = api(forge);
        let page = Page::parse(page).unwrap();
        let verdict = Verdict {
            state: State::Failure,
            description: "no".to_owned(),
        };
        let body = (api.body)(&verdict, Some("https://ida.example/-/builds/1"));
        ((api.url)(&page, "abc").unwrap().to_string(), body)
    }

    #[test]
    fn each_forge_is_told_where_and_as_it_wants() {
        let link = "https://ida.example/-/builds/1";
        let (url, body) = told(StatusForge::GitHub, "https://github.com/ida/blog.git");
        assert_eq!(url, "https://api.github.com/repos/ida/blog/statuses/abc");
        let expected = serde_json::json!({
            "state": "failure", "context": "byline", "description": "no", "target_url": link,
        });
        assert_eq!(body, expected);
        let (url, _) = told(StatusForge::GitHub, "https://ghe.example/ida/blog");
        assert_eq!(
            url,
            "https://ghe.example/api/v3/repos/ida/blog/statuses/abc"
        );
        let (url, body) = told(StatusForge::Forgejo, "https://example.org/git/ida/blog");
        assert_eq!(
            url,
            "https://example.org/git/api/v1/repos/ida/blog/statuses/abc"
        );
        assert_eq!(body, expected);
        let (url, body) = told(StatusForge::GitLab, "https://gitlab.com/group/sub/blog");
        assert_eq!(
            url,
            "https://gitlab.com/api/v4/projects/group%2Fsub%2Fblog/statuses/abc"
        );
        let expected = serde_json::json!({
            "state": "failed", "name": "byline", "description": "no", "target_url": link,
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_build_that_holds_a_post_back_is_a_failure_to_its_author() {
        let build = |errors: Vec<Diagnostic>| BuildState {
            posts: Some(2),
            errors,
            ..BuildState::new(BuildId::random().unwrap(), Stage::Published)
        };
        let good = Verdict::of(&build(Vec::new()));
        assert_eq!(
            (good.state, &*good.description),
            (State::Success, "Published, 2 posts")
        );
        let error = Diagnostic::error("date", "x".repeat(200)).path("posts/a.md");
        let bad = Verdict::of(&build(vec![error]));
        assert_eq!(bad.state, State::Failure);
        assert!(
            bad.description
                .starts_with("Published but for posts/a.md: xxx")
        );
        assert_eq!(bad.description.chars().count(), LONGEST);
    }
}
