//! Whom this server calls when an agency names an identity provider: hosts of the internet by https, and of the operator's own
//! network those only that the operator lists. An administrator's settings make the server call nothing else.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::call::Fault;
use crate::notices::is_internal;

/// What the operator allows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reach {
    hosts: Vec<Host>,
    authorities: Vec<CertificateDer<'static>>,
}

/// A host that may have an address inside a network: on every port, or on one.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Host {
    name: String,
    port: Option<u16>,
}

impl Reach {
    /// Checks what an operator set: hosts such as `login.example.lan` or `127.0.0.1:8080`, and authorities besides the public ones.
    pub fn new(hosts: &[String], authorities: Vec<CertificateDer<'static>>) -> Result<Self, String> {
        let hosts = hosts.iter().map(|host| host.trim()).filter(|host| !host.is_empty());
        Ok(Self { hosts: hosts.map(Host::read).collect::<Result<_, _>>()?, authorities })
    }

    /// The url, if it is one that a provider may have. Plain http is for this very machine, where it is listed.
    pub fn url(&self, text: &str) -> Result<Url, Fault> {
        let url = Url::parse(text).map_err(|_| Fault::NoUrl)?;
        let host = url.host_str().ok_or(Fault::NoUrl)?;
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let own = url.scheme() == "http" && is_this_machine(host) && self.lists(&url);
        match bare {
            true if url.scheme() == "https" || own => Ok(url),
            true => Err(Fault::NotHttps(host.to_owned())),
            false => Err(Fault::NoUrl),
        }
    }

    /// Refuses addresses of which one lies inside a network, unless the host is listed.
    pub(super) fn allow(&self, url: &Url, addresses: &[SocketAddr]) -> Result<(), Fault> {
        if self.lists(url) || !addresses.iter().any(|address| is_internal(address.ip())) {
            return Ok(());
        }
        Err(Fault::Internal(url.host_str().unwrap_or_default().to_owned()))
    }

    /// TLS that trusts the public authorities and the operator's.
    pub(super) fn tls(&self) -> Result<ClientConfig, Fault> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.add_parsable_certificates(self.authorities.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = tls.map_err(|_| Fault::Broken)?;
        Ok(tls.with_root_certificates(roots).with_no_client_auth())
    }

    fn lists(&self, url: &Url) -> bool {
        let name = bare(url.host_str().unwrap_or_default()).to_lowercase();
        let port = url.port_or_known_default();
        self.hosts.iter().any(|host| host.name == name && (host.port.is_none() || host.port == port))
    }
}

impl Host {
    fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is no host such as login.example.lan or 10.1.2.3:8443");
        // The address of a whole host: a colon in it is no port's.
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if bare(text).parse::<IpAddr>().is_err() => {
                (name, Some(port.parse().map_err(|_| wrong())?))
            }
            _ => (text, None),
        };
        let name = bare(name).to_lowercase();
        let fits = name.parse::<IpAddr>().is_ok()
            || (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
        if fits { Ok(Self { name, port }) } else { Err(wrong()) }
    }
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || bare(host).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(hosts: &[&str]) -> Reach {
        let hosts: Vec<_> = hosts.iter().map(|&host| host.to_owned()).collect();
        Reach::new(&hosts, vec![]).unwrap()
    }

    fn calls(reach: &Reach, url: &str, address: &str) -> bool {
        let address = SocketAddr::new(address.parse().unwrap(), 443);
        reach.url(url).and_then(|url| reach.allow(&url, &[address])).is_ok()
    }

    #[test]
    fn providers_of_the_internet_are_called_by_https_only() {
        let open = reach(&[]);
        assert!(calls(&open, "https://login.example.org/tenant", "8.8.8.8"));
        for wrong in [
            "http://login.example.org",
            "http://127.0.0.1:9000",
            "ftp://login.example.org",
            "https://user:word@login.example.org",
            "https://login.example.org/#part",
            "login.example.org",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "",
        ] {
            assert!(open.url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_inside_is_called_only_where_its_host_is_listed() {
        let (open, listed) = (reach(&[]), reach(&["login.example.lan", "10.1.2.3:8443", "[::1]:9000"]));
        for inside in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1"] {
            assert!(!calls(&open, "https://login.example.lan/", inside), "{inside}");
            assert!(calls(&listed, "https://LOGIN.example.lan/", inside), "{inside}");
            assert!(!calls(&listed, "https://other.example.lan/", inside), "{inside}");
        }
        assert!(calls(&listed, "https://10.1.2.3:8443/", "10.1.2.3"));
        assert!(!calls(&listed, "https://10.1.2.3:22/", "10.1.2.3"), "another port");
        // Other ways to write an address are the same address.
        assert!(!calls(&open, "https://0x7f.1/", "127.0.0.1") && !calls(&open, "https://2130706433/", "127.0.0.1"));
    }

    #[test]
    fn one_address_inside_makes_all_of_them_suspect() {
        let both = ["8.8.8.8:443", "10.0.0.1:443"].map(|address| address.parse::<SocketAddr>().unwrap());
        let url = Url::parse("https://login.example.org/").unwrap();
        assert!(reach(&[]).allow(&url, &both).is_err());
    }

    #[test]
    fn plain_http_is_for_this_machine_where_it_is_listed() {
        let listed = reach(&["127.0.0.1", "localhost:9000", "10.1.2.3"]);
        assert!(listed.url("http://127.0.0.1:1234/").is_ok() && listed.url("http://localhost:9000/").is_ok());
        assert!(listed.url("http://localhost:9001/").is_err() && listed.url("http://10.1.2.3/").is_err());
    }

    #[test]
    fn what_is_no_host_is_refused_at_the_start() {
        for wrong in ["https://login.example.lan", "login example", "host:port", "*.example.lan", "host:99999"] {
            assert!(Reach::new(&[wrong.to_owned()], vec![]).is_err(), "{wrong}");
        }
        assert_eq!(Reach::new(&[String::new(), " ".to_owned()], vec![]), Ok(Reach::default()));
    }
}
