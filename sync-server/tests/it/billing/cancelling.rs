//! What customers owe who cancelled: on invoices, beside work, and corrected.

use std::sync::Arc;

use detailbook_core::ids::DetailId;
use detailbook_core::money::Cents;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use detailbook_server::billing::runs;
use detailbook_server::prices::Tariffs;
use detailbook_server::problem::Problem;
use detailbook_server::scheduling::cancellation::{self, Correction};
use detailbook_server::store::invoice_runs;
use serde_json::json;

use super::office::{TARIFF, account, books, customer, day, rule, ruling, run, told, world};
use crate::staff::world::{Desk, HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_cancellation_goes_through_a_run_and_is_credited_when_its_fee_is_waived,
    an_earlier_notice_is_billed_by_the_tariff_that_was_quoted_by,
    work_of_a_detail_that_was_cancelled_waits_until_somebody_says_which_is_owed,
);

const DAYS: i64 = 24 * HOUR;
/// What four hours of work cost.
const FOUR: i64 = 34_213;

/// Under six hours the minimum of four is owed, under a day two.
const TERMS: &str = "[cancellation]\nminimum = \"4:00\"\nadmin_basis_points = 0\nrounding = \"half_up\"
    [[cancellation.tier]]\nid = \"hours\"\nunder = \"6:00\"\nowes = \"minimum\"
    [[cancellation.tier]]\nid = \"day\"\nunder = \"24:00\"\nowes = { time = \"2:00\" }";

fn terms(text: &str) -> Tariffs {
    Tariffs::default().for_all(Arc::new(toml::from_str(&format!("{text}\n{TERMS}")).unwrap()))
}

fn cancelling(home: &Home) -> World {
    let mut world = world(home);
    world.app.settings.tariffs = terms(TARIFF);
    world
}

/// A detail in four hours that its customer cancels now, at that sum. Gives its id and the assignment on it.
fn cancelled(desk: &Desk<'_>, site: &str) -> (DetailId, String) {
    let detail = desk.detail(site, 4, 1);
    let held = desk.order(&detail, &desk.officer("Officer 1"));
    let version = desk.version(&format!("/v1/staff/details/{detail}"));
    let body =
        json!({ "version": version, "quoted": 28_000, "rank": "PO", "cancelled_by": "The owner", "reason": "Rain." });
    desk.run("POST", &format!("/v1/staff/details/{detail}/customer_cancels"), &body);
    (detail.parse().unwrap(), held)
}

/// Corrects the bill of that number; `notice`: so many hours after noon.
fn correct(desk: &Desk<'_>, of: DetailId, bill: i64, notice: Option<i64>, quoted: i64) -> Result<(), Problem> {
    let notice = notice.map(|hours| UnixMillis::new(NOON + hours * HOUR));
    let body = Correction { bill, notice, quoted: Cents(quoted), reason: "A letter.".into() };
    let given = desk.world.app.settings.tariffs.clone();
    desk.world.write(desk.agency, move |sql, by| cancellation::correct(sql, by, given.of(by.agency), of, &body))
}

fn totals(desk: &Desk<'_>) -> Vec<i64> {
    told(desk).into_iter().map(|it| it.2).collect()
}

fn a_cancellation_goes_through_a_run_and_is_credited_when_its_fee_is_waived(home: &Home) {
    let world = cancelling(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    let (detail, _) = cancelled(&desk, &site);
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    assert_eq!(totals(&desk), [28_000]);
    assert_eq!(account(&desk, "revenue/cancellation"), -28_000);
    // Whoever has the site by now, who was billed is credited.
    let (water, _) = customer(&desk, "Water company");
    let path = format!("/v1/staff/sites/{site}");
    let mut record = desk.get(&path);
    record["record"]["customer"] = water.into();
    record["record"].as_object_mut().unwrap().remove("id");
    desk.run("PUT", &path, &json!({ "version": record["version"], "record": record["record"] }));
    assert_eq!(
        correct(&desk, detail, 1, None, 28_000).unwrap_err().refusal,
        Refusal::Conflict,
        "it was shown otherwise"
    );
    correct(&desk, detail, 1, None, 0).unwrap();
    assert_eq!(correct(&desk, detail, 1, None, 0).unwrap_err().refusal, Refusal::Conflict, "another did it before");
    assert_eq!(correct(&desk, detail, 2, None, 0).unwrap_err().reason, "It is billed 0.00 already.");
    run(&desk, day(5, 31));
    assert_eq!(totals(&desk), [28_000, -28_000]);
    assert_eq!((account(&desk, "revenue/cancellation"), account(&desk, &format!("receivable/{gas}"))), (0, 0));
    run(&desk, day(5, 31));
    assert_eq!(totals(&desk).len(), 2);
    books(&world, desk.agency);
    let log = desk.items("/v1/staff/audit?limit=1000");
    let noted = log.iter().find(|entry| entry["action"] == "bill.correct").unwrap();
    assert!(noted["detail"].as_str().unwrap().contains("A letter."), "{noted}");
    let nothing = DetailId::from_bytes([9; 16]);
    assert_eq!(correct(&desk, nothing, 1, None, 0).unwrap_err().refusal, Refusal::NotFound);
}

fn an_earlier_notice_is_billed_by_the_tariff_that_was_quoted_by(home: &Home) {
    let mut world = cancelling(home);
    let (agency, secret, detail) = {
        let desk = world.agency(1);
        let (_, site) = customer(&desk, "Gas company");
        let (detail, _) = cancelled(&desk, &site);
        world.wait(20 * DAYS);
        run(&desk, day(5, 31));
        let late = correct(&desk, detail, 1, Some(1), 28_000).unwrap_err();
        assert_eq!(late.reason, "received_at: must lie in the 30 days before the cancelling was entered");
        (desk.agency, desk.secret.clone(), detail)
    };
    let dearer = TARIFF.replace("cents_per_hour = 7000", "cents_per_hour = 9000").replace("version = 1", "version = 2");
    world.app.settings.tariffs = terms(&dearer);
    {
        let desk = Desk { world: &world, agency, secret: secret.clone() };
        let other = correct(&desk, detail, 1, Some(-6), 18_000).unwrap_err();
        assert!(other.reason.contains("not there any more"), "{other:?}");
    }
    world.app.settings.tariffs = terms(TARIFF);
    let desk = Desk { world: &world, agency, secret };
    correct(&desk, detail, 1, Some(-6), 14_000).unwrap();
    run(&desk, day(5, 31));
    assert_eq!(totals(&desk), [28_000, -28_000, 14_000]);
    assert_eq!(account(&desk, "revenue/cancellation"), -14_000);
    // A notice more than a day ahead owes nothing.
    correct(&desk, detail, 2, Some(-30), 0).unwrap();
    run(&desk, day(5, 31));
    assert_eq!(account(&desk, "revenue/cancellation"), 0);
}

fn work_of_a_detail_that_was_cancelled_waits_until_somebody_says_which_is_owed(home: &Home) {
    let world = cancelling(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let (detail, held) = cancelled(&desk, &site);
    world.wait(20 * DAYS);
    // The phone of the officer who was released had not heard of it.
    rule(&desk, &held, &ruling(4, 240, None));
    let left_out = |number| {
        let agency = desk.agency;
        let done = world.app.store.read(move |sql| invoice_runs::customers(sql, agency, number)).unwrap();
        done.iter().flat_map(runs::left_out).map(|it| it.why).collect::<Vec<_>>()
    };
    let number = run(&desk, day(5, 31));
    assert_eq!(totals(&desk), [28_000], "never both");
    let why = left_out(number);
    assert!(why.len() == 1 && why[0].starts_with("the detail was cancelled at 280.00"), "{why:?}");
    correct(&desk, detail, 1, None, 0).unwrap();
    let number = run(&desk, day(5, 31));
    assert_eq!(totals(&desk), [28_000, -28_000, FOUR]);
    assert_eq!(left_out(number).len(), 0);
}
