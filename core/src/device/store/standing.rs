//! Where this phone stands: its enrolment, its place in the chain, in the feed and in time.

use rusqlite::{Row, params};

use super::{Reader, Result, Tx};
use crate::device::PhoneError;
use crate::evidence::{EstimateRule, PublicKey, Statement, estimate, is_sharper};
use crate::ids::{AgencyId, DeviceId, DocumentId, FactId, OfficerId, WriterId};
use crate::shift::{ChainLink, FactHash, Sha256};
use crate::time::{Anchor, BootId, ClockReading, Millis, UnixMillis};
use crate::wire::{EnrolResponse, SessionKey};

/// Who this phone is to the agency.
#[derive(Clone, Debug)]
pub(in crate::device) struct Enrolment {
    pub(in crate::device) server: String,
    pub(in crate::device) server_key: PublicKey,
    pub(in crate::device) agency: AgencyId,
    pub(in crate::device) officer: OfficerId,
    pub(in crate::device) device: DeviceId,
    pub(in crate::device) session_key: SessionKey,
    pub(in crate::device) revoked_at: Option<UnixMillis>,
    /// The key that the agency knows this phone by; absent where it enrolled before that was kept.
    pub(in crate::device) public_key: Option<PublicKey>,
    /// The phone was last found to sign with another.
    pub(in crate::device) key_changed: bool,
}

impl Enrolment {
    /// What a fact of this phone's is bound to.
    pub(in crate::device) const fn statement(&self, document: DocumentId, fact: FactId) -> Statement {
        Statement { agency: self.agency, officer: self.officer, device: self.device, document, fact }
    }
}

/// The enrolment, if there is one.
pub(in crate::device) fn enrolment(reader: &Reader<'_>) -> Result<Option<Enrolment>> {
    let sql = "SELECT server, server_key, agency, officer, device, session_key, revoked_at, public_key, key_changed
               FROM phone WHERE device IS NOT NULL";
    reader.one(sql, [], |row| {
        Ok(Enrolment {
            server: row.get(0)?,
            server_key: row.get(1)?,
            agency: AgencyId::from_bytes(row.get(2)?),
            officer: OfficerId::from_bytes(row.get(3)?),
            device: DeviceId::from_bytes(row.get(4)?),
            session_key: SessionKey(row.get(5)?),
            revoked_at: time(row, 6)?,
            public_key: row.get(7)?,
            key_changed: row.get(8)?,
        })
    })
}

/// The enrolment, without which nothing can be said.
pub(in crate::device) fn enrolled(reader: &Reader<'_>) -> Result<Enrolment> {
    enrolment(reader)?.ok_or(PhoneError::NotEnrolled)
}

/// A time in that column.
pub(in crate::device) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<UnixMillis>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(UnixMillis::new))
}

/// Begins a new enrolment: its own request counter, its own stream, its own way through the feed from the beginning. The chain
/// goes on, because it is this phone's: what could not be sent under the former enrolment keeps its links.
pub(in crate::device) fn enrol(
    tx: &Tx<'_>,
    server: &str,
    key: &PublicKey,
    answer: &EnrolResponse,
    writer: WriterId,
) -> Result<()> {
    tx.run(
        "UPDATE phone SET server = ?1, server_key = ?2, agency = ?3, officer = ?4, device = ?5, session_key = ?6,
         request_counter = 0, writer = ?7, cursor = NULL, more = 0, settled_at = NULL,
         failures = 0, retry_at = NULL, revoked_at = NULL, compare_due = 0, anchor_server = NULL,
         pull = pull + 1, pulling = 1, public_key = ?8, key_changed = 0",
        params![
            server,
            answer.server_key.as_slice(),
            *answer.agency.as_bytes(),
            *answer.officer.as_bytes(),
            *answer.device.as_bytes(),
            answer.session_key.as_slice(),
            *writer.as_bytes(),
            key.as_slice(),
        ],
    )?;
    Ok(())
}

/// Notes whether the phone signs with another key than the one that this enrolment named.
pub(in crate::device) fn note_key(tx: &Tx<'_>, device: DeviceId, changed: bool) -> Result<()> {
    tx.run("UPDATE phone SET key_changed = ?2 WHERE device = ?1", params![*device.as_bytes(), changed])?;
    Ok(())
}

/// Keeps a renewed session key.
pub(in crate::device) fn renew_session(tx: &Tx<'_>, key: &[u8]) -> Result<()> {
    tx.run("UPDATE phone SET session_key = ?1", params![key])?;
    Ok(())
}

/// The next request's counter. Kept before the request leaves, so that none is ever used twice.
pub(in crate::device) fn next_request(tx: &Tx<'_>) -> Result<u64> {
    tx.run("UPDATE phone SET request_counter = request_counter + 1", [])?;
    Ok(tx.number("SELECT request_counter FROM phone", [])?.unsigned_abs())
}

/// Jumps ahead of a server that has seen higher counters than this phone remembers.
pub(in crate::device) fn leap_requests(tx: &Tx<'_>) -> Result<()> {
    tx.run("UPDATE phone SET request_counter = request_counter + 1048576", [])?;
    Ok(())
}

/// The link of the next fact.
pub(in crate::device) fn next_link(reader: &Reader<'_>) -> Result<ChainLink> {
    let head = reader.one("SELECT chain_counter, chain_previous FROM phone", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Option<[u8; 32]>>(1)?))
    })?;
    Ok(match head {
        Some((counter, Some(previous))) => {
            ChainLink { counter: counter.unsigned_abs() + 1, previous: Sha256(previous) }
        }
        _ => ChainLink::FIRST,
    })
}

/// Moves the chain's head.
pub(in crate::device) fn advance_chain(tx: &Tx<'_>, link: ChainLink, hash: FactHash) -> Result<()> {
    tx.run("UPDATE phone SET chain_counter = ?1, chain_previous = ?2", params![link.counter as i64, hash.0])?;
    Ok(())
}

/// The last server time that this enrolment saw.
pub(in crate::device) fn anchor(reader: &Reader<'_>) -> Result<Option<Anchor>> {
    let sql = "SELECT anchor_server, anchor_monotonic, anchor_boot, anchor_round_trip FROM phone WHERE anchor_server IS NOT NULL";
    reader.one(sql, [], |row| {
        Ok(Anchor {
            server: UnixMillis::new(row.get(0)?),
            monotonic: row.get::<_, i64>(1)? as u64,
            boot: BootId(row.get(2)?),
            round_trip: row.get(3)?,
        })
    })
}

/// Keeps what the server's clock said, unless what is kept tells the time more exactly.
pub(in crate::device) fn set_anchor(tx: &Tx<'_>, new: &Anchor) -> Result<()> {
    if anchor(tx)?.is_some_and(|kept| is_sharper(&kept, new, &EstimateRule::DEFAULT)) {
        return Ok(());
    }
    tx.run(
        "UPDATE phone SET anchor_server = ?1, anchor_monotonic = ?2, anchor_boot = ?3, anchor_round_trip = ?4",
        params![new.server.as_millis(), new.monotonic as i64, new.boot.0, new.round_trip],
    )?;
    Ok(())
}

/// What the server's clock says now, as far as this phone can tell: never before its last word, whatever the wall clock says.
pub(in crate::device) fn server_now(reader: &Reader<'_>, at: &ClockReading) -> Result<UnixMillis> {
    let anchor = anchor(reader)?;
    let reckoned = estimate(&ClockReading { anchor, ..at.clone() }, &EstimateRule::DEFAULT).at;
    Ok(anchor.map_or(reckoned, |anchor| reckoned.max(anchor.server)))
}

/// Until when things are no longer kept for a server that might lose them, by that server's own clock as last heard: a wall clock
/// that runs ahead throws nothing away. None where the server was never heard.
pub(in crate::device) fn kept_since(reader: &Reader<'_>, keeping: Millis) -> Result<Option<UnixMillis>> {
    Ok(anchor(reader)?.map(|anchor| anchor.server - keeping))
}

/// Where the phone is in the feed, and what it owes the exchange.
#[derive(Clone, Debug)]
pub(in crate::device) struct Feed {
    pub(in crate::device) cursor: Option<Vec<u8>>,
    pub(in crate::device) more: bool,
    pub(in crate::device) pulling: bool,
    pub(in crate::device) compare_due: bool,
    pub(in crate::device) compared_at: Option<UnixMillis>,
    pub(in crate::device) settled_at: Option<UnixMillis>,
    pub(in crate::device) failures: u32,
    pub(in crate::device) retry_at: Option<UnixMillis>,
    pub(in crate::device) minimum_app: Option<u32>,
}

/// Reads it.
pub(in crate::device) fn feed(reader: &Reader<'_>) -> Result<Feed> {
    let sql = "SELECT cursor, more, pulling, compare_due, compared_at, settled_at, failures, retry_at, minimum_app FROM phone";
    let feed = reader.one(sql, [], |row| {
        Ok(Feed {
            cursor: row.get(0)?,
            more: row.get(1)?,
            pulling: row.get(2)?,
            compare_due: row.get(3)?,
            compared_at: time(row, 4)?,
            settled_at: time(row, 5)?,
            failures: row.get(6)?,
            retry_at: time(row, 7)?,
            minimum_app: row.get(8)?,
        })
    })?;
    feed.ok_or(PhoneError::Unreadable("phone"))
}

/// Moves the cursor; with `settled`, the server has no more.
pub(in crate::device) fn move_cursor(tx: &Tx<'_>, cursor: &[u8], settled: Option<UnixMillis>) -> Result<()> {
    tx.run(
        "UPDATE phone SET cursor = ?1, more = ?2, settled_at = ?3, failures = 0, retry_at = NULL",
        params![cursor, settled.is_none(), settled.map(UnixMillis::as_millis)],
    )?;
    Ok(())
}

/// Asks for the feed from the beginning.
pub(in crate::device) fn start_over(tx: &Tx<'_>) -> Result<()> {
    tx.run("UPDATE phone SET cursor = NULL, more = 1, settled_at = NULL", [])?;
    begin_pull(tx)
}

/// The feed comes from the beginning: what it does not bring until it ends is no longer ours to read.
pub(in crate::device) fn begin_pull(tx: &Tx<'_>) -> Result<()> {
    tx.run("UPDATE phone SET pull = pull + 1, pulling = 1", [])?;
    Ok(())
}

/// The pull from the beginning is complete.
pub(in crate::device) fn end_pull(tx: &Tx<'_>) -> Result<()> {
    tx.run("UPDATE phone SET pulling = 0", [])?;
    Ok(())
}

/// Owes a comparison of heads, or no longer.
pub(in crate::device) fn set_compare_due(tx: &Tx<'_>, due: bool) -> Result<()> {
    tx.run("UPDATE phone SET compare_due = ?1", params![due])?;
    Ok(())
}

/// The heads could not be compared: as if they had been at `as_if`, unless a pull waits for it.
pub(in crate::device) fn put_off_compare(tx: &Tx<'_>, as_if: UnixMillis) -> Result<()> {
    tx.run("UPDATE phone SET compared_at = ?1, compare_due = pulling", params![as_if.as_millis()])?;
    Ok(())
}

/// The heads were compared.
pub(in crate::device) fn compared(tx: &Tx<'_>, now: UnixMillis) -> Result<()> {
    tx.run(
        "UPDATE phone SET compare_due = 0, compared_at = ?1, failures = 0, retry_at = NULL",
        params![now.as_millis()],
    )?;
    Ok(())
}

/// The first time counts as a comparison: there was nothing to compare.
pub(in crate::device) fn compared_if_never(tx: &Tx<'_>, now: UnixMillis) -> Result<()> {
    tx.run("UPDATE phone SET compared_at = ?1 WHERE compared_at IS NULL", params![now.as_millis()])?;
    Ok(())
}

/// Which app version the server asks for.
pub(in crate::device) fn set_minimum_app(tx: &Tx<'_>, version: u32) -> Result<()> {
    tx.run("UPDATE phone SET minimum_app = ?1", params![version])?;
    Ok(())
}

/// An exchange failed: when to try again.
pub(in crate::device) fn failed(tx: &Tx<'_>, retry_at: UnixMillis) -> Result<()> {
    tx.run("UPDATE phone SET failures = failures + 1, retry_at = ?1", params![retry_at.as_millis()])?;
    Ok(())
}

/// The agency has ended the enrolment. Nothing can be asked with the session key again.
pub(in crate::device) fn revoke(tx: &Tx<'_>, now: UnixMillis) -> Result<()> {
    tx.run(
        "UPDATE phone SET revoked_at = coalesce(revoked_at, ?1), cursor = NULL, settled_at = NULL,
         session_key = zeroblob(32)",
        params![now.as_millis()],
    )?;
    Ok(())
}
