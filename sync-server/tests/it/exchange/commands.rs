//! Commands are decided exactly once.

use detailbook_core::ids::{CommandId, DetailId, MessageId, RecordId};
use detailbook_core::records::{Correspondent, Message, RecordKind};
use detailbook_core::time::Millis;
use detailbook_core::wire::{Command, Decision, Limits, SyncRequest, Wish};
use detailbook_server::store::audience::Audience;
use detailbook_server::store::records;

use super::handset::Handset;
use super::precinct::Precinct;
use crate::store::home::Home;
use crate::store::on_both_engines;

fn say(text: &str) -> Wish {
    Wish::SendMessage { text: text.to_owned() }
}

fn a_command_is_decided_once_however_often_it_is_sent(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let id = CommandId::from_bytes([5; 16]);
    let first = phone.wish(id, &say("Is parking free?"));
    assert_eq!(first.decision, Decision::Accepted);
    precinct.pass_time(Millis::from_mins(1));
    assert_eq!(phone.wish(id, &say("Something else")), first);
    let command = Command::new(CommandId::from_bytes([6; 16]), &say("twice in one"), precinct.app.now());
    let twice = SyncRequest { commands: Some(vec![command.clone(), command]), ..phone.request() };
    let outcomes = phone.sync(&twice).outcomes.unwrap();
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM records WHERE agency = $1 AND kind = 7"), 2);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM commands WHERE agency = $1"), 2);
}

fn one_officers_commands_are_bounded_a_day(home: &Home) {
    let limits = Limits { officer_commands: 3, ..Limits::V1 };
    let precinct = Precinct::open(home).with_limits(limits);
    let (mut phone, mut other) = (precinct.phone(precinct.officer(1)), precinct.phone(precinct.officer(2)));
    let say_once = |phone: &mut Handset, n: u8| phone.wish(CommandId::from_bytes([n; 16]), &say("Hello")).decision;
    let decisions: Vec<_> = (1..=4).map(|n| say_once(&mut phone, n)).collect();
    assert_eq!(decisions, [Decision::Accepted, Decision::Accepted, Decision::Accepted, Decision::Refused]);
    assert_eq!(say_once(&mut phone, 1), Decision::Accepted, "what was decided is still told");
    assert_eq!(say_once(&mut other, 5), Decision::Accepted, "others have a bound of their own");
    assert_eq!(precinct.number("SELECT COUNT(*) FROM commands WHERE agency = $1"), 4, "nothing is kept beyond it");
    precinct.pass_time(Millis::from_hours(24));
    assert_eq!(say_once(&mut phone, 4), Decision::Accepted, "a day later it is decided");
}

fn a_wish_that_is_too_large_is_not_kept(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let outcome = phone.wish(CommandId::from_bytes([1; 16]), &say(&"x".repeat(Limits::V1.wish_bytes)));
    assert_eq!(outcome.decision, Decision::Refused);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM commands WHERE agency = $1"), 0);
}

fn an_id_of_somebody_elses_command_tells_nothing(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut one, mut two) = (precinct.phone(precinct.officer(1)), precinct.phone(precinct.officer(2)));
    let id = CommandId::from_bytes([5; 16]);
    one.wish(id, &say("Mine"));
    let outcome = two.wish(id, &say("Mine?"));
    assert_eq!(outcome.decision, Decision::Refused);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM records WHERE agency = $1 AND kind = 7"), 1);
}

fn a_command_cannot_overwrite_the_agencys_message(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let (id, now) = (MessageId::from_bytes([9; 16]), precinct.app.now());
    let message =
        Message { id, officer: None, from: Correspondent::Agency, text: "Be on time.".to_owned(), sent_at: now };
    let sent = message.clone();
    precinct.arrange(move |sql, agency| {
        records::put(sql, agency, now, RecordKind::Message, id, &sent, &[Audience::Agency])
    });
    assert_eq!(phone.wish(CommandId::from_bytes([9; 16]), &say("Do not bother.")).decision, Decision::Refused);
    let agency = precinct.agency;
    let kept = precinct.app.store.read(|sql| records::get::<Message>(sql, agency, RecordKind::Message, id)).unwrap();
    assert_eq!(kept.unwrap().record, message);
}

fn a_wish_from_the_future_is_refused_and_the_others_are_decided(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let future = Command {
        id: CommandId::from_bytes([1; 16]),
        wish: vec![0x82, 0x18, 99, 0x80].into(),
        made_at: precinct.app.now(),
    };
    let today = Command::new(CommandId::from_bytes([2; 16]), &say("Hello"), precinct.app.now());
    let outcomes =
        phone.sync(&SyncRequest { commands: Some(vec![future, today]), ..phone.request() }).outcomes.unwrap();
    assert_eq!([outcomes[0].decision, outcomes[1].decision], [Decision::Refused, Decision::Accepted]);
    let withdraw = Wish::Withdraw { detail: DetailId::from_bytes([3; 16]) };
    assert_eq!(phone.wish(CommandId::from_bytes([3; 16]), &withdraw).decision, Decision::Refused);
}

fn what_a_command_made_comes_in_the_same_answer(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let command = Command::new(CommandId::from_bytes([2; 16]), &say("Hello"), precinct.app.now());
    let response = phone.sync(&SyncRequest { commands: Some(vec![command]), ..phone.request() });
    let entries = response.entries.unwrap();
    let id = RecordId::from_bytes([2; 16]);
    assert!(
        matches!(&entries[..], [detailbook_core::wire::Entry::Record { kind: RecordKind::Message, id: got, .. }] if *got == id)
    );
}

on_both_engines!(
    one_officers_commands_are_bounded_a_day,
    a_wish_that_is_too_large_is_not_kept,
    a_command_is_decided_once_however_often_it_is_sent,
    an_id_of_somebody_elses_command_tells_nothing,
    a_command_cannot_overwrite_the_agencys_message,
    a_wish_from_the_future_is_refused_and_the_others_are_decided,
    what_a_command_made_comes_in_the_same_answer,
);
