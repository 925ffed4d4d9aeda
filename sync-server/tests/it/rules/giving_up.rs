//! Giving a detail up, by the rules: who may, with how much notice, who comes instead, and what follows.

use detailbook_core::ids::{AssignmentId, TradeId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::FactKind;
use detailbook_core::staffing::Trade;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Wish;
use serde_json::{Value, json};

use super::scene::{do_jobs, finding, fresh, judgement, numbered, outcome, set_rules};
use crate::relief::crew::{Crew, records};
use crate::staff::phone::Phone;
use crate::staff::world::{Desk, HOUR, NOON, World, detail, order};
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    a_no_show_locks_out_of_the_next_award_by_the_worked_example_and_taking_it_back_lifts_it,
    too_little_notice_waits_for_the_coordinator_who_may_make_an_exception,
    what_is_let_pass_in_granting_a_call_off_takes_the_right_and_a_reason,
    who_must_find_somebody_by_the_rules_has_the_detail_until_then,
    what_calling_off_brings_by_the_rules_is_said_and_then_done,
    a_sergeant_trades_to_no_officer_where_the_crew_needs_a_sergeant,
    a_captain_trades_to_a_captain_where_no_two_may_work_together,
    a_kept_place_is_relieved_by_whom_the_crew_needs,
    a_trade_of_which_the_coordinator_is_not_told_is_charged_as_the_rules_say,
);

/// A set of rules in force in the town.
fn town(rules: &str) -> String {
    let head = "name = \"Town\"\nversion = 1\neffective_from = \"2019-01-01\"\nzone = \"America/New_York\"\n";
    format!("{head}ranks = [\"PO\", \"SGT\", \"CPT\"]\n{rules}")
}

fn rule(id: &str, severity: &str, body: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\ntitle = \"{id}\"\nseverity = {{ {severity} }}\n{body}\n")
}

/// An agency whose officer did not come, of which the coordinator was sure: the assignment.
fn stayed_away<'a>(world: &'a World, rules: &str) -> (Crew<'a>, AssignmentId) {
    let crew = Crew::awarded(world, 2, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR);
    set_rules(&crew.desk, rules);
    crew.pass(20 * MINUTE);
    let confirm = format!("/v1/staff/assignments/{held}/no_show");
    crew.desk.run("POST", &confirm, &json!({ "reason": "Nobody is there." }));
    (crew, held)
}

fn a_no_show_locks_out_of_the_next_award_by_the_worked_example_and_taking_it_back_lifts_it(home: &Home) {
    let world = World::on(home);
    let example = include_str!("../../../../core/fixtures/policy/harbor-falls.toml");
    let rules = example.replace("version = 7", "version = 1").replace("2025-", "2019-");
    let (crew, held) = stayed_away(&world, &rules);
    let next = crew.desk.detail(&crew.site, 300, 1);
    let says = || finding(&judgement(&crew.desk, &next, &crew.officers[0], ""), "not-coming");
    let locked = says();
    assert_eq!((&locked["outcome"], &locked["severity"]), (&json!("fail"), &json!("block")));
    assert!(locked["sentence"].as_str().unwrap().starts_with("No details until 2019-06-14"), "{locked}");
    let path = format!("/v1/staff/details/{next}/assignments");
    let refused = |officer: &str| crew.desk.call("POST", &path, &order(officer)).1["reason"].to_string();
    assert!(refused(&crew.officers[0]).contains("not-coming"), "{}", refused(&crew.officers[0]));
    assert!(!refused(&crew.officers[1]).contains("not-coming"), "the other one came to nothing they had");

    // The phone held a clock-in of the first minute.
    world.wait(MINUTE);
    crew.phones[0].say_surely(held.into(), FactKind::In, UnixMillis::new(NOON + 4 * HOUR + MINUTE), vec![]);
    assert_eq!(says()["outcome"], "pass");
    assert!(!refused(&crew.officers[0]).contains("not-coming"));
    let then = judgement(&crew.desk, &next, &crew.officers[0], &format!("&as_of={}", NOON + 4 * HOUR + 20 * MINUTE));
    assert_eq!(outcome(&then, "not-coming"), "fail", "with the eyes of a minute ago");
}

const NOTICE: &str = "[rule.notice]\nat_least = { days = 5 }\nexcept = [\"emergency\"]";

fn too_little_notice_waits_for_the_coordinator_who_may_make_an_exception(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    set_rules(&crew.desk, &town(&rule("cancelling", "trade = \"block\"", NOTICE)));
    let (_, held) = crew.holder();
    let told = crew.call_off(0, held);
    assert!(told.starts_with("You have this detail until the coordinator decides"), "{told}");
    assert!(told.ends_with("Given up 99 h ahead; it takes 5 days of notice. (Town v1, cancelling)"), "{told}");
    assert_eq!(crew.holder().0, 0);
    assert_eq!(crew.coordinator_told(), ["wont_make_it"]);
    let grant = format!("/v1/staff/assignments/{held}/call_off/grant");
    let (status, refused) = crew.desk.call("POST", &grant, &json!({ "reason": "Then go." }));
    assert!(status == 409 && refused["reason"].as_str().unwrap().contains("cancelling"), "{refused}");
    crew.pass(HOUR);
    crew.desk.run("POST", &grant, &json!({ "reason": "A fire at home.", "code": "emergency" }));
    assert_eq!(crew.holders(), []);
    let said = crew.desk.items(&format!("/v1/staff/details/{}/evaluations", crew.detail));
    let outcomes: Vec<_> = said.iter().map(|it| (it["stage"].clone(), it["outcome"].clone())).collect();
    assert_eq!(outcomes.last().unwrap(), &(json!("trade"), json!("passed")));
}

fn what_is_let_pass_in_granting_a_call_off_takes_the_right_and_a_reason(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    set_rules(&crew.desk, &town(&rule("cancelling", "trade = \"block\"", NOTICE)));
    let (_, held) = crew.holder();
    crew.call_off(0, held);
    let grant = format!("/v1/staff/assignments/{held}/call_off/grant");
    let bold = json!({ "reason": "Then go.", "override": { "reason": "Nobody else asks." } });
    let weak = crew.desk.world.token(crew.desk.agency, &"assign records:read".parse().unwrap(), None);
    let weak = Desk { world: &world, agency: crew.desk.agency, secret: weak };
    assert_eq!(weak.refusal("POST", &grant, &bold), "not_allowed");
    crew.desk.run("POST", &grant, &bold);
    let overrides = crew.desk.items(&format!("/v1/staff/details/{}/overrides", crew.detail));
    assert_eq!((overrides.len(), &overrides[0]["rule"]), (1, &json!("Town v1, cancelling")));
    assert_eq!(crew.holders(), []);
}

fn who_must_find_somebody_by_the_rules_has_the_detail_until_then(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 200);
    let officer = "[rule.notice]\nreplacement = \"officer\"";
    set_rules(&crew.desk, &town(&rule("replacing", "trade = \"block\"", officer)));
    let (_, held) = crew.holder();
    let told = crew.call_off(0, held);
    assert!(told.starts_with("You have this detail until somebody else takes it over."), "{told}");
    assert!(told.contains("(Town v1, replacing)"), "{told}");
    crew.work();
    assert_eq!(crew.holder().0, 0);
    crew.come(1, held);
    assert_eq!(crew.holder().0, 1);
}

fn what_calling_off_brings_by_the_rules_is_said_and_then_done(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let lockout = "[rule.lockout]\nevents = [\"cancelled\"]\nnotice_under = { days = 5 }\nreleases = true\n\
        step = [{ times = 1, lasts = { days = 30 } }]";
    let (_, held) = crew.holder();
    let other = crew.desk.order(&crew.desk.detail(&crew.site, 300, 1), &crew.officers[0]);
    let later = crew.desk.order(&crew.desk.detail(&crew.site, 1_000, 1), &crew.officers[0]);
    set_rules(&crew.desk, &town(&rule("cooling", "award = \"block\", apply = \"block\"", lockout)));
    let told = crew.call_off(0, held);
    let follows = "No details until 2019-06-14 09:00, after cancelled on 2019-05-15 09:00 (1 time).";
    assert!(told.contains(follows), "{told}");
    let state = |id: &str| crew.desk.get(&format!("/v1/staff/assignments/{id}"))["record"]["state"].clone();
    assert_eq!((state(&other), state(&later)), (json!("released"), json!("active")));
    let next = crew.desk.detail(&crew.site, 400, 1);
    let apply = Wish::Apply { detail: next.parse().unwrap(), position: None, read: None };
    assert!(crew.refused(0, &apply).starts_with(follows));
    crew.accepted(1, &apply);
}

/// A detail of two places for which officers of these ranks applied by seniority, a hundred hours ahead; the first two have it. Who holds
/// what, and everybody's phone.
struct Ranked<'a> {
    desk: Desk<'a>,
    detail: String,
    officers: Vec<String>,
    phones: Vec<Phone<'a>>,
}

impl<'a> Ranked<'a> {
    fn awarded(world: &'a World, ranks: &[&str], rules: &str) -> Self {
        let desk = world.agency(1);
        let posting = crate::staff::postings::draft("seniority", &["seniority"], 2);
        let id = desk.make("/v1/staff/details", &json!({ "record": detail(&desk.site(), 100, 2), "posting": posting }));
        let wish = Wish::Apply { detail: id.parse().unwrap(), position: None, read: None };
        let (mut officers, mut phones) = (vec![], vec![]);
        for (place, rank) in (1..).zip(ranks) {
            let officer = numbered(&desk, &place.to_string());
            super::beside::promote(&desk, &officer, rank);
            let service = json!({ "service": { "seniority": place }, "groups": [] });
            desk.run("PUT", &format!("/v1/staff/officers/{officer}/service"), &service);
            let phone = Phone::enrol(&desk, &officer);
            assert_eq!(phone.wish(&wish).reason, "The agency has your application.");
            officers.push(officer);
            phones.push(phone);
        }
        world.wait(2 * HOUR);
        do_jobs(world);
        fresh(&desk, "statuses", "employee_number,code,from\n");
        set_rules(&desk, rules);
        let settled = json!({
            "trades": { "allowed": true, "needs_agreement": false },
            "relief": { "ways": ["officer_finds", "pool"], "officer_looks": HOUR, "backup_answers": HOUR,
                "pool_answers": 99 * HOUR, "urgent_under": HOUR, "supervisor_after": HOUR },
        });
        desk.run("PUT", "/v1/staff/staffing_rules", &settled);
        Self { desk, detail: id, officers, phones }
    }

    /// The assignment of an officer by their number from 0.
    fn held(&self, officer: usize) -> AssignmentId {
        let all = self.desk.items(&format!("/v1/staff/details/{}/assignments", self.detail));
        let mine = |it: &&Value| it["record"]["officer"] == self.officers[officer].as_str();
        let held = all.iter().filter(mine).find(|it| it["record"]["state"] == "active");
        held.unwrap_or_else(|| panic!("{all:?}"))["id"].as_str().unwrap().parse().unwrap()
    }

    fn offer(&self, from: usize, to: usize) -> String {
        let wish = Wish::OfferTrade { assignment: self.held(from), to: self.officers[to].parse().unwrap() };
        self.phones[from].wish(&wish).reason
    }

    /// Takes what was offered.
    fn take(&self, officer: usize) -> String {
        let trades = records::<Trade>(&self.phones[officer], RecordKind::Trade);
        let trade = TradeId::from_bytes(*trades.keys().last().unwrap().as_bytes());
        self.phones[officer].wish(&Wish::AnswerTrade { trade, takes: true }).reason
    }
}

fn sergeant(severity: &str) -> String {
    town(&rule("ratio", severity, "[[rule.staffing.level]]\nrank = \"SGT\"\nfrom = 2"))
}

fn captains(severity: &str) -> String {
    town(&rule("captains", severity, "[rule.command]\nbeside_same_rank = [\"CPT\"]"))
}

fn a_sergeant_trades_to_no_officer_where_the_crew_needs_a_sergeant(home: &Home) {
    let world = World::on(home);
    let crew = Ranked::awarded(&world, &["SGT", "PO", "PO", "SGT"], &sergeant("trade = \"block\""));
    let refused = crew.offer(0, 2);
    assert!(refused.contains("2 officers need 1 SGT or above; 0 there. (Town v1, ratio)"), "{refused}");
    let accepted = crew.offer(0, 3);
    assert!(accepted.starts_with("The agency has your offer"), "{accepted}");
    assert_eq!(crew.take(3), "You have this detail now.");
    // The officer beside them may go to anybody.
    world.wait(1);
    assert!(crew.offer(1, 2).starts_with("The agency has your offer"));
    assert_eq!(crew.take(2), "You have this detail now.");
}

fn a_captain_trades_to_a_captain_where_no_two_may_work_together(home: &Home) {
    let world = World::on(home);
    let crew = Ranked::awarded(&world, &["CPT", "PO", "CPT"], &captains("trade = \"block\""));
    assert!(crew.offer(0, 2).starts_with("The agency has your offer"));
    assert_eq!(crew.take(2), "You have this detail now.");
    // The captain who went cannot come back beside the one who came.
    world.wait(1);
    assert!(crew.offer(1, 0).starts_with("The agency has your offer"));
    let refused = crew.take(0);
    assert!(refused.contains("Another CPT is on this detail. (Town v1, captains)"), "{refused}");
}

fn a_kept_place_is_relieved_by_whom_the_crew_needs(home: &Home) {
    let world = World::on(home);
    let rules = format!(
        "{}{}",
        captains("trade = \"block\""),
        rule("ratio", "trade = \"block\"", "[[rule.staffing.level]]\nrank = \"SGT\"\nfrom = 2")
    );
    let crew = Ranked::awarded(&world, &["CPT", "PO", "PO", "CPT"], &rules);
    let held = crew.held(0);
    let kept = crew.phones[0].wish(&Wish::CallOff { assignment: held, reason: "My child is ill.".into() }).reason;
    assert!(kept.starts_with("You have this detail until somebody else takes it over."), "{kept}");
    do_jobs(&world);
    world.wait(HOUR);
    do_jobs(&world);
    let come = |officer: usize| crew.phones[officer].wish(&Wish::Relieve { assignment: held, comes: true }).reason;
    let refused = come(2);
    assert!(refused.contains("(Town v1, ratio)"), "{refused}");
    assert!(come(3).starts_with("You have this detail now"), "a captain comes instead of the captain");
}

fn a_trade_of_which_the_coordinator_is_not_told_is_charged_as_the_rules_say(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 100);
    let charged = "[rule.notice]\nreplacement = \"officer\"\ncharged_percent_unless_told = 100";
    set_rules(&crew.desk, &town(&rule("telling", "trade = \"log\"", charged)));
    crew.settle(&json!({ "trades": { "allowed": true, "needs_agreement": false } }));
    let pass_on = |from: usize, to: usize| {
        let (assignment, officer) = (crew.holder().1, crew.officers[to].parse().unwrap());
        crew.accepted(from, &Wish::OfferTrade { assignment, to: officer });
        let trades = records::<Trade>(&crew.phones[to], RecordKind::Trade);
        let trade = TradeId::from_bytes(*trades.keys().last().unwrap().as_bytes());
        crew.accepted(to, &Wish::AnswerTrade { trade, takes: true });
        trade
    };
    pass_on(0, 1);
    let kinds = |officer: usize| crew.ledger(officer).iter().map(|(_, charged)| charged).sum::<i64>();
    assert_eq!((kinds(0), kinds(1)), (240, 240), "given up, and charged all the same");
    crew.settle(&json!({ "trades": { "allowed": true, "needs_agreement": true } }));
    world.wait(1);
    let trade = pass_on(1, 2);
    crew.desk.run("POST", &format!("/v1/staff/trades/{trade}/agree"), &json!(null));
    assert_eq!((kinds(1), kinds(2)), (0, 240), "the coordinator agreed, and so was told");
}
