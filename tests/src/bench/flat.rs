//! What a first sync and a punch cost the server as the documents it holds grow from a thousand to a hundred thousand.
//!
//! The store is filled in this process by what the measured server would do itself: officers, details, awards and rulings by
//! the functions behind the staff API, and every fact signed by a phone and pushed through the device API.

use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use detailbook_core::shift::FactKind;
use detailbook_core::time::UnixMillis;
use detailbook_server::app::App;

use super::engines::Engine;
use super::http::Connection;
use super::lean::{LeanPhone, Ready};
use super::load;
use super::machine;
use super::office::{Office, Roll, Shift};
use super::report::{Row, millis};
use super::served::Server;
use super::{Bench, Outcome};

/// Shifts of each officer: a shift log and a pass-on each.
const SHIFTS: u32 = 40;
const DOCUMENTS_EACH: u32 = 2 * SHIFTS;
/// Officers who are measured, in every step the same.
const MEASURED: usize = 12;
/// First syncs and punches of each.
const FIRST_SYNCS: usize = 30;
const PUNCHES: usize = 120;
/// Threads that fill.
const FILLERS: usize = 2;
/// Budgets: CPU of a first sync, and growth.
const CPU: Duration = Duration::from_millis(4);
const GROWTH: f64 = 1.2;

/// An officer's two phones: one that works, one that is always fresh.
struct Pair {
    works: LeanPhone,
    fresh: LeanPhone,
    shifts: Vec<Shift>,
    ready: Vec<Ready>,
}

/// What one step came to.
struct Step {
    documents: u32,
    first: Duration,
    wall: Duration,
    bytes: usize,
    punch: Duration,
}

/// The two rows, each over all steps.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("flat")?;
    let engine = Engine::sqlite(&folder)?;
    let mut office = Office::found(&engine.store, &folder.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let mut pairs = (0..MEASURED).map(|nth| pair(&mut office, nth as u64)).collect::<Outcome<Vec<_>>>()?;
    let mut held = MEASURED as u32 * DOCUMENTS_EACH;
    let mut steps = Vec::new();
    for documents in [1_000, 10_000, 100_000].into_iter().filter(|wanted| *wanted <= bench.documents) {
        held += fill(&mut office, held, documents)?;
        steps.push(measure(bench, &engine, &folder, &office.app, &mut pairs, held)?);
    }
    office.close();
    Ok(report(&steps))
}

fn pair(office: &mut Office, nth: u64) -> Outcome<Pair> {
    let (_, shifts, invitations) = office.officer(Roll::worked(SHIFTS), 2)?;
    let mut works = LeanPhone::enrol(&office.app, &invitations[0], 2 * nth + 1)?;
    let fresh = LeanPhone::enrol(&office.app, &invitations[1], 2 * nth + 2)?;
    push_all(&office.app, &mut works, &shifts)?;
    Ok(Pair { works, fresh, shifts, ready: Vec::new() })
}

fn push_all(app: &App, phone: &mut LeanPhone, shifts: &[Shift]) -> Outcome<()> {
    let ready: Vec<_> = shifts.iter().flat_map(|shift| phone.work(*shift)).collect();
    phone.exchange(app, &ready).map(drop)
}

/// Adds officers until the store holds so many documents. Gives how many were added.
fn fill(office: &mut Office, held: u32, wanted: u32) -> Outcome<u32> {
    let officers = wanted.saturating_sub(held).div_ceil(DOCUMENTS_EACH);
    let (jobs, waiting) = sync_channel::<(Vec<Shift>, String, u64)>(FILLERS);
    let (app, waiting) = (office.app.clone(), Mutex::new(waiting));
    thread::scope(|scope| {
        let fillers: Vec<_> = (0..FILLERS).map(|_| scope.spawn(|| work(&app, &waiting))).collect();
        for nth in 0..officers {
            let (_, shifts, mut invitations) = office.officer(Roll::worked(SHIFTS), 1)?;
            let invitation = invitations.pop().ok_or("no invitation")?;
            jobs.send((shifts, invitation, u64::from(held + nth) + 1_000_000))?;
        }
        drop(jobs);
        for filler in fillers {
            filler.join().map_err(|_| "a filler panicked")??;
        }
        Ok(officers * DOCUMENTS_EACH)
    })
}

fn work(app: &App, waiting: &Mutex<Receiver<(Vec<Shift>, String, u64)>>) -> Outcome<()> {
    loop {
        let next = waiting.lock().map_err(|_| "a filler panicked")?.recv();
        let Ok((shifts, invitation, seed)) = next else { return Ok(()) };
        push_all(app, &mut LeanPhone::enrol(app, &invitation, seed)?, &shifts)?;
    }
}

fn measure(
    bench: &Bench,
    engine: &Engine,
    folder: &Path,
    app: &App,
    pairs: &mut [Pair],
    documents: u32,
) -> Outcome<Step> {
    for pair in pairs.iter_mut() {
        pair.works.settle(app)?;
        pair.ready = (0..PUNCHES).map(|nth| pair.punch(nth)).collect();
    }
    let server = Server::start(&engine.server(&bench.programs, folder))?;
    one_page(&server, &mut pairs[0].fresh)?;
    let bytes = Mutex::new(0);
    // Once unmeasured, so that no step pays for the first look at its pages.
    let mut first = load::run(&server, pairs, |pair| pair.first_syncs(&server, 1, &bytes))?;
    let mut one_by_one = Vec::new();
    for pair in pairs.iter_mut() {
        one_by_one.push(load::run(&server, std::slice::from_mut(pair), |pair| {
            pair.first_syncs(&server, FIRST_SYNCS, &bytes)
        })?);
    }
    first.cpu = one_by_one.iter().map(|cost| cost.cpu).sum::<Duration>() / (MEASURED * FIRST_SYNCS) as u32;
    first.p50 = one_by_one.iter().map(|cost| cost.p50).sum::<Duration>() / MEASURED as u32;
    let punch = load::run(&server, pairs, |pair| pair.push(&server))?;
    let bytes = *bytes.lock().map_err(|_| "a caller panicked")?;
    Ok(Step { documents, first: first.cpu, wall: first.p50, bytes, punch: punch.each() })
}

/// A first sync that takes more than one request is not what is measured here.
fn one_page(server: &Server, fresh: &mut LeanPhone) -> Outcome<()> {
    let request = fresh.first_request();
    let answer = fresh.take(&Connection::open(server.address)?.sync(&request, false)?)?;
    if answer.more == Some(true) { Err("a first sync of 40 shifts takes more than one request".into()) } else { Ok(()) }
}

impl Pair {
    fn punch(&mut self, nth: usize) -> Ready {
        let shift = self.shifts[nth % self.shifts.len()];
        self.works.write(shift.assignment.into(), FactKind::Note, UnixMillis::new(shift.hours.end.as_millis() + 1))
    }

    /// So many first syncs, packed as a phone asks for them.
    fn first_syncs(&mut self, server: &Server, times: usize, bytes: &Mutex<usize>) -> Outcome<Vec<Duration>> {
        let mut connection = Connection::open(server.address)?;
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let request = self.fresh.first_request();
            let (time, answer) = machine::timed(|| connection.sync(&request, true));
            *bytes.lock().map_err(|_| "a caller panicked")? = answer?.len();
            took.push(time);
        }
        Ok(took)
    }

    fn push(&mut self, server: &Server) -> Outcome<Vec<Duration>> {
        let mut connection = Connection::open(server.address)?;
        let mut took = Vec::with_capacity(self.ready.len());
        for ready in std::mem::take(&mut self.ready) {
            let request = self.works.request(std::slice::from_ref(&ready));
            let (time, answer) = machine::timed(|| connection.sync(&request, false));
            self.works.take(&answer?)?;
            took.push(time);
        }
        Ok(took)
    }
}

fn report(steps: &[Step]) -> Vec<Row> {
    let (Some(least), Some(most)) = (steps.first(), steps.last()) else { return Vec::new() };
    let growth = |pick: fn(&Step) -> Duration| pick(most).as_secs_f64() / pick(least).as_secs_f64();
    let (first, punch) = (growth(|it| it.first), growth(|it| it.punch));
    let line = |pick: fn(&Step) -> Duration| {
        steps.iter().map(|step| format!("{:.3}", pick(step).as_secs_f64() * 1e3)).collect::<Vec<_>>().join(" / ")
    };
    let held = steps.iter().map(|step| step.documents.to_string()).collect::<Vec<_>>().join(" / ");
    let numbers = |row: Row, pick: fn(&Step) -> Duration| {
        steps
            .iter()
            .fold(row, |row, step| row.with(&format!("ms_at_{}", step.documents), pick(step).as_secs_f64() * 1e3))
    };
    let cpu = Row::judged(
        "server CPU, first sync, by documents held",
        format!("{} ms (x {first:.2})", line(|it| it.first)),
        "4 ms, x 1.2",
        first <= GROWTH && most.first <= CPU,
    );
    let push = Row::judged(
        "server CPU, one fact, by documents held",
        format!("{} ms (x {punch:.2})", line(|it| it.punch)),
        "x 1.2",
        punch <= GROWTH,
    );
    vec![
        numbers(cpu, |it| it.first).over(held),
        numbers(push, |it| it.punch),
        Row::shown("  first sync: from request to answer", format!("{}, {} B", millis(most.wall), most.bytes)),
    ]
}
