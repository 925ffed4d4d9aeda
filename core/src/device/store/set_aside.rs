//! Setting a damaged file aside: renamed with the date, never deleted.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::Result;
use crate::time::UnixMillis;

/// Renames the file and what belongs to it; the new name.
pub(super) fn set_aside(path: &Path, now: UnixMillis) -> Result<String> {
    let target = free_name(path, now);
    for suffix in ["", "-wal", "-shm"] {
        let from = with_suffix(path, suffix);
        if from.exists() {
            std::fs::rename(&from, with_suffix(&target, suffix))?;
        }
    }
    Ok(target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

/// Tells the officer, in the fresh file.
pub(super) fn report(connection: &Connection, now: UnixMillis, name: &str) -> Result<()> {
    connection.execute(
        "INSERT INTO reports (at, what, subject, reason) VALUES (?1, 'store_set_aside', ?2, 'The file was damaged. It is kept beside the new one.')",
        params![now.as_millis(), name],
    )?;
    Ok(())
}

fn free_name(path: &Path, now: UnixMillis) -> PathBuf {
    let stamp = now.to_utc().format("%Y%m%dT%H%M%SZ");
    let first = with_suffix(path, &format!(".set-aside-{stamp}"));
    if !first.exists() {
        return first;
    }
    (2..u32::MAX).map(|n| with_suffix(&first, &format!("-{n}"))).find(|name| !name.exists()).unwrap_or(first)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
