//! Wishes and what became of them.

use rusqlite::{Row, params};

use super::{Reader, Result, Tx, standing};
use crate::ids::CommandId;
use crate::time::UnixMillis;
use crate::wire::{Command, CommandOutcome, Decision, Wish, decode};

/// A command as it is kept.
#[derive(Clone, Debug)]
pub(in crate::device) struct Kept {
    pub(in crate::device) id: CommandId,
    pub(in crate::device) wish: Vec<u8>,
    pub(in crate::device) made_at: UnixMillis,
    pub(in crate::device) waiting: bool,
    pub(in crate::device) decision: Option<Decision>,
    pub(in crate::device) reason: String,
    pub(in crate::device) decided_at: Option<UnixMillis>,
}

impl Kept {
    /// The wish, if this version knows it.
    pub(in crate::device) fn wish(&self) -> Option<Wish> {
        decode(&self.wish).ok()
    }
}

/// Kinds, for finding a detail's or assignment's commands.
pub(in crate::device) const APPLY: i64 = 1;
pub(in crate::device) const WITHDRAW: i64 = 2;
pub(in crate::device) const ACKNOWLEDGE: i64 = 3;
pub(in crate::device) const MESSAGE: i64 = 4;
pub(in crate::device) const CALL_OFF: i64 = 5;
pub(in crate::device) const RELIEVE: i64 = 6;
pub(in crate::device) const OFFER_TRADE: i64 = 7;
pub(in crate::device) const TRADE: i64 = 8;
pub(in crate::device) const ACKNOWLEDGE_NOTICE: i64 = 9;

fn place(wish: &Wish) -> (i64, Option<[u8; 16]>) {
    match wish {
        Wish::Apply { detail, .. } => (APPLY, Some(*detail.as_bytes())),
        Wish::Withdraw { detail } => (WITHDRAW, Some(*detail.as_bytes())),
        Wish::Acknowledge { assignment } => (ACKNOWLEDGE, Some(*assignment.as_bytes())),
        Wish::SendMessage { .. } => (MESSAGE, None),
        Wish::CallOff { assignment, .. } => (CALL_OFF, Some(*assignment.as_bytes())),
        Wish::Relieve { assignment, .. } => (RELIEVE, Some(*assignment.as_bytes())),
        Wish::OfferTrade { assignment, .. } | Wish::OfferTradeTo { assignment, .. } => {
            (OFFER_TRADE, Some(*assignment.as_bytes()))
        }
        Wish::AnswerTrade { trade, .. } | Wish::WithdrawTrade { trade } => (TRADE, Some(*trade.as_bytes())),
        Wish::AcknowledgeNotice { notice } => (ACKNOWLEDGE_NOTICE, Some(*notice.as_bytes())),
    }
}

/// Puts a wish into the outbox.
pub(in crate::device) fn add(tx: &Tx<'_>, command: &Command, wish: &Wish) -> Result<()> {
    let (kind, about) = place(wish);
    tx.run(
        "INSERT INTO commands (id, kind, about, wish, made_at, waiting) VALUES (?1, ?2, ?3, ?4, ?5, 1)",
        params![*command.id.as_bytes(), kind, about, command.wish.as_slice(), command.made_at.as_millis()],
    )?;
    Ok(())
}

const COLUMNS: &str = "id, wish, made_at, waiting, decision, reason, decided_at";

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        id: CommandId::from_bytes(row.get(0)?),
        wish: row.get(1)?,
        made_at: standing::time(row, 2)?.unwrap_or_default(),
        waiting: row.get(3)?,
        decision: row
            .get::<_, Option<i64>>(4)?
            .map(|code| if code == 0 { Decision::Accepted } else { Decision::Refused }),
        reason: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
        decided_at: standing::time(row, 6)?,
    })
}

/// Those to be sent, oldest first.
pub(in crate::device) fn waiting(reader: &Reader<'_>, limit: usize) -> Result<Vec<Kept>> {
    let sql = format!("SELECT {COLUMNS} FROM commands WHERE waiting = 1 ORDER BY number LIMIT ?1");
    reader.all(&sql, [limit as i64], kept)
}

/// Is any waiting?
pub(in crate::device) fn count_waiting(reader: &Reader<'_>) -> Result<i64> {
    reader.number("SELECT count(*) FROM commands WHERE waiting = 1", [])
}

/// Keeps the server's answer.
pub(in crate::device) fn decide(tx: &Tx<'_>, outcome: &CommandOutcome) -> Result<()> {
    let decision = match outcome.decision {
        Decision::Accepted => 0,
        Decision::Refused => 1,
    };
    tx.run(
        "UPDATE commands SET waiting = 0, decision = ?2, reason = ?3, decided_at = ?4 WHERE id = ?1",
        params![*outcome.id.as_bytes(), decision, outcome.reason, outcome.decided_at.as_millis()],
    )?;
    Ok(())
}

/// The server may have lost them: those decided since `since` are sent again. It decides each once.
pub(in crate::device) fn send_again(tx: &Tx<'_>, since: UnixMillis) -> Result<()> {
    tx.run("UPDATE commands SET waiting = 1 WHERE waiting = 0 AND decided_at >= ?1", [since.as_millis()])?;
    Ok(())
}

/// The latest wish of those kinds about a detail or assignment.
pub(in crate::device) fn latest_about(reader: &Reader<'_>, about: [u8; 16], kinds: (i64, i64)) -> Result<Option<Kept>> {
    let sql =
        format!("SELECT {COLUMNS} FROM commands WHERE about = ?1 AND kind IN (?2, ?3) ORDER BY number DESC LIMIT 1");
    reader.one(&sql, params![about, kinds.0, kinds.1], kept)
}

/// The latest wish about the same thing, where it asks for the same and still waits.
pub(in crate::device) fn waiting_like(reader: &Reader<'_>, wish: &Wish) -> Result<Option<CommandId>> {
    let (kind, Some(about)) = place(wish) else { return Ok(None) };
    let kinds = if kind == APPLY || kind == WITHDRAW { (APPLY, WITHDRAW) } else { (kind, kind) };
    let latest = latest_about(reader, about, kinds)?.filter(|kept| kept.waiting);
    Ok(latest.filter(|kept| kept.wish().is_some_and(|waiting| asks_the_same(&waiting, wish))).map(|kept| kept.id))
}

/// Do both ask for the same? When they were made makes no difference.
fn asks_the_same(one: &Wish, other: &Wish) -> bool {
    match (one, other) {
        (Wish::Apply { detail, position, .. }, Wish::Apply { detail: of, position: at, .. }) => {
            (detail, position) == (of, at)
        }
        _ => one == other,
    }
}

/// Does the latest wish of that kind about something wait on this phone?
pub(in crate::device) fn waits(reader: &Reader<'_>, about: [u8; 16], kind: i64) -> Result<bool> {
    Ok(latest_about(reader, about, (kind, kind))?.is_some_and(|kept| kept.waiting))
}

/// Messages that the server has not yet turned into records, and those it refused.
pub(in crate::device) fn messages(reader: &Reader<'_>, limit: u32) -> Result<Vec<Kept>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM commands WHERE kind = {MESSAGE} AND (waiting = 1 OR decision = 1) ORDER BY number DESC LIMIT ?1"
    );
    reader.all(&sql, [limit], kept)
}

/// All of them, newest first.
pub(in crate::device) fn latest(reader: &Reader<'_>, limit: u32) -> Result<Vec<Kept>> {
    reader.all(&format!("SELECT {COLUMNS} FROM commands ORDER BY number DESC LIMIT ?1"), [limit], kept)
}

/// Drops those decided before `before`.
pub(in crate::device) fn tidy(tx: &Tx<'_>, before: UnixMillis) -> Result<usize> {
    tx.run("DELETE FROM commands WHERE waiting = 0 AND decided_at < ?1", [before.as_millis()])
}
