use detailbook_core::device::{PhoneError, Place, WhichShift};
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::time::Millis;

use super::{all_is_well, assigned, evening, punch, sync};

#[test]
fn a_photo_is_sent_on_from_where_it_stood_when_the_app_died() {
    let mut world = evening();
    let (_, assignment) = assigned(&mut world, 0);
    let shift = WhichShift::Assignment(assignment);
    punch(&mut world, 0, FactKind::In, shift);
    let photo: Vec<u8> = (0..4_500_u32).map(|byte| (byte % 251) as u8).collect();
    let moment = world.handsets[0].moment(world.now, &mut world.entropy);
    let core = world.handsets[0].core().expect("the app runs");
    let recorded = core.attach(Place::Shift(shift), &mut photo.as_slice(), "image/jpeg", None, &moment);
    world.written(0, "photo", Some(recorded)).expect("all is well");
    sync(&mut world, 0);
    // How far the server is, then two chunks.
    for _ in 0..3 {
        world.upload(0).expect("an upload");
        world.pass(Millis::from_secs(5)).expect("time passes");
    }
    let (agency, hash) = (world.handsets[0].agency, Sha256::of(&photo));
    let received = |world: &detailbook_tests::world::World| {
        let rows = world.machine.look(|sql| sql.query("SELECT received FROM uploads", &[])).expect("the server runs");
        rows.first().map_or(0, |row| row.int(0).expect("a number"))
    };
    let half = received(&world);
    assert!(half > 0 && half < 4_500, "{half} bytes are there");

    world.failed(0, "sends a photo", &PhoneError::Killed).expect("a kill");
    world.pass(Millis::from_mins(30)).expect("the app is started again");
    let before = world.tally.of("chunks answered");
    for _ in 0..10 {
        world.upload(0).expect("an upload");
        world.pass(Millis::from_secs(5)).expect("time passes");
    }
    let sent = world.tally.of("chunks answered") - before;
    assert!(sent <= 5, "one question and the rest, not all of it again: {sent}");
    assert!(world.machine.app().expect("the server runs").blobs.check(agency, hash).expect("the photo is there"));
    all_is_well(&mut world);
}
