//! A sign-in that a browser is sent away for. What is random about it is derived from a secret that only that browser holds, for
//! minutes, so that nobody else finishes it; the server keeps the secret's hash, and takes it once.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Refusal;
use openidconnect::core::{CoreAuthPrompt, CoreResponseType};
use openidconnect::{
    AuthenticationFlow, ClientId, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use ring::hmac;
use subtle::ConstantTimeEq;

use super::Provider;
use super::described::Described;
use crate::access::agency_secret::AgencySecret;
use crate::app::App;
use crate::problem::Problem;
use crate::store::providers as rows;

/// How long a browser may be away.
pub const PATIENCE: Millis = Millis::from_mins(10);
/// Browsers that are waited for at once.
const AWAY: i64 = 10_000;

/// What the server keeps of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// The agency.
    pub agency: AgencyId,
    /// The hash of the secret that the browser holds.
    pub flow: Sha256,
    /// When it began.
    pub began_at: UnixMillis,
    /// The version of the provider's settings.
    pub version: i64,
    /// Where they go who have signed in.
    pub next: String,
    /// The one-time link by which they came.
    pub link: Option<Sha256>,
}

/// How the provider is asked who somebody is. The state tells on the way back how it was, and only the browser's secret makes that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asking {
    /// Whoever is signed in there may be taken for who sits here.
    Known,
    /// Whoever sits here signs in there anew: on a computer that several use nobody comes in as the one before.
    Anew,
}

impl Asking {
    /// What its state and nonce are derived for.
    const fn kind(self) -> &'static str {
        match self {
            Self::Known => "",
            Self::Anew => "anew-",
        }
    }
}

/// Where a browser is sent.
#[derive(Clone, Debug)]
pub struct Away {
    /// What it keeps until it is back.
    pub secret: AgencySecret,
    /// Where it goes.
    pub url: String,
    /// What the provider is called.
    pub name: String,
}

/// Where the provider sends browsers back to. Each agency has its own, so that no provider's answer passes for another's.
pub fn back(public_url: &str, agency: AgencyId) -> String {
    format!("{public_url}/console/sign-in/provider/{agency}")
}

/// Begins a sign-in. Blocks.
pub fn begin(app: &App, agency: AgencyId, next: &str, link: Option<Sha256>, how: Asking) -> Result<Away, Problem> {
    let now = app.now();
    let provider = app.store.read(|sql| rows::get(sql, agency))?.filter(|it| it.is_on).ok_or_else(off)?;
    let _calling = app.providers.calling()?;
    let described = app.providers.get(&app.settings.providers, &provider.issuer, now).map_err(|_| down(&provider))?;
    let secret = AgencySecret::generate(agency, &mut app.entropy.clone());
    let url = address(&described, &provider, &secret, &back(&app.settings.public_url, agency), how)?;
    let (flow, version) = (secret.hash(), provider.version);
    let begun = Begun { agency, flow, began_at: now, version, next: next.to_owned(), link };
    app.store.write(move |sql| {
        if rows::waiting(sql)? >= AWAY {
            let reason = "Too many are signing in by an identity provider just now. Try again in a minute.";
            return Err(Problem::new(Refusal::SlowDown, reason));
        }
        Ok(rows::begin(sql, &begun, now - PATIENCE)?)
    })?;
    Ok(Away { secret, url, name: provider.name })
}

/// The provider's own address, with what is asked of it.
fn address(
    described: &Described,
    provider: &Provider,
    secret: &AgencySecret,
    back: &str,
    how: Asking,
) -> Result<String, Problem> {
    let back = RedirectUrl::new(back.to_owned()).map_err(|_| Problem::from(Refusal::Unavailable))?;
    let client = super::token::client(described, ClientId::new(provider.client.clone()), None).set_redirect_uri(back);
    let (state, nonce) = (state(secret, how), nonce(secret, how));
    let mut request = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            move || CsrfToken::new(state),
            move || nonce,
        )
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier(secret)));
    if how == Asking::Anew {
        request = request.add_prompt(CoreAuthPrompt::Login);
        // Asked so, a provider must say when they signed in; one that never does would be refused whatever it did.
        if described.tells_when() {
            request = request.set_max_age(Duration::ZERO);
        }
    }
    let (url, ..) = request.url();
    Ok(url.into())
}

/// How was asked for what the provider sent back? `None`: it does not belong to this browser's sign-in.
pub(super) fn asking(secret: &AgencySecret, told: &str) -> Option<Asking> {
    let is_of = |how: &Asking| state(secret, *how).as_bytes().ct_eq(told.as_bytes()).into();
    [Asking::Known, Asking::Anew].into_iter().find(is_of)
}

pub(super) fn nonce(secret: &AgencySecret, how: Asking) -> Nonce {
    Nonce::new(derived(secret, &format!("{}nonce", how.kind())))
}

pub(super) fn verifier(secret: &AgencySecret) -> PkceCodeVerifier {
    PkceCodeVerifier::new(derived(secret, "proof"))
}

fn state(secret: &AgencySecret, how: Asking) -> String {
    derived(secret, &format!("{}state", how.kind()))
}

/// 256 bits that say nothing of the secret, nor of each other.
fn derived(secret: &AgencySecret, what: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.bytes());
    BASE64URL_NOPAD.encode(hmac::sign(&key, format!("detailbook-provider-{what}-v1").as_bytes()).as_ref())
}

/// Why nobody is sent away.
pub(super) fn off() -> Problem {
    Problem::conflict("Your agency has no sign-in by an identity provider. Sign in another way.")
}

/// The provider does not answer, or not as it should.
pub(super) fn down(provider: &Provider) -> Problem {
    let name = &provider.name;
    Problem::conflict(format!(
        "{name} does not answer as it should just now. Try again in a minute; administrators can sign in with their password."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Same;

    #[test]
    fn what_is_derived_is_the_browsers_own_and_differs_by_purpose() {
        let one = AgencySecret::generate(AgencyId::NIL, &mut Same(1));
        let two = AgencySecret::generate(AgencyId::NIL, &mut Same(2));
        let nonces = [Asking::Known, Asking::Anew].map(|how| {
            assert_eq!(asking(&one, &state(&one, how)), Some(how));
            assert_eq!(asking(&one, &state(&two, how)), None);
            nonce(&one, how).secret().clone()
        });
        assert_ne!(nonces[0], nonces[1], "a token that was asked for in one way is none of the other");
        for other in [nonces[0].as_str(), &nonces[1], verifier(&one).secret(), ""] {
            assert_eq!(asking(&one, other), None, "{other}");
        }
        assert_eq!(verifier(&one).secret().len(), 43, "RFC 7636: at least 43 characters");
    }
}
