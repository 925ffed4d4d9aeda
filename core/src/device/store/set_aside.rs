//! Setting a damaged file aside: renamed with the date, never deleted.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Result, Tx, reports};
use crate::time::UnixMillis;

const MARK: &str = ".set-aside-";
/// What SQLite keeps beside a file: the log may hold the latest hours.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// Renames the file and what belongs to it. The file goes first: were its log moved before it, a death in between would leave a
/// file that looks whole and lacks what the log held.
pub(super) fn set_aside(path: &Path, now: UnixMillis) -> Result<()> {
    let target = free_name(path, now);
    rename(path, &target)?;
    move_companions(path, &target)
}

/// Ends what a death cut short: a log without its file would be thrown away by the next file of that name. It follows the file that
/// was set aside last, if that has none.
pub(super) fn finish(path: &Path, now: UnixMillis) -> Result<()> {
    if path.exists() || !COMPANIONS.iter().any(|suffix| with_suffix(path, suffix).exists()) {
        return Ok(());
    }
    let last = names(path)?.pop().map(|name| path.with_file_name(name));
    let alone = |target: &PathBuf| !COMPANIONS.iter().any(|suffix| with_suffix(target, suffix).exists());
    move_companions(path, &last.filter(alone).unwrap_or_else(|| free_name(path, now)))
}

fn move_companions(path: &Path, target: &Path) -> Result<()> {
    COMPANIONS.iter().try_for_each(|suffix| rename(&with_suffix(path, suffix), &with_suffix(target, suffix)))
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    if from.exists() {
        std::fs::rename(from, to)?;
    }
    Ok(())
}

/// Is there any?
pub(super) fn is_any(path: &Path) -> Result<bool> {
    Ok(!names(path)?.is_empty())
}

/// The files set aside beside that one that the file at hand does not tell of yet, in the order of their times.
pub(super) fn untold(connection: &Connection, path: &Path) -> Result<Vec<String>> {
    let mut names = names(path)?;
    if !names.is_empty() {
        let mut told = connection.prepare("SELECT subject FROM reports WHERE what = 'store_set_aside'")?;
        let told = told.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<BTreeSet<String>>>()?;
        names.retain(|name| !told.contains(name));
    }
    Ok(names)
}

/// Tells the officer of one of them.
pub(super) fn tell(tx: &Tx<'_>, name: &str, reason: &str, now: UnixMillis) -> Result<()> {
    reports::add(tx, now, "store_set_aside", name, reason, None)
}

/// The files set aside beside that one, in the order of their times.
fn names(path: &Path) -> Result<Vec<String>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mark = with_suffix(path, MARK);
    let Some(prefix) = mark.file_name().map(|name| name.to_string_lossy().into_owned()) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(&prefix) && !COMPANIONS.iter().any(|suffix| name.ends_with(suffix)) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn free_name(path: &Path, now: UnixMillis) -> PathBuf {
    let stamp = now.to_utc().format("%Y%m%dT%H%M%SZ");
    let first = with_suffix(path, &format!("{MARK}{stamp}"));
    let free = |name: &PathBuf| !["", "-wal", "-shm"].iter().any(|suffix| with_suffix(name, suffix).exists());
    if free(&first) {
        return first;
    }
    (2..u32::MAX).map(|n| with_suffix(&first, &format!("-{n}"))).find(free).unwrap_or(first)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_death_between_two_renames_keeps_the_log_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.db");
        for (number, first) in [(1, "phone.db.set-aside-20251009T080000Z"), (2, "phone.db.set-aside-20251009T090000Z")]
        {
            // What a death after the first rename leaves.
            std::fs::write(folder.path().join(first), format!("file {number}")).unwrap();
            std::fs::write(with_suffix(&path, "-wal"), format!("log {number}")).unwrap();
            finish(&path, UnixMillis::new(1_760_000_000_000)).unwrap();
            let log = std::fs::read_to_string(folder.path().join(format!("{first}-wal"))).unwrap();
            assert_eq!(log, format!("log {number}"));
        }
        assert!(!with_suffix(&path, "-wal").exists());
    }

    #[test]
    fn a_log_that_belongs_to_nothing_is_kept_by_itself_and_overwrites_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.db");
        for number in 0..3 {
            std::fs::write(with_suffix(&path, "-wal"), format!("log {number}")).unwrap();
            finish(&path, UnixMillis::new(1_760_000_000_000)).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
