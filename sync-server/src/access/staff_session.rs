//! Sessions in the console: 256 random bits in a cookie, of which only the hash is stored. Another one at every step of signing
//! in, so that nobody's session is one that somebody else has planted.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};

use super::agency_secret::AgencySecret;
use crate::store::{Sql, StoreError, staff_sessions as rows};

/// Not used for so long, it is over.
pub const IDLE: Millis = Millis::from_mins(30);
/// Begun so long ago, it is over.
pub const WHOLE: Millis = Millis::from_hours(12);
/// Its use is noted at most so often.
const NOTED: Millis = Millis::from_mins(1);
/// Characters of a browser's name for itself that are kept.
const BROWSER_CHARS: usize = 200;

/// How far a sign-in has come. A session opens what its stage says, and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    /// The password was right; a code is asked for.
    SecondStep,
    /// The password was right; a second factor is to be set up.
    Enrol,
    /// Only a new password is missing.
    NewPassword,
    /// Signed in.
    Full,
}

impl Stage {
    const ALL: [Self; 4] = [Self::SecondStep, Self::Enrol, Self::NewPassword, Self::Full];

    /// Its name, as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecondStep => "second_step",
            Self::Enrol => "enrol",
            Self::NewPassword => "new_password",
            Self::Full => "full",
        }
    }

    /// Reads what [`Self::name`] gives.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// A session as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffSession {
    /// The agency.
    pub agency: AgencyId,
    /// The hash of its secret.
    pub id: Sha256,
    /// Whose it is.
    pub user: UserId,
    /// What it opens.
    pub stage: Stage,
    /// When the password was given.
    pub began_at: UnixMillis,
    /// When it was last used, to the minute.
    pub seen_at: UnixMillis,
    /// What the browser calls itself.
    pub browser: String,
    /// A second factor's secret that is shown but not yet confirmed.
    pub pending: Option<[u8; 20]>,
}

impl StaffSession {
    /// Neither idle for too long nor too old?
    pub fn is_live(&self, now: UnixMillis) -> bool {
        now - self.seen_at < IDLE && now - self.began_at < WHOLE
    }

    /// Is it time to note that it is used?
    pub fn to_be_noted(&self, now: UnixMillis) -> bool {
        now - self.seen_at >= NOTED
    }
}

/// Begins a session, and gives what the browser keeps.
pub fn begin(
    sql: &mut dyn Sql,
    mut session: StaffSession,
    entropy: &mut dyn Entropy,
) -> Result<AgencySecret, StoreError> {
    let secret = AgencySecret::generate(session.agency, entropy);
    session.id = secret.hash();
    session.browser = session.browser.chars().filter(|c| !c.is_control()).take(BROWSER_CHARS).collect();
    rows::end_stale(sql, session.agency, session.seen_at - WHOLE, session.seen_at - IDLE)?;
    rows::insert(sql, &session)?;
    Ok(secret)
}

/// Puts a new session in the place of one, at another stage; its age stays.
pub fn renew(
    sql: &mut dyn Sql,
    session: &StaffSession,
    stage: Stage,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<AgencySecret, StoreError> {
    rows::end(sql, session.agency, session.id)?;
    let secret = AgencySecret::generate(session.agency, entropy);
    let next = StaffSession { id: secret.hash(), stage, seen_at: now, pending: None, ..session.clone() };
    rows::insert(sql, &next)?;
    Ok(secret)
}

/// The live session of a cookie, whatever its stage.
pub fn find(sql: &mut dyn Sql, secret: &AgencySecret, now: UnixMillis) -> Result<Option<StaffSession>, StoreError> {
    Ok(rows::get(sql, secret.agency, secret.hash())?.filter(|session| session.is_live(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_idle_or_old() {
        let at = |minutes: i64| UnixMillis::new(1_700_000_000_000) + Millis::from_mins(minutes);
        let session = |began, seen| StaffSession {
            agency: AgencyId::NIL,
            id: Sha256([0; 32]),
            user: UserId::NIL,
            stage: Stage::Full,
            began_at: at(began),
            seen_at: at(seen),
            browser: String::new(),
            pending: None,
        };
        assert!(session(0, 0).is_live(at(29)));
        assert!(!session(0, 0).is_live(at(30)));
        assert!(session(0, 719).is_live(at(719)));
        assert!(!session(0, 719).is_live(at(720)), "12 hours");
        assert!(!session(0, 5).to_be_noted(at(5)) && session(0, 5).to_be_noted(at(6)));
    }

    #[test]
    fn stages_survive_their_names() {
        assert!(Stage::ALL.into_iter().all(|stage| Stage::named(stage.name()) == Some(stage)));
        assert_eq!(Stage::named("root"), None);
    }
}
