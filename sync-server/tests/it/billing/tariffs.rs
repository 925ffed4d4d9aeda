//! An agency's tariffs in the store.

use detailbook_core::ids::AssignmentId;
use detailbook_core::money::Cents;
use detailbook_core::pricing::Tariff;
use detailbook_core::time::UnixMillis;
use detailbook_server::billing::bills::Outcome;
use detailbook_server::billing::dry_run::{Figure, dry_run};
use detailbook_server::billing::tariffs;
use detailbook_server::problem::Problem;
use detailbook_server::store::tariffs::{self as rows, TariffRow};
use detailbook_server::store::{StoreError, bills};

use super::office::{TARIFF, customer, day, rule, ruling, worked, world};
use crate::staff::world::Desk;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    the_tariff_of_the_day_prices_work_and_the_file_the_days_without_one,
    a_version_out_of_turn_or_on_anothers_days_or_faulty_is_refused,
    a_dry_run_says_what_a_draft_would_change,
    the_version_of_a_day_is_found_without_reading_the_others,
);

/// A version as no form would take all of them: some end, some take over in the middle of others, some were not known yet.
fn row(number: i64) -> TariffRow {
    let (name, version, from) =
        (["a", "b", "c"][(number % 3) as usize].to_owned(), number / 3 + 1, 3 + number * 7 % 31);
    let until = (number % 4 == 1).then_some(from + number % 5);
    let body = TARIFF.replace("Test details", &format!("{name} {version}"));
    TariffRow { name, version, from, until, set_at: UnixMillis::new(number % 5), set_by: "test".into(), body }
}

fn the_version_of_a_day_is_found_without_reading_the_others(home: &Home) {
    let world = world(home);
    let agency = world.agency(1).agency;
    world
        .write(agency, move |sql, _| (0..24).try_for_each(|number| Ok(rows::insert(sql, agency, &row(number))?)))
        .unwrap();
    let mut found = 0;
    for (day, as_of) in (0..40).flat_map(|day| (0..6).map(move |as_of| (day, UnixMillis::new(as_of)))) {
        let (one, all) = world
            .app
            .store
            .read::<_, StoreError>(|sql| {
                Ok((rows::on_day(sql, agency, day, as_of)?, tariffs::standing(sql, agency, as_of)?))
            })
            .unwrap();
        let holds = all.into_iter().find(|standing| standing.holds(day)).map(|standing| standing.row);
        assert_eq!(one, holds, "day {day} as of {as_of}");
        found += usize::from(holds.is_some());
    }
    assert!(found > 100 && found < 240, "{found}");
}

fn add(desk: &Desk<'_>, text: String) -> Result<Tariff, Problem> {
    desk.world.write(desk.agency, move |sql, by| tariffs::add(sql, by, &text, "The council agreed."))
}

/// A version of the agency's own, with another rate, from a day of May 2019 on.
fn own(version: u32, cents: u32, from: u32) -> String {
    let text = TARIFF.replace("Test details", "Own").replace("version = 1", &format!("version = {version}"));
    text.replace("cents_per_hour = 7000", &format!("cents_per_hour = {cents}"))
        .replace("2019-01-01", &format!("2019-05-{from:02}"))
}

fn time_of(desk: &Desk<'_>, assignment: &str) -> i64 {
    let (agency, work) = (desk.agency, assignment.parse::<AssignmentId>().unwrap().into());
    let row = desk.world.app.store.read(move |sql| bills::in_force(sql, agency, work, i64::MAX)).unwrap().unwrap();
    Outcome::of(&row).unwrap().billed().unwrap().lines[0].amount.0
}

fn the_tariff_of_the_day_prices_work_and_the_file_the_days_without_one(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let officer = desk.officer("Officer 1");
    add(&desk, own(1, 8_000, 14)).unwrap();
    add(&desk, own(2, 9_000, 15)).unwrap();
    // Noon of the 15th: the 13th has the file's, the 14th the first version, the 15th the second.
    let worked: Vec<_> = [-48, -24, -6].map(|begins| worked(&desk, &site, &officer, begins, 60).0).into();
    assert_eq!(worked.iter().map(|it| time_of(&desk, it)).collect::<Vec<_>>(), [7_000, 8_000, 9_000]);
    let log = desk.items("/v1/staff/audit?limit=1000");
    assert_eq!(log.iter().filter(|entry| entry["action"] == "tariff.set").count(), 2);
    // Of another agency nothing changed.
    let other = world.agency(2);
    let (_, elsewhere) = customer(&other, "Gas company");
    let theirs = super::office::worked(&other, &elsewhere, &other.officer("Officer 1"), -6, 60).0;
    assert_eq!(time_of(&other, &theirs), 7_000);
}

fn a_version_out_of_turn_or_on_anothers_days_or_faulty_is_refused(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    add(&desk, own(4, 8_000, 1)).unwrap();
    let refused = |text: String| add(&desk, text).unwrap_err().reason;
    assert_eq!(refused(own(4, 8_000, 2)), "The next version of this tariff is 5, not 4.");
    assert_eq!(refused(own(6, 8_000, 2)), "The next version of this tariff is 5, not 6.");
    assert!(refused(own(1, 8_000, 2).replace("Own", "Other")).starts_with("The tariff Own v4 is in force on some"));
    let faulty = own(5, 8_000, 2).replace("basis_points = 1000", "basis_points = 10001");
    let line = TARIFF.lines().position(|line| line.contains("[[bill.fee]]")).unwrap() + 1;
    let says = format!("tariff: must hold together: line {line}: fee admin: basis_points must be 1 to 10000");
    assert_eq!(refused(faulty), says);
    let agency = desk.agency;
    let listed = world.app.store.read(move |sql| tariffs::standing(sql, agency, UnixMillis::MAX)).unwrap();
    assert_eq!(listed.len(), 1, "what was refused was not kept");
}

fn a_dry_run_says_what_a_draft_would_change(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let officer = desk.officer("Officer 1");
    let (first, made) = worked(&desk, &site, &officer, -24, 60);
    rule(&desk, &first, &ruling(-24, 120, Some(&made)));
    worked(&desk, &site, &officer, -6, 60);
    let draft: Tariff =
        toml::from_str(&own(1, 8_000, 15).replace("cents_per_hour = 5000", "cents_per_hour = 5500")).unwrap();
    let agency = desk.agency;
    let dry = world.app.store.read(move |sql| dry_run(sql, agency, &draft, (day(5, 1), day(5, 31)), 100));
    let dry = dry.unwrap();
    assert_eq!((dry.rows.len(), dry.more), (1, false), "the draft is not in force on the 14th");
    let row = &dry.rows[0];
    assert_eq!(row.paid, Figure { before: Some(Cents(5_000)), after: Some(Cents(5_500)) });
    // 70.00 and 7.00 and 14.00 with tax are 96.69; 80.00 and 8.00 and 14.00 are 108.38.
    assert_eq!((dry.billed.before.0, dry.billed.after.0), (9_669, 10_838));
    assert_eq!((dry.paid.before.0, dry.paid.after.0), (5_000, 5_500));
}
