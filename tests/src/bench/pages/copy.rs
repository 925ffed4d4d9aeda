//! The same agency on PostgreSQL: every row of an SQLite store, as it stands, in tables that the server made there itself. So both engines
//! are asked about the same, and the year is lived once.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use detailbook_server::store::{Store, StoreConfig};
use postgres::{Client, NoTls};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::super::Outcome;

/// Bytes handed on at a time.
const CHUNK: usize = 256 * 1024;

/// Copies an SQLite store into an empty PostgreSQL database.
pub(super) fn into_postgres(sqlite: &Path, url: &str) -> Outcome<()> {
    Store::open(&StoreConfig::Postgres { url: url.to_owned() })?.close();
    let (from, mut to) = (Connection::open(sqlite)?, Client::connect(url, NoTls)?);
    for table in tables(&from)? {
        copy(&from, &mut to, &table)?;
    }
    // As the database would have done itself by then: the private one has no autovacuum.
    Ok(to.batch_execute("VACUUM ANALYZE")?)
}

fn tables(from: &Connection) -> Outcome<Vec<String>> {
    let mut all =
        from.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")?;
    let names = all.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn columns(from: &Connection, table: &str) -> Outcome<Vec<String>> {
    let mut all = from.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
    let names = all.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn copy(from: &Connection, to: &mut Client, table: &str) -> Outcome<()> {
    let columns = columns(from, table)?;
    let names = columns.join(", ");
    // What making the tables wrote, such as which there are, comes from the other store too.
    to.batch_execute(&format!("TRUNCATE {table}"))?;
    let mut writer = to.copy_in(&format!("COPY {table} ({names}) FROM STDIN"))?;
    let mut read = from.prepare(&format!("SELECT {names} FROM {table}"))?;
    let (mut rows, mut text) = (read.query([])?, String::with_capacity(2 * CHUNK));
    while let Some(row) = rows.next()? {
        for at in 0..columns.len() {
            text.push_str(if at == 0 { "" } else { "\t" });
            field(&mut text, row.get_ref(at)?)?;
        }
        text.push('\n');
        if text.len() >= CHUNK {
            writer.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    writer.write_all(text.as_bytes())?;
    writer.finish()?;
    Ok(())
}

/// A value as COPY reads it.
fn field(text: &mut String, value: ValueRef<'_>) -> Outcome<()> {
    match value {
        ValueRef::Null => text.push_str("\\N"),
        ValueRef::Integer(number) => write!(text, "{number}")?,
        ValueRef::Blob(bytes) => {
            text.push_str("\\\\x");
            bytes.iter().try_for_each(|byte| write!(text, "{byte:02x}"))?;
        }
        ValueRef::Text(bytes) => {
            for letter in std::str::from_utf8(bytes)?.chars() {
                match letter {
                    '\\' => text.push_str("\\\\"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    '\t' => text.push_str("\\t"),
                    letter => text.push(letter),
                }
            }
        }
        ValueRef::Real(_) => return Err("a store holds no such number".into()),
    }
    Ok(())
}
