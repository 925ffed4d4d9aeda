//! The books: postings with their entries, and what stands on each account. Append-only.

use detailbook_core::ids::AgencyId;
use detailbook_core::money::Cents;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, Walk, params};

/// A posting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostingRow {
    /// 1, then one more each.
    pub posting: i64,
    /// When.
    pub at: UnixMillis,
    /// For which day, counted from 1970-01-01.
    pub day: i64,
    /// Why, such as `invoice 12`: each cause is posted once.
    pub cause: String,
    /// The invoice or credit memo it is of.
    pub invoice: Option<i64>,
}

/// What an account was moved by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRow {
    /// The posting.
    pub posting: PostingRow,
    /// The account.
    pub account: String,
    /// Debited where positive, credited where negative.
    pub amount: Cents,
}

/// What stands on an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Balance {
    /// The account.
    pub account: String,
    /// All that was debited.
    pub debits: Cents,
    /// All that was credited, as a negative sum.
    pub credits: Cents,
}

/// Adds a posting with its entries. The caller holds the agency's lock, and has made sure that it balances.
pub fn insert(
    sql: &mut dyn Sql,
    agency: AgencyId,
    row: &PostingRow,
    entries: &[(String, Cents)],
    (debits, credits): (Cents, Cents),
) -> Result<(), StoreError> {
    let PostingRow { posting, at, day, cause, invoice } = row;
    sql.execute(
        "INSERT INTO book_postings (agency, posting, at, day, cause, invoice, debits, credits)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &params![agency, *posting, *at, *day, cause, *invoice, debits.0, credits.0],
    )?;
    for (line, (account, amount)) in entries.iter().enumerate() {
        sql.execute(
            "INSERT INTO book_entries (agency, posting, line, account, amount) VALUES ($1, $2, $3, $4, $5)",
            &params![agency, *posting, line + 1, account, amount.0],
        )?;
        sql.execute(
            "INSERT INTO book_accounts (agency, account, debits, credits) VALUES ($1, $2, $3, $4)
             ON CONFLICT (agency, account) DO UPDATE
               SET debits = book_accounts.debits + excluded.debits, credits = book_accounts.credits + excluded.credits",
            &params![agency, account, amount.0.max(0), amount.0.min(0)],
        )?;
    }
    Ok(())
}

/// The number of the next posting. The caller holds the agency's lock.
pub fn next_posting(sql: &mut dyn Sql, agency: AgencyId) -> Result<i64, StoreError> {
    let row = sql.query_one("SELECT MAX(posting) FROM book_postings WHERE agency = $1", &params![agency])?;
    Ok(row.map(|row| row.opt_int(0)).transpose()?.flatten().unwrap_or(0) + 1)
}

/// What stands on the accounts whose names begin so, in order of their names; on all where nothing is said.
pub fn balances(sql: &mut dyn Sql, agency: AgencyId, begins: &str) -> Result<Vec<Balance>, StoreError> {
    let text = "SELECT account, debits, credits FROM book_accounts
         WHERE agency = $1 AND account >= $2 AND substr(account, 1, length($2)) = $2 ORDER BY account";
    sql.query(text, &params![agency, begins])?.iter().map(read_balance).collect()
}

/// The same, reckoned from the entries.
pub fn reckoned(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<Balance>, StoreError> {
    let text = "SELECT account, CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS BIGINT)
         FROM book_entries WHERE agency = $1 GROUP BY account ORDER BY account";
    sql.query(text, &params![agency])?.iter().map(read_balance).collect()
}

/// Postings whose entries do not sum to zero, or not to what the posting says; none, ever.
pub fn unbalanced(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<i64>, StoreError> {
    let text = "SELECT p.posting FROM book_postings p
         LEFT JOIN book_entries e ON e.agency = p.agency AND e.posting = p.posting
         WHERE p.agency = $1 GROUP BY p.posting, p.debits, p.credits
         HAVING COALESCE(SUM(e.amount), 1) <> 0 OR p.debits + p.credits <> 0
           OR COALESCE(SUM(CASE WHEN e.amount > 0 THEN e.amount ELSE 0 END), 0) <> p.debits
         ORDER BY p.posting";
    sql.query(text, &params![agency])?.iter().map(|row| row.int(0)).collect()
}

/// Which entries are looked for.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sought {
    /// Of that account; of all where it is empty.
    pub account: String,
    /// Posted for that day or later.
    pub from: Option<i64>,
    /// Posted for that day or before.
    pub until: Option<i64>,
}

/// Entries: at most `limit` of the postings of a walk.
pub fn entries(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sought: &Sought,
    walk: Walk,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    let (from, until) = (sought.from.unwrap_or(i64::MIN), sought.until.unwrap_or(i64::MAX));
    let (side, begin, order) = walk.in_sql();
    let text = format!(
        "SELECT p.posting, p.at, p.day, p.cause, p.invoice, e.account, e.amount
         FROM book_entries e JOIN book_postings p ON p.agency = e.agency AND p.posting = e.posting
         WHERE e.agency = $1 AND ($2 = '' OR e.account = $2) AND e.posting {side} $3 AND p.day >= $5 AND p.day <= $6
         ORDER BY e.posting {order}, e.line LIMIT $4"
    );
    sql.query(&text, &params![agency, sought.account.as_str(), begin, limit, from, until])?
        .iter()
        .map(read_entry)
        .collect()
}

/// What was posted to customers' accounts after a posting, as posting, invoice, account and amount, in order of the postings; at least
/// `limit` of them where there are as many, and never a posting in part.
pub fn receivables(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, i64, String, Cents)>, StoreError> {
    let text = "SELECT p.posting, p.invoice, e.account, e.amount
         FROM book_postings p JOIN book_entries e ON e.agency = p.agency AND e.posting = p.posting
         WHERE p.agency = $1 AND p.posting > $2 AND p.invoice IS NOT NULL AND substr(e.account, 1, 11) = 'receivable/'
           AND p.posting <= (SELECT MAX(part.posting) FROM
             (SELECT posting FROM book_postings WHERE agency = $1 AND posting > $2 ORDER BY posting LIMIT $3) part)
         ORDER BY p.posting, e.line";
    let rows = sql.query(text, &params![agency, after, limit])?;
    rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?, row.text(2)?.to_owned(), Cents(row.int(3)?)))).collect()
}

fn read_balance(row: &Row) -> Result<Balance, StoreError> {
    Ok(Balance { account: row.text(0)?.to_owned(), debits: Cents(row.int(1)?), credits: Cents(row.int(2)?) })
}

fn read_entry(row: &Row) -> Result<EntryRow, StoreError> {
    let posting = PostingRow {
        posting: row.int(0)?,
        at: row.time(1)?,
        day: row.int(2)?,
        cause: row.text(3)?.to_owned(),
        invoice: row.opt_int(4)?,
    };
    Ok(EntryRow { posting, account: row.text(5)?.to_owned(), amount: Cents(row.int(6)?) })
}
