//! Windows that a person awards by choice, and details that the agency gives up.

use detailbook_core::records::RecordKind;
use detailbook_core::staffing::{AwardNotice, Posting};
use detailbook_core::wire::Wish;
use serde_json::{Value, json};

use super::postings::draft;
use super::world::{HOUR, World, detail};
use crate::relief::crew::{Crew, records};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_person_chooses_before_the_close_and_everybody_is_told_why_at_it,
    what_cannot_be_chosen_is_refused_and_the_field_is_named,
    a_detail_that_stays_short_is_given_up_and_the_customer_hears_of_it,
);

/// A detail of so many places whose window somebody awards by choice; everybody applied.
fn by_choice(world: &World, places: usize) -> Crew<'_> {
    let crew = Crew::idle(world, 2, 300);
    let mut posting = draft("manual", &["seniority"], 1);
    posting["method"]["fill"] = json!("by_choice");
    let body = json!({ "record": detail(&crew.site, 50, places), "posting": posting });
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &body), ..crew };
    for officer in [0, 1] {
        crew.accepted(officer, &Wish::Apply { detail: crew.detail_id(), position: None, read: None });
    }
    crew
}

fn path(crew: &Crew<'_>, end: &str) -> String {
    format!("/v1/staff/details/{}/{end}", crew.detail)
}

fn place(crew: &Crew<'_>, number: usize) -> Value {
    crew.desk.get(&format!("/v1/staff/details/{}", crew.detail))["record"]["positions"][number]["id"].clone()
}

fn choices(crew: &Crew<'_>, chosen: &[(usize, usize)]) -> Value {
    let choice = |(position, officer): &(usize, usize)| json!({ "position": place(crew, *position), "officer": crew.officers[*officer], "reason": "Knows the crossing." });
    json!({ "chosen_by": "Coordinator", "choices": chosen.iter().map(choice).collect::<Vec<_>>() })
}

fn a_person_chooses_before_the_close_and_everybody_is_told_why_at_it(home: &Home) {
    let world = World::on(home);
    let crew = by_choice(&world, 1);
    crew.desk.run("PUT", &path(&crew, "choices"), &choices(&crew, &[(0, 0)]));
    let second = crew.desk.run("PUT", &path(&crew, "choices"), &choices(&crew, &[(0, 1)]));
    assert_eq!(
        second["posting"]["window"]["choices"].as_array().unwrap().len(),
        1,
        "a second thought replaces the first"
    );
    let sealed = records::<Posting>(&crew.phones[0], RecordKind::Posting).into_values();
    assert!(sealed.into_iter().all(|posting| posting.window.choices.is_empty()), "phones learn of it at the close");
    crew.pass(HOUR);
    assert_eq!(crew.holder().0, 1, "the less senior was chosen");
    assert_eq!(crew.ledger(1), [("awarded".to_owned(), 240)]);
    let [lost, won] =
        [0, 1].map(|n| records::<AwardNotice>(&crew.phones[n], RecordKind::AwardNotice).into_values().next().unwrap());
    assert!(won.explanation.sentence.contains("Knows the crossing."), "{}", won.explanation.sentence);
    assert!(!lost.explanation.sentence.is_empty() && !lost.explanation.sentence.contains("Officer 2"));
    let award = &crew.desk.items(&path(&crew, "awards"))[0];
    assert_eq!(award["differences"], json!([]), "it comes out the same when it is decided again");
    assert_eq!(crew.desk.refusal("PUT", &path(&crew, "choices"), &choices(&crew, &[(0, 0)])), "conflict", "too late");
}

fn what_cannot_be_chosen_is_refused_and_the_field_is_named(home: &Home) {
    let world = World::on(home);
    let crew = by_choice(&world, 2);
    let mut stranger = choices(&crew, &[(0, 0)]);
    stranger["choices"][0]["officer"] = json!(crew.desk.officer("Officer 9"));
    let mut nowhere = choices(&crew, &[(0, 0)]);
    nowhere["choices"][0]["position"] = json!(crew.officers[0]);
    let mut unsaid = choices(&crew, &[(0, 0)]);
    unsaid["choices"][0]["reason"] = json!(" ");
    for (body, field) in [
        (stranger, "choices.officer"),
        (nowhere, "choices.position"),
        (unsaid, "choices.reason"),
        (choices(&crew, &[(0, 0), (0, 1)]), "choices.position"),
    ] {
        let (status, refused) = crew.desk.call("PUT", &path(&crew, "choices"), &body);
        assert_eq!(status, 422, "{body}");
        assert!(refused["reason"].as_str().unwrap().starts_with(&format!("{field}: ")), "{body}: {refused}");
    }
    let ranked = json!({ "record": detail(&crew.site, 70, 1), "posting": draft("seniority", &["seniority"], 1) });
    let ranked = format!("/v1/staff/details/{}/choices", crew.desk.make("/v1/staff/details", &ranked));
    assert_eq!(crew.desk.refusal("PUT", &ranked, &choices(&crew, &[])), "conflict", "by rank, as everybody was told");
    // Whoever takes the application back after that is not given the place.
    crew.desk.run("PUT", &path(&crew, "choices"), &choices(&crew, &[(0, 0)]));
    crew.accepted(0, &Wish::Withdraw { detail: crew.detail_id() });
    crew.pass(HOUR);
    assert_eq!(crew.holders(), []);
    let told = crew.words(&crew.staff[0], "window_thin");
    assert!(told.iter().any(|words| words.contains("Officer 1 could not be chosen.")), "{told:?}");
}

fn a_detail_that_stays_short_is_given_up_and_the_customer_hears_of_it(home: &Home) {
    let world = World::on(home);
    let crew = by_choice(&world, 2);
    crew.desk.run("PUT", &path(&crew, "choices"), &choices(&crew, &[(0, 0)]));
    crew.pass(HOUR);
    let given = crew.desk.run("POST", &path(&crew, "give_up"), &json!({ "reason": "A parade takes everybody." }));
    assert_eq!(given["stage"], "unfilled");
    let customer = crew.words(&crew.customer(), "replacement_missing");
    assert!(customer[0].contains("1 of 2 places stay empty.") && !customer[0].contains("parade"), "{customer:?}");
    let staff = crew.words(&crew.staff[1], "replacement_missing");
    assert!(staff[0].starts_with("Not filled: ") && staff[0].ends_with("A parade takes everybody."), "{staff:?}");
    assert_eq!(crew.holder().0, 0, "whoever has a place keeps it");
    assert_eq!(crew.desk.refusal("POST", &path(&crew, "give_up"), &json!({ "reason": "Again." })), "conflict");
    let (_, held) = crew.holder();
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/release"), &json!({ "reason": "No partner." }));
    assert_eq!(crew.desk.get(&format!("/v1/staff/assignments/{held}/relief")), Value::Null, "nobody is looked for");
    let again = json!({ "method": { "name": "lottery", "version": 1, "criteria": [] },
        "closes": world.app.now().as_millis() + HOUR });
    assert_eq!(crew.desk.run("POST", &path(&crew, "posting"), &again)["stage"], "posted");
}
