//! What comes to light by what officers' phones send: doubtful punches, incidents, and what was refused. Told by jobs, so that nothing of
//! it can keep a phone from syncing.

use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, DocumentId, FactId, OfficerId};
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::{Detail, Site};
use detailbook_core::shift::{AnomalyKind, Fact, FactKind, Flag, FlagKind};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;

use super::details::{self, held};
use super::told::{Happened, named, staff_name, told};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::notices::{Event, Words, tell, was_told};
use crate::rulings;
use crate::store::facts::StoredFact;
use crate::store::{Sql, StoreError, assignments, documents, facts};

/// Looks whether a punch is in doubt. Of one that is parked nobody is told: whoever rules on the shift sees the same flags.
pub const DOUBTS: Kind = Kind::inside("shift.doubts", look_for_doubts).in_bulk();
/// Tells of an incident.
pub const INCIDENT: Kind = Kind::inside("shift.incident", tell_incident).or_tell(jobs::tell_coordinator);
/// Tells of what was refused. Of one that is parked nobody is told: the phone shows for itself what was not taken.
pub const REFUSED: Kind = Kind::inside("shift.refused", tell_refused).in_bulk();

/// Most characters of an incident that are told; all of it stands in the detail's pass-on or the shift log.
const INCIDENT_CHARS: usize = 500;

/// Notes that a fact came, for what it brings to light to be told soon.
pub(crate) fn fact(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    id: FactId,
    kind: FactKind,
    now: UnixMillis,
) -> Result<(), StoreError> {
    match kind {
        FactKind::In | FactKind::Out => jobs::set(sql, agency, &DOUBTS, &document.to_string(), now, now, &document),
        FactKind::Incident => {
            let key = format!("{document} {id}");
            jobs::enqueue(sql, agency, &INCIDENT, &key, now, now, &(document, id)).map(drop)
        }
        _ => Ok(()),
    }
}

/// Notes that something of an officer's was refused for good. Once a day for each officer and reason is enough, however much a phone
/// sends.
pub(crate) fn refused(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    refusal: Refusal,
    now: UnixMillis,
) -> Result<(), StoreError> {
    if matches!(refusal, Refusal::SequenceGap) {
        // It came out of its order, and is sent again in it.
        return Ok(());
    }
    let key = format!("{officer} {} {}", refusal.code(), now.as_millis().div_euclid(86_400_000));
    jobs::enqueue(sql, agency, &REFUSED, &key, now, now, &(officer, refusal.number())).map(drop)
}

fn look_for_doubts(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, log) = (run.by(), run.payload::<DocumentId>()?);
    let Some(id) = assignments::of_log(sql, by.agency, log)? else { return Ok(Next::Done) };
    let Some((held, detail)) = held(sql, by.agency, id)? else { return Ok(Next::Done) };
    let stored = rulings::stored_facts(sql, by.agency, &held)?;
    let site = filing::get::<Site>(sql, by.agency, detail.site)?.record;
    let proposed = rulings::unproved(&detail, &site, &stored, by.now);
    for flag in proposed.flags.iter().filter(|flag| is_doubt(flag)) {
        let Some(fact) = flag.facts.first() else { continue };
        let key = format!("{fact} {}", flag.kind.name());
        if was_told(sql, by.agency, EventKind::PunchDoubtful, &key, held.officer)? {
            continue;
        }
        let text = format!("{}: {} You can say what happened on your phone.", named(&detail), flag.sentence);
        told(sql, &by, &Happened::new(EventKind::PunchDoubtful, key, &detail, text).about(id, held.officer))?;
    }
    Ok(Next::Done)
}

/// Is it the time or the place of a punch that is in doubt?
const fn is_doubt(flag: &Flag) -> bool {
    use AnomalyKind::{ClockBehindServer, ClockContradiction, ClockJump, UncertainTime};
    matches!(
        flag.kind,
        FlagKind::OutsideFence
            | FlagKind::SimulatedLocation
            | FlagKind::InFuture
            | FlagKind::Anomaly(ClockBehindServer | ClockContradiction | ClockJump | UncertainTime)
    )
}

/// The detail that a document is of, and the assignment if it is one's shift log.
fn place(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: DocumentId,
) -> Result<Option<(Detail, Option<AssignmentId>)>, StoreError> {
    let Some(document) = documents::find(sql, agency, id)? else { return Ok(None) };
    if document.kind == DocumentKind::PassOn {
        return Ok(details::find(sql, agency, DetailId::from(document.owner))?.map(|detail| (detail, None)));
    }
    let Some(id) = assignments::of_log(sql, agency, id)? else { return Ok(None) };
    Ok(held(sql, agency, id)?.map(|(_, detail)| (detail, Some(id))))
}

fn tell_incident(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, (document, id)) = (run.by(), run.payload::<(DocumentId, FactId)>()?);
    let Some(stored) = facts::one(sql, by.agency, document, id)? else { return Ok(Next::Done) };
    let said = Fact::from_bytes(&stored.body).ok().and_then(|fact| fact.content).and_then(|content| content.text);
    let said: String = said.unwrap_or_default().chars().take(INCIDENT_CHARS).collect();
    let Some((detail, assignment)) = place(sql, by.agency, document)? else {
        return Ok(tell_unplaced(sql, &by, &stored, &said).map(|()| Next::Done)?);
    };
    let text = format!("{}: an officer reports an incident. {said}", named(&detail));
    // What happened is the agency's to tell.
    let outside = format!("{}: an officer has reported an incident to the agency.", named(&detail));
    let happened = Happened::new(EventKind::Incident, id.to_string(), &detail, text);
    told(sql, &by, &Happened { assignment, text_for: vec![(Role::Customer, outside)], ..happened })?;
    Ok(Next::Done)
}

/// Tells staff of an incident in a shift log that belongs to no assignment yet: who reports it is all that is known.
fn tell_unplaced(sql: &mut dyn Sql, by: &By<'_>, stored: &StoredFact, said: &str) -> Result<(), StoreError> {
    let who = staff_name(sql, by.agency, stored.officer)?;
    let text = format!("{who} reports an incident, in a shift log that belongs to no assignment yet. {said}");
    let words = Words::new(&format!("Incident: {who}"), &text);
    tell(sql, by, &Event::new(EventKind::Incident, stored.fact.to_string(), words)).map(drop)
}

/// A shift log belongs to an assignment since now: what came to light in it is told to whom that concerns.
pub(super) fn linked(sql: &mut dyn Sql, by: &By<'_>, log: DocumentId) -> Result<(), StoreError> {
    jobs::set(sql, by.agency, &DOUBTS, &log.to_string(), by.now, by.now, &log)?;
    for stored in facts::of_kinds(sql, by.agency, [log, log], [FactKind::Incident; 3])? {
        let key = format!("{log} {}", stored.fact);
        jobs::set(sql, by.agency, &INCIDENT, &key, by.now, by.now, &(log, stored.fact))?;
    }
    Ok(())
}

fn tell_refused(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (officer, refusal) = run.payload::<(OfficerId, u8)>()?;
    let sentence = Refusal::from_number(refusal).sentence();
    let text =
        format!("The agency's server did not take something that this phone sent. {sentence} It stays on the phone.");
    let event = Event {
        officers: vec![officer],
        ..Event::new(EventKind::SyncConflict, run.job.key.clone(), Words::new("Not taken", &text))
    };
    tell(sql, &run.by(), &event)?;
    Ok(Next::Done)
}
