//! A world: agencies with their coordinators, phones, one server and the network between them, all in one thread.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;

use detailbook_core::ids::{AgencyId, CommandId, FactId};
use detailbook_core::time::{Millis, UnixMillis};
use tempfile::TempDir;

use crate::broken::Broken;
use crate::desk::Desk;
use crate::entropy::Seeded;
use crate::exchange::Parcel;
use crate::handset::Handset;
use crate::hostile::{Hostile, Loot};
use crate::network::{Network, Weather};
use crate::server::Machine;
use crate::tally::Tally;
use crate::trace::Trace;
use crate::witness::Witness;

/// A trace that the world and whoever runs it both hold.
pub type SharedTrace = Rc<RefCell<Trace>>;

/// What kind of world.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Agencies.
    pub agencies: u64,
    /// Officers of each.
    pub officers: u64,
    /// The network.
    pub weather: Weather,
    /// How long a session key lasts.
    pub session: Millis,
    /// The first moment.
    pub begins: UnixMillis,
}

impl Plan {
    /// Two small agencies in good weather.
    pub fn clear() -> Self {
        let session = Millis::from_hours(30 * 24);
        Self { agencies: 2, officers: 2, weather: Weather::CLEAR, session, begins: beginning() }
    }
}

/// 2026-03-07T20:00:00Z: an evening before the clocks change in most of the United States.
pub fn beginning() -> UnixMillis {
    UnixMillis::new(1_772_913_600_000)
}

/// What an officer was told is written down: it must never be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// On which phone.
    pub handset: usize,
    /// Under which enrolment of it.
    pub generation: u32,
}

/// The world.
pub struct World {
    /// Where every choice comes from.
    pub entropy: Seeded,
    /// True time.
    pub now: UnixMillis,
    /// Events so far.
    pub step: u32,
    /// The server.
    pub machine: Machine,
    /// Coordinators, by agency.
    pub desks: Vec<Desk>,
    /// Phones.
    pub handsets: Vec<Handset>,
    /// A phone that means harm.
    pub hostile: Option<Hostile>,
    /// What it has overheard.
    pub loot: Loot,
    /// The network.
    pub network: Network<Parcel>,
    /// How bad it is.
    pub weather: Weather,
    /// What was promised on it.
    pub witness: Witness,
    /// Facts that a phone said are written down.
    pub facts: BTreeMap<FactId, Written>,
    /// Wishes that a phone said are written down.
    pub wishes: BTreeMap<CommandId, Written>,
    /// What happened, counted.
    pub tally: Tally,
    /// How far each agency's documents have been rebuilt and compared.
    pub rebuilt: BTreeMap<AgencyId, i64>,
    pub(crate) seed: u64,
    pub(crate) flights: u64,
    pub(crate) backed_up: bool,
    pub(crate) outage: bool,
    /// How many in a hundred of the server's turns at its jobs a crash strikes.
    pub strikes: u64,
    /// How often the server was restored.
    pub(crate) life: u32,
    trace: SharedTrace,
    folder: TempDir,
}

impl World {
    /// A world with its agencies founded and no phone yet.
    pub fn new(seed: u64, plan: &Plan, trace: SharedTrace) -> Self {
        let folder = folder();
        let mut machine = Machine::new(folder.path(), seed, plan.begins, plan.session);
        let mut entropy = Seeded::new(seed, "world");
        let desks = (0..plan.agencies)
            .map(|_| {
                let agency = AgencyId::new(plan.begins, &mut entropy);
                Desk::found(&mut machine, agency, plan.officers, plan.begins)
            })
            .collect();
        Self {
            entropy,
            now: plan.begins,
            step: 0,
            machine,
            desks,
            handsets: Vec::new(),
            hostile: None,
            loot: Loot::default(),
            network: Network::default(),
            weather: plan.weather,
            witness: Witness::default(),
            facts: BTreeMap::new(),
            wishes: BTreeMap::new(),
            tally: Tally::default(),
            rebuilt: BTreeMap::new(),
            seed,
            flights: 0,
            backed_up: false,
            outage: false,
            strikes: 0,
            life: 0,
            trace,
            folder,
        }
    }

    /// Writes a line of the trace.
    pub fn note(&self, what: fmt::Arguments<'_>) {
        self.trace.borrow_mut().note(self.step, self.now, what);
    }

    /// Counts and notes an event.
    pub fn event(&mut self, kind: &'static str, what: fmt::Arguments<'_>) {
        self.tally.count(kind);
        self.note(format_args!("{kind}: {what}"));
    }

    /// The folder that all of it lies in.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Lets time pass: what arrives or is due meanwhile does so in order, and is checked each time.
    pub fn pass(&mut self, time: Millis) -> Result<(), Broken> {
        let until = self.now + time;
        loop {
            let due = self.machine.next_job().map(|due| due.max(self.now)).filter(|due| *due <= until);
            if let Some((at, parcel)) = self.network.arrived(due.unwrap_or(until)) {
                // Nothing arrives before it was sent, but two may arrive at once.
                self.set_time(at.max(self.now));
                self.step += 1;
                self.deliver(parcel)?;
            } else if let Some(due) = due {
                self.set_time(due);
                self.step += 1;
                self.server_works()?;
            } else {
                break;
            }
        }
        self.set_time(until);
        Ok(())
    }

    fn set_time(&mut self, now: UnixMillis) {
        self.now = now;
        self.machine.set_time(now);
    }
}

/// In memory where the system has a place for that: a world writes a lot and keeps nothing.
fn folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder can be made")
}
