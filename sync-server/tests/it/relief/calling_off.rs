//! Calling off, and what follows: backups in turn, everybody, the coordinator.

use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::staffing::{AskState, CallingOff, CallingOffState, ReliefAsk};
use detailbook_core::wire::Wish;

use super::crew::{Crew, records};
use crate::staff::world::{HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    an_officer_calls_off_and_the_second_backup_comes,
    two_officers_say_yes_and_the_first_at_the_server_has_the_place,
);

fn asks(crew: &Crew<'_>, officer: usize) -> Vec<(bool, AskState)> {
    let asks = records::<ReliefAsk>(&crew.phones[officer], RecordKind::ReliefAsk);
    asks.into_values().map(|ask| (ask.officer.is_some(), ask.state)).collect()
}

fn an_officer_calls_off_and_the_second_backup_comes(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 100);
    let (first, gone) = crew.holder();
    assert_eq!(first, 0);
    let told = crew.call_off(0, gone);
    assert_eq!(told, "You are released from this detail. Your notice of 4 days 3 h is short and is counted.");
    assert_eq!(crew.holders(), []);
    crew.work();
    assert_eq!((asks(&crew, 1), asks(&crew, 2)), (vec![(true, AskState::Open)], vec![]));
    assert!(records::<Detail>(&crew.phones[1], RecordKind::Detail).len() == 1, "who is asked sees the detail");
    assert_eq!(
        crew.refused(2, &Wish::Relieve { assignment: gone, comes: true }),
        "You were not asked to come instead."
    );
    crew.pass(30 * MINUTE);
    assert_eq!(asks(&crew, 2), [(true, AskState::Open)], "the first backup did not answer in time");
    assert_eq!(crew.come(2, gone), "You have this detail now: Road work, 2019-05-19 12:00.");
    let (holder, taken) = crew.holder();
    assert_eq!(holder, 2);
    assert_ne!(taken, gone);
    assert_eq!((asks(&crew, 1), asks(&crew, 2)), (vec![(true, AskState::Closed)], vec![(true, AskState::Taken)]));
    let wish = &records::<CallingOff>(&crew.phones[0], RecordKind::CallingOff)[&gone.into()];
    assert_eq!((wish.state, wish.late), (CallingOffState::Released, true));
    let kinds = |officer| crew.ledger(officer).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("called_off".to_owned(), -240)]);
    assert_eq!(
        (kinds(1), kinds(2)),
        (vec!["offered".into(), "no_answer".into()], vec!["offered".into(), "awarded".into()])
    );
    crew.pass(200 * HOUR);
    assert_eq!(crew.refused(1, &Wish::Relieve { assignment: gone, comes: true }), "Somebody else took it first.");
}

fn two_officers_say_yes_and_the_first_at_the_server_has_the_place(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 1, 100);
    let others = [crew.desk.officer("Officer 8"), crew.desk.officer("Officer 9")];
    let phones = others.each_ref().map(|officer| crate::staff::phone::Phone::enrol(&crew.desk, officer));
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    let asked = phones.each_ref().map(|phone| records::<ReliefAsk>(phone, RecordKind::ReliefAsk).len());
    assert_eq!(asked, [1, 1], "there is no backup, so everybody is asked");
    let wish = Wish::Relieve { assignment: gone, comes: true };
    let outcomes = [phones[1].wish(&wish), phones[0].wish(&wish)];
    let said = outcomes.map(|outcome| outcome.reason);
    assert_eq!(said, ["You have this detail now: Road work, 2019-05-19 12:00.", "Somebody else took it first."]);
    let asked = phones.each_ref().map(|phone| records::<ReliefAsk>(phone, RecordKind::ReliefAsk).len());
    assert_eq!(asked, [0, 1], "what everybody was asked is gone; who took it still sees that");
}
