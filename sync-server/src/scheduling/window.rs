//! Closing a window: the award is decided from what came in, kept whole, and carried out.

use std::collections::BTreeSet;

use detailbook_core::award::{
    Applicant, Application as Came, AwardRecord, Bar, Case, Explanation, Hold, How, Member, Outcome, Restriction,
    Standings, Window, Winner, Wish, rotation,
};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, CommandId, DetailId, OfficerId, PositionId, RecordId};
use detailbook_core::notices::EventKind;
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentOrigin, Detail, Officer, RecordKind,
};
use detailbook_core::staffing::{AwardNotice, DetailStep};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::award::{Award, award};
use super::told::{Happened, named, staff_name, told};
use super::{applications, details, eligible, ledger, openings, parked, posting};
use crate::audit::By;
use crate::filing;
use crate::jobs::{Failed, Kind, Next, Run};
use crate::notices::{Event, Words, tell};
use crate::policy;
use crate::problem::Problem;
use crate::store::audience::{self, Audience};
use crate::store::postings::{self, Posted};
use crate::store::service::Service;
use crate::store::{self, Sql, StoreError, assignments, records, service, standing};

/// Closes a window and awards the detail.
pub const CLOSE: Kind = Kind::inside("posting.close", close).or_tell(parked::of_detail);

fn close(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, detail) = (run.by(), run.payload::<DetailId>()?);
    let Some(posted) = postings::find(sql, by.agency, detail)?.filter(|it| it.stage.takes_applications()) else {
        return Ok(Next::Done);
    };
    if run.now < posted.posting.decided_at() {
        return Ok(Next::At(posted.posting.decided_at()));
    }
    let mut entropy = run.app.entropy.clone();
    decide(sql, &by, &posted, &mut entropy)?;
    Ok(Next::Done)
}

/// Decides the award and carries it out.
fn decide(sql: &mut dyn Sql, by: &By<'_>, posted: &Posted, entropy: &mut dyn Entropy) -> Result<(), Failed> {
    let detail = filing::get::<Detail>(sql, by.agency, posted.posting.detail)?.record;
    posting::step(sql, by, detail.id, DetailStep::Seal)?;
    let case = case(sql, by, posted, &detail)?;
    let record = decided(sql, by, posted, &detail, case)?;
    postings::keep_award(sql, by.agency, detail.id, &record)?;
    let summary = json!({ "method": record.award.method, "seed": record.sealing.seed, "winners": record.award.winners,
        "backups": record.award.backups, "unfilled": record.award.unfilled });
    by.note(sql, "award.decide", detail.id, &summary)?;
    for explanation in record.award.explanations.iter().filter(|one| one.outcome != Outcome::Awarded) {
        turn_down(sql, by, &detail, &record, explanation)?;
    }
    for winner in in_turn(&record) {
        give(sql, by, posted, &detail, &record, winner, entropy)?;
    }
    let left = filing::get::<Detail>(sql, by.agency, detail.id)?.record.positions.iter().any(|place| !place.filled);
    // `award` has taken the step that fills it.
    if left {
        posting::step(sql, by, detail.id, DetailStep::FallShort)?;
        tell_short(sql, by, &detail, &record)?;
    }
    Ok(())
}

/// The award. Where winners stand against each other by a rule, the one ranked lower is barred from that place, and it is decided
/// again: until nothing stands against any of them.
fn decided(
    sql: &mut dyn Sql,
    by: &By<'_>,
    posted: &Posted,
    detail: &Detail,
    mut case: Case,
) -> Result<AwardRecord, Failed> {
    // Each round keeps somebody from a place that they had won, so there are no more of them than that.
    for _ in 0..=case.applicants.len() * case.window.openings.len() {
        let record = AwardRecord::decide(case.clone(), posted.posting.commitment, posted.secret, by.now)
            .map_err(|fault| Failed::for_good(format!("The award cannot be decided: {fault}.")))?;
        let winners: Vec<_> = in_turn(&record).into_iter().map(|winner| (winner.position, winner.officer)).collect();
        let bars = policy::bars_beside(sql, by, detail, &winners)?;
        if bars.is_empty() {
            return Ok(record);
        }
        for (officer, bars) in bars {
            case.applicants
                .iter_mut()
                .filter(|one| one.officer == officer)
                .for_each(|one| one.bars.extend(bars.clone()));
        }
    }
    Err(Failed::for_good("The award cannot be decided: its winners stand against each other by the rules."))
}

/// The winners in the order in which they get their places: whose place is kept or chosen, by rank, and who is ordered.
fn in_turn(record: &AwardRecord) -> Vec<&Winner> {
    let rank = |winner: &Winner| record.award.explanation(winner.officer).and_then(|one| one.rank).unwrap_or(u32::MAX);
    let mut winners: Vec<&Winner> = record.award.winners.iter().collect();
    winners.sort_by_key(|winner| match winner.how {
        How::Standing | How::Chosen => (0, 0),
        How::Ranked => (1, rank(winner)),
        How::Ordered => (2, rank(winner)),
    });
    winners
}

/// Tells the coordinator which places went to nobody, and why, and which choices could not be followed.
fn tell_short(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail, record: &AwardRecord) -> Result<(), StoreError> {
    let empty = &record.award.unfilled;
    let mut why = empty.iter().map(|one| one.sentence.clone()).collect::<Vec<_>>();
    for refused in &record.award.refused_choices {
        why.push(format!("{} could not be chosen.", staff_name(sql, by.agency, refused.officer)?));
    }
    let why = why.join(" ");
    let text = format!("{}: {} of {} places went to nobody. {why}", named(detail), empty.len(), detail.positions.len());
    let key = format!("{} awarded {}", detail.id, record.decided_at.as_millis());
    told(sql, by, &Happened::new(EventKind::WindowThin, key, detail, text))
}

/// Everything the award is decided from.
fn case(sql: &mut dyn Sql, by: &By<'_>, posted: &Posted, detail: &Detail) -> Result<Case, Failed> {
    let method = posted.posting.method.clone();
    let mut applicants = Vec::new();
    for (id, waiting) in store::applications::all_of_detail(sql, by.agency, detail.id)? {
        if waiting.state == ApplicationState::Received {
            applicants.push(applicant(sql, by.agency, posted, detail, waiting.officer, Some((id, &waiting)))?);
        }
    }
    for (position, officer) in standing::of_detail(sql, by.agency, detail.id)? {
        let there = applicants.iter().position(|one: &Applicant| one.officer == officer);
        let one = if let Some(there) = there {
            there
        } else {
            applicants.push(applicant(sql, by.agency, posted, detail, officer, None)?);
            applicants.len() - 1
        };
        applicants[one].standing.push(position);
    }
    if method.order_in.is_some() {
        add_roster(sql, by, posted, detail, &mut applicants)?;
    }
    let officers: Vec<OfficerId> = applicants.iter().map(|one| one.officer).collect();
    let by_rules = policy::bars(sql, by, detail, &officers)?;
    for (one, by_rules) in applicants.iter_mut().zip(by_rules) {
        let restricted = eligible::restricted(sql, by, one.officer, detail)?;
        let bar = |found: Restriction| Bar { position: None, rule: found.rule, version: 1, sentence: found.why };
        one.bars.extend(restricted.map(bar));
        one.bars.extend(by_rules);
    }
    let standings = standings(sql, by, posted, officers.into_iter().collect())?;
    Ok(Case { window: as_it_stands(posted, detail)?, applicants, standings, method })
}

/// The window with the places that are empty now, at the times that hold now: a person may have filled, added or taken away some
/// since it went on offer, or moved the detail.
fn as_it_stands(posted: &Posted, detail: &Detail) -> Result<Window, Problem> {
    let before = posted.posting.window.clone();
    let is_there = |position: &PositionId| detail.positions.iter().any(|one| one.id == *position);
    let supervisors = before.openings.iter().filter(|one| one.supervisor).map(|one| one.position).filter(is_there);
    let openings = posting::openings(detail, &supervisors.collect::<Vec<_>>())?;
    Ok(Window { openings, ..before })
}

/// Everybody of the agency's own may be ordered in.
fn add_roster(
    sql: &mut dyn Sql,
    by: &By<'_>,
    posted: &Posted,
    detail: &Detail,
    applicants: &mut Vec<Applicant>,
) -> Result<(), StoreError> {
    for (officer, service) in service::roster(sql, by.agency)? {
        if !service.outside && applicants.iter().all(|one| one.officer != officer) {
            applicants.push(applicant(sql, by.agency, posted, detail, officer, None)?);
        }
    }
    Ok(())
}

/// What these officers stand at now, and where the method asks for it everybody on the rotating list, with their places.
fn standings(
    sql: &mut dyn Sql,
    by: &By<'_>,
    posted: &Posted,
    mut officers: BTreeSet<OfficerId>,
) -> Result<Standings, StoreError> {
    let members = match posted.posting.rotation {
        Some(_) => members(sql, by.agency)?,
        None => vec![],
    };
    officers.extend(members.iter().map(|member| member.officer));
    // Of who takes no part the award compares nothing.
    let entries = store::ledger::of_officers(sql, by.agency, &officers, by.now)?;
    let (contract, zone) = (ledger::contract(sql, by.agency, by.now)?, ledger::zone(sql, by.agency)?);
    let standings = Standings::as_of(&entries, &contract, zone, by.now);
    let Some(rule) = posted.posting.rotation else { return Ok(standings) };
    Ok(standings.with_turns(&rotation(&rule, &members, &entries, zone, by.now)))
}

/// Everybody on the rotating list.
fn members(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<Member>, StoreError> {
    let member = |(officer, service): (OfficerId, Service)| {
        let asked = service.rotation_asked?;
        Some(Member { officer, seniority: service.seniority, asked, left: service.rotation_left })
    };
    Ok(service::roster(sql, agency)?.into_iter().filter_map(member).collect())
}

/// An officer as the award sees them.
fn applicant(
    sql: &mut dyn Sql,
    agency: AgencyId,
    posted: &Posted,
    detail: &Detail,
    officer: OfficerId,
    came: Option<(RecordId, &Application)>,
) -> Result<Applicant, StoreError> {
    let service = service::get(sql, agency, officer)?;
    let groups = audience::groups_of(sql, agency, officer)?;
    let window = &posted.posting.window;
    let offset = posted.secret.unlock_after(window.posting, officer, posted.posting.unlock_jitter);
    let own = openings::turn(sql, agency, &posted.posting, officer)?;
    let turn = posted.posting.opening(&groups, offset, own).filter(|_| offset.0 > 0 || own.is_some());
    Ok(Applicant {
        application: came.map(|(id, application)| wanted(id, application)),
        seniority: service.seniority,
        in_service_since: service.in_service_since,
        groups,
        outside: service.outside,
        turn,
        bars: bars(sql, agency, detail, officer)?,
        holds: holds(sql, agency, detail, officer)?,
        awards_before: places_held(sql, agency, detail, officer)?,
        ..Applicant::new(officer)
    })
}

fn wanted(id: RecordId, application: &Application) -> Came {
    let wish = application.position.map_or_else(Wish::any, |position| Wish::only(vec![position]));
    Came {
        command: CommandId::from_bytes(*id.as_bytes()),
        received: application.received_at,
        made: application.made,
        wish,
    }
}

/// Positions that ask for another rank.
fn bars(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail, officer: OfficerId) -> Result<Vec<Bar>, StoreError> {
    let found = records::get::<Officer>(sql, agency, RecordKind::Officer, officer)?;
    let rank = found.map(|it| it.record.rank).unwrap_or_default();
    let asks = detail.positions.iter().filter_map(|position| Some((position, position.rank.as_ref()?)));
    let bar = |(position, asked): (&detailbook_core::records::Position, &String)| Bar {
        position: Some(position.id),
        rule: "position-rank".to_owned(),
        version: 1,
        sentence: match rank.as_str() {
            "" => format!("{} asks for rank {asked}; the agency has no rank of yours.", position.name),
            rank => format!("{} asks for rank {asked}; yours is {rank}.", position.name),
        },
    };
    Ok(asks.filter(|(_, asked)| **asked != rank).map(bar).collect())
}

/// What the officer already has at that time.
fn holds(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail, officer: OfficerId) -> Result<Vec<Hold>, StoreError> {
    let mut holds = Vec::new();
    for id in assignments::all_overlapping(sql, agency, officer, details::scheduled(detail))? {
        let Some(held) = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)? else { continue };
        if let Some(other) = details::find(sql, agency, held.record.detail)? {
            holds.push(Hold { shift: details::scheduled(&other), what: other.title });
        }
    }
    Ok(holds)
}

/// How many places of the detail the officer has already, by earlier runs of its window or by hand.
fn places_held(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail, officer: OfficerId) -> Result<u32, StoreError> {
    let mut held = 0;
    for id in assignments::active_of_detail(sql, agency, detail.id)? {
        let found = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)?;
        held += u32::from(found.is_some_and(|held| held.record.officer == officer));
    }
    Ok(held)
}

/// Tells an officer why not.
fn turn_down(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &Detail,
    record: &AwardRecord,
    explanation: &Explanation,
) -> Result<(), StoreError> {
    // Whoever took part without an application, or took it back, waits for no answer.
    let latest = applications::latest(sql, by.agency, detail.id, explanation.officer)?;
    let Some((id, stored)) = latest.filter(|(_, stored)| stored.record.state == ApplicationState::Received) else {
        return Ok(());
    };
    applications::settle(sql, by, id, &stored.record, ApplicationState::NotAwarded, &explanation.sentence)?;
    let words = Words::new(&format!("Not awarded: {}", detail.title), &explanation.sentence);
    let event = Event::new(EventKind::NotSelected, format!("{id} {}", record.decided_at.as_millis()), words);
    tell(sql, by, &Event { officers: vec![explanation.officer], detail: Some(detail.id), ..event })?;
    explain(sql, by, detail, record, id, explanation)
}

/// How the assignment came about. Whoever has a place kept takes part without an application, also where the method ranks them.
fn origin(record: &AwardRecord, winner: &Winner) -> AssignmentOrigin {
    let applied = record.case.applicants.iter().any(|one| one.officer == winner.officer && one.application.is_some());
    match winner.how.origin() {
        AssignmentOrigin::Applied if !applied => AssignmentOrigin::Standing,
        origin => origin,
    }
}

/// Gives a winner the position, and puts why on their phone.
fn give(
    sql: &mut dyn Sql,
    by: &By<'_>,
    posted: &Posted,
    detail: &Detail,
    record: &AwardRecord,
    winner: &Winner,
    entropy: &mut dyn Entropy,
) -> Result<(), Failed> {
    let explanation = record.award.explanation(winner.officer);
    let reason = explanation.map_or_else(|| record.award.method.clone(), |one| one.sentence.clone());
    let assignment = award(
        sql,
        by,
        &Award {
            id: None,
            detail: detail.id,
            officer: winner.officer,
            position: Some(winner.position),
            origin: origin(record, winner),
            reason,
            overlap: posted.posting.window.limits.overlap_allowed.clone(),
        },
        entropy,
    )?;
    if let Some(explanation) = explanation {
        explain(sql, by, detail, record, assignment.into(), explanation)?;
    }
    Ok(())
}

/// Puts the explanation on the officer's phone.
fn explain(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &Detail,
    record: &AwardRecord,
    id: RecordId,
    explanation: &Explanation,
) -> Result<(), StoreError> {
    let notice = AwardNotice {
        detail: detail.id,
        method: record.award.method.clone(),
        decided_at: record.decided_at,
        explanation: explanation.clone(),
    };
    let audience = [Audience::Officer(explanation.officer)];
    records::put(sql, by.agency, by.now, RecordKind::AwardNotice, id, &notice, &audience).map(drop)
}

/// The awards of a detail, the latest first.
pub fn awards(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<AwardRecord>, Problem> {
    filing::get::<Detail>(sql, agency, detail)?;
    Ok(postings::awards(sql, agency, detail)?)
}

/// When the next thing is due for a detail's window; for those who wait for it.
pub fn decided_at(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Option<UnixMillis>, StoreError> {
    Ok(postings::find(sql, agency, detail)?.map(|posted| posted.posting.decided_at()))
}
