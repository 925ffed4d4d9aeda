//! What the screens show of call-offs, trades, and questions to come instead of somebody.

use detailbook_core::device::{LeavingView, PendingView, ReliefAnswerView};
use detailbook_core::ids::{AssignmentId, OfficerId, RecordId};
use detailbook_core::records::{DetailState, RecordKind};
use detailbook_core::staffing::{Answer, AskState, CallingOff, CallingOffState, ReliefAsk, Trade, TradeState};
use detailbook_core::time::Millis;

use super::views::{assignment, detail, hours, put_detail};
use super::world::World;

const COLLEAGUE: OfficerId = OfficerId::from_bytes([0xc0; 16]);

fn leaving(world: &World) -> Option<LeavingView> {
    world.phone().schedule(world.now(), None, 9).unwrap().items[0].leaving.clone()
}

/// A phone with one assignment to come.
fn scheduled() -> (World, AssignmentId) {
    let mut world = World::enrolled();
    let of = detail(1, hours(5), DetailState::Filled);
    let mine = assignment(&world, 3, &of);
    put_detail(&mut world, &of);
    world.agency.put(RecordKind::Assignment, mine.id, &mine);
    world.sync();
    (world, mine.id)
}

#[test]
fn a_call_off_is_a_wish_until_the_agency_says_what_becomes_of_it() {
    let (mut world, mine) = scheduled();
    assert_eq!(leaving(&world), None);
    let command = world.phone().call_off(mine, "I am ill.", &world.reading()).unwrap();
    assert_eq!(leaving(&world).unwrap().call_off, Some(PendingView::Waiting { command }));
    let mut kept = CallingOff {
        assignment: mine,
        detail: detail(1, hours(5), DetailState::Filled).id,
        officer: world.officer,
        called_at: world.now(),
        why: "I am ill.".into(),
        late: true,
        state: CallingOffState::Kept,
        reason: "You have this detail until somebody else takes it over.".into(),
    };
    world.agency.put(RecordKind::CallingOff, mine, &kept);
    world.sync();
    assert_eq!(leaving(&world), Some(LeavingView { called_off: Some(kept.clone()), ..LeavingView::default() }));
    kept.state = CallingOffState::Refused;
    world.agency.put(RecordKind::CallingOff, mine, &kept);
    world.sync();
    assert_eq!(leaving(&world).unwrap().called_off.unwrap().state, CallingOffState::Refused);
    world.pass(Millis::from_mins(5));
    world.agency.refuse_commands = true;
    world.phone().call_off(mine, "Really.", &world.reading()).unwrap();
    world.sync();
    assert!(matches!(leaving(&world).unwrap().call_off, Some(PendingView::Refused { .. })));
}

fn question(officer: Option<OfficerId>, assignment: u8, state: AskState) -> ReliefAsk {
    let of = detail(2, hours(9), DetailState::Open);
    ReliefAsk {
        assignment: AssignmentId::from_bytes([assignment; 16]),
        detail: of.id,
        position: of.positions[0].id,
        officer,
        asked_at: hours(0),
        answer_by: None,
        answer: None,
        state,
        reason: "Can you come?".into(),
    }
}

fn put(world: &mut World, ask: &ReliefAsk) {
    let id = ask.officer.map_or(ReliefAsk::id_for_all(ask.assignment), |it| ReliefAsk::id_for(ask.assignment, it));
    world.agency.put(RecordKind::ReliefAsk, id, ask);
}

#[test]
fn open_questions_are_shown_once_each_with_the_answer_as_far_as_it_goes() {
    let (mut world, mine) = scheduled();
    put_detail(&mut world, &detail(2, hours(9), DetailState::Open));
    let me = world.officer;
    for ask in [
        question(Some(me), 7, AskState::Open),
        question(None, 7, AskState::Open),
        question(None, 8, AskState::Closed),
        ReliefAsk { assignment: mine, ..question(None, 9, AskState::Open) },
    ] {
        put(&mut world, &ask);
    }
    world.sync();
    let asks = |world: &World| world.phone().relief_asks(world.now(), 9).unwrap();
    let shown = asks(&world);
    assert_eq!(shown.len(), 1, "one question, and none about the officer's own place: {shown:?}");
    assert_eq!((shown[0].ask.officer, &shown[0].answer), (Some(me), &ReliefAnswerView::Open));
    assert_eq!(shown[0].detail.as_ref().map(|detail| detail.title.as_str()), Some("Traffic 2"));
    let gave_up = shown[0].ask.assignment;
    let command = world.phone().relieve(gave_up, false, &world.reading()).unwrap();
    assert_eq!(asks(&world)[0].answer, ReliefAnswerView::Waiting { command, comes: false });
    put(&mut world, &ReliefAsk { answer: Some(Answer::No), ..question(Some(me), 7, AskState::Open) });
    world.sync();
    assert_eq!(asks(&world)[0].answer, ReliefAnswerView::Declined);
    world.agency.refuse_commands = true;
    world.phone().relieve(gave_up, true, &world.reading()).unwrap();
    world.sync();
    assert!(matches!(asks(&world)[0].answer, ReliefAnswerView::Refused { .. }));
    world.pass(Millis::from_hours(14));
    assert_eq!(asks(&world), [], "the detail is over");
}

#[test]
fn trades_are_shown_from_both_sides_newest_first() {
    let (mut world, mine) = scheduled();
    put_detail(&mut world, &detail(2, hours(9), DetailState::Filled));
    let me = world.officer;
    let offered = Trade {
        assignment: mine,
        from: me,
        to: COLLEAGUE,
        state: TradeState::Offered,
        offered_at: hours(0),
        reason: "Offered.".into(),
        detail: None,
        from_name: None,
        to_name: Some("A colleague".into()),
    };
    let to_me = Trade {
        assignment: AssignmentId::from_bytes([9; 16]),
        from: COLLEAGUE,
        to: me,
        offered_at: hours(1),
        detail: Some(detail(2, hours(9), DetailState::Filled).id),
        ..offered.clone()
    };
    let declined = Trade { state: TradeState::Declined, offered_at: hours(-1), ..offered.clone() };
    for (n, trade) in [(1, &declined), (2, &offered), (3, &to_me)] {
        world.agency.put(RecordKind::Trade, RecordId::from_bytes([n; 16]), trade);
    }
    world.sync();
    let page = world.phone().trades(None, 9).unwrap();
    let shown: Vec<_> = page.items.iter().map(|view| (view.mine, view.trade.state)).collect();
    assert_eq!(shown, [(false, TradeState::Offered), (true, TradeState::Offered), (true, TradeState::Declined)]);
    let titles: Vec<_> = page.items.iter().map(|view| view.detail.as_ref().map(|it| it.title.clone())).collect();
    assert_eq!(titles, [Some("Traffic 2".to_owned()), Some("Traffic 1".to_owned()), Some("Traffic 1".to_owned())]);
    assert_eq!(leaving(&world).unwrap().offered, Some(offered), "the one that stands");
    let command = world.phone().answer_trade(page.items[0].id, true, &world.reading()).unwrap();
    let page = world.phone().trades(None, 1).unwrap();
    assert_eq!((page.items[0].wish.clone(), page.next.is_some()), (Some(PendingView::Waiting { command }), true));
}
