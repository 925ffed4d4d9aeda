//! What the calls that Kotlin and Swift make cost without a border: prints lines `name<TAB>value<TAB>unit`.
//! `cargo run --release -p detailbook-bindings --example border_cost`

#![allow(clippy::unwrap_used, reason = "a measure that cannot be taken has failed")]

use std::sync::Arc;
use std::time::Duration;

use detailbook_bindings::{
    CancelSync, CoreError, CoreOptions, DeviceClock, DeviceKey, OfficerCore, SecureStorage, ShellError,
    library_versions,
};
use detailbook_core::device::{Moment, Place, WhichShift};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::ids::DocumentId;
use detailbook_core::shift::FactKind;
use detailbook_core::time::{BootId, ClockReading};
use detailbook_server::clock::Clock;
use detailbook_server::demo::clock::DemoClock;
use detailbook_stories::{Agency, zone};
use tempfile::TempDir;

/// Calls that one figure is the middle of.
const CALLS: usize = 400;

struct Parts {
    signer: SoftwareSigner,
    clock: DemoClock,
}

impl DeviceKey for Parts {
    fn public_key(&self) -> Result<Vec<u8>, ShellError> {
        Ok(self.signer.public().to_vec())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, ShellError> {
        Ok(self.signer.sign_message(&message).to_vec())
    }
}

impl SecureStorage for Parts {
    fn read(&self, _: String) -> Result<Option<Vec<u8>>, ShellError> {
        Ok(None)
    }

    fn write(&self, _: String, _: Vec<u8>) -> Result<(), ShellError> {
        Ok(())
    }
}

impl DeviceClock for Parts {
    fn read(&self) -> Result<ClockReading, ShellError> {
        let wall = self.clock.now();
        let monotonic = wall.as_millis().unsigned_abs() - 1_700_000_000_000;
        Ok(ClockReading { wall, zone: zone().into(), monotonic, boot: BootId(1), anchor: None })
    }
}

fn open(folder: &TempDir, parts: &Arc<Parts>) -> Result<Arc<OfficerCore>, CoreError> {
    let folder = folder.path().to_string_lossy().into_owned();
    let options = CoreOptions { folder, label: "Measure".into(), extra_roots: vec![] };
    OfficerCore::open(options, parts.clone(), parts.clone(), parts.clone(), None, None)
}

#[allow(clippy::disallowed_methods, reason = "a measure reads the time")]
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = std::time::Instant::now();
    let _done = work();
    began.elapsed()
}

fn report(name: &str, calls: usize, call: impl Fn()) {
    (0..calls / 10).for_each(|_| call());
    let mut times: Vec<Duration> = (0..calls).map(|_| timed(&call)).collect();
    times.sort_unstable();
    println!("rust_{name}\t{:.1}\tus", times[calls / 2].as_secs_f64() * 1e6);
}

/// An officer with 50 offers, a shift under way and 50 notes in it.
fn busy(agency: &Agency, core: &OfficerCore, moment: &Moment) -> DocumentId {
    let officer = agency.officer("1001");
    for _ in 0..50 {
        agency.detail();
    }
    let assignment = agency.order(agency.detail(), officer);
    core.enrol(agency.invitation(officer), CancelSync::new()).unwrap();
    core.sync_now(CancelSync::new()).unwrap();
    let log = core.punch(FactKind::In, WhichShift::Assignment(assignment), moment.clone()).unwrap().document;
    for note in 1..=50 {
        let text = format!("Note {note}: lane closed, cones stand.");
        core.note(Place::Shift(WhichShift::Running), text, moment.clone()).unwrap();
    }
    log
}

fn main() {
    let agency = Agency::open();
    let signer = SoftwareSigner::from_secret(&[7; 32]).unwrap();
    let parts = Arc::new(Parts { signer, clock: agency.clock.clone() });
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder, &parts).unwrap();
    let clock = DeviceClock::read(&*parts).unwrap();
    let now = clock.wall;
    let log = busy(&agency, &core, &Moment { clock, fixes: vec![], phone: None });
    assert_eq!(core.offers(now, None, 50).unwrap().items.len(), 50);
    assert_eq!(core.written(log, None, 50).unwrap().items.len(), 50);

    report("offers_50", CALLS, || drop(core.offers(now, None, 50).unwrap()));
    report("written_50", CALLS, || drop(core.written(log, None, 50).unwrap()));
    report("running", CALLS, || drop(core.running(now).unwrap()));
    report("sync_state", CALLS, || {
        core.sync_state().unwrap();
    });
    report("empty_call", 10 * CALLS, || drop(library_versions()));
    core.shut_down().unwrap();
    report("open_to_first_screen", 40, || {
        let core = open(&folder, &parts).unwrap();
        core.first_screen(now).unwrap();
        core.shut_down().unwrap();
    });
}
