//! Officers who pass details on to each other.

use detailbook_core::ids::{OfficerId, TradeId};
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::staffing::{Trade, TradeState};
use detailbook_core::wire::Wish;
use serde_json::json;

use super::crew::{Crew, records};
use crate::staff::world::{HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_trade_is_offered_taken_and_agreed_to,
    a_colleague_is_named_by_employee_number,
    where_the_agency_need_not_agree_taking_is_having,
    a_trade_is_declined_taken_back_refused_or_too_late,
    what_cannot_be_traded_is_refused_with_a_sentence,
    a_trade_ends_when_its_officer_has_the_detail_no_more,
);

fn officer(crew: &Crew<'_>, number: usize) -> OfficerId {
    crew.officers[number].parse().unwrap()
}

fn offer(crew: &Crew<'_>, to: usize) -> TradeId {
    let (from, assignment) = crew.holder();
    crew.accepted(from, &Wish::OfferTrade { assignment, to: officer(crew, to) });
    open(crew, to)
}

/// The latest trade on an officer's phone.
fn open(crew: &Crew<'_>, number: usize) -> TradeId {
    let trades = records::<Trade>(&crew.phones[number], RecordKind::Trade);
    TradeId::from_bytes(*trades.keys().last().unwrap().as_bytes())
}

fn state(crew: &Crew<'_>, number: usize, id: TradeId) -> TradeState {
    records::<Trade>(&crew.phones[number], RecordKind::Trade)[&id.into()].state
}

fn agency_agrees_always(crew: &Crew<'_>) {
    crew.settle(&json!({ "trades": { "allowed": true, "needs_agreement": false } }));
}

fn a_trade_is_offered_taken_and_agreed_to(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    assert!(records::<Detail>(&crew.phones[1], RecordKind::Detail).is_empty());
    let trade = offer(&crew, 1);
    assert_eq!(
        records::<Detail>(&crew.phones[1], RecordKind::Detail).len(),
        1,
        "whom it is offered to sees the detail"
    );
    let told = crew.accepted(1, &Wish::AnswerTrade { trade, takes: true });
    assert_eq!(told, "The agency must agree. Until then the other officer has the detail.");
    assert_eq!((crew.holder().0, state(&crew, 0, trade)), (0, TradeState::Taken));
    assert_eq!(crew.desk.items("/v1/staff/trades").len(), 1);
    crew.desk.run("POST", &format!("/v1/staff/trades/{trade}/agree"), &json!(null));
    assert_eq!(
        (crew.holder().0, state(&crew, 0, trade), state(&crew, 1, trade)),
        (1, TradeState::Done, TradeState::Done)
    );
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("given_up".to_owned(), -240)]);
    assert_eq!(crew.ledger(1), [("awarded".to_owned(), 240)]);
    assert!(records::<Detail>(&crew.phones[0], RecordKind::Detail).is_empty());
    assert_eq!(crew.desk.refusal("POST", &format!("/v1/staff/trades/{trade}/agree"), &json!(null)), "conflict");
    crew.pass(200 * HOUR);
}

fn a_colleague_is_named_by_employee_number(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let known = crew.desk.get(&format!("/v1/staff/officers/{}", crew.officers[1]));
    let mut record = known["record"].clone();
    record["employee_number"] = json!("1002");
    record.as_object_mut().unwrap().remove("id");
    let edit = json!({ "version": known["version"], "record": record });
    crew.desk.run("PUT", &format!("/v1/staff/officers/{}", crew.officers[1]), &edit);
    let (_, assignment) = crew.holder();
    let to = |number: &str| Wish::OfferTradeTo { assignment, number: number.to_owned() };
    for nobodys in ["", "9999", "1002; --"] {
        let why = crew.refused(0, &to(nobodys));
        assert_eq!(why, "No officer of the agency has that employee number.", "{nobodys}");
    }
    crew.accepted(0, &to(" 1002 "));
    for phone in &crew.phones {
        let trade = records::<Trade>(phone, RecordKind::Trade).into_values().next().unwrap();
        assert_eq!((trade.to, trade.state), (officer(&crew, 1), TradeState::Offered));
        let names = (trade.from_name.as_deref(), trade.to_name.as_deref());
        assert_eq!(names, (Some("Officer 1"), Some("Officer 2")), "each phone can say who the other is");
    }
    assert!(crew.refused(0, &to("1002")).starts_with("You have offered this detail to somebody already."));
}

fn where_the_agency_need_not_agree_taking_is_having(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    agency_agrees_always(&crew);
    let trade = offer(&crew, 1);
    assert_eq!(crew.accepted(1, &Wish::AnswerTrade { trade, takes: true }), "You have this detail now.");
    assert_eq!(crew.holder().0, 1);
    let again = crew.refused(1, &Wish::AnswerTrade { trade, takes: true });
    assert_eq!(again, "This trade is done, so it cannot be taken.");
}

fn a_trade_is_declined_taken_back_refused_or_too_late(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let declined = offer(&crew, 1);
    crew.accepted(1, &Wish::AnswerTrade { trade: declined, takes: false });
    world.wait(1);
    let withdrawn = offer(&crew, 1);
    assert_eq!(crew.refused(1, &Wish::WithdrawTrade { trade: withdrawn }), "You have offered no such trade.");
    crew.accepted(0, &Wish::WithdrawTrade { trade: withdrawn });
    let late = crew.refused(1, &Wish::AnswerTrade { trade: withdrawn, takes: true });
    assert_eq!(late, "This trade was taken back, so it cannot be taken.");
    world.wait(1);
    let refused = offer(&crew, 1);
    crew.accepted(1, &Wish::AnswerTrade { trade: refused, takes: true });
    crew.desk.run(
        "POST",
        &format!("/v1/staff/trades/{refused}/refuse"),
        &json!({ "reason": "Too few hours of rest." }),
    );
    world.wait(1);
    let lapsed = offer(&crew, 1);
    crew.pass(99 * HOUR);
    let states = [declined, withdrawn, refused, lapsed].map(|id| state(&crew, 0, id));
    assert_eq!(states, [TradeState::Declined, TradeState::Withdrawn, TradeState::Refused, TradeState::Lapsed]);
    assert_eq!(crew.holder().0, 0);
    assert!(records::<Detail>(&crew.phones[1], RecordKind::Detail).is_empty());
}

fn what_cannot_be_traded_is_refused_with_a_sentence(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 100);
    let (_, assignment) = crew.holder();
    let offer = |to: OfficerId| Wish::OfferTrade { assignment, to };
    assert_eq!(crew.refused(0, &offer(officer(&crew, 0))), "You cannot trade a detail with yourself.");
    assert_eq!(crew.refused(1, &offer(officer(&crew, 2))), "You have no such assignment.");
    assert_eq!(crew.refused(0, &offer(OfficerId::from_bytes([9; 16]))), "There is no such officer.");
    let busy = crew.desk.detail(&crew.site, 101, 1);
    crew.desk.order(&busy, &crew.officers[2]);
    assert_eq!(crew.refused(0, &offer(officer(&crew, 2))), "That officer has another detail at that time.");
    crew.accepted(0, &offer(officer(&crew, 1)));
    let twice = "You have offered this detail to somebody already. Take that back first.";
    assert_eq!(crew.refused(0, &offer(officer(&crew, 1))), twice);
    let nobodys = Wish::AnswerTrade { trade: TradeId::from_bytes([9; 16]), takes: true };
    assert_eq!(crew.refused(1, &nobodys), "No such trade was offered to you.");
    // A clash that came after the offer.
    let other = crew.desk.detail(&crew.site, 99, 1);
    crew.desk.order(&other, &crew.officers[1]);
    let taken = crew.refused(1, &Wish::AnswerTrade { trade: open(&crew, 1), takes: true });
    assert_eq!(taken, "You have another detail at that time: Road work.");
    crew.settle(&json!({ "trades": { "allowed": false, "needs_agreement": false } }));
    let none = "The agency does not allow trades. Call off if you cannot come.";
    assert_eq!(crew.refused(0, &offer(officer(&crew, 1))), none);
    world.wait(100 * HOUR);
    agency_agrees_always(&crew);
    assert_eq!(crew.refused(0, &offer(officer(&crew, 1))), "This detail has begun.");
}

fn a_trade_ends_when_its_officer_has_the_detail_no_more(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 200);
    let trade = offer(&crew, 1);
    let (_, assignment) = crew.holder();
    crew.call_off(0, assignment);
    assert_eq!(state(&crew, 1, trade), TradeState::Lapsed);
    let late = crew.refused(1, &Wish::AnswerTrade { trade, takes: true });
    assert_eq!(late, "This trade has lapsed, so it cannot be taken.");
}
