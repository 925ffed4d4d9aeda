//! Rule 5, for awards: each can be decided again from what was stored, in whatever order the applicants are given; and it was
//! carried out and told in the transaction that decided it.

use std::collections::BTreeSet;

use detailbook_core::award::{AwardRecord, Outcome, Winner};
use detailbook_core::ids::{AgencyId, CommandId, DetailId, RecordId};
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentOrigin, AssignmentState, RecordKind,
};
use detailbook_core::staffing::AwardNotice;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use detailbook_server::store::{Row, Sql, StoreError, params};
use minicbor::Decode;

use crate::broken::{Broken, Checked, demand};
use crate::entropy::Seeded;

/// An award, and what the tables say came of it.
pub struct Awarded {
    detail: DetailId,
    record: AwardRecord,
    /// Assignments made at that moment.
    made: Vec<Assignment>,
    /// What officers were told at that moment.
    told: Vec<AwardNotice>,
    /// Applications that waited until then.
    waited: Vec<CommandId>,
    /// Applications that still wait, though they came before.
    waiting: Vec<CommandId>,
}

/// Reads the awards made since then.
pub fn read(sql: &mut dyn Sql, agency: AgencyId, since: UnixMillis) -> Result<Vec<Awarded>, StoreError> {
    let rows = sql.query(
        "SELECT detail, body FROM awards WHERE agency = $1 AND decided_at >= $2 ORDER BY decided_at, detail",
        &params![agency, since],
    )?;
    rows.iter().map(|row| awarded(sql, agency, row)).collect()
}

fn awarded(sql: &mut dyn Sql, agency: AgencyId, row: &Row) -> Result<Awarded, StoreError> {
    let detail: DetailId = row.id(0)?;
    let record: AwardRecord = wire::decode(row.bytes(1)?).expect("an award");
    let at = record.decided_at;
    let made = written(sql, agency, RecordKind::Assignment, at)?;
    let told = written(sql, agency, RecordKind::AwardNotice, at)?;
    let (waited, waiting) = waited(sql, agency, detail, at)?;
    Ok(Awarded {
        detail,
        made: made
            .into_iter()
            .filter(|it: &Assignment| it.detail == detail && it.state == AssignmentState::Active)
            .collect(),
        told: told.into_iter().filter(|it: &AwardNotice| it.detail == detail).collect(),
        waited,
        waiting,
        record,
    })
}

/// Versions of records of a kind that were written at a moment.
fn written<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    at: UnixMillis,
) -> Result<Vec<R>, StoreError> {
    let rows = sql.query(
        "SELECT body FROM record_versions WHERE agency = $1 AND kind = $2 AND changed_at = $3",
        &params![agency, i64::from(kind.code()), at],
    )?;
    rows.iter().map(|row| Ok(wire::decode(row.bytes(0)?).expect("a record"))).collect()
}

/// Applications for a detail that waited when it was decided, and those that came before and wait still.
fn waited(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    at: UnixMillis,
) -> Result<(Vec<CommandId>, Vec<CommandId>), StoreError> {
    let rows = sql.query(
        "SELECT id, changed_at, body FROM record_versions WHERE agency = $1 AND kind = $2 AND changed_at <= $3
         ORDER BY id, version",
        &params![agency, i64::from(RecordKind::Application.code()), at],
    )?;
    let mut versions: Vec<(RecordId, UnixMillis, Application)> = Vec::new();
    for row in &rows {
        let application: Application = wire::decode(row.bytes(2)?).expect("an application");
        if application.detail == detail {
            versions.push((row.id(0)?, row.time(1)?, application));
        }
    }
    let command = |id: &RecordId| CommandId::from_bytes(*id.as_bytes());
    let decided = |pair: &&[(RecordId, UnixMillis, Application)]| {
        let same = pair[0].0 == pair[1].0 && pair[1].1 == at;
        same && pair[0].2.state == ApplicationState::Received && pair[1].2.state != ApplicationState::Withdrawn
    };
    let waited = versions.windows(2).filter(decided).map(|pair| command(&pair[0].0)).collect();
    let latest = |number: &usize| versions.get(number + 1).is_none_or(|next| next.0 != versions[*number].0);
    let waits = |number: &usize| versions[*number].2.state == ApplicationState::Received && versions[*number].1 < at;
    let waiting = (0..versions.len()).filter(latest).filter(waits).map(|number| command(&versions[number].0)).collect();
    Ok((waited, waiting))
}

/// Everything that must hold of an award.
pub fn check(awarded: &Awarded, entropy: &mut Seeded) -> Checked {
    check_again(awarded, entropy)
        .and_then(|()| check_carried_out(awarded))
        .and_then(|()| check_told(awarded))
        .map_err(|broken| Broken { seen: format!("{:?}: {}", awarded.detail, broken.seen), ..broken })
}

/// It comes out the same from what was stored, and with the applicants in another order.
fn check_again(awarded: &Awarded, entropy: &mut Seeded) -> Checked {
    let record = &awarded.record;
    let differences = record.verify();
    demand(differences.is_empty(), "every award can be decided again", || format!("{differences:?}"))?;
    let mut case = record.case.clone();
    entropy.shuffle(&mut case.applicants);
    let again = AwardRecord::decide(case, record.sealing.commitment, record.sealing.secret, record.decided_at);
    let same = again.as_ref().is_ok_and(|again| (&again.award, again.sealing) == (&record.award, record.sealing));
    demand(same, "the order of applications changes no award", || format!("{again:?}"))
}

/// Every winner has the place, and nobody else got one by it.
fn check_carried_out(awarded: &Awarded) -> Checked {
    let (winners, applicants) = (&awarded.record.award.winners, &awarded.record.case.applicants);
    let is_made = |winner: &Winner| {
        let applied = applicants.iter().any(|one| one.officer == winner.officer && one.application.is_some());
        // Whoever has a place kept need not apply, by whatever method.
        let origin = match winner.how.origin() {
            AssignmentOrigin::Applied if !applied => AssignmentOrigin::Standing,
            origin => origin,
        };
        let fits = |it: &&Assignment| (it.position, it.officer, it.origin) == (winner.position, winner.officer, origin);
        awarded.made.iter().filter(fits).count() == 1
    };
    let missing = winners.iter().find(|winner| !is_made(winner));
    demand(missing.is_none(), "an award is carried out where it is decided", || format!("{missing:?}"))?;
    demand(awarded.made.len() == winners.len(), "an award is carried out where it is decided", || {
        format!("{} winners, {} assignments", winners.len(), awarded.made.len())
    })
}

/// Whoever applied took part, has an answer, and was told why; winners too, whether they applied or not.
fn check_told(awarded: &Awarded) -> Checked {
    let applicants = &awarded.record.case.applicants;
    let took_part: BTreeSet<_> = applicants.iter().filter_map(|it| Some(it.application.as_ref()?.command)).collect();
    let left_out = awarded.waited.iter().find(|command| !took_part.contains(command));
    demand(left_out.is_none(), "whoever applied takes part", || format!("{left_out:?}"))?;
    demand(awarded.waiting.is_empty(), "every application is answered", || format!("{:?}", awarded.waiting))?;
    for applicant in applicants {
        let explanation = awarded.record.award.explanation(applicant.officer);
        let told = awarded.told.iter().any(|notice| Some(&notice.explanation) == explanation);
        let won = explanation.is_some_and(|one| one.outcome == Outcome::Awarded);
        demand(told || (applicant.application.is_none() && !won), "every applicant is told why", || {
            format!("{:?}", applicant.officer)
        })?;
    }
    Ok(())
}
