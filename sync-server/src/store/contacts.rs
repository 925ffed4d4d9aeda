//! The rows of contacts.

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::notices::{Contact, Party, PartyKind};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;

use super::{Ahead, One, Row, Sql, StoreError, params};

const GET: One = One {
    text: "SELECT party, version, body FROM contacts WHERE agency = $1 AND party_kind = $2 AND party = $3",
    column: "party",
};

/// Reads contacts of one kind ahead.
pub fn ahead<T: Into<RecordId>>(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    kind: PartyKind,
    ids: impl IntoIterator<Item = T>,
) -> Result<(), StoreError> {
    ahead.read(GET, &params![agency, kind.code()], ids.into_iter().map(Into::into))
}

/// A contact and its version; version 0 and nothing in it where none was written.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, party: Party) -> Result<(i64, Contact), StoreError> {
    let row = sql.query_one(GET.text, &params![agency, party.kind.code(), party.id])?;
    let found = row.as_ref().map(read).transpose()?;
    Ok(found.map_or((0, Contact::default()), |(_, version, contact)| (version, contact)))
}

/// Writes a contact. Gives its new version. The caller holds the agency's lock.
pub fn put(
    sql: &mut dyn Sql,
    agency: AgencyId,
    party: Party,
    contact: &Contact,
    now: UnixMillis,
) -> Result<i64, StoreError> {
    let row = sql.query_one(
        "INSERT INTO contacts (agency, party_kind, party, version, changed_at, body) VALUES ($1, $2, $3, 1, $4, $5)
         ON CONFLICT (agency, party_kind, party) DO UPDATE SET version = contacts.version + 1,
         changed_at = excluded.changed_at, body = excluded.body RETURNING version",
        &params![agency, party.kind.code(), party.id, now, wire::encode(contact)],
    )?;
    row.ok_or(StoreError::Misused("an upsert returned no row"))?.int(0)
}

/// Contacts of the agency's staff after `after`, in the order of their ids.
pub fn staff(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: RecordId,
    limit: i64,
) -> Result<Vec<(RecordId, i64, Contact)>, StoreError> {
    let rows = sql.query(
        "SELECT party, version, body FROM contacts WHERE agency = $1 AND party_kind = $2 AND party > $3
         ORDER BY party LIMIT $4",
        &params![agency, PartyKind::Staff.code(), after, limit],
    )?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<(RecordId, i64, Contact), StoreError> {
    let unreadable = |_| StoreError::Column { column: 2, wanted: "an encoded contact", found: "other bytes" };
    Ok((row.id(0)?, row.int(1)?, wire::decode(row.bytes(2)?).map_err(unreadable)?))
}
