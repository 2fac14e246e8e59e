//! Whom another server must be vouched for by: the operator's own certificates if there are some,
//! else the system's, else those that are built in, so that a machine without any can speak to others too.

use std::path::Path;

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use super::Error;
use crate::config;

/// The certificates to trust, read anew for each client.
pub(super) fn roots(own: Option<&Path>) -> Result<RootCerts, Error> {
    if let Some(file) = own {
        return read(file);
    }
    let system = rustls_native_certs::load_native_certs().certs;
    if system.is_empty() {
        return Ok(RootCerts::WebPki);
    }
    let certificates = system
        .iter()
        .map(|der| Certificate::from_der(der).to_owned());
    Ok(RootCerts::from(certificates))
}

fn read(file: &Path) -> Result<RootCerts, Error> {
    let text = config::read(file)?;
    let certificates: Vec<_> = parse_pem(text.as_bytes())
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            Ok(_) | Err(_) => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(Error::NoCertificate {
            path: file.to_owned(),
        });
    }
    Ok(RootCerts::from(certificates))
}
