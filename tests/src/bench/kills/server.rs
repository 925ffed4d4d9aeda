//! The server's process, killed while phones push.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::wire::Entry;
use detailbook_server::store::StoreConfig;
use rusqlite::OpenFlags;

use super::{Kills, WITHIN_MS};
use crate::bench::draws::Draws;
use crate::bench::http::Connection;
use crate::bench::lean::{LeanPhone, Ready};
use crate::bench::office::{Office, Roll, Shift, about, sqlite_in};
use crate::bench::served::{Server, Setup};
use crate::bench::{Bench, Outcome};

/// Phones that push at once.
const PHONES: u64 = 8;
/// Shifts of each.
const SHIFTS: u32 = 40;
/// Most acknowledgements before the kill's moment is drawn.
const MOST_ACKS: u32 = 40;
/// No acknowledgement takes this long unless the server hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// An officer's phone that pushes, and a second one that reads everything back in the end.
struct Pair {
    pushes: LeanPhone,
    reads: LeanPhone,
    shifts: Vec<Shift>,
    /// Not acknowledged yet: sent again until it is.
    waiting: Option<Ready>,
    written: usize,
    acknowledged: Vec<Ready>,
}

/// Kills a server again and again, all over the same store.
pub(super) fn kills(bench: &Bench, folder: &Path) -> Outcome<Kills> {
    let store = sqlite_in(folder)?;
    let (agency, mut pairs) = found(bench, &store, folder)?;
    let setup = Setup { programs: &bench.programs, folder, store: &store, database: None };
    let mut draws = Draws::seeded(bench.seed);
    let mut missing = 0;
    let mut checked = vec![0; pairs.len()];
    for _ in 0..bench.kills {
        let server = Server::start(&setup)?;
        missing += lost(folder, agency, &pairs, &mut checked)?;
        push_and_kill(server, &mut pairs, &mut draws)?;
    }
    let server = Server::start(&setup)?;
    missing += lost(folder, agency, &pairs, &mut checked)?;
    let mut unread = 0;
    for pair in &mut pairs {
        unread += pair.unread(server.address)?;
    }
    let acknowledged = pairs.iter().map(|pair| pair.acknowledged.len()).sum();
    Ok(Kills { count: bench.kills, acknowledged, missing: missing.max(unread) })
}

fn found(bench: &Bench, store: &StoreConfig, folder: &Path) -> Outcome<(AgencyId, Vec<Pair>)> {
    let mut office = Office::found(store, &folder.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let mut pair = |nth| -> Outcome<Pair> {
        let (_, shifts, invitations) = office.officer(Roll::to_come(SHIFTS), 2)?;
        let pushes = LeanPhone::enrol(&office.app, &invitations[0], 2 * nth + 1)?;
        let reads = LeanPhone::enrol(&office.app, &invitations[1], 2 * nth + 2)?;
        Ok(Pair { pushes, reads, shifts, waiting: None, written: 0, acknowledged: Vec::new() })
    };
    let pairs = (0..PHONES).map(&mut pair).collect::<Outcome<Vec<_>>>()?;
    let agency = office.agency;
    office.close();
    Ok((agency, pairs))
}

/// Lets all phones push until some acknowledgements have come and a little time has passed.
fn push_and_kill(server: Server, pairs: &mut [Pair], draws: &mut Draws) -> Outcome<()> {
    let (acks, wait) = (draws.below(MOST_ACKS), Duration::from_micros(u64::from(draws.below(WITHIN_MS * 1_000))));
    let address = server.address;
    let (said, heard) = channel();
    thread::scope(|scope| {
        let push = |pair: &'_ mut Pair, said: Sender<()>| pair.push(address, &said);
        let pushing: Vec<_> = pairs
            .iter_mut()
            .map(|pair| {
                let said = said.clone();
                scope.spawn(move || push(pair, said))
            })
            .collect();
        drop(said);
        let all = (0..=acks).try_for_each(|_| heard.recv_timeout(PATIENCE));
        thread::sleep(wait);
        server.kill()?;
        // Phones end when their connection does; any other error is one.
        for phone in pushing {
            phone.join().map_err(|_| "a phone panicked")??;
        }
        Ok(all?)
    })
}

impl Pair {
    /// Pushes punches until the connection ends. An answer that is not an acceptance is an error.
    fn push(&mut self, address: SocketAddr, said: &Sender<()>) -> Outcome<()> {
        let Ok(mut connection) = Connection::open(address) else { return Ok(()) };
        loop {
            let ready = self.waiting.take().unwrap_or_else(|| self.write());
            let request = self.pushes.request(std::slice::from_ref(&ready));
            let body = match connection.sync(&request, false) {
                Ok(body) => body,
                Err(error) => {
                    self.waiting = Some(ready);
                    return if is_cut(error.as_ref()) { Ok(()) } else { Err(error) };
                }
            };
            self.pushes.take(&body)?;
            self.acknowledged.push(ready);
            // Nobody listens once the kill's moment is drawn.
            let _ = said.send(());
        }
    }

    fn write(&mut self) -> Ready {
        let nth = self.written;
        self.written += 1;
        let shift = self.shifts[nth / 2 % self.shifts.len()];
        let kind = if nth.is_multiple_of(2) { FactKind::In } else { FactKind::Out };
        self.pushes.write(shift.assignment.into(), kind, about(shift.hours.start, &mut Draws::seeded(nth as u64)))
    }

    /// How many acknowledged changes a fresh phone of the officer does not get.
    fn unread(&mut self, server: SocketAddr) -> Outcome<usize> {
        let mut connection = Connection::open(server)?;
        let mut read = HashSet::new();
        loop {
            let request = self.reads.request(&[]);
            let answer = self.reads.take(&connection.sync(&request, false)?)?;
            for entry in answer.entries.into_iter().flatten() {
                if let Entry::Changes { changes, .. } | Entry::Snapshot { changes, .. } = entry {
                    read.extend(changes.iter().map(|change| Sha256::of(change)));
                }
            }
            if answer.more != Some(true) {
                return Ok(self.acknowledged.iter().filter(|ready| !read.contains(&Sha256::of(&ready.bytes))).count());
            }
        }
    }
}

/// The connection broke off, as it does when its server is killed.
fn is_cut(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    error.is::<std::io::Error>() || error.to_string() == crate::bench::http::CLOSED
}

/// How many changes acknowledged since the last look are not in the file, read past the server.
fn lost(folder: &Path, agency: AgencyId, pairs: &[Pair], checked: &mut [usize]) -> Outcome<usize> {
    let file =
        rusqlite::Connection::open_with_flags(folder.join("detailbook.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    file.busy_timeout(PATIENCE)?;
    let mut find =
        file.prepare("SELECT count(*) FROM changes WHERE agency = ?1 AND document = ?2 AND hash = ?3 AND body = ?4")?;
    let mut lost = 0;
    for (pair, checked) in pairs.iter().zip(checked) {
        for ready in &pair.acknowledged[*checked..] {
            let wanted: [&[u8]; 4] = [agency.as_bytes(), ready.document.as_bytes(), &ready.hash.0, &ready.bytes];
            let found: i64 = find.query_row(wanted, |row| row.get(0))?;
            lost += usize::from(found != 1);
        }
        *checked = pair.acknowledged.len();
    }
    Ok(lost)
}
