//! Two hundred phones that all come back at once, with nothing to say: connect, sync, know that they are in step.

use std::path::Path;
use std::time::Duration;

use super::engines::{Engine, both};
use super::http::Connection;
use super::lean::{LeanPhone, Signed};
use super::load::{self, Cost};
use super::machine;
use super::office::{Office, Roll};
use super::report::{Row, median, millis};
use super::served::Server;
use super::{Bench, Outcome};

/// Phones.
const PHONES: u64 = 200;
/// Times that all of them come back.
const ROUNDS: usize = 12;
/// Budgets: for all of them, and CPU each.
const WALL: Duration = Duration::from_millis(500);
const CPU: Duration = Duration::from_millis(1);

/// A row for each engine.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("reconnect")?;
    let mut rows = Vec::new();
    for engine in both(&folder)? {
        let home = folder.join(engine.name);
        std::fs::create_dir_all(&home)?;
        rows.push(on(bench, &engine, &home)?);
    }
    Ok(rows)
}

fn on(bench: &Bench, engine: &Engine, home: &Path) -> Outcome<Row> {
    let mut phones = phones(bench, engine, home)?;
    let server = Server::start(&engine.server(&bench.programs, home))?;
    let rounds = (0..ROUNDS).map(|_| round(&server, &mut phones)).collect::<Outcome<Vec<_>>>()?;
    let wall = median(&rounds.iter().map(|round| round.wall).collect::<Vec<_>>()).unwrap_or_default();
    let cpu = rounds.iter().map(|round| round.cpu).sum::<Duration>() / (ROUNDS as u32 * PHONES as u32);
    let ours = format!("{}, {} CPU each", millis(wall), millis(cpu));
    let within = wall <= WALL && cpu <= CPU;
    Ok(Row::judged(
        format!("{PHONES} phones reconnect at once, {}", engine.name),
        ours,
        "500 ms, 1 ms CPU each",
        within,
    )
    .with("wall_ms", wall.as_secs_f64() * 1e3)
    .with("cpu_ms_each", cpu.as_secs_f64() * 1e3))
}

fn phones(bench: &Bench, engine: &Engine, home: &Path) -> Outcome<Vec<LeanPhone>> {
    let mut office = Office::found(&engine.store, &home.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let enrol = |nth| {
        let (_, _, invitations) = office.officer(Roll::to_come(2), 1)?;
        LeanPhone::enrol(&office.app, &invitations[0], nth + 1)
    };
    let mut phones = (0..PHONES).map(enrol).collect::<Outcome<Vec<_>>>()?;
    for phone in &mut phones {
        phone.settle(&office.app)?;
    }
    office.close();
    Ok(phones)
}

/// All of them, each over a new connection.
fn round(server: &Server, phones: &mut [LeanPhone]) -> Outcome<Cost> {
    let mut callers: Vec<(&mut LeanPhone, Signed)> = phones.iter_mut().map(with_request).collect();
    load::run(server, &mut callers, |(phone, request)| {
        let (time, answer) = machine::timed(|| Connection::open(server.address)?.sync(request, false));
        let answer = phone.take(&answer?)?;
        match (answer.more, answer.entries) {
            (None, None) => Ok(vec![time]),
            _ => Err("an idle phone was told something".into()),
        }
    })
}

fn with_request(phone: &mut LeanPhone) -> (&mut LeanPhone, Signed) {
    let request = phone.request(&[]);
    (phone, request)
}
