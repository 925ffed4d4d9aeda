//! Who signs in to the console of the stage: somebody of each role, with a password and a second step that are known.

use data_encoding::BASE32_NOPAD;
use detailbook_core::ids::UserId;
use detailbook_core::shift::Sha256;
use detailbook_server::access::agency_secret::AgencySecret;
use detailbook_server::access::one_time_link;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::staff_session::{self, StaffSession, Stage as Step};
use detailbook_server::access::totp::Totp;
use detailbook_server::access::users::{self, Hand, UserDraft};
use detailbook_server::audit::By;
use detailbook_server::demo::DemoError;
use detailbook_server::demo::server::RunningServer;
use detailbook_server::problem::Problem;
use detailbook_server::store::{Sql, agency as agencies, users as rows};
use serde::Serialize;

/// Everybody's password.
pub(super) const PASSWORD: &str = "a lantern over the quay";
/// How the audit log names whoever set the stage.
const ACTOR: &str = "stage";

/// Somebody who may sign in.
#[derive(Clone, Serialize)]
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) login: String,
    pub(super) role: &'static str,
    /// The secret of their second step, in base 32; absent where they have none.
    pub(super) secret: Option<String>,
}

/// Somebody of each role.
pub(super) fn let_in(server: &RunningServer) -> Result<Vec<Person>, DemoError> {
    let hash = hash(server)?;
    let all = StaffRole::ALL.into_iter();
    all.map(|role| add(server, &format!("{role}@harborfalls.example"), role, &hash, true)).collect()
}

/// One more.
pub(super) fn one_more(
    server: &RunningServer,
    login: &str,
    role: StaffRole,
    second_step: bool,
) -> Result<Person, DemoError> {
    add(server, login, role, &hash(server)?, second_step)
}

fn hash(server: &RunningServer) -> Result<String, DemoError> {
    let app = server.app();
    app.hashing.hash(PASSWORD, &mut app.entropy.clone()).map_err(fault)
}

fn fault(problem: Problem) -> DemoError {
    DemoError::Server(problem.reason)
}

/// Writes something as whoever runs the server.
pub(super) fn written<T: Send + 'static>(
    server: &RunningServer,
    work: impl FnOnce(&mut dyn Sql, &By<'_>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, DemoError> {
    let (agency, now) = (server.agency(), server.app().now());
    let done = server.app().store.write(move |sql: &mut dyn Sql| {
        agencies::lock(sql, agency)?;
        work(sql, &By { agency, now, actor: ACTOR })
    });
    done.map_err(fault)
}

fn add(
    server: &RunningServer,
    login: &str,
    role: StaffRole,
    hash: &str,
    second_step: bool,
) -> Result<Person, DemoError> {
    let mut entropy = server.app().entropy.clone();
    let totp = second_step.then(|| Totp::generate(&mut entropy));
    let draft = UserDraft { login: login.to_owned(), name: format!("{} on duty", role.title()), role };
    let hash = hash.to_owned();
    let id = written(server, move |sql, by| {
        let user = users::add(sql, by, Hand::Operator, &draft, None, &mut entropy)?;
        users::choose_password(sql, by, &user, &hash, None)?;
        rows::set_totp(sql, by.agency, user.id, totp.as_ref())?;
        Ok(user.id)
    })?;
    let secret = totp.map(|totp| BASE32_NOPAD.encode(&totp.secret));
    Ok(Person { id, login: login.to_owned(), role: role.name(), secret })
}

/// A session of somebody's that has come so far, as their browser keeps it.
pub(super) fn session(server: &RunningServer, user: UserId, step: Step) -> Result<String, DemoError> {
    let (app, mut entropy) = (server.app(), server.app().entropy.clone());
    let session = StaffSession {
        agency: server.agency(),
        id: Sha256([0; 32]),
        user,
        stage: step,
        began_at: app.now(),
        seen_at: app.now(),
        browser: "Browser of the tests".to_owned(),
        pending: Some(Totp::generate(&mut entropy).secret),
    };
    let secret = written(server, move |sql, _| Ok(staff_session::begin(sql, session, &mut entropy)?))?;
    Ok(secret.to_text())
}

/// A one-time link for somebody.
pub(super) fn link(server: &RunningServer, user: UserId) -> Result<AgencySecret, DemoError> {
    let mut entropy = server.app().entropy.clone();
    written(server, move |sql, by| one_time_link::issue(sql, by, Hand::Operator, user, &mut entropy))
}
