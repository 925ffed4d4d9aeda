//! Details in the console: made, changed, put on offer, awarded, given by hand, ended.

use detailbook_core::ids::{CommandId, DetailId};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::{self, Decision, Wish};
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::audit::By;
use detailbook_server::jobs;
use detailbook_server::scheduling::{At, ToApply, apply};
use detailbook_server::store::{Sql, params, postings};
use serde_json::json;

use super::browser::{Browser, Seen};
use super::staff::{inside, while_somebody_writes};
use crate::rules::scene::{RULES, fresh, numbered, set_rules};
use crate::staff::phone::Phone;
use crate::staff::postings::draft;
use crate::staff::requests::world;
use crate::staff::world::{Desk, HOUR, World, detail};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_detail_is_made_estimated_awarded_and_explained,
    rows_and_estimates_keep_what_was_typed_and_write_nothing,
    what_cannot_be_is_refused_at_its_field,
    two_coordinators_do_not_overwrite_each_other_unseen,
    a_form_that_is_sent_twice_makes_one_detail,
    a_new_detail_that_the_window_refuses_is_not_made_at_all,
    what_the_rules_say_is_shown_before_a_place_is_given_and_passes_with_right_and_reason,
    an_officer_with_another_detail_gets_both_only_with_a_reason,
    a_person_chooses_before_the_window_closes_and_two_do_not_choose_over_each_other,
    an_officer_is_released_and_the_detail_given_up_and_posted_again,
    a_customer_cancels_at_the_sum_that_was_shown_and_at_no_other,
    a_detail_of_the_wrong_customer_is_put_right_and_found_by_who_hires,
    requirements_are_written_over_by_nobody_unseen,
    a_form_is_kept_as_a_template_and_another_is_made_from_it,
    the_list_is_filtered_sorted_parted_and_exported,
    the_calendar_shows_a_night_on_both_days,
    a_fence_that_cannot_be_is_refused_at_its_field,
    a_fence_is_what_stands_in_the_fields_and_nobody_moves_it_unseen,
    a_moved_corner_is_told_and_who_only_reads_sees_the_fence,
    an_estimate_is_worked_out_while_typing_and_keeps_nothing,
    correcting_a_detail_over_the_change_of_clocks_leaves_its_time,
    buttons_that_only_show_the_form_again_wait_for_nobody_who_writes,
    an_estimate_of_more_places_than_a_detail_may_have_is_refused,
    a_new_detail_that_is_open_to_all_passes_the_rules_with_right_and_reason,
    a_cancelled_detail_has_no_empty_places,
    the_longest_post_orders_are_taken_in_every_script,
    who_applied_and_how_it_was_awarded_are_exported,
    what_the_rules_say_is_of_the_place_that_was_applied_for,
    an_award_is_shown_as_it_was_kept_and_decided_again_for_whoever_asks,
    many_who_applied_are_shown_in_parts_and_all_may_be_chosen,
    of_very_many_who_may_be_chosen_some_are_listed_and_the_others_are_looked_for,
);

/// A form of a new detail on the evening of the day after tomorrow.
fn evening(site: &str) -> Vec<(&'static str, String)> {
    let fields = [
        ("site", site),
        ("title", "Parade"),
        ("job_type", "C"),
        ("starts", "2019-05-17T18:00"),
        ("ends", "2019-05-17T22:00"),
        ("counts_as", "PO"),
        ("post_orders", "Keep the corner clear."),
        ("place_name", "Corner"),
        ("place_rank", ""),
        ("place_kind", "officer"),
        ("offer", "window"),
        ("method", "seniority"),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

fn with(fields: Vec<(&'static str, String)>, name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> = fields.into_iter().filter(|(known, _)| *known != name).collect();
    fields.push((name, value.to_owned()));
    fields
}

fn send(browser: &mut Browser<'_>, path: &str, fields: &[(&'static str, String)]) -> Seen {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.send(path, path, &fields)
}

/// Sends the form of a page that was shown before.
fn post(browser: &mut Browser<'_>, shown: &Seen, path: &str, fields: &[(&'static str, String)]) -> Seen {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &shown.seal(path), &fields)
}

/// Makes a detail and gives its page's path.
fn make(browser: &mut Browser<'_>, fields: &[(&'static str, String)]) -> String {
    let seen = send(browser, "/console/details/new", fields);
    seen.leads().strip_suffix("?said=made").unwrap_or_else(|| panic!("{}", seen.leads())).to_owned()
}

fn wish(path: &str) -> Wish {
    Wish::Apply { detail: path.rsplit('/').next().unwrap().parse().unwrap(), position: None, read: None }
}

/// The hidden value of a field, in the form that goes to `action`.
fn hidden(seen: &Seen, action: &str, name: &str) -> String {
    let sent = format!("method=\"post\" action=\"{action}\"");
    let form = seen.text.split("<form ").find(|form| form.contains(&sent));
    let form = form.unwrap_or_else(|| panic!("no form for {action} in {}", seen.text));
    let value =
        form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name} in {form}"));
    value.split('"').next().unwrap().to_owned()
}

fn pass(world: &World, hours: i64) {
    world.wait(hours * HOUR);
    jobs::run_due(&world.app, world.app.now()).unwrap();
}

fn coordinator<'a>(world: &'a World, desk: &Desk<'_>) -> Browser<'a> {
    inside(world, desk.agency, "coordinator@example.org", StaffRole::Coordinator)
}

fn a_detail_is_made_estimated_awarded_and_explained(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let site = desk.site();
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let mut browser = coordinator(&world, &desk);
    let estimated = send(&mut browser, "/console/details/new", &with(evening(&site), "do", "estimate"));
    assert_eq!(estimated.status, 200);
    assert!(estimated.text.contains("<strong>264.00</strong>"), "four hours at 60 and a tenth: {}", estimated.text);
    let path = make(&mut browser, &evening(&site));
    let page = browser.show(&path).text;
    for said in [
        "Parade",
        "Fri 2019-05-17 18:00 \u{2013} 22:00",
        "Keep the corner clear.",
        "seniority v1",
        "on offer",
        "Circle of 150 m",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("<dd class=\"figures\">2019-05-16 18:00</dd>"), "it closes a day before: {page}");
    assert_eq!(phone.wish(&wish(&path)).decision, Decision::Accepted);
    assert!(browser.show(&path).text.contains("<span class=\"mark warn\">waits</span>"));
    pass(&world, 35);
    let mut browser = inside(&world, desk.agency, "later@example.org", StaffRole::Coordinator);
    let page = browser.show(&path).text;
    for said in ["fully staffed", "1 of 1", "seniority", "applied", "not yet"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(browser.show("/console/details").text.contains(&path));
    let id = path.rsplit('/').next().unwrap();
    let mut auditor = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    assert!(auditor.show(&format!("/console/audit?subject={id}")).text.contains("detail.post"));
    assert!(!auditor.show(&path).text.contains("/edit\""), "who may not change it is shown no way to");
}

fn an_award_is_shown_as_it_was_kept_and_decided_again_for_whoever_asks(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let path = make(&mut coordinator(&world, &desk), &evening(&desk.site()));
    assert_eq!(phone.wish(&wish(&path)).decision, Decision::Accepted);
    pass(&world, 35);
    let mut browser = inside(&world, desk.agency, "later@example.org", StaffRole::Coordinator);
    let (same, otherwise) = ("it comes out the same", "it comes out otherwise");
    let shown = browser.show(&path).text;
    assert!(!shown.contains(same) && shown.contains(&format!("{path}?again=1#award-1")), "{shown}");
    assert!(browser.show(&format!("{path}?again=1")).text.contains(same));
    // What was kept is what is shown, though it would not be decided so now.
    let (agency, id) = (desk.agency, path.rsplit('/').next().unwrap().parse::<DetailId>().unwrap());
    let kept = move |sql: &mut dyn Sql, _: &By<'_>| {
        let mut record = postings::awards(sql, agency, id)?.remove(0);
        "Told so at the time.".clone_into(&mut record.award.explanations[0].sentence);
        let text = "UPDATE awards SET body = $3 WHERE agency = $1 AND detail = $2";
        Ok(sql.execute(text, &params![agency, id, wire::encode(&record)])?)
    };
    assert_eq!(world.write(agency, kept).unwrap(), 1);
    let shown = browser.show(&path).text;
    assert!(shown.contains("Told so at the time.") && !shown.contains(otherwise), "{shown}");
    let again = browser.show(&format!("{path}?again=1")).text;
    assert!(again.contains(otherwise) && again.contains("Told so at the time."), "{again}");
}

fn rows_and_estimates_keep_what_was_typed_and_write_nothing(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let typed = with(evening(&desk.site()), "title", "Half \"typed\" <b>");
    let more = send(&mut browser, "/console/details/new", &with(typed.clone(), "do", "place"));
    assert_eq!(more.status, 200);
    assert_eq!(more.within("name=\"place_name\" value=\"", "\""), ["Corner", ""], "a row more");
    assert!(more.text.contains("value=\"Half &#34;typed&#34; &#60;b&#62;\""), "{}", more.text);
    // What is shown again is sent again with its own seal.
    let seal = more.seal("/console/details/new");
    let fields: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).chain([("do", "tier")]).collect();
    let tiers = browser.post("/console/details/new", &seal, &fields);
    assert!(tiers.text.contains("tier-name-1"), "{}", tiers.text);
    assert!(desk.items("/v1/staff/details").is_empty());
    let incomplete = send(&mut browser, "/console/details/new", &[("do", "estimate".to_owned())]);
    assert!(
        incomplete.text.contains("There is no estimate yet. The begin must be a day and time"),
        "{}",
        incomplete.text
    );
}

fn what_cannot_be_is_refused_at_its_field(home: &Home) {
    let world = world(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let (site, theirs) = (desk.site(), other.site());
    let mut browser = coordinator(&world, &desk);
    for (name, value, field) in [
        ("ends", "2019-05-17T18:00", "ends"),
        ("starts", "2019-03-10T02:30", "starts"),
        ("starts", "soon", "starts"),
        ("site", "", "site"),
        ("site", theirs.as_str(), "site"),
        ("title", " ", "title"),
        ("vehicles", "two", "vehicles"),
        ("method", "luck", "method"),
        ("closes", "2019-05-17T19:00", "closes"),
        ("acknowledge_hours", "x", "acknowledge_hours"),
        ("override_reason", "Because.", "override_reason"),
    ] {
        let seen = send(&mut browser, "/console/details/new", &with(evening(&site), name, value));
        assert_eq!(seen.status, 422, "{name}={value}: {}", seen.text);
        let shown = field == "override_reason" || seen.text.contains(&format!("id=\"e-{field}\""));
        assert!(shown, "{name}={value} is wrong at {field}: {}", seen.text);
    }
    let nameless = with(with(evening(&site), "place_name", ""), "place_rank", "PO");
    let seen = send(&mut browser, "/console/details/new", &nameless);
    assert!(seen.status == 422 && seen.text.contains("id=\"e-places\""), "{}", seen.text);
    assert!(desk.items("/v1/staff/details").is_empty(), "nothing was made");
}

fn two_coordinators_do_not_overwrite_each_other_unseen(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let id = desk.detail(&desk.site(), 50, 1);
    let path = format!("/console/details/{id}/edit");
    let mut one = inside(&world, desk.agency, "one@example.org", StaffRole::Coordinator);
    let mut two = inside(&world, desk.agency, "two@example.org", StaffRole::Coordinator);
    let edited = |seen: &Seen, title: &str| {
        let names = ["version", "place_id"].map(|name| (name, hidden(seen, &path, name)));
        let rest = [
            ("site", desk.get(&format!("/v1/staff/details/{id}"))["record"]["site"].as_str().unwrap().to_owned()),
            ("title", title.to_owned()),
            ("starts", "2019-05-17T14:00".to_owned()),
            ("ends", "2019-05-17T18:00".to_owned()),
            ("place_name", "Traffic 1".to_owned()),
        ];
        names.into_iter().chain(rest).collect::<Vec<_>>()
    };
    let post = |browser: &mut Browser<'_>, seen: &Seen, title: &str| {
        let fields = edited(seen, title);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&path, &seen.seal(&path), &fields)
    };
    let (first, second) = (one.show(&path), two.show(&path));
    assert!(post(&mut one, &first, "Bridge work").leads().ends_with("?said=changed"));
    let stale = post(&mut two, &second, "Tunnel work");
    assert_eq!(stale.status, 409);
    for said in ["What changed meanwhile", "Road work", "Bridge work", "value=\"Tunnel work\""] {
        assert!(stale.text.contains(said), "{said}: {}", stale.text);
    }
    let title = || desk.get(&format!("/v1/staff/details/{id}"))["record"]["title"].clone();
    assert_eq!(title(), json!("Bridge work"), "nothing was written over");
    // Having seen it, they may.
    assert_eq!(post(&mut two, &stale, "Tunnel work").status, 303);
    assert_eq!(title(), json!("Tunnel work"));
}

fn a_form_that_is_sent_twice_makes_one_detail(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let fields = evening(&desk.site());
    let mut browser = coordinator(&world, &desk);
    let seal = browser.show("/console/details/new").seal("/console/details/new");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post("/console/details/new", &seal, &fields).status, 303);
    let again = browser.post("/console/details/new", &seal, &fields);
    assert!(again.status == 409 && again.text.contains("This form was sent before"), "{}", again.text);
    assert_eq!(desk.items("/v1/staff/details").len(), 1);
}

fn a_new_detail_that_the_window_refuses_is_not_made_at_all(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let late = [("tier_name", "Outside"), ("tier_groups", "outside"), ("tier_opens", "2019-05-17T17:00")];
    let mut fields = evening(&desk.site());
    fields.extend(late.map(|(name, value)| (name, value.to_owned())));
    let seen = send(&mut browser, "/console/details/new", &fields);
    assert_eq!(seen.status, 422, "{}", seen.text);
    assert!(seen.text.contains("id=\"e-tiers\"") && seen.text.contains("value=\"Outside\""), "{}", seen.text);
    assert!(desk.items("/v1/staff/details").is_empty());
}

fn what_the_rules_say_is_shown_before_a_place_is_given_and_passes_with_right_and_reason(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let officer = numbered(&desk, "17");
    fresh(&desk, "stints", "employee_number,starts,ends\n17,2019-05-14 18:00,2019-05-15 08:00\n");
    let id = desk.detail(&desk.site(), 2, 1);
    let path = format!("/console/details/{id}/assign");
    let asked = format!("{path}?officer={officer}");
    let give = |browser: &mut Browser<'_>, more: &[(&str, &str)]| {
        let seen = browser.show(&asked);
        let version = hidden(&seen, &path, "version");
        let own =
            [("version", version.as_str()), ("officer", &officer), ("origin", "ordered"), ("reason", "Nobody else.")];
        let fields: Vec<_> = own.into_iter().chain(more.iter().copied()).collect();
        browser.post(&path, &seen.seal(&path), &fields)
    };
    let mut weak = coordinator(&world, &desk);
    let shown = weak.show(&asked);
    for said in ["<span class=\"mark bad\">blocks</span>", "Town v1, sixteen", "Your role may not let them pass."] {
        assert!(shown.text.contains(said), "{said}: {}", shown.text);
    }
    let refused = give(&mut weak, &[]);
    assert!(refused.status == 409 && refused.text.contains("Town v1, sixteen"), "{}", refused.text);
    assert_eq!(give(&mut weak, &[("override_reason", "A storm.")]).status, 422, "without the right");
    assert!(desk.items(&format!("/v1/staff/details/{id}/assignments")).is_empty());
    let mut bold = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    assert!(bold.show(&asked).text.contains("You may let them pass, with a reason."));
    assert_eq!(
        give(&mut bold, &[("override_reason", "A storm, and nobody else.")]).leads(),
        format!("/console/details/{id}?said=given")
    );
    let page = bold.show(&format!("/console/details/{id}")).text;
    for said in ["ordered in", "A storm, and nobody else.", "chief@example.org", "fully staffed"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

fn an_officer_with_another_detail_gets_both_only_with_a_reason(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (site, officer) = (desk.site(), desk.officer("Officer 1"));
    let (one, other) = (desk.detail(&site, 50, 1), desk.detail(&site, 51, 2));
    desk.order(&one, &officer);
    let path = format!("/console/details/{other}/assign");
    let mut browser = coordinator(&world, &desk);
    let asked = format!("{path}?officer={officer}");
    let give = |browser: &mut Browser<'_>, version: &str, overlap: &str| {
        let seal = browser.show(&asked).seal(&path);
        let fields = [
            ("version", version),
            ("officer", &officer),
            ("origin", "ordered"),
            ("reason", "Small."),
            ("overlap", overlap),
        ];
        browser.post(&path, &seal, &fields)
    };
    assert!(browser.show(&asked).text.contains("The officer has another detail at that time: Road work"));
    assert_eq!(give(&mut browser, "1", "").status, 409);
    assert_eq!(give(&mut browser, "1", "Next door.").status, 303);
    // Another place was given meanwhile: whoever still looks at the page as it was is told so.
    let second = desk.officer("Officer 2");
    let seal = browser.show(&format!("{path}?officer={second}")).seal(&path);
    let fields = [("version", "1"), ("officer", second.as_str()), ("origin", "ordered"), ("reason", "Small.")];
    let stale = browser.post(&path, &seal, &fields);
    assert!(stale.status == 409 && stale.text.contains("any rank, taken"), "{}", stale.text);
}

fn a_person_chooses_before_the_window_closes_and_two_do_not_choose_over_each_other(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officers = ["Officer 1", "Officer 2"].map(|name| desk.officer(name));
    let phones = [0, 1].map(|n: usize| Phone::enrol(&desk, &officers[n]));
    let mut one = inside(&world, desk.agency, "one@example.org", StaffRole::Coordinator);
    let mut two = inside(&world, desk.agency, "two@example.org", StaffRole::Coordinator);
    let path = make(&mut one, &with(evening(&desk.site()), "method", "manual"));
    for phone in &phones {
        assert_eq!(phone.wish(&wish(&path)).decision, Decision::Accepted);
    }
    let form = format!("{path}/choices");
    let choose = |browser: &mut Browser<'_>, seen: &Seen, officer: &str, reason: &str| {
        let (made_on, position) = (hidden(seen, &form, "made_on"), hidden(seen, &form, "position"));
        let fields = [("made_on", made_on.as_str()), ("position", &position), ("officer", officer), ("reason", reason)];
        browser.post(&form, &seen.seal(&form), &fields)
    };
    let (first, second) = (one.show(&form), two.show(&form));
    assert!(first.text.contains("Officer 2 (PO) (applied)"), "{}", first.text);
    let unsaid = choose(&mut one, &first, &officers[1], " ");
    assert!(unsaid.status == 409 && unsaid.text.contains("Say why for each choice"), "{}", unsaid.text);
    assert_eq!(choose(&mut one, &unsaid, &officers[1], "Knows the corner.").status, 303);
    let stale = choose(&mut two, &second, &officers[0], "Asked first.");
    assert!(stale.status == 409 && stale.text.contains("Officer 2 (PO): Knows the corner."), "{}", stale.text);
    pass(&world, 35);
    let mut one = inside(&world, desk.agency, "later@example.org", StaffRole::Coordinator);
    let page = one.show(&path).text;
    assert!(page.contains("Knows the corner."), "{page}");
    assert!(one.show(&format!("{path}?again=1")).text.contains("it comes out the same"));
    let held = desk.items(&format!("/v1/staff/details/{}/assignments", path.rsplit('/').next().unwrap()));
    assert_eq!(held[0]["record"]["officer"], json!(officers[1]));
}

fn an_officer_is_released_and_the_detail_given_up_and_posted_again(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let made = json!({ "record": detail(&desk.site(), 50, 1), "posting": draft("seniority", &["seniority"], 2) });
    let id = desk.make("/v1/staff/details", &made);
    let (path, mut browser) = (format!("/console/details/{id}"), coordinator(&world, &desk));
    let assignment = desk.order(&id, &officer);
    let release = format!("{path}/release/{assignment}");
    let seen = browser.show(&release);
    let version = hidden(&seen, &release, "version");
    let silent = browser.post(&release, &seen.seal(&release), &[("version", &version), ("reason", "")]);
    assert!(silent.status == 422 && silent.text.contains("id=\"e-reason\""), "{}", silent.text);
    let fields = [("version", version.as_str()), ("reason", "Needed in court."), ("relieve", "no")];
    assert_eq!(browser.post(&release, &silent.seal(&release), &fields).leads(), format!("{path}?said=released"));
    assert!(browser.show(&path).text.contains("Released: Officer 1 (PO) (Traffic 1, ordered in)."));
    let over = browser.show(&release);
    assert!(!over.text.contains(&format!("action=\"{release}\"")), "released before: the page has no such form");

    let give_up = format!("{path}/give-up");
    let seen = browser.show(&path);
    let version = hidden(&seen, &give_up, "version");
    assert_eq!(
        browser.post(&give_up, &seen.seal(&give_up), &[("version", "1"), ("reason", "Nobody.")]).status,
        409,
        "stale"
    );
    let seen = browser.show(&path);
    assert_eq!(
        browser.post(&give_up, &seen.seal(&give_up), &[("version", &version), ("reason", "Nobody.")]).status,
        303
    );
    let page = browser.show(&path);
    assert!(page.text.contains("given up") && page.text.contains("Put on offer again"), "{}", page.text);
    let posting = format!("{path}/posting");
    let seen = browser.show(&posting);
    let version = hidden(&seen, &posting, "version");
    let fields = [("version", version.as_str()), ("method", "first_come"), ("closes", "2019-05-16T12:00")];
    assert_eq!(browser.post(&posting, &seen.seal(&posting), &fields).leads(), format!("{path}?said=posted"));
    assert!(browser.show(&path).text.contains("first come v1"));
}

fn a_detail_of_the_wrong_customer_is_put_right_and_found_by_who_hires(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let new = |name: &str| desk.make("/v1/staff/customers", &json!({ "record": { "name": name } }));
    let (gas, water) = (new("Gas company"), new("Water company"));
    let site = desk.make("/v1/staff/sites", &json!({ "record": crate::staff::world::site(&gas) }));
    let id = desk.detail(&site, -8, 1);
    desk.order(&id, &desk.officer("Officer 1"));
    let mut browser = coordinator(&world, &desk);
    let path = format!("/console/details/{id}");
    let action = format!("{path}/customer");
    assert!(browser.show(&path).text.contains(&format!("<dd>Gas company <a href=\"{action}\">")));
    let stale = browser.show(&action);
    assert!(stale.text.contains("Gas company hires") && !stale.text.contains(&format!("value=\"{gas}\"")));
    desk.run(
        "PUT",
        &format!("/v1/staff/details/{id}"),
        &json!({ "version": 2, "record": as_posted(&desk, &id, &site) }),
    );
    let fields = [("version", "2"), ("customer", water.as_str()), ("reason", "They ordered it.")];
    let seen = browser.post(&action, &stale.seal(&action), &fields);
    assert!(seen.status == 409 && seen.text.contains("They ordered it."), "{}", seen.text);
    let fields = [("version", "3"), ("customer", ""), ("reason", "They ordered it.")];
    assert_eq!(browser.post(&action, &seen.seal(&action), &fields).status, 422);
    let fields = [("version", "3"), ("customer", water.as_str()), ("reason", "They ordered it.")];
    assert_eq!(browser.post(&action, &seen.seal(&action), &fields).leads(), format!("{path}?said=customer"));
    let lists = ["/console/details?from=2019-05-14&until=2019-05-16&customer=", "/console/timesheets?customer="];
    for list in lists {
        assert!(browser.show(&format!("{list}{water}")).text.contains("Road work"), "{list}");
        assert!(!browser.show(&format!("{list}{gas}")).text.contains("Road work"), "{list}");
    }
}

/// What a detail says, as it would be sent again.
fn as_posted(desk: &Desk<'_>, id: &str, site: &str) -> serde_json::Value {
    let position = desk.get(&format!("/v1/staff/details/{id}"))["record"]["positions"][0].clone();
    let mut draft = detail(site, -8, 1);
    draft["positions"] = json!([{ "id": position["id"], "name": position["name"] }]);
    draft
}

fn a_customer_cancels_at_the_sum_that_was_shown_and_at_no_other(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let id = desk.detail(&desk.site(), 24, 1);
    let (end, action) = (format!("/console/details/{id}/end"), format!("/console/details/{id}/customer-cancels"));
    let mut browser = coordinator(&world, &desk);
    let free = browser.show(&format!("{end}?rank=PO"));
    assert_eq!(hidden(&free, &action, "quoted"), "0", "{}", free.text);
    let fields = [("version", "1"), ("quoted", "0"), ("rank", "PO"), ("cancelled_by", "A. Customer"), ("why", "Rain.")];
    // Five minutes later it is less than a day before.
    world.wait(HOUR / 12);
    let late = browser.post(&action, &free.seal(&action), &fields);
    assert!(late.status == 409 && late.text.contains("It was quoted at 0.00."), "{}", late.text);
    let quoted = hidden(&late, &action, "quoted");
    assert_eq!(quoted, "13200", "two hours, and a tenth: {}", late.text);
    assert_eq!(desk.get(&format!("/v1/staff/details/{id}"))["record"]["state"], json!("open"));
    let fields = [
        ("version", "1"),
        ("quoted", quoted.as_str()),
        ("rank", "PO"),
        ("cancelled_by", "A. Customer"),
        ("why", "Rain."),
    ];
    assert!(browser.post(&action, &late.seal(&action), &fields).leads().ends_with("?said=cancelled"));
    assert_eq!(desk.get(&format!("/v1/staff/details/{id}"))["record"]["state"], json!("cancelled"));
    let other = desk.detail(&desk.site(), 60, 1);
    let page = format!("/console/details/{other}/end");
    let cancel = format!("/console/details/{other}/cancel");
    let stale = browser.send(&page, &cancel, &[("version", "7"), ("reason", "Rain.")]);
    assert_eq!(stale.status, 409, "{}", stale.text);
    assert_eq!(browser.post(&cancel, &stale.seal(&cancel), &[("version", "1"), ("reason", "Rain.")]).status, 303);
}

fn requirements_are_written_over_by_nobody_unseen(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let id = desk.detail(&desk.site(), 50, 1);
    let path = format!("/console/details/{id}/requirements");
    let mut browser = coordinator(&world, &desk);
    let facts = || desk.get(&format!("/v1/staff/details/{id}/facts"));
    let seen = browser.show(&path);
    assert_eq!(hidden(&seen, &path, "version"), "0");
    desk.run("PUT", &format!("/v1/staff/details/{id}/facts"), &json!({ "requires": ["K-9"], "tags": ["hotel"] }));
    let stale = browser.post(&path, &seen.seal(&path), &[("version", "0"), ("requires", "CPR")]);
    assert!(stale.status == 409 && stale.text.contains("<dd>K-9</dd>"), "{}", stale.text);
    assert_eq!(facts()["requires"], json!(["K-9"]));
    let fields = [("version", "1"), ("requires", "CPR, K-9"), ("alcohol", "yes"), ("attendees", "120")];
    assert_eq!(browser.post(&path, &stale.seal(&path), &fields).status, 303);
    assert_eq!((&facts()["requires"], &facts()["attendees"]), (&json!(["CPR", "K-9"]), &json!(120)));
    assert_eq!(facts()["alcohol"]["served"], json!(true));
    let page = browser.show(&format!("/console/details/{id}")).text;
    assert!(page.contains("<dd>CPR, K-9</dd>") && page.contains("<dd>served</dd>"), "{page}");
    let seal = browser.show(&path).seal(&path);
    let wrong = browser.post(&path, &seal, &[("version", "2"), ("attendees", "many")]);
    assert!(wrong.status == 422 && wrong.text.contains("id=\"e-attendees\""), "{}", wrong.text);
}

fn a_form_is_kept_as_a_template_and_another_is_made_from_it(home: &Home) {
    let world = world(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let mut browser = coordinator(&world, &desk);
    let keep = with(with(evening(&desk.site()), "do", "keep"), "template_name", "Friday's corner & more");
    assert_eq!(send(&mut browser, "/console/details/new", &keep).leads(), "/console/details/templates?said=kept");
    let taken = send(&mut browser, "/console/details/new", &keep);
    assert!(taken.status == 422 && taken.text.contains("id=\"e-template_name\""), "{}", taken.text);
    let list = browser.show("/console/details/templates");
    let from = list.within("<th scope=\"row\"><a href=\"", "\"").remove(0);
    let filled = browser.show(&from);
    for said in [
        "value=\"Parade\"",
        "value=\"Corner\"",
        "Keep the corner clear.",
        "name=\"starts\" type=\"datetime-local\" value=\"\"",
    ] {
        assert!(filled.text.contains(said), "{said}: {}", filled.text);
    }
    let mut stranger = inside(&world, other.agency, "a@example.org", StaffRole::Coordinator);
    assert_eq!(stranger.get(&from).status, 404);
    let path = make(&mut browser, &evening(&desk.site()));
    let like = browser.show(&format!("/console/details/new?like={}", path.rsplit('/').next().unwrap()));
    assert!(
        like.text.contains("value=\"Parade\"") && like.text.contains("name=\"place_id\" value=\"\""),
        "{}",
        like.text
    );
    let remove = "/console/details/templates/remove";
    let (name, kept_at) = ("Friday's corner & more", hidden(&list, remove, "kept_at"));
    let gone = browser.post(remove, &list.seal(remove), &[("name", name), ("kept_at", &kept_at)]);
    assert_eq!(gone.leads(), "/console/details/templates?said=taken_away");
    assert!(browser.show("/console/details/templates").text.contains("There are none."));
}

fn the_list_is_filtered_sorted_parted_and_exported(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (site, elsewhere) = (desk.site(), desk.site());
    for n in 0..55 {
        desk.detail(&site, 24 + n, 1);
    }
    let mut formula = detail(&elsewhere, 30, 3);
    formula["title"] = json!("=1+1");
    let id = desk.make("/v1/staff/details", &json!({ "record": formula }));
    desk.order(&id, &desk.officer("Officer 1"));
    let mut browser = coordinator(&world, &desk);
    let titles = |seen: &Seen| seen.within("<th scope=\"row\"><a href=\"/console/details/", "\"");
    let all = browser.show("/console/details?from=2019-05-15");
    assert!(all.text.contains("56 found, with 57 empty places.") && all.text.contains("Part 1 of 2"), "{}", all.text);
    assert_eq!(titles(&all).len(), 50);
    assert_eq!(titles(&browser.show("/console/details?from=2019-05-15&part=2")).len(), 6);
    assert_eq!(titles(&browser.show("/console/details?sort=empty"))[0], id);
    assert_eq!(titles(&browser.show(&format!("/console/details?site={elsewhere}"))), std::slice::from_ref(&id));
    assert_eq!(titles(&browser.show("/console/details?state=filled")), Vec::<String>::new());
    assert_eq!(titles(&browser.show("/console/details?from=2019-05-16&until=2019-05-16&empty=yes")).len(), 17);
    let first = titles(&browser.show("/console/details?sort=latest"))[0].clone();
    let begins = desk.get(&format!("/v1/staff/details/{first}"))["record"]["starts"].as_i64().unwrap();
    assert_eq!(begins, crate::staff::world::NOON + (24 + 54) * HOUR);
    let file = browser.show(&format!("/console/details.csv?site={elsewhere}")).text;
    assert!(file.lines().count() == 2 && file.contains(",'=1+1,Gas company,Main Street,D-1,3,2,"), "{file}");
    for wrong in ["from=x", "until=2019-05-01", "until=2021-01-01", "site=x", "unknown=1"] {
        assert!(browser.get(&format!("/console/details?{wrong}")).status >= 400, "{wrong}");
    }
}

fn the_calendar_shows_a_night_on_both_days(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    // From ten in the evening of the 15th to two in the morning.
    let id = desk.detail(&desk.site(), 14, 1);
    let mut browser = coordinator(&world, &desk);
    let month = browser.show("/console/details/calendar?day=2019-05-01");
    assert!(month.text.contains("Calendar: May 2019"), "{}", month.text);
    assert_eq!(month.within("<li class=\"day", "\"").len(), 35, "five whole weeks");
    for said in ["from 22:00", "until 02:00", "Wednesday, 15 May", "1 of 1 empty"] {
        assert!(month.text.contains(said), "{said}: {}", month.text);
    }
    let next = browser.show("/console/details/calendar?view=month&day=2019-06-01").text;
    assert!(!next.contains(&id), "not in the month after");
    let week = browser.show("/console/details/calendar?view=week&day=2019-05-15");
    assert_eq!(week.within("<li class=\"day", "\"").len(), 7);
    assert_eq!(week.within("/console/details/", "\"").iter().filter(|it| **it == id).count(), 2);
    assert_eq!(browser.get("/console/details/calendar?day=soon").status, 422);
}

fn site_fields(customer: &str, more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let common = [("customer", customer), ("name", "Square"), ("placement", "surveyed")];
    common.iter().chain(more).map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn a_fence_that_cannot_be_is_refused_at_its_field(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    let (new, mut browser) = ("/console/sites/new", coordinator(&world, &desk));
    let sent = |more: &[(&'static str, &str)]| site_fields(&customer, more);
    for (more, field) in [
        (vec![("latitude", "91"), ("longitude", "0"), ("radius", "150")], "e-latitude"),
        (vec![("latitude", "42"), ("longitude", ""), ("radius", "150")], "e-longitude"),
        (vec![("latitude", "42"), ("longitude", "0"), ("radius", "12")], "e-radius"),
        (vec![("outline", "42, 1\n42, 2")], "e-outline"),
        (vec![("outline", "here")], "e-outline"),
    ] {
        let seen = send(&mut browser, new, &sent(&more));
        assert!(seen.status == 422 && seen.text.contains(&format!("id=\"{field}\"")), "{field}: {}", seen.text);
    }
    assert!(desk.items("/v1/staff/sites").is_empty());
}

fn a_fence_is_what_stands_in_the_fields_and_nobody_moves_it_unseen(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    let (new, mut browser) = ("/console/sites/new", coordinator(&world, &desk));
    let sent = |more: &[(&'static str, &str)]| site_fields(&customer, more);
    let from_a_detail = browser.show("/console/sites/new?then=detail");
    assert_eq!(hidden(&from_a_detail, new, "then"), "detail");
    let circle = [("then", "detail"), ("latitude", "42.36"), ("longitude", "-71.05"), ("radius", "200")];
    let circle = send(&mut browser, new, &sent(&circle));
    let form = circle.leads().to_owned();
    let site = form.split("site=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let page = browser.show(&form);
    assert!(
        page.text.contains("Circle of 200 m around 42.36, -71.05") && page.text.contains("<detail-map"),
        "{}",
        page.text
    );
    let path = format!("/console/sites/{site}");
    let edit = format!("{path}/edit");
    let seen = browser.show(&path);
    assert_eq!(
        (hidden(&seen, &edit, "version"), hidden(&seen, &edit, "latitude\" type=\"text").as_str()),
        ("1".to_owned(), "42.3600000")
    );
    for drawn in ["<detail-map", "data-latitude=\"f-latitude\"", "data-outline=\"f-outline\""] {
        assert!(seen.text.contains(drawn), "{drawn}: {}", seen.text);
    }
    let outline = "42.36, -71.05\n42.361, -71.05\n42.361, -71.049";
    let polygon = sent(&[("version", "1"), ("outline", outline)]);
    assert_eq!(post(&mut browser, &seen, &edit, &polygon).leads(), format!("{path}?said=saved"));
    let fence = desk.get(&format!("/v1/staff/sites/{site}"))["record"]["fence"].clone();
    assert_eq!(fence["polygon"]["rings"][0][1], json!({ "latitude_e7": 423_610_000, "longitude_e7": -710_500_000 }));
    let stale = sent(&[("version", "1"), ("latitude", "1"), ("longitude", "1"), ("radius", "150")]);
    let shown = browser.show(&path);
    let stale = post(&mut browser, &shown, &edit, &stale);
    assert!(stale.status == 409 && stale.text.contains("Polygon of 3 corners: 42.3600000"), "{}", stale.text);
}

fn a_moved_corner_is_told_and_who_only_reads_sees_the_fence(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    let (new, mut browser) = ("/console/sites/new", coordinator(&world, &desk));
    let sent = |more: &[(&'static str, &str)]| site_fields(&customer, more);
    let outline = "42.36, -71.05\n42.361, -71.05\n42.361, -71.049";
    let made = send(&mut browser, new, &sent(&[("outline", outline)]));
    let path = made.leads().strip_suffix("?said=entered").unwrap().to_owned();
    let edit = format!("{path}/edit");
    let moved = outline.replace("-71.049", "-71.048");
    let (shown, moved) = (browser.show(&path), sent(&[("version", "1"), ("outline", &moved)]));
    post(&mut browser, &shown, &edit, &moved).leads();
    let (shown, again) = (browser.show(&path), sent(&[("version", "1"), ("outline", "nowhere")]));
    let stale = post(&mut browser, &shown, &edit, &again);
    assert!(stale.status == 422 && stale.text.contains("42.3610000, -71.0480000"), "{}", stale.text);
    // Who may only read sees it on a map, and changes nothing.
    let mut auditor = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    let seen = auditor.show(&path);
    assert!(seen.text.contains("<detail-map") && !seen.text.contains(&edit), "{}", seen.text);
}

fn an_estimate_is_worked_out_while_typing_and_keeps_nothing(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let page = browser.show("/console/details/new");
    assert!(
        page.text.contains("data-estimate=\"/console/details/estimate\"") && page.text.contains("/static/estimate-")
    );
    let typed =
        "starts=2019-05-17T18:00&ends=2019-05-17T22:00&job_type=C&counts_as=PO&names=Corner%0A%0ALead&ranks=%0A%0APO";
    let seen = browser.show(&format!("/console/details/estimate?{typed}"));
    assert!(seen.text.contains("<strong>528.00</strong>"), "two places, an empty row between them: {}", seen.text);
    assert!(!seen.text.contains("<html"), "a part of a page: {}", seen.text);
    let weekly = browser.show(&format!("/console/details/estimate?{typed}&repeats=weekly&days=FR%0ASA&count=3"));
    assert!(
        weekly.text.contains("<strong>1584.00</strong>") && weekly.text.contains("for 3 shifts"),
        "{}",
        weekly.text
    );
    let early = browser.show("/console/details/estimate?starts=2019-05-17T18:00");
    assert!(early.text.contains("There is no estimate yet. The end must be a day and time"), "{}", early.text);
    assert!(desk.items("/v1/staff/details").is_empty() && desk.items("/v1/staff/requests").is_empty());
    let mut auditor = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    assert_eq!(auditor.get(&format!("/console/details/estimate?{typed}")).status, 403);
}

/// In the night of the third of November the clocks show the hour from one to two twice.
fn correcting_a_detail_over_the_change_of_clocks_leaves_its_time(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let site = desk.site();
    let second_one_o_clock = at("2019-11-03T06:00:00Z");
    let mut record = detail(&site, 0, 1);
    (record["starts"], record["ends"]) = (json!(at("2019-11-03T00:00:00Z") + 31_500), json!(second_one_o_clock));
    let id = desk.make("/v1/staff/details", &json!({ "record": record }));
    let (path, mut browser) = (format!("/console/details/{id}/edit"), coordinator(&world, &desk));
    let send = |browser: &mut Browser<'_>, ends: Option<&str>| {
        let seen = browser.show(&path);
        let value =
            |name: &str| seen.within(&format!("name=\"{name}\" type=\""), ">")[0].split('"').nth(2).unwrap().to_owned();
        let shown = ["starts", "ends"].map(value);
        let (version, place) = (hidden(&seen, &path, "version"), hidden(&seen, &path, "place_id"));
        let fields = [
            ("version", version.as_str()),
            ("place_id", &place),
            ("place_name", "Traffic 1"),
            ("site", &site),
            ("title", "Parade"),
            ("starts", &shown[0]),
            ("ends", ends.unwrap_or(&shown[1])),
            ("post_orders", "Keep the corner clear."),
        ];
        browser.post(&path, &seen.seal(&path), &fields)
    };
    assert_eq!(send(&mut browser, None).status, 303);
    let after = desk.get(&format!("/v1/staff/details/{id}"))["record"].clone();
    assert_eq!(after["post_orders"], "Keep the corner clear.");
    assert_eq!((&after["starts"], &after["ends"]), (&record["starts"], &record["ends"]), "nobody touched its time");
    let page = browser.show(&format!("/console/details/{id}")).text;
    assert!(page.contains("2019-11-03 01:00 (-05:00)"), "{page}");
    let either = send(&mut browser, Some("2019-11-03T01:00"));
    assert_eq!(either.status, 422);
    assert!(either.text.contains("Write 2019-11-03T01:00-04:00 for the first time"), "{}", either.text);
    assert!(either.text.contains("name=\"ends\" type=\"text\""), "there is room for the offset: {}", either.text);
    assert_eq!(send(&mut browser, Some("2019-11-03T01:00-04:00")).status, 303);
    let after = desk.get(&format!("/v1/staff/details/{id}"))["record"]["ends"].clone();
    assert_eq!(after, json!(second_one_o_clock - HOUR));
}

fn at(text: &str) -> i64 {
    UnixMillis::from(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap()).as_millis()
}

fn buttons_that_only_show_the_form_again_wait_for_nobody_who_writes(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let typed = evening(&desk.site());
    let path = "/console/details/new";
    let page = browser.show(path);
    while_somebody_writes(&world, desk.agency, || {
        for button in ["estimate", "place", "tier"] {
            let fields = with(typed.clone(), "do", button);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(browser.post(path, &page.seal(path), &fields).status, 200, "{button}");
        }
    });
}

fn an_estimate_of_more_places_than_a_detail_may_have_is_refused(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let names = |count: usize| (1..=count).map(|n| n.to_string()).collect::<Vec<_>>().join("%0A");
    let ask = |count| {
        format!(
            "/console/details/estimate?job_type=C&starts=2019-05-17T18:00&ends=2019-05-17T22:00&counts_as=PO&names={}",
            names(count)
        )
    };
    assert!(browser.show(&ask(200)).text.contains("<strong>"));
    let many = browser.show(&ask(201)).text;
    assert!(many.contains("must be given for 200 places at most") && !many.contains("<strong>"), "{many}");
}

const CLOSED: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"
[[rule]]
id = "towing"
title = "No work for towing companies"
severity = { post = "block" }
when = { tags = ["towing"] }
[rule.forbidden]
"#;

fn a_new_detail_that_is_open_to_all_passes_the_rules_with_right_and_reason(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    set_rules(&desk, CLOSED);
    let open = with(evening(&desk.site()), "offer", "open");
    let mut bold = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let refused = send(&mut bold, "/console/details/new", &open);
    assert!(refused.status == 409 && refused.text.contains("Town v1, towing"), "{}", refused.text);
    let path = make(&mut bold, &with(open, "override_reason", "It is the gas company."));
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(desk.items(&format!("/v1/staff/details/{id}/overrides")).len(), 1);
}

fn a_cancelled_detail_has_no_empty_places(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let site = desk.site();
    let id = desk.detail(&site, 24, 3);
    desk.detail(&site, 25, 2);
    let mut browser = coordinator(&world, &desk);
    assert!(browser.show("/console/details").text.contains("5 empty places"));
    desk.run("POST", &format!("/v1/staff/details/{id}/cancel"), &json!({ "version": 1, "reason": "Rain." }));
    let list = browser.show("/console/details").text;
    assert!(list.contains("2 empty places"), "{list}");
}

const CREW: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"
ranks = ["PO", "SGT"]
[[rule]]
id = "ratio"
title = "A sergeant among two or more"
severity = { award = "block" }
[[rule.staffing.level]]
rank = "SGT"
from = 2
"#;

fn what_the_rules_say_is_of_the_place_that_was_applied_for(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    set_rules(&desk, CREW);
    let mut wanted = detail(&desk.site(), 50, 2);
    (wanted["positions"][0]["rank"], wanted["positions"][1]["rank"]) = (json!("SGT"), json!("PO"));
    let id =
        desk.make("/v1/staff/details", &json!({ "record": wanted, "posting": draft("seniority", &["seniority"], 2) }));
    let places = desk.get(&format!("/v1/staff/details/{id}"))["record"]["positions"].clone();
    let place = |which: usize| places[which]["id"].as_str().unwrap().to_owned();
    let officer = desk.officer("Ames");
    let position = Some(place(1).parse().unwrap());
    let wish = Wish::Apply { detail: id.parse().unwrap(), position, read: None };
    assert_eq!(Phone::enrol(&desk, &officer).wish(&wish).decision, Decision::Accepted);
    let mut browser = coordinator(&world, &desk);
    let path = format!("/console/details/{id}/assign?officer={officer}");
    let sergeants = browser.show(&format!("{path}&position={}", place(0))).text;
    assert!(sergeants.contains("<span class=\"mark bad\">blocks</span>"), "nobody would be the sergeant: {sergeants}");
    let applied_for = browser.show(&path).text;
    assert!(!applied_for.contains("<span class=\"mark bad\">blocks</span>"), "{applied_for}");
}

fn the_longest_post_orders_are_taken_in_every_script(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let site = desk.site();
    for letter in ["x", "\u{416}", "\u{5883}", "\u{1f6a7}"] {
        let orders = letter.repeat(10_000);
        let path = make(&mut browser, &with(evening(&site), "post_orders", &orders));
        assert!(browser.show(&path).text.contains(&orders), "{letter}");
        let longer =
            send(&mut browser, "/console/details/new", &with(evening(&site), "post_orders", &(orders + letter)));
        assert_eq!(longer.status, 422, "{letter}");
    }
}

fn who_applied_and_how_it_was_awarded_are_exported(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut one = coordinator(&world, &desk);
    let path = make(&mut one, &evening(&desk.site()));
    for name in ["Officer 1", "=Officer 2"] {
        let officer = desk.officer(name);
        assert_eq!(Phone::enrol(&desk, &officer).wish(&wish(&path)).decision, Decision::Accepted);
        world.wait(1);
    }
    let lines = |seen: Seen| seen.text.lines().map(str::to_owned).collect::<Vec<_>>();
    let before = lines(one.show(&format!("{path}/applications.csv")));
    assert_eq!(before[0], "employee_number,officer,for,state,received,why");
    assert!(before[1].contains(",Officer 1,any,waits,2019-05-") && before[2].contains(",'=Officer 2,any,waits,"));
    assert_eq!((before.len(), lines(one.show(&format!("{path}/awards.csv"))).len()), (3, 1));
    pass(&world, 35);
    let mut one = inside(&world, desk.agency, "later@example.org", StaffRole::Coordinator);
    let states = lines(one.show(&format!("{path}/applications.csv"))).join("\n");
    assert!(states.contains(",any,awarded,") && states.contains(",any,not awarded,"), "{states}");
    let awards = lines(one.show(&format!("{path}/awards.csv")));
    assert_eq!(awards[0], "decided,method,rank,of,employee_number,officer,outcome,compared,why,seed,commitment");
    assert_eq!(awards.len(), 3, "{awards:?}");
    for (line, rank) in awards[1..].iter().zip(["1", "2"]) {
        assert!(line.starts_with(&format!("2019-05-16 19:00,seniority v1,{rank},2,")), "{line}");
        let sealing: Vec<_> = line.rsplit(',').take(2).map(str::len).collect();
        assert_eq!(sealing, [64, 64], "commitment and seed: {line}");
    }
    assert!(awards[1].contains(",awarded,") && !awards[2].contains(",awarded,"), "{awards:?}");
    let page = one.show(&path).text;
    assert!(page.contains(&format!("{path}/applications.csv")) && page.contains(&format!("{path}/awards.csv")));
    looks_through_the_award(&mut one, &path, &awards[1..]);
    let mut stranger = inside(&world, world.agency(2).agency, "other@example.org", StaffRole::Coordinator);
    for file in ["applications.csv", "awards.csv", "awards"] {
        assert_eq!(stranger.get(&format!("{path}/{file}")).status, 404);
    }
}

/// Two were compared in it, and the first has the place.
fn looks_through_the_award(reader: &mut Browser<'_>, path: &str, all: &[String]) {
    let mut some = |query: &str| {
        let csv = reader.show(&format!("{path}/awards.csv?{query}")).text;
        csv.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        (some("award=1"), some("award=2"), some("find=OFFICER+2")),
        (all.to_vec(), vec![], vec![all[1].clone()])
    );
    assert_eq!((some("outcome=awarded"), some("outcome=not-ranked")), (vec![all[0].clone()], vec![]));
    let page = reader.show(&format!("{path}/awards?award=1&find=officer+2&sort=officer")).text;
    assert!(page.contains("1 found.") && page.contains("2 of 2") && !page.contains("1 of 2"), "{page}");
    assert!(page.contains(&format!("{path}/awards.csv?award=1&#38;find=officer%202&#38;sort=officer")), "{page}");
    let latest = reader.show(&format!("{path}/awards?outcome=not-ranked")).text;
    assert!(latest.contains("Nobody fits."), "{latest}");
    assert!(latest.contains(&format!("{path}/awards.csv?award=1&#38;outcome=not-ranked")), "what is shown: {latest}");
    assert_eq!(["2", "x"].map(|number| reader.get(&format!("{path}/awards?award={number}")).status), [404, 404]);
}

fn many_who_applied_are_shown_in_parts_and_all_may_be_chosen(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let officers: Vec<_> = (17..=67).map(|number| numbered(&desk, &number.to_string())).collect();
    fresh(&desk, "stints", "employee_number,starts,ends\n67,2019-05-16 20:00,2019-05-17 10:00\n");
    let mut posting = draft("manual", &["seniority"], 2);
    posting["method"]["fill"] = json!("by_choice");
    let id = desk.make("/v1/staff/details", &json!({ "record": detail(&desk.site(), 50, 1), "posting": posting }));
    for officer in &officers {
        let wish = Wish::Apply { detail: id.parse().unwrap(), position: None, read: None };
        let outcome = Phone::enrol(&desk, officer).wish(&wish);
        assert_eq!(outcome.decision, Decision::Accepted, "{}", outcome.reason);
        world.wait(1);
    }
    let (mut browser, path) = (coordinator(&world, &desk), format!("/console/details/{id}"));
    let given = |seen: &Seen| seen.within(&format!("<a href=\"{path}/assign?officer="), "\"");
    let first = browser.show(&path);
    assert!(first.text.contains("51 officers have applied.") && first.text.contains("Part 1 of 2"), "{}", first.text);
    assert!(first.text.contains(&format!("href=\"{path}?part=2#applications\"")), "{}", first.text);
    assert_eq!((given(&first), first.text.contains("1 in the way")), (officers[..50].to_vec(), false));
    let second = browser.show(&format!("{path}?part=2"));
    assert_eq!((given(&second), second.text.contains("1 in the way")), (officers[50..].to_vec(), true));
    let options = browser.show(&format!("{path}/choices")).within("<option value=\"", "</option>");
    let barred = |it: &&String| it.contains(", rules stand in the way");
    assert_eq!(options.iter().filter(|it| it.contains("(applied")).count(), 51);
    let barred: Vec<_> = options.iter().filter(barred).map(|it| it.split('"').next().unwrap()).collect();
    assert_eq!(barred, [officers[50].as_str()]);
}

fn all_apply(world: &World, desk: &Desk<'_>, detail: DetailId, officers: &[String]) {
    let officers = officers.to_vec();
    let applied = world.write(desk.agency, move |sql, by| {
        officers.iter().enumerate().try_for_each(|(nth, officer)| {
            let officer = officer.parse().unwrap();
            let at = At { agency: by.agency, officer, actor: "officer", now: by.now, read: i64::MAX };
            let (command, last_without) = (CommandId::from_bytes([nth as u8; 16]), by.now - Millis(1));
            let wish = ToApply { command, made_at: by.now, read: None, last_without, detail, position: None };
            assert_eq!(apply(sql, &at, &wish)?.decision, Decision::Accepted);
            Ok(())
        })
    });
    applied.unwrap();
}

fn of_very_many_who_may_be_chosen_some_are_listed_and_the_others_are_looked_for(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officers: Vec<_> = (1..=203).map(|number| desk.officer(&format!("Officer {number:03}"))).collect();
    let mut one = inside(&world, desk.agency, "one@example.org", StaffRole::Coordinator);
    let path = make(&mut one, &with(evening(&desk.site()), "method", "manual"));
    let detail: DetailId = path.rsplit('/').next().unwrap().parse().unwrap();
    all_apply(&world, &desk, detail, &officers);
    let form = format!("{path}/choices");
    let listed = |seen: &Seen| -> Vec<String> {
        let options = seen.within("<option value=\"", "</option>");
        options.iter().filter(|it| it.contains("(applied")).map(|it| it[..36].to_owned()).collect()
    };
    let first = one.show(&form);
    assert_eq!(listed(&first), officers[..200]);
    assert!(first.text.contains("200 of 203 officers who may be chosen are listed below"), "{}", first.text);
    let found = one.show(&format!("{form}?find=FICER+20"));
    assert_eq!(listed(&found), officers[199..], "by a part of the name");
    let (made_on, position) = (hidden(&found, &form, "made_on"), hidden(&found, &form, "position"));
    let fields = [("made_on", &*made_on), ("position", &position), ("officer", &officers[202]), ("reason", " ")];
    let unsaid = one.post(&form, &found.seal(&form), &fields);
    assert!(unsaid.status == 409 && listed(&unsaid).contains(&officers[202]), "what was about to be chosen is kept");
    assert!(unsaid.text.contains(&format!("value=\"{}\" selected", officers[202])), "{}", unsaid.text);
    let fields = [fields[0], fields[1], fields[2], ("reason", "Knows the corner.")];
    assert_eq!(one.post(&form, &unsaid.seal(&form), &fields).status, 303);
    let again = one.show(&form);
    assert_eq!(listed(&again).len(), 201, "who was chosen is always there");
    assert!(again.text.contains(&format!("value=\"{}\" selected", officers[202])), "{}", again.text);
}
