//! Passkeys: what a browser is asked, and whether its answer fits. What it was asked is kept by the server under the secret that
//! the browser holds, for minutes, and each question is answered once.

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Refusal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, DiscoverableAuthentication, Passkey as Key, PasskeyAuthentication,
    PasskeyRegistration, Url, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::users::User;
use crate::problem::Problem;
use crate::store::{Sql, passkeys as rows};

/// How long a browser may think.
pub const PATIENCE: Millis = Millis::from_mins(5);
/// Passkeys of one person.
pub const MOST: usize = 20;
/// Questions that are waited for at once before strangers are asked no more.
pub const QUESTIONS: i64 = 10_000;
/// Questions that strangers of one source have asked within minutes: a whole shift may sign in from one address.
pub const QUESTIONS_OF_ONE: u32 = 100;
/// Characters of an answer: a key, an attestation and what is around them.
const ANSWER_CHARS: usize = 32 * 1024;

/// A passkey as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// The agency.
    pub agency: AgencyId,
    /// The credential's id.
    pub credential: Vec<u8>,
    /// Whose it is.
    pub user: UserId,
    /// What they call it.
    pub name: String,
    /// The public key and what is kept with it, as JSON.
    pub key: String,
    /// When it was made.
    pub made_at: UnixMillis,
    /// When it was last used.
    pub used_at: Option<UnixMillis>,
}

/// What a browser is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// To make a passkey for somebody who is signed in.
    Add,
    /// To show one after the password.
    SecondStep,
    /// To show one in the place of name and password.
    SignIn,
}

/// What a browser was asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    /// What for.
    pub aim: Aim,
    /// What its script is given.
    pub options: Value,
    /// What a new passkey will be called, or where somebody goes who has signed in.
    pub words: String,
    state: Value,
}

/// The console as browsers know it: passkeys are bound to its name.
pub struct Party(Webauthn);

impl Party {
    /// The console at that address; none where it has no name, only a number: browsers bind passkeys to names.
    pub fn of(public_url: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let name = url.domain()?.to_owned();
        let safe = url.scheme() == "https" || name == "localhost";
        let party = WebauthnBuilder::new(&name, &url).ok()?.rp_name("Detailbook").build().ok()?;
        safe.then_some(Self(party))
    }

    /// Asks to make a passkey that this person does not have yet.
    pub fn ask_to_add(&self, user: &User, has: &[Passkey], name: &str) -> Result<Question, Problem> {
        let known: Vec<CredentialID> = has.iter().map(|it| it.credential.clone()).collect();
        let id = Uuid::from_bytes(*user.id.as_bytes());
        let asked =
            self.0.start_passkey_registration(id, &user.login, &user.name, Some(known)).map_err(|e| fault(&e))?;
        let mut question = question(Aim::Add, &asked.0, &asked.1, name)?;
        // Kept by the authenticator with its owner's id, so that it signs in without a name.
        question.options["publicKey"]["authenticatorSelection"]["residentKey"] = json!("required");
        question.options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = json!(true);
        Ok(question)
    }

    /// Asks to show one of these.
    pub fn ask_for_one_of(&self, has: &[Passkey]) -> Result<Question, Problem> {
        let keys = has.iter().map(|it| read(&it.key)).collect::<Result<Vec<Key>, _>>()?;
        let asked = self.0.start_passkey_authentication(&keys).map_err(|error| fault(&error))?;
        question(Aim::SecondStep, &asked.0, &asked.1, "")
    }

    /// Asks to show any that the authenticator has for this console.
    pub fn ask_for_any(&self, next: &str) -> Result<Question, Problem> {
        let asked = self.0.start_discoverable_authentication().map_err(|error| fault(&error))?;
        question(Aim::SignIn, &asked.0, &asked.1, next)
    }

    /// The passkey that an answer brings, for that person.
    pub fn added(&self, user: &User, asked: &Question, answer: &str, now: UnixMillis) -> Result<Passkey, Problem> {
        let state: PasskeyRegistration = state(asked, Aim::Add)?;
        let key = self.0.finish_passkey_registration(&read_answer(answer)?, &state).map_err(|e| unfit(&e))?;
        Ok(Passkey {
            agency: user.agency,
            credential: key.cred_id().clone(),
            user: user.id,
            name: asked.words.clone(),
            key: text(&key)?,
            made_at: now,
            used_at: None,
        })
    }

    /// The one of these that an answer shows, as it is to be kept from now on.
    pub fn shown(&self, asked: &Question, answer: &str, has: &[Passkey]) -> Result<Passkey, Problem> {
        let state: PasskeyAuthentication = state(asked, Aim::SecondStep)?;
        let result = self.0.finish_passkey_authentication(&read_answer(answer)?, &state).map_err(|e| unfit(&e))?;
        let shown = has.iter().find(|it| it.credential == *result.cred_id()).ok_or_else(wrong)?;
        kept(shown, &result)
    }

    /// Checks that an answer shows this passkey; gives it as it is to be kept from now on.
    pub fn signs_in(&self, asked: &Question, answer: &str, passkey: &Passkey) -> Result<Passkey, Problem> {
        let state: DiscoverableAuthentication = state(asked, Aim::SignIn)?;
        let key: Key = read(&passkey.key)?;
        let answer = read_answer(answer)?;
        let result = self.0.finish_discoverable_authentication_v2(&answer, state, &key).map_err(|e| unfit(&e))?;
        kept(passkey, &result)
    }

    /// Whose passkey an answer names, and which. Nothing of it is checked yet.
    pub fn named(&self, answer: &str) -> Result<(UserId, Vec<u8>), Problem> {
        let answer = read_answer(answer)?;
        let (user, credential) = self.0.identify_discoverable_authentication(&answer).map_err(|e| unfit(&e))?;
        let user = UserId::from_slice(user.as_bytes()).map_err(|_| wrong())?;
        Ok((user, credential.to_vec()))
    }
}

/// Writes what the browser with that session is asked. A session has one question at most, so however many there are stops nobody.
pub fn ask(sql: &mut dyn Sql, holder: Sha256, question: &Question, now: UnixMillis) -> Result<(), Problem> {
    rows::forget_before(sql, now - PATIENCE)?;
    Ok(rows::ask(sql, holder, &text(question)?, now)?)
}

/// Writes what a stranger's browser is asked, unless too many strangers are asked already.
pub fn ask_stranger(sql: &mut dyn Sql, guest: Sha256, question: &Question, now: UnixMillis) -> Result<(), Problem> {
    // What is forgotten is not waited for: it goes before they are counted.
    rows::forget_before(sql, now - PATIENCE)?;
    if rows::asked(sql)? >= QUESTIONS {
        return Err(Problem::new(
            Refusal::SlowDown,
            "Too many are signing in by passkey just now. Try again in a minute.",
        ));
    }
    Ok(rows::ask(sql, guest, &text(question)?, now)?)
}

/// What the browser with that secret was asked, if it may still answer.
pub fn asked(sql: &mut dyn Sql, holder: Sha256, aim: Aim, now: UnixMillis) -> Result<Option<Question>, Problem> {
    let Some(found) = rows::question(sql, holder, now - PATIENCE)? else { return Ok(None) };
    let question: Question = read(&found)?;
    Ok(Some(question).filter(|question| question.aim == aim))
}

/// The same, for the one answer that is taken.
pub fn answered(sql: &mut dyn Sql, holder: Sha256, aim: Aim, now: UnixMillis) -> Result<Question, Problem> {
    let found = asked(sql, holder, aim, now)?;
    rows::forget(sql, holder)?;
    found.ok_or_else(|| {
        let reason = "Your browser was not asked for that, or too long ago. Begin again.";
        Problem::new(Refusal::NotAuthenticated, reason)
    })
}

fn question(aim: Aim, options: &impl Serialize, state: &impl Serialize, words: &str) -> Result<Question, Problem> {
    let value = |it: Result<Value, serde_json::Error>| it.map_err(|_| Problem::from(Refusal::Unavailable));
    let (options, state) = (value(serde_json::to_value(options))?, value(serde_json::to_value(state))?);
    Ok(Question { aim, options, words: words.to_owned(), state })
}

fn state<T: DeserializeOwned>(asked: &Question, aim: Aim) -> Result<T, Problem> {
    let state = Some(&asked.state).filter(|_| asked.aim == aim).ok_or_else(wrong)?;
    T::deserialize(state).map_err(|_| wrong())
}

/// The passkey with its counter, and whether it is backed up, as the answer says.
fn kept(passkey: &Passkey, result: &AuthenticationResult) -> Result<Passkey, Problem> {
    let mut key: Key = read(&passkey.key)?;
    key.update_credential(result).ok_or_else(wrong)?;
    Ok(Passkey { key: text(&key)?, ..passkey.clone() })
}

fn text(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|_| Refusal::Unavailable.into())
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, "what is stored of passkeys could not be read");
        Problem::from(Refusal::Unavailable)
    })
}

/// What a script sent. Browsers without one send nothing.
fn read_answer<T: DeserializeOwned>(answer: &str) -> Result<T, Problem> {
    if answer.is_empty() {
        let reason = "Your browser sent no passkey. It must run scripts for this, and know passkeys.";
        return Err(Problem::new(Refusal::NotAuthenticated, reason));
    }
    if answer.len() > ANSWER_CHARS {
        return Err(wrong());
    }
    serde_json::from_str(answer).map_err(|_| wrong())
}

/// An answer that does not fit. Why is in the server's log only.
fn unfit(error: &WebauthnError) -> Problem {
    tracing::info!(%error, "a passkey was refused");
    wrong()
}

fn fault(error: &WebauthnError) -> Problem {
    tracing::error!(%error, "a passkey could not be asked for");
    Refusal::Unavailable.into()
}

fn wrong() -> Problem {
    Problem::new(Refusal::NotAuthenticated, "That passkey does not fit. Try again, or sign in another way.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_bound_to_a_name_that_browsers_trust() {
        for good in ["https://details.example.org", "https://details.example.org:8443", "http://localhost:8470"] {
            assert!(Party::of(good).is_some(), "{good}");
        }
        for bad in
            ["http://127.0.0.1:8470", "https://192.0.2.7", "https://[::1]", "http://details.example.org", "", "x"]
        {
            assert!(Party::of(bad).is_none(), "{bad}");
        }
    }
}
