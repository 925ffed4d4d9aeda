//! Calls to an identity provider: one request, bounded in time and size, to an address that was looked at before, with no redirect
//! followed.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse, http};
use reqwest::{Client, Request, Url, redirect};
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::reach::Reach;

/// How long a call may take, with looking the name up.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer: the longest lists of keys have a few tens of kilobytes.
const ANSWER_BYTES: usize = 256 * 1024;

/// Why a provider could not be called, as a sentence for whoever sets it up.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// Not an address that a provider may have.
    #[error("That is no address such as https://login.example.org.")]
    NoUrl,
    /// Plain http.
    #[error("{0} must be called by https.")]
    NotHttps(String),
    /// It stands for no address.
    #[error("The name {0} cannot be looked up.")]
    Unknown(String),
    /// Its address lies inside a network.
    #[error("{0} has an address inside a network. Whoever runs the server must list it (--provider-hosts).")]
    Internal(String),
    /// It does not answer in time.
    #[error("{0} does not answer within ten seconds.")]
    Slow(String),
    /// Its certificate is none that is trusted.
    #[error(
        "The TLS certificate of {0} is not one that this server trusts. For an authority of your own there is --provider-ca."
    )]
    Untrusted(String),
    /// No connection, or one that broke.
    #[error("{0} cannot be reached.")]
    Unreachable(String),
    /// It answers too much.
    #[error("{0} answers with more than 256 KiB, which is no answer of a provider.")]
    TooLarge(String),
    /// This server cannot call.
    #[error("The server cannot make the call now.")]
    Broken,
}

/// Makes a call. Blocks.
pub fn call(reach: &Reach, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let url = reach.url(&request.uri().to_string())?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| Fault::Broken)?;
    let answered = runtime.block_on(async { timeout(PATIENCE, answer(reach, &url, request)).await });
    // A name that is still being looked up keeps nobody waiting.
    runtime.shutdown_background();
    answered.unwrap_or(Err(Fault::Slow(host)))
}

async fn answer(reach: &Reach, url: &Url, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let addresses = addresses(url, &host).await?;
    reach.allow(url, &addresses)?;
    let request = Request::try_from(request).map_err(|_| Fault::NoUrl)?;
    let sent = client(reach, &host, &addresses)?.execute(request).await;
    let mut response = sent.map_err(|error| fault(&error, &host))?;
    let mut answer = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| fault(&error, &host))? {
        if body.len() + piece.len() > ANSWER_BYTES {
            return Err(Fault::TooLarge(host));
        }
        body.extend_from_slice(&piece);
    }
    answer.body(body).map_err(|_| Fault::Broken)
}

async fn addresses(url: &Url, host: &str) -> Result<Vec<SocketAddr>, Fault> {
    let unknown = || Fault::Unknown(host.to_owned());
    let port = url.port_or_known_default().ok_or_else(unknown)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<_> = tokio::net::lookup_host((bare, port)).await.map_err(|_| unknown())?.collect();
    if found.is_empty() { Err(unknown()) } else { Ok(found) }
}

/// A client that calls these addresses and no other, and follows nothing.
fn client(reach: &Reach, host: &str, addresses: &[SocketAddr]) -> Result<Client, Fault> {
    let builder = Client::builder().redirect(redirect::Policy::none()).no_proxy().referer(false);
    let builder = builder.resolve_to_addrs(host, addresses).tls_backend_preconfigured(reach.tls()?);
    builder.build().map_err(|_| Fault::Broken)
}

fn fault(error: &reqwest::Error, host: &str) -> Fault {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(it) = cause {
        if it.is::<rustls::Error>() {
            return Fault::Untrusted(host.to_owned());
        }
        cause = within(it);
    }
    Fault::Unreachable(host.to_owned())
}

/// What is behind an error. One of I/O passes over what it holds when it is asked for its source, and layers of it stand in each other.
fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(held) => Some(held),
        None => error.source(),
    }
}
