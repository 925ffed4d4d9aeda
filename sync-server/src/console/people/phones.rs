//! Officers' phones: which there are, those not heard of first; enrolling one by a QR code, and ending an enrolment.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::{DeviceId, OfficerId, RecordId};
use detailbook_core::records::Officer;
use detailbook_core::time::Millis;

use crate::access::revocation;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::qr::Qr;
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::routes::staff::devices::invitation_for;
use crate::store::devices::{self, DeviceSummary};
use crate::store::{Sql, facts, listing};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "state", "sort", "part", "said"];
const KEPT: &[&str] = &["find", "state", "sort"];
const ORDERS: &[(&str, &str)] =
    &[("heard", "Not heard of first"), ("officer", "Officer"), ("enrolled", "Enrolled last")];
const STATES: &[(&str, &str)] = &[("quiet", "not heard of"), ("heard", "heard of"), ("ended", "ended")];
/// Not heard of for so long, a phone may hold what nobody else has.
const QUIET: Millis = Millis::from_hours(24 * 3);

/// A phone as a list shows it.
pub(super) struct Phone {
    pub(super) id: DeviceId,
    pub(super) officer: OfficerId,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) state: String,
    pub(super) mark: &'static str,
    pub(super) seen_at: String,
    pub(super) enrolled_at: String,
    pub(super) missing: i64,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "console/people/phones.html")]
struct PhonesPage {
    frame: Frame,
    lines: Vec<Phone>,
    part: Part,
    find: Field,
    state: Choice,
    sort: Choice,
    quiet: usize,
}

/// The phones of an officer.
pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId) -> Result<Vec<Phone>, Problem> {
    let found = devices::all_of(sql, visit.agency()?, officer)?;
    let name = filing::get::<Officer>(sql, visit.agency()?, officer)?.record.name;
    let mut phones: Vec<_> = found.into_iter().map(|device| phone(visit, device, &name)).collect();
    count(sql, visit, &mut phones)?;
    Ok(phones)
}

/// Counts what is known to be missing of each.
fn count(sql: &mut dyn Sql, visit: &Visit, phones: &mut [Phone]) -> Result<(), Problem> {
    for phone in phones {
        phone.missing = facts::missing(sql, visit.agency()?, phone.id)?;
    }
    Ok(())
}

fn phone(visit: &Visit, device: DeviceSummary, name: &str) -> Phone {
    let silent = visit.now - device.seen_at;
    let (kind, state, mark) = match device.revoked_at {
        Some(at) => ("ended", format!("ended {}", visit.time(at)), "quiet"),
        None if silent > QUIET => ("quiet", format!("not heard of for {} days", silent.0 / 86_400_000), "warn"),
        None => ("heard", "heard of".to_owned(), "good"),
    };
    Phone {
        id: device.device,
        officer: device.officer,
        name: name.to_owned(),
        label: if device.label.trim().is_empty() { "without a name".to_owned() } else { device.label },
        state,
        mark,
        seen_at: visit.time(device.seen_at),
        enrolled_at: visit.time(device.enrolled_at),
        missing: 0,
        kind,
    }
}

fn all(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Phone>, Problem> {
    let agency = visit.agency()?;
    let officers = listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)?;
    let names: BTreeMap<_, _> = officers.into_iter().map(|(_, it)| (it.record.id, it.record.name)).collect();
    let mut found = devices::page(sql, agency, DeviceId::NIL, i64::MAX)?;
    match visit.query.get("sort") {
        "officer" => found.sort_by_cached_key(|it| (names.get(&it.officer).map(|name| name.to_lowercase()), it.device)),
        "enrolled" => found.sort_by_key(|it| std::cmp::Reverse(it.enrolled_at)),
        // Whose enrolment was ended is to bring nothing more.
        _ => found.sort_by_key(|it| (it.revoked_at.is_some(), it.seen_at)),
    }
    let (find, state) = (visit.query.get("find").to_lowercase(), visit.query.get("state"));
    let named = |device: DeviceSummary| {
        let name = names.get(&device.officer).map_or("", String::as_str);
        phone(visit, device, name)
    };
    let fits = |phone: &Phone| {
        (state.is_empty() || phone.kind == state)
            && (phone.name.to_lowercase().contains(&find) || phone.label.to_lowercase().contains(&find))
    };
    Ok(found.into_iter().map(named).filter(fits).collect())
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let phones = all(sql, visit)?;
    let quiet = phones.iter().filter(|phone| phone.kind == "quiet").count();
    let (mut lines, part) = Part::of(visit, "/console/phones", KEPT, phones);
    count(sql, visit, &mut lines)?;
    Page::html(&PhonesPage {
        frame: Frame::of(visit, "Phones"),
        lines,
        part,
        find: Field::asked(visit, "find", "Officer or phone"),
        state: Choice::asked(visit, "state", "State", any(labelled(STATES))),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        quiet,
    })
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut phones = all(sql, visit)?;
    let missing = facts::missing_of_each(sql, visit.agency()?)?;
    for phone in &mut phones {
        phone.missing = missing.get(&phone.id).copied().unwrap_or_default();
    }
    let mut csv = Csv::of(&["id", "officer", "name", "phone", "state", "last_heard_of", "enrolled", "facts_missing"]);
    for it in phones {
        let ids = [it.id.to_string(), it.officer.to_string()];
        let rest = [it.name, it.label, it.state, it.seen_at, it.enrolled_at, it.missing.to_string()];
        csv.line(ids.into_iter().chain(rest));
    }
    Ok(Page::csv("phones.csv", csv.finish()))
}

#[derive(Template)]
#[template(path = "console/people/phone.html")]
struct PhonePage {
    frame: Frame,
    phone: Phone,
    reason: Field,
    seal: Seal,
}

/// One phone.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DeviceId>("id")?);
    let device = devices::find(sql, id)?.filter(|it| it.agency == agency).ok_or_else(Problem::not_found)?;
    let phones = of(sql, visit, device.officer)?;
    let phone = phones.into_iter().find(|phone| phone.id == id).ok_or_else(Problem::not_found)?;
    Page::html(&PhonePage {
        frame: Frame::of(visit, &format!("Phone: {}", phone.label)),
        phone,
        reason: Field::new(visit, "reason", "Why").hint("Such as lost, or a new phone."),
        seal: visit.seal(&format!("/console/phones/{id}/revoke")),
    })
}

/// Ends its enrolment.
pub(super) fn revoke(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DeviceId>("id")?;
    revocation::revoke(sql, &visit.by()?, id, visit.typed("reason"))?;
    Ok(Page::to(&format!("/console/phones/{id}?said=ended_phone")))
}

#[derive(Template)]
#[template(path = "console/people/invited.html")]
struct InvitedPage {
    frame: Frame,
    id: OfficerId,
    name: String,
    qr: Option<Qr>,
    text: String,
    until: String,
}

/// Makes a QR code that enrols one phone, shown this once.
pub(super) fn invite(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    let name = filing::get::<Officer>(sql, visit.agency()?, id)?.record.name;
    let invited = invitation_for(sql, &visit.app, &visit.by()?, id, &mut visit.app.entropy.clone())?;
    Page::html(&InvitedPage {
        frame: Frame::of(visit, "Enrol a phone"),
        id,
        name,
        qr: Qr::of(&invited.text),
        text: invited.text,
        until: visit.time(invited.expires_at),
    })
}
