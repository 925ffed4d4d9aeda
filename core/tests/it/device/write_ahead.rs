//! The log beside the file, as an app that was killed leaves it, and files that are shorter than they were: what is lost is told, what
//! reads is taken over, and every byte is kept.

use std::fs;
use std::path::PathBuf;

use detailbook_core::device::{Place, Recorded, WhichShift};
use detailbook_core::ids::AssignmentId;
use detailbook_core::shift::{FactKind, Sha256};

use super::file::{roots, set_aside};
use super::world::World;

const SHIFT: WhichShift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));
const LOG_HEADER: usize = 32;
const FRAME: usize = 24 + 4_096;

pub(super) fn log_of(world: &World) -> PathBuf {
    world.folder.path().join("phone.db-wal")
}

/// Leaves the files as they are while the phone is open: what was written last stands in the log alone. What the log holds.
pub(super) fn kill(world: &mut World) -> Vec<u8> {
    let (file, log) = (fs::read(world.path()).unwrap(), fs::read(log_of(world)).unwrap());
    world.shut();
    fs::write(world.path(), file).unwrap();
    fs::write(log_of(world), &log).unwrap();
    log
}

/// A phone whose enrolment is in the file and whose shift is in the log.
pub(super) fn on_shift() -> (World, Vec<Recorded>) {
    let mut world = World::enrolled();
    world.open(None).unwrap();
    let kinds = [FactKind::In, FactKind::BreakStart, FactKind::BreakEnd];
    let punched = kinds.map(|kind| world.phone().punch(kind, SHIFT, &world.moment()).unwrap()).into();
    (world, punched)
}

/// Opens what is there; the one file that is set aside then, and its log, are as they were. What the officer is told.
pub(super) fn opened_beside(world: &mut World) -> String {
    let (file, log) = (fs::read(world.path()).unwrap(), fs::read(log_of(world)).ok().filter(|log| !log.is_empty()));
    world.open(None).unwrap();
    let names = set_aside(world);
    assert_eq!(names.len(), 1 + usize::from(log.is_some()), "{names:?}");
    assert_eq!(fs::read(world.folder.path().join(&names[0])).unwrap(), file);
    if let Some(log) = log {
        assert_eq!(fs::read(world.folder.path().join(&names[1])).unwrap(), log);
        assert_eq!(names[1], format!("{}-wal", names[0]));
    }
    let told = world.phone().reports(10).unwrap();
    assert_eq!((told.len(), told[0].what.as_str(), &told[0].subject), (1, "store_set_aside", &names[0]));
    told[0].reason.clone()
}

/// The phone opens again without setting anything else aside, and what the officer enters reaches the agency.
pub(super) fn goes_on(world: &mut World) {
    let before = set_aside(world);
    world.open(None).unwrap();
    assert_eq!(set_aside(world), before);
    let out = world.phone().punch(FactKind::Out, SHIFT, &world.moment()).unwrap();
    world.sync();
    assert!(world.agency.has(out.document, out.fact));
}

#[test]
fn a_killed_app_finds_everything_in_the_log() {
    let (mut world, punched) = on_shift();
    kill(&mut world);
    world.open(None).unwrap();
    assert!(set_aside(&world).is_empty());
    goes_on(&mut world);
    assert!(punched.iter().all(|it| world.agency.has(it.document, it.fact)));
}

#[test]
fn an_entry_that_was_not_written_whole_when_the_power_went_costs_nothing_else() {
    let (mut world, punched) = on_shift();
    let log = kill(&mut world);
    fs::write(log_of(&world), &log[..log.len() - FRAME / 2]).unwrap();
    world.open(None).unwrap();
    assert!(set_aside(&world).is_empty());
    goes_on(&mut world);
    assert!(punched[..2].iter().all(|it| world.agency.has(it.document, it.fact)));
}

#[test]
fn a_log_damaged_between_two_entries_is_kept_and_told_and_what_stands_before_goes_along() {
    let (mut world, punched) = on_shift();
    let first_entry = fs::metadata(log_of(&world)).unwrap().len() as usize;
    for _ in 0..4 {
        world.phone().note(Place::Shift(SHIFT), "Quiet.", &world.moment()).unwrap();
    }
    let mut log = kill(&mut world);
    let frame = (first_entry - LOG_HEADER) / FRAME;
    log[LOG_HEADER + frame * FRAME + 500] ^= 1;
    fs::write(log_of(&world), &log).unwrap();
    let told = opened_beside(&mut world);
    assert!(told.ends_with("what could still be read of it."), "{told}");
    goes_on(&mut world);
    assert!(punched.iter().all(|it| world.agency.has(it.document, it.fact)));
}

#[test]
fn a_log_that_does_not_read_at_all_is_kept_and_told_and_the_officer_stays_enrolled() {
    for damage in [0..LOG_HEADER, 0..4_096] {
        let (mut world, _) = on_shift();
        let mut log = kill(&mut world);
        log[damage].fill(0);
        fs::write(log_of(&world), &log).unwrap();
        let told = opened_beside(&mut world);
        assert!(told.ends_with("what could still be read of it."), "{told}");
        assert!(world.phone().enrolled().unwrap().is_some());
        goes_on(&mut world);
    }
}

#[test]
fn a_log_that_held_all_there_was_leaves_no_silently_empty_store() {
    let mut world = World::enrolled();
    world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    let mut log = kill(&mut world);
    log[..LOG_HEADER].fill(0x55);
    fs::write(log_of(&world), &log).unwrap();
    let told = opened_beside(&mut world);
    assert_eq!(told, "The file was damaged. It is kept beside the new one.");
    assert!(world.phone().enrolled().unwrap().is_none());
    world.enrol();
    goes_on(&mut world);
}

/// A phone with a photo that the agency does not have; the photo's name.
fn with_photo() -> (World, PathBuf) {
    let (world, _) = on_shift();
    world.phone().attach(Place::Shift(SHIFT), &mut &b"photo"[..], "image/jpeg", None, &world.moment()).unwrap();
    let photo = world.folder.path().join("blobs").join(Sha256::of(b"photo").to_hex());
    assert!(photo.exists());
    (world, photo)
}

#[test]
fn a_file_that_was_emptied_is_told_and_its_log_and_photos_are_kept() {
    for killed in [false, true] {
        let (mut world, photo) = with_photo();
        if killed {
            kill(&mut world);
        }
        world.shut();
        fs::write(world.path(), []).unwrap();
        let told = opened_beside(&mut world);
        assert_eq!(told, "The file was damaged. It is kept beside the new one.");
        assert!(world.phone().enrolled().unwrap().is_none() && photo.exists());
        world.enrol();
        goes_on(&mut world);
        assert!(photo.exists());
    }
}

#[test]
fn an_empty_file_that_a_death_left_while_the_store_was_made_is_a_new_one() {
    let mut world = World::new();
    world.shut();
    for name in ["phone.db", "phone.db.reserve"] {
        fs::remove_file(world.folder.path().join(name)).unwrap();
    }
    fs::write(world.path(), []).unwrap();
    world.open(None).unwrap();
    assert!(set_aside(&world).is_empty() && world.phone().reports(10).unwrap().is_empty());
    world.enrol();
    goes_on(&mut world);
}

#[test]
fn a_file_that_was_cut_short_is_read_as_far_as_it_goes() {
    let (mut world, punched) = on_shift();
    world.shut();
    let (page_size, roots) = roots(&world);
    // The tables were made one after the other: all that matters to a shift stands before the reports.
    let kept = roots.iter().find(|(name, _)| name == "reports").unwrap().1 - 1;
    let bytes = fs::read(world.path()).unwrap();
    fs::write(world.path(), &bytes[..kept * page_size + 100]).unwrap();
    let told = opened_beside(&mut world);
    assert!(told.ends_with("what could still be read of it."), "{told}");
    assert!(world.phone().enrolled().unwrap().is_some());
    goes_on(&mut world);
    assert!(punched.iter().all(|it| world.agency.has(it.document, it.fact)));
}
