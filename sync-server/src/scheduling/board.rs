//! Is everyone where they should be: every place of the details of a stretch of time, whoever has it or nobody, and how it stands.

use std::collections::BTreeMap;

use detailbook_core::geo::{FenceState, FenceVerdict};
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId, PositionId, SiteId};
use detailbook_core::records::{
    Assignment, AssignmentState, Detail, DetailState, Interval, Officer, Position, RecordKind, Site,
};
use detailbook_core::staffing::{CallingOffState, HolderSeen, PlaceSeen, PlaceState, Presence, StaffingRules};
use detailbook_core::time::UnixMillis;

pub use super::clocked::LastPunch;
use super::clocked::last_punch;
use super::details::{self, LONGEST, scheduled};
use super::read_ahead;
use super::today::{self, Line, ReliefLine};
use crate::store::reliefs;
use crate::store::watches::NoShow;
use crate::store::{Ahead, Sql, StoreError, assignments, detail_times, records, staffing_rules};

/// One place as it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// The detail.
    pub detail: DetailId,
    /// What it is called.
    pub title: String,
    /// Where.
    pub site: SiteId,
    /// The place.
    pub position: Position,
    /// When it is worked.
    pub scheduled: Interval,
    /// How it stands.
    pub state: PlaceState,
    /// Whoever has it.
    pub holder: Option<Line>,
    /// The holder's last punch.
    pub punch: Option<LastPunch>,
    /// Whoever had it before, where nobody has it now.
    pub before: Option<Before>,
}

/// Whoever gave a place up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Before {
    /// Their assignment.
    pub assignment: AssignmentId,
    /// The officer.
    pub officer: OfficerId,
    /// The officer's name.
    pub name: String,
    /// The search for who comes instead.
    pub relief: Option<ReliefLine>,
}

impl Place {
    /// The search for who comes instead, if there is one.
    pub fn relief(&self) -> Option<&ReliefLine> {
        let holders = self.holder.as_ref().and_then(|line| line.relief.as_ref());
        holders.or(self.before.as_ref().and_then(|before| before.relief.as_ref()))
    }

    /// The assignment that somebody else would be looked for.
    pub fn assignment(&self) -> Option<AssignmentId> {
        let holders = self.holder.as_ref().map(|line| line.assignment);
        holders.or(self.before.as_ref().map(|before| before.assignment))
    }

    /// What the last punch says about the fence.
    pub fn verdict(&self) -> Option<&FenceVerdict> {
        self.punch.as_ref()?.verdict.as_ref()
    }
}

/// The places of the details of a stretch of time, in the order of their starts; those of so many details at most.
pub fn places(
    sql: &mut dyn Sql,
    agency: AgencyId,
    time: Interval,
    details: i64,
    now: UnixMillis,
) -> Result<Vec<Place>, StoreError> {
    let mut board = Board::at(sql, agency, now)?;
    let found = detail_times::in_time(sql, agency, time, LONGEST, details)?;
    let stand: Vec<_> = found.iter().filter(|row| row.state != DetailState::Cancelled).map(|row| row.detail).collect();
    let mut ahead = Ahead::over(sql);
    read_ahead::places(&mut ahead, agency, &stand)?;
    for id in stand {
        if let Some(detail) = details::find(&mut ahead, agency, id)? {
            board.take(&mut ahead, &detail)?;
        }
    }
    Ok(board.places)
}

/// One place of a detail, if there is such a one.
pub fn place(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    position: PositionId,
    now: UnixMillis,
) -> Result<Option<Place>, StoreError> {
    let mut board = Board::at(sql, agency, now)?;
    if let Some(detail) = details::find(sql, agency, detail)? {
        board.take(sql, &detail)?;
    }
    Ok(board.places.into_iter().find(|place| place.position.id == position))
}

struct Board {
    agency: AgencyId,
    now: UnixMillis,
    rules: StaffingRules,
    sites: BTreeMap<SiteId, Option<Site>>,
    places: Vec<Place>,
}

impl Board {
    fn at(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis) -> Result<Self, StoreError> {
        let rules = staffing_rules::at(sql, agency, now)?;
        Ok(Self { agency, now, rules, sites: BTreeMap::new(), places: Vec::new() })
    }

    fn take(&mut self, sql: &mut dyn Sql, detail: &Detail) -> Result<(), StoreError> {
        let held = self.held(sql, detail)?;
        // Whoever had a place is looked up only where nobody has it now.
        let gone = if detail.positions.iter().all(|place| held.contains_key(&place.id)) {
            BTreeMap::new()
        } else {
            self.gone(sql, detail)?
        };
        for position in &detail.positions {
            let holder = held.get(&position.id).copied();
            let before = if holder.is_none() { gone.get(&position.id) } else { None };
            let place = self.place(sql, detail, position, holder, before)?;
            self.places.push(place);
        }
        Ok(())
    }

    fn held(&self, sql: &mut dyn Sql, detail: &Detail) -> Result<BTreeMap<PositionId, AssignmentId>, StoreError> {
        let mut held = BTreeMap::new();
        for id in assignments::active_of_detail(sql, self.agency, detail.id)? {
            if let Some(stored) = records::get::<Assignment>(sql, self.agency, RecordKind::Assignment, id)? {
                held.insert(stored.record.position, id);
            }
        }
        Ok(held)
    }

    /// The latest assignment of each place that was given up. Ids are made in order.
    fn gone(&self, sql: &mut dyn Sql, detail: &Detail) -> Result<BTreeMap<PositionId, Assignment>, StoreError> {
        let mut gone = BTreeMap::new();
        for id in assignments::all_of_detail(sql, self.agency, detail.id)? {
            let found = records::get::<Assignment>(sql, self.agency, RecordKind::Assignment, id)?;
            if let Some(held) = found.filter(|stored| stored.record.state == AssignmentState::Released) {
                gone.insert(held.record.position, held.record);
            }
        }
        Ok(gone)
    }

    fn place(
        &mut self,
        sql: &mut dyn Sql,
        detail: &Detail,
        position: &Position,
        holder: Option<AssignmentId>,
        before: Option<&Assignment>,
    ) -> Result<Place, StoreError> {
        let (now, agency) = (self.now, self.agency);
        let holder = holder.map(|id| today::line(sql, agency, &self.rules, id, now)).transpose()?.flatten();
        let punch = match &holder {
            Some(line) if matches!(line.presence, Presence::There | Presence::Left) => self.punch(sql, line)?,
            _ => None,
        };
        let fence = punch.as_ref().and_then(|punch| punch.verdict.as_ref()).map(|verdict| verdict.state);
        let seen = PlaceSeen {
            scheduled: scheduled(detail),
            holder: holder.as_ref().map(|line| of_holder(line, fence)),
            given_up: before.is_some(),
        };
        Ok(Place {
            detail: detail.id,
            title: detail.title.clone(),
            site: detail.site,
            position: position.clone(),
            scheduled: seen.scheduled,
            state: PlaceState::of(&seen, now),
            holder,
            punch,
            before: before.map(|gone| self.before(sql, gone)).transpose()?,
        })
    }

    fn punch(&mut self, sql: &mut dyn Sql, line: &Line) -> Result<Option<LastPunch>, StoreError> {
        let held = records::get::<Assignment>(sql, self.agency, RecordKind::Assignment, line.assignment)?;
        let Some(held) = held.map(|stored| stored.record) else { return Ok(None) };
        let agency = self.agency;
        let site = self.site(sql, line.site)?;
        last_punch(sql, agency, &held, site)
    }

    fn site(&mut self, sql: &mut dyn Sql, id: SiteId) -> Result<Option<&Site>, StoreError> {
        if !self.sites.contains_key(&id) {
            let found = records::get::<Site>(sql, self.agency, RecordKind::Site, id)?;
            self.sites.insert(id, found.map(|stored| stored.record));
        }
        Ok(self.sites.get(&id).and_then(Option::as_ref))
    }

    fn before(&self, sql: &mut dyn Sql, gone: &Assignment) -> Result<Before, StoreError> {
        let officer = records::get::<Officer>(sql, self.agency, RecordKind::Officer, gone.officer)?;
        let search = reliefs::find(sql, self.agency, gone.id)?;
        Ok(Before {
            assignment: gone.id,
            officer: gone.officer,
            name: officer.map(|officer| officer.record.name).unwrap_or_default(),
            relief: search.map(|search| ReliefLine::of(&search)),
        })
    }
}

fn of_holder(line: &Line, fence: Option<FenceState>) -> HolderSeen {
    HolderSeen {
        presence: line.presence,
        fence,
        no_show_confirmed: line.no_show == NoShow::Confirmed,
        no_show_denied: line.no_show == NoShow::Denied,
        gives_up: line.calling_off.is_some_and(CallingOffState::is_open),
    }
}
