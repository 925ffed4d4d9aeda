//! Whether an officer may take a certain place over, and why not.

use detailbook_core::award::{Conduct, Restriction, restrictions};
use detailbook_core::ids::{AgencyId, OfficerId, PositionId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{Assignment, Detail, Officer, RecordKind};

use super::details::{self, scheduled};
use super::ledger as charges;
use crate::audit::By;
use crate::policy;
use crate::store::{Ahead, Sql, StoreError, assignments, ledger, records, watches};

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Bar {
    /// No such officer.
    Unknown,
    /// The place is gone.
    NoPlace,
    /// It asks for another rank.
    Rank { place: String, asked: String, has: String },
    /// The officer is on this detail already.
    Holds,
    /// The officer has another detail at that time.
    Clash { title: String },
    /// The agency lets the officer work no details then.
    Restricted { why: String },
    /// The rules do not let the officer take it over, or not without an approval.
    Rules { why: String },
}

impl Bar {
    /// For the officer.
    pub(super) fn to_them(&self) -> String {
        match self {
            Self::Unknown => "The agency has no record of you as an officer.".to_owned(),
            Self::NoPlace => "This detail has no such position any more.".to_owned(),
            Self::Rank { place, asked, has } if has.is_empty() => {
                format!("{place} asks for rank {asked}; the agency has no rank of yours.")
            }
            Self::Rank { place, asked, has } => format!("{place} asks for rank {asked}; yours is {has}."),
            Self::Holds => "You already have a position on this detail.".to_owned(),
            Self::Clash { title } => format!("You have another detail at that time: {title}."),
            Self::Restricted { why } | Self::Rules { why } => why.clone(),
        }
    }

    /// For a colleague, who learns no more than must be.
    pub(super) fn to_others(&self) -> String {
        match self {
            Self::Unknown => "There is no such officer.".to_owned(),
            Self::NoPlace => self.to_them(),
            Self::Rank { place, asked, .. } => {
                format!("{place} asks for rank {asked}, which that officer does not have.")
            }
            Self::Holds => "That officer already has a position on this detail.".to_owned(),
            Self::Clash { .. } => "That officer has another detail at that time.".to_owned(),
            Self::Restricted { .. } | Self::Rules { .. } => "That officer cannot work this detail.".to_owned(),
        }
    }
}

impl Bar {
    /// For staff, who may know all of it.
    pub(super) fn to_staff(&self) -> String {
        match self {
            Self::Unknown => "There is no such officer.".to_owned(),
            Self::NoPlace => self.to_them(),
            Self::Rank { place, asked, has } if has.is_empty() => {
                format!("{place} asks for rank {asked}, and no rank of the officer is known.")
            }
            Self::Rank { place, asked, has } => format!("{place} asks for rank {asked}; the officer is {has}."),
            Self::Holds => "The officer already has a position on this detail.".to_owned(),
            Self::Clash { title } => format!("The officer has another detail at that time: {title}."),
            Self::Restricted { why } | Self::Rules { why } => why.clone(),
        }
    }
}

/// What stands against the officer's taking that place now, if anything does. What the rules say to it is kept.
pub(super) fn bar(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    detail: &Detail,
    position: PositionId,
) -> Result<Option<Bar>, StoreError> {
    if let Some(bar) = known_bar(sql, by, officer, detail, position)? {
        return Ok(Some(bar));
    }
    let judged = policy::judge(sql, by, Stage::Trade, officer, detail.id, Some(position))?;
    let why = [judged.blocked(), judged.to_approve()].into_iter().flatten().next();
    Ok(why.map(|why| Bar::Rules { why }))
}

/// The same without asking the rules: who is not worth asking.
pub(super) fn known_bar(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    detail: &Detail,
    position: PositionId,
) -> Result<Option<Bar>, StoreError> {
    let Some(who) = records::get::<Officer>(sql, by.agency, RecordKind::Officer, officer)? else {
        return Ok(Some(Bar::Unknown));
    };
    let Some(place) = detail.positions.iter().find(|place| place.id == position) else {
        return Ok(Some(Bar::NoPlace));
    };
    if let Some(asked) = place.rank.as_ref().filter(|asked| **asked != who.record.rank) {
        let (place, asked, has) = (place.name.clone(), asked.clone(), who.record.rank);
        return Ok(Some(Bar::Rank { place, asked, has }));
    }
    if assignments::holds(sql, by.agency, detail.id, officer)? {
        return Ok(Some(Bar::Holds));
    }
    if let Some(title) = clash(sql, by.agency, officer, detail)? {
        return Ok(Some(Bar::Clash { title }));
    }
    Ok(restricted(sql, by, officer, detail)?.map(|restriction| Bar::Restricted { why: restriction.why }))
}

/// Reads ahead what [`known_bar`] asks of many officers about a detail.
pub(super) fn known_bars_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    officers: &[OfficerId],
    detail: &Detail,
) -> Result<(), StoreError> {
    records::ahead(ahead, agency, RecordKind::Officer, officers.iter().copied())?;
    assignments::of_officers_ahead(ahead, agency, detail.id, scheduled(detail), officers)
}

/// What follows from an officer's no-shows and call-offs against working this detail. What was taken back counts no more.
pub(super) fn restricted(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    detail: &Detail,
) -> Result<Option<Restriction>, StoreError> {
    let contract = charges::contract(sql, by.agency, by.now)?;
    if contract.conduct == Conduct::default() {
        return Ok(None);
    }
    let taken_back = watches::taken_back(sql, by.agency, officer)?;
    let mut entries = ledger::of_officer(sql, by.agency, officer, by.now)?;
    entries.retain(|entry| !taken_back.contains(&entry.what.id));
    let zone = charges::zone(sql, by.agency)?;
    let found = restrictions(&entries, &contract, zone, by.now);
    Ok(found.into_iter().find(|one| one.officer == officer && one.covers(scheduled(detail))))
}

/// What the officer has at that time.
fn clash(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    detail: &Detail,
) -> Result<Option<String>, StoreError> {
    let Some(id) = assignments::overlapping(sql, agency, officer, scheduled(detail), None)? else { return Ok(None) };
    let held = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)?;
    let other = held.map(|held| details::find(sql, agency, held.record.detail)).transpose()?.flatten();
    Ok(Some(other.map_or_else(String::new, |other| other.title)))
}
