//! A real phone on a disk: the core's own store, keys in memory.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use detailbook_core::device::{Incoming, OpenOptions, Phone, SyncProgress, WhichShift};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::shift::FactKind;
use detailbook_server::app::App;
use detailbook_server::device_api::{self, Call};

use super::draws::Draws;
use super::evidence::{moment, reading};
use super::{Outcome, machine};

/// Opens the phone in that folder. The same seed makes the same key.
pub(super) fn open(folder: &Path, seed: u64) -> Outcome<Phone> {
    open_drawing(folder, seed, seed)
}

/// The same, drawing other ids: a phone that is opened again must not draw the same ones.
fn open_drawing(folder: &Path, seed: u64, draws: u64) -> Outcome<Phone> {
    std::fs::create_dir_all(folder)?;
    open_with(folder, key(seed), draws)
}

/// The key of that seed.
pub(super) fn key(seed: u64) -> Arc<SoftwareSigner> {
    Arc::new(SoftwareSigner::generate(&mut Draws::seeded(seed)))
}

/// Opens the phone in that folder with a key that is there already.
pub(super) fn open_with(folder: &Path, key: Arc<SoftwareSigner>, draws: u64) -> Outcome<Phone> {
    let options = OpenOptions::new(folder.join("phone.sqlite"), folder.join("originals"));
    let draws = Draws::seeded(draws.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1));
    Ok(Phone::open(options, key, Box::new(draws), machine::wall())?)
}

/// Enrols the phone at the server's parts in this process.
pub(super) fn enrol(phone: &Phone, app: &App, invitation: &str) -> Outcome<()> {
    let at = reading(machine::wall());
    let enrolling = phone.begin_enrol(invitation, &at)?;
    let answer = carry(app, &enrolling.outgoing);
    phone.finish_enrol(&enrolling, &answer, &at)?;
    Ok(())
}

/// Exchanges with the server's parts in this process until both are in step.
pub(super) fn settle(phone: &Phone, app: &App) -> Outcome<()> {
    loop {
        let at = reading(machine::wall());
        let outgoing = phone.begin_sync(&at)?;
        let answer = carry(app, &outgoing);
        match phone.finish_sync(outgoing.ticket, &answer, &at)? {
            SyncProgress::Done => return Ok(()),
            SyncProgress::Again => {}
            other => return Err(format!("the exchange ended with {other:?}").into()),
        }
    }
}

fn carry(app: &App, outgoing: &detailbook_core::device::Outgoing) -> Incoming {
    let call = Call {
        method: outgoing.method,
        path: &outgoing.path,
        authorization: outgoing.authorization.as_deref(),
        accept_gzip: outgoing.accept_gzip,
        from: None,
        body: &outgoing.body,
    };
    let reply = device_api::handle(app, &call);
    Incoming { status: reply.status, gzip: reply.gzip, body: reply.body }
}

/// Punches in and out, and writes each fact's id to standard output once the phone has said that it is durable. Never returns
/// but by failing.
pub(super) fn punch_until_killed(folder: &Path, seed: u64) -> Outcome<()> {
    let phone = open_drawing(folder, 0, seed)?;
    let (mut draws, mut out) = (Draws::seeded(seed), std::io::stdout().lock());
    let mut recorded = phone.punch(FactKind::In, WhichShift::Unassigned(None), &moment(machine::wall(), &mut draws))?;
    loop {
        // One write call a line: it is in the pipe, or it is not.
        out.write_all(format!("{} {}\n", recorded.document, recorded.fact).as_bytes())?;
        out.flush()?;
        let kind = if draws.below(2) == 0 { FactKind::BreakStart } else { FactKind::BreakEnd };
        let shift = WhichShift::Log(recorded.document);
        recorded = phone.punch(kind, shift, &moment(machine::wall(), &mut draws))?;
    }
}
