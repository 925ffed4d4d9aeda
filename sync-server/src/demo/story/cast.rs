//! Who and what the story is about: an invented town, five officers known by number, two customers.

use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AssignmentId, DetailId, OfficerId, SiteId};
use detailbook_core::notices::{Contact, Role};
use detailbook_core::records::Placement;
use detailbook_core::time::{Millis, UnixMillis, Zone};

use crate::demo::error::DemoError;
use crate::demo::office::Office;
use crate::demo::phones::Handset;
use crate::demo::server::RunningServer;
use crate::roster::{CustomerDraft, OfficerDraft, SiteDraft};
use crate::scheduling::details::{DetailDraft, PositionDraft};

/// The invented agency.
pub(super) const AGENCY: &str = "Harbor Falls Police Department";
/// Whom its mail is from.
pub(super) const SENDER: &str = "Harbor Falls details <details@harborfalls.example>";
/// Its officers: employee number and rank.
pub(super) const OFFICERS: [(&str, &str); 5] =
    [("1107", "officer"), ("1212", "officer"), ("1318", "sergeant"), ("1420", "officer"), ("1526", "officer")];
const ZONE: &str = "America/New_York";
/// Thursday 13 November 2025, midnight in that zone, in milliseconds since 1970 UTC.
const THURSDAY: i64 = 1_763_010_000_000;

/// The zone of the story.
pub(super) fn zone() -> Zone {
    Zone::named(ZONE).unwrap_or(Zone::UTC)
}

/// A moment of the story: day 0 is the Thursday.
pub(super) fn moment(day: i64, hour: i64, minute: i64) -> UnixMillis {
    UnixMillis::new(THURSDAY) + Millis::from_hours(24 * day + hour) + Millis::from_mins(minute)
}

/// An officer and the phone that goes along.
pub(super) struct Member {
    /// Employee number.
    pub(super) number: &'static str,
    /// What the server calls the officer.
    pub(super) id: OfficerId,
    /// The phone.
    pub(super) handset: Handset,
    /// What the officer was awarded.
    pub(super) assignment: AssignmentId,
}

impl Member {
    /// How the story calls the phone.
    pub(super) fn phone(&self) -> String {
        format!("phone {}", self.number)
    }
}

/// A job to be done.
pub(super) struct Work {
    /// What it is made of.
    pub(super) plan: Plan,
    /// Where it is.
    pub(super) site: SiteId,
    /// The detail, once it is posted.
    pub(super) detail: DetailId,
    /// The site's fence.
    pub(super) fence: Fence,
}

/// What a detail is made of.
pub(super) struct Plan {
    /// Who asks for it.
    pub(super) customer: &'static str,
    number: &'static str,
    email: &'static str,
    address: &'static str,
    middle: Point,
    /// What it is called.
    pub(super) title: &'static str,
    /// What type of job it is.
    pub(super) job_type: &'static str,
    /// From when until when.
    pub(super) hours: (UnixMillis, UnixMillis),
    /// Its places.
    pub(super) positions: &'static [&'static str],
    /// What the officers must know.
    pub(super) orders: &'static str,
}

/// The concert: two officers.
pub(super) fn concert() -> Plan {
    Plan {
        customer: "Lantern Hall",
        number: "C-014",
        email: "nights@lanternhall.example",
        address: "3 Quay Road",
        middle: Point { latitude_e7: 429_411_200, longitude_e7: -707_106_400 },
        title: "Concert at Lantern Hall",
        job_type: "event",
        hours: (moment(1, 18, 0), moment(1, 23, 30)),
        positions: &["Stage door", "Floor"],
        orders: "Bags are checked at the front. The cellar has no signal.",
    }
}

/// The paving: two officers.
pub(super) fn paving() -> Plan {
    Plan {
        customer: "Northgate Asphalt",
        number: "C-031",
        email: "crews@northgate.example",
        address: "Mill Street at Bridge Lane",
        middle: Point { latitude_e7: 429_387_500, longitude_e7: -707_254_100 },
        title: "Night paving, Mill Street",
        job_type: "road",
        hours: (moment(1, 19, 0), moment(1, 23, 30)),
        positions: &["Traffic", "Bridge end"],
        orders: "One lane stays open towards the bridge.",
    }
}

impl Plan {
    /// Enters customer and site.
    pub(super) fn prepare(self, office: &Office) -> Result<Work, DemoError> {
        let customer = CustomerDraft { name: self.customer.to_owned(), number: self.number.to_owned() };
        let customer = office.add_customer(customer)?;
        office.reach_customer(customer, Contact { email: Some(self.email.to_owned()), ..Contact::default() })?;
        let fence = Fence::Circle { center: self.middle, radius_m: 150 };
        let (name, address) = (self.customer.to_owned(), self.address.to_owned());
        let placement = Placement::Surveyed;
        let site = office.add_site(SiteDraft { customer, name, address, fence: fence.clone(), placement })?;
        Ok(Work { plan: self, site, detail: DetailId::NIL, fence })
    }

    /// The detail as a coordinator posts it.
    pub(super) fn draft(&self, site: SiteId) -> DetailDraft {
        let position = |name: &&str| PositionDraft { id: None, name: (*name).to_owned(), rank: None };
        DetailDraft {
            site,
            title: self.title.to_owned(),
            job_type: self.job_type.to_owned(),
            starts: self.hours.0,
            ends: self.hours.1,
            zone: zone(),
            positions: self.positions.iter().map(position).collect(),
            post_orders: self.orders.to_owned(),
            reference: String::new(),
        }
    }
}

/// The coordinators' desk, as it is reached.
pub(super) fn coordinators() -> Contact {
    let email = Some("desk@harborfalls.example".to_owned());
    Contact { name: "Details desk".to_owned(), email, roles: vec![Role::Coordinator], ..Contact::default() }
}

/// Enters an officer and enrols the officer's phone.
pub(super) fn join(
    server: &RunningServer,
    office: &Office,
    number: &'static str,
    rank: &str,
) -> Result<Member, DemoError> {
    let (name, employee_number) = (format!("Officer {number}"), number.to_owned());
    let id = office.add_officer(OfficerDraft { name, employee_number, rank: rank.to_owned() })?;
    let handset = Handset::enrol(server, number, &office.invite(id)?)?;
    Ok(Member { number, id, handset, assignment: AssignmentId::NIL })
}
