//! The file: damage, disk full, locks, suspension.

use std::fs;

use detailbook_core::device::{PhoneError, Place, SyncProgress, WhichShift};
use detailbook_core::shift::FactKind;

use super::world::World;

pub(super) fn set_aside(world: &World) -> Vec<String> {
    let names =
        fs::read_dir(world.folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.contains("set-aside")).collect();
    names.sort();
    names
}

#[test]
fn a_damaged_file_is_set_aside_never_deleted_and_reported() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [Damage; 4] = [
        |bytes| bytes[..100].fill(0x55),
        |bytes| bytes[100..4_096].fill(0xff),
        |bytes| *bytes = b"This is no database at all, but it may be all there is.".repeat(200),
        |bytes| bytes.truncate(700),
    ];
    for damage in damages {
        let mut world = World::enrolled();
        world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
        world.shut();
        let mut bytes = fs::read(world.path()).unwrap();
        damage(&mut bytes);
        fs::write(world.path(), &bytes).unwrap();
        world.open(None).unwrap();
        let names = set_aside(&world);
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(names[0].starts_with("phone.db.set-aside-20251009T"), "{names:?}");
        assert_eq!(fs::read(world.folder.path().join(&names[0])).unwrap(), bytes);
        let reports = world.phone().reports(5).unwrap();
        assert_eq!((reports[0].what.as_str(), &reports[0].subject), ("store_set_aside", &names[0]));
        assert!(world.phone().enrolled().unwrap().is_none());
        world.enrol();
        world.sync();
    }
}

type Act = fn(&mut World) -> Result<(), PhoneError>;

/// What a day brings: together they touch every table.
const A_DAY: [Act; 10] = [
    |world| world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).map(drop),
    |world| world.phone().attach(ON_SHIFT, &mut &b"photo"[..], "image/jpeg", None, &world.moment()).map(drop),
    |world| world.phone().note(ON_SHIFT, "Quiet.", &world.moment()).map(drop),
    |world| world.phone().apply(detailbook_core::ids::DetailId::from_bytes([1; 16]), None, &world.reading()).map(drop),
    |world| world.step().map(drop),
    |world| world.step().map(drop),
    |world| {
        let at = world.reading();
        let Some(outgoing) = world.phone().begin_upload(&at)? else { return Ok(()) };
        world.phone().fail_upload(outgoing.ticket, &at).map(drop)
    },
    |world| world.phone().unsettled(100).map(drop),
    |world| world.phone().reports(100).map(drop),
    |world| world.phone().first_screen(world.now()).map(drop),
];
const ON_SHIFT: Place = Place::Shift(WhichShift::Running);

/// Every table and index but the first page's, and where it begins.
pub(super) fn roots(world: &World) -> (usize, Vec<(String, usize)>) {
    let connection = world.raw();
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let page_size = fs::metadata(world.path()).unwrap().len() as usize / pages as usize;
    let mut query = connection.prepare("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1").unwrap();
    let roots = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as usize))).unwrap();
    (page_size, roots.map(Result::unwrap).collect())
}

#[test]
fn damage_anywhere_is_met_once_and_then_the_file_is_set_aside() {
    let mut world = World::enrolled();
    let id = detailbook_core::ids::RecordId::from_bytes([1; 16]);
    world.agency.put_raw(detailbook_core::records::RecordKind::Other(9), id, vec![1]);
    for act in A_DAY {
        act(&mut world).unwrap();
    }
    world.shut();
    let whole = fs::read(world.path()).unwrap();
    let (page_size, roots) = roots(&world);
    let mut met = Vec::new();
    for (name, page) in roots {
        let mut damaged = whole.clone();
        damaged[(page - 1) * page_size..page * page_size].fill(0x55);
        fs::write(world.path(), &damaged).unwrap();
        let before = set_aside(&world).len();
        let opened = world.open(None);
        opened.unwrap();
        if set_aside(&world).len() == before {
            let met_by = |act: &Act| matches!(act(&mut world), Err(PhoneError::Damaged(_)));
            if !A_DAY.iter().any(met_by) {
                continue;
            }
            world.open(None).unwrap();
        }
        assert_eq!(set_aside(&world).len(), before + 1, "{name}");
        world.enrol();
        world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
        world.sync();
        world.shut();
        met.push(name);
    }
    for table in ["attachments", "changes", "commands", "documents", "facts", "phone", "records", "reports", "writers"]
    {
        assert!(met.iter().any(|name| name == table || name.contains(&format!("{table}_"))), "{table}: {met:?}");
    }
}

#[test]
fn a_sound_file_that_is_marked_stays_where_it_is() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    world.shut();
    let marker = world.folder.path().join("phone.db.damaged");
    fs::write(&marker, []).unwrap();
    world.open(None).unwrap();
    assert!(set_aside(&world).is_empty() && !marker.exists());
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
}

#[test]
fn a_death_while_setting_aside_loses_neither_log_nor_report() {
    let mut world = World::enrolled();
    world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    // Copied while open: the log holds everything.
    let (file, log) = (fs::read(world.path()).unwrap(), fs::read(world.folder.path().join("phone.db-wal")).unwrap());
    world.shut();
    fs::remove_file(world.path()).unwrap();
    fs::write(world.folder.path().join("phone.db.set-aside-20251009T080000Z"), file).unwrap();
    fs::write(world.folder.path().join("phone.db-wal"), &log).unwrap();
    world.open(None).unwrap();
    let names = ["phone.db.set-aside-20251009T080000Z", "phone.db.set-aside-20251009T080000Z-wal"];
    assert_eq!(set_aside(&world), names);
    assert_eq!(fs::read(world.folder.path().join(names[1])).unwrap(), log);
    world.open(None).unwrap();
    let reports = world.phone().reports(5).unwrap();
    assert_eq!(reports.iter().map(|report| report.subject.as_str()).collect::<Vec<_>>(), names[..1]);
}

#[test]
fn files_set_aside_in_the_same_second_do_not_overwrite_each_other() {
    let mut world = World::new();
    for _ in 0..3 {
        world.shut();
        fs::write(world.path(), b"garbage garbage garbage garbage garbage").unwrap();
        world.open(None).unwrap();
    }
    assert_eq!(set_aside(&world).len(), 3);
}

#[test]
fn a_file_of_a_newer_app_is_left_alone() {
    let mut world = World::enrolled();
    world.shut();
    world.raw().execute_batch("PRAGMA user_version = 99").unwrap();
    assert!(matches!(world.open(None), Err(PhoneError::NewerStore { found: 99, .. })));
    assert!(set_aside(&world).is_empty());
}

#[test]
fn a_full_disk_is_a_typed_error_and_nothing_is_half_written() {
    let mut world = World::enrolled();
    world.max_pages = Some(60);
    world.open(None).unwrap();
    let mut written = 0;
    let error = loop {
        match world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 10_000);
    };
    assert_eq!(error.code(), "storage_full");
    assert!(written > 10);
    assert_eq!(world.phone().sync_state().unwrap().facts_waiting, written);
    world.max_pages = None;
    world.open(None).unwrap();
    world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    world.sync();
    assert_eq!(world.agency.facts() as u64, written + 1);
}

/// Fills the store to the last page with what is no officer's hours.
fn fill_up(world: &World) {
    for length in [8_000, 1_000, 100, 1] {
        let words = "x".repeat(length);
        let full = (0..5_000).find_map(|_| world.phone().send_message(&words, &world.reading()).err());
        assert!(matches!(full, Some(PhoneError::StorageFull(_))), "{full:?}");
    }
}

#[test]
fn a_full_disk_leaves_room_for_hours_and_for_sending_them_but_for_no_film() {
    let mut world = World::enrolled();
    world.sync();
    world.max_pages = Some(400);
    world.open(None).unwrap();
    fill_up(&world);
    let mut punched = Vec::new();
    for kind in [FactKind::In, FactKind::BreakStart, FactKind::BreakEnd, FactKind::Out].repeat(4) {
        let shift = WhichShift::Assignment(detailbook_core::ids::AssignmentId::from_bytes([1; 16]));
        punched.push(world.phone().punch(kind, shift, &world.moment()).unwrap());
    }
    let filmed = world.phone().attach(ON_LOG, &mut &b"film"[..], "video/mp4", None, &world.moment());
    assert!(matches!(filmed, Err(PhoneError::StorageFull(_))), "{filmed:?}");
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    world.agency.handle(&outgoing);
    assert!(punched.iter().all(|it| world.agency.has(it.document, it.fact)));
    // With room again, the reserve is there for the next time.
    world.max_pages = None;
    world.open(None).unwrap();
    world.sync();
    assert_eq!(fs::metadata(world.folder.path().join("phone.db.reserve")).unwrap().len(), 1 << 20);
    world.phone().attach(ON_LOG, &mut &b"film"[..], "video/mp4", None, &world.moment()).unwrap();
}
const ON_LOG: Place = Place::Shift(WhichShift::Assignment(detailbook_core::ids::AssignmentId::from_bytes([1; 16])));

/// The same with a real disk.
#[test]
#[ignore = "fills the disk that TMPDIR is on: give it one of 16 MiB"]
fn an_officer_clocks_out_and_the_phone_opens_on_a_disk_that_is_full_to_the_last_byte() {
    use std::io::{Read, Write};
    let mut world = World::enrolled();
    let mut punched = vec![world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap()];
    world.sync();
    world.shut();
    let mut film = fs::File::create(world.folder.path().join("film")).unwrap();
    while film.write_all(&[1; 4096]).is_ok() {}
    while film.write_all(&[1]).is_ok() {}
    world.open(None).unwrap();
    for kind in [FactKind::BreakStart, FactKind::BreakEnd, FactKind::Out] {
        punched.push(world.phone().punch(kind, WhichShift::Log(punched[0].document), &world.moment()).unwrap());
    }
    assert!(
        world
            .phone()
            .attach(ON_LOG, &mut std::io::repeat(1).take(4_000_000), "video/mp4", None, &world.moment())
            .is_err()
    );
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    world.agency.handle(&outgoing);
    assert!(punched.iter().all(|it| world.agency.has(it.document, it.fact)));
}

#[test]
fn a_disk_that_fills_up_during_an_exchange_loses_nothing() {
    let mut world = World::enrolled();
    world.sync();
    world.max_pages = Some(60);
    world.open(None).unwrap();
    for n in 0..100 {
        let id = detailbook_core::ids::RecordId::from_bytes([n; 16]);
        world.agency.put_raw(detailbook_core::records::RecordKind::Other(9), id, vec![0x42; 8_000]);
    }
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    assert!(matches!(world.step(), Err(PhoneError::StorageFull(_))));
    assert_eq!(world.phone().sync_state().unwrap().facts_waiting, 1);
    world.max_pages = None;
    world.open(None).unwrap();
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
    assert_eq!(world.agency.document(punched.document).changes(), 1);
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_file_that_someone_else_holds_is_a_typed_error() {
    let world = World::enrolled();
    let other = world.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment());
    assert!(matches!(punched, Err(PhoneError::StoreBusy(_))));
    other.execute_batch("ROLLBACK").unwrap();
    assert!(world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).is_ok());
}

#[test]
fn a_suspended_phone_holds_no_file_and_goes_on_where_it_was() {
    let mut world = World::enrolled();
    world.sync();
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    world.phone().suspend().unwrap();
    // Closed for good: the log is folded in, and anyone may lock the file.
    assert!(!world.folder.path().join("phone.db-wal").exists());
    world.raw().execute_batch("BEGIN EXCLUSIVE; ROLLBACK").unwrap();
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment());
    assert!(matches!(punched, Err(PhoneError::Suspended)));
    let incoming = world.agency.handle(&outgoing);
    assert!(matches!(
        world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading()),
        Err(PhoneError::Suspended)
    ));
    world.phone().resume(world.now()).unwrap();
    world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    world.phone().suspend().unwrap();
    world.phone().resume(world.now()).unwrap();
    let incoming = world.agency.handle(&outgoing);
    let at = world.reading();
    assert_eq!(world.phone().finish_sync(outgoing.ticket, &incoming, &at).unwrap(), SyncProgress::Done);
    world.phone().close().unwrap();
    assert!(matches!(world.phone().resume(at.wall), Err(PhoneError::Closed)));
}

#[cfg(not(feature = "encrypted"))]
#[test]
fn the_revision_moves_with_what_is_written_and_with_nothing_else() {
    let mut world = World::enrolled();
    let mut last = world.phone().revision();
    let mut moved = |world: &World| std::mem::replace(&mut last, world.phone().revision()) != world.phone().revision();
    let begun = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    assert!(moved(&world));
    world.phone().first_screen(world.now()).unwrap();
    world.phone().facts(begun.document, None, 9).unwrap();
    world.phone().retry_fact(begun.document, begun.fact).unwrap_err();
    world.phone().tidy(world.now()).unwrap();
    assert!(!moved(&world));
    world.phone().sign_pending().unwrap();
    assert!(moved(&world));
    world.sync();
    assert!(moved(&world));
    world.phone().close().unwrap();
    assert!(world.phone().is_closed() && !moved(&world));
}

#[test]
fn a_store_that_could_not_keep_the_answer_spends_no_code() {
    let mut world = World::new();
    let invitation = world.agency.invite(world.officer, "https://details.example.org");
    world.phone().suspend().unwrap();
    assert!(matches!(world.phone().begin_enrol(&invitation, &world.reading()), Err(PhoneError::Suspended)));
    world.phone().resume(world.now()).unwrap();
    world.phone().begin_enrol(&invitation, &world.reading()).unwrap();
    world.phone().close().unwrap();
    assert!(matches!(world.phone().begin_enrol(&invitation, &world.reading()), Err(PhoneError::Closed)));
}

#[cfg(not(feature = "encrypted"))]
#[test]
fn without_the_feature_a_key_is_refused_rather_than_ignored() {
    use detailbook_core::device::{Phone, StoreKey};
    let world = World::new();
    let mut options = world.options(None);
    options.path = world.folder.path().join("secret.db");
    options.key = Some(StoreKey([1; 32]));
    let opened = Phone::open(options, world.key.clone(), Box::new(super::world::Dice::new(1)), world.now());
    assert!(matches!(opened, Err(PhoneError::NoEncryption)));
}
