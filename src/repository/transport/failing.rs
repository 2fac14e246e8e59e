//! What the HTTP client's errors mean for who runs byline.

use std::io::{self, ErrorKind};

use rustls::CertificateError;
use ureq::Timeout;
use url::Url;

use super::{CONNECT, Fault, STALL};

/// The fault an error on the way to an address stands for.
pub(super) fn failing(error: ureq::Error, url: &Url) -> Fault {
    let host = || url.host_str().unwrap_or_default().to_owned();
    match error {
        ureq::Error::HostNotFound => Fault::NoSuchHost { host: host() },
        ureq::Error::Timeout(Timeout::Global) => Fault::Late,
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Fault::NoAnswer {
            host: host(),
            seconds: CONNECT.as_secs(),
        },
        ureq::Error::Timeout(_) => Fault::Stalled {
            seconds: STALL.as_secs(),
        },
        ureq::Error::Rustls(error) => tls(error, host()),
        ureq::Error::Io(error) => broken(error, host()),
        // Only where the remote closes before it has answered.
        ureq::Error::ConnectionFailed | ureq::Error::BodyStalled => Fault::Cut,
        other => Fault::Http {
            source: Box::new(other),
        },
    }
}

fn broken(error: io::Error, host: String) -> Fault {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls(error.clone(), host);
    }
    match error.kind() {
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe => Fault::Cut,
        // The standard library gives the resolver's failures no kind of their own.
        _ if error.to_string().contains("lookup address") => Fault::NoSuchHost { host },
        _ => Fault::Unreachable {
            host,
            source: error,
        },
    }
}

fn tls(error: rustls::Error, host: String) -> Fault {
    use CertificateError as Certificate;
    match error {
        rustls::Error::InvalidCertificate(fault) => match fault {
            Certificate::UnknownIssuer => Fault::UnknownAuthority,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                Fault::WrongName { host }
            }
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. } => Fault::Expired,
            fault => Fault::Tls {
                host,
                source: rustls::Error::InvalidCertificate(fault),
            },
        },
        source => Fault::Tls { host, source },
    }
}
