//! What the operator set, checked once at the start: a forge that cannot be told of, or a secret that
//! would be sent in the clear, is found then and not after the first push.

use std::time::Duration;

use url::Url;

use super::attempt::Outcome;
use super::outbox::Letter;
use super::status::{Page, Statuses};
use crate::client::{self, Authority, Client, Question};
use crate::config::{self, AnnounceOptions, RemoteOptions, StatusForge};
use crate::webhook;

const AGENT: &str = concat!("byline/", env!("CARGO_PKG_VERSION"));
/// For the whole of one attempt, as Standard Webhooks proposes.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Who is told.
pub(super) struct Settings {
    pub(super) statuses: Option<Statuses>,
    pub(super) hook: Option<Hook>,
    pub(super) public_url: Option<String>,
}

/// Where messages go.
pub(super) struct Hook {
    client: Client,
    url: Url,
    options: AnnounceOptions,
}

/// Why nobody can be told with these settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("`{option}` is `{value}`, which is no address; write it whole, with `https://`")]
    NoAddress { option: &'static str, value: String },
    #[error(
        "`{option}` begins with `http://`, where everyone on the way could read the secret; use `https://`"
    )]
    InTheClear { option: &'static str },
    #[error(
        "`{named}` is no page of a repository on a forge, so there is nowhere to set commit statuses; name the page with `--status-repository`"
    )]
    NoRepository { named: String },
    #[error(
        "`{host}` may be any forge; say with `--status-forge` which it is: github, gitlab, forgejo or gitea"
    )]
    NoForge { host: String },
    #[error(
        "`--status-forge` or `--status-repository` is set, but no token that may write commit statuses; give one with `--status-token-file`"
    )]
    NoToken,
    #[error(
        "`--notify-url` is set, but no secret to sign its messages with; give one with `--notify-secret-file`"
    )]
    NoSecret,
    #[error(
        "there is a secret to sign messages with, but nowhere to send them; set `--notify-url`"
    )]
    NoReceiver,
    #[error(transparent)]
    BadSecret(#[from] webhook::BadSecret),
    #[error(transparent)]
    Config(#[from] config::Error),
    #[error(transparent)]
    Client(#[from] client::Error),
}

impl Settings {
    pub(super) fn new(
        options: &AnnounceOptions,
        remote: &RemoteOptions,
        source: &str,
    ) -> Result<Self, Unusable> {
        let public_url = options.public_url.as_deref();
        let public_url = public_url.map(|value| address("--public-url", value));
        Ok(Self {
            statuses: statuses(options, remote, source)?,
            hook: Hook::new(options)?,
            public_url: public_url.transpose()?.map(String::from),
        })
    }
}

fn statuses(
    options: &AnnounceOptions,
    remote: &RemoteOptions,
    source: &str,
) -> Result<Option<Statuses>, Unusable> {
    if options.status_token()?.is_none() {
        let named = options.status_forge.is_some() || options.status_repository.is_some();
        return if named {
            Err(Unusable::NoToken)
        } else {
            Ok(None)
        };
    }
    let named = options.status_repository.as_deref();
    let page = Page::parse(named.unwrap_or(source)).ok_or_else(|| Unusable::NoRepository {
        named: named.unwrap_or("the source").to_owned(),
    })?;
    kept_secret("--status-repository", &page.url)?;
    let forge = options.status_forge.or_else(|| well_known(&page.host()));
    let forge = forge.ok_or_else(|| Unusable::NoForge { host: page.host() })?;
    let authority = Authority {
        file: remote.remote_ca_file.as_deref(),
        flag: "--remote-ca-file",
    };
    let client = Client::new(authority, AGENT)?;
    Ok(Some(Statuses::new(client, (forge, page), options)))
}

/// The forge of a host that everyone knows.
fn well_known(host: &str) -> Option<StatusForge> {
    match host {
        "github.com" => Some(StatusForge::GitHub),
        "gitlab.com" => Some(StatusForge::GitLab),
        "codeberg.org" => Some(StatusForge::Forgejo),
        "gitea.com" => Some(StatusForge::Gitea),
        _ => None,
    }
}

impl Hook {
    fn new(options: &AnnounceOptions) -> Result<Option<Self>, Unusable> {
        let secret = options.notify_secret()?;
        let (url, secret) = match (&options.notify_url, secret) {
            (Some(url), Some(secret)) => (url, secret),
            (Some(_), None) => return Err(Unusable::NoSecret),
            (None, Some(_)) => return Err(Unusable::NoReceiver),
            (None, None) => return Ok(None),
        };
        webhook::message_headers(&secret, "msg_0", 0, b"")?;
        let authority = Authority {
            file: None,
            flag: "SSL_CERT_FILE",
        };
        Ok(Some(Self {
            client: Client::new(authority, AGENT)?,
            url: address("--notify-url", url)?,
            options: options.clone(),
        }))
    }

    /// Sends a message, signed as of now.
    pub(super) fn send(&self, letter: &Letter, now: i64) -> Outcome {
        let later = |reason: String| Outcome::Later { reason };
        let secret = match self.options.notify_secret() {
            Ok(Some(secret)) => secret,
            Ok(None) => return later("there is no secret any more".to_owned()),
            Err(error) => return later(error.to_string()),
        };
        let body = letter.body.as_bytes();
        let signed = match webhook::message_headers(&secret, &letter.id, now, body) {
            Ok(signed) => signed,
            Err(error) => return later(error.to_string()),
        };
        let signed = signed.iter().map(|(name, value)| (*name, value.as_str()));
        let mut headers: Vec<_> = signed.collect();
        headers.push(("content-type", "application/json"));
        Outcome::of(self.client.ask(&Question {
            method: "POST",
            url: &self.url,
            headers: &headers,
            body,
            patience: PATIENCE,
        }))
    }
}

fn address(option: &'static str, value: &str) -> Result<Url, Unusable> {
    let url = Url::parse(value).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| Unusable::NoAddress {
        option,
        value: value.to_owned(),
    })
}

/// A token goes over TLS, or to this machine.
fn kept_secret(option: &'static str, url: &Url) -> Result<(), Unusable> {
    if url.scheme() == "https" || client::is_loopback(url) {
        Ok(())
    } else {
        Err(Unusable::InTheClear { option })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Settings with a token, for a source.
    fn with_token(options: AnnounceOptions, source: &str) -> Result<Settings, Unusable> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let write = |mut file: std::fs::File| std::io::Write::write_all(&mut file, b"hush\n");
        std::fs::File::create(&file).and_then(write).unwrap();
        let options = AnnounceOptions {
            status_token_file: Some(file),
            ..options
        };
        Settings::new(&options, &RemoteOptions::default(), source)
    }

    #[test]
    fn a_forge_is_known_by_its_host_or_by_the_operator() {
        let none = AnnounceOptions::default;
        let named = AnnounceOptions {
            status_forge: Some(StatusForge::Gitea),
            ..none()
        };
        assert!(with_token(none(), "https://github.com/ida/blog.git").is_ok());
        assert!(with_token(none(), "git@codeberg.org:ida/blog").is_ok());
        assert!(with_token(named.clone(), "ssh://git@git.example:2222/ida/blog").is_ok());
        let unknown = with_token(none(), "https://git.example/ida/blog")
            .err()
            .unwrap();
        assert!(matches!(unknown, Unusable::NoForge { host } if host == "git.example"));
        let nowhere = with_token(named.clone(), "site").err().unwrap();
        assert!(matches!(nowhere, Unusable::NoRepository { .. }));
        let open = with_token(named, "http://git.example/ida/blog")
            .err()
            .unwrap();
        assert!(matches!(open, Unusable::InTheClear { .. }));
    }

    #[test]
    fn what_is_set_by_half_is_refused() {
        let refused = |options: AnnounceOptions| {
            let settings = Settings::new(&options, &RemoteOptions::default(), "site");
            settings.err().unwrap().to_string()
        };
        let forge = AnnounceOptions {
            status_forge: Some(StatusForge::GitLab),
            ..AnnounceOptions::default()
        };
        assert!(refused(forge).contains("--status-token-file"));
        let receiver = AnnounceOptions {
            notify_url: Some("https://ida.example/told".to_owned()),
            ..AnnounceOptions::default()
        };
        assert!(refused(receiver).contains("--notify-secret-file"));
        let public = AnnounceOptions {
            public_url: Some("ida.example".to_owned()),
            ..AnnounceOptions::default()
        };
        assert!(refused(public).contains("`ida.example`"));
    }
}
