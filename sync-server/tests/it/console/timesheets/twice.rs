//! A night on which the clocks show an hour twice.

use super::desk::{Office, page, send};
use crate::staff::world::{HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(of_an_hour_that_is_shown_twice_the_coordinator_says_which);

/// From noon of the world's clock to 2019-11-03 00:00 in New York, whose clocks go back two hours later.
const MIDNIGHT: i64 = 4_120;

fn of_an_hour_that_is_shown_twice_the_coordinator_says_which(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    world.wait((MIDNIGHT + 20) * HOUR);
    let id = office.held(MIDNIGHT);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    let line = |which| {
        vec![("start", "2019-11-03T00:00"), ("start_which", ""), ("end", "2019-11-03T01:30"), ("end_which", which)]
    };
    let more = [("reason", "As written on paper."), ("do", "rule")];
    let seen = send(&mut browser, &shown, &id, "rule", &[line(""), more.to_vec()].concat());
    assert_eq!(seen.status, 422);
    assert!(seen.text.contains("is shown twice by the clocks that night"), "{}", seen.text);
    assert!(seen.text.contains("Which end 1") && !seen.text.contains("Which start 1"), "{}", seen.text);
    send(&mut browser, &seen, &id, "rule", &[line("second"), more.to_vec()].concat()).leads();
    let start = NOON + MIDNIGHT * HOUR;
    let accepted = &office.rulings(&id)[0]["record"]["accepted"];
    assert_eq!(*accepted, serde_json::json!([{ "start": start, "end": start + HOUR * 5 / 2 }]), "the second time");
    // The form shows which of the two it was.
    let shown = browser.show(&page(&id));
    assert!(shown.text.contains("<option value=\"second\" selected>"), "{}", shown.text);
    assert!(
        shown.text.contains("\u{2013}01:30 (the second time)"),
        "nor does what was ruled leave it open: {}",
        shown.text
    );
}
