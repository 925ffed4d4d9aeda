//! What a server answers, for whoever reads the terminal or the program that the output goes to.

use std::io::{ErrorKind, Write, stdout};

use detailbook_core::wire::ProblemBody;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderName};
use serde_json::Value;

use crate::cli::Failure;
use crate::cli::say::say;

/// Says what was answered: JSON for people, a file as it is, a refusal as the server words it.
pub(super) async fn take(mut answered: Response) -> Result<(), Failure> {
    let status = answered.status();
    if !status.is_success() {
        let body = answered.bytes().await.map_err(|error| broken(&error))?;
        return Err(refused(status.as_u16(), &body));
    }
    let version = header(&answered, &ETAG).map(|tag| tag.trim_matches('"').to_owned());
    if header(&answered, &CONTENT_TYPE) == Some("application/json") {
        tell(&answered.bytes().await.map_err(|error| broken(&error))?)?;
    } else {
        while let Some(piece) = answered.chunk().await.map_err(|error| broken(&error))? {
            pass_on(&piece)?;
        }
    }
    if let Some(version) = version {
        eprintln!("detailbook: the version is {version}");
    }
    Ok(())
}

fn header<'a>(answered: &'a Response, name: &HeaderName) -> Option<&'a str> {
    answered.headers().get(name)?.to_str().ok()
}

/// Nothing is what is said where there is nothing to say.
fn tell(body: &[u8]) -> Result<(), Failure> {
    if body.is_empty() {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(body).map_err(|_| Failure::setup("The server's answer is not JSON."))?;
    say(format_args!("{value:#}"));
    Ok(())
}

/// Hands bytes of a file on. Where nobody takes them any more there is nothing left to do.
fn pass_on(piece: &[u8]) -> Result<(), Failure> {
    match stdout().lock().write_all(piece).and_then(|()| stdout().lock().flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::setup(format!("The output cannot be written: {error}.")))
        }
        _ => Ok(()),
    }
}

fn broken(error: &reqwest::Error) -> Failure {
    Failure::setup(format!("The server's answer broke off: {error}."))
}

/// Why it was refused. What is wrong with a rule set is said at length.
fn refused(status: u16, body: &[u8]) -> Failure {
    if let Ok(ProblemBody { code, reason }) = serde_json::from_slice(body) {
        return Failure::refused(format!("{code}: {reason}"));
    }
    match tell(body) {
        Ok(()) if !body.is_empty() => Failure::refused(format!("It was refused with status {status}; see above.")),
        _ => {
            Failure::setup(format!("What is at that address answers with status {status} and is no Detailbook server."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_said_in_the_servers_words_and_a_strangers_is_not() {
        let body = br#"{"code":"not_allowed","reason":"Your token does not have the scope jobs:write."}"#;
        let wanted = Failure::refused("not_allowed: Your token does not have the scope jobs:write.");
        assert_eq!(refused(403, body), wanted);
        assert_eq!(refused(422, br#"{"faults":[]}"#).code, 1);
        for other in [&b"<html>Bad gateway</html>"[..], b""] {
            assert_eq!(refused(502, other).code, 3);
        }
    }
}
