//! What a forge tells us: headers and bytes in, a verdict out. A delivery is proved over its raw
//! body before a byte of it is parsed, and even then it only says "look again": no URL, branch or
//! commit of it is ever fetched. Nothing here does I/O or reads a clock.

mod azure;
mod bearer;
mod bitbucket_cloud;
mod bitbucket_data_center;
#[cfg(test)]
mod fixture;
mod forgejo;
mod gitea;
mod github;
mod gitlab;
mod gogs;
mod headers;
mod payload;
mod push;
mod secrets;
mod seen;
mod sending;
mod signature;
mod sourcehut;
mod standard;
mod trust;

use crate::moment::Moment;
use sending::Sent;

pub(crate) use headers::Headers;
pub(crate) use secrets::BadSecret;
pub(crate) use seen::Seen;
pub(crate) use sending::{BASIC_USER, Message, Push, Said, message, senders};
#[cfg(test)]
pub(crate) use signature::sign;
pub(crate) use standard::message_headers;
pub(crate) use trust::Trust;

/// One forge each; whoever recognises a delivery first decides on it alone. A forge that sends
/// another's headers beside its own stands before it, and what is known by no header but
/// `Authorization` comes last, since any forge may be told to send that too.
const FORGES: &[Forge] = &[
    forgejo::FORGE,
    gitea::FORGE,
    gogs::FORGE,
    github::FORGE,
    gitlab::FORGE,
    bitbucket_data_center::FORGE,
    bitbucket_cloud::FORGE,
    sourcehut::FORGE,
    standard::FORGE,
    azure::FORGE,
    bearer::FORGE,
];

/// How one forge announces itself, proves a delivery and words it.
struct Forge {
    name: &'static str,
    /// The header with the delivery's id, for the log.
    delivery: Option<&'static str>,
    recognises: fn(&Headers<'_>) -> bool,
    /// Whether somebody we trust sent these very bytes.
    verify: fn(&Delivery<'_>, &Trust) -> Result<Proof, Rejected>,
    /// What the delivery says; called only once it is verified.
    read: fn(&Delivery<'_>) -> Result<Verdict, Rejected>,
    /// As it is named on a command line.
    short: &'static str,
    /// What it would send for a push; nobody can speak for who signs with a key of its own.
    send: Option<fn(&Push<'_>) -> Sent>,
}

/// One request to the hook.
#[derive(Clone, Copy)]
pub(crate) struct Delivery<'a> {
    pub(crate) headers: Headers<'a>,
    /// The bytes as they came.
    pub(crate) body: &'a [u8],
    /// When it came: some signatures hold for minutes.
    pub(crate) now: Moment,
}

/// How a delivery was proved.
#[derive(Debug)]
enum Proof {
    /// It may come again and then counts again. GitHub signs no id, and its "Redeliver" sends the
    /// same one: whoever presses it wishes for a build.
    Repeatable,
    /// Under an id that the signature covers, by a scheme that says it counts once.
    Once(Vec<u8>),
}

/// A delivery that is proved and understood.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) verdict: Verdict,
    /// The id under which it counts once, where the scheme says so.
    pub(crate) once: Option<Vec<u8>>,
}

/// What a proven delivery means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// These branches have new tips; there is at least one.
    Pushed(Vec<Tip>),
    /// Something was pushed, and nothing is said of what.
    Look,
    /// The forge tries out the address.
    Ping,
    /// Nothing to do, and why.
    Ignored { reason: String },
}

/// The new tip of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tip {
    /// The full name, `refs/heads/main`.
    pub(crate) branch_ref: String,
    /// The commit it points at now, where the forge says.
    pub(crate) after: Option<String>,
}

/// Why a delivery is not believed or not understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Rejected {
    #[error("the request carries no signature")]
    Unsigned,
    #[error("the signature does not match the body")]
    BadSignature,
    #[error("the token or password is not the secret")]
    WrongSecret,
    #[error("the timestamp is more than five minutes off; look at both clocks")]
    Stale,
    #[error("deliveries of SourceHut are not taken; `--webhook-sourcehut-key` says whose are")]
    Untrusted,
    #[error("the body is neither `application/json` nor `application/x-www-form-urlencoded`")]
    UnsupportedMediaType,
    #[error("malformed delivery: {0}")]
    Malformed(#[from] Malformed),
}

/// What is wrong with a proven delivery.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("header `{name}` must be there exactly once")]
    Header { name: &'static str },
    #[error("the form must have exactly one field `payload`")]
    Form,
    #[error("the payload is not the JSON of a push: {source}")]
    Json {
        #[from]
        source: serde_json::Error,
    },
    #[error("the new tip is not an object id")]
    After,
    #[error("`webhook-id` is longer than 256 bytes")]
    Id,
    #[error("`webhook-timestamp` is not a whole number of seconds")]
    Timestamp,
}

/// Judges one delivery.
pub(crate) fn receive(delivery: &Delivery<'_>, trust: &Trust) -> Result<Received, Rejected> {
    let forge = recognise(&delivery.headers).ok_or(Rejected::Unsigned)?;
    let proof = (forge.verify)(delivery, trust)?;
    let verdict = (forge.read)(delivery)?;
    let once = match proof {
        Proof::Repeatable => None,
        Proof::Once(id) => Some(id),
    };
    Ok(Received { verdict, once })
}

/// Why a push of these branches builds nothing.
pub(crate) fn unpublished(tips: &[Tip]) -> String {
    let names: Vec<_> = tips
        .iter()
        .map(|tip| format!("`{}`", push::shown(&tip.branch_ref)))
        .collect();
    match names.as_slice() {
        [one] => format!("{one} is not the published branch"),
        many => format!("none of {} is the published branch", push::listed(many)),
    }
}

/// Who seems to have sent a delivery and under which id, fit for a log line. Neither is proven.
pub(crate) fn origin(headers: Headers<'_>) -> (&'static str, String) {
    let Some(forge) = recognise(&headers) else {
        return ("unknown", String::new());
    };
    let id = forge.delivery.and_then(|name| headers.all(name).next());
    (forge.name, printable(id.unwrap_or_default()))
}

/// The beginning of an id, fit for a log line.
pub(crate) fn printable(id: &[u8]) -> String {
    let shown = id.iter().take(64).map(|&byte| {
        if byte.is_ascii_graphic() {
            char::from(byte)
        } else {
            '?'
        }
    });
    shown.collect()
}

fn recognise(headers: &Headers<'_>) -> Option<&'static Forge> {
    FORGES.iter().find(|forge| (forge.recognises)(headers))
}

#[cfg(test)]
mod tests {
    use super::fixture::{JSON, assert_refused, receive_as};
    use super::*;

    /// The push that a forge sends.
    macro_rules! golden {
        ($name:literal) => {
            include_str!(concat!(
                "../../tests/it/golden/forges/",
                $name,
                "-push.json"
            ))
            .trim()
        };
    }

    #[test]
    fn forges_have_distinct_names() {
        let mut names: Vec<_> = FORGES.iter().map(|forge| forge.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FORGES.len());
    }

    #[test]
    fn a_forge_is_known_among_the_headers_of_those_it_descends_from() {
        let lines = [
            "x-forgejo-event",
            "x-gitea-event",
            "x-gogs-event",
            "x-github-event",
        ];
        let lines = lines.map(|name| (name, b"push".as_slice()));
        for (first, name) in ["Forgejo", "Gitea", "Gogs", "GitHub"].iter().enumerate() {
            assert_eq!(origin(Headers(&lines[first..])).0, *name);
        }
    }

    #[test]
    fn an_authorization_beside_a_forges_own_headers_decides_nothing() {
        let token = ("Authorization", "Bearer hush");
        let headers = [token, ("x-gitea-event", "push"), ("x-gitea-signature", "")];
        assert_refused!(receive_as("Gitea", &headers, ""), Rejected::Unsigned);
    }

    #[test]
    fn a_payload_that_is_cut_anywhere_is_malformed() {
        let hub = "repo:refs_changed";
        for (forge, event, body) in [
            (
                forgejo::FORGE,
                ("x-forgejo-event", "push"),
                golden!("forgejo"),
            ),
            (github::FORGE, ("x-github-event", "push"), golden!("github")),
            (
                gitlab::FORGE,
                ("x-gitlab-event", "Push Hook"),
                golden!("gitlab"),
            ),
            (
                bitbucket_data_center::FORGE,
                ("x-event-key", hub),
                golden!("bitbucket-data-center"),
            ),
            (
                bitbucket_cloud::FORGE,
                ("x-event-key", "repo:push"),
                golden!("bitbucket-cloud"),
            ),
            (
                sourcehut::FORGE,
                ("x-webhook-event", "GIT_POST_RECEIVE"),
                golden!("sourcehut"),
            ),
            (azure::FORGE, ("x-event", ""), golden!("azure")),
            (bearer::FORGE, ("x-event", ""), golden!("github")),
        ] {
            let lines = [
                ("content-type", JSON.as_bytes()),
                (event.0, event.1.as_bytes()),
            ];
            let read = |body: &str| {
                (forge.read)(&Delivery {
                    headers: Headers(&lines),
                    body: body.as_bytes(),
                    now: Moment::from_git(0, 0).unwrap(),
                })
            };
            assert!(
                matches!(read(body), Ok(Verdict::Pushed(_))),
                "{}",
                forge.name
            );
            for end in 1..body.len() {
                let cut = read(&body[..end]);
                assert!(matches!(cut, Err(Rejected::Malformed(_))), "{}", forge.name);
            }
        }
    }

    #[test]
    fn a_stranger_without_any_signature_is_refused() {
        let headers = [("content-type", "application/json")];
        let body = r#"{"ref":"refs/heads/main"}"#;
        assert_refused!(receive_as("unknown", &headers, body), Rejected::Unsigned);
    }

    #[test]
    fn a_reason_names_the_branches_that_are_not_published() {
        let tip = |name: &str| Tip {
            branch_ref: format!("refs/heads/{name}"),
            after: None,
        };
        let tips: Vec<_> = ["a", "b", "c", "d", "e"].map(tip).into();
        assert_eq!(
            unpublished(&tips[..1]),
            "`refs/heads/a` is not the published branch"
        );
        assert_eq!(
            unpublished(&tips),
            "none of `refs/heads/a`, `refs/heads/b`, `refs/heads/c`, and 2 more is the published \
             branch"
        );
    }

    #[test]
    fn a_delivery_id_cannot_forge_log_lines() {
        let long = [b"id\r\n\x1b[31mx".as_slice(), &[b'a'; 300]].concat();
        let headers = [
            ("x-github-event", b"push".as_slice()),
            ("x-github-delivery", long.as_slice()),
        ];
        let (forge, id) = origin(Headers(&headers));
        assert_eq!(forge, "GitHub");
        assert!(id.starts_with("id???[31mx"), "{id}");
        assert_eq!(id.len(), 64);
    }
}
