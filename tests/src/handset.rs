//! A phone as a thing: its storage, its clocks, its key, and the real core running on it, or not.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use detailbook_core::device::{KillSwitch, Moment, OpenOptions, Phone, PhoneError};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{AgencyId, DeviceId, OfficerId};
use detailbook_core::shift::PhoneState;
use detailbook_core::time::{ClockReading, Millis, UnixMillis, ZoneName};
use detailbook_server::entropy::SharedEntropy;

use crate::clock::PhoneClock;
use crate::entropy::Seeded;
use crate::exchange::Flight;
use crate::holdings::{Holdings, Look};

/// Counts down to the phone's death; nothing is left where it is not to die.
type Countdown = Arc<Mutex<Option<u64>>>;

/// A phone in an officer's hand.
#[allow(clippy::struct_excessive_bools, reason = "four things that may each be true of a phone")]
pub struct Handset {
    /// Its number in the world.
    pub number: usize,
    /// Whose it is.
    pub agency: AgencyId,
    /// Whose it is.
    pub officer: OfficerId,
    /// Its enrolment, once it has one.
    pub device: Option<DeviceId>,
    /// Its clocks.
    pub clock: PhoneClock,
    /// How often it was enrolled.
    pub generation: u32,
    /// Requests under way.
    pub flights: Vec<Flight>,
    /// Its last exchange left nothing to do.
    pub settled: bool,
    /// It has been in step with the server since the server was last restored.
    pub reconciled: bool,
    /// It has no signal before then.
    pub signal_from: UnixMillis,
    /// It is at the bottom of a river.
    pub lost: bool,
    /// The agency has ended its enrolment.
    pub ended: bool,
    folder: PathBuf,
    signer: Arc<SoftwareSigner>,
    entropy: SharedEntropy,
    countdown: Countdown,
    core: Option<Phone>,
    look: RefCell<Option<Look>>,
}

impl Handset {
    /// A new phone for an officer, switched on.
    pub fn new(
        folder: &Path,
        number: usize,
        agency: AgencyId,
        officer: OfficerId,
        seed: u64,
        now: UnixMillis,
        ahead: Millis,
    ) -> Self {
        let mut entropy = SharedEntropy::new(Seeded::new(seed, &format!("phone {number}")));
        let signer = Arc::new(SoftwareSigner::generate(&mut entropy));
        let folder = folder.join(format!("phone-{number}"));
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let clock = PhoneClock::started(now, ahead);
        let mut handset = Self {
            number,
            agency,
            officer,
            device: None,
            clock,
            generation: 0,
            flights: Vec::new(),
            settled: false,
            reconciled: true,
            signal_from: now,
            lost: false,
            ended: false,
            folder,
            signer,
            entropy,
            countdown: Countdown::default(),
            core: None,
            look: RefCell::new(None),
        };
        handset.open(now).expect("an empty store opens");
        handset
    }

    /// Starts the app. It may die while it starts.
    pub fn open(&mut self, now: UnixMillis) -> Result<(), PhoneError> {
        if self.core.is_some() {
            return Ok(());
        }
        let mut options = OpenOptions::new(self.folder.join("phone.db"), self.folder.join("blobs"));
        options.label = format!("phone {}", self.number);
        // Small chunks, so that a small photo takes several.
        options.limits.chunk_bytes = 900;
        options.kill_switch = Some(self.kill_switch());
        let entropy = Box::new(self.entropy.clone());
        let signer: Arc<dyn detailbook_core::evidence::Signer> = self.signer.clone();
        self.core = Some(Phone::open(options, signer, entropy, self.clock.wall(now))?);
        Ok(())
    }

    fn kill_switch(&self) -> KillSwitch {
        let countdown = Arc::clone(&self.countdown);
        KillSwitch::new(move |_| {
            let mut left = countdown.lock().unwrap_or_else(PoisonError::into_inner);
            let dies = *left == Some(0);
            *left = left.and_then(|points| points.checked_sub(1));
            dies
        })
    }

    /// The app dies at the `points`th place where it writes, counted from 0.
    pub fn kill_in(&self, points: u64) {
        *self.countdown.lock().unwrap_or_else(PoisonError::into_inner) = Some(points);
    }

    /// The app dies now, or what is left of it after it was killed is cleared away.
    pub fn die(&mut self) {
        self.spare();
        self.look.take();
        self.core = None;
        self.flights.clear();
        self.settled = false;
    }

    /// The app is not to die after all.
    pub fn spare(&self) {
        *self.countdown.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Takes the flight with that number off the board.
    pub fn land(&mut self, number: u64) -> Option<Flight> {
        let place = self.flights.iter().position(|flight| flight.number == number)?;
        Some(self.flights.remove(place))
    }

    /// The running app.
    pub fn core(&self) -> Option<&Phone> {
        self.core.as_ref()
    }

    /// What its clocks say.
    pub fn reading(&self, now: UnixMillis) -> ClockReading {
        ClockReading {
            wall: self.clock.wall(now),
            zone: ZoneName("America/New_York".into()),
            monotonic: self.clock.monotonic(now),
            boot: self.clock.boot(),
            anchor: None,
        }
    }

    /// What it knows at this moment, near the site or elsewhere.
    pub fn moment(&self, now: UnixMillis, entropy: &mut Seeded) -> Moment {
        let fix = Fix {
            latitude_e7: 423_600_000 + entropy.between(0, 40_000) as i32,
            longitude_e7: -710_500_000,
            accuracy_dm: Some(entropy.between(30, 900) as u32),
            age_ms: entropy.below(30_000) as u32,
            provider: Provider::Fused,
            mock: false,
        };
        let fixes = if entropy.percent(80) { vec![fix] } else { vec![] };
        let phone = PhoneState { battery: Some(entropy.between(5, 100) as u8), saver: false, precise_location: true };
        Moment { clock: self.reading(now), fixes, phone: Some(phone) }
    }

    /// Everything in the file that the app keeps, by a second look at it that stays open as long as the app runs.
    pub fn holdings(&self) -> rusqlite::Result<Holdings> {
        let mut look = self.look.borrow_mut();
        match &*look {
            Some(look) => look.holdings(),
            None => look.insert(Look::open(&self.folder.join("phone.db"))?).holdings(),
        }
    }
}
