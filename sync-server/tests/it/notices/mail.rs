//! What goes out by mail, to a real mail server.

use detailbook_core::notices::EventKind;
use detailbook_server::jobs::CLAIMED_FOR;
use serde_json::{Value, json};

use super::mail_server::MailServer;
use super::{event, outgoing, reach, run, told};
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_notice_is_mailed_once,
    what_is_not_urgent_goes_out_as_one_message,
    a_restart_drops_nothing,
    what_is_refused_for_good_is_parked_and_goes_out_once_the_address_is_right,
    what_is_refused_for_now_is_tried_again,
    a_way_that_is_not_set_up_is_replaced_by_one_that_is,
);

fn world(home: &Home, server: &MailServer) -> World {
    let mut world = World::on(home);
    world.app.gateways.mail = Some(server.gateway());
    world
}

fn officer(desk: &Desk<'_>, email: &str) -> String {
    let officer = desk.officer("Officer 1");
    reach(desk, &officer, &json!({ "name": "Ö. Reader", "email": email, "channels": ["email"] }));
    officer
}

fn a_notice_is_mailed_once(home: &Home) {
    let Some(server) = MailServer::start() else { return };
    let world = world(home, &server);
    let desk = world.agency(1);
    let officer = officer(&desk, "a@example.org");
    told(&desk, event(EventKind::ReplacementFound, "ä", &[&officer]));
    for _ in 0..3 {
        run(&world);
        told(&desk, event(EventKind::ReplacementFound, "ä", &[&officer]));
        world.wait(CLAIMED_FOR.0);
    }
    let mail = &server.kept(1)[0];
    assert_eq!((&mail["to"], &mail["from"]), (&json!(["a@example.org"]), &json!("details@agency.example")));
    assert_eq!((&mail["subject"], &mail["name"]), (&json!("Title of ä"), &json!("Ö. Reader")));
    assert_eq!(mail["text"].as_str().unwrap().trim_end(), "Text of ä");
    assert!(outgoing(&desk).contains(&("email".into(), "sent".into())));
}

fn what_is_not_urgent_goes_out_as_one_message(home: &Home) {
    let Some(server) = MailServer::start() else { return };
    let world = world(home, &server);
    let desk = world.agency(1);
    let officer = officer(&desk, "a@example.org");
    for key in ["one", "two", "three"] {
        told(&desk, event(EventKind::CredentialExpires, key, &[&officer]));
        world.wait(60_000);
        assert_eq!(run(&world).done, 0);
    }
    world.wait(12 * 60_000);
    run(&world);
    told(&desk, event(EventKind::CredentialExpires, "four", &[&officer]));
    run(&world);
    assert_eq!(server.kept(1)[0]["subject"], "3 new notices");
    let text = server.kept(1)[0]["text"].as_str().unwrap().trim_end().replace("\r\n", "\n");
    assert_eq!(text, "- Title of one\n- Title of two\n- Title of three");
    world.wait(15 * 60_000);
    run(&world);
    assert_eq!(server.kept(2)[1]["subject"], "Title of four");
}

fn a_restart_drops_nothing(home: &Home) {
    let Some(server) = MailServer::start() else { return };
    let first = world(home, &server);
    let desk = first.agency(1);
    let officer = officer(&desk, "a@example.org");
    told(&desk, event(EventKind::CalledOff, "a", &[&officer]));
    told(&desk, event(EventKind::CredentialExpires, "b", &[&officer]));
    first.app.store.clone().close();
    let second = world(home, &server);
    second.wait(15 * 60_000);
    run(&second);
    let mut subjects: Vec<_> = server.kept(2).iter().map(|mail| mail["subject"].clone()).collect();
    subjects.sort_by_key(Value::to_string);
    assert_eq!(subjects, ["Title of a", "Title of b"]);
}

fn what_is_refused_for_good_is_parked_and_goes_out_once_the_address_is_right(home: &Home) {
    let Some(server) = MailServer::start() else { return };
    let world = world(home, &server);
    let desk = world.agency(1);
    let officer = officer(&desk, "unknown@example.org");
    told(&desk, event(EventKind::CredentialExpires, "a", &[&officer]));
    world.wait(15 * 60_000);
    assert_eq!(run(&world).parked, 1);
    let parked = desk.items("/v1/staff/jobs?state=parked");
    assert_eq!(parked[0]["last_error"], "The mail server refused it for good, with 550.");
    assert_eq!(outgoing(&desk), [("email".into(), "begun".into())]);
    reach(&desk, &officer, &json!({ "email": "known@example.org" }));
    desk.run("POST", &format!("/v1/staff/jobs/{}/retry", parked[0]["id"].as_str().unwrap()), &Value::Null);
    assert_eq!(run(&world).done, 1);
    assert_eq!(server.kept(1)[0]["to"], json!(["known@example.org"]));
    assert_eq!(outgoing(&desk), [("email".into(), "sent".into())]);
}

fn what_is_refused_for_now_is_tried_again(home: &Home) {
    let Some(server) = MailServer::start() else { return };
    let world = world(home, &server);
    let desk = world.agency(1);
    let officer = officer(&desk, "busy@example.org");
    told(&desk, event(EventKind::CredentialExpires, "a", &[&officer]));
    world.wait(15 * 60_000);
    let ran = run(&world);
    assert_eq!((ran.failed, ran.parked), (1, 0));
    let rows = desk.items("/v1/staff/notices");
    let error = rows.iter().find_map(|row| row["error"].as_str()).unwrap();
    assert_eq!(error, "The mail server could not take it, with 451.");
    reach(&desk, &officer, &json!({ "email": "free@example.org" }));
    world.clock.set(ran.next.unwrap());
    assert_eq!(run(&world).done, 1);
    server.kept(1);
}

fn a_way_that_is_not_set_up_is_replaced_by_one_that_is(home: &Home) {
    let Some(server) = MailServer::start() else { return };
    let world = world(home, &server);
    let desk = world.agency(1);
    let officer = officer(&desk, "a@example.org");
    // By push only, which nobody set up; and by push and mail, of which the mail is enough.
    told(&desk, event(EventKind::NoClockIn, "a", &[&officer]));
    told(&desk, event(EventKind::CalledOff, "b", &[&officer]));
    run(&world);
    server.kept(2);
    assert_eq!(outgoing(&desk).iter().filter(|(_, state)| state == "not_sent").count(), 1);
}
