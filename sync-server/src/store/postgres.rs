//! PostgreSQL, or what speaks its protocol. Connections are plain: see [`settings`] for where that is accepted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use detailbook_core::ids::AgencyId;
use postgres::config::{Host, SslMode};
use postgres::error::{DbError, Severity, SqlState};
use postgres::types::{ToSql, Type};
use postgres::{Client, Config, NoTls, Statement};

use super::driver::{Driver, Lock};
use super::{Row, StoreError, Value, params, postgres_dialect};

/// Statements kept prepared on a connection.
const STATEMENTS: usize = 512;

/// How long to wait for a server to answer a new connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How soon a host that vanished is noticed: a connection that waits for an answer is probed after [`IDLE`], then every
/// [`BETWEEN`], and ends after [`PROBES`] that nobody answered; what is sent ends it if nobody takes it for [`UNTAKEN`].
const IDLE: Duration = Duration::from_secs(10);
const BETWEEN: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;
const UNTAKEN: Duration = Duration::from_secs(15);

/// Settings of every connection.
///
/// - `lock_timeout`: a node that hangs with an agency's lock stops the others for this long, then they answer "try again".
/// - `idle_in_transaction_session_timeout`: after this long the hung node loses the lock.
const SESSION: &str = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'";

/// The advisory lock that nodes take to change the tables: "DtBk".
const SCHEMA_LOCK: i64 = 0x4474_426b;

/// A connection to a PostgreSQL database, made when it is first needed and again when it was lost.
pub(super) struct Postgres {
    config: Config,
    link: Option<Link>,
    /// The last job was kept; its savepoint is ended together with the next command, which saves a round trip.
    kept: bool,
}

struct Link {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// Reads the url. Refuses what would send the agency's data over a network in the clear unless `sslmode=disable` asks for it.
pub(super) fn settings(url: &str) -> Result<Config, StoreError> {
    if ["sslmode=require", "sslmode=verify"].iter().any(|asked| url.contains(asked)) {
        let message = "TLS to PostgreSQL is not built in: use a socket, this host, or a tunnel with sslmode=disable";
        return Err(StoreError::Settings(message.to_owned()));
    }
    let mut config: Config = url.parse().map_err(|error: postgres::Error| {
        StoreError::Settings(format!("the database's url is not understood: {error}"))
    })?;
    if config.get_ssl_mode() != SslMode::Disable && !is_local(&config) {
        let message = "the database is on another host and TLS is not built in: \
                       where the network between is trusted, say so with sslmode=disable";
        return Err(StoreError::Settings(message.to_owned()));
    }
    config.ssl_mode(SslMode::Disable);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    notice_silence(&mut config, url);
    if config.get_application_name().is_none() {
        config.application_name("detailbook");
    }
    Ok(config)
}

/// Sets what the url does not: the systems' own values let a vanished host hold up a connection for hours.
fn notice_silence(config: &mut Config, url: &str) {
    // What it gives where nothing is set cannot be told from the same value set.
    if !url.contains("keepalives_idle") {
        config.keepalives_idle(IDLE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(BETWEEN);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(PROBES);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNTAKEN);
    }
}

fn is_local(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

impl Postgres {
    /// A connection that is made when it is first needed.
    pub(super) fn new(config: Config) -> Self {
        Self { config, link: None, kept: false }
    }

    fn link(&mut self) -> Result<&mut Link, StoreError> {
        self.link.as_mut().ok_or_else(lost)
    }

    /// Runs the first command of a transaction, on a new connection where the old one turns out to be dead.
    fn start(&mut self, command: &str) -> Result<(), StoreError> {
        self.kept = false;
        if self.link.is_some() {
            match self.command(command) {
                Err(StoreError::Transient(_)) if self.link.is_none() => {}
                answered => return answered,
            }
        }
        self.link = Some(Link::connect(&self.config)?);
        self.command(command)
    }

    /// Runs a command without parameters, after ending the savepoint of a job that was kept.
    fn command(&mut self, command: &str) -> Result<(), StoreError> {
        let whole = if std::mem::take(&mut self.kept) {
            format!("RELEASE SAVEPOINT job; {command}")
        } else {
            command.to_owned()
        };
        let result = self.link()?.client.batch_execute(&whole);
        result.map_err(|error| self.sort(&error))
    }

    fn sort(&mut self, error: &postgres::Error) -> StoreError {
        if ends_connection(error) {
            self.link = None;
        }
        sorted(error)
    }

    /// Prepares the statement, or finds it prepared.
    fn statement(&mut self, sql: &str) -> Result<Statement, StoreError> {
        let link = self.link()?;
        if let Some(statement) = link.statements.get(sql) {
            return Ok(statement.clone());
        }
        if link.statements.len() >= STATEMENTS {
            link.statements.clear();
        }
        match link.client.prepare(&postgres_dialect::translate(sql)) {
            Ok(statement) => {
                link.statements.insert(sql.to_owned(), statement.clone());
                Ok(statement)
            }
            Err(error) => Err(self.sort(&error)),
        }
    }

    fn run<T>(
        &mut self,
        sql: &str,
        values: &[Value],
        run: impl FnOnce(&mut Client, &Statement, &[&(dyn ToSql + Sync)]) -> Result<T, postgres::Error>,
    ) -> Result<T, StoreError> {
        values.iter().try_for_each(Value::check)?;
        let statement = self.statement(sql)?;
        if statement.params().len() != values.len() {
            return Err(StoreError::Misused("a statement was given another number of parameters than it has"));
        }
        let bound: Vec<_> = statement.params().iter().zip(values).map(|(kind, value)| bind(kind, value)).collect();
        let result = run(&mut self.link()?.client, &statement, &bound);
        result.map_err(|error| self.sort(&error))
    }

    fn head(&mut self, sql: &str, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, &params![agency])?.into_iter().next())
    }
}

impl Link {
    fn connect(config: &Config) -> Result<Self, StoreError> {
        let mut client = config.connect(NoTls).map_err(|error| unreachable_server(&error))?;
        client.batch_execute(SESSION).map_err(|error| sorted(&error))?;
        let link = Self { client, statements: HashMap::new() };
        link.accepted()
    }

    /// Refuses a database that cannot keep its promises: one that cannot hold every text, or acknowledges before it has stored.
    fn accepted(mut self) -> Result<Self, StoreError> {
        let sql =
            "SELECT name, setting FROM pg_settings WHERE name IN ('server_encoding', 'synchronous_commit', 'fsync')";
        for row in self.client.query(sql, &[]).map_err(|error| sorted(&error))? {
            let (name, setting): (String, String) = (row.get(0), row.get(1));
            if (name == "server_encoding" && setting != "UTF8") || setting == "off" {
                return Err(StoreError::Unusable(format!("the database's {name} is {setting}")));
            }
        }
        Ok(self)
    }
}

impl Driver for Postgres {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.run(sql, params, |client, statement, bound| client.execute(statement, bound))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows = self.run(sql, params, |client, statement, bound| client.query(statement, bound))?;
        rows.iter().map(read).collect()
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.start("BEGIN ISOLATION LEVEL READ COMMITTED; SAVEPOINT job")
    }

    fn begin_reading(&mut self) -> Result<(), StoreError> {
        self.start("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn begin_reading_often(&mut self) -> Result<(), StoreError> {
        self.start("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan")
    }

    fn savepoint(&mut self) -> Result<(), StoreError> {
        self.command("SAVEPOINT job")
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        self.link()?;
        self.kept = true;
        Ok(())
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.command("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job")
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        // A COMMIT of a failed transaction rolls back and reports success; ending the savepoint first would fail.
        self.command("COMMIT").map_err(|error| if self.link.is_none() { unknown(&error) } else { error })
    }

    fn rollback(&mut self) {
        self.kept = false;
        if self.link.is_some() && self.command("ROLLBACK").is_err() {
            self.link = None;
        }
    }

    fn agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        self.head("SELECT epoch, seq FROM agencies WHERE agency = $1", agency)
    }

    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        self.head("SELECT epoch, seq FROM agencies WHERE agency = $1 FOR UPDATE", agency)
    }

    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<Lock, StoreError> {
        let skipping = "SELECT epoch, seq FROM agencies WHERE agency = $1 FOR UPDATE SKIP LOCKED";
        if let Some(row) = self.head(skipping, agency)? {
            return Ok(Lock::Held(Some(row)));
        }
        Ok(if self.agency(agency)?.is_some() { Lock::Taken } else { Lock::Held(None) })
    }

    fn lock_schema(&mut self) -> Result<(), StoreError> {
        self.command(&format!("SELECT pg_advisory_xact_lock({SCHEMA_LOCK})"))
    }
}

/// The value as the parameter wants it; null has a type too.
fn bind<'a>(kind: &Type, value: &'a Value) -> &'a (dyn ToSql + Sync) {
    match value {
        Value::Int(number) => number,
        Value::Text(text) => text,
        Value::Bytes(bytes) => bytes,
        Value::Null | Value::TooLarge => match *kind {
            Type::BYTEA => &None::<Vec<u8>>,
            Type::INT8 => &None::<i64>,
            _ => &None::<String>,
        },
    }
}

fn read(row: &postgres::Row) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(row.len());
    for column in 0..row.len() {
        values.push(read_column(row, column)?);
    }
    Ok(Row::new(values))
}

fn read_column(row: &postgres::Row, column: usize) -> Result<Value, StoreError> {
    let value = match *row.columns()[column].type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(column).map(Value::from),
        Type::INT4 => row.try_get::<_, Option<i32>>(column).map(Value::from),
        Type::BOOL => row.try_get::<_, Option<bool>>(column).map(Value::from),
        Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<String>>(column).map(Value::from),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column).map(Value::from),
        _ => return Err(StoreError::Misused("a column is neither BIGINT, TEXT nor BYTEA: CAST it")),
    };
    value.map_err(|error| sorted(&error))
}

fn lost() -> StoreError {
    StoreError::Transient("the connection was lost".to_owned())
}

fn unknown(error: &StoreError) -> StoreError {
    StoreError::OutcomeUnknown(error.to_string())
}

/// Whether the connection is of no use after this error.
fn ends_connection(error: &postgres::Error) -> bool {
    let fatal = |error: &DbError| !matches!(error.parsed_severity(), None | Some(Severity::Error));
    error.is_closed() || error.as_db_error().map_or_else(|| is_io(error), fatal)
}

fn is_io(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

fn unreachable_server(error: &postgres::Error) -> StoreError {
    match error.as_db_error() {
        Some(answer) if !is_transient(answer.code()) => StoreError::Settings(words(answer)),
        Some(answer) => StoreError::Transient(words(answer)),
        None => StoreError::Transient(format!("the database cannot be reached: {}", chain(error))),
    }
}

/// Sorts PostgreSQL's errors by what can be done about them.
fn sorted(error: &postgres::Error) -> StoreError {
    let Some(answer) = error.as_db_error() else {
        let transient = error.is_closed() || is_io(error);
        return if transient { StoreError::Transient(chain(error)) } else { StoreError::Refused(chain(error)) };
    };
    match answer.code() {
        code if *code == SqlState::UNIQUE_VIOLATION => StoreError::Unique(words(answer)),
        code if is_transient(code) => StoreError::Transient(words(answer)),
        _ => StoreError::Refused(words(answer)),
    }
}

/// Classes 08 (connection), 40 (deadlock, serialization), 53 (resources), 57P (shutdown), and a lock not had in time.
fn is_transient(code: &SqlState) -> bool {
    ["08", "40", "53", "57P"].iter().any(|class| code.code().starts_with(class))
        || *code == SqlState::LOCK_NOT_AVAILABLE
}

/// The server's words without its detail, which quotes rows.
fn words(answer: &DbError) -> String {
    format!("{} ({})", answer.message(), answer.code().code())
}

fn chain(error: &postgres::Error) -> String {
    let cause = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{cause}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::settings;
    use crate::store::StoreError;

    fn refusal(url: &str) -> String {
        match settings(url) {
            Err(StoreError::Settings(message)) => message,
            other => panic!("{url} was not refused: {other:?}"),
        }
    }

    #[test]
    fn tls_is_refused_clearly_since_there_is_none() {
        for mode in ["require", "verify-ca", "verify-full"] {
            assert!(
                refusal(&format!("postgres://u@localhost/b?sslmode={mode}"))
                    .contains("TLS to PostgreSQL is not built in")
            );
        }
    }

    #[test]
    fn another_host_is_reached_in_the_clear_only_when_that_is_asked_for() {
        for url in [
            "postgres://u@db.agency.example/b",
            "postgres://u@10.0.0.5/b?sslmode=prefer",
            "postgres://u@localhost,db/b",
        ] {
            assert!(refusal(url).contains("sslmode=disable"));
        }
        assert!(settings("postgres://u@db.agency.example/b?sslmode=disable").is_ok());
    }

    #[test]
    fn this_host_and_sockets_are_reached_as_they_are() {
        for url in [
            "postgres://u@localhost/b",
            "postgres://u@127.0.0.1:5433/b",
            "postgres://u@[::1]/b",
            "postgres://u@/b?host=/run/pg",
        ] {
            assert!(settings(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn a_host_that_vanished_is_noticed_within_half_a_minute_unless_the_url_says_otherwise() {
        let seconds = Duration::from_secs;
        let usual = settings("postgres://u@localhost/b").unwrap();
        assert!(usual.get_keepalives());
        let (between, probes) = (usual.get_keepalives_interval().unwrap(), usual.get_keepalives_retries().unwrap());
        assert!(usual.get_keepalives_idle() + between * probes <= seconds(30));
        assert!(usual.get_tcp_user_timeout().is_some_and(|most| *most <= seconds(30)));
        let url = "postgres://u@localhost/b?keepalives_idle=7200&keepalives_interval=70&keepalives_retries=9&tcp_user_timeout=600";
        let set = settings(url).unwrap();
        assert_eq!((set.get_keepalives_idle(), set.get_keepalives_interval()), (seconds(7200), Some(seconds(70))));
        assert_eq!((set.get_keepalives_retries(), set.get_tcp_user_timeout()), (Some(9), Some(&seconds(600))));
    }

    #[test]
    fn a_url_that_is_not_understood_is_refused_without_its_password() {
        assert!(!refusal("postgres://u:hunter2@localhost:notaport/b").contains("hunter2"));
    }
}
