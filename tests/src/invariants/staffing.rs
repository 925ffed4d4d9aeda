//! Who works what: nobody is in two places at once unless somebody said why, and an application goes one way only.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId, RecordId};
use detailbook_core::records::{Application, ApplicationState, Assignment, AssignmentOrigin, RecordKind};
use detailbook_core::wire;
use detailbook_server::store::{Sql, StoreError, params};

use crate::broken::{Checked, demand};

/// Two assignments that an officer has at once.
pub struct Overlap {
    officer: OfficerId,
    both: [AssignmentId; 2],
    /// Somebody said why.
    allowed: bool,
}

/// The active assignments of officers that overlap others of theirs.
pub fn overlaps(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<Overlap>, StoreError> {
    let rows = sql.query(
        "SELECT a.officer, a.assignment, b.assignment, a.detail, b.detail FROM assignments a JOIN assignments b
         ON a.agency = b.agency AND a.officer = b.officer AND a.assignment < b.assignment AND a.starts < b.ends AND b.starts < a.ends
         WHERE a.agency = $1 AND a.active = 1 AND b.active = 1",
        &params![agency],
    )?;
    let mut overlaps = Vec::new();
    for row in rows {
        let mut allowed = false;
        // By its award, or by a change of its detail's time.
        for subject in [row.id::<RecordId>(1)?, row.id(2)?, row.id(3)?, row.id(4)?] {
            allowed |= reason_given(sql, agency, subject)?;
        }
        overlaps.push(Overlap { officer: row.id(0)?, both: [row.id(1)?, row.id(2)?], allowed });
    }
    Ok(overlaps)
}

/// Does the audit log give a reason why something about that subject may overlap?
fn reason_given(sql: &mut dyn Sql, agency: AgencyId, subject: RecordId) -> Result<bool, StoreError> {
    let rows = sql.query(
        "SELECT detail FROM audit WHERE agency = $1 AND subject = $2 AND action IN ('assignment.award', 'detail.edit')",
        &params![agency, subject.to_string()],
    )?;
    for row in &rows {
        let noted: serde_json::Value = serde_json::from_str(row.text(0)?).expect("the log holds JSON");
        if noted["overlap"]["reason"].as_str().is_some_and(|why| !why.trim().is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Nobody is in two places at once.
pub fn check_overlaps(overlaps: &[Overlap]) -> Checked {
    for Overlap { officer, both, allowed } in overlaps {
        demand(*allowed, "nobody works in two places at once", || format!("{officer:?} has {both:?}"))?;
    }
    Ok(())
}

/// The states that an application went through.
#[derive(Default)]
pub struct Way {
    states: Vec<ApplicationState>,
    /// The officer took a place of that detail over from another.
    took_over: bool,
}

/// By application.
pub type Ways = BTreeMap<RecordId, Way>;

/// Reads them.
pub fn ways(sql: &mut dyn Sql, agency: AgencyId) -> Result<Ways, StoreError> {
    let (mut ways, taken_over) = (Ways::new(), taken_over(sql, agency)?);
    let rows = sql.query(
        "SELECT id, body FROM record_versions WHERE agency = $1 AND kind = $2 ORDER BY id, version",
        &params![agency, i64::from(RecordKind::Application.code())],
    )?;
    for row in rows {
        let application: Application = wire::decode(row.bytes(1)?).expect("an application");
        let way = ways.entry(row.id(0)?).or_default();
        way.states.push(application.state);
        way.took_over = taken_over.contains(&(application.officer, application.detail));
    }
    Ok(ways)
}

/// Who ever took a place of which detail over from another officer.
fn taken_over(sql: &mut dyn Sql, agency: AgencyId) -> Result<BTreeSet<(OfficerId, DetailId)>, StoreError> {
    let kind = i64::from(RecordKind::Assignment.code());
    let mut taken = BTreeSet::new();
    for row in sql.query("SELECT body FROM records WHERE agency = $1 AND kind = $2", &params![agency, kind])? {
        let held: Assignment = wire::decode(row.bytes(0)?).expect("an assignment");
        taken.extend(Some((held.officer, held.detail)).filter(|_| held.origin == AssignmentOrigin::Traded));
    }
    Ok(taken)
}

/// Received, then taken back or decided; and an award may be lost again. Who was turned down may come instead of another and has
/// the detail then. Nothing else.
pub fn check_ways(ways: &Ways) -> Checked {
    use ApplicationState::{Awarded, NotAwarded, Received, Withdrawn};
    for (id, Way { states, took_over }) in ways {
        let steps = states.windows(2).all(|step| match (step[0], step[1]) {
            (Received, Withdrawn | Awarded | NotAwarded) | (Awarded, NotAwarded) => true,
            (NotAwarded, Awarded) => *took_over,
            _ => false,
        });
        demand(states.first() == Some(&Received) && steps, "an application goes one way", || {
            format!("{id:?}: {states:?}")
        })?;
    }
    Ok(())
}
