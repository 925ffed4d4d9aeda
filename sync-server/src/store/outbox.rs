//! The rows of what goes out.

use detailbook_core::ids::{AgencyId, NoticeId, RecordId};
use detailbook_core::notices::{Channel, EventKind, Party, PartyKind};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Row, Sql, StoreError, params};

/// Where a delivery stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits for its time.
    Waiting,
    /// It was begun, and is tried again until it succeeds or its job is parked.
    Begun,
    /// The channel took it.
    Sent,
    /// There was no way to send it, and nobody tries again.
    NotSent,
}

impl DeliveryState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Begun, Self::Sent, Self::NotSent];

    fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|index| Self::ALL.get(index)).copied()
    }

    const fn code(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Begun => 1,
            Self::Sent => 2,
            Self::NotSent => 3,
        }
    }
}

/// One notice to one recipient by one channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutboxRow {
    /// Its id, which follows from notice and channel.
    pub delivery: RecordId,
    /// What it goes out with.
    pub batch: RecordId,
    /// The notice.
    pub notice: NoticeId,
    /// What happened.
    pub event: EventKind,
    /// To whom.
    pub party: Party,
    /// By what.
    pub channel: Channel,
    /// It goes out with others of its like.
    pub gathered: bool,
    /// When it goes out.
    pub due: UnixMillis,
    /// Where it stands.
    pub state: DeliveryState,
    /// One line.
    pub title: String,
    /// The words.
    pub text: String,
    /// When it was written.
    pub created_at: UnixMillis,
    /// When the channel took it.
    pub sent_at: Option<UnixMillis>,
    /// When the recipient acknowledged it.
    pub acknowledged_at: Option<UnixMillis>,
    /// Why it was not sent, or not yet.
    pub error: Option<String>,
}

const COLUMNS: &str = "delivery, batch, notice, event, party_kind, party, channel, gathered, due, state, title, text,
    created_at, sent_at, acknowledged_at, error";

/// Writes a delivery unless there is one of that id. `true`: there was none. The caller holds the agency's lock.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, row: &OutboxRow) -> Result<bool, StoreError> {
    let written = sql.execute(
        "INSERT INTO outbox (agency, delivery, batch, notice, event, party_kind, party, channel, gathered, due, state,
         title, text, created_at, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (agency, delivery) DO NOTHING",
        &params![
            agency,
            row.delivery,
            row.batch,
            row.notice,
            row.event.code(),
            row.party.kind.code(),
            row.party.id,
            row.channel.code(),
            row.gathered,
            row.due,
            row.state.code(),
            &row.title,
            &row.text,
            row.created_at,
            row.sent_at,
        ],
    )?;
    Ok(written > 0)
}

/// The batch that gathers for a party and channel and has not gone out, and when it will.
pub fn gathering(
    sql: &mut dyn Sql,
    agency: AgencyId,
    party: Party,
    channel: Channel,
    now: UnixMillis,
) -> Result<Option<(RecordId, UnixMillis)>, StoreError> {
    let row = sql.query_one(
        "SELECT batch, due FROM outbox WHERE state = 0 AND gathered = 1 AND agency = $1 AND party_kind = $2 AND party = $3
         AND channel = $4 AND due > $5 ORDER BY due LIMIT 1",
        &params![agency, party.kind.code(), party.id, channel.code(), now],
    )?;
    row.map(|row| Ok((row.id(0)?, row.time(1)?))).transpose()
}

/// Begins a batch: nothing joins it any more. Gives what is still to be sent of it, in the order in which it was written. The
/// caller holds the agency's lock.
pub fn begin(sql: &mut dyn Sql, agency: AgencyId, batch: RecordId) -> Result<Vec<OutboxRow>, StoreError> {
    sql.execute("UPDATE outbox SET state = 1 WHERE agency = $1 AND batch = $2 AND state = 0", &params![agency, batch])?;
    // Looked at and not searched by: to SQLite the index of all notices by time, which spares it a sort, is as good as that by batch.
    let text = format!(
        "SELECT {COLUMNS} FROM outbox WHERE COALESCE(agency, $1) = $1 AND batch = $2 AND state = 1
         ORDER BY created_at, delivery"
    );
    sql.query(&text, &params![agency, batch])?.iter().map(read).collect()
}

/// The channels that a notice goes by.
pub fn channels(sql: &mut dyn Sql, agency: AgencyId, notice: NoticeId) -> Result<Vec<Channel>, StoreError> {
    let text = "SELECT channel FROM outbox WHERE agency = $1 AND notice = $2";
    let rows = sql.query(text, &params![agency, notice])?;
    let codes = rows.iter().map(|row| row.int(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(codes.into_iter().filter_map(Channel::from_code).collect())
}

/// A notice by each channel that it goes by.
pub fn of_notice(sql: &mut dyn Sql, agency: AgencyId, notice: NoticeId) -> Result<Vec<OutboxRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM outbox WHERE agency = $1 AND notice = $2 ORDER BY channel");
    sql.query(&text, &params![agency, notice])?.iter().map(read).collect()
}

/// Marks what was begun of a batch as sent, or as not sent with the reason.
pub fn settle(
    sql: &mut dyn Sql,
    agency: AgencyId,
    batch: RecordId,
    now: UnixMillis,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let state = if error.is_some() { DeliveryState::NotSent } else { DeliveryState::Sent };
    let sent_at = error.is_none().then_some(now);
    sql.execute(
        "UPDATE outbox SET state = $3, sent_at = $4, error = $5 WHERE agency = $1 AND batch = $2 AND state = 1",
        &params![agency, batch, state.code(), sent_at, error],
    )?;
    Ok(())
}

/// Batches of which something was not sent for that reason, of what was told since then, with their channels; the oldest first.
pub fn not_sent(
    sql: &mut dyn Sql,
    agency: AgencyId,
    error: &str,
    since: UnixMillis,
    limit: i64,
) -> Result<Vec<(RecordId, Channel)>, StoreError> {
    let rows = sql.query(
        "SELECT batch, channel, MIN(created_at) AS first FROM outbox
         WHERE agency = $1 AND state = 3 AND error = $2 AND created_at >= $3
         GROUP BY batch, channel ORDER BY first, batch LIMIT $4",
        &params![agency, error, since, limit],
    )?;
    let read = |row: &Row| {
        let known = StoreError::Column { column: 1, wanted: "a channel", found: "another number" };
        Ok((row.id(0)?, Channel::from_code(row.int(1)?).ok_or(known)?))
    };
    rows.iter().map(read).collect()
}

/// Makes what was not sent of a batch wait again.
pub fn wait_anew(sql: &mut dyn Sql, agency: AgencyId, batch: RecordId) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE outbox SET state = 0, error = NULL WHERE agency = $1 AND batch = $2 AND state = 3",
        &params![agency, batch],
    )?;
    Ok(())
}

/// Notes why a batch was not sent this time.
pub fn note_error(sql: &mut dyn Sql, agency: AgencyId, batch: RecordId, error: &str) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE outbox SET error = $3 WHERE agency = $1 AND batch = $2 AND state = 1",
        &params![agency, batch, error],
    )?;
    Ok(())
}

/// Marks a notice acknowledged. A notice that was keeps its first time. Gives to whom it went; `None`: there is none.
pub fn acknowledge(
    sql: &mut dyn Sql,
    agency: AgencyId,
    notice: NoticeId,
    now: UnixMillis,
) -> Result<Option<Party>, StoreError> {
    sql.execute(
        "UPDATE outbox SET acknowledged_at = $3 WHERE agency = $1 AND notice = $2 AND acknowledged_at IS NULL",
        &params![agency, notice, now],
    )?;
    let text = format!("SELECT {COLUMNS} FROM outbox WHERE agency = $1 AND notice = $2 LIMIT 1");
    Ok(sql.query_one(&text, &params![agency, notice])?.as_ref().map(read).transpose()?.map(|row| row.party))
}

/// The agency's deliveries after a place in the order in which they were written.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: (UnixMillis, RecordId),
    limit: i64,
) -> Result<Vec<OutboxRow>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM outbox WHERE agency = $1 AND (created_at > $2 OR (created_at = $2 AND delivery > $3))
         ORDER BY created_at, delivery LIMIT $4"
    );
    sql.query(&text, &params![agency, after.0, after.1, limit])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<OutboxRow, StoreError> {
    let known = |column, wanted| StoreError::Column { column, wanted, found: "another number" };
    let kind = PartyKind::from_code(row.int(4)?).ok_or_else(|| known(4, "a kind of party"))?;
    Ok(OutboxRow {
        delivery: row.id(0)?,
        batch: row.id(1)?,
        notice: row.id(2)?,
        event: EventKind::from_code(u16::try_from(row.int(3)?).unwrap_or(u16::MAX)),
        party: Party { kind, id: row.id(5)? },
        channel: Channel::from_code(row.int(6)?).ok_or_else(|| known(6, "a channel"))?,
        gathered: row.flag(7)?,
        due: row.time(8)?,
        state: DeliveryState::from_code(row.int(9)?).ok_or_else(|| known(9, "a delivery's state"))?,
        title: row.text(10)?.to_owned(),
        text: row.text(11)?.to_owned(),
        created_at: row.time(12)?,
        sent_at: row.opt_time(13)?,
        acknowledged_at: row.opt_time(14)?,
        error: row.opt_text(15)?.map(str::to_owned),
    })
}
