//! A punch on the phone, durable when it returns, against the raw durable insert of as many bytes on the same disk.

use std::time::Duration;

use detailbook_core::device::{Phone, WhichShift};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::shift::FactKind;

use super::draws::Draws;
use super::evidence::moment;
use super::office::{Office, Roll, sqlite_in};
use super::report::{Row, median, micros};
use super::{Bench, Outcome, floor, handset, machine};

/// Punches, each with its raw insert right after it.
const PUNCHES: u32 = 600;
/// Bytes of a raw row: what a fact of four fixes takes.
const ROW_BYTES: usize = 330;
/// What a punch may cost, in raw inserts.
const BUDGET: f64 = 3.0;

/// A clock-in, its floor, and signing.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("clock-in")?;
    let mut office = Office::found(&sqlite_in(&folder)?, &folder.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let (_, shifts, invitations) = office.officer(Roll::to_come(40), 1)?;
    let phone = handset::open(&folder.join("phone"), bench.seed)?;
    handset::enrol(&phone, &office.app, &invitations[0])?;
    handset::settle(&phone, &office.app)?;
    let mut draws = Draws::seeded(bench.seed);
    let raw = floor::open_sqlite(&folder.join("raw.sqlite"))?;
    let (mut ours, mut floors, mut signing) = (Vec::new(), Vec::new(), Vec::new());
    for nth in 0..PUNCHES {
        let shift = WhichShift::Assignment(shifts[nth as usize % shifts.len()].assignment);
        ours.push(punch(&phone, shift, nth, &mut draws)?);
        floors.push(insert(&raw)?);
        let (time, signed) = machine::timed(|| phone.sign_pending());
        signed?;
        signing.push(time);
    }
    office.close();
    report(&ours, &floors, &signing)
}

fn punch(phone: &Phone, shift: WhichShift, nth: u32, draws: &mut Draws) -> Outcome<Duration> {
    let kind = if nth.is_multiple_of(2) { FactKind::In } else { FactKind::Out };
    let moment = moment(machine::wall(), draws);
    let (time, done) = machine::timed(|| phone.punch(kind, shift, &moment));
    done?;
    Ok(time)
}

fn insert(raw: &rusqlite::Connection) -> Outcome<Duration> {
    let mut insert = raw.prepare_cached("INSERT INTO punches (body) VALUES (?1)")?;
    let (time, done) = machine::timed(|| insert.execute([&[7_u8; ROW_BYTES][..]]));
    done?;
    Ok(time)
}

fn report(ours: &[Duration], floors: &[Duration], signing: &[Duration]) -> Outcome<Vec<Row>> {
    let middle = |times: &[Duration]| median(times).ok_or("nothing was measured");
    let (ours, floor, signing) = (middle(ours)?, middle(floors)?, middle(signing)?);
    let times = ours.as_secs_f64() / floor.as_secs_f64();
    let key = SoftwareSigner::generate(&mut Draws::seeded(1));
    let pure: Vec<_> = (0..200).map(|_| machine::timed(|| key.sign_message(&[7; ROW_BYTES])).0).collect();
    Ok(vec![
        Row::judged(
            "durable clock-in on the phone",
            format!("{} ({times:.2} x)", micros(ours)),
            "3 x",
            times <= BUDGET,
        )
        .over(micros(floor))
        .with("ours_us", ours.as_secs_f64() * 1e6)
        .with("floor_us", floor.as_secs_f64() * 1e6),
        Row::shown("  signing it and keeping the signature, apart", micros(signing))
            .over(format!("{} the signature alone", micros(middle(&pure)?)))
            .with("ours_us", signing.as_secs_f64() * 1e6),
    ])
}
