//! Approvals: asked for, signed in turn, given by word, public, taken back.

use serde_json::{Value, json};

use super::scene::{do_jobs, judgement, numbered, outcome, set_rules};
use crate::staff::world::{Desk, HOUR, NOON, World, site};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    the_roles_of_a_chain_sign_in_their_order_and_the_rules_follow,
    an_approval_by_word_waits_for_its_paperwork_and_a_job_looks_for_it,
    the_register_holds_what_was_given_and_nothing_that_is_not_public,
    an_approval_that_was_taken_back_is_none,
    nobody_signs_in_a_role_that_their_token_does_not_have,
    two_roles_of_a_chain_take_two_signers_unless_the_rule_lets_one_sign_for_both,
    the_deadline_of_paperwork_is_told_before_and_when_it_has_passed,
    nobody_signs_as_the_chief_by_naming_a_chain_without_one,
    a_word_that_was_only_written_down_is_no_signature_once_its_paperwork_is_in,
    the_register_shows_nothing_that_no_rule_of_its_day_accepts,
    who_holds_a_detail_ahead_is_warned_when_its_approval_is_taken_back_or_refused,
    who_holds_a_detail_ahead_by_a_word_is_warned_when_its_paperwork_is_missing,
    who_holds_a_detail_ahead_is_warned_of_a_new_rule_and_of_the_customers_papers,
);

const RULES: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"

[[rule]]
id = "approved"
title = "Outside work is approved"
severity = { award = "block" }
[rule.approval]
kind = "outside_work"
chain = ["chief", "city_administrator"]
in_order = true
for_employer = true
good_for = "year"
[rule.approval.emergency]
asked_within = "72:00"
by = ["supervisor"]
paperwork = { within = "72:00" }
"#;

struct Scene<'a> {
    desk: Desk<'a>,
    officer: String,
    customer: String,
    detail: String,
}

fn scene(world: &World) -> Scene<'_> {
    let scene = without_rules(world);
    set_rules(&scene.desk, RULES);
    scene
}

fn without_rules(world: &World) -> Scene<'_> {
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    let site = desk.make("/v1/staff/sites", &json!({ "record": site(&customer) }));
    let detail = desk.detail(&site, 30, 1);
    Scene { desk, officer, customer, detail }
}

impl Scene<'_> {
    fn ask(&self, more: &Value) -> String {
        let mut record = json!({
            "officer": self.officer, "kind": "outside_work", "employer": self.customer, "covers": ["uniform", "weapon"],
        });
        record.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        self.desk.make("/v1/staff/approvals", &json!({ "record": record }))
    }

    /// Somebody with a token that signs in these roles, and with a right to make such tokens.
    fn signer(&self, roles: &[&str]) -> Desk<'_> {
        let scopes = ["approvals:write", "approvals:read", "tokens:write"];
        let (status, made) =
            self.desk.call("POST", "/v1/staff/tokens", &json!({ "name": "signer", "scopes": scopes, "roles": roles }));
        assert_eq!(status, 201, "{made}");
        Desk { world: self.desk.world, agency: self.desk.agency, secret: made["secret"].as_str().unwrap().to_owned() }
    }

    /// Signs with a token of that role's own.
    fn sign(&self, id: &str, role: &str) -> (u16, Value) {
        sign_as(&self.signer(&[role]), id, role)
    }

    fn says(&self) -> String {
        outcome(&judgement(&self.desk, &self.detail, &self.officer, ""), "approved")
    }
}

fn sign_as(signer: &Desk<'_>, id: &str, role: &str) -> (u16, Value) {
    let body =
        json!({ "role": role, "by": "as the agency names them", "approved": true, "statements": ["no_disrepute"] });
    signer.call("POST", &format!("/v1/staff/approvals/{id}/signatures"), &body)
}

fn nobody_signs_in_a_role_that_their_token_does_not_have(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let id = scene.ask(&json!({}));
    let (nobody, chief) = (scene.signer(&[]), scene.signer(&["chief"]));
    for signer in [&nobody, &scene.signer(&["city_administrator"])] {
        let (status, refused) = sign_as(signer, &id, "chief");
        assert_eq!((status, refused["reason"].as_str()), (403, Some("Your token does not sign as chief.")));
    }
    let beyond = |roles: &[&str]| {
        let body = json!({ "name": "more", "scopes": ["approvals:read"], "roles": roles });
        chief.call("POST", "/v1/staff/tokens", &body).0
    };
    assert_eq!((beyond(&["chief"]), beyond(&["mayor"]), beyond(&["*"])), (201, 403, 403));
    assert_eq!(sign_as(&chief, &id, "chief").0, 200);
    let word = json!({ "role": "city_administrator", "by": "by telephone", "paperwork_due": NOON + HOUR });
    let record = json!({ "officer": scene.officer, "kind": "outside_work", "by_word": word });
    let (status, _) = chief.call("POST", "/v1/staff/approvals", &json!({ "record": record }));
    assert_eq!(status, 403, "a word in a role of the chain counts as its signature");
}

fn nobody_signs_as_the_chief_by_naming_a_chain_without_one(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let (nobody, clerk) = (scene.signer(&[]), scene.signer(&["clerk"]));
    let word = json!({ "role": "chief", "by": "the chief", "paperwork_due": NOON + HOUR });
    let spaced = json!({ "role": " chief ", "by": "the chief", "paperwork_due": NOON + HOUR });
    let ask = |signer: &Desk<'_>, more: Value| {
        let mut record = json!({ "officer": scene.officer, "kind": "outside_work", "employer": scene.customer });
        record.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        signer.call("POST", "/v1/staff/approvals", &json!({ "record": record })).0
    };
    let chains = [json!([]), json!(["city_administrator"]), json!(["city_administrator", "chief"]), json!(["clerk"])];
    for chain in &chains {
        assert_eq!(ask(&nobody, json!({ "chain": chain, "by_word": word })), 422, "{chain}");
        assert_eq!(ask(&clerk, json!({ "chain": chain })), 422, "{chain}");
    }
    let kind = json!({ "kind": " outside_work ", "chain": [], "by_word": word });
    assert_eq!(ask(&nobody, kind), 422, "blanks around the kind make it no other");
    let whole = json!(["chief", "mayor", "city_administrator"]);
    for more in [json!({ "by_word": word }), json!({ "by_word": spaced }), json!({ "chain": whole, "by_word": word })] {
        assert_eq!(ask(&nobody, more.clone()), 403, "{more}");
    }
    assert_eq!(ask(&nobody, json!({ "chain": whole })), 201, "a chain may name more than the rule does");
    let chief_only = RULES.replace("version = 1", "version = 2").replace(r#", "city_administrator""#, "");
    set_rules(&scene.desk, &chief_only);
    assert_eq!(ask(&nobody, json!({ "chain": [], "by_word": word })), 422);
    assert_eq!(ask(&nobody, json!({ "by_word": word })), 403);
    assert_eq!(ask(&clerk, json!({ "chain": ["clerk"] })), 422);
    assert_eq!((scene.says().as_str(), scene.desk.items("/v1/staff/register").len()), ("fail", 0));
}

fn a_word_that_was_only_written_down_is_no_signature_once_its_paperwork_is_in(home: &Home) {
    let world = World::on(home);
    let scene = without_rules(&world);
    let anybody = RULES.replace("chain = [\"chief\", \"city_administrator\"]\nin_order = true\n", "");
    set_rules(&scene.desk, &anybody);
    let facts = format!("/v1/staff/details/{}/facts", scene.detail);
    scene.desk.run("PUT", &facts, &json!({ "requested_at": NOON - 30 * HOUR }));
    let clerk = scene.signer(&[]);
    let word = json!({ "role": "supervisor", "by": "the night's supervisor", "paperwork_due": NOON + 72 * HOUR });
    let asked = json!({
        "officer": scene.officer, "kind": "outside_work", "employer": scene.customer, "by_word": word, "from": "2019-05-15",
    });
    let id = clerk.make("/v1/staff/approvals", &json!({ "record": asked }));
    assert_eq!(scene.says(), "pass", "in an emergency the word suffices, whoever wrote it down");
    clerk.run("POST", &format!("/v1/staff/approvals/{id}/paperwork"), &json!({ "documents": ["form 12"] }));
    let state = || scene.desk.get(&format!("/v1/staff/approvals/{id}"))["state"].clone();
    assert_eq!((scene.says().as_str(), state()), ("fail", json!({ "waiting": null })), "nobody has signed it");
    assert_eq!(scene.desk.items("/v1/staff/register").len(), 0);
    assert_eq!(scene.sign(&id, "chief").0, 200);
    assert_eq!((scene.says().as_str(), state()), ("pass", json!("granted")));
    assert_eq!(scene.desk.items("/v1/staff/register").len(), 1);
}

fn the_register_shows_nothing_that_no_rule_of_its_day_accepts(home: &Home) {
    let world = World::on(home);
    let scene = without_rules(&world);
    let id = scene.ask(&json!({ "chain": ["clerk"] }));
    assert_eq!(scene.sign(&id, "clerk").1["state"], "granted");
    let lines = || scene.desk.items("/v1/staff/register").len();
    let later = RULES.replace("2019-01-01", "2019-05-20");
    assert_eq!(lines(), 1, "no rule asks for more");
    set_rules(&scene.desk, &later);
    world.wait(10 * 24 * HOUR);
    assert_eq!(lines(), 1, "it was given while no rule asked for more");
    set_rules(&scene.desk, &RULES.replace("version = 1", "version = 2"));
    assert_eq!(lines(), 0, "the chief has not signed it");
}

fn two_roles_of_a_chain_take_two_signers_unless_the_rule_lets_one_sign_for_both(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let both = scene.signer(&["chief", "city_administrator"]);
    let id = scene.ask(&json!({}));
    assert_eq!(sign_as(&both, &id, "chief").0, 200);
    let (status, refused) = sign_as(&both, &id, "city_administrator");
    assert_eq!(status, 409);
    assert!(refused["reason"].as_str().unwrap().contains("somebody else signs"), "{refused}");
    let (_, body) = scene.sign(&id, "city_administrator");
    assert_eq!(body["state"], "granted");
    let lenient =
        RULES.replace("version = 1", "version = 2").replace("in_order = true", "in_order = true\none_signer = true");
    set_rules(&scene.desk, &lenient);
    let id = scene.ask(&json!({}));
    let signed = ["chief", "city_administrator"].map(|role| sign_as(&both, &id, role).0);
    assert_eq!(signed, [200, 200]);
}

fn the_deadline_of_paperwork_is_told_before_and_when_it_has_passed(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let coordinator = scene.desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["coordinator"] } }));
    let word = |hours: i64| json!({ "role": "supervisor", "by": "the night's supervisor", "paperwork_due": NOON + hours * HOUR });
    scene.ask(&json!({ "by_word": word(72) }));
    let in_time = scene.ask(&json!({ "by_word": word(71) }));
    let told = |party: &str| -> Vec<String> {
        let all = scene.desk.items("/v1/staff/notices?limit=1000");
        let mine = all.iter().filter(|it| it["party"]["id"] == party && it["channel"] == "in_app");
        mine.map(|it| it["title"].as_str().unwrap().split(':').next().unwrap().to_owned()).collect()
    };
    world.wait(46 * HOUR);
    do_jobs(&world);
    assert_eq!(told(&coordinator), Vec::<String>::new());
    world.wait(2 * HOUR);
    do_jobs(&world);
    assert_eq!(told(&coordinator), ["Paperwork is due", "Paperwork is due"]);
    let papers = json!({ "documents": ["form 12"] });
    scene.desk.run("POST", &format!("/v1/staff/approvals/{in_time}/paperwork"), &papers);
    world.wait(24 * HOUR);
    do_jobs(&world);
    let all = ["Paperwork is due", "Paperwork is due", "Paperwork is missing"];
    assert_eq!(
        (told(&coordinator), told(&scene.officer)),
        (all.map(str::to_owned).to_vec(), all.map(str::to_owned).to_vec())
    );
}

fn the_roles_of_a_chain_sign_in_their_order_and_the_rules_follow(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    assert_eq!(scene.says(), "fail");
    let id = scene.ask(&json!({}));
    let (status, refused) = scene.sign(&id, "city_administrator");
    assert_eq!(
        (status, refused["reason"].as_str()),
        (409, Some("This waits for the chief, not for the city_administrator."))
    );
    let (_, body) = scene.sign(&id, "chief");
    assert_eq!((&body["state"], scene.says()), (&json!({ "waiting": "city_administrator" }), "fail".to_owned()));
    world.wait(HOUR);
    let (_, body) = scene.sign(&id, "city_administrator");
    assert_eq!((&body["state"], scene.says()), (&json!("granted"), "pass".to_owned()));
    assert_eq!(scene.sign(&id, "chief").0, 409, "everybody has signed");
    let then = judgement(&scene.desk, &scene.detail, &scene.officer, &format!("&as_of={NOON}"));
    assert_eq!(outcome(&then, "approved"), "fail", "an hour ago one signature was missing");
    let ending = scene.desk.items("/v1/staff/renewals?days=300");
    assert_eq!((ending.len(), &ending[0]["until"]), (1, &json!("2019-12-31")), "good to the end of the year");
}

fn an_approval_by_word_waits_for_its_paperwork_and_a_job_looks_for_it(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let desk = &scene.desk;
    desk.run("PUT", &format!("/v1/staff/details/{}/facts", scene.detail), &json!({ "requested_at": NOON - 30 * HOUR }));
    let word = json!({ "role": "supervisor", "by": "the night's supervisor", "paperwork_due": NOON + 72 * HOUR });
    let id = scene.ask(&json!({ "by_word": word, "from": "2019-05-15" }));
    assert_eq!(scene.says(), "pass", "a word suffices for now");
    let missing = || {
        let audit = desk.items("/v1/staff/audit?limit=1000");
        audit.iter().filter(|entry| entry["action"] == "approval.paperwork_missing").count()
    };
    world.wait(71 * HOUR);
    do_jobs(&world);
    assert_eq!(missing(), 0);
    world.wait(2 * HOUR);
    do_jobs(&world);
    let body = desk.get(&format!("/v1/staff/approvals/{id}"));
    assert_eq!((missing(), scene.says(), &body["overdue"]), (1, "fail".to_owned(), &json!(true)));
    desk.run("POST", &format!("/v1/staff/approvals/{id}/paperwork"), &json!({ "documents": ["form 12"] }));
    scene.sign(&id, "chief");
    let (_, body) = scene.sign(&id, "city_administrator");
    assert_eq!((&body["state"], &body["overdue"], scene.says()), (&json!("granted"), &json!(false), "pass".to_owned()));
}

fn the_register_holds_what_was_given_and_nothing_that_is_not_public(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let desk = &scene.desk;
    let given = scene.ask(&json!({ "reference": "Minute book 7, page 12", "documents": ["a private letter"] }));
    scene.ask(&json!({ "kind": "outside_work", "statements": ["waits"] }));
    scene.sign(&given, "chief");
    scene.sign(&given, "city_administrator");
    let only = world.token(desk.agency, &"register:read".parse().unwrap(), None);
    let public = Desk { world: &world, agency: desk.agency, secret: only };
    let lines = public.items("/v1/staff/register");
    assert_eq!(
        lines,
        [json!({
            "officer": "Officer 17", "employer": "Gas company", "kind": "outside_work", "uniform": true, "weapon": true,
            "vehicle": false, "reference": "Minute book 7, page 12", "findings": ["no_disrepute"], "from": "2019-05-15",
            "until": "2019-12-31", "revoked": null,
        })]
    );
    let header = format!("Bearer {}", public.secret);
    let reply = world.call(Some(&header), "GET", "/v1/staff/register.csv", "");
    let detailbook_server::routes::staff::ReplyBody::Bytes(bytes) = reply.body else { panic!("a file") };
    let csv = String::from_utf8(bytes).unwrap();
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        "Officer 17,Gas company,outside_work,yes,yes,no,\"Minute book 7, page 12\",no_disrepute,2019-05-15,2019-12-31,"
    );
    assert!(!csv.contains("private") && !csv.contains(&scene.officer));
}

fn an_approval_that_was_taken_back_is_none(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let id = scene.ask(&json!({}));
    scene.sign(&id, "chief");
    scene.sign(&id, "city_administrator");
    assert_eq!(scene.says(), "pass");
    let path = format!("/v1/staff/approvals/{id}/revoke");
    scene.desk.run("POST", &path, &json!({ "reason": "The employer lost its licence." }));
    assert_eq!(scene.says(), "fail");
    assert_eq!(scene.desk.refusal("POST", &path, &json!({ "reason": "Again." })), "conflict");
    assert_eq!(scene.desk.items("/v1/staff/register")[0]["revoked"], "2019-05-15");
}

/// What an officer was warned of, in words.
fn warnings(scene: &Scene<'_>) -> Vec<String> {
    do_jobs(scene.desk.world);
    let all = scene.desk.items("/v1/staff/notices?limit=1000");
    let warned = |it: &&Value| {
        it["event"] == "limit_warning" && it["channel"] == "in_app" && it["party"]["id"] == scene.officer.as_str()
    };
    all.iter().filter(warned).map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

fn who_holds_a_detail_ahead_is_warned_when_its_approval_is_taken_back_or_refused(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let id = scene.ask(&json!({}));
    scene.sign(&id, "chief");
    scene.sign(&id, "city_administrator");
    scene.desk.order(&scene.detail, &scene.officer);
    assert_eq!(warnings(&scene), Vec::<String>::new(), "what was approved stands");
    world.wait(HOUR);
    let reason = json!({ "reason": "The employer lost its licence." });
    scene.desk.run("POST", &format!("/v1/staff/approvals/{id}/revoke"), &reason);
    let warned = warnings(&scene);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].contains("There is no approval") && warned[0].contains("approved"), "{warned:?}");
    assert_eq!(warnings(&scene).len(), 1, "once");
}

fn who_holds_a_detail_ahead_by_a_word_is_warned_when_its_paperwork_is_missing(home: &Home) {
    let world = World::on(home);
    let scene = scene(&world);
    let facts = format!("/v1/staff/details/{}/facts", scene.detail);
    scene.desk.run("PUT", &facts, &json!({ "requested_at": NOON - 30 * HOUR }));
    let soon =
        RULES.replace("version = 1", "version = 2").replace(r#"{ within = "72:00" }"#, r#"{ within = "12:00" }"#);
    set_rules(&scene.desk, &soon);
    let word = json!({ "role": "supervisor", "by": "the night's supervisor", "paperwork_due": NOON + 12 * HOUR });
    scene.ask(&json!({ "by_word": word, "from": "2019-05-15" }));
    scene.desk.order(&scene.detail, &scene.officer);
    world.wait(6 * HOUR);
    assert_eq!(warnings(&scene), Vec::<String>::new());
    world.wait(6 * HOUR + 1);
    let warned = warnings(&scene);
    assert!(warned.len() == 1 && warned[0].contains("paperwork was due"), "{warned:?}");
}

fn who_holds_a_detail_ahead_is_warned_of_a_new_rule_and_of_the_customers_papers(home: &Home) {
    let world = World::on(home);
    let scene = without_rules(&world);
    let other = scene.desk.make("/v1/staff/customers", &json!({ "record": { "name": "Water company" } }));
    scene.desk.order(&scene.detail, &scene.officer);
    set_rules(&scene.desk, RULES);
    let warned = warnings(&scene);
    assert!(warned.len() == 1 && warned[0].contains("There is no approval"), "a new rule: {warned:?}");
    let insured = r#"
name = "Town"
version = 2
effective_from = "2019-01-01"
zone = "America/New_York"

[[rule]]
id = "insured"
title = "The customer is insured"
severity = { award = "block" }
[rule.documents]
of = "customer"
needs = ["insurance"]
"#;
    let paper = |customer: &str, withdrawn: bool| {
        let record = json!({ "kind": "insurance", "number": "7", "from": "2019-01-01", "withdrawn": withdrawn });
        scene.desk.run("POST", &format!("/v1/staff/customers/{customer}/documents"), &record);
    };
    paper(&scene.customer, false);
    paper(&other, false);
    set_rules(&scene.desk, insured);
    assert_eq!(warnings(&scene).len(), 1, "the customer is insured");
    world.wait(HOUR);
    paper(&other, true);
    assert_eq!(warnings(&scene).len(), 1, "another's papers");
    paper(&scene.customer, true);
    let warned = warnings(&scene);
    assert!(warned.len() == 2 && warned.iter().any(|text| text.contains("insured")), "{warned:?}");
}
