//! What goes out by a gateway over HTTP.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use data_encoding::HEXLOWER;
use detailbook_core::notices::EventKind;
use detailbook_server::notices::{Gateway, Webhook, WebhookSettings};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{event, outgoing, reach, run, told};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_text_message_is_a_signed_call,
    a_sign_on_the_phone_says_nothing_of_its_cause,
    a_gateway_that_is_busy_is_called_again_and_one_that_redirects_is_not_followed,
);

const SECRET: &str = "sixteen-characters-and-more";

/// A request as it came in.
struct Call {
    head: String,
    body: String,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:"))).unwrap();
        line.split_once(':').unwrap().1.trim()
    }
}

/// A gateway that gives these answers, one a connection, and then what it was asked.
fn gateway(answers: &'static [&'static str]) -> (Option<Arc<dyn Gateway>>, JoinHandle<Vec<Call>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let calls = thread::spawn(move || answers.iter().map(|answer| take(&listener, answer)).collect());
    let settings = WebhookSettings::new(&url, SECRET, true).unwrap();
    (Some(Arc::new(Webhook::new(settings))), calls)
}

fn take(listener: &TcpListener, answer: &str) -> Call {
    let (mut stream, _) = listener.accept().unwrap();
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let call = Call { head: head.to_owned(), body: body.to_owned() };
            if body.len() == call.header("content-length").parse::<usize>().unwrap() {
                let end = "content-length: 0\r\nconnection: close\r\n\r\n";
                stream.write_all(format!("HTTP/1.1 {answer}\r\n{end}").as_bytes()).unwrap();
                return call;
            }
        }
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "cut short: {text}");
        bytes.extend(&piece[..read]);
    }
}

fn a_text_message_is_a_signed_call(home: &Home) {
    let mut world = World::on(home);
    let (sms, calls) = gateway(&["200 OK"]);
    world.app.gateways.sms = sms;
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    reach(&desk, &officer, &json!({ "phone": "+15550100", "channels": ["sms"] }));
    told(&desk, event(EventKind::CalledOff, "a", &[&officer]));
    run(&world);
    let call = &calls.join().unwrap()[0];
    let body: Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!((&body["to"], &body["text"]), (&json!("+15550100"), &json!("Title of a\nText of a")));
    assert_eq!((&body["channel"], &body["delivery"]), (&json!("sms"), &json!(call.header("detailbook-delivery"))));
    let at = call.header("detailbook-timestamp");
    assert_eq!(at, (world.app.now().as_millis() / 1_000).to_string());
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{at}.{}", call.body).as_bytes());
    let signed = HEXLOWER.encode(&mac.finalize().into_bytes());
    assert_eq!(call.header("detailbook-signature"), format!("v1={signed}"));
    assert!(outgoing(&desk).contains(&("sms".into(), "sent".into())));
}

fn a_sign_on_the_phone_says_nothing_of_its_cause(home: &Home) {
    let mut world = World::on(home);
    let (push, calls) = gateway(&["204 No Content"]);
    world.app.gateways.push = push;
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    told(&desk, event(EventKind::NoClockIn, "a", &[&officer]));
    run(&world);
    let call = &calls.join().unwrap()[0];
    let body: Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!(body["officer"], officer.as_str());
    assert!(!call.body.contains("Title of a") && !call.body.contains("Text of a"), "{}", call.body);
}

fn a_gateway_that_is_busy_is_called_again_and_one_that_redirects_is_not_followed(home: &Home) {
    let mut world = World::on(home);
    let (sms, calls) = gateway(&["503 Busy", "302 Found\r\nlocation: http://127.0.0.1:1/"]);
    world.app.gateways.sms = sms;
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    reach(&desk, &officer, &json!({ "phone": "+15550100", "channels": ["sms"] }));
    told(&desk, event(EventKind::NoClockIn5, "a", &[&officer]));
    let ran = run(&world);
    assert_eq!((ran.failed, ran.parked), (1, 0));
    world.clock.set(ran.next.unwrap());
    assert_eq!(run(&world).parked, 1);
    let calls = calls.join().unwrap();
    assert_eq!(calls[0].header("detailbook-delivery"), calls[1].header("detailbook-delivery"));
    let parked = desk.items("/v1/staff/jobs?state=parked");
    assert_eq!(parked[0]["last_error"], "The gateway refused it with 302.");
}
