use detailbook_core::device::{AcknowledgementView, ApplicationView};
use detailbook_core::records::{ApplicationState, AssignmentOrigin, RecordKind};

use super::{all_is_well, evening, posted, sync};

#[test]
fn an_officer_applies_is_awarded_and_sees_the_job_on_the_schedule() {
    let mut world = evening();
    let detail = posted(&mut world, 0, 1);
    for handset in [0, 1] {
        sync(&mut world, handset);
    }
    let now = world.now;
    let offers = |world: &detailbook_tests::world::World, handset: usize| {
        world.handsets[handset].core().expect("the app runs").offers(now, None, 10).expect("offers").items
    };
    assert!(offers(&world, 1).is_empty(), "the other agency's officers see nothing of it");
    let offer = offers(&world, 0).remove(0);
    assert!((offer.detail.id, offer.site.is_some(), offer.application.is_none()) == (detail, true, true));

    let clock = world.handsets[0].reading(now);
    world.handsets[0].core().expect("the app runs").apply(detail, None, &clock).expect("a wish");
    assert!(matches!(offers(&world, 0)[0].application, Some(ApplicationView::Applying { .. })));
    sync(&mut world, 0);
    let stands = offers(&world, 0).remove(0).application.expect("the agency has it");
    assert!(matches!(stands, ApplicationView::Stands { state: ApplicationState::Received, .. }), "applied is not won");

    let officer = world.handsets[0].officer;
    let awarded = world.desks[0].award(&mut world.machine, world.now, detail, officer, None, AssignmentOrigin::Applied);
    let assignment = awarded.expect("the server runs").expect("an award");
    sync(&mut world, 0);
    assert!(offers(&world, 0).is_empty(), "the last position is taken");
    let core = world.handsets[0].core().expect("the app runs");
    let shift = core.schedule(now, None, 10).expect("a schedule").items.remove(0);
    assert_eq!((shift.assignment.id, shift.acknowledgement), (assignment, AcknowledgementView::Open));
    core.acknowledge(assignment, &clock).expect("a wish");
    sync(&mut world, 0);
    let core = world.handsets[0].core().expect("the app runs");
    let shift = core.schedule(now, None, 10).expect("a schedule").items.remove(0);
    assert_eq!(shift.acknowledgement, AcknowledgementView::Given);
    assert!(world.holdings(0).expect("a file").records.contains_key(&(RecordKind::Detail, detail.into())));
    all_is_well(&mut world);
}
