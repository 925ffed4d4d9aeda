//! The encrypted file: a wrong key is told from damage as far as that can be told, and neither costs what is in the file.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use detailbook_core::device::{Phone, PhoneError, Place, StoreKey, WhichShift};
use detailbook_core::ids::AssignmentId;
use detailbook_core::shift::FactKind;

use super::file::{roots, set_aside};
use super::world::{Dice, STORE_KEY, World};
use super::write_ahead::{goes_on, kill, log_of, on_shift, opened_beside};

const SHIFT: WhichShift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));
const OTHER: Option<StoreKey> = Some(StoreKey([2; 32]));

/// Opens the file under that key and closes it again.
fn open_under(world: &World, key: Option<StoreKey>) -> Result<(), PhoneError> {
    let mut options = world.options(None);
    options.key = key;
    Phone::open(options, world.key.clone(), Box::new(Dice::new(1)), world.now()).map(drop)
}

/// Every file beside the store and what is in it, the store and its log included.
fn kept(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(world.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn key_check(world: &World) -> PathBuf {
    world.folder.path().join("phone.db.key-check")
}

/// Flips bits of the closed store.
fn damage(world: &World, bytes: std::ops::Range<usize>) {
    let mut file = fs::read(world.path()).unwrap();
    file[bytes].iter_mut().for_each(|byte| *byte ^= 0x10);
    fs::write(world.path(), file).unwrap();
}

/// Flips a bit behind the first page, where the facts stand.
fn damage_facts(world: &World) {
    let (page_size, roots) = roots(world);
    let page = roots.iter().find(|(name, _)| name == "facts").unwrap().1;
    damage(world, page * page_size - 500..page * page_size - 499);
}

/// The salt that stands in front, the header behind it, the end of the first page: its sum.
const IN_THE_FIRST_PAGE: [std::ops::Range<usize>; 3] = [0..1, 100..101, 4_090..4_091];

#[test]
fn a_store_is_left_alone_by_a_key_that_does_not_open_it() {
    let (mut world, punched) = on_shift();
    world.shut();
    for key in [OTHER, None] {
        assert!(matches!(open_under(&world, key.clone()), Err(PhoneError::WrongKey(_))));
        // Nor where nobody noted which key is the right one.
        let noted = fs::read(key_check(&world)).unwrap();
        fs::remove_file(key_check(&world)).unwrap();
        if key.is_some() {
            assert!(matches!(open_under(&world, key), Err(PhoneError::WrongKey(_))));
        }
        fs::write(key_check(&world), noted).unwrap();
    }
    assert!(set_aside(&world).is_empty());
    goes_on(&mut world);
    assert!(punched.iter().all(|it| world.agency.has(it.document, it.fact)));
}

#[test]
fn a_damaged_first_page_under_the_right_key_is_set_aside_as_it_is() {
    for bytes in IN_THE_FIRST_PAGE {
        let (mut world, _) = on_shift();
        world.shut();
        damage(&world, bytes);
        assert_eq!(opened_beside(&mut world), "The file was damaged. It is kept beside the new one.");
        assert!(world.phone().enrolled().unwrap().is_none());
        world.enrol();
        goes_on(&mut world);
    }
}

#[test]
fn a_damaged_first_page_is_a_wrong_key_to_another_key_and_where_no_key_was_noted_and_nothing_is_touched() {
    for bytes in IN_THE_FIRST_PAGE {
        let (mut world, _) = on_shift();
        world.shut();
        damage(&world, bytes);
        let before = kept(&world);
        let refused = open_under(&world, OTHER).unwrap_err();
        assert_eq!((refused.code(), kept(&world)), ("wrong_key", before));

        // The right key and a damaged page look the same as a wrong key and a sound one.
        let noted = fs::read(key_check(&world)).unwrap();
        fs::remove_file(key_check(&world)).unwrap();
        let before = kept(&world);
        let refused = open_under(&world, STORE_KEY).unwrap_err();
        assert_eq!((refused.code(), kept(&world)), ("wrong_key", before));

        // With the note back, it is damage.
        fs::write(key_check(&world), noted).unwrap();
        world.open(None).unwrap();
        assert_eq!(set_aside(&world).len(), 1);
    }
}

#[test]
fn a_damaged_note_of_the_key_keeps_nobody_from_a_sound_file() {
    let (mut world, _) = on_shift();
    world.shut();
    fs::write(key_check(&world), [0x55; 32]).unwrap();
    world.open(None).unwrap();
    assert!(set_aside(&world).is_empty() && world.phone().enrolled().unwrap().is_some());
    // It is the right one again: the next damage is told from a wrong key.
    world.shut();
    damage(&world, 100..101);
    opened_beside(&mut world);
}

#[test]
fn one_bit_in_a_page_behind_is_met_as_damage_by_what_reads_it_and_by_every_write_after() {
    let (mut world, punched) = on_shift();
    let log = punched[0].document;
    world.shut();
    damage_facts(&world);
    let bytes = fs::read(world.path()).unwrap();
    world.open(None).unwrap();
    assert!(set_aside(&world).is_empty());
    assert_eq!(world.phone().facts(log, None, 20).unwrap_err().code(), "store_damaged");
    for _ in 0..2 {
        let punched = world.phone().punch(FactKind::Out, SHIFT, &world.moment());
        assert_eq!(punched.unwrap_err().code(), "store_damaged");
    }
    // Met, and the file is still what it was: nothing was written over it.
    world.shut();
    assert_eq!(fs::read(world.path()).unwrap(), bytes);
    let told = opened_beside(&mut world);
    assert!(told.ends_with("what could still be read of it."), "{told}");
    assert!(world.phone().enrolled().unwrap().is_some());
    goes_on(&mut world);
}

#[test]
fn suspended_and_resumed_a_phone_that_met_damage_goes_on() {
    let (mut world, punched) = on_shift();
    let log = punched[0].document;
    world.shut();
    damage_facts(&world);
    world.open(None).unwrap();
    assert_eq!(world.phone().facts(log, None, 20).unwrap_err().code(), "store_damaged");
    world.phone().suspend().unwrap();
    world.phone().resume(world.now()).unwrap();
    assert_eq!(set_aside(&world).len(), 1);
    goes_on(&mut world);
}

#[test]
fn a_damaged_log_is_not_touched_by_another_key() {
    let (mut world, _) = on_shift();
    for _ in 0..4 {
        world.phone().note(Place::Shift(SHIFT), "Quiet.", &world.moment()).unwrap();
    }
    let mut log = kill(&mut world);
    let middle = log.len() / 2;
    log[middle] ^= 1;
    fs::write(log_of(&world), &log).unwrap();
    let file = fs::read(world.path()).unwrap();
    assert_eq!(open_under(&world, OTHER).unwrap_err().code(), "wrong_key");
    assert!(set_aside(&world).is_empty());
    assert!(fs::read(world.path()).unwrap() == file && fs::read(log_of(&world)).unwrap() == log);
    // Its own key sets both aside, as they are.
    opened_beside(&mut world);
    goes_on(&mut world);
}

#[test]
fn nothing_readable_is_on_the_disk() {
    let mut world = World::enrolled();
    world
        .phone()
        .note(Place::Shift(WhichShift::Unassigned(None)), "Neighbour at 12 complains.", &world.moment())
        .unwrap();
    let readable = |name: &str| {
        let bytes = fs::read(world.folder.path().join(name)).unwrap();
        bytes.windows(9).any(|words| words == b"Neighbour") || bytes.starts_with(b"SQLite format 3")
    };
    assert!(!readable("phone.db") && !readable("phone.db-wal"));
    world.shut();
}
