//! Who can see what: audiences, their members, and the items that stand in them.
//!
//! Each change of an item or a membership draws one number, however many officers an audience has. `docs/sync.md`, section
//! 6, says how an officer's feed follows from these tables; [`super::feed`] reads it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use detailbook_core::ids::{AgencyId, DetailId, OfficerId, RecordId};

use super::agency::next_seq;
use super::{Sql, StoreError, params};

/// A set of officers who see the same items.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Audience {
    /// Every officer of the agency.
    Agency,
    /// One officer.
    Officer(OfficerId),
    /// The officers on a detail.
    Detail(DetailId),
    /// A group that the agency names.
    Group(String),
}

/// A text that names no audience.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an audience")]
pub struct NotAnAudience;

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agency => f.write_str("agency"),
            Self::Officer(officer) => write!(f, "officer:{}", officer.to_hex()),
            Self::Detail(detail) => write!(f, "detail:{}", detail.to_hex()),
            Self::Group(name) => write!(f, "group:{name}"),
        }
    }
}

impl FromStr for Audience {
    type Err = NotAnAudience;

    fn from_str(text: &str) -> Result<Self, NotAnAudience> {
        if text == "agency" {
            return Ok(Self::Agency);
        }
        match text.split_once(':').ok_or(NotAnAudience)? {
            ("officer", hex) => OfficerId::from_hex(hex).map(Self::Officer).map_err(|_| NotAnAudience),
            ("detail", hex) => DetailId::from_hex(hex).map(Self::Detail).map_err(|_| NotAnAudience),
            ("group", name) if !name.is_empty() => Ok(Self::Group(name.to_owned())),
            _ => Err(NotAnAudience),
        }
    }
}

/// Makes an officer a member: what the audience sees comes with the officer's next sync. Draws a number, unless the officer
/// is one already.
pub fn join(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId, audience: &Audience) -> Result<(), StoreError> {
    set_member(sql, agency, officer, audience, true)
}

/// Ends a membership: what no other audience shows is forgotten with the officer's next sync. Draws a number, unless the
/// officer is no member.
pub fn leave(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId, audience: &Audience) -> Result<(), StoreError> {
    set_member(sql, agency, officer, audience, false)
}

fn set_member(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    audience: &Audience,
    active: bool,
) -> Result<(), StoreError> {
    if membership(sql, agency, officer, audience)?.unwrap_or(false) == active {
        return Ok(());
    }
    let seq = next_seq(sql, agency)?;
    sql.execute(
        "INSERT INTO memberships (agency, officer, audience, seq, active) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (agency, officer, audience) DO UPDATE SET seq = excluded.seq, active = excluded.active",
        &params![agency, officer, audience.to_string(), seq, active],
    )?;
    Ok(())
}

/// Is the officer a member now (`Some(true)`), was one once (`Some(false)`), or never?
pub fn membership(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    audience: &Audience,
) -> Result<Option<bool>, StoreError> {
    let row = sql.query_one(
        "SELECT active FROM memberships WHERE agency = $1 AND officer = $2 AND audience = $3",
        &params![agency, officer, audience.to_string()],
    )?;
    row.map(|row| row.flag(0)).transpose()
}

/// Who is a member now.
pub fn members(sql: &mut dyn Sql, agency: AgencyId, audience: &Audience) -> Result<Vec<OfficerId>, StoreError> {
    let rows = sql.query(
        "SELECT officer FROM memberships WHERE agency = $1 AND audience = $2 AND active = 1 ORDER BY officer",
        &params![agency, audience.to_string()],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The groups that an officer is in.
pub fn groups_of(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Vec<String>, StoreError> {
    let rows = sql.query(
        "SELECT audience FROM memberships WHERE agency = $1 AND officer = $2 AND active = 1 ORDER BY audience",
        &params![agency, officer],
    )?;
    let mut groups = Vec::new();
    for row in &rows {
        groups.extend(row.text(0)?.strip_prefix("group:").map(str::to_owned));
    }
    Ok(groups)
}

/// The groups that everybody is in who is in any.
pub fn groups(sql: &mut dyn Sql, agency: AgencyId) -> Result<BTreeMap<OfficerId, Vec<String>>, StoreError> {
    let rows = sql.query(
        "SELECT officer, audience FROM memberships WHERE agency = $1 AND active = 1 AND audience LIKE 'group:%'
         ORDER BY officer, audience",
        &params![agency],
    )?;
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for row in &rows {
        groups.entry(row.id(0)?).or_default().extend(row.text(1)?.strip_prefix("group:").map(str::to_owned));
    }
    Ok(groups)
}

/// What stands in an audience: a record of some kind, or a document of some kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Item {
    /// The record kind's number, or [`Item::DOCUMENT`] plus the document kind's.
    pub kind: i64,
    /// The record's or document's id.
    pub id: RecordId,
}

impl Item {
    /// Where documents' numbers begin.
    pub const DOCUMENT: i64 = 1_000_000;
}

/// Puts an item into an audience, or moves it there, at number `seq`.
pub(super) fn place(
    sql: &mut dyn Sql,
    agency: AgencyId,
    audience: &Audience,
    item: Item,
    seq: i64,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO feed_items (agency, audience, item, id, seq, since, first, gone) VALUES ($1, $2, $3, $4, $5, $5,
         COALESCE((SELECT MIN(o.first) FROM feed_items o WHERE o.agency = $1 AND o.item = $3 AND o.id = $4), $5), 0)
         ON CONFLICT (agency, audience, item, id) DO UPDATE SET seq = excluded.seq, gone = 0,
         since = CASE WHEN feed_items.gone = 1 THEN excluded.since ELSE feed_items.since END",
        &params![agency, audience.to_string(), item.kind, item.id, seq],
    )?;
    Ok(())
}

/// Takes an item out of an audience at number `seq`.
pub(super) fn withdraw(
    sql: &mut dyn Sql,
    agency: AgencyId,
    audience: &str,
    item: Item,
    seq: i64,
) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE feed_items SET seq = $5, gone = 1 WHERE agency = $1 AND audience = $2 AND item = $3 AND id = $4 AND gone = 0",
        &params![agency, audience, item.kind, item.id, seq],
    )?;
    Ok(())
}

/// Moves an item to number `seq` in every audience that shows it.
pub(super) fn touch(sql: &mut dyn Sql, agency: AgencyId, item: Item, seq: i64) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE feed_items SET seq = $4 WHERE agency = $1 AND item = $2 AND id = $3 AND gone = 0",
        &params![agency, item.kind, item.id, seq],
    )?;
    Ok(())
}

/// Moves an item to number `seq` in every audience that shows it, as if it entered them only now.
pub(super) fn enter_anew(sql: &mut dyn Sql, agency: AgencyId, item: Item, seq: i64) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE feed_items SET seq = $4, since = $4 WHERE agency = $1 AND item = $2 AND id = $3 AND gone = 0",
        &params![agency, item.kind, item.id, seq],
    )?;
    Ok(())
}

/// Does any audience show the item?
pub fn is_shown(sql: &mut dyn Sql, agency: AgencyId, item: Item) -> Result<bool, StoreError> {
    Ok(!shown_to(sql, agency, item)?.is_empty())
}

/// The audiences that show an item, as they are stored.
pub(super) fn shown_to(sql: &mut dyn Sql, agency: AgencyId, item: Item) -> Result<Vec<String>, StoreError> {
    let rows = sql.query(
        "SELECT audience FROM feed_items WHERE agency = $1 AND item = $2 AND id = $3 AND gone = 0 ORDER BY audience",
        &params![agency, item.kind, item.id],
    )?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_survives_its_text() {
        let audiences = [
            Audience::Agency,
            Audience::Officer(OfficerId::from_bytes([1; 16])),
            Audience::Detail(DetailId::from_bytes([2; 16])),
            Audience::Group("tier:2".into()),
        ];
        for audience in audiences {
            assert_eq!(audience.to_string().parse(), Ok(audience));
        }
    }

    #[test]
    fn other_texts_name_no_audience() {
        for text in ["", "agency ", "officer", "officer:", "officer:12", "group:", "detail:g", "tier:1"] {
            assert_eq!(text.parse::<Audience>(), Err(NotAnAudience));
        }
    }
}
