//! People of an agency who sign in.

use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_server::access::agency_secret::AgencySecret;
use detailbook_server::access::password::Hashing;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::staff_session::{self, StaffSession, Stage};
use detailbook_server::access::totp::Totp;
use detailbook_server::access::users::{self, Hand, User, UserDraft};
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::store::{StoreError, agency as agencies, users as rows};

use super::browser::Browser;
use crate::staff::world::World;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// The hash of that password: made once, since it is meant to be slow.
fn hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| Hashing::default().hash(PASSWORD, &mut SharedEntropy::system()).unwrap()).clone()
}

/// Adds somebody who has that password and no second step.
pub(crate) fn person(world: &World, agency: AgencyId, login: &str, role: StaffRole) -> User {
    let draft = UserDraft { login: login.to_owned(), name: format!("Person {login}"), role };
    let mut entropy = world.app.entropy.clone();
    let added = world.write(agency, move |sql, by| {
        let user = users::add(sql, by, Hand::Operator, &draft, None, &mut entropy)?;
        users::choose_password(sql, by, &user, &hash(), None)?;
        Ok(rows::get(sql, agency, user.id)?.unwrap())
    });
    added.unwrap()
}

/// Gives somebody a second step.
pub(crate) fn with_second_step(world: &World, user: &User) -> Totp {
    let (mut entropy, agency, id) = (world.app.entropy.clone(), user.agency, user.id);
    let totp = Totp::generate(&mut entropy);
    world.write(agency, move |sql, _| Ok(rows::set_totp(sql, agency, id, Some(&totp))?)).unwrap();
    totp
}

pub(crate) fn find(world: &World, agency: AgencyId, id: UserId) -> User {
    world.app.store.read(|sql| rows::get(sql, agency, id)).unwrap().unwrap()
}

/// A browser in which somebody has come so far.
pub(crate) fn signed_in<'a>(world: &'a World, user: &User, stage: Stage) -> Browser<'a> {
    let mut browser = Browser::new(world);
    browser.cookies.insert("detailbook".to_owned(), session(world, user, stage).to_text());
    browser
}

pub(crate) fn session(world: &World, user: &User, stage: Stage) -> AgencySecret {
    let (now, mut entropy) = (world.app.now(), world.app.entropy.clone());
    let session = StaffSession {
        agency: user.agency,
        id: Sha256([0; 32]),
        user: user.id,
        stage,
        began_at: now,
        seen_at: now,
        browser: "Test browser".to_owned(),
        pending: Some([7; 20]),
    };
    world.write(user.agency, move |sql, _| Ok(staff_session::begin(sql, session, &mut entropy)?)).unwrap()
}

/// Signed in all the way.
pub(crate) fn inside<'a>(world: &'a World, agency: AgencyId, login: &str, role: StaffRole) -> Browser<'a> {
    let user = person(world, agency, login, role);
    signed_in(world, &user, Stage::Full)
}

/// Does something while somebody else holds the agency's lock and writes: it must be done without that.
pub(crate) fn while_somebody_writes(world: &World, agency: AgencyId, work: impl FnOnce()) {
    let ((begun, has_begun), (done, is_done)) = (mpsc::channel(), mpsc::channel());
    let app = world.app.clone();
    let writer = thread::spawn(move || {
        app.store.write(move |sql| {
            agencies::lock(sql, agency)?;
            begun.send(()).unwrap();
            Ok::<_, StoreError>(is_done.recv_timeout(Duration::from_secs(20)).is_ok())
        })
    });
    has_begun.recv().unwrap();
    work();
    // Whoever waited for the lock got it only after the writer had stopped listening.
    let answered = done.send(()).is_ok();
    assert!(writer.join().unwrap().unwrap() && answered, "it was done while somebody wrote");
}
