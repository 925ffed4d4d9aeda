//! A phone, an agency and the way between them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use detailbook_core::device::{
    Incoming, KillSwitch, Moment, OpenOptions, Phone, PhoneError, StoreKey, SyncProgress, UploadProgress,
};
use detailbook_core::entropy::Entropy;
use detailbook_core::evidence::{PublicKey, Signature, Signer, SigningFailed, SoftwareSigner};
use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{DeviceId, OfficerId};
use detailbook_core::shift::{PhoneState, Sha256};
use detailbook_core::time::{BootId, ClockReading, Millis, UnixMillis, Zone};

use detailbook_core::wire::Limits;

use rusqlite::Connection;

use super::agency::Agency;

/// With encryption built in, every story is told of an encrypted file.
pub(super) const STORE_KEY: Option<StoreKey> = if cfg!(feature = "encrypted") { Some(StoreKey([7; 32])) } else { None };

/// When the stories begin.
pub(super) const START: i64 = 1_760_000_000_000;

/// Seeded randomness (SplitMix64).
#[derive(Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Entropy for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A key that can be locked, and lost.
pub(super) struct Key {
    inner: Mutex<SoftwareSigner>,
    pub(super) locked: AtomicBool,
    pub(super) panics: AtomicBool,
}

impl Key {
    /// The keystore forgets it and makes another.
    pub(super) fn lose(&self) {
        *self.inner.lock().unwrap() = SoftwareSigner::generate(&mut Dice::new(4_711));
    }
}

impl Signer for Key {
    fn public_key(&self) -> Result<PublicKey, SigningFailed> {
        Ok(self.inner.lock().unwrap().public())
    }
    fn sign(&self, message: &[u8]) -> Result<Signature, SigningFailed> {
        assert!(!self.panics.load(Ordering::Relaxed), "a key that panics");
        if self.locked.load(Ordering::Relaxed) {
            return Err(SigningFailed);
        }
        Ok(self.inner.lock().unwrap().sign_message(message))
    }
}

pub(super) struct World {
    pub(super) agency: Agency,
    pub(super) officer: OfficerId,
    pub(super) folder: tempfile::TempDir,
    pub(super) key: Arc<Key>,
    phone: Option<Phone>,
    clock: Mutex<i64>,
    seed: u64,
    /// How far the phone's wall clock is ahead.
    pub(super) wall_ahead: Millis,
    pub(super) max_pages: Option<u32>,
    pub(super) limits: Limits,
}

impl World {
    /// A phone that is enrolled and has synced nothing.
    pub(super) fn enrolled() -> Self {
        let mut world = Self::new();
        world.enrol();
        world
    }

    /// A phone that nobody knows yet.
    pub(super) fn new() -> Self {
        let mut dice = Dice::new(99);
        let now = UnixMillis::new(START);
        let key = Arc::new(Key {
            inner: Mutex::new(SoftwareSigner::generate(&mut dice)),
            locked: AtomicBool::new(false),
            panics: AtomicBool::new(false),
        });
        let mut world = Self {
            agency: Agency::new(now),
            officer: OfficerId::new(now, &mut dice),
            folder: tempfile::tempdir().unwrap(),
            key,
            phone: None,
            clock: Mutex::new(0),
            seed: 1_000,
            wall_ahead: Millis(0),
            max_pages: None,
            limits: Limits::V1,
        };
        world.open(None).unwrap();
        world
    }

    pub(super) fn enrol(&mut self) {
        let invitation = self.agency.invite(self.officer, "https://details.example.org");
        let enrolling = self.phone().begin_enrol(&invitation, &self.reading()).unwrap();
        let incoming = self.agency.handle(&enrolling.outgoing);
        let at = self.reading();
        self.phone().finish_enrol(&enrolling, &incoming, &at).unwrap();
    }

    pub(super) fn options(&self, kill_switch: Option<KillSwitch>) -> OpenOptions {
        let mut options = OpenOptions::new(self.path(), self.folder.path().join("blobs"));
        options.key = STORE_KEY;
        options.busy_timeout = std::time::Duration::from_millis(50);
        options.max_pages = self.max_pages;
        options.limits = self.limits;
        options.kill_switch = kill_switch;
        options
    }

    /// The phone's file, for a look past the phone.
    pub(super) fn raw(&self) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        if let Some(StoreKey(key)) = STORE_KEY {
            let hex = Sha256(key).to_hex();
            connection.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"")).unwrap();
        }
        connection
    }

    /// Opens (again) the phone's file.
    pub(super) fn open(&mut self, kill_switch: Option<KillSwitch>) -> Result<(), PhoneError> {
        self.phone = None;
        self.seed += 1;
        let options = self.options(kill_switch);
        self.phone = Some(Phone::open(options, self.key.clone(), Box::new(Dice::new(self.seed)), self.now())?);
        Ok(())
    }

    pub(super) fn shut(&mut self) {
        self.phone = None;
    }

    pub(super) fn phone(&self) -> &Phone {
        self.phone.as_ref().unwrap()
    }

    pub(super) fn device(&self) -> DeviceId {
        self.phone().enrolled().unwrap().unwrap().device
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("phone.db")
    }

    pub(super) fn now(&self) -> UnixMillis {
        UnixMillis::new(START) + Millis(*self.clock.lock().unwrap())
    }

    pub(super) fn pass(&self, time: Millis) {
        *self.clock.lock().unwrap() += time.0;
    }

    /// What the phone's clocks say; each look takes a millisecond.
    pub(super) fn reading(&self) -> ClockReading {
        self.pass(Millis(1));
        let since = *self.clock.lock().unwrap();
        ClockReading {
            wall: UnixMillis::new(START + since) + self.wall_ahead,
            zone: Zone::UTC.into(),
            monotonic: 5_000_000 + since as u64,
            boot: BootId(1),
            anchor: None,
        }
    }

    pub(super) fn moment(&self) -> Moment {
        let fix = Fix {
            latitude_e7: 423_600_000,
            longitude_e7: -710_600_000,
            accuracy_dm: Some(80),
            age_ms: 900,
            provider: Provider::Gps,
            mock: false,
        };
        let phone = PhoneState { battery: Some(80), saver: false, precise_location: true };
        Moment { clock: self.reading(), fixes: vec![fix; 5], phone: Some(phone) }
    }

    /// One request and its answer.
    pub(super) fn step(&mut self) -> Result<SyncProgress, PhoneError> {
        let at = self.reading();
        let outgoing = self.phone().begin_sync(&at)?;
        self.agency.now = self.now();
        let incoming = self.agency.handle(&outgoing);
        let at = self.reading();
        self.phone().finish_sync(outgoing.ticket, &incoming, &at)
    }

    /// Exchanges until phone and server are in step; how many requests that took.
    pub(super) fn sync(&mut self) -> usize {
        for round in 1..=60 {
            match self.step().unwrap() {
                SyncProgress::Done => return round,
                SyncProgress::Again => {}
                other => panic!("{other:?}"),
            }
        }
        panic!("the exchange does not come to an end");
    }

    /// Sends originals until none is left; how many requests that took.
    pub(super) fn upload(&mut self) -> usize {
        let mut requests = 0;
        loop {
            let at = self.reading();
            let Some(outgoing) = self.phone().begin_upload(&at).unwrap() else { return requests };
            requests += 1;
            assert!(requests < 10_000, "uploads do not come to an end");
            let incoming: Incoming = self.agency.handle(&outgoing);
            match self.phone().finish_upload(outgoing.ticket, &incoming, &at).unwrap() {
                UploadProgress::Again => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
