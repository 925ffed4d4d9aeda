//! Runs that make invoices: what each had to do and how far it has come.

use std::collections::BTreeSet;

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, Value, params};

/// A run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunRow {
    /// 1, then one more each.
    pub number: i64,
    /// Bills with a later number of the agency's are for the next run.
    pub cut_off: i64,
    /// The last day of work, counted from 1970-01-01.
    pub through: i64,
    /// When it began.
    pub began_at: UnixMillis,
    /// Who began it.
    pub began_by: String,
    /// When it ended; absent while it is under way.
    pub ended_at: Option<UnixMillis>,
}

/// What a run did for one customer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    /// The customer.
    pub customer: CustomerId,
    /// When; absent while it waits.
    pub done_at: Option<UnixMillis>,
    /// How many invoices and credit memos were made.
    pub invoices: i64,
    /// Work without a price, as JSON.
    pub left_out: String,
}

const COLUMNS: &str = "number, cut_off, through, began_at, began_by, ended_at";

/// Begins a run over those customers.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, run: &RunRow, customers: &[CustomerId]) -> Result<(), StoreError> {
    let RunRow { number, cut_off, through, began_at, began_by, ended_at } = run;
    sql.execute(
        "INSERT INTO invoice_runs (agency, number, cut_off, through, began_at, began_by, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &params![agency, *number, *cut_off, *through, *began_at, began_by, *ended_at],
    )?;
    for customer in customers {
        sql.execute(
            "INSERT INTO invoice_run_customers (agency, run, customer, invoices, left_out) VALUES ($1, $2, $3, 0, '[]')",
            &params![agency, *number, *customer],
        )?;
    }
    Ok(())
}

/// One.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Option<RunRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM invoice_runs WHERE agency = $1 AND number = $2");
    sql.query_one(&text, &params![agency, number])?.as_ref().map(read).transpose()
}

/// The newest, at most so many with a number below `below`.
pub fn newest(sql: &mut dyn Sql, agency: AgencyId, below: i64, limit: i64) -> Result<Vec<RunRow>, StoreError> {
    let text =
        format!("SELECT {COLUMNS} FROM invoice_runs WHERE agency = $1 AND number < $2 ORDER BY number DESC LIMIT $3");
    sql.query(&text, &params![agency, below, limit])?.iter().map(read).collect()
}

/// Which runs are looked for; what is absent does not matter.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Sought {
    /// How they stand.
    pub state: Option<State>,
    /// Through that day or a later one.
    pub from: Option<i64>,
    /// Through that day or an earlier one.
    pub until: Option<i64>,
}

/// How a run stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It goes on.
    UnderWay,
    /// It has ended.
    Ended,
    /// It did nothing for a customer, for whom every attempt failed.
    NotAllDone,
}

/// An order of runs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// The latest last day first.
    Through,
}

impl Sought {
    /// What follows the columns in the query that finds them, and its parameters.
    fn clauses(&self, agency: AgencyId) -> (String, Vec<Value>) {
        let (mut text, mut params) = ("FROM invoice_runs r WHERE r.agency = $1".to_owned(), params![agency].to_vec());
        for (clause, day) in [(" AND r.through >= $", self.from), (" AND r.through <= $", self.until)] {
            if let Some(day) = day {
                params.push(day.into());
                text.extend([clause, &params.len().to_string()]);
            }
        }
        text.push_str(match self.state {
            None => "",
            Some(State::UnderWay) => " AND r.ended_at IS NULL",
            Some(State::Ended) => " AND r.ended_at IS NOT NULL",
            Some(State::NotAllDone) => {
                " AND EXISTS (SELECT 1 FROM invoice_run_customers c
                  WHERE c.agency = r.agency AND c.run = r.number AND c.left_out LIKE '{%')"
            }
        });
        (text, params)
    }
}

/// Those that are looked for, in that order: at most `limit` after the first `skip`.
pub fn find(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sought: &Sought,
    order: Order,
    (skip, limit): (usize, usize),
) -> Result<Vec<RunRow>, StoreError> {
    let (clauses, mut params) = sought.clauses(agency);
    let order = match order {
        Order::Newest => "number DESC",
        Order::Oldest => "number",
        Order::Through => "through DESC, number DESC",
    };
    params.extend(params![limit, skip]);
    let (limit, skip) = (params.len() - 1, params.len());
    let text = format!("SELECT {COLUMNS} {clauses} ORDER BY {order} LIMIT ${limit} OFFSET ${skip}");
    sql.query(&text, &params)?.iter().map(read).collect()
}

/// Which of them did nothing for a customer.
pub fn not_all_done(sql: &mut dyn Sql, agency: AgencyId, runs: &[RunRow]) -> Result<BTreeSet<i64>, StoreError> {
    let numbers = || runs.iter().map(|run| run.number);
    let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else { return Ok(BTreeSet::new()) };
    // What was left out is a list; in its place stands why nothing was done.
    let text = "SELECT DISTINCT run FROM invoice_run_customers
         WHERE agency = $1 AND run >= $2 AND run <= $3 AND left_out LIKE '{%'";
    sql.query(text, &params![agency, first, last])?.iter().map(|row| row.int(0)).collect()
}

/// How many are looked for.
pub fn count(sql: &mut dyn Sql, agency: AgencyId, sought: &Sought) -> Result<usize, StoreError> {
    let (clauses, params) = sought.clauses(agency);
    let row = sql.query_one(&format!("SELECT COUNT(*) {clauses}"), &params)?;
    row.map_or(Ok(0), |row| Ok(usize::try_from(row.uint(0)?).unwrap_or(usize::MAX)))
}

/// The last day up to which there was a run.
pub fn through(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<i64>, StoreError> {
    let row = sql.query_one("SELECT MAX(through) FROM invoice_runs WHERE agency = $1", &params![agency])?;
    row.map_or(Ok(None), |row| row.opt_int(0))
}

/// The first customer that still waits for the run, in order of their ids.
pub fn next(sql: &mut dyn Sql, agency: AgencyId, run: i64) -> Result<Option<CustomerId>, StoreError> {
    let text = "SELECT customer FROM invoice_run_customers WHERE agency = $1 AND run = $2 AND done_at IS NULL
         ORDER BY customer LIMIT 1";
    sql.query_one(text, &params![agency, run])?.map(|row| row.id(0)).transpose()
}

/// What the run did, customer by customer.
pub fn customers(sql: &mut dyn Sql, agency: AgencyId, run: i64) -> Result<Vec<Done>, StoreError> {
    let text = "SELECT customer, done_at, invoices, left_out FROM invoice_run_customers
         WHERE agency = $1 AND run = $2 ORDER BY customer";
    let read = |row: &Row| {
        let (customer, done_at, invoices) = (row.id(0)?, row.opt_time(1)?, row.int(2)?);
        Ok(Done { customer, done_at, invoices, left_out: row.text(3)?.to_owned() })
    };
    sql.query(text, &params![agency, run])?.iter().map(read).collect()
}

/// Notes what was done for a customer.
pub fn done(sql: &mut dyn Sql, agency: AgencyId, run: i64, done: &Done) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE invoice_run_customers SET done_at = $4, invoices = $5, left_out = $6
         WHERE agency = $1 AND run = $2 AND customer = $3",
        &params![agency, run, done.customer, done.done_at, done.invoices, done.left_out.as_str()],
    )?;
    Ok(())
}

/// Ends a run.
pub fn end(sql: &mut dyn Sql, agency: AgencyId, run: i64, at: UnixMillis) -> Result<(), StoreError> {
    sql.execute("UPDATE invoice_runs SET ended_at = $3 WHERE agency = $1 AND number = $2", &params![agency, run, at])?;
    Ok(())
}

fn read(row: &Row) -> Result<RunRow, StoreError> {
    Ok(RunRow {
        number: row.int(0)?,
        cut_off: row.int(1)?,
        through: row.int(2)?,
        began_at: row.time(3)?,
        began_by: row.text(4)?.to_owned(),
        ended_at: row.opt_time(5)?,
    })
}
