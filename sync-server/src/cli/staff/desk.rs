//! A caller's end of the line to a server: where it is, and the token that is shown to it.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use detailbook_core::wire::Invitation;
use reqwest::{Client, Method, RequestBuilder, redirect};

use super::answer;
use super::operation::Call;
use crate::access::tokens::TokenSecret;
use crate::cli::Failure;
use crate::tls;

/// How long a server may take to pick up, and then to say anything: some writings take their time.
const TO_CONNECT: Duration = Duration::from_secs(10);
const TO_ANSWER: Duration = Duration::from_mins(5);

#[derive(clap::Args, Debug)]
pub(super) struct Desk {
    /// The server to call
    #[arg(long, global = true, env = "DETAILBOOK_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8470")]
    server: String,
    /// Secret of the token to show; others on this machine may see what stands in a command line
    #[arg(long, global = true, env = "DETAILBOOK_TOKEN", value_name = "SECRET", hide_env_values = true, value_parser = shown)]
    token: Option<Shown>,
    /// File that holds the secret; goes before --token
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// What was given for a secret, right or wrong: never said again.
#[derive(Clone)]
struct Shown(String);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown(..)")
    }
}

#[allow(clippy::unnecessary_wraps, reason = "what reads flags may fail")]
fn shown(text: &str) -> Result<Shown, Infallible> {
    Ok(Shown(text.to_owned()))
}

impl Desk {
    /// Calls the server and says what it answers.
    pub(super) fn send(&self, call: &Call, body: Option<Vec<u8>>) -> Result<(), Failure> {
        let request = self.request(call, body)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::setup(format!("The server cannot be called: {error}.")))?;
        runtime.block_on(async {
            let answered = request.send().await.map_err(|error| self.unreached(&error))?;
            answer::take(answered).await
        })
    }

    fn request(&self, call: &Call, body: Option<Vec<u8>>) -> Result<RequestBuilder, Failure> {
        let (server, secret) = (self.address()?, self.secret()?);
        let failed = |error: &dyn Error| Failure::setup(format!("The server cannot be called: {error}."));
        let tls = tls::trusting_public_authorities().map_err(|error| failed(&error))?;
        // The token goes nowhere but to the server that was named.
        let client = Client::builder().tls_backend_preconfigured(tls).redirect(redirect::Policy::none()).no_proxy();
        let client = client.connect_timeout(TO_CONNECT).read_timeout(TO_ANSWER).build();
        let method = Method::from_bytes(call.route.method.as_bytes()).map_err(|error| failed(&error))?;
        let request = client.map_err(|error| failed(&error))?.request(method, format!("{server}{}", call.path));
        let request = request.bearer_auth(secret.to_text());
        Ok(match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request,
        })
    }

    /// The server's address. Elsewhere it is one that hides the token on its way.
    fn address(&self) -> Result<&str, Failure> {
        let server = self.server.trim().trim_end_matches('/');
        if Invitation::may_name(server) {
            Ok(server)
        } else {
            Err(Failure::usage("--server: must begin with https://, or with http:// and this very machine's address."))
        }
    }

    fn secret(&self) -> Result<TokenSecret, Failure> {
        let text = match (&self.token_file, &self.token) {
            (Some(file), _) => std::fs::read_to_string(file)
                .map_err(|error| Failure::setup(format!("{} cannot be read: {error}.", file.display())))?,
            (None, Some(Shown(text))) => text.clone(),
            (None, None) => {
                let ways = "set DETAILBOOK_TOKEN, or give --token-file";
                return Err(Failure::usage(format!("A token is needed: {ways}. `detailbook token create` makes one.")));
            }
        };
        let secret = TokenSecret::from_text(text.trim());
        secret.ok_or_else(|| Failure::usage("What was given for a token is none: look whether all of it was copied."))
    }

    fn unreached(&self, error: &reqwest::Error) -> Failure {
        let mut why: &dyn Error = error;
        while let Some(cause) = why.source() {
            why = cause;
        }
        Failure::setup(format!("{} does not answer: {why}.", self.server.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(server: &str, token: Option<&str>) -> Desk {
        Desk { server: server.to_owned(), token: token.map(|text| Shown(text.to_owned())), token_file: None }
    }

    #[test]
    fn a_token_is_sent_in_the_clear_to_this_machine_only() {
        for good in ["https://details.example.org/", "http://127.0.0.1:8470", " http://localhost "] {
            assert_eq!(desk(good, None).address(), Ok(good.trim().trim_end_matches('/')));
        }
        for bad in
            ["http://details.example.org", "http://127.0.0.1:8470@details.example.org", "details.example.org", ""]
        {
            assert_eq!(desk(bad, None).address().unwrap_err().code, 2, "{bad}");
        }
    }

    #[test]
    fn what_is_no_token_is_not_sent_and_never_said_again() {
        let wrong = desk("http://127.0.0.1", Some("hunter2"));
        let failure = wrong.secret().unwrap_err();
        assert_eq!(failure.code, 2);
        assert!(!format!("{failure} {failure:?} {wrong:?}").contains("hunter2"));
        assert!(desk("http://127.0.0.1", None).secret().unwrap_err().message.starts_with("A token is needed: "));
    }
}
