//! An officer is taken for a no-show, and then the clock-in comes that lay on the phone.

use detailbook_core::award::Entry;
use detailbook_core::device::WhichShift;
use detailbook_core::records::RecordKind;
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_tests::coordinators::bodies;
use detailbook_tests::world::World;

use super::{assigned, evening, punch, sync};

fn charges(world: &World) -> Vec<i64> {
    let holdings = world.holdings(0).expect("the phone can be read");
    bodies::<Entry>(&holdings, RecordKind::LedgerEntry).iter().map(|entry| entry.charged).collect()
}

#[test]
fn one_exchange_sends_a_clock_in_and_brings_what_follows_from_it() {
    let mut world = evening();
    let (_, held) = assigned(&mut world, 0);
    world.pass(Millis::from_mins(90)).expect("time passes");
    sync(&mut world, 0);
    let done = world.desks[0].rule_on_no_show(&mut world.machine, world.now, held, true, false);
    done.expect("the server runs").expect("it is a no-show");
    sync(&mut world, 0);
    sync(&mut world, 0);
    assert_eq!(charges(&world).into_iter().sum::<i64>(), 600, "twice five hours");
    punch(&mut world, 0, FactKind::In, WhichShift::Assignment(held));
    let before = world.tally.of("syncs answered");
    sync(&mut world, 0);
    assert_eq!(world.tally.of("syncs answered") - before, 1, "nothing is left for another exchange");
    assert!(charges(&world).into_iter().sum::<i64>() < 600, "{:?}", charges(&world));
}
