//! One officer: what is known of them, what they hold, and what may be done.

use askama::Template;
use detailbook_core::ids::OfficerId;
use detailbook_core::notices::{Contact, Party};
use detailbook_core::records::Officer;
use detailbook_core::time::{Interval, Millis, UnixMillis};

use super::approvals::{self, Approving};
use super::assigned::{self, Near};
use super::hours::{self, Bar};
use super::ledger::{self, Sums};
use super::phones::{self, Phone};
use crate::access::scope::Scope;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::personnel::kind::ALWAYS;
use crate::personnel::{Kind, of_officer};
use crate::problem::Problem;
use crate::store::{Sql, contacts};

/// For how long after its end something is still shown.
const BACK: Millis = Millis::from_hours(24 * 60);
/// From how many days before its end on something ends soon.
const SOON: i64 = 30;

#[derive(Template)]
#[template(path = "console/people/officer.html")]
#[allow(clippy::struct_excessive_bools, reason = "each is a way of its own")]
struct OfficerPage {
    frame: Frame,
    id: OfficerId,
    officer: Officer,
    known: Option<Known>,
    near: Near,
    approvals: Option<Vec<Approving>>,
    sums: Sums,
    phones: Option<Vec<Phone>>,
    contact: Option<Contact>,
    may_write: bool,
    may_contact: bool,
    may_approve: bool,
    sees_log: bool,
    invite: Seal,
}

/// What the personnel record says.
struct Known {
    statuses: Vec<Dated>,
    papers: Vec<Dated>,
    set: Option<(String, Vec<Bar>)>,
}

/// Something that is so from one day to another.
struct Dated {
    what: String,
    from: String,
    until: String,
    state: &'static str,
    mark: &'static str,
}

/// One of them.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, agency, id) = (visit.who()?, visit.agency()?, visit.id::<OfficerId>("id")?);
    let officer = filing::get::<Officer>(sql, agency, id)?.record;
    let approvals = if who.may(Scope::ApprovalsRead) { Some(approvals::of(sql, visit, id)?) } else { None };
    let phones = if who.may(Scope::Enrol) { Some(phones::of(sql, visit, id)?) } else { None };
    let contact =
        if who.may(Scope::ContactsRead) { Some(contacts::get(sql, agency, Party::officer(id))?.1) } else { None };
    Page::html(&OfficerPage {
        frame: Frame::of(visit, &officer.name),
        id,
        officer,
        known: if who.may(Scope::PersonnelRead) { Some(known(sql, visit, id)?) } else { None },
        near: assigned::near(sql, visit, id)?,
        approvals,
        sums: ledger::sums(sql, visit, id)?,
        phones,
        contact,
        may_write: who.may(Scope::RecordsWrite),
        may_contact: who.may(Scope::ContactsWrite),
        may_approve: who.may(Scope::ApprovalsWrite),
        sees_log: who.may(Scope::AuditRead),
        invite: visit.seal(&format!("/console/officers/{id}/invite")),
    })
}

fn known(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId) -> Result<Known, Problem> {
    Ok(Known {
        statuses: dated(sql, visit, officer, Kind::Statuses, "code")?,
        papers: dated(sql, visit, officer, Kind::Documents, "kind")?,
        set: hours::bars(sql, visit, officer)?,
    })
}

/// What is so now or will be, the first to end first. `name`: the field that says what.
fn dated(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId, kind: Kind, name: &str) -> Result<Vec<Dated>, Problem> {
    let mut all = of_officer(sql, visit.agency()?, officer, kind, ALWAYS, visit.now)?;
    // What ended long ago says nothing any more.
    all.retain(|it| it.valid.end > visit.now - BACK);
    all.sort_by_key(|it| (it.valid.end, it.valid.start));
    let dated = |it: &crate::personnel::KnownBody| {
        let (state, mark) = state(it.valid, visit.now, kind == Kind::Documents);
        Dated {
            what: it.says[name].as_str().unwrap_or_default().to_owned(),
            from: visit.time(it.valid.start),
            until: if it.valid.end == UnixMillis::MAX { String::new() } else { visit.time(it.valid.end) },
            state,
            mark,
        }
    };
    Ok(all.iter().map(dated).collect())
}

/// Where something stands that is so for a while. `paper`: it is good to have it.
fn state(valid: Interval, now: UnixMillis, paper: bool) -> (&'static str, &'static str) {
    let days = (valid.end - now).0 / 86_400_000;
    match (valid.start > now, valid.end <= now, paper) {
        (true, ..) => ("later", "quiet"),
        (_, true, true) => ("ended", "bad"),
        (_, true, false) => ("ended", "quiet"),
        (_, _, true) if days < SOON && valid.end < UnixMillis::MAX => ("ends soon", "warn"),
        (_, _, true) => ("good", "good"),
        (_, _, false) => ("now", "warn"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_ends_soon_before_it_ends() {
        let day = 86_400_000;
        let valid = Interval { start: UnixMillis::new(0), end: UnixMillis::new(100 * day) };
        let at = |days: i64, paper| state(valid, UnixMillis::new(days * day), paper).0;
        assert_eq!([at(-1, true), at(60, true), at(80, true), at(100, true)], ["later", "good", "ends soon", "ended"]);
        assert_eq!([at(60, false), at(100, false)], ["now", "ended"]);
        assert_eq!(state(Interval { end: UnixMillis::MAX, ..valid }, UnixMillis::new(day), true).0, "good");
    }
}
