//! TLS of the server's clients.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// TLS that trusts the public authorities.
pub(crate) fn trusting_public_authorities() -> Result<ClientConfig, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(tls.with_root_certificates(roots).with_no_client_auth())
}
