//! A damaged file at two in the morning, far from any signal: the officer clocks out all the same, and no hour is stranded.

use std::fs;

use detailbook_core::device::{KillSwitch, PhoneError, Place, WhichShift};
use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AssignmentId, DetailId, DocumentId, FactId};
use detailbook_core::records::{DetailState, RecordKind};
use detailbook_core::shift::{Fact, FactKind};
use detailbook_core::wire::Refusal;

use super::exchange::note_of_other;
use super::file::{roots, set_aside};
use super::views::detail;
use super::world::World;

const SHIFT: WhichShift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));
const DETAIL: DetailId = DetailId::from_bytes([2; 16]);

fn log() -> DocumentId {
    AssignmentId::from_bytes([1; 16]).into()
}

struct Night {
    world: World,
    /// With the agency, answered or not, or still to go there.
    hours: Vec<(DocumentId, FactId)>,
    refused: FactId,
}

/// A shift under way: some of it with the agency, one request unanswered, the rest on this phone only.
fn night() -> Night {
    let mut world = World::enrolled();
    world.agency.put(RecordKind::Detail, DETAIL, &detail(2, world.now(), DetailState::Open));
    world.agency.show(DETAIL.into(), DocumentKind::PassOn, world.officer);
    let theirs = note_of_other("Watch the north gate.", &world);
    world.agency.write_as_other(DETAIL.into(), &[theirs]);
    let mut recorded = vec![world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap()];
    let refused = world.phone().note(Place::Shift(SHIFT), "Quiet.", &world.moment()).unwrap().fact;
    world.agency.poison.insert(refused, Refusal::BadChange);
    world.sync();
    recorded.push(world.phone().punch(FactKind::BreakStart, SHIFT, &world.moment()).unwrap());
    let unanswered = world.phone().begin_sync(&world.reading()).unwrap();
    world.agency.handle(&unanswered);
    recorded.push(world.phone().punch(FactKind::BreakEnd, SHIFT, &world.moment()).unwrap());
    let on_shift = Place::Shift(WhichShift::Running);
    recorded.push(world.phone().attach(on_shift, &mut &b"photo"[..], "image/jpeg", None, &world.moment()).unwrap());
    recorded.push(world.phone().incident(Place::PassOn(DETAIL), "A car hit it.", &world.moment()).unwrap());
    world.phone().apply(DETAIL, None, &world.reading()).unwrap();
    Night { world, hours: recorded.into_iter().map(|it| (it.document, it.fact)).collect(), refused }
}

impl Night {
    /// Fills the page at the root of that table or index with noise.
    fn damage(&mut self, page: usize, page_size: usize) {
        self.world.shut();
        let mut bytes = fs::read(self.world.path()).unwrap();
        bytes[(page - 1) * page_size..page * page_size].fill(0x55);
        fs::write(self.world.path(), &bytes).unwrap();
        fs::write(self.world.folder.path().join("phone.db.damaged"), []).unwrap();
    }

    fn clock_out(&mut self) {
        let out = self.world.phone().punch(FactKind::Out, WhichShift::Running, &self.world.moment()).unwrap();
        assert_eq!(out.document, log());
        self.hours.push((out.document, out.fact));
        assert!(self.world.phone().running(self.world.now()).unwrap().is_none());
    }

    fn all_arrives(&mut self, story: &str) {
        self.world.sync();
        self.world.upload();
        for (document, fact) in &self.hours {
            assert!(self.world.agency.has(*document, *fact), "{story}");
        }
        let mut counters: Vec<_> = [log(), DETAIL.into()]
            .iter()
            .flat_map(|document| self.world.agency.document(*document).facts.iter())
            .filter(|(id, _)| self.hours.iter().any(|(_, own)| own == *id))
            .map(|(_, bytes)| Fact::from_bytes(bytes).unwrap().link.counter)
            .collect();
        counters.sort_unstable();
        // The second one is the note that the agency will not have.
        assert_eq!(counters, [1, 3, 4, 5, 6, 7]);
        let state = self.world.phone().sync_state().unwrap();
        assert_eq!((state.facts_waiting, state.facts_unsigned, state.wishes_waiting), (0, 0, 0));
        assert_eq!((state.originals_waiting, state.originals_failed), (0, 0));
        assert_eq!(self.world.agency.commands_seen.len(), 1);
    }

    fn is_refused_still(&self) -> bool {
        let unsettled = self.world.phone().sync_state().unwrap().facts_refused;
        let facts = self.world.phone().facts(log(), None, 20).unwrap();
        unsettled == 1 && facts.iter().any(|it| it.fact == self.refused && it.text.as_deref() == Some("Quiet."))
    }
}

#[test]
fn whatever_page_is_damaged_the_shift_goes_on_and_what_reads_is_sent() {
    let mut probe = night();
    probe.world.shut();
    let (page_size, roots) = roots(&probe.world);
    let lost_with = |name: &str| {
        let loses = |table: &str| name == table || name.contains(&format!("_{table}_")) && name.contains("autoindex");
        ["phone", "facts", "commands"].into_iter().find(|table| loses(table))
    };
    for (name, page) in roots {
        let mut night = night();
        night.damage(page, page_size);
        night.world.open(None).unwrap();
        assert_eq!(set_aside(&night.world).len(), 1, "{name}");
        match lost_with(&name) {
            Some("phone") => assert!(night.world.phone().enrolled().unwrap().is_none()),
            Some("facts") => {
                night.clock_out();
                night.world.sync();
                let (document, out) = *night.hours.last().unwrap();
                assert!(night.world.agency.has(document, out), "{name}");
            }
            Some(_) => night.clock_out(),
            None => {
                assert!(night.is_refused_still(), "{name}");
                night.clock_out();
                night.all_arrives(&name);
                assert!(night.is_refused_still(), "{name}");
                assert_eq!(night.world.phone().facts(DETAIL.into(), None, 10).unwrap().len(), 2, "{name}");
            }
        }
    }
}

#[test]
fn the_officer_is_told_and_the_file_is_as_it_was() {
    let mut night = night();
    night.world.shut();
    let (page_size, roots) = roots(&night.world);
    let reports = roots.iter().find(|(name, _)| name == "reports").unwrap().1;
    night.damage(reports, page_size);
    let bytes = fs::read(night.world.path()).unwrap();
    night.world.open(None).unwrap();
    let names = set_aside(&night.world);
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(fs::read(night.world.folder.path().join(&names[0])).unwrap(), bytes);
    let told = night.world.phone().reports(10).unwrap();
    assert_eq!((told[0].what.as_str(), &told[0].subject), ("store_set_aside", &names[0]));
    assert!(told[0].reason.ends_with("which has taken over your entries."), "{}", told[0].reason);
    night.world.open(None).unwrap();
    assert_eq!(night.world.phone().reports(10).unwrap().len(), 1);
}

#[test]
fn what_stood_in_the_log_alone_goes_along() {
    let mut night = night();
    // Copied while open: the log holds what was written last.
    let folder = night.world.folder.path().to_owned();
    let (file, log) = (fs::read(night.world.path()).unwrap(), fs::read(folder.join("phone.db-wal")).unwrap());
    night.world.shut();
    fs::remove_file(night.world.path()).unwrap();
    fs::write(folder.join("phone.db.set-aside-20251009T080000Z"), file).unwrap();
    fs::write(folder.join("phone.db.set-aside-20251009T080000Z-wal"), &log).unwrap();
    night.world.open(None).unwrap();
    assert_eq!(fs::read(folder.join("phone.db.set-aside-20251009T080000Z-wal")).unwrap(), log);
    night.clock_out();
    night.all_arrives("from the log");
}

#[test]
fn killed_while_taking_over_nothing_is_lost_or_taken_twice() {
    for n in 0.. {
        let mut night = night();
        night.world.shut();
        let (page_size, roots) = roots(&night.world);
        night.damage(roots.iter().find(|(name, _)| name == "changes").unwrap().1, page_size);
        let opened = night.world.open(Some(KillSwitch::at(n)));
        assert!(matches!(opened, Ok(()) | Err(PhoneError::Killed)), "{opened:?}");
        night.world.open(None).unwrap();
        assert_eq!(set_aside(&night.world).len(), 1);
        night.clock_out();
        night.all_arrives(&format!("killed at {n}"));
        if opened.is_ok() {
            assert!(n > 20, "{n}");
            return;
        }
    }
}

#[cfg(not(feature = "encrypted"))]
#[test]
fn a_damaged_page_costs_only_what_stood_on_it() {
    let mut world = World::enrolled();
    for n in 0..100 {
        world.phone().note(Place::Shift(SHIFT), &format!("What note {n:03} says."), &world.moment()).unwrap();
    }
    world.shut();
    let (page_size, _) = roots(&world);
    let mut bytes = fs::read(world.path()).unwrap();
    let place = bytes.windows(13).position(|words| words == b"What note 050").unwrap();
    bytes[place / page_size * page_size..][..page_size].fill(0x55);
    fs::write(world.path(), &bytes).unwrap();
    fs::write(world.folder.path().join("phone.db.damaged"), []).unwrap();
    world.open(None).unwrap();
    assert!(world.phone().reports(1).unwrap()[0].reason.ends_with("what could still be read of it."));
    let facts = world.phone().facts(log(), None, 200).unwrap();
    let here = |n: u32| facts.iter().any(|it| it.text.as_deref() == Some(&format!("What note {n:03} says.")));
    let lost = (0..100).filter(|n| !here(*n)).count();
    assert!(!here(50) && here(0) && here(99) && lost < 20, "{lost} lost");
    world.sync();
    assert_eq!(world.agency.facts(), 100 - lost);
}
