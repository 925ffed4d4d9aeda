//! What the agency knows, dated both ways: since when it is so, and since when the agency believed it. Rows are closed, never
//! changed, so that any past day can be looked at with the eyes of that day.

use detailbook_core::ids::{AgencyId, OfficerId, RecordId};
use detailbook_core::time::{Interval, UnixMillis};

use super::{Ahead, One, Row, Sql, StoreError, Value, params};

/// Keys looked up, or rows written, by one statement.
const STRIDE: usize = 500;

/// What a row is of: the codes of its kind and feed, and its key in the feed it comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    /// What kind of knowledge.
    pub kind: i64,
    /// Which feed.
    pub feed: i64,
    /// Its name there.
    pub name: String,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its key.
    pub key: Key,
    /// Whom or what it is about.
    pub subject: RecordId,
    /// From when until when it is so.
    pub valid: Interval,
    /// When the agency learned it.
    pub since: UnixMillis,
    /// The encoded knowledge.
    pub body: Vec<u8>,
}

const COLUMNS: &str = "kind, feed, source_key, subject, valid_from, valid_until, known_since, body";

/// Writes new knowledge of a key, which must have none that is believed now. Its since is the moment it becomes known.
pub fn open(sql: &mut dyn Sql, agency: AgencyId, known: &Known) -> Result<(), StoreError> {
    let Known { key, subject, valid, since, body } = known;
    sql.execute(
        "INSERT INTO known_facts (agency, kind, feed, source_key, revision, subject, valid_from, valid_until, known_since, body)
         VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(k.revision), 0) + 1 FROM known_facts k
         WHERE k.agency = $1 AND k.kind = $2 AND k.feed = $3 AND k.source_key = $4), $5, $6, $7, $8, $9)",
        &params![agency, key.kind, key.feed, &key.name, *subject, valid.start, valid.end, *since, body],
    )?;
    Ok(())
}

/// Ends the belief in what is known of a key. `false`: nothing was.
pub fn close(sql: &mut dyn Sql, agency: AgencyId, key: &Key, now: UnixMillis) -> Result<bool, StoreError> {
    let closed = sql.execute(
        "UPDATE known_facts SET known_until = $5
         WHERE agency = $1 AND kind = $2 AND feed = $3 AND source_key = $4 AND known_until IS NULL",
        &params![agency, key.kind, key.feed, &key.name, now],
    )?;
    Ok(closed > 0)
}

/// As [`open`] for many keys of one kind and feed, none of them twice, a statement for [`STRIDE`] of them. All become known at `since`.
pub fn open_all<'a>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (kind, feed): (i64, i64),
    since: UnixMillis,
    all: impl Iterator<Item = &'a Known>,
) -> Result<(), StoreError> {
    for some in all.collect::<Vec<_>>().chunks(STRIDE) {
        let mut values: Vec<Value> = params![agency, kind, feed, since].to_vec();
        let mut rows = Vec::with_capacity(some.len());
        for known in some {
            let n = values.len();
            let [name, subject, from, until, body] = [n + 1, n + 2, n + 3, n + 4, n + 5];
            rows.push(format!(
                "($1, $2, $3, ${name}, (SELECT COALESCE(MAX(k.revision), 0) + 1 FROM known_facts k WHERE k.agency = $1
                 AND k.kind = $2 AND k.feed = $3 AND k.source_key = ${name}), ${subject}, ${from}, ${until}, $4, ${body})"
            ));
            let Known { key, subject, valid, body, .. } = known;
            values.extend(params![&key.name, *subject, valid.start, valid.end, body]);
        }
        let columns = "agency, kind, feed, source_key, revision, subject, valid_from, valid_until, known_since, body";
        sql.execute(&format!("INSERT INTO known_facts ({columns}) VALUES {}", rows.join(", ")), &values)?;
    }
    Ok(())
}

/// As [`close`] for many keys of one kind and feed.
pub fn close_all<'a>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (kind, feed): (i64, i64),
    now: UnixMillis,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), StoreError> {
    for some in names.collect::<Vec<_>>().chunks(STRIDE) {
        let places: Vec<_> = (5..5 + some.len()).map(|place| format!("${place}")).collect();
        let text = format!(
            "UPDATE known_facts SET known_until = $4 WHERE agency = $1 AND kind = $2 AND feed = $3
             AND known_until IS NULL AND source_key IN ({})",
            places.join(", ")
        );
        let mut values: Vec<Value> = params![agency, kind, feed, now].to_vec();
        values.extend(some.iter().map(|name| Value::from(*name)));
        sql.execute(&text, &values)?;
    }
    Ok(())
}

/// What is believed now of a key.
pub fn current(sql: &mut dyn Sql, agency: AgencyId, key: &Key) -> Result<Option<Known>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM known_facts
         WHERE agency = $1 AND kind = $2 AND feed = $3 AND source_key = $4 AND known_until IS NULL"
    );
    sql.query_one(&text, &params![agency, key.kind, key.feed, &key.name])?.as_ref().map(read).transpose()
}

/// What is believed now of each of these names of a kind and feed.
pub fn current_of<'a>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (kind, feed): (i64, i64),
    names: impl Iterator<Item = &'a str>,
) -> Result<Vec<Known>, StoreError> {
    let (names, mut found) = (names.collect::<Vec<_>>(), Vec::new());
    for some in names.chunks(STRIDE) {
        let places: Vec<_> = (4..4 + some.len()).map(|place| format!("${place}")).collect();
        let text = format!(
            "SELECT {COLUMNS} FROM known_facts WHERE agency = $1 AND kind = $2 AND feed = $3
             AND known_until IS NULL AND source_key IN ({})",
            places.join(", ")
        );
        let mut values: Vec<Value> = params![agency, kind, feed].to_vec();
        values.extend(some.iter().map(|name| Value::from(*name)));
        for row in sql.query(&text, &values)? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// What was believed of a subject.
const OF_SUBJECT: One = One {
    text: "SELECT kind, feed, source_key, subject, valid_from, valid_until, known_since, body FROM known_facts
           WHERE agency = $1 AND kind = $2 AND valid_until > $3 AND valid_from < $4
           AND known_since <= $5 AND (known_until IS NULL OR known_until > $5) AND subject = $6
           ORDER BY feed, valid_from, source_key, revision",
    column: "subject",
};

/// Reads ahead what [`of_subject`] would be asked of many subjects.
pub fn of_subjects_ahead<T: Into<RecordId>>(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    kind: i64,
    around: Interval,
    as_of: UnixMillis,
    subjects: impl IntoIterator<Item = T>,
) -> Result<(), StoreError> {
    let asked = params![agency, kind, around.start, around.end, as_of];
    ahead.read(OF_SUBJECT, &asked, subjects.into_iter().map(Into::into))
}

/// What was believed at `as_of` of a subject and touches a stretch of time, in order of feed, start and key.
pub fn of_subject(
    sql: &mut dyn Sql,
    agency: AgencyId,
    subject: RecordId,
    kind: i64,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Vec<Known>, StoreError> {
    let asked = params![agency, kind, around.start, around.end, as_of, subject];
    sql.query(OF_SUBJECT.text, &asked)?.iter().map(read).collect()
}

/// What was believed of the details of an officer's assignments.
const OF_DETAILS: One = One {
    text: "SELECT k.kind, k.feed, k.source_key, k.subject, k.valid_from, k.valid_until, k.known_since, k.body
           FROM assignments a STRAIGHT_JOIN known_facts k ON k.agency = a.agency AND k.subject = a.detail AND k.kind = $2
           WHERE a.agency = $1 AND a.officer = $6 AND a.ends > $3 AND a.starts < $4
           AND k.known_since <= $5 AND (k.known_until IS NULL OR k.known_until > $5)
           ORDER BY k.known_since, k.source_key",
    column: "a.officer",
};

/// Reads ahead what [`of_details`] would be asked of many officers.
pub fn of_details_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    officers: &[OfficerId],
    kind: i64,
    around: Interval,
    as_of: UnixMillis,
) -> Result<(), StoreError> {
    let asked = params![agency, kind, around.start, around.end, as_of];
    ahead.read(OF_DETAILS, &asked, officers.iter().copied())
}

/// What was believed at `as_of` of the details of an officer's assignments whose time touches a stretch, the oldest first.
pub fn of_details(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    kind: i64,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Vec<Known>, StoreError> {
    let asked = params![agency, kind, around.start, around.end, as_of, officer];
    sql.query(OF_DETAILS.text, &asked)?.iter().map(read).collect()
}

/// What is believed now of a kind and feed and touches a stretch of time.
pub fn standing(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (kind, feed): (i64, i64),
    around: Interval,
) -> Result<Vec<Known>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM known_facts WHERE agency = $1 AND kind = $2 AND known_until IS NULL
         AND valid_until > $4 AND valid_from < $5 AND feed = $3 ORDER BY source_key"
    );
    let rows = sql.query(&text, &params![agency, kind, feed, around.start, around.end])?;
    rows.iter().map(read).collect()
}

/// What is believed now of a kind and ends within a stretch of time, the soonest first.
pub fn ending(sql: &mut dyn Sql, agency: AgencyId, kind: i64, within: Interval) -> Result<Vec<Known>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM known_facts WHERE agency = $1 AND kind = $2 AND known_until IS NULL
         AND valid_until > $3 AND valid_until <= $4 ORDER BY valid_until, source_key"
    );
    let rows = sql.query(&text, &params![agency, kind, within.start, within.end])?;
    rows.iter().map(read).collect()
}

/// What is believed now of a kind after a key, in order of the keys.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (kind, feed): (i64, i64),
    after: &str,
    limit: i64,
) -> Result<Vec<Known>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM known_facts
         WHERE agency = $1 AND kind = $2 AND feed = $3 AND source_key > $4 AND known_until IS NULL
         ORDER BY source_key LIMIT $5"
    );
    sql.query(&text, &params![agency, kind, feed, after, limit])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Known, StoreError> {
    Ok(Known {
        key: Key { kind: row.int(0)?, feed: row.int(1)?, name: row.text(2)?.to_owned() },
        subject: row.id(3)?,
        valid: Interval { start: row.time(4)?, end: row.time(5)? },
        since: row.time(6)?,
        body: row.bytes(7)?.to_vec(),
    })
}
