//! Text messages and signs on phones by way of a gateway that is called over HTTP: one signed JSON body a message.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use data_encoding::HEXLOWER;
use detailbook_core::notices::Channel;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url, redirect};
use serde_json::{Value, json};
use sha2::Sha256;

use super::internal::is_internal;
use super::{Gateway, Outgoing};
use crate::jobs::Failed;
use crate::tls;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Shorter secrets are guessed.
const SECRET_CHARS: usize = 16;

/// Where to call, and the secret that signs.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSettings {
    url: Url,
    secret: String,
    internal: bool,
}

impl std::fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSettings").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl WebhookSettings {
    /// Checks what an operator set. `internal`: the operator allows addresses of this machine and its networks, and then `http://`
    /// too. `Err`: what is wrong, without any secret.
    pub fn new(url: &str, secret: &str, internal: bool) -> Result<Self, String> {
        let url = Url::parse(url.trim()).map_err(|_| "the gateway is not a url".to_owned())?;
        if url.scheme() != "https" && !(internal && url.scheme() == "http") {
            return Err("the gateway must be https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the gateway's url must not hold a name or a password".to_owned());
        }
        if secret.trim().len() < SECRET_CHARS {
            return Err(format!("the gateway's secret must have at least {SECRET_CHARS} characters"));
        }
        let settings = Self { url, secret: secret.trim().to_owned(), internal };
        if let Some(address) = settings.literal() {
            settings.allowed(address).map_err(|_| "the gateway has an internal address".to_owned())?;
        }
        Ok(settings)
    }

    /// The address that the url itself names, if it is one.
    fn literal(&self) -> Option<IpAddr> {
        let host = self.url.host_str()?;
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    fn allowed(&self, address: IpAddr) -> Result<(), Failed> {
        if self.internal || !is_internal(address) {
            return Ok(());
        }
        Err(Failed::for_good("The gateway's name leads to an internal address, which is not called."))
    }

    /// The addresses that the name stands for now. One that is internal makes all of them suspect.
    fn addresses(&self) -> Result<Vec<SocketAddr>, Failed> {
        let unknown = || Failed::later("The gateway's name cannot be looked up.");
        let (host, port) = (self.url.host_str(), self.url.port_or_known_default());
        let (host, port) = (host.ok_or_else(unknown)?, port.ok_or_else(unknown)?);
        let addresses = match self.literal() {
            Some(address) => vec![SocketAddr::new(address, port)],
            None => (host, port).to_socket_addrs().map_err(|_| unknown())?.collect::<Vec<_>>(),
        };
        addresses.iter().try_for_each(|address| self.allowed(address.ip()))?;
        if addresses.is_empty() { Err(unknown()) } else { Ok(addresses) }
    }
}

/// Calls a gateway.
#[derive(Clone, Debug)]
pub struct Webhook {
    settings: WebhookSettings,
}

impl Webhook {
    /// That gateway.
    pub const fn new(settings: WebhookSettings) -> Self {
        Self { settings }
    }

    async fn call(&self, addresses: &[SocketAddr], outgoing: &Outgoing) -> Result<u16, reqwest::Error> {
        let (body, seconds) = (body(outgoing).to_string(), (outgoing.now.as_millis() / 1_000).to_string());
        let signed = signature(self.settings.secret.as_bytes(), &seconds, body.as_bytes());
        let request = client(&self.settings.url, addresses)?
            .post(self.settings.url.clone())
            .header("content-type", "application/json")
            .header("detailbook-delivery", outgoing.delivery.to_string())
            .header("detailbook-timestamp", seconds)
            .header("detailbook-signature", format!("v1={signed}"))
            .body(body);
        // What it answers besides the status is never read.
        Ok(request.send().await?.status().as_u16())
    }
}

/// HMAC-SHA256 in hex of `seconds`, a dot and the body, under the secret: what `Detailbook-Signature` holds after `v1=`.
pub fn signature(secret: &[u8], seconds: &str, body: &[u8]) -> String {
    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("any key length");
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body);
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// A sign on the phone says that there is something new, and not what.
fn body(outgoing: &Outgoing) -> Value {
    let head = json!({ "delivery": outgoing.delivery, "agency": outgoing.agency, "channel": outgoing.channel });
    let rest = match outgoing.channel {
        Channel::Push => json!({ "officer": outgoing.to }),
        _ => json!({ "to": outgoing.to, "text": outgoing.text }),
    };
    let (Value::Object(mut all), Value::Object(rest)) = (head, rest) else { return Value::Null };
    all.extend(rest);
    Value::Object(all)
}

/// A client that calls these addresses and no other, follows nothing, and trusts the public authorities.
fn client(url: &Url, addresses: &[SocketAddr]) -> Result<Client, reqwest::Error> {
    let builder = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).no_proxy();
    let builder = match url.host_str() {
        Some(host) => builder.resolve_to_addrs(host, addresses),
        None => builder,
    };
    // ring has the default versions; without them reqwest refuses to build.
    match tls::trusting_public_authorities() {
        Ok(tls) => builder.tls_backend_preconfigured(tls).build(),
        Err(_) => builder.build(),
    }
}

impl Gateway for Webhook {
    fn send(&self, outgoing: &Outgoing) -> Result<(), Failed> {
        let addresses = self.settings.addresses()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|_| Failed::later("The server has no room for the call."))?;
        match runtime.block_on(self.call(&addresses, outgoing)) {
            Ok(200..=299) => Ok(()),
            Ok(status @ (408 | 425 | 429 | 500..)) => Err(Failed::later(format!("The gateway answered {status}."))),
            Ok(status) => Err(Failed::for_good(format!("The gateway refused it with {status}."))),
            Err(_) => Err(Failed::later("The gateway cannot be reached.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_https_elsewhere_unless_the_operator_says_otherwise() {
        let secret = "sixteen-characters-and-more";
        let ok = |url: &str, internal| WebhookSettings::new(url, secret, internal).is_ok();
        assert!(ok("https://sms.example.org/send", false));
        for inside in
            ["https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://0x7f.1/", "https://2130706433/"]
        {
            assert!(!ok(inside, false) && ok(inside, true), "{inside}");
        }
        assert!(!ok("http://sms.example.org/", false) && ok("http://127.0.0.1:1/", true));
        assert!(!ok("https://user:pass@sms.example.org/", true) && !ok("file:///etc/passwd", true) && !ok("x", true));
        assert!(WebhookSettings::new("https://sms.example.org/", "short", false).is_err());
        let settings = WebhookSettings::new("https://sms.example.org/", secret, false).unwrap();
        assert!(!format!("{settings:?}").contains(secret));
    }

    #[test]
    fn a_name_that_leads_inside_is_not_called() {
        let settings = WebhookSettings::new("https://localhost/", "sixteen-characters-and-more", false).unwrap();
        assert!(matches!(settings.addresses(), Err(Failed::ForGood(_))));
    }

    /// Computed by Python's hmac module over the same secret, second and body.
    #[test]
    fn the_signature_is_what_others_compute() {
        let signed = signature(b"sixteen-characters-and-more", "1561676400", br#"{"to":"+15550100"}"#);
        assert_eq!(signed, "b997b459756fe15d75d89baa7c91cebc271c48c1a486aa239e51a4322719a9f2");
    }
}
