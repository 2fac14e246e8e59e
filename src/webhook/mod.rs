//! What a forge tells us: headers and bytes in, a verdict out. A delivery is proved by its
//! signature over the raw body before a byte of it is parsed, and even then it only says "look
//! again": no URL, branch or commit of it is ever fetched. Nothing here does I/O.

mod form;
mod github;
mod secrets;
mod signature;

pub(crate) use secrets::Secrets;
#[cfg(test)]
pub(crate) use signature::sign;

/// One forge each; whoever recognises a delivery first decides on it alone.
const FORGES: &[Forge] = &[github::FORGE];

/// How one forge announces itself, proves a delivery and words it.
struct Forge {
    name: &'static str,
    /// The header with the delivery's id, for the log.
    delivery: &'static str,
    recognises: fn(&Headers<'_>) -> bool,
    /// Whether one of the secrets signed these very bytes.
    verify: fn(&Headers<'_>, &[u8], &Secrets) -> Result<(), Rejected>,
    /// What the delivery says; called only once it is verified.
    read: fn(&Headers<'_>, &[u8]) -> Result<Verdict, Rejected>,
}

/// A request's header lines, in order; names are compared without case.
#[derive(Clone, Copy)]
pub(crate) struct Headers<'a>(pub(crate) &'a [(&'a str, &'a [u8])]);

/// What a proven delivery means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A branch has a new tip.
    Push {
        /// The full name, `refs/heads/main`.
        branch_ref: String,
        /// The commit it points at now, where the forge says.
        after: Option<String>,
    },
    /// The forge tries out the address.
    Ping,
    /// Nothing to do, and why.
    Ignored { reason: String },
}

/// Why a delivery is not believed or not understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Rejected {
    #[error("the request carries no signature")]
    Unsigned,
    #[error("the signature does not match the body")]
    BadSignature,
    #[error("the body is neither `application/json` nor `application/x-www-form-urlencoded`")]
    UnsupportedMediaType,
    #[error("malformed delivery: {0}")]
    Malformed(#[from] Malformed),
}

/// What is wrong with a signed delivery.
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
    #[error("`after` is not an object id")]
    After,
}

/// Judges one delivery.
pub(crate) fn receive(
    headers: Headers<'_>,
    body: &[u8],
    secrets: &Secrets,
) -> Result<Verdict, Rejected> {
    let forge = recognise(&headers).ok_or(Rejected::Unsigned)?;
    (forge.verify)(&headers, body, secrets)?;
    (forge.read)(&headers, body)
}

/// Who seems to have sent a delivery and under which id, fit for a log line. Neither is proven.
pub(crate) fn origin(headers: Headers<'_>) -> (&'static str, String) {
    let Some(forge) = recognise(&headers) else {
        return ("unknown", String::new());
    };
    let id = headers.all(forge.delivery).next().unwrap_or_default();
    let id = id.iter().take(64).map(|&byte| {
        if byte.is_ascii_graphic() {
            char::from(byte)
        } else {
            '?'
        }
    });
    (forge.name, id.collect())
}

fn recognise(headers: &Headers<'_>) -> Option<&'static Forge> {
    FORGES.iter().find(|forge| (forge.recognises)(headers))
}

impl<'a> Headers<'a> {
    fn all(self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.0
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The value of a header that must stand there once.
    fn only(self, name: &'static str) -> Result<&'a [u8], Malformed> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (None, _) | (Some(_), Some(_)) => Err(Malformed::Header { name }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forges_have_distinct_names() {
        let mut names: Vec<_> = FORGES.iter().map(|forge| forge.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FORGES.len());
    }

    #[test]
    fn a_stranger_without_any_signature_is_refused() {
        let secrets = Secrets::new(b"hush".to_vec(), None).unwrap();
        let headers = [("content-type", b"application/json".as_slice())];
        assert!(matches!(
            receive(
                Headers(&headers),
                b"{\"ref\":\"refs/heads/main\"}",
                &secrets
            ),
            Err(Rejected::Unsigned)
        ));
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
