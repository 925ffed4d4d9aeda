//! Records: what the agency wrote, kept as it came. Kinds that this version does not know are kept for the one that will.

use rusqlite::params;

use super::{Reader, Result, Tx};
use crate::award::Entry as LedgerEntry;
use crate::ids::{DocumentId, RecordId};
use crate::records::{
    Agency, Assignment, AssignmentState, Detail, DetailState, Message, Notice, Officer, RecordKind, Ruling, Site,
};
use crate::staffing::{AskState, AwardNotice, CallingOff, OwnOpening, Posting, ReliefAsk, Trade};
use crate::time::UnixMillis;
use crate::wire::decode;

/// What the views look for in a record's body.
#[derive(Clone, Copy, Default)]
struct Places {
    parent: Option<[u8; 16]>,
    log: Option<[u8; 16]>,
    starts: Option<UnixMillis>,
    ends: Option<UnixMillis>,
    live: bool,
}

/// Keeps a record as it now is. `false`: kept, but this version cannot read it.
pub(in crate::device) fn put(tx: &Tx<'_>, kind: RecordKind, id: RecordId, version: i64, body: &[u8]) -> Result<bool> {
    let places = places(tx, kind, body)?;
    let found = places.unwrap_or_default();
    tx.run(
        "INSERT INTO records (kind, id, version, pull, body, parent, log, starts, ends, live)
         VALUES (?1, ?2, ?3, (SELECT pull FROM phone), ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, pull = excluded.pull, body = excluded.body,
         parent = excluded.parent, log = excluded.log, starts = excluded.starts, ends = excluded.ends, live = excluded.live",
        params![
            kind.code(),
            *id.as_bytes(),
            version,
            body,
            found.parent,
            found.log,
            found.starts.map(UnixMillis::as_millis),
            found.ends.map(UnixMillis::as_millis),
            found.live,
        ],
    )?;
    settle(tx, kind, id, body, &found)?;
    Ok(places.is_some())
}

/// Records that hang on one another may come in either order.
fn settle(tx: &Tx<'_>, kind: RecordKind, id: RecordId, body: &[u8], found: &Places) -> Result<()> {
    match kind {
        RecordKind::Detail => {
            tx.run(
                "UPDATE records SET starts = ?2, ends = ?3 WHERE kind = ?4 AND parent = ?1 AND log IS NOT NULL",
                params![
                    *id.as_bytes(),
                    found.starts.map(UnixMillis::as_millis),
                    found.ends.map(UnixMillis::as_millis),
                    RecordKind::Assignment.code()
                ],
            )?;
        }
        RecordKind::Ruling => {
            if let Ok(Ruling { supersedes: Some(older), .. }) = decode::<Ruling>(body) {
                tx.run(
                    "UPDATE records SET live = 0 WHERE kind = ?1 AND id = ?2",
                    params![kind.code(), *older.as_bytes()],
                )?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn places(tx: &Tx<'_>, kind: RecordKind, body: &[u8]) -> Result<Option<Places>> {
    let live = Places { live: true, ..Places::default() };
    Ok(match kind {
        RecordKind::Detail => decode::<Detail>(body).ok().map(|detail| Places {
            starts: Some(detail.starts),
            ends: Some(detail.ends),
            live: detail.state == DetailState::Open,
            ..live
        }),
        RecordKind::Assignment => decode::<Assignment>(body).ok().map(|it| of_any_assignment(tx, &it)).transpose()?,
        RecordKind::Ruling => decode::<Ruling>(body).ok().map(|ruling| of_ruling(tx, &ruling)).transpose()?,
        RecordKind::Message => {
            decode::<Message>(body).ok().map(|message| Places { ends: Some(message.sent_at), ..live })
        }
        RecordKind::Notice => decode::<Notice>(body).ok().map(|notice| Places { ends: Some(notice.at), ..live }),
        RecordKind::Application => decode::<crate::records::Application>(body).ok().map(|it| Places {
            parent: Some(*it.detail.as_bytes()),
            ends: Some(it.received_at),
            ..live
        }),
        RecordKind::Agency => decode::<Agency>(body).ok().map(|_| live),
        RecordKind::Officer => decode::<Officer>(body).ok().map(|_| live),
        RecordKind::Site => decode::<Site>(body).ok().map(|_| live),
        RecordKind::Posting
        | RecordKind::OwnOpening
        | RecordKind::AwardNotice
        | RecordKind::Trade
        | RecordKind::ReliefAsk
        | RecordKind::CallingOff
        | RecordKind::LedgerEntry => places_in_staffing(kind, body),
        RecordKind::RuleSet
        | RecordKind::PolicyContext
        | RecordKind::Customer
        | RecordKind::Request
        | RecordKind::Other(_) => Some(live),
    })
}

/// Of what the agency writes about postings, awards and relief.
fn places_in_staffing(kind: RecordKind, body: &[u8]) -> Option<Places> {
    let live = Places { live: true, ..Places::default() };
    match kind {
        RecordKind::Posting => {
            decode::<Posting>(body).ok().map(|it| Places { parent: Some(*it.detail.as_bytes()), ..live })
        }
        RecordKind::OwnOpening => {
            decode::<OwnOpening>(body).ok().map(|it| Places { parent: Some(*it.detail.as_bytes()), ..live })
        }
        RecordKind::AwardNotice => {
            decode::<AwardNotice>(body).ok().map(|it| Places { parent: Some(*it.detail.as_bytes()), ..live })
        }
        RecordKind::Trade => decode::<Trade>(body).ok().map(|it| Places {
            parent: Some(*it.assignment.as_bytes()),
            ends: Some(it.offered_at),
            live: it.state.is_open(),
            ..live
        }),
        RecordKind::ReliefAsk => decode::<ReliefAsk>(body).ok().map(|it| Places {
            parent: Some(*it.assignment.as_bytes()),
            ends: Some(it.asked_at),
            live: it.state == AskState::Open,
            ..live
        }),
        RecordKind::CallingOff => decode::<CallingOff>(body).ok().map(|it| Places {
            parent: Some(*it.assignment.as_bytes()),
            ends: Some(it.called_at),
            ..live
        }),
        RecordKind::LedgerEntry => decode::<LedgerEntry>(body).ok().map(|it| Places { ends: Some(it.what.at), ..live }),
        _ => None,
    }
}

/// A colleague's assignment belongs to its detail, and to nothing of the officer's own.
fn of_any_assignment(tx: &Tx<'_>, assignment: &Assignment) -> Result<Places> {
    let sql = "SELECT COALESCE(officer = ?1, 0) FROM phone";
    if tx.one(sql, [*assignment.officer.as_bytes()], |row| row.get(0))?.unwrap_or(false) {
        of_assignment(tx, assignment)
    } else {
        Ok(Places { parent: Some(*assignment.detail.as_bytes()), ..Places::default() })
    }
}

fn of_assignment(tx: &Tx<'_>, assignment: &Assignment) -> Result<Places> {
    let sql = "SELECT starts, ends FROM records WHERE kind = ?1 AND id = ?2";
    let detail = params![RecordKind::Detail.code(), *assignment.detail.as_bytes()];
    let times = tx.one(sql, detail, |row| Ok((super::standing::time(row, 0)?, super::standing::time(row, 1)?)))?;
    let (starts, ends) = times.unwrap_or_default();
    let live = assignment.state == AssignmentState::Active;
    Ok(Places {
        parent: Some(*assignment.detail.as_bytes()),
        log: Some(*assignment.log().as_bytes()),
        starts,
        // One whose detail has not come yet is shown rather than hidden; one given up whose detail is gone is history.
        ends: ends.or(Some(if live { UnixMillis::MAX } else { UnixMillis::MIN })),
        live,
    })
}

fn of_ruling(tx: &Tx<'_>, ruling: &Ruling) -> Result<Places> {
    let sql = "SELECT body FROM records WHERE kind = ?1 AND parent = ?2";
    let params = params![RecordKind::Ruling.code(), *ruling.assignment.as_bytes()];
    let others: Vec<Vec<u8>> = tx.all(sql, params, |row| row.get(0))?;
    let superseded = |body: &Vec<u8>| decode::<Ruling>(body).is_ok_and(|other| other.supersedes == Some(ruling.id));
    Ok(Places {
        parent: Some(*ruling.assignment.as_bytes()),
        ends: Some(ruling.ruled_at),
        live: !others.iter().any(superseded),
        ..Places::default()
    })
}

/// Drops a record that the officer may no longer read.
pub(in crate::device) fn forget(tx: &Tx<'_>, kind: RecordKind, id: RecordId) -> Result<()> {
    tx.run("DELETE FROM records WHERE kind = ?1 AND id = ?2", params![kind.code(), *id.as_bytes()])?;
    Ok(())
}

/// Drops what a complete pull from the beginning did not bring.
pub(in crate::device) fn forget_unseen(tx: &Tx<'_>) -> Result<()> {
    tx.run("DELETE FROM records WHERE pull < (SELECT pull FROM phone)", [])?;
    Ok(())
}

/// Drops all of them.
pub(in crate::device) fn forget_all(tx: &Tx<'_>) -> Result<()> {
    tx.run("DELETE FROM records", [])?;
    Ok(())
}

/// One record's body.
pub(in crate::device) fn body(reader: &Reader<'_>, kind: RecordKind, id: RecordId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT body FROM records WHERE kind = ?1 AND id = ?2";
    reader.one(sql, params![kind.code(), *id.as_bytes()], |row| row.get(0))
}

/// One record, if it is here and this version can read it.
pub(in crate::device) fn get<T: for<'b> minicbor::Decode<'b, ()>>(
    reader: &Reader<'_>,
    kind: RecordKind,
    id: RecordId,
) -> Result<Option<T>> {
    Ok(body(reader, kind, id)?.and_then(|body| decode(&body).ok()))
}

/// Live records of a kind that end after `ends` and, at the same end, come after `after`; earliest end first.
pub(in crate::device) fn ending_after(
    reader: &Reader<'_>,
    kind: RecordKind,
    ends: UnixMillis,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, i64, Vec<u8>)>> {
    let sql = "SELECT ends, number, body FROM records WHERE kind = ?1 AND live = 1 AND ends >= ?2 AND (ends > ?2 OR number > ?3)
               ORDER BY ends, number LIMIT ?4";
    reader.all(sql, params![kind.code(), ends.as_millis(), after, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// Records of a kind that end before `ends`, latest first.
pub(in crate::device) fn ending_before(
    reader: &Reader<'_>,
    kind: RecordKind,
    ends: UnixMillis,
    before: i64,
    limit: u32,
) -> Result<Vec<(i64, i64, Vec<u8>)>> {
    let sql = "SELECT ends, number, body FROM records WHERE kind = ?1 AND ends <= ?2 AND (ends < ?2 OR number < ?3)
               ORDER BY ends DESC, number DESC LIMIT ?4";
    reader.all(sql, params![kind.code(), ends.as_millis(), before, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// A record with its end, its number and its id.
type Numbered = (i64, i64, RecordId, Vec<u8>);

/// As [`ending_before`], with the records' ids.
pub(in crate::device) fn ids_ending_before(
    reader: &Reader<'_>,
    kind: RecordKind,
    ends: UnixMillis,
    before: i64,
    limit: u32,
) -> Result<Vec<Numbered>> {
    let sql = "SELECT ends, number, id, body FROM records WHERE kind = ?1 AND ends <= ?2 AND (ends < ?2 OR number < ?3)
               ORDER BY ends DESC, number DESC LIMIT ?4";
    reader.all(sql, params![kind.code(), ends.as_millis(), before, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, RecordId::from_bytes(row.get(2)?), row.get(3)?))
    })
}

/// The plus keeps SQLite from saving the sort by reading every record of the kind in the order of its end.
const OF_PARENT: &str =
    "SELECT body FROM records WHERE kind = ?1 AND parent = ?2 AND live = 1 ORDER BY +ends DESC, number DESC";

/// Live records of a kind that belong to `parent`.
pub(in crate::device) fn of_parent(reader: &Reader<'_>, kind: RecordKind, parent: [u8; 16]) -> Result<Vec<Vec<u8>>> {
    reader.all(OF_PARENT, params![kind.code(), parent], |row| row.get(0))
}

/// The assignment whose shift log that document is.
pub(in crate::device) fn assignment_of(reader: &Reader<'_>, log: DocumentId) -> Result<Option<Assignment>> {
    let sql = "SELECT body FROM records WHERE log = ?1 ORDER BY live DESC LIMIT 1";
    let body: Option<Vec<u8>> = reader.one(sql, [*log.as_bytes()], |row| row.get(0))?;
    Ok(body.and_then(|body| decode(&body).ok()))
}

/// Every record of a kind of which there are few.
pub(in crate::device) fn all(reader: &Reader<'_>, kind: RecordKind) -> Result<Vec<Vec<u8>>> {
    reader.all("SELECT body FROM records WHERE kind = ?1 ORDER BY number", [kind.code()], |row| row.get(0))
}

/// Any record of a kind of which there is one.
pub(in crate::device) fn any(reader: &Reader<'_>, kind: RecordKind) -> Result<Option<Vec<u8>>> {
    reader.one("SELECT body FROM records WHERE kind = ?1 LIMIT 1", [kind.code()], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_something_is_found_by_it_and_not_among_all_of_its_kind() {
        let file = rusqlite::Connection::open_in_memory().unwrap();
        file.execute_batch(include_str!("schema/0001_backbone.sql")).unwrap();
        let mut plan = file.prepare(&format!("EXPLAIN QUERY PLAN {OF_PARENT}")).unwrap();
        let steps = plan.query_map(params![1, [0_u8; 16]], |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<_> = steps.map(|step| step.unwrap()).collect();
        assert!(steps[0].ends_with("USING INDEX records_by_parent (kind=? AND parent=?)"), "{steps:?}");
    }
}
