//! Photos and videos: taken in whole, sent in pieces, kept until the agency has had them long enough.

use std::io::Read;

use detailbook_core::device::{ItemKind, PhoneError, Place, SyncState, UploadProgress, WhichShift};
use detailbook_core::ids::AssignmentId;
use detailbook_core::shift::Sha256;
use detailbook_core::time::Millis;

use super::world::World;

const SHIFT: WhichShift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));

/// A video that never is in memory as a whole.
struct Film {
    left: u64,
}

impl Read for Film {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(self.left as usize).min(10_007);
        for (n, byte) in buffer[..length].iter_mut().enumerate() {
            *byte = (self.left as usize - n) as u8;
        }
        self.left -= length as u64;
        Ok(length)
    }
}

fn film(size: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    Film { left: size }.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_video_is_hashed_kept_and_sent_in_chunks_after_the_fact_that_names_it() {
    let mut world = World::enrolled();
    let place = Place::Shift(SHIFT);
    world.phone().attach(place, &mut Film { left: 3_000_000 }, "video/mp4", Some("Gate."), &world.moment()).unwrap();
    assert_eq!(world.upload(), 0, "the agency takes no original that nothing names");
    world.sync();
    assert!(!world.phone().sync_state().unwrap().all_synced);
    assert_eq!(world.upload(), 1 + 12);
    let hash = Sha256::of(&film(3_000_000));
    assert_eq!(world.agency.blob(&hash), film(3_000_000));
    let path = world.phone().original(&hash).unwrap().unwrap();
    assert_eq!(std::fs::read(path).unwrap(), film(3_000_000));
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn originals_outlive_a_file_that_is_set_aside() {
    let mut world = World::enrolled();
    world.phone().attach(Place::Shift(SHIFT), &mut &b"photo"[..], "image/jpeg", None, &world.moment()).unwrap();
    world.shut();
    std::fs::write(world.path(), b"This is no database at all, but it may be all there is.".repeat(200)).unwrap();
    std::fs::write(world.folder.path().join("blobs").join("not a hash"), b"?").unwrap();
    for _ in 0..2 {
        world.open(None).unwrap();
        let blobs = world.folder.path().join("blobs");
        assert_eq!(std::fs::read(blobs.join(Sha256::of(b"photo").to_hex())).unwrap(), b"photo");
        assert!(blobs.join("not a hash").exists());
    }
}

#[test]
fn an_upload_goes_on_where_the_server_is_after_a_restart() {
    let mut world = World::enrolled();
    world
        .phone()
        .attach(Place::Shift(SHIFT), &mut Film { left: 1_000_000 }, "video/mp4", None, &world.moment())
        .unwrap();
    world.sync();
    for _ in 0..3 {
        let outgoing = world.phone().begin_upload(&world.reading()).unwrap().unwrap();
        let incoming = world.agency.handle(&outgoing);
        let at = world.reading();
        assert_eq!(world.phone().finish_upload(outgoing.ticket, &incoming, &at).unwrap(), UploadProgress::Again);
    }
    // A chunk arrives whose answer does not, and the phone dies.
    let outgoing = world.phone().begin_upload(&world.reading()).unwrap().unwrap();
    world.agency.handle(&outgoing);
    world.open(None).unwrap();
    // The server is asked, and the last chunk completes it.
    assert_eq!(world.upload(), 2);
    assert_eq!(world.agency.blob(&Sha256::of(&film(1_000_000))), film(1_000_000));
}

#[test]
fn a_chunk_that_is_given_up_is_no_failure_and_the_server_is_asked_before_the_next() {
    let mut world = World::enrolled();
    let place = Place::Shift(SHIFT);
    world.phone().attach(place, &mut Film { left: 600_000 }, "video/mp4", None, &world.moment()).unwrap();
    world.sync();
    let at = world.reading();
    let asked = world.phone().begin_upload(&at).unwrap().unwrap();
    let incoming = world.agency.handle(&asked);
    world.phone().finish_upload(asked.ticket, &incoming, &at).unwrap();
    let chunk = world.phone().begin_upload(&at).unwrap().unwrap();
    assert_eq!((asked.method, chunk.method), ("GET", "PUT"));
    // It arrives; whether it did, the phone cannot know.
    world.agency.handle(&chunk);
    world.phone().abandon_upload(chunk.ticket);
    assert_eq!(world.upload(), 1 + 2);
    assert_eq!(world.agency.blob(&Sha256::of(&film(600_000))), film(600_000));
}

/// Sends one chunk whose answer never comes, and the phone dies.
fn die_in_a_chunk(world: &mut World) {
    let at = world.reading();
    let outgoing = world.phone().begin_upload(&at).unwrap().unwrap();
    let incoming = world.agency.handle(&outgoing);
    world.phone().finish_upload(outgoing.ticket, &incoming, &at).unwrap();
    let outgoing = world.phone().begin_upload(&at).unwrap().unwrap();
    world.agency.handle(&outgoing);
    world.open(None).unwrap();
}

#[test]
fn any_number_of_deaths_ends_no_upload() {
    let mut world = World::enrolled();
    let place = Place::Shift(SHIFT);
    world.phone().attach(place, &mut Film { left: 3_000_000 }, "video/mp4", None, &world.moment()).unwrap();
    world.sync();
    (0..9).for_each(|_| die_in_a_chunk(&mut world));
    world.upload();
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn answers_that_get_lost_on_the_way_of_a_large_original_are_not_counted_for_ever() {
    let mut world = World::enrolled();
    let place = Place::Shift(SHIFT);
    world.phone().attach(place, &mut Film { left: 3_000_000 }, "video/mp4", None, &world.moment()).unwrap();
    world.sync();
    for _ in 0..9 {
        let at = world.reading();
        // The server is asked, one chunk arrives, and another copy of the next one arrives before it.
        for twice in [false, false, true] {
            let Some(outgoing) = world.phone().begin_upload(&at).unwrap() else { break };
            if twice {
                world.agency.handle(&outgoing);
            }
            let incoming = match world.agency.handle(&outgoing) {
                replayed if twice => detailbook_core::device::Incoming {
                    status: 409,
                    body: br#"{"code":"conflict","reason":""}"#.to_vec(),
                    ..replayed
                },
                incoming => incoming,
            };
            world.phone().finish_upload(outgoing.ticket, &incoming, &at).unwrap();
        }
    }
    world.upload();
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_photo_of_two_facts_is_sent_for_the_one_the_agency_took() {
    let mut world = World::enrolled();
    let attach = |n: u8| {
        let shift = WhichShift::Assignment(AssignmentId::from_bytes([n; 16]));
        world.phone().attach(Place::Shift(shift), &mut Film { left: 9 }, "image/jpeg", None, &world.moment()).unwrap()
    };
    let (first, _second) = (attach(1), attach(2));
    world.agency.poison.insert(first.fact, detailbook_core::wire::Refusal::BadChange);
    world.sync();
    assert_eq!(world.phone().sync_state().unwrap().originals_waiting, 1);
    world.upload();
    assert_eq!(world.agency.blob(&Sha256::of(&film(9))), film(9));
}

#[test]
fn an_original_that_was_given_up_shows_and_can_be_tried_again() {
    let mut world = World::enrolled();
    world.agency.corrupt_blobs = true;
    world.phone().attach(Place::Shift(SHIFT), &mut Film { left: 9 }, "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    let hash = Sha256::of(&film(9));
    let item = ItemKind::Original { hash };
    assert!(world.phone().unsettled(9).unwrap().iter().any(|it| it.item == item));
    world.upload();
    let state = world.phone().sync_state().unwrap();
    assert_eq!((state.originals_waiting, state.originals_failed, state.all_synced), (0, 1, false));
    let unsettled = world.phone().unsettled(9).unwrap();
    assert!(matches!(&unsettled[..], [it] if it.item == item && matches!(it.sync, SyncState::Refused { .. })));
    world.agency.corrupt_blobs = false;
    world.phone().retry_original(&hash).unwrap();
    world.upload();
    assert_eq!(world.agency.blob(&hash), film(9));
    assert!(world.phone().sync_state().unwrap().all_synced);
    assert!(matches!(world.phone().retry_original(&hash), Err(PhoneError::NoSuchFact)));
}

#[test]
fn a_spoilt_original_is_sent_from_the_start_at_once() {
    let mut world = World::enrolled();
    world.phone().attach(Place::Shift(SHIFT), &mut Film { left: 9 }, "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    let at = world.reading();
    let asked = world.phone().begin_upload(&at).unwrap().unwrap();
    let incoming = world.agency.handle(&asked);
    world.phone().finish_upload(asked.ticket, &incoming, &at).unwrap();
    let chunk = world.phone().begin_upload(&at).unwrap().unwrap();
    let body = br#"{"code":"bad_change","reason":""}"#.to_vec();
    let spoilt = detailbook_core::device::Incoming { status: 400, gzip: false, body };
    assert_eq!(world.phone().finish_upload(chunk.ticket, &spoilt, &at).unwrap(), UploadProgress::Again);
    assert_eq!(world.upload(), 2);
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn what_the_server_would_not_take_for_now_is_tried_again_after_an_exchange() {
    let mut world = World::enrolled();
    world.phone().attach(Place::Shift(SHIFT), &mut Film { left: 9 }, "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    let at = world.reading();
    let asked = world.phone().begin_upload(&at).unwrap().unwrap();
    let body = br#"{"code":"not_found","reason":""}"#.to_vec();
    let unknown = detailbook_core::device::Incoming { status: 404, gzip: false, body };
    world.phone().finish_upload(asked.ticket, &unknown, &at).unwrap();
    assert_eq!(world.upload(), 0);
    world.sync();
    assert_eq!(world.upload(), 2);
}

#[test]
fn a_server_that_spoils_what_it_gets_is_not_asked_for_ever() {
    let mut world = World::enrolled();
    world.agency.corrupt_blobs = true;
    let attached =
        world.phone().attach(Place::Shift(SHIFT), &mut Film { left: 9 }, "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    assert!(world.upload() <= 12);
    let written = world.phone().written(attached.document, None, 10).unwrap();
    let original = written.items[0].original.clone().unwrap();
    assert!(original.failed.is_some() && original.here);
}

#[test]
fn an_original_that_is_gone_or_changed_is_reported_and_blocks_no_other() {
    let mut world = World::enrolled();
    for size in [9, 10] {
        world
            .phone()
            .attach(Place::Shift(SHIFT), &mut Film { left: size }, "image/jpeg", None, &world.moment())
            .unwrap();
    }
    std::fs::remove_file(world.phone().original(&Sha256::of(&film(9))).unwrap().unwrap()).unwrap();
    world.sync();
    world.upload();
    assert_eq!(world.agency.blob(&Sha256::of(&film(10))), film(10));
    let written = world.phone().written(AssignmentId::from_bytes([1; 16]).into(), None, 10).unwrap();
    assert!(written.items[0].original.as_ref().unwrap().failed.is_some());
}

#[test]
fn originals_stay_until_the_agency_has_had_them_long_enough() {
    let mut world = World::enrolled();
    world.phone().attach(Place::Shift(SHIFT), &mut Film { left: 9 }, "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    let hash = Sha256::of(&film(9));
    world.pass(Millis::from_hours(400 * 24));
    assert_eq!(world.phone().tidy(world.now()).unwrap().originals, 0);
    world.sync();
    world.upload();
    world.pass(Millis::from_hours(34 * 24));
    world.sync();
    assert_eq!(world.phone().tidy(world.now()).unwrap().originals, 0);
    assert!(world.phone().original(&hash).unwrap().is_some());
    // Whatever the wall clock says: the server's clock as last heard counts.
    assert_eq!(world.phone().tidy(world.now() + Millis::from_hours(400 * 24)).unwrap().originals, 0);
    world.pass(Millis::from_hours(2 * 24));
    world.sync();
    assert_eq!(world.phone().tidy(world.now()).unwrap().originals, 1);
    assert!(world.phone().original(&hash).unwrap().is_none());
}

#[test]
fn an_original_sent_while_the_wall_clock_was_behind_stays_as_long() {
    let mut world = World::enrolled();
    world.wall_ahead = Millis::from_hours(-400 * 24);
    world.phone().attach(Place::Shift(SHIFT), &mut Film { left: 9 }, "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    world.upload();
    world.wall_ahead = Millis(0);
    world.sync();
    assert_eq!(world.phone().tidy(world.now()).unwrap().originals, 0);
}

#[test]
fn nothing_too_much_and_what_fits_nowhere_leave_nothing_behind() {
    let mut world = World::enrolled();
    world.limits.blob_bytes = 100_000;
    world.open(None).unwrap();
    let attach = |place, size| {
        world.phone().attach(place, &mut Film { left: size }, "video/mp4", None, &world.moment()).unwrap_err()
    };
    assert!(matches!(attach(Place::Shift(SHIFT), 0), PhoneError::Empty));
    assert!(matches!(attach(Place::Shift(SHIFT), 100_001), PhoneError::TooLarge));
    assert!(matches!(attach(Place::Shift(WhichShift::Running), 50_000), PhoneError::NoRunningShift));
    assert_eq!(std::fs::read_dir(world.folder.path().join("blobs")).unwrap().count(), 0);
    let stranger = World::new();
    let refused =
        stranger.phone().attach(Place::Shift(SHIFT), &mut Film { left: 9 }, "image/jpeg", None, &stranger.moment());
    assert!(matches!(refused, Err(PhoneError::NotEnrolled)));
}
