//! Invoices and credit memos, their lines, and which bills stand on them. Nothing of it is ever changed but that a bill was credited.

use detailbook_core::ids::{AgencyId, CustomerId, DetailId, RecordId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::shift::Sha256;

use super::{One, Row, Sql, StoreError, Value, params};

/// A bill that stands on an invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Of which work.
    pub work: RecordId,
    /// Which bill of it.
    pub bill: i64,
    /// Who was invoiced.
    pub customer: CustomerId,
    /// The invoice.
    pub invoice: i64,
    /// What the bill comes to.
    pub amount: Cents,
}

/// An invoice or a credit memo as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoiceRow {
    /// Its number: 1, then one more each, credit memos too.
    pub number: i64,
    /// `invoice` or `credit_memo`.
    pub kind: String,
    /// The run that made it.
    pub run: i64,
    /// The cycle it is for.
    pub cycle: String,
    /// Whose it is.
    pub customer: CustomerId,
    /// The day it was issued, counted from 1970-01-01.
    pub issued_on: i64,
    /// The day it is due.
    pub due_on: i64,
    /// What it comes to; a credit memo's is negative.
    pub total: Cents,
    /// What is printed on it besides its lines, as JSON.
    pub body: String,
    /// Hash of all of it.
    pub digest: Sha256,
    /// Of an invoice: what of it was not credited.
    pub standing: Cents,
}

impl InvoiceRow {
    /// Is it an invoice of which anything was not credited?
    pub fn is_owed(&self) -> bool {
        self.kind == "invoice" && self.standing > Cents::ZERO
    }

    /// Is it one, and was it due before that day?
    pub fn is_past_due(&self, today: i64) -> bool {
        self.is_owed() && self.due_on < today
    }
}

/// A line of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineRow {
    /// 1, then one more each.
    pub line: i64,
    /// Of which work.
    pub work: RecordId,
    /// Which bill of it.
    pub bill: i64,
    /// The ruling; none where the detail was cancelled.
    pub ruling: Option<RulingId>,
    /// The detail.
    pub detail: DetailId,
    /// The day of the work.
    pub worked_on: i64,
    /// What it is for.
    pub kind: String,
    /// The same for people.
    pub title: String,
    /// Ids of the rules that made it, separated by spaces.
    pub rules: String,
    /// Name and version of the tariff.
    pub tariff: String,
    /// How much; on a credit memo negative.
    pub amount: Cents,
    /// How it came about.
    pub sentence: String,
}

/// Which invoices are looked for; what is absent does not matter.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sought {
    /// Whose.
    pub customer: Option<CustomerId>,
    /// `invoice` or `credit_memo`.
    pub kind: Option<String>,
    /// Issued on that day or later.
    pub from: Option<i64>,
    /// Issued on that day or before.
    pub until: Option<i64>,
    /// Made by that run.
    pub run: Option<i64>,
    /// Of invoices: how much of them stands.
    pub state: Option<State>,
}

/// How much of an invoice was credited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing.
    Open,
    /// Not all of it, and what stands was due before that day.
    PastDue(i64),
    /// A part.
    PartlyCredited,
    /// All of it.
    Credited,
}

/// An order of invoices.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// The first that is due first.
    Due,
    /// The largest first.
    Largest,
}

const COLUMNS: &str = "i.number, i.kind, i.run, i.cycle, i.customer, i.issued_on, i.due_on, i.total, i.body, i.digest,
    CAST((SELECT COALESCE(SUM(b.amount), 0) FROM billed b
          WHERE b.agency = i.agency AND b.invoice = i.number AND b.credited_by IS NULL) AS BIGINT) AS standing";

/// The next number. The caller holds the agency's lock and adds the invoice in the same transaction, so that no number is left out.
pub fn next_number(sql: &mut dyn Sql, agency: AgencyId) -> Result<i64, StoreError> {
    if !sql.holds_agency(agency) {
        return Err(StoreError::Misused("an invoice numbered without the agency's lock"));
    }
    let row = sql.query_one("SELECT MAX(number) FROM invoices WHERE agency = $1", &params![agency])?;
    Ok(row.map(|row| row.opt_int(0)).transpose()?.flatten().unwrap_or(0) + 1)
}

/// Adds an invoice with its lines.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, row: &InvoiceRow, lines: &[LineRow]) -> Result<(), StoreError> {
    let InvoiceRow { number, kind, run, cycle, customer, issued_on, due_on, total, body, digest, standing: _ } = row;
    sql.execute(
        "INSERT INTO invoices (agency, number, kind, run, cycle, customer, issued_on, due_on, total, body, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &params![agency, *number, kind, *run, cycle, *customer, *issued_on, *due_on, total.0, body, *digest],
    )?;
    lines.iter().try_for_each(|line| insert_line(sql, agency, *number, line))
}

fn insert_line(sql: &mut dyn Sql, agency: AgencyId, number: i64, row: &LineRow) -> Result<(), StoreError> {
    let LineRow { line, work, bill, ruling, detail, worked_on, kind, title, rules, tariff, amount, sentence } = row;
    sql.execute(
        "INSERT INTO invoice_lines (agency, number, line, work, bill, ruling, detail, worked_on, kind, title, rules,
           tariff, amount, sentence)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &params![
            agency, number, *line, *work, *bill, *ruling, *detail, *worked_on, kind, title, rules, tariff, amount.0,
            sentence
        ],
    )?;
    Ok(())
}

/// One.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Option<InvoiceRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM invoices i WHERE i.agency = $1 AND i.number = $2");
    sql.query_one(&text, &params![agency, number])?.as_ref().map(read).transpose()
}

/// Those that are looked for, in that order: at most `limit` after the first `skip`.
pub fn find(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sought: &Sought,
    order: Order,
    (skip, limit): (usize, usize),
) -> Result<Vec<InvoiceRow>, StoreError> {
    let (clauses, mut params) = sought.clauses(agency);
    let order = match order {
        Order::Newest => "number DESC",
        Order::Oldest => "number",
        Order::Due => "due_on, number",
        Order::Largest => "total DESC, number",
    };
    params.extend(params![limit, skip]);
    let (limit, skip) = (params.len() - 1, params.len());
    // What of each was not credited is summed for those alone that are given.
    let text = format!(
        "SELECT {COLUMNS}
         FROM (SELECT number AS chosen FROM ({clauses}) found ORDER BY {order} LIMIT ${limit} OFFSET ${skip}) shown
         STRAIGHT_JOIN invoices i ON i.agency = $1 AND i.number = shown.chosen ORDER BY {order}"
    );
    sql.query(&text, &params)?.iter().map(read).collect()
}

/// How many are looked for, and what they come to: of those that are owed, what of them was not credited.
pub fn totals(sql: &mut dyn Sql, agency: AgencyId, sought: &Sought) -> Result<(usize, Cents), StoreError> {
    let (clauses, params) = sought.clauses(agency);
    let sum = match sought.state {
        Some(State::Open | State::PastDue(_) | State::PartlyCredited) => "standing",
        Some(State::Credited) | None => "total",
    };
    let text = format!("SELECT COUNT(*), CAST(COALESCE(SUM({sum}), 0) AS BIGINT) FROM ({clauses}) found");
    let row = sql.query_one(&text, &params)?;
    row.map_or(Ok((0, Cents::ZERO)), |row| {
        Ok((usize::try_from(row.uint(0)?).unwrap_or(usize::MAX), Cents(row.int(1)?)))
    })
}

/// The customers that have any.
pub fn customers(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<CustomerId>, StoreError> {
    let text = "SELECT DISTINCT customer FROM invoices WHERE agency = $1 ORDER BY customer";
    sql.query(text, &params![agency])?.iter().map(|row| row.id(0)).collect()
}

impl Sought {
    /// The query that finds them, in no order, and its parameters.
    fn clauses(&self, agency: AgencyId) -> (String, Vec<Value>) {
        let mut text =
            format!("SELECT * FROM (SELECT {COLUMNS} FROM invoices i WHERE i.agency = $1) every WHERE 1 = 1");
        let mut params = params![agency].to_vec();
        let mut also = |clause: &str, value: Option<Value>| {
            if let Some(value) = value {
                params.push(value);
                text.extend([" AND ", clause, " $", &params.len().to_string()]);
            }
        };
        also("customer =", self.customer.map(Value::from));
        also("kind =", self.kind.as_ref().map(Value::from));
        also("issued_on >=", self.from.map(Value::from));
        also("issued_on <=", self.until.map(Value::from));
        also("run =", self.run.map(Value::from));
        let due = match self.state {
            Some(State::PastDue(day)) => Some(day.into()),
            _ => None,
        };
        also("kind = 'invoice' AND standing > 0 AND due_on <", due);
        text.push_str(match self.state {
            None | Some(State::PastDue(_)) => "",
            Some(State::Open) => " AND kind = 'invoice' AND standing = total",
            Some(State::PartlyCredited) => " AND kind = 'invoice' AND standing <> total AND standing <> 0",
            Some(State::Credited) => " AND kind = 'invoice' AND standing <> total AND standing = 0",
        });
        (text, params)
    }
}

/// The lines of one, in order.
pub fn lines(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Vec<LineRow>, StoreError> {
    let text = "SELECT line, work, bill, ruling, detail, worked_on, kind, title, rules, tariff, amount, sentence
         FROM invoice_lines WHERE agency = $1 AND number = $2 ORDER BY line";
    sql.query(text, &params![agency, number])?.iter().map(read_line).collect()
}

/// The lines of one that are of some work, in order.
pub fn lines_of(sql: &mut dyn Sql, agency: AgencyId, number: i64, work: RecordId) -> Result<Vec<LineRow>, StoreError> {
    let text = "SELECT line, work, bill, ruling, detail, worked_on, kind, title, rules, tariff, amount, sentence
         FROM invoice_lines WHERE agency = $1 AND work = $3 AND number = $2 ORDER BY line";
    sql.query(text, &params![agency, number, work])?.iter().map(read_line).collect()
}

/// The bill of some work that stands on an invoice.
pub const STANDING: One = One {
    text: "SELECT work, bill, customer, invoice, amount FROM billed
           WHERE agency = $1 AND work = $2 AND credited_by IS NULL",
    column: "work",
};

/// The bill of some work that stands on an invoice and was not credited, if there is one.
pub fn standing(sql: &mut dyn Sql, agency: AgencyId, work: RecordId) -> Result<Option<Standing>, StoreError> {
    sql.query_one(STANDING.text, &params![agency, work])?.as_ref().map(read_standing).transpose()
}

/// The bills that were charged on an invoice, credited or not.
pub fn charged(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Vec<Standing>, StoreError> {
    let text = "SELECT work, bill, customer, invoice, amount FROM billed WHERE agency = $1 AND invoice = $2";
    sql.query(text, &params![agency, number])?.iter().map(read_standing).collect()
}

/// The bills that were credited, each with the memo that did it.
pub fn credited(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<(i64, Standing)>, StoreError> {
    let text = "SELECT work, bill, customer, invoice, amount, credited_by FROM billed
         WHERE agency = $1 AND credited_by IS NOT NULL";
    sql.query(text, &params![agency])?.iter().map(|row| Ok((row.int(5)?, read_standing(row)?))).collect()
}

/// Puts a bill on an invoice: once, and never beside another bill of its work that was not credited.
pub fn stand(sql: &mut dyn Sql, agency: AgencyId, standing: &Standing) -> Result<(), StoreError> {
    let Standing { work, bill, customer, invoice, amount } = *standing;
    sql.execute(
        "INSERT INTO billed (agency, work, bill, customer, invoice, amount) VALUES ($1, $2, $3, $4, $5, $6)",
        &params![agency, work, bill, customer, invoice, amount.0],
    )?;
    Ok(())
}

/// Notes that a credit memo took a bill back.
pub fn credit(
    sql: &mut dyn Sql,
    agency: AgencyId,
    work: RecordId,
    bill: i64,
    credited_by: i64,
) -> Result<(), StoreError> {
    let done = sql.execute(
        "UPDATE billed SET credited_by = $4 WHERE agency = $1 AND work = $2 AND bill = $3 AND credited_by IS NULL",
        &params![agency, work, bill, credited_by],
    )?;
    if done == 1 { Ok(()) } else { Err(StoreError::Misused("a bill credited twice")) }
}

/// The credit memos that took bills of an invoice back, and the invoices whose bills a credit memo took back.
pub fn related(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Vec<i64>, StoreError> {
    let text = "SELECT DISTINCT credited_by FROM billed WHERE agency = $1 AND invoice = $2 AND credited_by IS NOT NULL
         UNION SELECT DISTINCT invoice FROM billed WHERE agency = $1 AND credited_by = $2 ORDER BY 1";
    sql.query(text, &params![agency, number])?.iter().map(|row| row.int(0)).collect()
}

/// The same customer's invoices on which work of an invoice stood before, and of which it was credited.
pub fn billed_before(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Vec<i64>, StoreError> {
    let text = "SELECT DISTINCT b.invoice FROM billed a
         JOIN billed b ON b.agency = a.agency AND b.work = a.work AND b.customer = a.customer
           AND b.credited_by IS NOT NULL
         WHERE a.agency = $1 AND a.invoice = $2 AND b.invoice <> $2 ORDER BY 1";
    sql.query(text, &params![agency, number])?.iter().map(|row| row.int(0)).collect()
}

/// Invoices with a number above `above` that are due after that day, credited or not, each with its day, in order of their numbers.
pub fn due_after(
    sql: &mut dyn Sql,
    agency: AgencyId,
    day: i64,
    above: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let text = "SELECT number, due_on FROM invoices
         WHERE agency = $1 AND kind = 'invoice' AND due_on > $2 AND number > $3 ORDER BY number LIMIT $4";
    sql.query(text, &params![agency, day, above, limit])?.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
}

fn read(row: &Row) -> Result<InvoiceRow, StoreError> {
    Ok(InvoiceRow {
        number: row.int(0)?,
        kind: row.text(1)?.to_owned(),
        run: row.int(2)?,
        cycle: row.text(3)?.to_owned(),
        customer: row.id(4)?,
        issued_on: row.int(5)?,
        due_on: row.int(6)?,
        total: Cents(row.int(7)?),
        body: row.text(8)?.to_owned(),
        digest: row.hash(9)?,
        standing: Cents(row.int(10)?),
    })
}

fn read_line(row: &Row) -> Result<LineRow, StoreError> {
    Ok(LineRow {
        line: row.int(0)?,
        work: row.id(1)?,
        bill: row.int(2)?,
        ruling: row.opt_id(3)?,
        detail: row.id(4)?,
        worked_on: row.int(5)?,
        kind: row.text(6)?.to_owned(),
        title: row.text(7)?.to_owned(),
        rules: row.text(8)?.to_owned(),
        tariff: row.text(9)?.to_owned(),
        amount: Cents(row.int(10)?),
        sentence: row.text(11)?.to_owned(),
    })
}

fn read_standing(row: &Row) -> Result<Standing, StoreError> {
    Ok(Standing {
        work: row.id(0)?,
        bill: row.int(1)?,
        customer: row.id(2)?,
        invoice: row.int(3)?,
        amount: Cents(row.int(4)?),
    })
}
