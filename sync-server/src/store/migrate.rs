//! Brings a database's tables to the form this program knows.
//!
//! Each file of `schema/` is one version, applied once, in a transaction of its own with its row in `schema_versions`. The row
//! keeps the file's digest, so a database made from another text of the same number is noticed.

use detailbook_core::shift::Sha256;

use super::dialect::statements;
use super::driver::Driver;
use super::metrics::Reads;
use super::turn::Reading;
use super::{Sql, StoreError, charges, detail_times, employee_numbers, params, timesheets};

/// One numbered file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Version {
    /// Its number, from 1 up.
    pub(super) number: i64,
    /// What it is called.
    pub(super) name: &'static str,
    /// Its statements.
    pub(super) script: &'static str,
    /// What SQL cannot do because it lies in encoded records; runs after the statements, in their transaction.
    pub(super) fill: Option<Fill>,
}

/// Fills tables from what is there.
pub(super) type Fill = fn(&mut dyn Sql) -> Result<(), StoreError>;

impl Version {
    const fn new(number: i64, name: &'static str, script: &'static str) -> Self {
        Self { number, name, script, fill: None }
    }

    const fn filled_by(self, fill: Fill) -> Self {
        Self { fill: Some(fill), ..self }
    }
}

/// Every version there is, in order.
pub(super) const VERSIONS: &[Version] = &[
    Version::new(1, "backbone", include_str!("schema/0001_backbone.sql")),
    Version::new(2, "command_times", include_str!("schema/0002_command_times.sql")),
    Version::new(3, "selective_first", include_str!("schema/0003_selective_first.sql")),
    Version::new(4, "found_at_once", include_str!("schema/0004_found_at_once.sql")).filled_by(employee_numbers::fill),
    Version::new(5, "jobs", include_str!("schema/0005_jobs.sql")),
    Version::new(6, "notices", include_str!("schema/0006_notices.sql")),
    Version::new(7, "postings", include_str!("schema/0007_postings.sql")),
    Version::new(8, "personnel", include_str!("schema/0008_personnel.sql")),
    Version::new(9, "relief", include_str!("schema/0009_relief.sql")),
    Version::new(10, "requests", include_str!("schema/0010_requests.sql")),
    Version::new(11, "let_pass", include_str!("schema/0011_let_pass.sql")),
    Version::new(12, "roles", include_str!("schema/0012_roles.sql")),
    Version::new(13, "asked_at", include_str!("schema/0013_asked_at.sql")),
    Version::new(14, "console", include_str!("schema/0014_console.sql")),
    Version::new(15, "tariffs", include_str!("schema/0015_tariffs.sql")),
    Version::new(16, "billing", include_str!("schema/0016_billing.sql")),
    Version::new(17, "timesheets", include_str!("schema/0017_timesheets.sql")).filled_by(timesheets::fill),
    Version::new(18, "details", include_str!("schema/0018_details.sql")),
    Version::new(19, "imports", include_str!("schema/0019_imports.sql")),
    Version::new(20, "passkeys", include_str!("schema/0020_passkeys.sql")),
    Version::new(22, "providers", include_str!("schema/0022_providers.sql")),
    Version::new(23, "charges", include_str!("schema/0023_charges.sql")).filled_by(charges::fill),
    Version::new(24, "open_postings", include_str!("schema/0024_open_postings.sql")),
    Version::new(25, "held_documents", include_str!("schema/0025_held_documents.sql")),
    Version::new(26, "detail_customers", include_str!("schema/0026_detail_customers.sql"))
        .filled_by(detail_times::fill),
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY, name TEXT NOT NULL, digest BYTEA NOT NULL)";

/// Applies what is missing. Gives the numbers applied now.
pub(super) fn migrate(driver: &mut dyn Driver, versions: &[Version]) -> Result<Vec<i64>, StoreError> {
    in_transaction(driver, |driver| driver.execute(TABLE, &params![]).map(drop))?;
    let mut applied = Vec::new();
    for version in versions {
        if in_transaction(driver, |driver| apply(driver, versions, *version))? {
            applied.push(version.number);
        }
    }
    Ok(applied)
}

fn in_transaction<T>(
    driver: &mut dyn Driver,
    run: impl FnOnce(&mut dyn Driver) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    driver.begin()?;
    let done = driver.lock_schema().and_then(|()| run(driver)).and_then(|done| {
        driver.keep()?;
        driver.commit()?;
        Ok(done)
    });
    if done.is_err() {
        driver.rollback();
    }
    done
}

fn apply(driver: &mut dyn Driver, versions: &[Version], version: Version) -> Result<bool, StoreError> {
    let digest = Sha256::of(version.script.as_bytes());
    if let Some(known) = applied_digest(driver, versions, version.number)? {
        return if known == digest { Ok(false) } else { Err(other_text(version)) };
    }
    for statement in statements(version.script) {
        driver.execute(&statement, &params![])?;
    }
    if let Some(fill) = version.fill {
        fill(&mut Reading::new(driver, &Reads::default()))?;
    }
    let row = params![version.number, version.name, digest];
    driver.execute("INSERT INTO schema_versions (version, name, digest) VALUES ($1, $2, $3)", &row)?;
    Ok(true)
}

/// The digest under which that version was applied, if it was. Refuses a database that knows more than we do.
fn applied_digest(driver: &mut dyn Driver, versions: &[Version], number: i64) -> Result<Option<Sha256>, StoreError> {
    let known = versions.last().map_or(0, |version| version.number);
    let rows = driver.query("SELECT version, digest FROM schema_versions ORDER BY version DESC", &params![])?;
    let found = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let mut digest = None;
    for row in &rows {
        if row.int(0)? == number {
            digest = Some(row.hash(1)?);
        }
    }
    Ok(digest)
}

fn other_text(version: Version) -> StoreError {
    let message = format!("schema version {} ({}) was applied from another text", version.number, version.name);
    StoreError::Unusable(message)
}

#[cfg(test)]
mod tests {
    use detailbook_core::award::{Entry, EntryKind, Happening};
    use detailbook_core::geo::Fence;
    use detailbook_core::ids::{
        AgencyId, AssignmentId, CustomerId, DetailId, DocumentId, OfficerId, PositionId, RecordId, SiteId,
    };
    use detailbook_core::records::{Detail, DetailState, Officer, Placement, RecordKind, Site};
    use detailbook_core::time::{UnixMillis, Zone};
    use detailbook_core::wire;
    use detailbook_private_postgres::Database;

    use super::{VERSIONS, Version, migrate};
    use crate::store::driver::Driver;
    use crate::store::postgres::{Postgres, settings};
    use crate::store::sqlite::Sqlite;
    use crate::store::{Row, StoreError, params};

    const FIRST: Version =
        Version::new(1, "first", "-- One; table\nCREATE TABLE a (x TEXT);\nINSERT INTO a VALUES (';')");
    const SECOND: Version = Version::new(2, "second", "ALTER TABLE a ADD COLUMN y BIGINT;");
    const BROKEN: Version = Version::new(2, "broken", "CREATE TABLE b (x TEXT); INSERT INTO c VALUES (1)");

    fn on_both_engines(story: impl Fn(&mut dyn Driver)) {
        let folder = tempfile::tempdir().unwrap();
        story(&mut Sqlite::writer(&folder.path().join("detailbook.db")).unwrap());
        if let Some(database) = Database::create() {
            story(&mut Postgres::new(settings(database.url()).unwrap()));
        }
    }

    fn rows(driver: &mut dyn Driver, sql: &str) -> Result<Vec<Row>, StoreError> {
        driver.begin_reading()?;
        let rows = driver.query(sql, &params![]);
        driver.rollback();
        rows
    }

    #[test]
    fn each_version_is_applied_once_in_order() {
        on_both_engines(|driver| {
            assert_eq!(migrate(driver, &[FIRST]), Ok(vec![1]));
            assert_eq!(migrate(driver, &[FIRST, SECOND]), Ok(vec![2]));
            assert_eq!(migrate(driver, &[FIRST, SECOND]), Ok(vec![]));
            assert_eq!(rows(driver, "SELECT x, y FROM a"), Ok(vec![Row::new(params![";", None::<i64>].to_vec())]));
        });
    }

    #[test]
    fn a_version_that_fails_leaves_nothing_behind() {
        on_both_engines(|driver| {
            assert!(migrate(driver, &[FIRST, BROKEN]).is_err());
            assert!(rows(driver, "SELECT x FROM b").is_err());
            assert_eq!(migrate(driver, &[FIRST, SECOND]), Ok(vec![2]));
        });
    }

    #[test]
    fn an_older_program_refuses_a_newer_database() {
        on_both_engines(|driver| {
            migrate(driver, &[FIRST, SECOND]).unwrap();
            assert_eq!(migrate(driver, &[FIRST]), Err(StoreError::Newer { found: 2, known: 1 }));
        });
    }

    #[test]
    fn a_version_applied_from_another_text_is_noticed() {
        on_both_engines(|driver| {
            migrate(driver, &[FIRST]).unwrap();
            let other = Version { script: "CREATE TABLE a (x TEXT, z TEXT)", ..FIRST };
            assert!(matches!(migrate(driver, &[other]), Err(StoreError::Unusable(_))));
        });
    }

    /// Three officers, two of whom have numbers, and three shift logs, one of which no assignment has.
    fn as_it_was(driver: &mut dyn Driver, agency: AgencyId) -> Result<(), StoreError> {
        for (n, number) in [(1, "17"), (2, ""), (3, "18")] {
            let id = OfficerId::from_bytes([n; 16]);
            let officer = Officer { id, name: "Officer".into(), employee_number: number.into(), rank: String::new() };
            let row = params![agency, RecordKind::Officer.code(), id, wire::encode(&officer)];
            driver.execute("INSERT INTO records VALUES ($1, $2, $3, 1, 1, 1, $4)", &row)?;
        }
        for n in [1, 2, 3] {
            let row = params![agency, DocumentId::from_bytes([n; 16]), OfficerId::from_bytes([n; 16]), [0_u8; 4]];
            driver.execute("INSERT INTO documents VALUES ($1, $2, 1, $3, $4, 0, 0, 0, 0, 0)", &row)?;
        }
        let (detail, position) = (DetailId::from_bytes([9; 16]), PositionId::from_bytes([9; 16]));
        // One has the log of its own id, the other one that was linked.
        for (n, log) in [(1, 1), (8, 2)] {
            let (id, log) = (AssignmentId::from_bytes([n; 16]), DocumentId::from_bytes([log; 16]));
            let row = params![agency, id, detail, position, OfficerId::from_bytes([n; 16]), log];
            driver.execute("INSERT INTO assignments VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6)", &row)?;
        }
        Ok(())
    }

    #[test]
    fn what_version_4_finds_at_once_is_filled_from_what_was_there() {
        on_both_engines(|driver| {
            let agency = AgencyId::from_bytes([7; 16]);
            assert_eq!(migrate(driver, &VERSIONS[..3]), Ok(vec![1, 2, 3]));
            super::in_transaction(driver, |driver| as_it_was(driver, agency)).unwrap();
            assert_eq!(migrate(driver, &VERSIONS[..4]), Ok(vec![4]));
            let numbers = rows(driver, "SELECT number, officer FROM employee_numbers ORDER BY number").unwrap();
            let wanted = [("17", 1), ("18", 3)].map(|(number, n)| Row::new(params![number, [n; 16]].to_vec()));
            assert_eq!(numbers, wanted);
            let logs = rows(driver, "SELECT document FROM unassigned_logs").unwrap();
            assert_eq!(logs, [Row::new(params![[3_u8; 16]].to_vec())]);
        });
    }

    /// On both engines: what is written just before a version is taken through it, and then looked at.
    fn across(
        version: &str,
        before: fn(&mut dyn Driver, AgencyId) -> Result<(), StoreError>,
        look: impl Fn(&mut dyn Driver),
    ) {
        let place = VERSIONS.iter().position(|it| it.name == version).unwrap();
        on_both_engines(|driver| {
            migrate(driver, &VERSIONS[..place]).unwrap();
            super::in_transaction(driver, |driver| before(driver, AgencyId::from_bytes([7; 16]))).unwrap();
            migrate(driver, &VERSIONS[..=place]).unwrap();
            look(driver);
        });
    }

    /// Two assignments, one of them ruled on.
    fn before_timesheets(driver: &mut dyn Driver, agency: AgencyId) -> Result<(), StoreError> {
        for n in [1, 2] {
            let (id, detail) = (AssignmentId::from_bytes([n; 16]), DetailId::from_bytes([n; 16]));
            let (position, officer) = (PositionId::from_bytes([9; 16]), OfficerId::from_bytes([9; 16]));
            let row = params![agency, id, detail, position, officer, DocumentId::from(id)];
            driver.execute("INSERT INTO assignments VALUES ($1, $2, $3, $4, $5, 1, 100, 200, $6)", &row)?;
        }
        let row = params![agency, AssignmentId::from_bytes([2; 16]), DetailId::from_bytes([3; 16])];
        driver.execute("INSERT INTO rulings VALUES ($1, $2, $3)", &row).map(drop)
    }

    #[test]
    fn assignments_from_before_timesheets_have_theirs_looked_at() {
        across("timesheets", before_timesheets, |driver| {
            let found =
                rows(driver, "SELECT state, starts, ends, look_at FROM timesheets ORDER BY assignment").unwrap();
            let wanted = [0_i64, 2].map(|state| Row::new(params![state, 100_i64, 200_i64, 0_i64].to_vec()));
            assert_eq!(found, wanted);
            let jobs = rows(driver, "SELECT kind, key, state FROM jobs").unwrap();
            assert_eq!(jobs, [Row::new(params!["timesheets.look", "all", 0_i64].to_vec())]);
        });
    }

    /// A detail at a customer's site, one at a site that is gone, and one that cannot be read.
    fn before_customers(driver: &mut dyn Driver, agency: AgencyId) -> Result<(), StoreError> {
        let site = Site {
            id: SiteId::from_bytes([4; 16]),
            customer: CustomerId::from_bytes([5; 16]),
            name: "Main Street".into(),
            address: String::new(),
            fence: Fence::Polygon { rings: vec![] },
            placement: Placement::Placeholder,
        };
        let detail = |n: u8, site| {
            wire::encode(&Detail {
                id: DetailId::from_bytes([n; 16]),
                site,
                customer_name: "Gas company".into(),
                title: "Paving".into(),
                job_type: String::new(),
                starts: UnixMillis::new(100),
                ends: UnixMillis::new(200),
                zone: Zone::UTC,
                positions: vec![],
                post_orders: String::new(),
                state: DetailState::Filled,
                reference: String::new(),
                customer: None,
            })
        };
        let records = [
            (RecordKind::Site, 4_u8, wire::encode(&site)),
            (RecordKind::Detail, 1, detail(1, site.id)),
            (RecordKind::Detail, 2, detail(2, SiteId::from_bytes([9; 16]))),
            (RecordKind::Detail, 3, b"damaged".to_vec()),
        ];
        for (kind, n, body) in records {
            let row = params![agency, kind.code(), RecordId::from_bytes([n; 16]), body];
            driver.execute("INSERT INTO records VALUES ($1, $2, $3, 1, 1, 1, $4)", &row)?;
        }
        Ok(())
    }

    #[test]
    fn details_from_before_are_of_who_has_their_site() {
        across("detail_customers", before_customers, |driver| {
            let found = rows(driver, "SELECT detail, customer FROM detail_times ORDER BY detail").unwrap();
            let wanted = [([1_u8; 16], Some([5_u8; 16])), ([2; 16], None)];
            assert_eq!(found, wanted.map(|(detail, customer)| Row::new(params![detail, customer].to_vec())));
        });
    }

    /// A job that is charged, a list that began anew under a name that no text column holds, and an entry that cannot be read.
    fn before_charges(driver: &mut dyn Driver, agency: AgencyId) -> Result<(), StoreError> {
        let officer = OfficerId::from_bytes([9; 16]);
        let entry = |n: u8, kind, charged| {
            let list = if n == 2 { "\0".repeat(5_000) } else { String::new() };
            let at = UnixMillis::new(i64::from(n));
            let what = Happening { list, ..Happening::new(RecordId::from_bytes([n; 16]), officer, at, kind) };
            wire::encode(&Entry { what, charged, points: 0, rule: String::new() })
        };
        let bodies = [entry(1, EntryKind::Awarded, 240), entry(2, EntryKind::Reset, 0), b"damaged".to_vec()];
        for (n, body) in (1..).zip(bodies) {
            let row = params![agency, officer, i64::from(n), RecordId::from_bytes([n; 16]), body];
            driver
                .execute("INSERT INTO ledger (agency, officer, at, entry, body) VALUES ($1, $2, $3, $4, $5)", &row)?;
        }
        Ok(())
    }

    #[test]
    fn what_the_ledger_charged_before_is_summed_too() {
        across("charges", before_charges, |driver| {
            let charged = rows(driver, "SELECT officer, at, minutes FROM charges").unwrap();
            assert_eq!(charged, [Row::new(params![[9_u8; 16], 1_i64, 240_i64].to_vec())]);
            let anew = rows(driver, "SELECT officer, at FROM list_resets").unwrap();
            assert_eq!(anew, [Row::new(params![[9_u8; 16], 2_i64].to_vec())]);
        });
    }
}
