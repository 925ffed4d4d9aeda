//! An authenticator as far as passkeys need one: keys of its own, a counter, and answers as a browser passes them on.

use data_encoding::BASE64URL_NOPAD;
use minicbor::Encoder;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

/// User present, user verified, backup neither possible nor done; with a key in it.
const SEEN: u8 = 0b0000_0101;
const WITH_KEY: u8 = 0b0100_0000;

/// One passkey.
pub(crate) struct Authenticator {
    pub(crate) id: Vec<u8>,
    pub(crate) origin: String,
    pub(crate) name: String,
    pub(crate) counter: u32,
    /// Whose passkey it says it is.
    pub(crate) owner: String,
    pub(crate) flags: u8,
    key: SigningKey,
}

fn encoded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

impl Authenticator {
    pub(crate) fn new(number: u8) -> Self {
        let key = SigningKey::from_slice(&[number; 32]).unwrap();
        let (origin, name) = ("http://localhost:8470".to_owned(), "localhost".to_owned());
        Self { id: vec![number; 16], origin, name, counter: 0, owner: String::new(), flags: SEEN, key }
    }

    /// Makes a passkey, as the page's options ask.
    pub(crate) fn make(&mut self, options: &Value) -> String {
        let asked = &options["publicKey"];
        asked["user"]["id"].as_str().unwrap().clone_into(&mut self.owner);
        self.counter += 1;
        let client = self.client("webauthn.create", asked);
        let mut data = self.data(self.flags | WITH_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public());
        let mut attested = Encoder::new(Vec::new());
        attested.map(3).unwrap().str("fmt").unwrap().str("none").unwrap();
        attested.str("attStmt").unwrap().map(0).unwrap().str("authData").unwrap().bytes(&data).unwrap();
        let response = json!({
            "clientDataJSON": encoded(&client),
            "attestationObject": encoded(&attested.into_writer()),
            "transports": ["internal"],
        });
        self.told(&response)
    }

    /// Shows the passkey.
    pub(crate) fn show(&mut self, options: &Value) -> String {
        self.counter += 1;
        let client = self.client("webauthn.get", &options["publicKey"]);
        let data = self.data(self.flags);
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let signature: DerSignature = self.key.sign(&signed);
        let response = json!({
            "clientDataJSON": encoded(&client),
            "authenticatorData": encoded(&data),
            "signature": encoded(signature.as_bytes()),
            "userHandle": self.owner,
        });
        self.told(&response)
    }

    fn told(&self, response: &Value) -> String {
        let id = encoded(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "extensions": {}, "response": response }).to_string()
    }

    fn client(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let said = json!({
            "type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": false,
        });
        said.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let name = digest(&SHA256, self.name.as_bytes());
        [name.as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// The key as COSE: EC2, ES256, P-256, x and y.
    fn public(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let mut key = Encoder::new(Vec::new());
        key.map(5).unwrap().u8(1).unwrap().u8(2).unwrap().u8(3).unwrap().i8(-7).unwrap();
        key.i8(-1).unwrap().u8(1).unwrap().i8(-2).unwrap().bytes(x).unwrap().i8(-3).unwrap().bytes(y).unwrap();
        key.into_writer()
    }
}
