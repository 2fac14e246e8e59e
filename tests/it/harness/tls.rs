//! A certificate authority of a test's own, and a server certificate it vouches for.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server certificate and whose word it is.
pub(crate) struct Certified {
    authority: String,
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Certified {
    /// For the names of a server, IP addresses included.
    pub(crate) fn new(names: &[&str]) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut authority.distinguished_name;
        name.push(DnType::CommonName, "An authority of our own");
        let root = authority.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let params = CertificateParams::new(names).unwrap();
        Self {
            authority: root.pem(),
            certificate: params.signed_by(&key, &issuer).unwrap(),
            key,
        }
    }

    /// Writes the authority's certificate where an operator would name it.
    pub(crate) fn authority(&self, home: &Path) -> String {
        let file = home.join("authority.pem");
        fs::write(&file, &self.authority).unwrap();
        file.to_str().unwrap().to_owned()
    }

    pub(super) fn server(&self) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.der().clone()], key)
            .unwrap();
        Arc::new(config)
    }
}
