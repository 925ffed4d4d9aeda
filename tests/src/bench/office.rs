//! The agency's side of a bench: officers, sites, details, awards and rulings, made by the server's own functions over the
//! server's own store, in this process, before the measured server opens it.

use std::path::Path;
use std::sync::Arc;

use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId, SiteId};
use detailbook_core::records::{AssignmentOrigin, Interval, Placement};
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_server::app::{App, Settings};
use detailbook_server::audit::By;
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::{Clock, SystemClock};
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::problem::Problem;
use detailbook_server::roster::{self, AgencyDraft, CustomerDraft, OfficerDraft, SiteDraft};
use detailbook_server::routes::staff::devices::invitation_for;
use detailbook_server::rulings::{self, RulingDraft};
use detailbook_server::scheduling::award::{Award, award};
use detailbook_server::scheduling::details::{self, DetailDraft, PositionDraft};
use detailbook_server::store::{Sql, Store, StoreConfig, agency as agencies};

use super::Outcome;
use super::draws::Draws;
use super::evidence::DOWNTOWN;

/// Sites that the whole agency works at, however large it is.
const SITES: u32 = 40;
/// How long a shift lasts.
const SHIFT: Millis = Millis::from_hours(4);
/// How far apart the sites lie, in 1e-7 degrees: in one block, so that a punch lies within the fence of whichever it is of, as most do.
const BLOCK: u32 = 1_000;
const DAY: Millis = Millis::from_hours(24);

/// An agency, and the server's parts over its store without listening.
pub(super) struct Office {
    pub(super) app: App,
    pub(super) agency: AgencyId,
    sites: Vec<SiteId>,
    pub(super) draws: Draws,
    officers: u32,
}

/// An assignment and when it is worked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shift {
    pub(super) assignment: AssignmentId,
    pub(super) hours: Interval,
}

/// Which shifts an officer gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roll {
    pub(super) shifts: u32,
    /// Between the ends of two of them.
    pub(super) apart: Millis,
    /// Since the end of the last one; negative for shifts to come.
    pub(super) last_ended_ago: Millis,
    /// The agency has ruled on them.
    pub(super) ruled: bool,
}

impl Roll {
    /// Shifts of the last days, one a day, each with its ruling.
    pub(super) const fn worked(shifts: u32) -> Self {
        Self { shifts, apart: DAY, last_ended_ago: Millis(0), ruled: true }
    }

    /// Shifts of the last days, one a day, on which nobody has ruled. The last one ended just now.
    pub(super) const fn just_worked(shifts: u32) -> Self {
        Self { shifts, apart: DAY, last_ended_ago: Millis::from_mins(5), ruled: false }
    }

    /// Shifts of the next days, one a day.
    pub(super) const fn to_come(shifts: u32) -> Self {
        Self { shifts, apart: DAY, last_ended_ago: Millis(-(DAY.0 * shifts as i64)), ruled: false }
    }
}

impl Office {
    /// An agency with its sites in a new store. Invitations will name `public_url`.
    pub(super) fn found(config: &StoreConfig, blobs: &Path, public_url: &str, seed: u64) -> Outcome<Self> {
        let settings = Settings { public_url: public_url.to_owned(), ..Settings::default() };
        Self::found_by(config, blobs, settings, Arc::new(SystemClock), seed)
    }

    /// The same by a clock of the caller's.
    pub(super) fn found_by(
        config: &StoreConfig,
        blobs: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Outcome<Self> {
        let (store, blobs) = (Store::open(config)?, BlobFolder::open(blobs)?);
        let app = App::with(store, blobs, settings, clock, SharedEntropy::system())?;
        let mut draws = Draws::seeded(seed);
        let agency = AgencyId::new(app.now(), &mut draws);
        let mut office = Self { app, agency, sites: Vec::new(), draws, officers: 0 };
        let zone = Zone::named("America/New_York").ok_or("no such zone")?;
        office
            .write(move |sql, by, _| roster::create_agency(sql, by, &AgencyDraft { name: "Bench PD".into(), zone }))?;
        office.sites = office.write(|sql, by, draws| sites(sql, by, draws))?;
        Ok(office)
    }

    /// Writes as staff, under the agency's lock.
    pub(super) fn write<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut dyn Sql, &By<'_>, &mut Draws) -> Result<T, Problem> + Send + 'static,
    ) -> Outcome<T> {
        let (agency, now) = (self.agency, self.app.now());
        // Drawn from, so that the next call does not draw the same.
        let mut draws =
            Draws::seeded(u64::from(self.draws.below(u32::MAX)) << 32 | u64::from(self.draws.below(u32::MAX)));
        Ok(self.app.store.write(move |sql| {
            agencies::lock(sql, agency)?;
            work(sql, &By { agency, now, actor: "bench" }, &mut draws)
        })?)
    }

    /// An officer with shifts, and as many invitations for phones.
    pub(super) fn officer(&mut self, roll: Roll, invitations: usize) -> Outcome<(OfficerId, Vec<Shift>, Vec<String>)> {
        self.officers += 1;
        let (number, sites, app) = (self.officers, self.sites.clone(), self.app.clone());
        self.write(move |sql, by, draws| {
            let (name, rank) = (format!("Officer {number}"), "PO".to_owned());
            let draft = OfficerDraft { name, employee_number: format!("{number:05}"), rank };
            let officer = roster::create(sql, by, None, &draft, draws)?;
            let shifts = assign(sql, by, draws, &sites, officer, roll)?;
            let mut invite = || Ok(invitation_for(sql, &app, by, officer, draws)?.text);
            let texts: Result<_, Problem> = (0..invitations).map(|_| invite()).collect();
            Ok((officer, shifts, texts?))
        })
    }

    /// More shifts for an officer.
    pub(super) fn assign(&mut self, officer: OfficerId, roll: Roll) -> Outcome<Vec<Shift>> {
        let sites = self.sites.clone();
        self.write(move |sql, by, draws| assign(sql, by, draws, &sites, officer, roll))
    }

    /// Lets the store go, so that the measured server has it to itself.
    pub(super) fn close(self) {
        self.app.store.close();
    }
}

fn sites(sql: &mut dyn Sql, by: &By<'_>, draws: &mut Draws) -> Result<Vec<SiteId>, Problem> {
    let customer = CustomerDraft { name: "Harbor Gas and Light".into(), number: "C-118".into() };
    let customer = roster::create(sql, by, None, &customer, draws)?;
    (0..SITES)
        .map(|_| {
            let center = Point {
                latitude_e7: DOWNTOWN.0 + draws.below(BLOCK) as i32,
                longitude_e7: DOWNTOWN.1 + draws.below(BLOCK) as i32,
            };
            let (name, address) = (draws.words(3), draws.words(6));
            let fence = Fence::Circle { center, radius_m: 120 };
            let draft = SiteDraft { customer, name, address, fence, placement: Placement::Surveyed };
            roster::create(sql, by, None, &draft, draws)
        })
        .collect()
}

fn assign(
    sql: &mut dyn Sql,
    by: &By<'_>,
    draws: &mut Draws,
    sites: &[SiteId],
    officer: OfficerId,
    roll: Roll,
) -> Result<Vec<Shift>, Problem> {
    (0..roll.shifts).map(|nth| shift(sql, by, draws, sites, officer, roll, nth)).collect()
}

/// Posts a detail, orders the officer in, and rules on it.
fn shift(
    sql: &mut dyn Sql,
    by: &By<'_>,
    draws: &mut Draws,
    sites: &[SiteId],
    officer: OfficerId,
    roll: Roll,
    nth: u32,
) -> Result<Shift, Problem> {
    let ends = by.now - Millis(roll.last_ended_ago.0 + roll.apart.0 * i64::from(roll.shifts - 1 - nth));
    let hours = Interval { start: ends - SHIFT, end: ends };
    let detail = details::post(sql, by, None, &posting(draws, sites[nth as usize % sites.len()], hours, nth), draws)?;
    let (origin, reason) = (AssignmentOrigin::Ordered, "Next on the list.".to_owned());
    let order = Award { id: None, detail, officer, position: None, origin, reason, overlap: None };
    let assignment = award(sql, by, &order, draws)?;
    if roll.ruled {
        let draft = RulingDraft {
            id: None,
            accepted: vec![hours],
            exceptions: vec![],
            reason: "As punched.".into(),
            ruled_by: "Coordinator 3".into(),
            supersedes: None,
            overriding: None,
        };
        rulings::rule(sql, by, assignment, &draft, None, draws)?;
    }
    Ok(Shift { assignment, hours })
}

fn posting(draws: &mut Draws, site: SiteId, hours: Interval, nth: u32) -> DetailDraft {
    DetailDraft {
        site,
        title: draws.words(3),
        job_type: "C".into(),
        starts: hours.start,
        ends: hours.end,
        zone: Zone::named("America/New_York").unwrap_or(Zone::UTC),
        positions: vec![PositionDraft { id: None, name: "Traffic 1".into(), rank: None }],
        post_orders: draws.words(58),
        reference: format!("D-{nth:06}"),
    }
}

/// The time a punch at the beginning or end of a shift is made: a little off.
pub(super) fn about(at: UnixMillis, draws: &mut Draws) -> UnixMillis {
    at + Millis(i64::from(draws.below(240_000)) - 120_000)
}

/// Where a server keeps its store, as its command line names it.
pub(super) fn sqlite_in(folder: &Path) -> Outcome<StoreConfig> {
    std::fs::create_dir_all(folder)?;
    Ok(StoreConfig::Sqlite { path: folder.join("detailbook.sqlite") })
}
