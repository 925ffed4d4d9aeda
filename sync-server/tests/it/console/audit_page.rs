//! The audit log as people read it.

use detailbook_server::access::permissions::StaffRole;
use detailbook_server::store::params;
use serde_json::json;

use super::browser::Browser;
use super::staff::{inside, person};
use crate::staff::world::{HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    entries_are_found_by_who_what_and_day,
    a_long_log_is_read_part_by_part,
    a_file_of_it_runs_nothing,
    a_long_file_of_it_lacks_nothing,
    the_chain_is_checked_and_what_is_broken_is_said,
);

/// The numbers of the entries on a page.
fn numbers(browser: &mut Browser<'_>, query: &str) -> Vec<i64> {
    let seen = browser.show(&format!("/console/audit{query}"));
    seen.within("figures number\">", "<").iter().map(|number| number.parse().unwrap()).collect()
}

fn write(world: &World, agency: detailbook_core::ids::AgencyId, subject: &'static str, times: usize) {
    let wrote = world.write(agency, move |sql, by| {
        Ok((0..times).try_for_each(|n| by.note(sql, "test", subject, &json!({ "n": n })))?)
    });
    wrote.unwrap();
}

fn entries_are_found_by_who_what_and_day(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let auditor = person(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    write(&world, desk.agency, "first day", 3);
    world.wait(48 * HOUR);
    write(&world, desk.agency, "third day", 2);
    world.wait(-24 * HOUR);
    let mut browser = super::staff::signed_in(&world, &auditor, detailbook_server::access::staff_session::Stage::Full);
    let all = numbers(&mut browser, "");
    let newest = all[0];
    assert_eq!(all, (1..=newest).rev().collect::<Vec<_>>());
    assert_eq!(numbers(&mut browser, "?subject=third%20day"), [newest, newest - 1]);
    assert_eq!(numbers(&mut browser, "?subject=third"), Vec::<i64>::new());
    // NOON is the 15th, eight in the morning in New York.
    assert_eq!(numbers(&mut browser, "?from=2019-05-16"), [newest, newest - 1]);
    assert_eq!(numbers(&mut browser, "?from=2019-05-17&until=2019-05-17&subject=third%20day"), [newest, newest - 1]);
    assert_eq!(numbers(&mut browser, "?until=2019-05-16")[0], newest - 2);
    assert_eq!(numbers(&mut browser, "?from=2019-05-16&until=2019-05-16"), Vec::<i64>::new());
    assert_eq!(numbers(&mut browser, "?actor=test").len() as i64, newest);
    let mut own = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    own.send("/console/account", "/console/account/sign-out-everywhere", &[]).leads();
    let found = numbers(&mut browser, "?actor=Admin%40example.org");
    assert_eq!(found.len(), 1, "by an e-mail address");
    assert_eq!(browser.get("/console/audit?from=yesterday").status, 422);
    assert_eq!(browser.get("/console/audit?before=x").status, 422);
}

fn a_long_log_is_read_part_by_part(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    write(&world, desk.agency, "it", 230);
    let newest_first = parts(&mut browser, "/console/audit?subject=it");
    assert_eq!(newest_first.len(), 230);
    assert!(newest_first.is_sorted_by(|newer, older| newer > older));
    let oldest_first = parts(&mut browser, "/console/audit?subject=it&order=oldest");
    assert_eq!(oldest_first, newest_first.iter().rev().copied().collect::<Vec<_>>());
    let file = browser.show("/console/audit.csv?subject=it&order=oldest").text;
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let filed: Vec<i64> = reader.records().map(|record| record.unwrap()[0].parse().unwrap()).collect();
    assert_eq!(filed, oldest_first);
    assert_eq!(browser.get("/console/audit?order=oldest&after=x").status, 422);
}

/// The numbers of the entries of all parts of the log from there on.
fn parts(browser: &mut Browser<'_>, from: &str) -> Vec<i64> {
    let (mut way, mut seen) = (from.to_owned(), Vec::new());
    loop {
        let page = browser.show(&way);
        seen.extend(numbers(browser, way.strip_prefix("/console/audit").unwrap()));
        let older = page.within("<nav class=\"parts\"", "</nav>");
        let Some(next) = older.first().and_then(|nav| nav.split("href=\"").nth(2)) else { return seen };
        way = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
}

fn a_file_of_it_runs_nothing(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    write(&world, desk.agency, "=cmd|'/c calc'!A1", 1);
    write(&world, desk.agency, "a,\"b\"\nc", 1);
    let file = browser.show("/console/audit.csv");
    let mut reader = csv::Reader::from_reader(file.text.as_bytes());
    let subjects: Vec<_> = reader.records().map(|record| record.unwrap()[4].to_owned()).collect();
    assert_eq!(&subjects[..2], ["a,\"b\"\nc", "'=cmd|'/c calc'!A1"]);
    let only = browser.show("/console/audit.csv?subject=a%2C%22b%22%0Ac");
    assert_eq!(csv::Reader::from_reader(only.text.as_bytes()).records().count(), 1);
}

fn a_long_file_of_it_lacks_nothing(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    // It is read a thousand at a time.
    for (more, all) in [(999, 999), (1, 1_000), (1, 1_001), (999, 2_000), (7, 2_007)] {
        write(&world, desk.agency, "it", more);
        let file = browser.show("/console/audit.csv?subject=it").text;
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let numbers: Vec<i64> = reader.records().map(|record| record.unwrap()[0].parse().unwrap()).collect();
        assert_eq!(
            (numbers.len(), numbers[0] - numbers[numbers.len() - 1]),
            (all, all as i64 - 1),
            "none twice, none left out"
        );
        assert!(numbers.is_sorted_by(|newer, older| newer > older));
    }
}

fn the_chain_is_checked_and_what_is_broken_is_said(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    write(&world, desk.agency, "it", 20);
    let check = |browser: &mut Browser<'_>| browser.send("/console/audit", "/console/audit/check", &[]).text;
    let length = numbers(&mut browser, "")[0];
    assert!(check(&mut browser).contains(&format!("All {length} entries fit")));
    let agency = desk.agency;
    let forge = "UPDATE audit SET actor = 'nobody' WHERE agency = $1 AND number = 10";
    world.app.store.write(move |sql| sql.execute(forge, &params![agency])).unwrap();
    assert!(check(&mut browser).contains("entry 10 was altered"));
    let walking = world.app.audit_walk.lock().unwrap();
    let busy = browser.send("/console/audit", "/console/audit/check", &[]);
    drop(walking);
    assert!(busy.status == 429 && busy.text.contains("is being walked already"), "{}", busy.text);
}
