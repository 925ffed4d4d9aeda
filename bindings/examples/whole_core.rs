//! A library that reaches everything the apps will call, so that its size can be measured before the real surface is there:
//! a linker drops what nothing calls. Never run.

#![allow(
    clippy::needless_pass_by_value,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "what crosses the border is passed by value, and what comes back only has to depend on what went in"
)]

use std::sync::Arc;

use detailbook_core::device::{
    CancelHandle, Driver, DriverOptions, Moment, OpenOptions, Phone, PhoneClock, PhoneError, Place, SyncError,
    WhichShift,
};
use detailbook_core::entropy::Entropy;
use detailbook_core::evidence::{PublicKey, Signature, Signer, SigningFailed};
use detailbook_core::ids::{AssignmentId, DetailId, DocumentId, FactId};
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::time::{BootId, ClockReading, UnixMillis, Zone, ZoneName};

uniffi::setup_scaffolding!();

/// Calls one thing of the core by its number. Gives a number that depends on what came back.
#[uniffi::export]
pub fn reach(folder: String, number: u32, text: String) -> u64 {
    let clock = Clock(text.len() as i64);
    let options = OpenOptions::new(format!("{folder}/phone"), format!("{folder}/originals"));
    let phone = Phone::open(options, Arc::new(Key), Box::new(Same), UnixMillis::new(clock.0));
    let Ok(phone) = phone.map(Arc::new) else { return 0 };
    let called = match number {
        0..=9 => intentions(&phone, &clock, number, &text),
        10..=29 => views(&phone, &clock, number, &text),
        _ => network(&phone, &clock, number, &text).map_err(|error| error.code()),
    };
    called.unwrap_or_else(|code| code.len() as u64)
}

fn intentions(phone: &Phone, clock: &Clock, number: u32, text: &str) -> Result<u64, &'static str> {
    let (moment, at) = (Moment::at(clock.read()), clock.read());
    let shift = text.parse().map_or(WhichShift::Unassigned(None), |id: AssignmentId| WhichShift::Assignment(id));
    let (fact, detail) = (FactId::NIL, text.parse().unwrap_or(DetailId::NIL));
    let done: Result<u64, PhoneError> = match number {
        0 => phone.punch(FactKind::from_code(text.len() as u8), shift, &moment).map(size),
        1 => phone.note(Place::Shift(shift), text, &moment).map(size),
        2 => phone.incident(Place::PassOn(detail), text, &moment).map(size),
        3 => phone.correct(shift, fact, UnixMillis::new(0), text, &moment).map(size),
        4 => phone.explain(shift, fact, text, &moment).map(size),
        5 => phone.read_orders(shift, &moment).and_then(|_| phone.submit(shift, &moment)).map(size),
        6 => phone.replace_note(DocumentId::NIL, fact, text, &moment).map(size),
        7 => phone.edit_pass_on(detail, text, text, &moment).and_then(|()| phone.pass_on_text(detail)).map(size),
        8 => phone.apply(detail, None, &at).and_then(|_| phone.withdraw(detail, &at)).map(size),
        _ => phone.acknowledge(AssignmentId::NIL, &at).and_then(|_| phone.send_message(text, &at)).map(size),
    };
    done.map_err(|error| error.code())
}

fn views(phone: &Phone, clock: &Clock, number: u32, text: &str) -> Result<u64, &'static str> {
    let (now, log) = (UnixMillis::new(clock.0), text.parse().unwrap_or(DocumentId::NIL));
    let shown: Result<u64, PhoneError> = match number {
        10 => phone.first_screen(now).map(size),
        11 => phone.schedule(now, None, 20).map(size),
        12 => phone.past_shifts(now, None, 20).map(size),
        13 => phone.offers(now, None, 20).map(size),
        14 => phone.messages(None, 20).map(size),
        15 => phone.shift(log, now).map(size),
        16 => phone.facts(log, None, 20).map(size),
        17 => phone.written(log, None, 20).map(size),
        18 => phone.unsettled(20).map(size),
        19 => phone.wishes(20).map(size),
        20 => phone.sync_state().map(size),
        21 => phone.reports(20).map(size),
        22 => phone.original(&Sha256::of(text.as_bytes())).map(size),
        23 => phone.running(now).map(size),
        24 => phone.tidy(now).map(size),
        _ => phone.suspend().and_then(|()| phone.resume(now)).and_then(|()| phone.close()).map(size),
    };
    shown.map_err(|error| error.code())
}

fn network(phone: &Arc<Phone>, clock: &Clock, number: u32, text: &str) -> Result<u64, SyncError> {
    let (driver, cancel) = (Driver::new(DriverOptions::default())?, CancelHandle::new());
    match number {
        30 => driver.enrol_now(phone, text, clock, &cancel).map(size),
        _ => driver.sync_now(phone, clock, &cancel).map(size),
    }
}

/// Uses all of a value: its form as text.
#[allow(clippy::needless_pass_by_value)]
fn size<T: std::fmt::Debug>(value: T) -> u64 {
    format!("{value:?}").len() as u64
}

struct Clock(i64);

impl PhoneClock for Clock {
    fn read(&self) -> ClockReading {
        let zone = ZoneName::from(Zone::UTC);
        ClockReading { wall: UnixMillis::new(self.0), zone, monotonic: 0, boot: BootId(0), anchor: None }
    }
}

struct Key;

impl Signer for Key {
    fn public_key(&self) -> Result<PublicKey, SigningFailed> {
        Err(SigningFailed)
    }

    fn sign(&self, _: &[u8]) -> Result<Signature, SigningFailed> {
        Err(SigningFailed)
    }
}

struct Same;

impl Entropy for Same {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}
