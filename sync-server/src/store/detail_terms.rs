//! What was agreed to of a request's details besides their places.

use detailbook_core::ids::{AgencyId, DetailId};

use super::{One, Sql, StoreError, params};

/// What was agreed to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DetailTerms {
    /// What positions count as that ask for no rank.
    pub counts_as: String,
    /// How many vehicles.
    pub vehicles: u32,
}

/// Keeps what was agreed to of a detail.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId, terms: &DetailTerms) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO detail_terms (agency, detail, counts_as, vehicles) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, detail) DO UPDATE SET counts_as = excluded.counts_as, vehicles = excluded.vehicles",
        &params![agency, detail, terms.counts_as.as_str(), terms.vehicles],
    )?;
    Ok(())
}

/// What was agreed to of a detail.
pub const FIND: One =
    One { text: "SELECT counts_as, vehicles FROM detail_terms WHERE agency = $1 AND detail = $2", column: "detail" };

/// What was agreed to of a detail; nothing of one that no request asked for.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Option<DetailTerms>, StoreError> {
    let row = sql.query_one(FIND.text, &params![agency, detail])?;
    row.map(|row| {
        Ok(DetailTerms { counts_as: row.text(0)?.to_owned(), vehicles: u32::try_from(row.int(1)?).unwrap_or(0) })
    })
    .transpose()
}
