//! Phones as a shell would build them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::time::Duration;

use detailbook_bindings::{
    CancelSync, CoreError, CoreOptions, DeviceClock, DeviceKey, LogLine, LogListener, OfficerCore, ScreensListener,
    SecureStorage, ShellError,
};
use detailbook_core::device::Moment;
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::OfficerId;
use detailbook_core::shift::PhoneState;
use detailbook_core::time::{BootId, ClockReading, Millis, UnixMillis};
use detailbook_server::clock::Clock as _;
use detailbook_server::demo::clock::DemoClock;
pub(crate) use detailbook_stories::Agency;
use detailbook_stories::{GATE, zone};
use tempfile::TempDir;

/// A key in memory, that may be locked and may call back in.
pub(crate) struct Key {
    signer: SoftwareSigner,
    pub(crate) locked: AtomicBool,
    pub(crate) calls_back: CallBack,
}

impl DeviceKey for Key {
    fn public_key(&self) -> Result<Vec<u8>, ShellError> {
        self.calls_back.call();
        Ok(self.signer.public().to_vec())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, ShellError> {
        self.calls_back.call();
        if self.locked.load(Ordering::Acquire) {
            return Err(broken());
        }
        Ok(self.signer.sign_message(&message).to_vec())
    }
}

/// Clocks that move 3 ms at each look, over the agency's time. They may stop answering and may call back in.
pub(crate) struct Clock {
    truth: DemoClock,
    looks: AtomicU64,
    /// Answers after this many more looks no longer.
    pub(crate) answers_left: AtomicU64,
    pub(crate) calls_back: CallBack,
}

impl DeviceClock for Clock {
    fn read(&self) -> Result<ClockReading, ShellError> {
        self.calls_back.call();
        let left = self.answers_left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
        left.map(|_| self.reading()).map_err(|_| broken())
    }
}

impl Clock {
    pub(crate) fn reading(&self) -> ClockReading {
        let wall = self.truth.now() + Millis(3 * self.looks.fetch_add(1, Ordering::AcqRel) as i64);
        let monotonic = wall.as_millis().unsigned_abs() - 1_700_000_000_000;
        ClockReading { wall, zone: zone().into(), monotonic, boot: BootId(1), anchor: None }
    }
}

/// Secrets in memory.
#[derive(Default)]
pub(crate) struct Safe(Mutex<HashMap<String, Vec<u8>>>);

impl SecureStorage for Safe {
    fn read(&self, name: String) -> Result<Option<Vec<u8>>, ShellError> {
        Ok(self.0.lock().unwrap().get(&name).cloned())
    }

    fn write(&self, name: String, secret: Vec<u8>) -> Result<(), ShellError> {
        self.0.lock().unwrap().insert(name, secret);
        Ok(())
    }
}

/// Counts, may throw and may call back in.
#[derive(Default)]
pub(crate) struct Screens {
    pub(crate) told: AtomicU64,
    pub(crate) throws: AtomicBool,
    pub(crate) calls_back: CallBack,
}

impl ScreensListener for Screens {
    fn screens_changed(&self) -> Result<(), ShellError> {
        self.told.fetch_add(1, Ordering::AcqRel);
        self.calls_back.call();
        if self.throws.load(Ordering::Acquire) { Err(broken()) } else { Ok(()) }
    }
}

/// Keeps lines, may throw and may call back in.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: Mutex<Vec<String>>,
    pub(crate) throws: AtomicBool,
    pub(crate) calls_back: CallBack,
}

impl LogListener for Log {
    fn log(&self, line: LogLine) -> Result<(), ShellError> {
        self.lines.lock().unwrap().push(line.text);
        self.calls_back.call();
        if self.throws.load(Ordering::Acquire) { Err(broken()) } else { Ok(()) }
    }
}

fn broken() -> ShellError {
    ShellError::Failed { reason: "broken for the test".into() }
}

type Work = dyn Fn(&OfficerCore) + Send + Sync;

/// What a part of the shell does with the object that is just calling it.
#[derive(Default)]
pub(crate) struct CallBack(Mutex<Option<(Weak<OfficerCore>, Arc<Work>)>>);

impl CallBack {
    pub(crate) fn with(&self, core: &Arc<OfficerCore>, work: impl Fn(&OfficerCore) + Send + Sync + 'static) {
        *self.0.lock().unwrap() = Some((Arc::downgrade(core), Arc::new(work)));
    }

    fn call(&self) {
        let work = self.0.lock().unwrap().clone();
        if let Some((core, work)) = work
            && let Some(core) = core.upgrade()
        {
            work(&core);
        }
    }
}

/// Phones made so far: each has a key of its own.
static MADE: AtomicU64 = AtomicU64::new(0);

/// A phone with all its parts in hand.
pub(crate) struct Handset {
    pub(crate) core: Arc<OfficerCore>,
    pub(crate) key: Arc<Key>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) screens: Arc<Screens>,
    pub(crate) log: Arc<Log>,
    storage: Arc<Safe>,
    pub(crate) folder: Arc<TempDir>,
}

impl Handset {
    /// A phone that is not enrolled.
    pub(crate) fn new(agency: &Agency) -> Self {
        let mut secret = [7; 32];
        secret[..8].copy_from_slice(&MADE.fetch_add(1, Ordering::AcqRel).to_be_bytes());
        let signer = SoftwareSigner::from_secret(&secret).unwrap();
        let key = Arc::new(Key { signer, locked: AtomicBool::new(false), calls_back: CallBack::default() });
        let clock = Arc::new(Clock {
            truth: agency.clock.clone(),
            looks: AtomicU64::new(0),
            answers_left: AtomicU64::new(u64::MAX),
            calls_back: CallBack::default(),
        });
        let (screens, log, storage) = (Arc::default(), Arc::default(), Arc::default());
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let core = open(&folder, &key, &storage, &clock, &screens, &log).unwrap();
        Self { core, key, clock, screens, log, storage, folder }
    }

    /// A phone of the officer's.
    pub(crate) fn enrolled(agency: &Agency, officer: OfficerId) -> Self {
        let handset = Self::new(agency);
        handset.core.enrol(agency.invitation(officer), CancelSync::new()).unwrap();
        handset
    }

    /// The same phone, its app started anew.
    pub(crate) fn restarted(self) -> Self {
        let Self { core, key, clock, screens, log, storage, folder } = self;
        core.shut_down().unwrap();
        let core = open(&folder, &key, &storage, &clock, &screens, &log).unwrap();
        Self { core, key, clock, screens, log, storage, folder }
    }

    /// What opening the store once more comes to, after it was shut down, with that secure storage.
    #[cfg(feature = "encrypted")]
    pub(crate) fn opened_with(&self, storage: &Arc<Safe>) -> Result<Arc<OfficerCore>, CoreError> {
        open(&self.folder, &self.key, storage, &self.clock, &self.screens, &self.log)
    }

    /// Every secret that secure storage has.
    #[cfg(feature = "encrypted")]
    pub(crate) fn secrets(&self) -> HashMap<String, Vec<u8>> {
        self.storage.0.lock().unwrap().clone()
    }

    pub(crate) fn sync(&self) -> Result<detailbook_core::device::SyncSummary, CoreError> {
        self.core.sync_now(CancelSync::new())
    }

    pub(crate) fn at(&self) -> ClockReading {
        self.clock.reading()
    }

    pub(crate) fn now(&self) -> UnixMillis {
        self.at().wall
    }

    /// Now, without a location.
    pub(crate) fn moment(&self) -> Moment {
        let phone = PhoneState { battery: Some(80), saver: false, precise_location: true };
        Moment { clock: self.at(), fixes: vec![], phone: Some(phone) }
    }

    /// Now, so many metres north of the gate, as exactly as that.
    pub(crate) fn moment_at(&self, north_m: i32, accuracy_m: u32) -> Moment {
        let fix = Fix {
            latitude_e7: GATE.latitude_e7 + north_m * 90,
            longitude_e7: GATE.longitude_e7,
            accuracy_dm: Some(accuracy_m * 10),
            age_ms: 900,
            provider: Provider::Gps,
            mock: false,
        };
        Moment { fixes: vec![fix], ..self.moment() }
    }

    pub(crate) fn told(&self) -> u64 {
        self.screens.told.load(Ordering::Acquire)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.log.lines.lock().unwrap().clone()
    }
}

fn open(
    folder: &TempDir,
    key: &Arc<Key>,
    storage: &Arc<Safe>,
    clock: &Arc<Clock>,
    screens: &Arc<Screens>,
    log: &Arc<Log>,
) -> Result<Arc<OfficerCore>, CoreError> {
    let folder = folder.path().join("core").to_string_lossy().into_owned();
    let options = CoreOptions { folder, label: "Test phone".into(), extra_roots: vec![] };
    OfficerCore::open(options, key.clone(), storage.clone(), clock.clone(), Some(screens.clone()), Some(log.clone()))
}

/// Runs what must not hang; a deadlock fails the test instead of stopping it for ever.
pub(crate) fn within_a_minute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, outcome) = mpsc::channel();
    let worker = std::thread::spawn(move || done.send(work()));
    match outcome.recv_timeout(Duration::from_mins(1)) {
        Ok(outcome) => outcome,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            std::panic::resume_unwind(worker.join().expect_err("it sent nothing"))
        }
    }
}
