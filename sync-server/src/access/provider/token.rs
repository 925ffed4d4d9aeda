//! What a provider says of somebody: the code is exchanged for a token, and the token is believed only where all of it holds.

use chrono::DateTime;
use detailbook_core::time::{Millis, UnixMillis};
use openidconnect::core::{CoreClient, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AuthorizationCode, ClaimsVerificationError as Wrong, ClientId, ClientSecret, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, SignatureVerificationError, StandardErrorResponse, SubjectIdentifier, TokenResponse,
};

use super::Provider;
use super::call::{Fault, call};
use super::described::{ALGORITHMS, Described};
use super::reach::Reach;

/// How far the provider's clock and this server's may be apart.
const APART: Millis = Millis::from_mins(2);

/// The library's client of a provider that was looked at.
pub(super) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What a provider says of somebody, and all of it held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// What it calls them, for ever.
    pub subject: String,
    /// Their e-mail address, and whether it says that it is theirs.
    pub email: Option<(String, bool)>,
    /// It saw a second step.
    pub second_step: bool,
}

/// Why nothing was believed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unbelieved {
    /// It could not be asked, or answered what is no answer.
    #[error("it does not answer as it should")]
    Down,
    /// It does not know this server, or its secret.
    #[error("it does not take the client id and secret")]
    Client,
    /// It does not know the code: used, too old, or of somebody else's sign-in.
    #[error("it does not take the code")]
    Code,
    /// The token does not hold.
    #[error("the token does not hold: {0}")]
    Token(&'static str),
    /// The token is signed by a key that it did not show.
    #[error("the token is signed by an unknown key")]
    Key,
}

/// A client of that provider.
pub(super) fn client(described: &Described, id: ClientId, secret: Option<ClientSecret>) -> Client {
    CoreClient::from_provider_metadata(described.document.clone(), id, secret)
        .set_auth_type(described.authenticates_by.clone())
}

/// What is needed to exchange a code.
pub(super) struct Exchange<'a> {
    pub(super) reach: &'a Reach,
    pub(super) provider: &'a Provider,
    pub(super) secret: &'a str,
    /// Where browsers are sent back to.
    pub(super) back: &'a str,
}

/// What was asked for.
pub(super) struct Asked {
    /// What ties the token to the browser's sign-in.
    pub(super) nonce: Nonce,
    /// Since when they have to have signed in there, where they were to do it anew.
    pub(super) anew_since: Option<UnixMillis>,
}

/// What came for a code.
pub(super) struct Came {
    token: CoreIdToken,
    access: AccessToken,
}

impl Exchange<'_> {
    fn id(&self) -> ClientId {
        ClientId::new(self.provider.client.clone())
    }

    fn client(&self, described: &Described) -> Client {
        client(described, self.id(), Some(ClientSecret::new(self.secret.to_owned())))
    }

    /// Exchanges a code, with the proof that it is this browser's. Blocks.
    pub(super) fn code(&self, described: &Described, code: &str, proof: PkceCodeVerifier) -> Result<Came, Unbelieved> {
        let back = RedirectUrl::new(self.back.to_owned()).map_err(|_| Unbelieved::Down)?;
        let client = self.client(described).set_redirect_uri(back);
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|_| Unbelieved::Down)?;
        let answer = request.set_pkce_verifier(proof).request(&|it: HttpRequest| call(self.reach, it));
        let answer = answer.map_err(|error| refused(&error))?;
        let token = answer.id_token().cloned().ok_or(Unbelieved::Token("there is none"))?;
        Ok(Came { token, access: answer.access_token().clone() })
    }

    /// Who it says it is, if the token holds: issuer, audience, party, signature, algorithm, times and nonce.
    pub(super) fn believed(
        &self,
        described: &Described,
        came: &Came,
        asked: &Asked,
        now: UnixMillis,
    ) -> Result<Shown, Unbelieved> {
        let issuer = IssuerUrl::new(self.provider.issuer.clone()).map_err(|_| Unbelieved::Down)?;
        let date = |at: UnixMillis| DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default();
        // As a client without a secret it takes no signature by one: what is signed so could be of anybody who knows it.
        let verifier = CoreIdTokenVerifier::new_public_client(self.id(), issuer, described.document.jwks().clone())
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || date(now - APART))
            .set_issue_time_verifier_fn(move |issued| {
                if issued <= date(now + APART) { Ok(()) } else { Err("issued later than now".to_owned()) }
            });
        let claims = came.token.claims(&verifier, &asked.nonce).map_err(|wrong| unheld(&wrong))?;
        if claims.authorized_party().is_some_and(|party| party.as_str() != self.provider.client) {
            return Err(Unbelieved::Token("it is of another party"));
        }
        if claims.subject().is_empty() || claims.subject().chars().nth(255).is_some() {
            return Err(Unbelieved::Token("it names nobody"));
        }
        if let Some(since) = asked.anew_since {
            signed_in_since(claims, since, described)?;
        }
        Ok(self.shown(claims))
    }

    fn shown(&self, claims: &CoreIdTokenClaims) -> Shown {
        let counts = |value: &str| self.provider.second_step.iter().any(|known| known == value);
        let methods = claims.auth_method_refs();
        let by_method = methods.is_some_and(|methods| methods.iter().any(|method| counts(method.as_str())));
        let by_class = claims.auth_context_ref().is_some_and(|class| counts(class.as_str()));
        Shown {
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| (email.to_string(), claims.email_verified() == Some(true))),
            second_step: by_method || by_class,
        }
    }

    /// The same with the e-mail address, where the token does not hold it but the provider tells it when asked. Blocks.
    pub(super) fn with_email(&self, described: &Described, came: &Came, shown: Shown) -> Result<Shown, Unbelieved> {
        // The library takes for granted that it can be written into a header.
        let plain = came.access.secret().chars().all(|c| c.is_ascii_graphic());
        if shown.email.is_some() || !described.tells_more() || !plain {
            return Ok(shown);
        }
        let client = self.client(described);
        let subject = SubjectIdentifier::new(shown.subject.clone());
        let request = client.user_info(came.access.clone(), Some(subject)).map_err(|_| Unbelieved::Down)?;
        let answer = request.request(&|it: HttpRequest| call(self.reach, it));
        let claims: CoreUserInfoClaims = answer.map_err(|error| {
            tracing::info!(%error, "a provider did not tell an e-mail address");
            Unbelieved::Down
        })?;
        let email = claims.email().map(|email| (email.to_string(), claims.email_verified() == Some(true)));
        Ok(Shown { email, ..shown })
    }

    /// Does it take the client's id and secret? A code that nobody was given shows it: who is known is told that the code is none.
    /// Blocks.
    pub(super) fn takes_the_client(&self, described: &Described, code: &str) -> Result<(), Unbelieved> {
        let proof = PkceCodeVerifier::new(code.to_owned());
        match self.code(described, code, proof) {
            Err(Unbelieved::Code) => Ok(()),
            Err(other) => Err(other),
            Ok(_) => Err(Unbelieved::Down),
        }
    }
}

/// Refuses somebody who was to sign in anew and did not: a provider may have taken the one before for them.
fn signed_in_since(claims: &CoreIdTokenClaims, since: UnixMillis, described: &Described) -> Result<(), Unbelieved> {
    match claims.auth_time() {
        Some(at) if at.timestamp_millis() >= (since - APART).as_millis() => Ok(()),
        Some(_) => Err(Unbelieved::Token("nobody signed in there anew")),
        None if described.tells_when() => {
            Err(Unbelieved::Token("it does not say when they signed in there (auth_time)"))
        }
        None => Ok(()),
    }
}

type TokenError = RequestTokenError<Fault, StandardErrorResponse<openidconnect::core::CoreErrorResponseType>>;

fn refused(error: &TokenError) -> Unbelieved {
    use openidconnect::core::CoreErrorResponseType as Kind;
    match error {
        RequestTokenError::ServerResponse(told) => match told.error() {
            Kind::InvalidClient | Kind::UnauthorizedClient => Unbelieved::Client,
            Kind::InvalidGrant => Unbelieved::Code,
            _ => Unbelieved::Down,
        },
        _ => Unbelieved::Down,
    }
}

/// What is wrong with a token, in few words and without what stands in it.
fn unheld(wrong: &Wrong) -> Unbelieved {
    Unbelieved::Token(match wrong {
        Wrong::Expired(_) => "it is not of now",
        Wrong::InvalidAudience(_) => "it is for somebody else",
        Wrong::InvalidIssuer(_) => "it is of another issuer",
        Wrong::InvalidNonce(_) => "it is of another sign-in",
        Wrong::SignatureVerification(SignatureVerificationError::NoMatchingKey) => return Unbelieved::Key,
        Wrong::SignatureVerification(
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_)
            | SignatureVerificationError::NoSignature,
        ) => "it is signed in a way that is not taken",
        Wrong::SignatureVerification(_) => "its signature is not the provider's",
        _ => "it cannot be read",
    })
}
