//! Shift logs on this phone: which is under way, and which have no assignment. None is loaded here.

use rusqlite::params;

use super::{Reader, Result, Tx, records, standing};
use crate::documents::DocumentKind;
use crate::ids::{DetailId, DocumentId};
use crate::records::{Assignment, AssignmentState, Detail, DetailState, RecordKind};
use crate::shift::{FactKind, ShiftState};
use crate::time::{Millis, UnixMillis};

/// How long somebody is on the way whose detail this phone does not know.
const ON_THE_WAY_FOR: Millis = Millis::from_hours(24);
/// Shift logs under way that are looked at. Of those that an officer was only on the way to, none but the latest can still hold.
const LOOKED_AT: u32 = 50;

/// How far a shift is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::device) enum UnderWay {
    /// Not begun, or clocked out.
    No,
    /// Clocked in, on a break, or away.
    Working,
    /// No more than on the way: nothing that has to be ended.
    OnTheWay,
}

impl UnderWay {
    const fn code(self) -> i64 {
        match self {
            Self::No => 0,
            Self::Working => 1,
            Self::OnTheWay => 2,
        }
    }

    const fn of_punch(kind: FactKind) -> Self {
        match kind {
            FactKind::Out => Self::No,
            FactKind::EnRoute => Self::OnTheWay,
            _ => Self::Working,
        }
    }

    /// Of a shift as all its facts tell it.
    pub(in crate::device) const fn of_state(state: ShiftState) -> Self {
        match state {
            ShiftState::Off | ShiftState::Out => Self::No,
            ShiftState::EnRoute => Self::OnTheWay,
            ShiftState::On | ShiftState::OnBreak | ShiftState::Away => Self::Working,
        }
    }
}

/// Notes a clock event that was made here just now, for the running shift: it is the latest, whatever the clock says. Who is at work
/// already and says to be on the way stays at work.
pub(in crate::device) fn note_punch(tx: &Tx<'_>, document: DocumentId, kind: FactKind, at: UnixMillis) -> Result<()> {
    if !kind.is_punch() {
        return Ok(());
    }
    tx.run(
        "UPDATE documents SET last_punch = ?2, last_punch_at = ?3, running = CASE WHEN ?4 = 2 AND running = 1 THEN 1 ELSE ?4 END
         WHERE document = ?1",
        params![*document.as_bytes(), kind.code(), at.as_millis(), UnderWay::of_punch(kind).code()],
    )?;
    Ok(())
}

/// Notes how far the shift is under way, and since when at the latest.
pub(in crate::device) fn set_under_way(
    tx: &Tx<'_>,
    document: DocumentId,
    under_way: UnderWay,
    since: Option<UnixMillis>,
) -> Result<()> {
    tx.run(
        "UPDATE documents SET running = ?2, last_punch_at = max(coalesce(last_punch_at, ?3), coalesce(?3, last_punch_at))
         WHERE document = ?1",
        params![*document.as_bytes(), under_way.code(), since.map(UnixMillis::as_millis)],
    )?;
    Ok(())
}

/// A shift log under way.
struct Candidate {
    document: DocumentId,
    working: bool,
    punched_at: Option<UnixMillis>,
    said: Option<DetailId>,
}

/// The shift under way at `now`: the last one punched that no clock-out ended. Where there is none, the one that the officer said last
/// to be on the way to, for as long as somebody may still be expected there: what an officer only set out for never stands in the way
/// of other work.
pub(in crate::device) fn running(reader: &Reader<'_>, now: UnixMillis) -> Result<Option<DocumentId>> {
    let sql = "SELECT document, running, last_punch_at, detail FROM documents WHERE running <> 0 AND forget < 2
               ORDER BY running, last_punch_at DESC LIMIT ?1";
    let candidates = reader.all(sql, [LOOKED_AT], |row| {
        Ok(Candidate {
            document: DocumentId::from_bytes(row.get(0)?),
            working: row.get::<_, i64>(1)? == UnderWay::Working.code(),
            punched_at: standing::time(row, 2)?,
            said: row.get::<_, Option<[u8; 16]>>(3)?.map(DetailId::from_bytes),
        })
    })?;
    for candidate in candidates {
        if candidate.working || is_expected(reader, &candidate, now)? {
            return Ok(Some(candidate.document));
        }
    }
    Ok(None)
}

/// May the officer who is on the way still arrive? Not where the assignment was taken back, the detail was cancelled, or its time is
/// over.
fn is_expected(reader: &Reader<'_>, candidate: &Candidate, now: UnixMillis) -> Result<bool> {
    let assignment: Option<Assignment> = records::assignment_of(reader, candidate.document)?;
    if assignment.as_ref().is_some_and(|it| it.state != AssignmentState::Active) {
        return Ok(false);
    }
    let detail = match assignment.map(|it| it.detail).or(candidate.said) {
        Some(detail) => records::get::<Detail>(reader, RecordKind::Detail, detail.into())?,
        None => None,
    };
    Ok(match detail {
        Some(detail) => detail.state != DetailState::Cancelled && now < detail.ends,
        None => candidate.punched_at.is_some_and(|at| now < at + ON_THE_WAY_FOR),
    })
}

/// A shift log with the time of its last clock event, in milliseconds, and a number that tells it from others of the same time.
pub(in crate::device) type Timed = (i64, i64, DocumentId);

/// Shift logs with a clock event that no assignment on this phone is about, the last punched first: those that come after `before`.
pub(in crate::device) fn unassigned(reader: &Reader<'_>, before: Option<(i64, i64)>, limit: u32) -> Result<Vec<Timed>> {
    let (at, number) = before.map_or((i64::MAX, Vec::new()), |(at, number)| (at, number.to_be_bytes().to_vec()));
    let sql = "SELECT last_punch_at, document FROM documents
               WHERE assigned = 0 AND last_punch_at IS NOT NULL AND kind = ?1 AND forget < 2
               AND last_punch_at <= ?2 AND (last_punch_at < ?2 OR substr(document, 9) < ?3)
               ORDER BY last_punch_at DESC, substr(document, 9) DESC LIMIT ?4";
    reader.all(sql, params![DocumentKind::ShiftLog.code(), at, number, limit], |row| {
        let document = DocumentId::from_bytes(row.get(1)?);
        Ok((row.get(0)?, number_of(document), document))
    })
}

/// The random half of its id: two shift logs of the same millisecond do not share it.
fn number_of(document: DocumentId) -> i64 {
    document.as_bytes()[8..].iter().fold(0, |number, byte| number << 8 | i64::from(*byte))
}
