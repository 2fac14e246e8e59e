//! Where a remote is, taken apart by the way it is reached. What could be read as an option by `ssh`
//! or by git on the other side is refused here.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::repository::Error;
use crate::repository::address::Redacted;

const GIT_PORT: u16 = 9418;

/// A remote by the way it is reached.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::repository) enum Target {
    /// `http://` or `https://`, with the user and the password it names, if it does.
    Http(Url),
    Ssh(Ssh),
    /// `git://`
    Daemon(Daemon),
}

/// A repository another machine's `sshd` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::repository) struct Ssh {
    /// Else the one `ssh` takes.
    pub(super) user: Option<String>,
    pub(super) host: String,
    pub(super) port: Option<u16>,
    /// As the other side's git is to read it.
    pub(super) path: String,
}

/// A repository a `git daemon` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::repository) struct Daemon {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
}

impl Target {
    /// Reads `scheme://…`.
    pub(in crate::repository) fn parse(typed: &str, scheme: &str) -> Result<Self, Error> {
        let bad = |fault| bad(typed, fault);
        match scheme {
            "http" | "https" | "ssh" | "git" => {}
            other => {
                return Err(Error::UnsupportedScheme {
                    source_url: Redacted(typed.to_owned()),
                    scheme: other.to_owned(),
                });
            }
        }
        let url = Url::parse(typed).map_err(|_error| bad("it cannot be taken apart"))?;
        let host = host(&url).ok_or_else(|| bad("it names no host"))?;
        let path = decoded(url.path());
        match scheme {
            "ssh" => {
                // `/~ann/blog` is below that user's home.
                let path = match path.starts_with("/~") {
                    true => path[1..].to_owned(),
                    false => path,
                };
                let user = Some(decoded(url.username())).filter(|user| !user.is_empty());
                let port = url.port();
                ssh(user, host, port, path).map_err(bad)
            }
            "git" => Ok(Self::Daemon(Daemon {
                host,
                port: url.port().unwrap_or(GIT_PORT),
                path: plain(path).map_err(bad)?,
            })),
            _ => Ok(Self::Http(url)),
        }
    }

    /// Reads `user@host:path`, as git tells it from a path: by a colon before any slash.
    pub(in crate::repository) fn parse_short(typed: &str) -> Result<Option<Self>, Error> {
        // A colon inside brackets belongs to the host.
        let host_end = typed.rfind(']').filter(|_| typed.contains('['));
        let Some(colon) = typed[host_end.unwrap_or(0)..].find(':') else {
            return Ok(None);
        };
        let (place, path) = typed.split_at(colon + host_end.unwrap_or(0));
        if place.contains('/') {
            return Ok(None);
        }
        if path.starts_with("::") {
            return Err(Error::UnsupportedScheme {
                source_url: Redacted(typed.to_owned()),
                scheme: format!("{place}::"),
            });
        }
        let (user, host) = match place.rsplit_once('@') {
            Some((user, host)) => (Some(user.to_owned()), host),
            None => (None, place),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        ssh(user, host.to_owned(), None, path[1..].to_owned())
            .map(Some)
            .map_err(|fault| bad(typed, fault))
    }
}

/// The host without brackets.
fn host(url: &Url) -> Option<String> {
    let host = decoded(url.host_str()?);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then(|| host.to_owned())
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `ssh` takes what begins with `-` for an option, some of which start programs (CVE-2017-1000117).
fn ssh(
    user: Option<String>,
    host: String,
    port: Option<u16>,
    path: String,
) -> Result<Target, &'static str> {
    let is_name = |name: &str| {
        !name.starts_with('-')
            && !name.is_empty()
            && !name.contains(|c: char| c.is_control() || c.is_whitespace())
    };
    let in_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
    if !is_name(&host) || !host.chars().all(in_host) {
        return Err("its host is not the name of one");
    }
    if user.as_deref().is_some_and(|user| !is_name(user)) {
        return Err("its user is not the name of one");
    }
    Ok(Target::Ssh(Ssh {
        user,
        host,
        port,
        path: plain(path)?,
    }))
}

/// A path that git on the other side can only read as one.
fn plain(path: String) -> Result<String, &'static str> {
    let strange = path.starts_with('-') || path.contains(char::is_control);
    match path.as_str() {
        "" | "/" => Err("it names no repository on that host"),
        _ if strange => Err("its path is not one of a repository"),
        _ => Ok(path),
    }
}

fn bad(typed: &str, fault: &'static str) -> Error {
    Error::BadAddress {
        source_url: Redacted(typed.to_owned()),
        fault,
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(url) => write!(f, "{}", Redacted(url.as_str().to_owned())),
            Self::Ssh(ssh) => write!(f, "{ssh:?}"),
            Self::Daemon(daemon) => write!(f, "{daemon:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(typed: &str) -> Result<Target, Error> {
        Target::parse(typed, typed.split_once("://").unwrap().0)
    }

    fn ssh(user: Option<&str>, host: &str, port: Option<u16>, path: &str) -> Target {
        Target::Ssh(Ssh {
            user: user.map(str::to_owned),
            host: host.to_owned(),
            port,
            path: path.to_owned(),
        })
    }

    #[test]
    fn ssh_addresses_are_taken_apart_as_git_does() {
        assert_eq!(
            url("ssh://git@example.org:2222/ann/my%20blog.git").unwrap(),
            ssh(Some("git"), "example.org", Some(2222), "/ann/my blog.git")
        );
        assert_eq!(
            url("ssh://example.org/~ann/blog").unwrap(),
            ssh(None, "example.org", None, "~ann/blog")
        );
        assert_eq!(
            url("ssh://git@[::1]:22/blog").unwrap(),
            ssh(Some("git"), "::1", Some(22), "/blog")
        );
        for (typed, target) in [
            (
                "git@example.org:ann/blog.git",
                ssh(Some("git"), "example.org", None, "ann/blog.git"),
            ),
            (
                "example.org:/srv/blog",
                ssh(None, "example.org", None, "/srv/blog"),
            ),
            ("git@[::1]:blog", ssh(Some("git"), "::1", None, "blog")),
        ] {
            assert_eq!(Target::parse_short(typed).unwrap(), Some(target));
        }
        for path in ["a/b:c", "./x:y", "blog", "/srv/a:b"] {
            assert_eq!(Target::parse_short(path).unwrap(), None, "{path}");
        }
    }

    #[test]
    fn what_would_be_an_option_is_refused() {
        for typed in [
            "ssh://-oProxyCommand=x/blog",
            "ssh://-x@example.org/blog",
            "ssh://example.org",
            "ssh://exa%20mple.org/blog",
            "ssh://example.org/a%0Ab",
            "git://example.org",
            "git://example.org/a%00b",
            "https://",
        ] {
            assert!(
                matches!(url(typed), Err(Error::BadAddress { .. })),
                "{typed}"
            );
        }
        for typed in [
            "-oProxyCommand=x:blog",
            "git@-x:blog",
            "example.org:-x",
            "git@host:",
        ] {
            let parsed = Target::parse_short(typed);
            assert!(matches!(parsed, Err(Error::BadAddress { .. })), "{typed}");
        }
        let helper = Target::parse_short("ext::sh -c x");
        assert!(matches!(helper, Err(Error::UnsupportedScheme { .. })));
    }

    #[test]
    fn debug_shows_no_secret() {
        let target = url("https://ann:hush@example.org/blog?token=hush").unwrap();
        assert_eq!(format!("{target:?}"), "https://example.org/blog");
    }
}
