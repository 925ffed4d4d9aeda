//! Finds PostgreSQL's programs, and the user they may run as.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with `initdb` and `postgres`: on the path, where `pg_config` says, or where Debian, Red Hat and Homebrew put them.
pub(crate) fn folder() -> Result<PathBuf, String> {
    let found = on_path().chain(told()).chain(usual()).find(|folder| has_programs(folder));
    found.ok_or_else(|| "initdb and postgres were not found; install PostgreSQL's server package".to_owned())
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

fn on_path() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

fn told() -> Option<PathBuf> {
    let folder = output("pg_config", &["--bindir"])?;
    Some(PathBuf::from(folder))
}

/// Newest version first.
fn usual() -> impl Iterator<Item = PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    let elsewhere = ["/usr/pgsql/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin"];
    versions.into_iter().rev().chain(elsewhere.map(PathBuf::from))
}

/// A shell, as a user that PostgreSQL runs under.
pub(crate) fn shell() -> Result<Command, String> {
    if output("id", &["-u"]).as_deref() != Some("0") {
        return Ok(Command::new("sh"));
    }
    let user = ["postgres", "nobody"].into_iter().find(|user| output("id", &["-u", user]).is_some());
    let user = user.ok_or("PostgreSQL refuses to run as root, and there is no user postgres or nobody")?;
    Ok(shell_as(user))
}

fn shell_as(user: &str) -> Command {
    let group = output("id", &["-g", user]).unwrap_or_else(|| user.to_owned());
    if output("setpriv", &["--version"]).is_none() {
        let mut command = Command::new("su");
        command.args(["-s", "/bin/sh", user]);
        return command;
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", "sh"]);
    command
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}
