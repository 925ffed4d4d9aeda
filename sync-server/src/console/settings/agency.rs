//! The agency's name and zone.

use askama::Template;
use detailbook_core::records::{Agency, RecordKind};
use detailbook_core::time::Zone;

use crate::access::scope::Scope;
use crate::console::changed::{Changed, version};
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::roster::{self, AgencyDraft};
use crate::store::Sql;

#[derive(Template)]
#[template(path = "console/settings/agency.html")]
#[allow(clippy::struct_excessive_bools, reason = "each is a way of its own")]
struct AgencyPage {
    frame: Frame,
    is: Agency,
    zone_name: &'static str,
    version: i64,
    changed: Changed,
    fields: Vec<Field>,
    may_write: bool,
    ways: Ways,
    seal: Seal,
}

/// Which other settings somebody may open.
struct Ways {
    policy: bool,
    billing: bool,
    access: bool,
}

/// The agency as it is, and the way to the other settings.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, agency) = (visit.who()?, visit.agency()?);
    let stored = filing::get::<Agency>(sql, agency, agency)?;
    let changed = Changed::since(sql, visit, RecordKind::Agency, agency, &stored)?;
    let is = stored.record;
    let kept = |name, is| visit.form.find(name).unwrap_or(is).to_owned();
    Page::html(&AgencyPage {
        frame: Frame::of(visit, "Settings"),
        zone_name: is.zone.name(),
        version: stored.version,
        changed,
        fields: vec![
            Field::new(visit, "name", "Name").holding(&kept("name", &is.name)),
            Field::new(visit, "zone", "Time zone")
                .holding(&kept("zone", is.zone.name()))
                .hint("As the IANA names it, such as America/New_York. Pay days and times on pages follow it."),
        ],
        may_write: who.may(Scope::RecordsWrite),
        ways: Ways {
            policy: who.may(Scope::PolicyRead),
            billing: who.may(Scope::BillingRead),
            access: who.may(Scope::RolesWrite),
        },
        seal: visit.seal("/console/settings"),
        is,
    })
}

/// Changes it.
pub(super) fn save(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let zone = Zone::named(visit.typed("zone").trim());
    let zone = zone.ok_or_else(|| Problem::invalid("zone", "must be a zone such as America/New_York"))?;
    let draft = AgencyDraft { name: visit.typed("name").to_owned(), zone };
    roster::set_agency(sql, &visit.by()?, Some(version(visit)?), &draft)?;
    Ok(Page::to("/console/settings?said=saved"))
}
