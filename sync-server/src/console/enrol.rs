//! Setting up a second step: the secret as a QR code and in words, a code to show that it works, and recovery codes.

use askama::Template;
use detailbook_core::wire::Refusal;

use super::field::Field;
use super::frame::Frame;
use super::page::{Answer, Page};
use super::qr::Qr;
use super::seal::Seal;
use super::sign_in::place_of;
use super::visit::Visit;
use crate::access::recovery::RecoveryCode;
use crate::access::totp::Totp;
use crate::access::{sign_in as access, staff_session, users};
use crate::problem::Problem;
use crate::store::Sql;

const PATH: &str = "/console/enrol";

#[derive(Template)]
#[template(path = "console/enrol.html")]
struct EnrolPage {
    frame: Frame,
    qr: Option<Qr>,
    words: String,
    path: &'static str,
    code: Field,
    seal: Seal,
    leave: Option<Seal>,
}

#[derive(Template)]
#[template(path = "console/recovery.html")]
struct RecoveryPage {
    frame: Frame,
    codes: Vec<String>,
    next: &'static str,
}

/// The page, while signing in.
pub fn show(_: &mut dyn Sql, visit: &Visit) -> Answer {
    page(visit, PATH, Some(visit.seal("/console/enrol/leave")))
}

/// The page whose form goes to `path`.
pub(super) fn page(visit: &Visit, path: &'static str, leave: Option<Seal>) -> Answer {
    let who = visit.who()?;
    let totp = Totp { secret: pending(visit)?, used: 0 };
    let issuer = format!("Detailbook {}", who.agency_name);
    Page::html(&EnrolPage {
        frame: Frame::of(visit, "Set up your second step"),
        qr: Qr::of(&totp.uri(&issuer, &who.user.login)),
        words: totp.words(),
        path,
        code: Field::code(visit, "code", "Code that the app shows now").digits(),
        seal: visit.seal(path),
        leave,
    })
}

/// The secret that is shown but not yet confirmed.
pub(super) fn pending(visit: &Visit) -> Result<[u8; 20], Problem> {
    let reason = "No second step is being set up. Begin at your account.";
    visit.who()?.session.pending.ok_or_else(|| Problem::new(Refusal::NotAllowed, reason))
}

/// Confirms it, gives recovery codes, and goes on with signing in.
pub fn enter(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, mut entropy) = (visit.who()?, visit.app.entropy.clone());
    let code = without_blanks(visit.typed("code"));
    let codes = users::confirm_second_step(sql, &visit.by()?, &who.user, pending(visit)?, &code, &mut entropy)?;
    access::complete(sql, visit.now, &who.user)?;
    let stage = access::after_second_step(&who.user);
    let secret = staff_session::renew(sql, &who.session, stage, visit.now, &mut entropy)?;
    Ok(visit.with_session(recovery(visit, &codes, place_of(stage))?, &secret))
}

/// What somebody typed with blanks between the digits.
pub(super) fn without_blanks(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The page that shows recovery codes, this once.
pub(super) fn recovery(visit: &Visit, codes: &[RecoveryCode], next: &'static str) -> Answer {
    let codes = codes.iter().map(RecoveryCode::to_text).collect();
    Page::html(&RecoveryPage { frame: Frame::of(visit, "Your recovery codes"), codes, next })
}
