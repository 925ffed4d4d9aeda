//! An identity provider of the tests' own: a real server over HTTP or TLS with real keys, that also answers as no real one would.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use detailbook_core::time::UnixMillis;
use detailbook_server::routes::staff::percent;
use p256::ecdsa::signature::Signer;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use ring::{digest, hmac};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

pub(crate) const CLIENT: &str = "detailbook";
pub(crate) const SECRET: &str = "what-only-the-provider-and-the-server-know";
/// The authority of its certificate, as an operator names it. How both were made stands in `openssl.cnf` beside them.
pub(crate) const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/console/authority/authority.pem");
/// Its certificate and key.
const OWN: &[u8] = include_bytes!("authority/provider.pem");

/// How a token is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sign {
    /// RS256 by the key of that number.
    Rsa(usize),
    /// ES256.
    Curve,
    /// RS256 by another key under the name of the first.
    Forged,
    /// `none`, and no signature.
    Not,
    /// HS256 under the client's secret.
    ByTheSecret,
    /// HS256 under the public key, as if that were a secret.
    ByThePublicKey,
}

type Change = Arc<dyn Fn(&mut Value) + Send + Sync>;

/// How it behaves.
#[derive(Clone)]
pub(crate) struct Ways {
    pub(crate) sign: Sign,
    /// The keys that it shows.
    pub(crate) shows: Vec<Sign>,
    /// Claims are changed by this before they are signed.
    pub(crate) claims: Change,
    /// The discovery document is changed by this.
    pub(crate) document: Change,
    /// E-mail addresses stand in tokens; else whoever asks is told.
    pub(crate) in_token: bool,
    /// Proofs are looked at.
    pub(crate) proofs: bool,
    /// What is answered at a path in the place of what there is: a whole answer of HTTP.
    pub(crate) instead: HashMap<&'static str, Vec<u8>>,
    /// It never ends its answers.
    pub(crate) hangs: bool,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            sign: Sign::Rsa(0),
            shows: vec![Sign::Rsa(0), Sign::Curve],
            claims: Arc::new(|_| ()),
            document: Arc::new(|_| ()),
            in_token: true,
            proofs: true,
            instead: HashMap::new(),
            hangs: false,
        }
    }
}

/// Somebody with an account at the provider.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) subject: String,
    pub(crate) email: Option<String>,
    pub(crate) verified: bool,
    pub(crate) methods: Vec<&'static str>,
}

impl Account {
    pub(crate) fn new(subject: &str, email: &str) -> Self {
        Self { subject: subject.to_owned(), email: Some(email.to_owned()), verified: true, methods: vec!["pwd"] }
    }
}

struct Grant {
    claims: Value,
    me: Value,
    challenge: String,
    back: String,
}

struct State {
    ways: Ways,
    grants: HashMap<String, Grant>,
    told: HashMap<String, Value>,
    calls: Vec<String>,
    number: u32,
}

/// The provider, for as long as the test lasts.
#[derive(Clone)]
pub(crate) struct LocalProvider {
    pub(crate) issuer: String,
    state: Arc<Mutex<State>>,
}

/// Keys take a while to make: once.
fn rsa(number: usize) -> &'static RsaKeyPair {
    static KEYS: OnceLock<Vec<RsaKeyPair>> = OnceLock::new();
    let make = || {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        RsaKeyPair::from_der(key.to_pkcs1_der().unwrap().as_bytes()).unwrap()
    };
    &KEYS.get_or_init(|| (0..3).map(|_| make()).collect())[number]
}

fn curve() -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap()
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

fn key(of: Sign) -> Value {
    if let Sign::Rsa(number) = of {
        let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(rsa(number).public());
        let kid = format!("rsa-{number}");
        return json!({ "kty": "RSA", "use": "sig", "kid": kid, "n": encoded(&public.n), "e": encoded(&public.e) });
    }
    let point = curve().verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "curve", "x": encoded(x), "y": encoded(y) })
}

/// A token in the compact form.
fn signed(claims: &Value, sign: Sign) -> String {
    let (alg, kid) = match sign {
        Sign::Rsa(number) => ("RS256", format!("rsa-{number}")),
        Sign::Forged => ("RS256", "rsa-0".to_owned()),
        Sign::Curve => ("ES256", "curve".to_owned()),
        Sign::Not => ("none", "rsa-0".to_owned()),
        Sign::ByTheSecret | Sign::ByThePublicKey => ("HS256", "rsa-0".to_owned()),
    };
    let head = json!({ "alg": alg, "kid": kid, "typ": "JWT" });
    let text = format!("{}.{}", encoded(head.to_string()), encoded(claims.to_string()));
    let by_rsa = |number| {
        let mut bytes = vec![0; rsa(number).public().modulus_len()];
        rsa(number).sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut bytes).unwrap();
        bytes
    };
    let by_secret = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    let signature = match sign {
        Sign::Rsa(number) => by_rsa(number),
        Sign::Forged => by_rsa(2),
        Sign::Curve => {
            let made: p256::ecdsa::Signature = curve().sign(text.as_bytes());
            made.to_bytes().to_vec()
        }
        Sign::Not => vec![],
        Sign::ByTheSecret => by_secret(SECRET.as_bytes()),
        Sign::ByThePublicKey => by_secret(rsa(0).public().as_ref()),
    };
    format!("{text}.{}", encoded(signature))
}

/// A whole answer.
pub(crate) fn answer(status: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn as_json(status: &str, body: &Value) -> Vec<u8> {
    answer(status, "application/json; charset=utf-8", body.to_string().as_bytes())
}

fn pairs(text: &str) -> HashMap<String, String> {
    let plain = |part: &str| percent::decode(&part.replace('+', " ")).unwrap();
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (plain(name), plain(value))).collect()
}

impl LocalProvider {
    pub(crate) fn start() -> Self {
        Self::listens(None)
    }

    /// One over TLS, with a certificate of an authority that nobody knows.
    pub(crate) fn start_over_tls() -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let chain = CertificateDer::pem_slice_iter(OWN).collect::<Result<Vec<_>, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(OWN).unwrap();
        Self::listens(Some(Arc::new(tls.with_no_client_auth().with_single_cert(chain, key).unwrap())))
    }

    fn listens(tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let issuer = format!("{scheme}://{}", listener.local_addr().unwrap());
        let state =
            State { ways: Ways::default(), grants: HashMap::new(), told: HashMap::new(), calls: Vec::new(), number: 0 };
        let provider = Self { issuer, state: Arc::new(Mutex::new(state)) };
        let own = provider.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (own, stream, tls) = (own.clone(), stream.unwrap(), tls.clone());
                thread::spawn(move || match tls {
                    Some(tls) => own.serve(StreamOwned::new(ServerConnection::new(tls).unwrap(), stream)),
                    None => own.serve(stream),
                });
            }
        });
        provider
    }

    /// From now on it behaves so.
    pub(crate) fn behaves(&self, change: impl FnOnce(&mut Ways)) {
        let mut ways = Ways::default();
        change(&mut ways);
        self.state.lock().unwrap().ways = ways;
    }

    /// What it was asked so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.state.lock().unwrap().calls.clone()
    }

    /// Somebody signs in there, sent with that address: the query with which the browser comes back.
    pub(crate) fn signs_in(&self, sent: &str, account: &Account, now: UnixMillis) -> String {
        let asked = pairs(sent.strip_prefix(&format!("{}/authorize?", self.issuer)).unwrap());
        let scopes: HashSet<_> = asked["scope"].split(' ').collect();
        assert_eq!(scopes, HashSet::from(["openid", "email"]));
        let of = |name: &str| asked[name].as_str();
        assert_eq!((of("response_type"), of("client_id"), of("code_challenge_method")), ("code", CLIENT, "S256"));
        let seconds = now.as_millis() / 1_000;
        let mut claims = json!({
            "iss": self.issuer, "sub": account.subject, "aud": CLIENT, "nonce": asked["nonce"],
            "iat": seconds, "exp": seconds + 300, "amr": account.methods,
        });
        let mut me = json!({ "sub": account.subject });
        if let Some(email) = &account.email {
            (me["email"], me["email_verified"]) = (json!(email), json!(account.verified));
        }
        let mut state = self.state.lock().unwrap();
        if state.ways.in_token {
            for name in ["email", "email_verified"] {
                if !me[name].is_null() {
                    claims[name] = me[name].clone();
                }
            }
        }
        if asked.contains_key("max_age") {
            claims["auth_time"] = json!(seconds);
        }
        (state.ways.claims.clone())(&mut claims);
        state.number += 1;
        let code = format!("code-{}", state.number);
        let grant =
            Grant { claims, me, challenge: of("code_challenge").to_owned(), back: of("redirect_uri").to_owned() };
        state.grants.insert(code.clone(), grant);
        // Such as Keycloak adds what nobody asked for.
        format!("code={code}&state={}&session_state=b0%2Fc", percent::encode(of("state")))
    }

    fn serve(&self, mut stream: impl Read + Write) {
        let Some((head, body)) = read(&mut stream) else { return };
        let line = head.lines().next().unwrap_or_default().to_owned();
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let (instead, hangs) = {
            let mut state = self.state.lock().unwrap();
            state.calls.push(line);
            (state.ways.instead.get(path.as_str()).cloned(), state.ways.hangs)
        };
        if hangs {
            // A byte a second: never silent, and never done.
            let _ =
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_secs(1));
            }
            return;
        }
        let answer = instead.unwrap_or_else(|| match path.as_str() {
            "/.well-known/openid-configuration" => as_json("200 OK", &self.document()),
            "/keys" => self.keys(),
            "/token" => self.token(&head, &body),
            "/me" => self.me(&head),
            _ => as_json("404 Not Found", &json!({})),
        });
        let _ = stream.write_all(&answer);
        let _ = stream.flush();
    }

    fn document(&self) -> Value {
        let mut document = json!({
            "issuer": self.issuer,
            "authorization_endpoint": format!("{}/authorize", self.issuer),
            "token_endpoint": format!("{}/token", self.issuer),
            "userinfo_endpoint": format!("{}/me", self.issuer),
            "jwks_uri": format!("{}/keys", self.issuer),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "email", "auth_time"],
        });
        (self.state.lock().unwrap().ways.document.clone())(&mut document);
        document
    }

    fn keys(&self) -> Vec<u8> {
        let keys: Vec<_> = self.state.lock().unwrap().ways.shows.iter().map(|it| key(*it)).collect();
        as_json("200 OK", &json!({ "keys": keys }))
    }

    fn token(&self, head: &str, body: &str) -> Vec<u8> {
        let form = pairs(body);
        let known = format!("Basic {}", BASE64.encode(format!("{CLIENT}:{SECRET}").as_bytes()));
        if header(head, "authorization") != known {
            return as_json("401 Unauthorized", &json!({ "error": "invalid_client" }));
        }
        let mut state = self.state.lock().unwrap();
        let refused = as_json("400 Bad Request", &json!({ "error": "invalid_grant" }));
        let Some(grant) = form.get("code").and_then(|code| state.grants.remove(code)) else { return refused };
        let proof = form.get("code_verifier").map(String::as_str).unwrap_or_default();
        let fits = encoded(digest::digest(&digest::SHA256, proof.as_bytes())) == grant.challenge;
        if (state.ways.proofs && !fits) || form.get("redirect_uri") != Some(&grant.back) {
            return refused;
        }
        let access = format!("access-{}", state.told.len());
        state.told.insert(access.clone(), grant.me);
        let token = signed(&grant.claims, state.ways.sign);
        as_json("200 OK", &json!({ "access_token": access, "token_type": "Bearer", "id_token": token }))
    }

    fn me(&self, head: &str) -> Vec<u8> {
        let access = header(head, "authorization").replace("Bearer ", "");
        match self.state.lock().unwrap().told.get(&access) {
            Some(me) => as_json("200 OK", me),
            None => as_json("401 Unauthorized", &json!({})),
        }
    }
}

fn header(head: &str, name: &str) -> String {
    let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
    line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// The head and the body of a request.
fn read(stream: &mut impl Read) -> Option<(String, String)> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= header(head, "content-length").parse().unwrap_or(0)
        {
            return Some((head.to_owned(), body.to_owned()));
        }
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend(&piece[..count]);
    }
}
