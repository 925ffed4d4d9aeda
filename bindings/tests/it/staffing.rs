//! What the agency decides and tells, and what officers answer, on both their phones.

use detailbook_bindings::CoreError;
use detailbook_core::device::{AcknowledgementView, AdviceView, PendingView};
use detailbook_core::ids::{DetailId, NoticeId};
use detailbook_core::notices::EventKind;
use detailbook_core::staffing::TradeState;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::{Decision, Wish};
use detailbook_stories::BEGINS;

use crate::scene::{Agency, Handset};

#[test]
fn what_a_phone_does_not_know_of_an_offer_is_empty_and_no_error() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let detail = agency.detail();
    handset.sync().unwrap();
    for detail in [detail, DetailId::from_bytes([9; 16])] {
        let advice = handset.core.advice(detail, handset.now()).unwrap();
        assert_eq!(advice, AdviceView { findings: vec![], stands_in_the_way: false });
        assert_eq!((handset.core.terms(detail).unwrap(), handset.core.award(detail).unwrap()), (None, None));
    }
    let charges = handset.core.charges(None, 9).unwrap();
    assert_eq!((charges.items, charges.next), (vec![], None));
}

#[test]
fn a_notice_of_nobodys_is_refused_by_the_agency_in_words() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let notice = NoticeId::from_bytes([9; 16]);
    handset.core.acknowledge_notice(notice, handset.at()).unwrap();
    handset.sync().unwrap();
    let wish = handset.core.wishes(9).unwrap().remove(0);
    assert_eq!((wish.wish, wish.decision), (Some(Wish::AcknowledgeNotice { notice }), Some(Decision::Refused)));
    assert_eq!(wish.reason, "You have no such notice.");
}

#[test]
fn a_notice_is_acknowledged_unasked_as_well() {
    let agency = Agency::open();
    // Within hours of the start the coordinator is told, and nobody else.
    agency.clock.set(UnixMillis::new(BEGINS) - Millis::from_hours(24));
    let officer = agency.officer("1001");
    let handset = Handset::enrolled(&agency, officer);
    let assignment = agency.order(agency.detail(), officer);
    handset.core.call_off(assignment, "My child is ill.".into(), handset.at()).unwrap();
    handset.sync().unwrap();
    let told = |handset: &Handset| handset.core.notices(None, 9).unwrap().items.remove(0);
    let notice = told(&handset);
    assert_eq!((notice.notice.event, notice.acknowledgement), (EventKind::CalledOff, None));
    handset.core.acknowledge_notice(notice.notice.id, handset.at()).unwrap();
    assert_eq!(told(&handset).acknowledgement, Some(AcknowledgementView::Waiting));
    handset.sync().unwrap();
    assert_eq!(told(&handset).acknowledgement, Some(AcknowledgementView::Given));
}

#[test]
fn a_colleague_is_offered_a_detail_by_number_and_both_phones_name_the_other() {
    let agency = Agency::open();
    let (mine, theirs) = (agency.officer("1001"), agency.officer("1002"));
    let (mine, theirs) = (Handset::enrolled(&agency, mine), Handset::enrolled(&agency, theirs));
    let officer = mine.core.enrolled().unwrap().unwrap().officer;
    let assignment = agency.order(agency.detail(), officer);
    mine.sync().unwrap();
    let empty = mine.core.offer_trade_to(assignment, " ".into(), mine.at()).unwrap_err();
    assert!(matches!(empty, CoreError::Invalid { .. }), "{empty:?}");
    mine.core.offer_trade_to(assignment, "1002".into(), mine.at()).unwrap();
    let leaving = mine.core.schedule(mine.now(), None, 9).unwrap().items[0].leaving.clone().unwrap();
    assert!(matches!(leaving.offer, Some(PendingView::Waiting { .. })));
    mine.sync().unwrap();
    theirs.sync().unwrap();
    let offered = theirs.core.trades(None, 9).unwrap().items.remove(0);
    let names = (offered.trade.from_name.as_deref(), offered.trade.to_name.as_deref());
    assert_eq!((names, offered.mine), ((Some("Officer 1001"), Some("Officer 1002")), false));
    theirs.core.answer_trade(offered.id, false, theirs.at()).unwrap();
    theirs.sync().unwrap();
    mine.sync().unwrap();
    assert_eq!(mine.core.trades(None, 9).unwrap().items[0].trade.state, TradeState::Declined);
}
