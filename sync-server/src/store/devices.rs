//! Enrolled devices, their sessions and counters, and the writers bound to them.

use detailbook_core::evidence::PublicKey;
use detailbook_core::ids::{AgencyId, DeviceId, OfficerId, WriterId};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::SessionKey;

use super::{One, Row, Sql, StoreError, params};

/// A device as the store has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// The agency.
    pub agency: AgencyId,
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub officer: OfficerId,
    /// The key it signs with.
    pub public_key: PublicKey,
    /// The highest counter seen.
    pub counter: u64,
    /// The secret its requests are signed under.
    pub session_key: SessionKey,
    /// Until when.
    pub session_until: UnixMillis,
    /// When its enrolment was ended, if it was.
    pub revoked_at: Option<UnixMillis>,
    /// When its last push after that was taken, if it was.
    pub last_push_at: Option<UnixMillis>,
    /// When it was last heard of before this.
    pub seen_at: UnixMillis,
}

/// A device as lists show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceSummary {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub officer: OfficerId,
    /// What the officer calls it.
    pub label: String,
    /// The version of its app when last seen.
    pub app: u32,
    /// When it was enrolled.
    pub enrolled_at: UnixMillis,
    /// When it was last seen.
    pub seen_at: UnixMillis,
    /// When its enrolment was ended, if it was.
    pub revoked_at: Option<UnixMillis>,
}

/// The device of that id, of whatever agency: a credential names the device alone.
pub fn find(sql: &mut dyn Sql, device: DeviceId) -> Result<Option<Device>, StoreError> {
    let row = sql.query_one(
        "SELECT agency, device, officer, public_key, counter, session_key, session_until, revoked_at, last_push_at, seen_at
         FROM devices WHERE device = $1",
        &params![device],
    )?;
    row.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<Device, StoreError> {
    Ok(Device {
        agency: row.id(0)?,
        device: row.id(1)?,
        officer: row.id(2)?,
        public_key: exactly(row, 3, "a public key of 33 bytes")?,
        counter: row.uint(4)?,
        session_key: SessionKey(exactly(row, 5, "a session key of 32 bytes")?),
        session_until: row.time(6)?,
        revoked_at: row.opt_time(7)?,
        last_push_at: row.opt_time(8)?,
        seen_at: row.time(9)?,
    })
}

fn exactly<const N: usize>(row: &Row, column: usize, wanted: &'static str) -> Result<[u8; N], StoreError> {
    let mismatch = StoreError::Column { column, wanted, found: "bytes of another length" };
    row.bytes(column)?.try_into().map_err(|_| mismatch)
}

/// The phones of an officer's whose enrolment goes on. An officer is of one agency: it is looked at and not searched by, since to SQLite an
/// index that begins with it is as good as one that begins with the officer.
pub const LIVE: One = One {
    text: "SELECT device, officer, label, app, enrolled_at, seen_at, revoked_at FROM devices
           WHERE COALESCE(agency, $1) = $1 AND officer = $2 AND revoked_at IS NULL ORDER BY device",
    column: "officer",
};

/// The phones of an officer's whose enrolment goes on, in the order of their ids.
pub fn live(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Vec<DeviceSummary>, StoreError> {
    sql.query(LIVE.text, &params![agency, officer])?.iter().map(summary).collect()
}

/// A new device's row.
pub struct NewDevice<'a> {
    /// The device, with its first session.
    pub device: &'a Device,
    /// What the officer calls it.
    pub label: &'a str,
    /// When it was enrolled.
    pub now: UnixMillis,
}

/// Enters a device.
pub fn insert(sql: &mut dyn Sql, new: &NewDevice) -> Result<(), StoreError> {
    let device = new.device;
    sql.execute(
        "INSERT INTO devices (agency, device, officer, public_key, label, counter, session_key, session_until, app,
         enrolled_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)",
        &params![
            device.agency,
            device.device,
            device.officer,
            device.public_key,
            new.label,
            device.counter,
            device.session_key.0,
            device.session_until,
            new.now
        ],
    )?;
    Ok(())
}

/// Gives a device a new session key. Fails to (`false`) where the counter is not higher than the stored one, or the
/// enrolment was ended and the last push has come.
pub fn renew(
    sql: &mut dyn Sql,
    device: &Device,
    counter: u64,
    key: &SessionKey,
    until: UnixMillis,
) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "UPDATE devices SET counter = $3, session_key = $4, session_until = $5
         WHERE agency = $1 AND device = $2 AND counter < $3
         AND (revoked_at IS NULL OR last_push_at IS NULL)",
        &params![device.agency, device.device, counter, key.0, until],
    )?;
    Ok(rows == 1)
}

/// Gives a device that has not been used yet another first session key.
pub fn replace_session(
    sql: &mut dyn Sql,
    device: &Device,
    key: &SessionKey,
    until: UnixMillis,
) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE devices SET session_key = $3, session_until = $4 WHERE agency = $1 AND device = $2",
        &params![device.agency, device.device, key.0, until],
    )?;
    Ok(())
}

/// Stores a request's counter. Fails to (`false`) where the counter is not higher than the stored one, or where session or
/// enrolment changed since `device` was read.
pub fn advance(
    sql: &mut dyn Sql,
    device: &Device,
    counter: u64,
    app: Option<u32>,
    now: UnixMillis,
) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "UPDATE devices SET counter = $3, app = COALESCE($5, app), seen_at = $6
         WHERE agency = $1 AND device = $2 AND counter < $3 AND session_key = $4 AND revoked_at IS NULL",
        &params![device.agency, device.device, counter, device.session_key.0, app.map(i64::from), now],
    )?;
    Ok(rows == 1)
}

/// Notes that a revoked device's last push was taken. Fails to (`false`) where one was taken before.
pub fn take_last_push(sql: &mut dyn Sql, device: &Device, counter: u64, now: UnixMillis) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "UPDATE devices SET counter = $3, last_push_at = $4, seen_at = $4
         WHERE agency = $1 AND device = $2 AND counter < $3 AND revoked_at IS NOT NULL AND last_push_at IS NULL",
        &params![device.agency, device.device, counter, now],
    )?;
    Ok(rows == 1)
}

/// Ends a device's enrolment. `false`: there is no such device here, or it was ended before.
pub fn revoke(sql: &mut dyn Sql, agency: AgencyId, device: DeviceId, now: UnixMillis) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "UPDATE devices SET revoked_at = $3 WHERE agency = $1 AND device = $2 AND revoked_at IS NULL",
        &params![agency, device, now],
    )?;
    Ok(rows == 1)
}

/// The devices of an agency after `after`, in order of their ids: the order in which they were enrolled.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: DeviceId,
    limit: i64,
) -> Result<Vec<DeviceSummary>, StoreError> {
    let rows = sql.query(
        "SELECT device, officer, label, app, enrolled_at, seen_at, revoked_at FROM devices
         WHERE agency = $1 AND device > $2 ORDER BY device LIMIT $3",
        &params![agency, after, limit],
    )?;
    rows.iter().map(summary).collect()
}

/// Every phone that an officer ever enrolled, in the order of their ids.
pub fn all_of(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Vec<DeviceSummary>, StoreError> {
    let rows = sql.query(
        "SELECT device, officer, label, app, enrolled_at, seen_at, revoked_at FROM devices
         WHERE COALESCE(agency, $1) = $1 AND officer = $2 ORDER BY device",
        &params![agency, officer],
    )?;
    rows.iter().map(summary).collect()
}

/// Every device that an officer ever enrolled.
pub fn of_officer(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Vec<DeviceId>, StoreError> {
    let rows = sql.query("SELECT device FROM devices WHERE agency = $1 AND officer = $2", &params![agency, officer])?;
    rows.iter().map(|row| row.id(0)).collect()
}

fn summary(row: &Row) -> Result<DeviceSummary, StoreError> {
    Ok(DeviceSummary {
        device: row.id(0)?,
        officer: row.id(1)?,
        label: row.text(2)?.to_owned(),
        app: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
        enrolled_at: row.time(4)?,
        seen_at: row.time(5)?,
        revoked_at: row.opt_time(6)?,
    })
}

/// The device a writer is bound to, if any.
pub fn writer_device(sql: &mut dyn Sql, agency: AgencyId, writer: WriterId) -> Result<Option<DeviceId>, StoreError> {
    let row =
        sql.query_one("SELECT device FROM writers WHERE agency = $1 AND writer = $2", &params![agency, writer])?;
    row.map(|row| row.id(0)).transpose()
}

/// How many writers a device has bound.
pub fn count_writers(sql: &mut dyn Sql, device: &Device) -> Result<i64, StoreError> {
    let row = sql.query_one(
        "SELECT COUNT(*) FROM writers WHERE agency = $1 AND device = $2",
        &params![device.agency, device.device],
    )?;
    row.ok_or(StoreError::Misused("a count returned no row"))?.int(0)
}

/// Lets go of the device's oldest writer that was bound before `now` and never wrote anything. Whether there was one.
pub fn retire_writer(sql: &mut dyn Sql, device: &Device, now: UnixMillis) -> Result<bool, StoreError> {
    let retired = sql.execute(
        "DELETE FROM writers WHERE agency = $1 AND writer = (SELECT w.writer FROM writers w
           WHERE w.agency = $1 AND w.device = $2 AND w.bound_at < $3 AND NOT EXISTS
             (SELECT 1 FROM document_writers d WHERE d.agency = w.agency AND d.writer = w.writer)
           ORDER BY w.bound_at, w.writer LIMIT 1)",
        &params![device.agency, device.device, now],
    )?;
    Ok(retired > 0)
}

/// Binds a writer to a device, unless it is bound already.
pub fn bind_writer(sql: &mut dyn Sql, device: &Device, writer: WriterId, now: UnixMillis) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO writers (agency, writer, device, bound_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, writer) DO NOTHING",
        &params![device.agency, writer, device.device, now],
    )?;
    Ok(())
}
