//! One request over HTTP/1.1, with as few headers as it takes.

use std::sync::Arc;

use reqwest::header::CONTENT_ENCODING;
use reqwest::{Client, Method, Response, redirect};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::{DriverOptions, SyncError};
use crate::device::sync::{Incoming, Outgoing};

/// Sends requests and reads answers no further than a limit.
pub(super) struct Transport {
    client: Client,
}

impl Transport {
    pub(super) fn new(options: &DriverOptions) -> Result<Self, SyncError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls(options)?)
            .http1_only()
            .no_proxy()
            .referer(false)
            .redirect(redirect::Policy::none())
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.read_timeout)
            .timeout(options.request_timeout)
            .pool_idle_timeout(options.idle)
            .build()
            .map_err(|error| SyncError::Setup(error.into()))?;
        Ok(Self { client })
    }

    /// Sends a request to the server at that address.
    pub(super) async fn send(&self, server: &str, outgoing: &Outgoing, limit: usize) -> Result<Incoming, SyncError> {
        let method =
            Method::from_bytes(outgoing.method.as_bytes()).map_err(|error| SyncError::Network(error.into()))?;
        let mut request = self.client.request(method, format!("{server}{}", outgoing.path));
        for (name, value) in outgoing.headers() {
            request = request.header(name, value);
        }
        if !outgoing.body.is_empty() {
            request = request.body(outgoing.body.clone());
        }
        let response = request.send().await.map_err(|error| SyncError::Network(error.into()))?;
        read(response, limit).await
    }
}

async fn read(mut response: Response, limit: usize) -> Result<Incoming, SyncError> {
    let status = response.status().as_u16();
    let gzip = response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| SyncError::Network(error.into()))? {
        if body.len() + chunk.len() > limit {
            return Err(SyncError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Incoming { status, gzip, body })
}

/// The public authorities and the agency's own, with one provider named outright: none has to be installed for the process.
fn tls(options: &DriverOptions) -> Result<ClientConfig, SyncError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in &options.extra_roots {
        roots.add(CertificateDer::from_slice(root)).map_err(|error| SyncError::Setup(error.into()))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SyncError::Setup(error.into()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
