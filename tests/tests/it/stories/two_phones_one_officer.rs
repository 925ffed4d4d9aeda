use detailbook_core::device::WhichShift;
use detailbook_core::shift::FactKind;

use super::{DEAD_ZONE, all_is_well, assigned, evening, facts_on_server, new_phone, punch, sync};
use detailbook_tests::network::Weather;

#[test]
fn two_phones_of_one_officer_write_one_log_and_both_show_all_of_it() {
    let mut world = evening();
    let officer = world.desks[0].officers[0];
    let second = new_phone(&mut world, 0, officer);
    let (_, assignment) = assigned(&mut world, 0);
    sync(&mut world, second);
    world.weather = DEAD_ZONE;
    let shift = WhichShift::Assignment(assignment);
    punch(&mut world, 0, FactKind::In, shift);
    punch(&mut world, second, FactKind::BreakStart, shift);
    punch(&mut world, 0, FactKind::BreakEnd, shift);
    punch(&mut world, second, FactKind::Out, shift);

    world.weather = Weather::CLEAR;
    for handset in [0, second, 0] {
        sync(&mut world, handset);
    }
    assert_eq!(facts_on_server(&world, 0), 4);
    let facts = |world: &detailbook_tests::world::World, handset| {
        let holdings = world.holdings(handset).expect("the file can be read");
        holdings.facts.into_iter().map(|(key, kept)| (key, kept.bytes)).collect::<Vec<_>>()
    };
    assert_eq!(facts(&world, 0), facts(&world, second));
    all_is_well(&mut world);
}
