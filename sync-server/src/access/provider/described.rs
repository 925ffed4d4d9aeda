//! What a provider says of itself: its discovery document and its keys.

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm as Alg, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, DiscoveryError, HttpRequest, IssuerUrl, ProviderMetadata, ResponseTypes,
};
use serde::{Deserialize, Serialize};

use super::call::{Fault, call};
use super::reach::Reach;

/// Signatures that are taken: by a private key that the provider alone has.
pub const ALGORITHMS: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// What else stands in a discovery document and concerns this server.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Further {
    /// RFC 9207: its answers name it.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    /// RFC 7636: how it takes proofs of whoever asked.
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl AdditionalProviderMetadata for Further {}

/// The document.
pub(super) type Document = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A provider as it describes itself, looked at and found fit.
#[derive(Clone, Debug)]
pub struct Described {
    pub(super) document: Document,
    pub(super) authenticates_by: AuthType,
}

impl Described {
    /// Asks a provider. Blocks. `Err`: what is wrong, as a sentence.
    pub fn fetch(reach: &Reach, issuer: &str) -> Result<Self, String> {
        reach.url(issuer).map_err(|fault| fault.to_string())?;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| Fault::NoUrl.to_string())?;
        let document = Document::discover(&issuer, &|request: HttpRequest| call(reach, request));
        let document = document.map_err(|error| sentence(error, issuer.as_str()))?;
        fit(reach, &document)?;
        let authenticates_by = authenticates_by(&document)?;
        Ok(Self { document, authenticates_by })
    }

    /// Its answers name it, so that one without its name is not its own.
    pub fn names_itself(&self) -> bool {
        self.document.additional_metadata().authorization_response_iss_parameter_supported
    }

    /// Does it say that it takes PKCE by S256? `None`: it says nothing of it.
    pub fn takes_proofs(&self) -> Option<bool> {
        let methods = self.document.additional_metadata().code_challenge_methods_supported.as_ref()?;
        Some(methods.iter().any(|method| method == "S256"))
    }

    /// How many keys it has.
    pub fn keys(&self) -> usize {
        self.document.jwks().keys().len()
    }

    /// Does it say that its tokens can tell when somebody signed in there?
    pub fn tells_when(&self) -> bool {
        let claims = self.document.claims_supported();
        claims.is_some_and(|claims| claims.iter().any(|claim| claim.as_str() == "auth_time"))
    }

    /// Where it is asked who somebody is, where that is possible.
    pub fn tells_more(&self) -> bool {
        self.document.userinfo_endpoint().is_some()
    }
}

fn fit(reach: &Reach, document: &Document) -> Result<(), String> {
    let usable = |what: &str, url: &str| match reach.url(url) {
        Ok(_) => Ok(()),
        Err(fault) => Err(format!("Its {what}: {fault}")),
    };
    usable("authorization endpoint", document.authorization_endpoint().as_str())?;
    let token = document.token_endpoint().ok_or("It names no token endpoint, so it has no sign-in by code.")?;
    usable("token endpoint", token.as_str())?;
    let code = ResponseTypes::new(vec![CoreResponseType::Code]);
    if !document.response_types_supported().contains(&code) {
        return Err("It does not offer sign-in by code (response type code).".to_owned());
    }
    if !document.id_token_signing_alg_values_supported().iter().any(|alg| ALGORITHMS.contains(alg)) {
        return Err("It signs by no algorithm that is taken here, such as RS256 or ES256.".to_owned());
    }
    if document.jwks().keys().is_empty() {
        return Err("It has no keys that can be read.".to_owned());
    }
    Ok(())
}

/// How it wants to be shown the client's secret. A document that says nothing of it means by HTTP's basic authentication.
fn authenticates_by(document: &Document) -> Result<AuthType, String> {
    let Some(methods) = document.token_endpoint_auth_methods_supported() else { return Ok(AuthType::BasicAuth) };
    if methods.contains(&CoreClientAuthMethod::ClientSecretBasic) {
        return Ok(AuthType::BasicAuth);
    }
    if methods.contains(&CoreClientAuthMethod::ClientSecretPost) {
        return Ok(AuthType::RequestBody);
    }
    Err("It takes a client's secret neither by basic authentication nor in the form.".to_owned())
}

fn sentence(error: DiscoveryError<Fault>, issuer: &str) -> String {
    match error {
        DiscoveryError::Request(fault) => fault.to_string(),
        DiscoveryError::Response(status, _, _) if status.as_u16() != 200 => {
            format!("{issuer}/.well-known/openid-configuration, or the list of its keys, answers {}.", status.as_u16())
        }
        DiscoveryError::Response(..) => "It does not answer with JSON. Is that the issuer's address?".to_owned(),
        DiscoveryError::Parse(error) => format!("Its document cannot be read at {}.", error.path()),
        DiscoveryError::Validation(_) => {
            "Its document is of another issuer. The issuer must be the same to the letter, a / at the end too."
                .to_owned()
        }
        _ => "It cannot be asked about itself.".to_owned(),
    }
}
