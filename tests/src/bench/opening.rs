//! From a closed file to the first screen, with a month of history and with two years of it.

use std::path::Path;
use std::time::Duration;

use detailbook_core::device::{FirstScreen, Phone, WhichShift};
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;

use super::evidence::moment;
use super::lean::LeanPhone;
use super::office::{Office, Roll, sqlite_in};
use super::report::{Row, median, micros};
use super::{Bench, Outcome, handset, machine};

/// Shifts in a month and in two years, 35 hours apart.
const MONTH: u32 = 20;
const YEARS: u32 = 500;
const APART: Millis = Millis::from_hours(35);
/// Openings.
const TIMES: usize = 60;
/// Flat: two years may cost this much more than a month.
const BUDGET: f64 = 1.2;
/// Shifts pushed at once: four changes each, and a push takes 512.
const AT_ONCE: usize = 100;

/// Opening with much and with little history.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("opening")?;
    let mut office = Office::found(&sqlite_in(&folder)?, &folder.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let little = folder.join("month");
    fill(&mut office, &little, MONTH)?;
    let much = folder.join("years");
    fill(&mut office, &much, YEARS)?;
    office.close();
    let (mut short, mut long, mut only) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        short.push(open(&little)?.0.drawn);
        let took = open(&much)?.0;
        long.push(took.drawn);
        only.push(took.opened);
    }
    let (short, long) = (median(&short).unwrap_or_default(), median(&long).unwrap_or_default());
    let times = long.as_secs_f64() / short.as_secs_f64();
    let untouched = draws_without_documents(&much)?;
    let what = format!("open the phone to the first screen, {YEARS} shifts");
    let ours = format!("{} ({times:.2} x a month's)", micros(long));
    Ok(vec![
        Row::judged(what, ours, "1.2 x, no document", times <= BUDGET && untouched)
            .over(format!("{} with {MONTH} shifts", micros(short)))
            .with("two_years_us", long.as_secs_f64() * 1e6)
            .with("two_years_file_opened_us", median(&only).unwrap_or_default().as_secs_f64() * 1e6)
            .with("month_us", short.as_secs_f64() * 1e6)
            .with("drawn_with_every_document_blanked", untouched),
    ])
}

/// A phone whose officer has worked so many shifts, has some to come, and is at work.
fn fill(office: &mut Office, folder: &Path, shifts: u32) -> Outcome<()> {
    let (_, worked, invitations) = office.officer(Roll { apart: APART, ..Roll::worked(shifts) }, 2)?;
    let mut worker = LeanPhone::enrol(&office.app, &invitations[0], u64::from(shifts))?;
    for part in worked.chunks(AT_ONCE) {
        let ready: Vec<_> = part.iter().flat_map(|shift| worker.work(*shift)).collect();
        worker.exchange(&office.app, &ready)?;
    }
    let to_come = office.assign(worker.officer(), Roll::to_come(5))?;
    let phone = handset::open(folder, u64::from(shifts))?;
    handset::enrol(&phone, &office.app, &invitations[1])?;
    handset::settle(&phone, &office.app)?;
    let mut draws = super::draws::Draws::seeded(3);
    let shift = WhichShift::Assignment(to_come[0].assignment);
    phone.punch(FactKind::In, shift, &moment(machine::wall(), &mut draws))?;
    handset::settle(&phone, &office.app)?;
    Ok(phone.close()?)
}

/// How long it took.
struct Took {
    /// Until the file was open.
    opened: Duration,
    /// Until the first screen and the schedule were read.
    drawn: Duration,
}

/// Opens the file, and reads the first screen and the schedule.
fn open(folder: &Path) -> Outcome<(Took, FirstScreen)> {
    let (key, now) = (handset::key(1), machine::wall());
    let began = machine::moment();
    let phone: Phone = handset::open_with(folder, key, 1)?;
    let opened = began.elapsed();
    let (screen, schedule) = (phone.first_screen(now)?, phone.schedule(now, None, 20)?);
    let drawn = began.elapsed();
    phone.close()?;
    if screen.running.is_none() || schedule.items.is_empty() || screen.next.is_empty() {
        return Err("the first screen shows neither the running shift nor the next".into());
    }
    Ok((Took { opened, drawn }, screen))
}

/// With every change's bytes taken away there is no document left to load; the screen must be the same.
fn draws_without_documents(folder: &Path) -> Outcome<bool> {
    let parts = |screen: FirstScreen| (screen.next, screen.sync, screen.running.map(|it| (it.log, it.state, it.shift)));
    let before = open(folder)?.1;
    let file = rusqlite::Connection::open(folder.join("phone.sqlite"))?;
    let blanked = file.execute("UPDATE changes SET body = x''", [])?;
    drop(file);
    if blanked == 0 {
        return Err("the phone holds no change".into());
    }
    Ok(parts(before) == parts(open(folder)?.1))
}
