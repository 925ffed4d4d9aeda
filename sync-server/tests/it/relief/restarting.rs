//! A server that dies between any two steps of a call-off goes on where it was, and nobody is asked, told or awarded twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, CommandId};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::{Command, Wish};
use detailbook_server::app::{App, Settings};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::jobs;
use detailbook_server::store::{Fault, Store};
use tempfile::TempDir;

use super::crew::Crew;
use crate::staff::world::{HOUR, NOON, World};

const MINUTE: i64 = 60_000;

/// What happens after the call-off: who wishes what, and how much time passes.
enum Step {
    /// So many milliseconds later the server does what is due.
    Pass(i64),
    /// An officer says whether they come.
    Says(usize, bool),
    /// An officer calls off.
    CallsOff(usize),
}

const STORY: &[Step] = &[
    Step::CallsOff(0),
    Step::Pass(0),
    Step::Pass(30 * MINUTE),
    Step::Says(1, false),
    Step::Pass(0),
    Step::Says(2, false),
    Step::Pass(0),
    Step::Pass(2 * HOUR),
    Step::Pass(HOUR),
    Step::Says(1, true),
    Step::Says(2, true),
    Step::Pass(HOUR),
];

/// A server over the store in that folder.
fn node(folder: &TempDir, now: UnixMillis) -> World {
    let store = Store::open_inline(folder.path().join("detailbook.db")).unwrap();
    let blobs = tempfile::tempdir().unwrap();
    let opened = BlobFolder::open(blobs.path()).unwrap();
    let clock = Arc::new(SetClock::new(now));
    let app = App::with(store, opened, Settings::default(), clock.clone(), SharedEntropy::system()).unwrap();
    World { app, clock, blobs }
}

/// What everybody sees in the end, with nothing in it that chance gives.
#[derive(PartialEq, Debug)]
struct Picture {
    holders: Vec<usize>,
    ledgers: Vec<Vec<(String, i64)>>,
    told: Vec<Vec<String>>,
    done: BTreeMap<String, usize>,
}

fn picture(crew: &Crew<'_>) -> Picture {
    let officers = 0..crew.officers.len();
    let mut done = BTreeMap::new();
    for entry in crew.desk.items("/v1/staff/audit?limit=1000") {
        *done.entry(entry["action"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    let parties = crew.officers.iter().chain(&crew.staff);
    Picture {
        holders: crew.holders().into_iter().map(|(officer, _)| officer).collect(),
        ledgers: officers.map(|officer| crew.ledger(officer)).collect(),
        told: parties.map(|party| sorted(crew.told(party))).collect(),
        done,
    }
}

/// What is told at one moment stands in no order.
fn sorted(mut told: Vec<String>) -> Vec<String> {
    told.sort_unstable();
    told
}

fn command(world: &World, wish: &Wish) -> Command {
    let mut entropy = world.app.entropy.clone();
    let mut seed = [0; 16];
    entropy.fill(&mut seed);
    Command::new(CommandId::from_bytes(seed), wish, world.app.now())
}

/// Does a step. `false`: the server died.
fn take(crew: &Crew<'_>, held: AssignmentId, command_of: &mut Option<Command>, step: &Step) -> bool {
    let world = crew.desk.world;
    let (officer, wish) = match step {
        Step::Pass(_) => return jobs::run_due(&world.app, world.app.now()).is_ok(),
        Step::Says(officer, comes) => (*officer, Wish::Relieve { assignment: held, comes: *comes }),
        Step::CallsOff(officer) => (*officer, Wish::CallOff { assignment: held, reason: "Ill.".to_owned() }),
    };
    // Sent again, it is the same command.
    let command = command_of.get_or_insert_with(|| command(world, &wish));
    crew.phones[officer].try_command(command).is_some()
}

/// Where a server dies: in which step, after so many writes of it, on which side of the next.
type Death = (usize, u64, Fault);

/// The whole story, with a server that dies there. `None`: the step makes no more writes than that.
fn told(dies: Option<Death>) -> Option<Picture> {
    let folder = tempfile::tempdir().unwrap();
    let first = node(&folder, UnixMillis::new(NOON));
    let crew = Crew::awarded(&first, 3, 100);
    let (_, held) = crew.holder();
    let (mut now, mut second) = (first.app.now(), None);
    let mut crew = Some(crew);
    for (number, step) in STORY.iter().enumerate() {
        if let Step::Pass(millis) = step {
            now = now + Millis(*millis);
        }
        let here = crew.take().unwrap();
        here.desk.world.clock.set(now);
        let mut command = None;
        let fault = dies.filter(|(at, _, _)| *at == number);
        if let Some((_, writes, fault)) = fault {
            here.desk.world.app.store.set_fault_after(writes, fault).unwrap();
        }
        if take(&here, held, &mut command, step) {
            if fault.is_some() {
                return None;
            }
            crew = Some(here);
            continue;
        }
        let again: &World = Box::leak(Box::new(node(&folder, now)));
        let there = here.moved(again);
        assert!(take(&there, held, &mut command, step));
        second = Some(());
        crew = Some(there);
    }
    assert_eq!(second.is_some(), dies.is_some());
    Some(picture(&crew.unwrap()))
}

#[test]
fn a_search_goes_on_where_it_was_wherever_the_server_dies() {
    let whole = told(None).unwrap();
    assert_eq!(whole.holders, [1], "the first to say yes has it");
    for number in 0..STORY.len() {
        for fault in [Fault::BeforeCommit, Fault::AfterCommit] {
            let ends = |writes| told(Some((number, writes, fault)));
            let deaths =
                (0..).map_while(ends).inspect(|picture| assert_eq!(*picture, whole, "step {number}, {fault:?}"));
            assert!(deaths.count() > 0, "step {number} writes something");
        }
    }
}
