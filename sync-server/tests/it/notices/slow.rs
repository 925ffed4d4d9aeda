//! Gateways that are slow, hang, or are away for days.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use detailbook_core::ids::RecordId;
use detailbook_core::notices::EventKind;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_server::app::{App, Settings};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::jobs::{Background, DAYS, Failed, KINDS, Runner, run_due};
use detailbook_server::notices::{Gateway, Outgoing};
use serde_json::{Value, json};

use super::{event, outgoing, reach, run, told};
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    two_nodes_send_nothing_twice_however_long_a_gateway_takes,
    a_text_message_does_not_wait_behind_a_mail_server_that_hangs,
    a_gateway_that_is_away_for_two_days_loses_nothing,
    what_was_given_up_is_sent_all_at_once_when_staff_ask_for_it,
    what_found_no_gateway_is_sent_once_one_is_set_up,
    what_is_parked_is_told_of_in_the_metrics,
);

type Sent = Arc<Mutex<Vec<(RecordId, UnixMillis)>>>;

/// What is done after so many messages.
type After = (usize, Box<dyn Fn() + Send + Sync>);

/// Takes half a minute for each message, by all clocks there are.
struct Slow {
    sent: Sent,
    clocks: Vec<Arc<SetClock>>,
    after: Option<After>,
}

impl Gateway for Slow {
    fn send(&self, message: &Outgoing) -> Result<(), Failed> {
        self.sent.lock().unwrap().push((message.delivery, message.now));
        for clock in &self.clocks {
            clock.set(message.now + Millis::from_secs(30));
        }
        match &self.after {
            Some((count, act)) if self.sent.lock().unwrap().len() == *count => act(),
            _ => {}
        }
        Ok(())
    }
}

/// An officer who is reached so.
fn officer(desk: &Desk<'_>, name: &str, contact: &Value) -> String {
    let officer = desk.officer(name);
    reach(desk, &officer, contact);
    officer
}

fn by_mail(desk: &Desk<'_>) -> String {
    officer(desk, "Officer 1", &json!({ "email": "a@example.org", "channels": ["email"] }))
}

fn two_nodes_send_nothing_twice_however_long_a_gateway_takes(home: &Home) {
    let (mut world, mut other) = (World::on(home), World::on(home));
    let (sent, sent_by_other) = (Sent::default(), Sent::default());
    let clocks = vec![world.clock.clone(), other.clock.clone()];
    other.app.gateways.mail = Some(Arc::new(Slow { sent: sent_by_other.clone(), clocks: vec![], after: None }));
    let second = other.app.clone();
    // The other node looks what is due while the first has a message with the gateway, a quarter of an hour after it began.
    let looks = move || assert!(Runner::new(second.clone(), KINDS).run().unwrap().done > 0);
    let after: Option<After> = Some((30, Box::new(looks)));
    world.app.gateways.mail = Some(Arc::new(Slow { sent: sent.clone(), clocks, after }));
    let desk = world.agency(1);
    let officer = by_mail(&desk);
    for n in 0..60 {
        told(&desk, event(EventKind::CalledOff, &n.to_string(), &[&officer]));
    }
    Runner::new(world.app.clone(), KINDS).run().unwrap();
    let (sent, by_other) = (sent.lock().unwrap().clone(), sent_by_other.lock().unwrap().clone());
    let times: Vec<_> = sent.iter().map(|(_, at)| *at).collect();
    assert!(times.windows(2).all(|two| two[1] - two[0] == Millis::from_secs(30)), "each with its true time: {times:?}");
    let each: BTreeSet<_> = sent.iter().chain(&by_other).map(|(delivery, _)| *delivery).collect();
    assert_eq!((each.len(), sent.len(), by_other.len()), (60, 30, 30), "each once");
}

/// Hangs until it is let go.
struct Hangs {
    called: Mutex<Sender<()>>,
    go: Mutex<Receiver<()>>,
}

impl Gateway for Hangs {
    fn send(&self, _: &Outgoing) -> Result<(), Failed> {
        let _ = self.called.lock().unwrap().send(());
        let _ = self.go.lock().unwrap().recv_timeout(Duration::from_mins(1));
        Ok(())
    }
}

fn a_text_message_does_not_wait_behind_a_mail_server_that_hangs(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (reader, late) = (by_mail(&desk), officer(&desk, "Officer 2", &json!({ "phone": "+15550100" })));
    for n in 0..20 {
        told(&desk, event(EventKind::CalledOff, &n.to_string(), &[&reader]));
    }
    told(&desk, event(EventKind::NoClockIn5, "late", &[&late]));
    let ((called, calls), (go, gone), sent) = (channel(), channel(), Sent::default());
    let blobs = BlobFolder::open(world.blobs.path()).unwrap();
    let mut app = App::new(world.app.store.clone(), blobs, Settings::default()).unwrap();
    app.gateways.mail = Some(Arc::new(Hangs { called: Mutex::new(called), go: Mutex::new(gone) }));
    app.gateways.sms = Some(Arc::new(Slow { sent: sent.clone(), clocks: vec![], after: None }));
    let running = Background::start_with(&Runner::new(app, KINDS)).unwrap();
    calls.recv_timeout(Duration::from_mins(1)).unwrap();
    let is_sent = || outgoing(&desk).contains(&("sms".into(), "sent".into()));
    for _ in 0..3_000 {
        if is_sent() {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(is_sent() && calls.try_recv().is_err(), "while the first mail still hangs");
    drop(go);
    assert!(running.stop(Duration::from_mins(1)));
    assert_eq!(sent.lock().unwrap().len(), 1);
}

/// Is away until then.
#[derive(Clone)]
struct Away(Arc<AtomicI64>);

impl Away {
    fn until(at: UnixMillis) -> Self {
        Self(Arc::new(AtomicI64::new(at.as_millis())))
    }
}

impl Gateway for Away {
    fn send(&self, message: &Outgoing) -> Result<(), Failed> {
        let back = UnixMillis::new(self.0.load(Ordering::Relaxed));
        if message.now < back { Err(Failed::later("The gateway cannot be reached.")) } else { Ok(()) }
    }
}

/// Lets time pass from one job to the next, until none waits or somebody is reached. Gives how many were parked.
fn live(world: &World, desk: &Desk<'_>) -> u64 {
    let mut parked = 0;
    loop {
        let ran = run_due(&world.app, world.app.now()).unwrap();
        parked += ran.parked;
        match ran.next {
            Some(next) if outgoing(desk).iter().any(|(_, state)| state == "begun") => world.clock.set(next),
            _ => return parked,
        }
    }
}

fn a_gateway_that_is_away_for_two_days_loses_nothing(home: &Home) {
    let mut world = World::on(home);
    let back = world.app.now() + Millis::from_hours(48);
    world.app.gateways.sms = Some(Arc::new(Away::until(back)));
    let desk = world.agency(1);
    let officer = officer(&desk, "Officer 1", &json!({ "phone": "+15550100" }));
    told(&desk, event(EventKind::NoClockIn5, "late", &[&officer]));
    assert_eq!(live(&world, &desk), 0);
    assert!(outgoing(&desk).contains(&("sms".into(), "sent".into())));
    assert!(world.app.now() - back <= Millis::from_mins(15), "soon after it is back");
}

fn what_was_given_up_is_sent_all_at_once_when_staff_ask_for_it(home: &Home) {
    let mut world = World::on(home);
    let gateway = Away::until(UnixMillis::MAX);
    world.app.gateways.sms = Some(Arc::new(gateway.clone()));
    let (desk, other) = (world.agency(1), world.agency(2));
    for (desk, notices) in [(&desk, 3), (&other, 1)] {
        let officer = officer(desk, "Officer 1", &json!({ "phone": "+15550100" }));
        for n in 0..notices {
            told(desk, event(EventKind::NoClockIn5, &n.to_string(), &[&officer]));
        }
    }
    let began = world.app.now();
    assert_eq!(live(&world, &desk), 4);
    assert!((DAYS..DAYS + Millis::from_hours(1)).contains(&(world.app.now() - began)));
    gateway.0.store(began.as_millis(), Ordering::Relaxed);
    let retry =
        |kind: &str| desk.run("POST", &format!("/v1/staff/jobs/retry?kind={kind}"), &Value::Null)["count"].clone();
    assert_eq!((retry("notices.push"), retry("notices.sms"), retry("notices.sms")), (json!(0), json!(3), json!(0)));
    assert_eq!(desk.refusal("POST", "/v1/staff/jobs/retry", &Value::Null), "invalid");
    assert_eq!(run(&world).done, 3);
    assert_eq!(other.items("/v1/staff/jobs?state=parked").len(), 1, "the other agency's are its own");
}

fn what_found_no_gateway_is_sent_once_one_is_set_up(home: &Home) {
    let without = World::on(home);
    let desk = without.agency(1);
    let officer = by_mail(&desk);
    told(&desk, event(EventKind::CalledOff, "long ago", &[&officer]));
    run(&without);
    without.wait(DAYS.0);
    told(&desk, event(EventKind::CalledOff, "just now", &[&officer]));
    run(&without);
    let mut world = World::on(home);
    world.app.gateways.mail = Some(Arc::new(Away::until(UnixMillis::MIN)));
    world.clock.set(without.app.now());
    let desk = Desk { world: &world, agency: desk.agency, secret: desk.secret };
    let states = |wanted: &str| outgoing(&desk).iter().filter(|(by, state)| by == "email" && state == wanted).count();
    assert_eq!(states("not_sent"), 2);
    run(&world);
    assert_eq!(states("sent"), 0, "not by itself: it may be old news");
    let since = world.app.now().as_millis();
    let resend =
        |query: &str| desk.run("POST", &format!("/v1/staff/notices/resend{query}"), &Value::Null)["count"].clone();
    // The sign on the phone goes by the same mail, so what went out is the mail alone.
    assert_eq!(resend(&format!("?since={since}")), 2);
    run(&world);
    assert_eq!((states("sent"), states("not_sent")), (1, 1));
    assert_eq!(resend("?since=0"), 3);
    run(&world);
    assert_eq!((states("sent"), states("not_sent")), (2, 0));
    assert_eq!(resend("?since=0"), 2, "the signs on the phone, for which there is none still");
}

fn what_is_parked_is_told_of_in_the_metrics(home: &Home) {
    let mut world = World::on(home);
    world.app.gateways.sms = Some(Arc::new(Refuses));
    let desk = world.agency(1);
    let officer = officer(&desk, "Officer 1", &json!({ "phone": "+15550100" }));
    told(&desk, event(EventKind::NoClockIn5, "late", &[&officer]));
    assert_eq!(run(&world).parked, 1);
    let parked = world.app.store.read(detailbook_server::store::jobs::parked).unwrap();
    let text = world.app.counts.text(&world.app.store.metrics(), Some(&parked), None);
    assert!(text.lines().any(|line| line == "detailbook_jobs_parked{kind=\"notices.sms\"} 1"), "{text}");
}

/// Refuses for good.
struct Refuses;

impl Gateway for Refuses {
    fn send(&self, _: &Outgoing) -> Result<(), Failed> {
        Err(Failed::for_good("There is no such number."))
    }
}
