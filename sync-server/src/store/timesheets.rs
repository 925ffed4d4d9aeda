//! The table of timesheets: where each assignment's stands, what is odd about it, and what was worked, so that the queue folds no facts.

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, MessageId, OfficerId, SiteId};
use detailbook_core::records::{Assignment, AssignmentState, Detail, RecordKind};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};

use super::jobs::{self, NewJob};
use super::{Row, Sql, StoreError, Value, params};
use crate::jobs::id_of;
use crate::timesheets;

/// Timesheets of one officer that are looked at again for what is missing next to their facts.
const MOST_FLAGGED: i64 = 25;

/// Where a timesheet stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// Nobody has ruled on it.
    Open,
    /// The officer was asked, and has not answered.
    Asked,
    /// It is ruled on.
    Ruled,
    /// It is ruled on, and facts that the ruling rests on have changed since.
    Changed,
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 4] = [Self::Open, Self::Asked, Self::Ruled, Self::Changed];

    /// As stored.
    pub const fn code(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Asked => 1,
            Self::Ruled => 2,
            Self::Changed => 3,
        }
    }

    fn read(code: i64) -> Result<Self, StoreError> {
        let unknown = StoreError::Column { column: 6, wanted: "a timesheet's state", found: "another number" };
        Self::ALL.into_iter().find(|state| state.code() == code).ok_or(unknown)
    }
}

/// What was seen when the facts were last looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Where it stands.
    pub state: State,
    /// How many facts there are.
    pub facts: usize,
    /// Flags that a person should look at before the hours are paid.
    pub reviews: usize,
    /// Flags that are worth knowing.
    pub notices: usize,
    /// Their kinds, each once.
    pub flags: Vec<&'static str>,
    /// Minutes that the facts show.
    pub worked: i64,
    /// Minutes that the ruling in force accepts.
    pub accepted: Option<i64>,
    /// When the officer handed it in.
    pub submitted_at: Option<UnixMillis>,
    /// When the officer answered what was asked last, where nobody has ruled since.
    pub answered_at: Option<UnixMillis>,
    /// The digest of what a ruling rests on.
    pub basis: Sha256,
    /// The same, as the ruling in force had it.
    pub ruled_basis: Option<Sha256>,
    /// When to look again though no fact comes: while a shift is not over.
    pub look_at: Option<UnixMillis>,
}

/// A timesheet as the queue lists it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimesheetRow {
    /// The assignment whose it is.
    pub assignment: AssignmentId,
    /// The detail.
    pub detail: DetailId,
    /// The officer.
    pub officer: OfficerId,
    /// The site, once it was looked up.
    pub site: Option<SiteId>,
    /// When the detail begins.
    pub starts: UnixMillis,
    /// When the detail ends.
    pub ends: UnixMillis,
    /// Where it stands.
    pub state: State,
    /// Flags to be looked at.
    pub reviews: i64,
    /// Flags worth knowing.
    pub notices: i64,
    /// The kinds of both.
    pub flags: Vec<String>,
    /// Minutes that the facts show.
    pub worked: i64,
    /// Minutes that the ruling in force accepts.
    pub accepted: Option<i64>,
    /// When the officer handed it in.
    pub submitted_at: Option<UnixMillis>,
    /// When the officer answered what was asked last, where nobody has ruled since.
    pub answered_at: Option<UnixMillis>,
    /// The digest of what a ruling rests on, once it was looked at.
    pub basis: Option<Sha256>,
    /// The same, as the ruling in force had it.
    pub ruled_basis: Option<Sha256>,
}

impl TimesheetRow {
    /// How much more the facts show than was scheduled; less than nothing where they show less.
    pub const fn beyond_schedule(&self) -> Millis {
        Millis(self.worked * 60_000 - (self.ends.as_millis() - self.starts.as_millis()))
    }
}

const COLUMNS: &str = "assignment, detail, officer, site, starts, ends, state, reviews, notices, flags, worked, accepted, submitted_at, \
                       answered_at, basis, ruled_basis";

fn read(row: &Row) -> Result<TimesheetRow, StoreError> {
    Ok(TimesheetRow {
        assignment: row.id(0)?,
        detail: row.id(1)?,
        officer: row.id(2)?,
        site: row.opt_id(3)?,
        starts: row.time(4)?,
        ends: row.time(5)?,
        state: State::read(row.int(6)?)?,
        reviews: row.int(7)?,
        notices: row.int(8)?,
        flags: row.text(9)?.split_whitespace().map(str::to_owned).collect(),
        worked: row.int(10)?,
        accepted: row.opt_int(11)?,
        submitted_at: row.opt_time(12)?,
        answered_at: row.opt_time(13)?,
        basis: row.opt_hash(14)?,
        ruled_basis: row.opt_hash(15)?,
    })
}

/// One that nobody has ruled on: its assignment, its detail, who hires for that and when it begins.
pub type Unruled = (AssignmentId, DetailId, Option<CustomerId>, UnixMillis);

/// Those of details that ended before then and that nobody has ruled on, of whoever has the place or worked: how many there are, and the
/// first of them, with their details, who hires and starts, at most `limit`.
pub fn unruled(
    sql: &mut dyn Sql,
    agency: AgencyId,
    before: UnixMillis,
    limit: usize,
) -> Result<(i64, Vec<Unruled>), StoreError> {
    const WHICH: &str =
        "FROM timesheets WHERE agency = $1 AND state IN (0, 1) AND ends <= $2 AND (active = 1 OR worked > 0)";
    let count = sql.query_one(&format!("SELECT COUNT(*) {WHICH}"), &params![agency, before])?;
    let count = count.map_or(Ok(0), |row| row.int(0))?;
    let text = format!(
        "SELECT assignment, detail,
           (SELECT d.customer FROM detail_times d WHERE d.agency = timesheets.agency AND d.detail = timesheets.detail), starts
         {WHICH} ORDER BY starts, assignment LIMIT $3"
    );
    let rows = sql.query(&text, &params![agency, before, limit])?;
    let read = |row: &Row| Ok((row.id(0)?, row.id(1)?, row.opt_id(2)?, row.time(3)?));
    let rows = rows.iter().map(read).collect::<Result<_, StoreError>>()?;
    Ok((count, rows))
}

/// Writes what a timesheet has of its assignment. A new one has no facts yet, and says so.
pub(super) fn follow(
    sql: &mut dyn Sql,
    agency: AgencyId,
    assignment: &Assignment,
    detail: &Detail,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO timesheets (agency, assignment, detail, officer, site, starts, ends, active, state, facts, reviews, notices, flags,
         worked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 1, 0, ' no_work ', 0)
         ON CONFLICT (agency, assignment) DO UPDATE SET site = excluded.site, starts = excluded.starts, ends = excluded.ends,
         active = excluded.active",
        &params![
            agency,
            assignment.id,
            assignment.detail,
            assignment.officer,
            detail.site,
            detail.starts,
            detail.ends,
            assignment.state == AssignmentState::Active
        ],
    )?;
    Ok(())
}

/// One timesheet.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId) -> Result<Option<TimesheetRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM timesheets WHERE agency = $1 AND assignment = $2");
    sql.query_one(&text, &params![agency, id])?.as_ref().map(read).transpose()
}

/// Keeps what was seen, and where the detail is.
pub fn put_seen(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: AssignmentId,
    site: SiteId,
    seen: &Seen,
) -> Result<(), StoreError> {
    let flags = if seen.flags.is_empty() { String::new() } else { format!(" {} ", seen.flags.join(" ")) };
    sql.execute(
        "UPDATE timesheets SET site = $3, state = $4, facts = $5, reviews = $6, notices = $7, flags = $8, worked = $9,
         accepted = $10, submitted_at = $11, answered_at = $12, basis = $13, ruled_basis = $14, look_at = $15
         WHERE agency = $1 AND assignment = $2",
        &params![
            agency,
            id,
            site,
            seen.state.code(),
            seen.facts,
            seen.reviews,
            seen.notices,
            flags,
            seen.worked,
            seen.accepted,
            seen.submitted_at,
            seen.answered_at,
            seen.basis,
            seen.ruled_basis,
            seen.look_at
        ],
    )?;
    Ok(())
}

/// Has a timesheet looked at by then. `false`: it is anyway, or there is none of that assignment.
pub fn to_look_at(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId, at: UnixMillis) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "UPDATE timesheets SET look_at = $3 WHERE agency = $1 AND assignment = $2 AND (look_at IS NULL OR look_at > $3)",
        &params![agency, id, at],
    )?;
    Ok(rows > 0)
}

/// Timesheets of an officer with a flag of that kind, of details that ended after `since`, the latest first.
pub fn flagged(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    flag: &str,
    since: UnixMillis,
) -> Result<Vec<AssignmentId>, StoreError> {
    let rows = sql.query(
        "SELECT t.assignment FROM assignments a JOIN timesheets t ON t.agency = a.agency AND t.assignment = a.assignment
         WHERE a.agency = $1 AND a.officer = $2 AND a.ends > $3 AND t.flags LIKE $4 ORDER BY a.ends DESC LIMIT $5",
        &params![agency, officer, since, format!("% {flag} %"), MOST_FLAGGED],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Has those at a site looked at by then that have facts and are not ruled on as they are. Gives how many.
pub fn at_site_to_look_at(
    sql: &mut dyn Sql,
    agency: AgencyId,
    site: SiteId,
    at: UnixMillis,
) -> Result<u64, StoreError> {
    sql.execute(
        "UPDATE timesheets SET look_at = $3 WHERE agency = $1 AND site = $2 AND state IN (0, 1, 3) AND facts > 0
         AND (look_at IS NULL OR look_at > $3)",
        &params![agency, site, at],
    )
}

/// A timesheet that cannot be looked at: it waits for nothing.
pub fn leave(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId) -> Result<(), StoreError> {
    sql.execute("UPDATE timesheets SET look_at = NULL WHERE agency = $1 AND assignment = $2", &params![agency, id])?;
    Ok(())
}

/// Those to be looked at by then, the longest waiting first.
pub fn due(sql: &mut dyn Sql, agency: AgencyId, by: UnixMillis, limit: i64) -> Result<Vec<AssignmentId>, StoreError> {
    let rows = sql.query(
        "SELECT assignment FROM timesheets WHERE agency = $1 AND look_at <= $2 ORDER BY look_at, assignment LIMIT $3",
        &params![agency, by, limit],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// When the next one is to be looked at.
pub fn next_look(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<UnixMillis>, StoreError> {
    let row = sql.query_one(
        "SELECT look_at FROM timesheets WHERE agency = $1 AND look_at IS NOT NULL ORDER BY look_at LIMIT 1",
        &params![agency],
    )?;
    row.map(|row| row.time(0)).transpose()
}

/// Has the timesheets looked at that were there before this table.
pub(super) fn fill(sql: &mut dyn Sql) -> Result<(), StoreError> {
    let rows = sql.query("SELECT DISTINCT agency FROM timesheets WHERE look_at IS NOT NULL", &params![])?;
    for row in &rows {
        let (agency, now) = (row.id::<AgencyId>(0)?, UnixMillis::new(0));
        let (kind, key) = (timesheets::LOOK.name, timesheets::LOOK_KEY);
        let new = NewJob { job: id_of(agency, kind, key), kind, key, due: now, payload: &[], now };
        jobs::insert(sql, agency, &new)?;
    }
    Ok(())
}

/// What an officer was asked about a timesheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The message that asks.
    pub message: MessageId,
    /// The officer.
    pub officer: OfficerId,
    /// Who asks, as the agency names them.
    pub asked_by: String,
    /// When.
    pub asked_at: UnixMillis,
    /// What.
    pub text: String,
    /// When the officer answered, by whatever they wrote.
    pub answered_at: Option<UnixMillis>,
}

/// Keeps what was asked.
pub fn ask(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId, asked: &Question) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO timesheet_questions (agency, assignment, message, officer, asked_by, asked_at, text)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &params![agency, id, asked.message, asked.officer, &asked.asked_by, asked.asked_at, &asked.text],
    )?;
    Ok(())
}

/// What was asked about a timesheet, the latest first.
pub fn questions(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId) -> Result<Vec<Question>, StoreError> {
    let rows = sql.query(
        "SELECT message, officer, asked_by, asked_at, text, answered_at FROM timesheet_questions
         WHERE agency = $1 AND assignment = $2 ORDER BY asked_at DESC, message DESC",
        &params![agency, id],
    )?;
    let question = |row: &Row| {
        Ok(Question {
            message: row.id(0)?,
            officer: row.id(1)?,
            asked_by: row.text(2)?.to_owned(),
            asked_at: row.time(3)?,
            text: row.text(4)?.to_owned(),
            answered_at: row.opt_time(5)?,
        })
    };
    rows.iter().map(question).collect()
}

/// What had been asked by `written_at` about a timesheet is answered. Gives the assignment for each question.
pub fn answer(
    sql: &mut dyn Sql,
    agency: AgencyId,
    about: AssignmentId,
    written_at: UnixMillis,
    now: UnixMillis,
) -> Result<Vec<AssignmentId>, StoreError> {
    let rows = sql.query(
        "UPDATE timesheet_questions SET answered_at = $3
         WHERE agency = $1 AND assignment = $2 AND answered_at IS NULL AND asked_at <= $4 RETURNING assignment",
        &params![agency, about, now, written_at],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// What an officer was asked in messages up to that number of the agency's is answered. Gives the assignment for each question.
pub fn answer_what_was_read(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    read: i64,
    now: UnixMillis,
) -> Result<Vec<AssignmentId>, StoreError> {
    let rows = sql.query(
        "UPDATE timesheet_questions SET answered_at = $3 WHERE agency = $1 AND officer = $2 AND answered_at IS NULL
         AND EXISTS (SELECT 1 FROM records r WHERE r.agency = timesheet_questions.agency AND r.kind = $4
           AND r.id = timesheet_questions.message AND r.seq <= $5) RETURNING assignment",
        &params![agency, officer, now, RecordKind::Message.code(), read],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// In which order timesheets are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// Those with most to look at first, then the oldest.
    #[default]
    Flags,
    /// The oldest first.
    Oldest,
    /// The newest first.
    Newest,
    /// Those with most hours first.
    Hours,
    /// Those first that show most time beyond what was scheduled.
    Over,
    /// Those first that show least of what was scheduled.
    Short,
}

impl Order {
    /// Two numbers that grow along the order; the id settles what is left.
    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Flags => ("-(reviews * 1000 + notices)", "starts"),
            Self::Oldest => ("starts", "ends"),
            Self::Newest => ("-starts", "-ends"),
            Self::Hours => ("-worked", "starts"),
            Self::Over => ("-(worked * 60000 - (ends - starts))", "starts"),
            Self::Short => ("worked * 60000 - (ends - starts)", "starts"),
        }
    }

    /// The same of a row.
    const fn of(self, row: &TimesheetRow) -> (i64, i64) {
        let (starts, ends) = (row.starts.as_millis(), row.ends.as_millis());
        match self {
            Self::Flags => (-(row.reviews * 1000 + row.notices), starts),
            Self::Oldest => (starts, ends),
            Self::Newest => (-starts, -ends),
            Self::Hours => (-row.worked, starts),
            Self::Over => (-row.beyond_schedule().0, starts),
            Self::Short => (row.beyond_schedule().0, starts),
        }
    }
}

/// Which timesheets are sought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sought {
    /// As of when their time has passed.
    pub now: UnixMillis,
    /// In one of these states.
    pub states: Vec<State>,
    /// With a flag of that kind.
    pub flag: Option<String>,
    /// Without any flag.
    pub clean: bool,
    /// At one of these sites.
    pub sites: Option<Vec<SiteId>>,
    /// Of details for which one of these hires.
    pub customers: Option<Vec<CustomerId>>,
    /// Of one of these officers.
    pub officers: Option<Vec<OfficerId>>,
    /// Of details that begin from then on.
    pub from: Option<UnixMillis>,
    /// Of details that begin before then.
    pub until: Option<UnixMillis>,
    /// In which order.
    pub order: Order,
}

/// A condition with the values that it names.
struct Condition {
    text: String,
    values: Vec<Value>,
}

impl Condition {
    /// Whose time has passed, or which were handed in, and about which there is something to say at all.
    fn due(agency: AgencyId, now: UnixMillis) -> Self {
        let text = "agency = $1 AND (ends <= $2 OR submitted_at IS NOT NULL)
                    AND (active = 1 OR facts > 0 OR accepted IS NOT NULL)";
        Self { text: text.to_owned(), values: vec![agency.into(), now.into()] }
    }

    fn of(agency: AgencyId, sought: &Sought) -> Self {
        let mut all = Self::due(agency, sought.now);
        all.among("state", sought.states.iter().map(|state| Value::from(state.code())));
        if let Some(flag) = &sought.flag {
            all.and("flags LIKE", format!("% {} %", flag.replace(['%', '_'], "_")).into());
        }
        if sought.clean {
            all.text.push_str(" AND reviews = 0 AND notices = 0");
        }
        if let Some(sites) = &sought.sites {
            all.among("site", sites.iter().map(|site| Value::from(*site)));
        }
        if let Some(customers) = &sought.customers {
            let hires = "(SELECT d.customer FROM detail_times d WHERE d.agency = timesheets.agency AND d.detail = timesheets.detail)";
            all.among(hires, customers.iter().map(|customer| Value::from(*customer)));
        }
        if let Some(officers) = &sought.officers {
            all.among("officer", officers.iter().map(|officer| Value::from(*officer)));
        }
        if let Some(from) = sought.from {
            all.and("starts >=", from.into());
        }
        if let Some(until) = sought.until {
            all.and("starts <", until.into());
        }
        all
    }

    fn value(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn and(&mut self, what: &str, value: Value) {
        let number = self.value(value);
        self.text.extend([" AND ", what, " $", &number.to_string()]);
    }

    /// One of these; where there are none, nothing fits.
    fn among(&mut self, column: &str, values: impl Iterator<Item = Value>) {
        let numbers: Vec<_> = values.map(|value| format!("${}", self.value(value))).collect();
        let text = if numbers.is_empty() {
            " AND 1 = 0".to_owned()
        } else {
            format!(" AND {column} IN ({})", numbers.join(", "))
        };
        self.text.push_str(&text);
    }
}

/// One part of a list.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sought: &Sought,
    skip: usize,
    limit: usize,
) -> Result<Vec<TimesheetRow>, StoreError> {
    let mut condition = Condition::of(agency, sought);
    let (first, second) = sought.order.keys();
    let (limit, skip) = (condition.value(limit.into()), condition.value(skip.into()));
    let text = format!(
        "SELECT {COLUMNS} FROM timesheets WHERE {} ORDER BY {first}, {second}, assignment LIMIT ${limit} OFFSET ${skip}",
        condition.text
    );
    sql.query(&text, &condition.values)?.iter().map(read).collect()
}

/// How many there are.
pub fn count(sql: &mut dyn Sql, agency: AgencyId, sought: &Sought) -> Result<usize, StoreError> {
    let condition = Condition::of(agency, sought);
    let text = format!("SELECT COUNT(*) FROM timesheets WHERE {}", condition.text);
    let row = sql.query_one(&text, &condition.values)?.ok_or(StoreError::Misused("a count returned no row"))?;
    Ok(usize::try_from(row.uint(0)?).unwrap_or(usize::MAX))
}

/// How many of those that are not settled stand where, and how many of them have a flag to be looked at. Those that are ruled on are years of
/// history, and are not counted.
pub fn counts(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis) -> Result<Vec<(State, u64, u64)>, StoreError> {
    let mut condition = Condition::due(agency, now);
    condition
        .among("state", [State::Open, State::Asked, State::Changed].map(|state| Value::from(state.code())).into_iter());
    let text = format!(
        "SELECT state, COUNT(*), CAST(SUM(CASE WHEN reviews > 0 THEN 1 ELSE 0 END) AS BIGINT) FROM timesheets WHERE {}
         GROUP BY state ORDER BY state",
        condition.text
    );
    let rows = sql.query(&text, &condition.values)?;
    rows.iter().map(|row| Ok((State::read(row.int(0)?)?, row.uint(1)?, row.uint(2)?))).collect()
}

/// The next one after a timesheet in a list, or the one before it, whether or not it is itself in that list.
pub fn beside(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sought: &Sought,
    of: &TimesheetRow,
    after: bool,
) -> Result<Option<AssignmentId>, StoreError> {
    let mut condition = Condition::of(agency, sought);
    let ((first, second), (one, two)) = (sought.order.keys(), sought.order.of(of));
    let (a, b, c) = (condition.value(one.into()), condition.value(two.into()), condition.value(of.assignment.into()));
    let (than, way) = if after { (">", "") } else { ("<", " DESC") };
    let text = format!(
        "SELECT assignment FROM timesheets WHERE {} AND ({first} {than} ${a} OR ({first} = ${a} AND ({second} {than} ${b}
         OR ({second} = ${b} AND assignment {than} ${c})))) ORDER BY {first}{way}, {second}{way}, assignment{way} LIMIT 1",
        condition.text
    );
    sql.query_one(&text, &condition.values)?.map(|row| row.id(0)).transpose()
}
