//! What the stage is told to do, a JSON object a line, and what it answers: `{"ok": …}` or `{"error": "…"}`.

use detailbook_core::ids::{DetailId, UserId};
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::staff_session::Stage as Step;
use detailbook_server::clock::Clock;
use detailbook_server::demo::DemoError;
use detailbook_server::demo::phones::Handset;
use serde::Deserialize;
use serde_json::{Value, json};

use super::crew::{Where, unknown};
use super::{Stage, people};

/// Something to do.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Command {
    /// A phone punches, and exchanges with the server where it has a signal.
    Punch { officer: String, work: String, kind: String, place: Where, signal: bool },
    /// A phone exchanges with the server.
    Sync { officer: String },
    /// An officer cannot come.
    CallOff { officer: String, work: String, reason: String },
    /// An officer wants a detail.
    Apply { officer: String, work: String },
    /// An officer wants a detail that was made on a page, and that the stage has no name for.
    ApplyFor { officer: String, detail: DetailId },
    /// An officer who is asked comes instead, or does not.
    Relieve { officer: String, comes: bool },
    /// An officer writes a note.
    Note { officer: String, work: String, words: String },
    /// An officer takes a photo: of a door at night.
    Photo { officer: String, work: String, caption: Option<String> },
    /// A new phone reads a QR code; stories call it by `phone`.
    Enrol { phone: String, invitation: String },
    /// An officer begins a shift that was given to nobody, on such a phone.
    Begin { phone: String },
    /// Such a phone exchanges with the server.
    Exchange { phone: String },
    /// What time it is for server and phones.
    Now,
    /// Time goes by at once.
    Pass { minutes: i64 },
    /// Somebody more signs in to the console.
    Person { login: String, role: String, second_step: bool },
    /// A session of somebody's, which has come so far.
    Session { login: String, step: String },
    /// A one-time link for somebody.
    Link { login: String },
}

impl Stage {
    /// Does what a line says.
    pub(super) fn answer(&mut self, line: &str) -> Value {
        let command = serde_json::from_str(line).map_err(|error| DemoError::Server(error.to_string()));
        match command.and_then(|command| self.obey(command)) {
            Ok(done) => json!({ "ok": done }),
            Err(error) => json!({ "error": with_causes(&error) }),
        }
    }

    fn obey(&mut self, command: Command) -> Result<Value, DemoError> {
        match command {
            Command::Punch { officer, work, kind, place, signal } => {
                let kind = FactKind::KNOWN.iter().find(|known| known.name() == kind).ok_or_else(|| unknown(&kind))?;
                self.punch(&officer, &work, *kind, place)?;
                if signal { self.synced(&officer) } else { Ok(Value::Null) }
            }
            Command::Sync { officer } => self.synced(&officer),
            Command::CallOff { officer, work, reason } => self.called_off(&officer, &work, &reason),
            Command::Apply { officer, work } => self.applied(&officer, self.work(&work)?.detail),
            Command::ApplyFor { officer, detail } => self.applied(&officer, detail),
            Command::Relieve { officer, comes } => self.relieve(&officer, comes),
            Command::Note { officer, work, words } => {
                self.note(&officer, &work, &words)?;
                self.synced(&officer)
            }
            Command::Photo { officer, work, caption } => {
                let hash = self.photo(&officer, &work, caption.as_deref())?;
                self.sync(&officer)?;
                Ok(json!(hash))
            }
            Command::Enrol { phone, invitation } => self.enrolled(phone, &invitation),
            Command::Begin { phone } => self.begin(&phone),
            Command::Exchange { phone } => {
                self.spare_phone(&phone)?.sync()?;
                Ok(Value::Null)
            }
            Command::Now => Ok(json!(self.server.clock.now())),
            Command::Pass { minutes } => {
                self.server.clock.pass(Millis::from_mins(minutes));
                Ok(json!(self.server.clock.now()))
            }
            Command::Person { login, role, second_step } => self.person(&login, &role, second_step),
            Command::Session { login, step } => self.session(&login, &step),
            Command::Link { login } => self.link(&login),
        }
    }

    fn called_off(&mut self, officer: &str, work: &str, reason: &str) -> Result<Value, DemoError> {
        let id = self.place(officer, work)?;
        self.wish(officer, |it| it.phone().call_off(id, reason, &it.clock.read()))?;
        self.synced(officer)
    }

    fn enrolled(&mut self, phone: String, invitation: &str) -> Result<Value, DemoError> {
        let handset = Handset::enrol(&self.server, &phone, invitation)?;
        self.spare.insert(phone, handset);
        Ok(Value::Null)
    }

    fn session(&self, login: &str, step: &str) -> Result<Value, DemoError> {
        let step = Step::named(step).ok_or_else(|| unknown(step))?;
        Ok(json!(people::session(&self.server, self.user(login)?, step)?))
    }

    fn link(&self, login: &str) -> Result<Value, DemoError> {
        let link = people::link(&self.server, self.user(login)?)?;
        Ok(json!(format!("/console/welcome/{}", link.to_text())))
    }

    /// After an exchange: what the agency answered to the officer's latest wish, if there is one.
    fn synced(&mut self, officer: &str) -> Result<Value, DemoError> {
        self.sync(officer)?;
        let wishes = self.wish(officer, |it| it.phone().wishes(1))?;
        Ok(wishes.first().map_or(Value::Null, |wish| json!(wish.reason)))
    }

    /// The phone hears of the detail first, as whoever applies has seen it.
    fn applied(&mut self, officer: &str, detail: DetailId) -> Result<Value, DemoError> {
        self.sync(officer)?;
        self.wish(officer, |it| it.phone().apply(detail, None, &it.clock.read()))?;
        self.synced(officer)
    }

    fn relieve(&mut self, officer: &str, comes: bool) -> Result<Value, DemoError> {
        self.sync(officer)?;
        let now = self.server.clock.now();
        let asks = self.wish(officer, |it| it.phone().relief_asks(now, 1))?;
        let asked = asks.first().ok_or_else(|| unknown("question to this officer"))?.ask.assignment;
        self.wish(officer, |it| it.phone().relieve(asked, comes, &it.clock.read()))?;
        self.synced(officer)
    }

    fn person(&mut self, login: &str, role: &str, second_step: bool) -> Result<Value, DemoError> {
        let role: StaffRole = role.parse().map_err(|_| unknown(role))?;
        let person = people::one_more(&self.server, login, role, second_step)?;
        let told = json!(person);
        self.people.push(person);
        Ok(told)
    }

    fn user(&self, login: &str) -> Result<UserId, DemoError> {
        let found = self.people.iter().find(|person| person.login == login).map(|person| person.id);
        found.ok_or_else(|| unknown(login))
    }
}

/// What went wrong, and what that came of.
fn with_causes(error: &DemoError) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}
