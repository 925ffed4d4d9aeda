use detailbook_core::device::WhichShift;
use detailbook_core::shift::FactKind;

use super::{all_is_well, assigned, evening, facts_on_server, punch, sync};

#[test]
fn a_revoked_phones_last_push_is_held_for_a_person_and_the_agencys_records_leave_it() {
    let mut world = evening();
    let (_, assignment) = assigned(&mut world, 0);
    let recorded = punch(&mut world, 0, FactKind::In, WhichShift::Assignment(assignment));
    let device = world.handsets[0].device.expect("it is enrolled");
    world.revoke(0, device).expect("a revocation");
    sync(&mut world, 0);

    assert!(world.handsets[0].ended, "the phone knows");
    assert_eq!(facts_on_server(&world, 0), 0, "nothing of it counts by itself");
    let held = world.machine.look(|sql| {
        let rows = sql.query("SELECT body FROM quarantine", &[])?;
        rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect::<Result<Vec<_>, _>>()
    });
    let (held, key) = (held.expect("the server runs"), recorded.fact.to_hex());
    assert_eq!(held.len(), 1);
    assert!(held[0].windows(key.len()).any(|window| window == key.as_bytes()), "the punch is in it");
    let holdings = world.holdings(0).expect("the file can be read");
    assert!(holdings.records.is_empty(), "the agency's records are gone");
    assert!(holdings.facts.contains_key(&(recorded.document, recorded.fact)), "the officer's own hours are not");

    // It asks again, in vain, and nothing more is taken.
    sync(&mut world, 0);
    all_is_well(&mut world);
}
