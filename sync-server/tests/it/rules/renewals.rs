//! Whoever has something that ends soon is told of it, once at each step.

use detailbook_server::jobs;
use detailbook_server::personnel::renewals::REMIND;
use detailbook_server::store::params;
use serde_json::{Value, json};

use super::scene::{do_jobs, import, numbered};
use crate::staff::world::{Desk, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    what_ends_is_told_once_at_each_step_whatever_restarts,
    what_was_renewed_withdrawn_or_taken_back_is_not_told_of,
    whoever_learns_late_is_told_of_the_nearest_step_only,
    what_cannot_be_read_of_one_keeps_no_other_from_being_reminded,
    reminders_that_had_stopped_go_on_with_the_next_paper,
);

const DAY: i64 = 24 * 3_600_000;

/// A town with a coordinator, an officer and a customer.
struct Town<'a> {
    desk: Desk<'a>,
    coordinator: String,
    officer: String,
    customer: String,
}

fn town(world: &World) -> Town<'_> {
    let desk = world.agency(1);
    let coordinator = json!({ "record": { "name": "Desk", "roles": ["coordinator"], "email": "desk@example.org" } });
    let coordinator = desk.make("/v1/staff/contacts", &coordinator);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    Town { officer: numbered(&desk, "17"), coordinator, customer, desk }
}

impl Town<'_> {
    fn certified(&self, from: &str, until: &str) {
        let csv = format!("employee_number,kind,from,until\n17,first_aid,{from},{until}\n");
        import(&self.desk, "documents", &csv, &json!({}));
    }

    fn insured(&self, until: &str, more: &Value) {
        let mut body = json!({ "kind": "insurance", "number": "P 1", "from": "2018-06-01", "until": until });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        self.desk.run("POST", &format!("/v1/staff/customers/{}/documents", self.customer), &body);
    }

    /// An approval for so long, given. Its id.
    fn approved(&self, until: &str) -> String {
        let record = json!({ "officer": self.officer, "kind": "outside_work", "until": until, "chain": ["chief"] });
        let id = self.desk.make("/v1/staff/approvals", &json!({ "record": record }));
        let signature = json!({ "role": "chief", "by": "The chief", "approved": true });
        self.desk.run("POST", &format!("/v1/staff/approvals/{id}/signatures"), &signature);
        id
    }
}

/// What the coordinator was told of, in the order in which it was: the day of the story and the words.
fn told(desk: &Desk<'_>, coordinator: &str) -> Vec<(i64, String)> {
    let all = desk.items("/v1/staff/notices?limit=1000");
    let mine = all.iter().filter(|it| it["party"]["id"] == coordinator && it["channel"] == "in_app");
    let day = |it: &Value| (it["created_at"].as_i64().unwrap() - NOON) / DAY;
    mine.map(|it| (day(it), it["text"].as_str().unwrap().to_owned())).collect()
}

/// Lets days pass one by one, and the server do each day's work.
fn live(world: &World, days: usize) {
    for _ in 0..days {
        world.wait(DAY);
        do_jobs(world);
    }
}

fn what_ends_is_told_once_at_each_step_whatever_restarts(home: &Home) {
    let world = World::on(home);
    let town = town(&world);
    // Good for 35 whole days from noon on, and for some hours more.
    town.certified("2018-01-01", "2019-06-19");
    town.insured("2019-06-19", &json!({}));
    town.approved("2019-06-19");
    live(&world, 10);
    let (agency, secret, coordinator) = (town.desk.agency, town.desk.secret.clone(), town.coordinator.clone());
    let (now, officer) = (world.app.now(), town.officer.clone());
    drop(town);
    drop(world);

    let world = World::on(home);
    world.clock.set(now);
    let desk = Desk { world: &world, agency, secret };
    // The same day's work once more, as by a node that did not hear that it was done.
    let again = move |sql: &mut dyn detailbook_server::store::Sql, by: &detailbook_server::audit::By<'_>| {
        Ok(jobs::set(sql, by.agency, &REMIND, "daily", by.now, by.now, &())?)
    };
    world.write(agency, again).unwrap();
    do_jobs(&world);
    live(&world, 30);
    let mut steps: Vec<i64> = told(&desk, &coordinator).into_iter().map(|(day, _)| day).collect();
    steps.dedup();
    assert_eq!(steps, [5, 21, 32], "30, 14 and 3 days before");
    for what in ["first aid", "insurance", "outside work"] {
        let days = told(&desk, &coordinator).into_iter().filter(|(_, text)| text.starts_with(what));
        let days: Vec<_> = days.collect();
        assert_eq!(days.len(), 3, "{what}: {days:?}");
        assert!(days.iter().all(|(_, text)| text.ends_with("is good until 2019-06-19.")), "{days:?}");
    }
    let all = desk.items("/v1/staff/notices?limit=1000");
    let events =
        |event: &str| all.iter().filter(|it| it["event"] == event && it["party"]["id"] == officer.as_str()).count();
    assert!(events("credential_expires") > 0, "the officer is told too");
    assert_eq!(events("insurance_expires"), 0, "and not of the customer's insurance");
}

fn what_was_renewed_withdrawn_or_taken_back_is_not_told_of(home: &Home) {
    let world = World::on(home);
    let town = town(&world);
    town.certified("2018-01-01", "2019-06-19");
    town.insured("2019-06-19", &json!({}));
    let approval = town.approved("2019-06-19");
    live(&world, 6);
    let first = told(&town.desk, &town.coordinator);
    assert_eq!(first.len(), 3, "{first:?}");

    // A new certificate that begins before the old one ends, a policy that was cancelled, an approval that was taken back.
    town.certified("2019-06-01", "2021-05-31");
    town.insured("2019-06-19", &json!({ "withdrawn": true }));
    let reason = json!({ "reason": "The employer lost its licence." });
    town.desk.run("POST", &format!("/v1/staff/approvals/{approval}/revoke"), &reason);
    live(&world, 30);
    assert_eq!(told(&town.desk, &town.coordinator), first);
    assert_eq!(town.desk.items("/v1/staff/renewals?days=365"), Vec::<Value>::new());
}

fn what_cannot_be_read_of_one_keeps_no_other_from_being_reminded(home: &Home) {
    let world = World::on(home);
    let town = town(&world);
    town.insured("2019-05-25", &json!({}));
    town.certified("2018-01-01", "2019-05-25");
    let path = format!("/v1/staff/customers/{}/contact", town.customer);
    town.desk.run("PUT", &path, &json!({ "version": 0, "record": { "email": "a@example.org" } }));
    let spoilt = world.write(town.desk.agency, |sql, by| {
        let text = "UPDATE contacts SET body = $2 WHERE agency = $1 AND party_kind = 2";
        let body: &[u8] = b"no contact";
        Ok(sql.execute(text, &params![by.agency, body])?)
    });
    assert_eq!(spoilt, Ok(1));
    live(&world, 1);
    assert_eq!(told(&town.desk, &town.coordinator), [(1, "first aid is good until 2019-05-25.".to_owned())]);
    assert_eq!(town.desk.items("/v1/staff/jobs?state=parked"), Vec::<Value>::new());
}

fn reminders_that_had_stopped_go_on_with_the_next_paper(home: &Home) {
    let world = World::on(home);
    let town = town(&world);
    town.certified("2018-01-01", "2019-12-31");
    let waiting = || {
        let all = town.desk.items("/v1/staff/jobs");
        all.iter().find(|job| job["kind"] == REMIND.name).map(|job| job["due"].as_i64().unwrap() - NOON)
    };
    world.wait(3_600_000);
    town.insured("2019-12-31", &json!({}));
    assert_eq!(waiting(), Some(DAY), "another paper moves nothing");
    let stopped = world.write(town.desk.agency, |sql, by| {
        let text = "UPDATE jobs SET state = 2 WHERE agency = $1 AND kind = $2";
        Ok(sql.execute(text, &params![by.agency, REMIND.name])?)
    });
    assert_eq!((stopped, waiting()), (Ok(1), None));
    town.insured("2020-12-31", &json!({}));
    assert_eq!(waiting(), Some(DAY + 3_600_000));
}

fn whoever_learns_late_is_told_of_the_nearest_step_only(home: &Home) {
    let world = World::on(home);
    let town = town(&world);
    town.certified("2018-01-01", "2019-05-25");
    live(&world, 1);
    assert_eq!(told(&town.desk, &town.coordinator), [(1, "first aid is good until 2019-05-25.".to_owned())]);
    // Corrected to an earlier day: that is told anew, since it is another end.
    town.certified("2018-01-01", "2019-05-24");
    live(&world, 1);
    assert_eq!(told(&town.desk, &town.coordinator).len(), 2);
}
