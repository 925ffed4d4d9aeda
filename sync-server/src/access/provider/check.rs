//! Trying a provider out before people sign in by it: what it says of itself, and whether it takes this server.

use super::Provider;
use super::flow;
use super::token::{Exchange, Unbelieved};
use crate::app::App;
use crate::problem::Problem;

/// A code that no provider gave: long enough to be a proof too.
const NO_CODE: &str = "this-is-no-code-detailbook-asks-whether-its-secret-is-right";

/// Tries it out. Gives what was found, each as a sentence. `Err`: why nobody could sign in by it. Blocks.
pub fn check(app: &App, provider: &Provider) -> Result<Vec<String>, Problem> {
    let fault = |why: String| Problem::conflict(format!("{} cannot be used: {why}", provider.name));
    let _calling = app.providers.calling()?;
    let described = app.providers.ask(&app.settings.providers, &provider.issuer, app.now()).map_err(fault)?;
    let mut found = vec![match described.keys() {
        1 => "It describes itself, and shows a key.".to_owned(),
        keys => format!("It describes itself, and shows {keys} keys."),
    }];
    found.push(match described.takes_proofs() {
        Some(true) => "It takes proofs of who asked (PKCE by S256).".to_owned(),
        Some(false) => {
            "It says that it does not take PKCE by S256. The nonce protects sign-ins, but ask its maker.".to_owned()
        }
        None => "It does not say whether it takes PKCE. It is sent all the same.".to_owned(),
    });
    if !described.tells_more() {
        found.push("It has no place to ask for e-mail addresses, so they must stand in its tokens.".to_owned());
    }
    let place = Provider::place(provider.agency);
    let secret =
        provider.client_secret.as_deref().and_then(|sealed| app.settings.secrets.as_ref()?.open(&place, sealed));
    let Some(secret) = secret else {
        return Err(fault("this server has no client secret that it can read. Enter it again.".to_owned()));
    };
    let exchange = Exchange {
        reach: &app.settings.providers,
        provider,
        secret: &secret,
        back: &flow::back(&app.settings.public_url, provider.agency),
    };
    match exchange.takes_the_client(&described, NO_CODE) {
        Ok(()) => found.push("It takes the client id and secret.".to_owned()),
        Err(Unbelieved::Client) => return Err(fault("it does not take the client id and secret.".to_owned())),
        Err(_) => {
            found.push("Whether it takes the client id and secret does not show before somebody signs in.".to_owned());
        }
    }
    Ok(found)
}
