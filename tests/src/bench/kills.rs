//! What was acknowledged is there after a SIGKILL: of the server's process, and of a phone's.

mod phone;
mod server;

use super::report::Row;
use super::{Bench, Outcome};

/// Longest wait between an acknowledgement and the kill, in milliseconds.
const WITHIN_MS: u32 = 50;

/// What a series of kills came to.
struct Kills {
    count: u32,
    acknowledged: usize,
    missing: usize,
}

/// Both series.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("kills")?;
    Ok(vec![
        row("server", &server::kills(bench, &folder.join("server"))?),
        row("phone", &phone::kills(bench, &folder.join("phone"))?),
    ])
}

fn row(whose: &str, kills: &Kills) -> Row {
    let Kills { count: kills, acknowledged, missing } = *kills;
    let ours = format!("{missing} lost of {acknowledged} acknowledged");
    Row::judged(format!("{kills} SIGKILLs of the {whose} after an acknowledgement"), ours, "0 lost", missing == 0)
        .over("0")
        .with("kills", kills)
        .with("acknowledged", acknowledged)
        .with("missing", missing)
}
