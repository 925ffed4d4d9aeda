//! A phone's process, killed while it punches.

use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use detailbook_core::device::Phone;
use detailbook_core::ids::{DocumentId, FactId};

use super::{Kills, WITHIN_MS};
use crate::bench::draws::Draws;
use crate::bench::office::{Office, Roll, sqlite_in};
use crate::bench::served::Process;
use crate::bench::{Bench, Outcome, handset};

/// Facts of one log that are read at once: more than one run writes.
const MANY: u32 = 100_000;
/// Most acknowledgements before the kill's moment is drawn.
const MOST_ACKS: u32 = 20;

type Acknowledged = (DocumentId, FactId);

/// Kills a phone's process again and again, all over the same file.
pub(super) fn kills(bench: &Bench, folder: &Path) -> Outcome<Kills> {
    enrol(bench, folder)?;
    let mut draws = Draws::seeded(bench.seed);
    let (mut all, mut missing) = (Vec::new(), 0);
    for run in 0..bench.kills {
        let acknowledged = punch_and_kill(folder, u64::from(run) + 1, &mut draws)?;
        missing += lost(&handset::open(folder, 0)?, &acknowledged)?;
        all.extend(acknowledged);
    }
    // What one kill left, a later one might have taken.
    let last = lost(&handset::open(folder, 0)?, &all)?;
    Ok(Kills { count: bench.kills, acknowledged: all.len(), missing: missing.max(last) })
}

fn enrol(bench: &Bench, folder: &Path) -> Outcome<()> {
    let server = folder.join("server");
    let mut office = Office::found(&sqlite_in(&server)?, &server.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let (_, _, invitations) = office.officer(Roll::to_come(1), 1)?;
    let phone = handset::open(folder, 0)?;
    handset::enrol(&phone, &office.app, &invitations[0])?;
    office.close();
    Ok(phone.close()?)
}

/// Lets a phone punch until some acknowledgements have come and a little time has passed.
fn punch_and_kill(folder: &Path, seed: u64, draws: &mut Draws) -> Outcome<Vec<Acknowledged>> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut phone = Process::start(command.arg("handset").arg(folder).arg(seed.to_string()))?;
    let mut lines = (0..=draws.below(MOST_ACKS)).map(|_| phone.line()).collect::<Outcome<Vec<_>>>()?;
    sleep(Duration::from_micros(u64::from(draws.below(WITHIN_MS * 1_000))));
    let rest = phone.kill()?;
    // A line without its end was not yet said.
    let whole = rest.rsplit_once('\n').map_or("", |(whole, _)| whole);
    lines.extend(whole.lines().map(str::to_owned));
    lines.iter().map(|line| read(line)).collect()
}

fn read(line: &str) -> Outcome<Acknowledged> {
    let (document, fact) = line.split_once(' ').ok_or("a line that is no acknowledgement")?;
    Ok((document.parse()?, fact.parse()?))
}

/// How many of these the phone no longer has.
fn lost(phone: &Phone, acknowledged: &[Acknowledged]) -> Outcome<usize> {
    let mut lost = 0;
    for run in acknowledged.chunk_by(|one, other| one.0 == other.0) {
        let held: std::collections::HashSet<_> = phone.facts(run[0].0, None, MANY)?.iter().map(|it| it.fact).collect();
        lost += run.iter().filter(|(_, fact)| !held.contains(fact)).count();
    }
    Ok(lost)
}
