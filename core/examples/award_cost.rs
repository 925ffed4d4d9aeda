//! What an award among 5,000 applicants costs: `cargo run --release -p detailbook-core --example award_cost`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a measurement")]

use std::time::{Duration, Instant};

use detailbook_core::award::{
    Applicant, Application, Award, Bar, Case, Contract, Entry, EntryKind, Happening, Limits, Method, Opening, Secret,
    Standings, Timing, Window, Wish, award,
};
use detailbook_core::ids::{CommandId, OfficerId, PositionId, RecordId};
use detailbook_core::time::{Interval, Millis, UnixMillis, Zone};

const APPLICANTS: u128 = 5_000;
const ENTRIES_EACH: u128 = 40;
const ROUNDS: usize = 21;

fn at(minutes: i64) -> UnixMillis {
    UnixMillis::new(1_760_000_000_000) + Millis::from_mins(minutes)
}

fn window(openings: u128) -> Window {
    let opening = |n: u128| Opening {
        position: PositionId::from_bytes(n.to_be_bytes()),
        name: format!("Post {n}"),
        shift: Interval { start: at(5_000), end: at(5_300) },
        supervisor: n % 10 == 9,
    };
    Window {
        posting: RecordId::from_bytes([1; 16]),
        opens: at(0),
        closes: at(1_000),
        zone: Zone::named("America/New_York").unwrap(),
        openings: (0..openings).map(opening).collect(),
        timing: Timing::RECEIPT,
        limits: Limits::default(),
        tiers: Vec::new(),
        choices: Vec::new(),
    }
}

/// One in ten is barred altogether, nine in ten from the supervisors' positions.
fn applicant(n: u128, window: &Window) -> Applicant {
    let officer = OfficerId::from_bytes((n * 0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let command = CommandId::from_bytes(n.to_be_bytes());
    let received = at((n % 900) as i64);
    let bar =
        |position| Bar { position, rule: "rule".into(), version: 1, sentence: "A rule stands against it.".into() };
    let mut bars: Vec<Bar> = Vec::new();
    if n.is_multiple_of(10) {
        bars.push(bar(None));
    } else if n % 10 != 9 {
        let supervisors = window.openings.iter().filter(|opening| opening.supervisor);
        bars.extend(supervisors.map(|opening| bar(Some(opening.position))));
    }
    let application = Some(Application { command, received, made: None, wish: Wish::any() });
    Applicant { application, seniority: Some((n % 700) as u32), bars, ..Applicant::new(officer) }
}

fn entries(applicants: &[Applicant]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (n, applicant) in (0_u128..).zip(applicants) {
        for k in 0..ENTRIES_EACH {
            let id = RecordId::from_bytes((n * ENTRIES_EACH + k).to_be_bytes());
            let mut what = Happening::new(id, applicant.officer, at(-((k * 1_000) as i64)), EntryKind::Worked);
            what.minutes = 300;
            entries.push(Entry { what, charged: ((n * 7 + k) % 400) as i64, points: 0, rule: String::new() });
        }
    }
    entries
}

fn median(mut run: impl FnMut()) -> Duration {
    let timed = |run: &mut dyn FnMut()| {
        let begun = Instant::now();
        run();
        begun.elapsed()
    };
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| timed(&mut run)).collect();
    times.sort();
    times[ROUNDS / 2]
}

fn main() {
    let secret = Secret::from_bytes([5; 32]);
    let everyone: Vec<Applicant> = (0..APPLICANTS).map(|n| applicant(n, &window(1))).collect();
    let ledger = entries(&everyone);
    let contract = Contract::default();
    let fold = || Standings::as_of(&ledger, &contract, Zone::UTC, at(1_000));
    println!("standings of {APPLICANTS} officers from {} entries: {:?}", ledger.len(), median(|| drop(fold())));
    let standings = fold();
    for openings in [1, 10, 50] {
        for method in [Method::least_hours(), Method::lottery(), Method::volunteers_then_order_in()] {
            let window = window(openings);
            let applicants = (0..APPLICANTS).map(|n| applicant(n, &window)).collect();
            let case = Case { window, applicants, standings: standings.clone(), method };
            let run = || -> Award { award(&case, &secret.mix(case.closing())).unwrap() };
            let took = median(|| drop(run()));
            println!("{APPLICANTS} applicants, {openings} positions, {}: {took:?}", case.method.citation());
        }
    }
}
