//! SQLite: the embedded engine. One connection writes, a few read-only ones read.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use detailbook_core::ids::AgencyId;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, StatementStatus, ToSql, ffi};

use super::driver::{Driver, Lock};
use super::{Row, StoreError, Value, Written, params, sqlite_dialect};

/// Marks the file as ours: "DtBk".
const APPLICATION_ID: i64 = 0x4474_426b;

/// Settings of every connection.
///
/// - `synchronous=FULL`: a commit is on disk before it is acknowledged.
/// - `journal_mode=WAL` (kept in the file): readers see a snapshot and neither wait for the writer nor hold it up.
/// - `wal_autocheckpoint`, in pages of 4 KiB: the log goes into the database every 16 MiB, so that checkpoints are few.
/// - `journal_size_limit`: the log is cut back to 64 MiB after a long reader made it grow.
/// - `cache_size`: 16 MiB a connection; `mmap_size=0`, since a mapped file turns a disk error into a crash.
/// - `case_sensitive_like`: as on PostgreSQL.
/// - `trusted_schema=OFF`: the file cannot make us call functions.
const PRAGMAS: &str = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4096; PRAGMA journal_size_limit=67108864;
    PRAGMA cache_size=-16384; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA case_sensitive_like=ON;
    PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=OFF;";

/// How long to wait for another process (a backup, a migration) that holds the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Statements kept prepared on a connection, and translations kept beside them.
const STATEMENTS: usize = 256;

/// A connection to a SQLite file.
pub(super) struct Sqlite {
    connection: Connection,
    translated: HashMap<String, String>,
    /// Steps of SQLite's machine since somebody asked.
    steps: u64,
}

impl Sqlite {
    /// The connection that writes. Makes the file if there is none.
    pub(super) fn writer(path: &Path) -> Result<Self, StoreError> {
        keep_private(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sqlite = Self::open(path, flags)?;
        sqlite.claim()?;
        Ok(sqlite)
    }

    /// A connection that can only read.
    pub(super) fn reader(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    fn open(path: &Path, flags: OpenFlags) -> Result<Self, StoreError> {
        let connection = Connection::open_with_flags(path, flags).map_err(|error| unopened(&error, path))?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| sorted(&error))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.execute_batch(PRAGMAS).map_err(|error| sorted(&error))?;
        // Plans do not depend on what is bound: else a kept statement is prepared anew whenever other values are.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|error| sorted(&error))?;
        Ok(Self { connection, translated: HashMap::new(), steps: 0 })
    }

    /// Refuses a file that is not ours, and marks a new one.
    fn claim(&self) -> Result<(), StoreError> {
        let mark = self.pragma("SELECT application_id FROM pragma_application_id")?;
        let tables = self.pragma("SELECT count(*) FROM sqlite_schema")?;
        if mark != APPLICATION_ID && (mark != 0 || tables != 0) {
            return Err(StoreError::Unusable("the file belongs to another program".to_owned()));
        }
        self.batch("PRAGMA journal_mode=WAL")?;
        self.batch(&format!("PRAGMA application_id={APPLICATION_ID}"))
    }

    fn pragma(&self, sql: &str) -> Result<i64, StoreError> {
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| sorted(&error))
    }

    fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(|error| sorted(&error))
    }

    /// Runs a statement that begins or ends something; prepared once.
    fn command(&self, sql: &str) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| sorted(&error))?;
        statement.execute([]).map(drop).map_err(|error| sorted(&error))
    }

    fn with_statement<T>(
        &mut self,
        sql: &str,
        run: impl FnOnce(&mut rusqlite::CachedStatement<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        if !self.translated.contains_key(sql) {
            if self.translated.len() >= STATEMENTS {
                self.translated.clear();
            }
            self.translated.insert(sql.to_owned(), sqlite_dialect::translate(sql));
        }
        let text = self.translated.get(sql).map_or(sql, String::as_str);
        let mut statement = self.connection.prepare_cached(text).map_err(|error| sorted(&error))?;
        let done = run(&mut statement).map_err(|error| sorted(&error));
        self.steps += u64::try_from(statement.reset_status(StatementStatus::VmStep)).unwrap_or_default();
        done
    }
}

/// The file holds the server's key and where officers were: nobody but the server's own user reads it. SQLite gives its log
/// the mode of the file; one that is there already is changed too. Never opens a file that is there, since closing it would
/// give up the locks of this process.
#[cfg(unix)]
fn keep_private(path: &Path) {
    use std::fs::{OpenOptions, Permissions, set_permissions};
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    // Whether it cannot be made or is there already shows when it is opened.
    let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    for end in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        match set_permissions(Path::new(&file), Permissions::from_mode(0o600)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "others may be able to read the database");
            }
            _ => {}
        }
    }
}

#[cfg(not(unix))]
fn keep_private(_: &Path) {}

impl Driver for Sqlite {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        params.iter().try_for_each(Value::check)?;
        let bound = rusqlite::params_from_iter(params);
        self.with_statement(sql, |statement| statement.execute(bound)).map(|rows| rows as u64)
    }

    /// Two statements. One with `RETURNING` may touch many rows for all that SQLite knows, so it keeps the pages that each changes, to undo
    /// it alone; and when one ends SQLite walks through all that the job has kept, so that a job of thousands would take minutes.
    fn written(&mut self, written: &Written, params: &[Value]) -> Result<Option<Row>, StoreError> {
        if self.execute(written.write, params)? == 0 {
            return Ok(None);
        }
        let Written { columns, row, by, .. } = written;
        Ok(self.query(&format!("SELECT {columns} FROM {row}"), &params[..*by])?.into_iter().next())
    }

    fn take_steps(&mut self) -> u64 {
        std::mem::take(&mut self.steps)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        params.iter().try_for_each(Value::check)?;
        let bound = rusqlite::params_from_iter(params);
        self.with_statement(sql, |statement| {
            let columns = statement.column_count();
            let mut rows = statement.query(bound)?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let mut values = Vec::with_capacity(columns);
                for column in 0..columns {
                    values.push(read(row.get_ref(column)?, column)?);
                }
                all.push(Row::new(values));
            }
            Ok(all)
        })
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.command("BEGIN IMMEDIATE")?;
        self.savepoint()
    }

    fn begin_reading(&mut self) -> Result<(), StoreError> {
        self.command("BEGIN DEFERRED")
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        self.command("RELEASE job")
    }

    fn savepoint(&mut self) -> Result<(), StoreError> {
        self.command("SAVEPOINT job")
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.command("ROLLBACK TO job")?;
        self.keep()
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.command("COMMIT")
    }

    fn rollback(&mut self) {
        // Some errors (a full disk, a failing one) have rolled back already.
        if !self.connection.is_autocommit() {
            drop(self.command("ROLLBACK"));
        }
    }

    fn agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        let rows = self.query("SELECT epoch, seq FROM agencies WHERE agency = $1", &params![agency])?;
        Ok(rows.into_iter().next())
    }

    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        // A writing transaction already holds the whole file.
        self.agency(agency)
    }

    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<Lock, StoreError> {
        self.agency(agency).map(Lock::Held)
    }

    fn lock_schema(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null | Self::TooLarge => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn read(value: ValueRef<'_>, column: usize) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(std::str::from_utf8(text)?.to_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => {
            return Err(rusqlite::Error::InvalidColumnType(column, "a float".to_owned(), rusqlite::types::Type::Real));
        }
    })
}

fn unopened(error: &rusqlite::Error, path: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => StoreError::Settings(format!("cannot open the database {}", path.display())),
        _ => sorted(error),
    }
}

/// Sorts SQLite's errors by what can be done about them.
fn sorted(error: &rusqlite::Error) -> StoreError {
    let message = error.to_string();
    let Some(engine) = error.sqlite_error() else { return StoreError::Refused(message) };
    match (engine.extended_code, engine.code) {
        (ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY, _) => StoreError::Unique(message),
        (_, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Transient(message),
        (_, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Unusable(message),
        _ => StoreError::Refused(message),
    }
}
