//! How customers are invoiced, and what stands on an agency's invoices.

use detailbook_core::ids::{AgencyId, CustomerId};

use super::{One, Row, Sql, StoreError, params};

/// How a customer is invoiced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermsRow {
    /// How often it was set; 0 where it never was.
    pub version: i64,
    /// The cycle's name.
    pub cycle: String,
    /// Days from the issue of an invoice until it is due.
    pub net_days: i64,
    /// Where invoices go, a line each.
    pub address: String,
}

/// What stands at the head and the foot of an agency's invoices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterheadRow {
    /// How often it was set; 0 where it never was.
    pub version: i64,
    /// Who invoices.
    pub name: String,
    /// Where they are, a line each.
    pub address: String,
    /// How to pay, a line each.
    pub pay_to: String,
    /// The calendar begins runs.
    pub automatic: bool,
}

/// How a customer is invoiced.
pub const OF: One = One {
    text: "SELECT version, cycle, net_days, address FROM billing_terms WHERE agency = $1 AND customer = $2",
    column: "customer",
};

/// How a customer is invoiced, where that was set.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, customer: CustomerId) -> Result<Option<TermsRow>, StoreError> {
    let read = |row: Row| {
        let (version, cycle, net_days) = (row.int(0)?, row.text(1)?.to_owned(), row.int(2)?);
        Ok(TermsRow { version, cycle, net_days, address: row.text(3)?.to_owned() })
    };
    sql.query_one(OF.text, &params![agency, customer])?.map(read).transpose()
}

/// Sets how a customer is invoiced.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, customer: CustomerId, row: &TermsRow) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO billing_terms (agency, customer, version, cycle, net_days, address) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency, customer) DO UPDATE SET version = excluded.version, cycle = excluded.cycle,
           net_days = excluded.net_days, address = excluded.address",
        &params![agency, customer, row.version, row.cycle.as_str(), row.net_days, row.address.as_str()],
    )?;
    Ok(())
}

/// What stands on an agency's invoices, where that was set.
pub fn letterhead(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<LetterheadRow>, StoreError> {
    let text = "SELECT version, name, address, pay_to, automatic FROM letterheads WHERE agency = $1";
    let read = |row: Row| {
        Ok(LetterheadRow {
            version: row.int(0)?,
            name: row.text(1)?.to_owned(),
            address: row.text(2)?.to_owned(),
            pay_to: row.text(3)?.to_owned(),
            automatic: row.flag(4)?,
        })
    };
    sql.query_one(text, &params![agency])?.map(read).transpose()
}

/// Sets what stands on an agency's invoices.
pub fn put_letterhead(sql: &mut dyn Sql, agency: AgencyId, row: &LetterheadRow) -> Result<(), StoreError> {
    let LetterheadRow { version, name, address, pay_to, automatic } = row;
    sql.execute(
        "INSERT INTO letterheads (agency, version, name, address, pay_to, automatic) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency) DO UPDATE SET version = excluded.version, name = excluded.name,
           address = excluded.address, pay_to = excluded.pay_to, automatic = excluded.automatic",
        &params![agency, *version, name, address, pay_to, *automatic],
    )?;
    Ok(())
}
