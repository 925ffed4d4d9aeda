//! What work is billed: every bill there was, and the work whose bill in force is not what its customer was invoiced.

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, RecordId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::time::UnixMillis;

use super::invoices::Standing;
use super::{One, Row, Sql, StoreError, params};

/// One bill of some work. A later number is in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillRow {
    /// The assignment; the detail where it was cancelled.
    pub work: RecordId,
    /// 1, then one more for each time it was billed anew.
    pub number: i64,
    /// The agency's number when it was made.
    pub seq: i64,
    /// When.
    pub made_at: UnixMillis,
    /// Who owes it.
    pub customer: CustomerId,
    /// The detail.
    pub detail: DetailId,
    /// The ruling; none where the detail was cancelled.
    pub ruling: Option<RulingId>,
    /// The day of the work, counted from 1970-01-01.
    pub worked_on: i64,
    /// It bears what the detail is billed once.
    pub bears: bool,
    /// What it comes to; none where nothing is owed or nobody knows.
    pub total: Option<Cents>,
    /// The bill, as JSON.
    pub body: String,
}

const COLUMNS: &str =
    "b.work, b.number, b.seq, b.made_at, b.customer, b.detail, b.ruling, b.worked_on, b.bears, b.total, b.body";

/// Adds a bill.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, row: &BillRow) -> Result<(), StoreError> {
    let BillRow { work, number, seq, made_at, customer, detail, ruling, worked_on, bears, total, body } = row;
    sql.execute(
        "INSERT INTO bills (agency, work, number, seq, made_at, customer, detail, ruling, worked_on, bears, total, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &params![
            agency,
            *work,
            *number,
            *seq,
            *made_at,
            *customer,
            *detail,
            *ruling,
            *worked_on,
            *bears,
            total.map(|total| total.0),
            body
        ],
    )?;
    Ok(())
}

/// The bill in force on some work, among those made up to that number of the agency's.
pub fn in_force(
    sql: &mut dyn Sql,
    agency: AgencyId,
    work: RecordId,
    cut_off: i64,
) -> Result<Option<BillRow>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM bills b WHERE b.agency = $1 AND b.work = $2 AND b.seq <= $3 ORDER BY b.number DESC LIMIT 1"
    );
    sql.query_one(&text, &params![agency, work, cut_off])?.as_ref().map(read).transpose()
}

/// One bill.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, work: RecordId, number: i64) -> Result<Option<BillRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM bills b WHERE b.agency = $1 AND b.work = $2 AND b.number = $3");
    sql.query_one(&text, &params![agency, work, number])?.as_ref().map(read).transpose()
}

/// The bills in force of a detail's work. Asked for in no order: SQLite would read all bills in the order of their work rather than sort a few.
pub const OF_DETAIL: One = One {
    text: "SELECT b.work, b.number, b.seq, b.made_at, b.customer, b.detail, b.ruling, b.worked_on, b.bears, b.total, b.body
         FROM bills b WHERE b.agency = $1 AND b.detail = $2 AND b.number =
           (SELECT MAX(l.number) FROM bills l WHERE l.agency = b.agency AND l.work = b.work)",
    column: "b.detail",
};

/// The bills in force of a detail's work, in order of the work.
pub fn of_detail(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<BillRow>, StoreError> {
    let mut found: Vec<BillRow> =
        sql.query(OF_DETAIL.text, &params![agency, detail])?.iter().map(read).collect::<Result<_, _>>()?;
    found.sort_unstable_by_key(|row| row.work);
    Ok(found)
}

/// The bills in force of work of those days, in order of the day: at most `limit`.
pub fn of_days(
    sql: &mut dyn Sql,
    agency: AgencyId,
    from: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<BillRow>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM bills b WHERE b.agency = $1 AND b.worked_on >= $2 AND b.worked_on <= $3 AND b.number =
           (SELECT MAX(l.number) FROM bills l WHERE l.agency = b.agency AND l.work = b.work)
         ORDER BY b.worked_on, b.work LIMIT $4"
    );
    sql.query(&text, &params![agency, from, until, limit])?.iter().map(read).collect()
}

/// Rulings in force on work that has no bill, in order of the assignments after that one: at most `limit`.
pub fn ruled_without(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: AssignmentId,
    limit: i64,
) -> Result<Vec<(AssignmentId, RulingId)>, StoreError> {
    let text = "SELECT r.assignment, r.ruling FROM rulings r WHERE r.agency = $1 AND r.assignment > $2
         AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.agency = r.agency AND b.work = r.assignment)
         ORDER BY r.assignment LIMIT $3";
    let rows = sql.query(text, &params![agency, after, limit])?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// Notes that some work stands otherwise with a customer than it was invoiced.
pub fn open(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customer: CustomerId,
    work: RecordId,
    worked_on: i64,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO unbilled (agency, customer, work, worked_on) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, customer, work) DO UPDATE SET worked_on = excluded.worked_on",
        &params![agency, customer, work, worked_on],
    )?;
    Ok(())
}

/// Notes that some work stands with a customer as it was invoiced.
pub fn close(sql: &mut dyn Sql, agency: AgencyId, customer: CustomerId, work: RecordId) -> Result<(), StoreError> {
    sql.execute(
        "DELETE FROM unbilled WHERE agency = $1 AND customer = $2 AND work = $3",
        &params![agency, customer, work],
    )?;
    Ok(())
}

/// A customer with open work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenCustomer {
    /// The customer.
    pub customer: CustomerId,
    /// Their cycle, as it is stored; none where it is the usual one.
    pub cycle: Option<String>,
    /// The first day of that work.
    pub first: i64,
    /// Some of it stands on an invoice of theirs.
    pub invoiced: bool,
}

/// The customers with open work, in order of their ids.
pub fn open_customers(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<OpenCustomer>, StoreError> {
    let text = "SELECT o.customer, t.cycle, MIN(o.worked_on),
           CAST(MAX(CASE WHEN s.bill IS NULL THEN 0 ELSE 1 END) AS BIGINT)
         FROM unbilled o
         LEFT JOIN billing_terms t ON t.agency = o.agency AND t.customer = o.customer
         LEFT JOIN billed s ON s.agency = o.agency AND s.work = o.work AND s.customer = o.customer AND s.credited_by IS NULL
         WHERE o.agency = $1 GROUP BY o.customer, t.cycle ORDER BY o.customer";
    let read = |row: &Row| {
        let (customer, cycle) = (row.id(0)?, row.opt_text(1)?.map(str::to_owned));
        Ok(OpenCustomer { customer, cycle, first: row.int(2)?, invoiced: row.flag(3)? })
    };
    sql.query(text, &params![agency])?.iter().map(read).collect()
}

/// Open work with what a run decides from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenWork {
    /// The bill in force at the cut-off.
    pub bill: BillRow,
    /// The bill of the same work that stands on an invoice, with that invoice's cycle.
    pub standing: Option<(Standing, String)>,
    /// What the cancelling of its detail is billed, where that is another bill.
    pub cancelled: Option<Cents>,
}

/// A customer's open work up to a day, and what of it stands on an invoice of theirs whatever its day, with the bill in force at a cut-off:
/// in order of the day and the work. What was first billed after the cut-off is not there.
pub fn open_work(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customer: CustomerId,
    through: i64,
    cut_off: i64,
) -> Result<Vec<OpenWork>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS}, s.bill, s.customer, s.invoice, s.amount, i.cycle, c.total
         FROM unbilled o JOIN bills b ON b.agency = o.agency AND b.work = o.work
         LEFT JOIN billed s ON s.agency = o.agency AND s.work = o.work AND s.credited_by IS NULL
         LEFT JOIN invoices i ON i.agency = s.agency AND i.number = s.invoice
         LEFT JOIN bills c ON c.agency = b.agency AND c.work = b.detail AND c.work <> b.work AND c.number =
           (SELECT MAX(l.number) FROM bills l WHERE l.agency = b.agency AND l.work = b.detail AND l.seq <= $4)
         WHERE o.agency = $1 AND o.customer = $2 AND (o.worked_on <= $3 OR s.customer = o.customer) AND b.number =
           (SELECT MAX(l.number) FROM bills l WHERE l.agency = o.agency AND l.work = o.work AND l.seq <= $4)
         ORDER BY b.worked_on, b.detail, b.work"
    );
    sql.query(&text, &params![agency, customer, through, cut_off])?.iter().map(read_open).collect()
}

fn read_open(row: &Row) -> Result<OpenWork, StoreError> {
    let (bill, cancelled) = (read(row)?, row.opt_int(16)?.map(Cents));
    let standing = match row.opt_int(11)? {
        None => None,
        Some(stands) => {
            let (customer, invoice, amount) = (row.id(12)?, row.int(13)?, Cents(row.int(14)?));
            Some((Standing { work: bill.work, bill: stands, customer, invoice, amount }, row.text(15)?.to_owned()))
        }
    };
    Ok(OpenWork { bill, standing, cancelled })
}

/// Has a customer open work up to a day that has a price, or any that stands on an invoice of theirs?
pub fn anything_open(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customer: CustomerId,
    through: i64,
) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM unbilled o
         LEFT JOIN billed s ON s.agency = o.agency AND s.work = o.work AND s.customer = o.customer AND s.credited_by IS NULL
         WHERE o.agency = $1 AND o.customer = $2 AND (s.bill IS NOT NULL OR (o.worked_on <= $3 AND EXISTS
           (SELECT 1 FROM bills b WHERE b.agency = o.agency AND b.work = o.work AND b.total IS NOT NULL AND b.number =
             (SELECT MAX(l.number) FROM bills l WHERE l.agency = o.agency AND l.work = o.work)))) LIMIT 1";
    Ok(sql.query_one(text, &params![agency, customer, through])?.is_some())
}

/// Bills in force of rulings that no tariff had a price for. Where nothing is owed, that is known. What is open is read first: to SQLite all bills
/// of the agency are as good a beginning.
const WITHOUT_PRICE: &str = "FROM unbilled o
         STRAIGHT_JOIN bills b ON b.agency = o.agency AND b.work = o.work AND b.customer = o.customer
         WHERE o.agency = $1 AND b.total IS NULL AND b.ruling IS NOT NULL AND b.body <> '\"nothing\"' AND b.number =
           (SELECT MAX(l.number) FROM bills l WHERE l.agency = o.agency AND l.work = o.work)";

/// Bills in force of rulings that no tariff had a price for, in order of the assignments after that one: at most `limit`.
pub fn without_price(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: AssignmentId,
    limit: i64,
) -> Result<Vec<BillRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} {WITHOUT_PRICE} AND o.work > $2 ORDER BY b.work LIMIT $3");
    sql.query(&text, &params![agency, after, limit])?.iter().map(read).collect()
}

/// How many bills in force have no price, counted up to `most`.
pub fn count_without_price(sql: &mut dyn Sql, agency: AgencyId, most: i64) -> Result<i64, StoreError> {
    let text = format!("SELECT COUNT(*) FROM (SELECT 1 {WITHOUT_PRICE} LIMIT $2) found");
    sql.query_one(&text, &params![agency, most])?.map_or(Ok(0), |row| row.int(0))
}

/// How many rulings in force are on work without any bill, counted up to `most`.
pub fn count_without(sql: &mut dyn Sql, agency: AgencyId, most: i64) -> Result<i64, StoreError> {
    let text = "SELECT COUNT(*) FROM (SELECT 1 FROM rulings r WHERE r.agency = $1
         AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.agency = r.agency AND b.work = r.assignment) LIMIT $2) found";
    sql.query_one(text, &params![agency, most])?.map_or(Ok(0), |row| row.int(0))
}

/// Every bill there was after one, in order of the work and the number: at most `limit`.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (work, number): (RecordId, i64),
    limit: i64,
) -> Result<Vec<BillRow>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM bills b WHERE b.agency = $1 AND (b.work > $2 OR (b.work = $2 AND b.number > $3))
         ORDER BY b.work, b.number LIMIT $4"
    );
    sql.query(&text, &params![agency, work, number, limit])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<BillRow, StoreError> {
    Ok(BillRow {
        work: row.id(0)?,
        number: row.int(1)?,
        seq: row.int(2)?,
        made_at: row.time(3)?,
        customer: row.id(4)?,
        detail: row.id(5)?,
        ruling: row.opt_id(6)?,
        worked_on: row.int(7)?,
        bears: row.flag(8)?,
        total: row.opt_int(9)?.map(Cents),
        body: row.text(10)?.to_owned(),
    })
}
