//! The other direction: a push put into a forge's words and proved as that forge does, for whoever
//! wants to tell byline of one, or to see what a forge would send. Ids and the time are arguments.

use serde_json::{Value, json};

use super::secrets::BadSecret;
use super::{FORGES, signature, standard};

/// What is to be told: a branch has a new tip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Push<'a> {
    pub(crate) branch: &'a str,
    /// The commit it points at now, if that is known.
    pub(crate) commit: Option<&'a str>,
    /// Under which it counts once, where the scheme has such a thing.
    pub(crate) id: &'a str,
    /// Seconds since 1970.
    pub(crate) seconds: i64,
}

/// A request that tells it, and how it is to be proved.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Value,
    pub(super) by: By,
}

/// How a sender proves that it knows the secret.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// The HMAC of the body in hexadecimal, in this header after this prefix.
    Hmac(&'static str, &'static str),
    Standard,
    /// The secret itself, in this header.
    Token(&'static str),
    Bearer,
    /// The secret itself, as the password of HTTP Basic.
    Basic,
}

/// What a header says; the secret itself only where its sender has to tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Plain(String),
    Token,
    Bearer,
    Basic,
}

/// Headers and body of one request.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) headers: Vec<(&'static str, Said)>,
    pub(crate) body: String,
}

/// Why a forge's push cannot be made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsendable {
    #[error("there is no forge `{name}`; those there are: {}", senders().join(", "))]
    Unknown { name: String },
    #[error("only SourceHut itself holds the key it signs with; choose another with `--forge`")]
    Unsigned,
    #[error(transparent)]
    Secret(#[from] BadSecret),
}

/// The forges whose pushes can be made, by their short names.
pub(crate) fn senders() -> Vec<&'static str> {
    let able = FORGES.iter().filter(|forge| forge.send.is_some());
    able.map(|forge| forge.short).collect()
}

/// What a forge would send for a push, proved by a secret.
pub(crate) fn message(forge: &str, push: &Push<'_>, secret: &str) -> Result<Message, Unsendable> {
    let known = FORGES.iter().find(|known| known.short == forge);
    let unknown = || Unsendable::Unknown {
        name: forge.to_owned(),
    };
    let send = known.ok_or_else(unknown)?.send;
    let sent = send.ok_or(Unsendable::Unsigned)?(push);
    let body = sent.body.to_string();
    let plain = |(name, value): (&'static str, String)| (name, Said::Plain(value));
    let mut headers: Vec<_> = sent.headers.into_iter().map(plain).collect();
    headers.push(("content-type", Said::Plain("application/json".to_owned())));
    match sent.by {
        By::Hmac(name, prefix) => {
            let tag = signature::sign(body.as_bytes(), secret.as_bytes());
            headers.push((name, Said::Plain(format!("{prefix}{tag}"))));
        }
        By::Standard => {
            let signed = standard::message_headers(secret, push.id, push.seconds, body.as_bytes())?;
            headers.extend(signed.map(plain));
        }
        By::Token(name) => headers.push((name, Said::Token)),
        By::Bearer => headers.push(("authorization", Said::Bearer)),
        By::Basic => headers.push(("authorization", Said::Basic)),
    }
    Ok(Message { headers, body })
}

impl Said {
    /// As it goes over the wire.
    pub(crate) fn with(&self, secret: &str) -> String {
        match self {
            Self::Plain(value) => value.clone(),
            Self::Token => secret.to_owned(),
            Self::Bearer => format!("Bearer {secret}"),
            Self::Basic => {
                let pair = signature::to_base64(format!("{BASIC_USER}:{secret}").as_bytes());
                format!("Basic {pair}")
            }
        }
    }

    /// Whether whoever reads it on the way knows the secret.
    pub(crate) fn tells_the_secret(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }
}

/// The user beside the password, of which nothing depends.
pub(crate) const BASIC_USER: &str = "byline";

impl Push<'_> {
    pub(super) fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// In the words that GitHub, GitLab and Gogs with its descendants share.
    pub(super) fn as_one(&self) -> Value {
        let mut body = json!({
            "ref": self.reference(),
            "repository": {"default_branch": self.branch},
        });
        if let Some(commit) = self.commit {
            body["after"] = json!(commit);
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{AFTER, NOW, receive_trusting, tip, trust_in};
    use super::*;
    use crate::webhook::Rejected;

    const SECRET: &str = "whsec_aHVzaA==";

    fn push(commit: Option<&str>) -> Push<'_> {
        Push {
            branch: "main",
            commit,
            id: "msg_1",
            seconds: NOW,
        }
    }

    #[test]
    fn what_each_forge_would_send_is_taken_with_the_secret_and_without_it_is_not() {
        for forge in FORGES.iter().filter(|forge| forge.send.is_some()) {
            let message = message(forge.short, &push(Some(AFTER)), SECRET).unwrap();
            let received = |ours: &str, theirs: &str| {
                let headers = message.headers.iter();
                let headers: Vec<_> = headers
                    .map(|(name, said)| (*name, said.with(ours)))
                    .collect();
                let lines = headers.iter().map(|(name, value)| (*name, value.as_str()));
                let lines: Vec<_> = lines.collect();
                receive_trusting(&trust_in(theirs), forge.name, &lines, &message.body)
            };
            let verdict = received(SECRET, SECRET).unwrap().verdict;
            assert_eq!(verdict, tip("refs/heads/main", AFTER), "{}", forge.name);
            let refused = received(SECRET, "guess").unwrap_err();
            assert!(
                matches!(refused, Rejected::BadSignature | Rejected::WrongSecret),
                "{}: {refused}",
                forge.name
            );
        }
    }

    #[test]
    fn who_cannot_be_spoken_for_is_told_by_name() {
        let of = |forge| message(forge, &push(None), SECRET).unwrap_err().to_string();
        assert!(of("gitbub").contains("github, gitlab"), "{}", of("gitbub"));
        assert!(of("sourcehut").contains("SourceHut itself"));
    }
}
