//! What the HTTP client's errors mean for who runs byline.

use std::io::{self, ErrorKind};

use rustls::CertificateError;
use ureq::Timeout;
use url::Url;

use super::{CONNECT, Error, STALL};

/// What an error on the way to an address stands for; `flag` names whom to believe.
pub(super) fn failing(error: ureq::Error, url: &Url, flag: &'static str) -> Error {
    let host = || url.host_str().unwrap_or_default().to_owned();
    match error {
        ureq::Error::HostNotFound => Error::NoSuchHost { host: host() },
        ureq::Error::Timeout(Timeout::Global) => Error::Late,
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Error::NoAnswer {
            host: host(),
            seconds: CONNECT.as_secs(),
        },
        ureq::Error::Timeout(_) => Error::Stalled {
            seconds: STALL.as_secs(),
        },
        ureq::Error::Rustls(error) => tls(error, host(), flag),
        ureq::Error::Io(error) => broken(error, host(), flag),
        // Only where the remote closes before it has answered.
        ureq::Error::ConnectionFailed | ureq::Error::BodyStalled => Error::Cut,
        other => Error::Http {
            source: Box::new(other),
        },
    }
}

fn broken(error: io::Error, host: String, flag: &'static str) -> Error {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls(error.clone(), host, flag);
    }
    match error.kind() {
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe => Error::Cut,
        // The standard library gives the resolver's failures no kind of their own.
        _ if error.to_string().contains("lookup address") => Error::NoSuchHost { host },
        _ => Error::Unreachable {
            host,
            source: error,
        },
    }
}

fn tls(error: rustls::Error, host: String, flag: &'static str) -> Error {
    use CertificateError as Certificate;
    match error {
        rustls::Error::InvalidCertificate(fault) => match fault {
            Certificate::UnknownIssuer => Error::UnknownAuthority { flag },
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                Error::WrongName { host }
            }
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. } => Error::Expired,
            fault => Error::Tls {
                host,
                source: rustls::Error::InvalidCertificate(fault),
            },
        },
        source => Error::Tls { host, source },
    }
}
