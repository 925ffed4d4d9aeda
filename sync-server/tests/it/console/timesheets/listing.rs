//! The queue.

use detailbook_core::documents::FactEntry;
use detailbook_core::evidence::Signature;
use detailbook_core::ids::{DocumentId, FactId};
use detailbook_core::shift::FactKind;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::store::timesheets::State;

use super::super::staff::inside;
use super::desk::{Office, at, fix, log, page, send};
use crate::staff::phone::Phone;
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    what_waits_is_listed_with_the_weightiest_first,
    the_list_is_filtered_parted_and_exported,
    one_goes_along_the_list_and_back,
    the_difference_from_the_schedule_is_shown_and_sorted_by,
    facts_after_the_ruling_bring_it_back,
    a_signature_that_comes_later_takes_its_flag_away,
    a_signature_that_does_not_fit_brings_a_ruling_back,
    facts_that_were_missing_take_the_flag_of_others_away,
    what_was_missing_and_comes_under_a_later_enrolment_takes_it_away_too,
    a_fence_that_is_drawn_anew_is_looked_at_again,
    no_agency_sees_anothers,
);

fn rows(text: &str) -> usize {
    text.matches("<tr data-row>").count()
}

fn what_waits_is_listed_with_the_weightiest_first(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let clean = office.worked(-20, 0);
    let far = office.worked(-12, 200_000);
    let none = office.held(-6);
    let ahead = office.held(6);
    let mut browser = office.coordinator("a@example.org");
    let seen = browser.show("/console/timesheets");
    let place = |id: &str| seen.text.find(&page(id)).unwrap_or_else(|| panic!("{id} in {}", seen.text));
    assert!(place(&far) < place(&none) && place(&none) < place(&clean), "flags come first, then age");
    assert!(!seen.text.contains(&page(&ahead)), "its time has not passed");
    let marked = |flag: &str| seen.text.contains(&format!("<span class=\"mark bad\">{flag}</span>"));
    assert!(marked("outside fence") && marked("no work") && !marked("double in"), "{}", seen.text);
    assert!(seen.text.contains("3 found."));
    let row = office.row(&clean);
    assert_eq!((row.worked, row.reviews, row.notices, row.state), (240, 0, 0, State::Open));
    assert_eq!(office.row(&far).flags, ["outside_fence"]);
    // Handed in before its end, it waits at once.
    office.phone.say(log(&ahead), FactKind::Submitted, world.app.now(), None);
    office.look();
    assert!(browser.show("/console/timesheets").text.contains(&page(&ahead)));
}

fn the_list_is_filtered_parted_and_exported(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (clean, far) = (office.worked(-20, 0), office.worked(-60, 200_000));
    let other = office.desk.order(&office.desk.detail(&office.site, -30, 1), &office.desk.officer("=Other"));
    let mut browser = office.coordinator("a@example.org");
    for (filter, wanted) in [
        ("", vec![&clean, &far, &other]),
        ("?flag=outside_fence", vec![&far]),
        ("?flag=none", vec![&clean]),
        ("?officer=able", vec![&clean, &far]),
        ("?officer=nobody", vec![]),
        ("?site=main", vec![&clean, &far, &other]),
        ("?site=elsewhere", vec![]),
        ("?customer=GAS&officer=other", vec![&other]),
        ("?from=2019-05-14", vec![&clean, &other]),
        ("?until=2019-05-13", vec![&far]),
        ("?state=ruled", vec![]),
        ("?state=all&sort=newest", vec![&clean, &far, &other]),
    ] {
        let seen = browser.show(&format!("/console/timesheets{filter}"));
        assert_eq!(rows(&seen.text), wanted.len(), "{filter}: {}", seen.text);
        assert!(wanted.iter().all(|id| seen.text.contains(&page(id))), "{filter}");
    }
    for (order, first, last) in [("newest", &clean, &far), ("oldest", &far, &clean), ("hours", &far, &other)] {
        let seen = browser.show(&format!("/console/timesheets?sort={order}"));
        assert!(seen.text.find(&page(first)) < seen.text.find(&page(last)), "{order}");
    }
    for wrong in ["state=odd", "from=yesterday"] {
        assert_eq!(browser.get(&format!("/console/timesheets?{wrong}")).status, 422, "{wrong}");
    }
    let file = browser.show("/console/timesheets.csv?sort=oldest").text;
    let lines: Vec<_> = file.lines().collect();
    assert_eq!(lines.len(), 4, "{file}");
    assert!(lines[1].starts_with(&far) && lines[1].contains("outside_fence") && lines[1].contains("4:00"), "{file}");
    assert!(file.contains("'=Other"), "no formula: {file}");
}

fn one_goes_along_the_list_and_back(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let ids: Vec<_> = [-50, -40, -30].map(|begins| office.held(begins)).to_vec();
    let mut browser = office.coordinator("a@example.org");
    let link = |text: &str, rel: &str| {
        let before = text.split(&format!("\" rel=\"{rel}\"")).next().filter(|before| before.len() < text.len())?;
        let tag = before.rsplit("<a href=\"").next()?;
        Some(tag.split('"').next()?.replace("&amp;", "&").replace("&#38;", "&"))
    };
    for order in ["oldest", "newest", "flags", "hours", "over", "short"] {
        let mut way: Vec<_> = ids.iter().map(|id| format!("{}?sort={order}", page(id))).collect();
        if order == "newest" {
            way.reverse();
        }
        for (place, here) in way.iter().enumerate() {
            let text = browser.show(here).text;
            assert_eq!(link(&text, "next"), way.get(place + 1).cloned(), "{order}");
            assert_eq!(link(&text, "prev"), place.checked_sub(1).map(|place| way[place].clone()), "{order}");
        }
    }
}

fn the_difference_from_the_schedule_is_shown_and_sorted_by(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (even, none, long) = (office.worked(-20, 0), office.held(-6), office.held(-40));
    office.phone.say_surely(log(&long), FactKind::In, at(-40), vec![fix(0)]);
    office.phone.say_surely(log(&long), FactKind::Out, at(-35), vec![fix(0)]);
    office.look();
    assert_eq!([&even, &none, &long].map(|id| office.row(id).beyond_schedule().0 / 60_000), [0, -240, 60]);
    let mut browser = office.coordinator("a@example.org");
    let list = browser.show("/console/timesheets").text;
    for (figure, words) in [
        ("0", "as scheduled"),
        ("+60", "60 minutes more than scheduled"),
        ("\u{2212}240", "240 minutes fewer than scheduled"),
    ] {
        let cell = format!("<span aria-hidden=\"true\">{figure}</span><span class=\"hidden\">{words}</span>");
        assert!(list.contains(&cell), "{cell}: {list}");
    }
    for (order, ids) in [("over", [&long, &even, &none]), ("short", [&none, &even, &long])] {
        let seen = browser.show(&format!("/console/timesheets?sort={order}")).text;
        let places = ids.map(|id| seen.find(&page(id)).unwrap());
        assert!(places.is_sorted(), "{order}: {places:?}");
        // The same way goes from one to the next.
        let next = browser.show(&format!("{}?sort={order}", page(ids[0]))).text;
        let before = next.split("\" rel=\"next\"").next().unwrap();
        assert!(before.rsplit("<a href=\"").next().unwrap().starts_with(&page(ids[1])), "{order}");
    }
    let file = browser.show("/console/timesheets.csv?sort=over").text;
    let ends: Vec<_> = file.lines().map(|line| line.rsplitn(3, ',').take(2).collect::<Vec<_>>()).collect();
    assert_eq!(ends, [["minutes_short", "minutes_over"], ["", "60"], ["", ""], ["240", ""]], "{file}");
}

fn facts_after_the_ruling_bring_it_back(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    send(&mut browser, &shown, &id, "approve", &[]).leads();
    assert_eq!(office.state(&id), State::Ruled);
    assert_eq!(rows(&browser.show("/console/timesheets?state=ruled").text), 1);
    world.wait(60_000);
    // A note changes no hours; a punch that came late does.
    office.phone.say(log(&id), FactKind::Note, world.app.now(), Some(super::desk::words("Quiet.")));
    office.look();
    assert_eq!(office.state(&id), State::Ruled);
    office.phone.say_surely(log(&id), FactKind::In, at(-11), vec![]);
    office.look();
    assert_eq!(office.state(&id), State::Changed);
    assert!(browser.show("/console/timesheets?state=changed").text.contains(&page(&id)));
    let seen = browser.show(&page(&id));
    assert!(
        seen.text.contains("The ruling and what came after it") && seen.text.contains("Double in"),
        "{}",
        seen.text
    );
    let shown = browser.show(&page(&id));
    send(&mut browser, &shown, &id, "approve", &[]).leads();
    assert_eq!((office.state(&id), office.rulings(&id).len()), (State::Ruled, 2));
}

/// A shift whose out was brought without its signature, which is given.
fn worked_unsigned(office: &Office<'_>) -> (String, FactId, Signature) {
    let id = office.held(-12);
    office.phone.say_surely(log(&id), FactKind::In, at(-12), vec![fix(0)]);
    let mut out = office.phone.write_surely(log(&id), FactKind::Out, at(-8), vec![fix(0)]);
    let signature = out.signature.take().unwrap();
    office.phone.bring(log(&id), &out);
    office.look();
    assert_eq!(office.row(&id).flags, ["unsigned"]);
    (id, out.id, signature)
}

fn a_signature_that_comes_later_takes_its_flag_away(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (id, out, signature) = worked_unsigned(&office);
    world.wait(60_000);
    office.phone.sign(log(&id), out, signature);
    office.look();
    assert_eq!((office.row(&id).flags.len(), office.row(&id).notices), (0, 0));
    let seen = office.coordinator("a@example.org").show("/console/timesheets").text;
    assert!(seen.contains("name=\"sheet\""), "it may be approved with the others: {seen}");
}

fn a_signature_that_does_not_fit_brings_a_ruling_back(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (id, out, _) = worked_unsigned(&office);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    send(&mut browser, &shown, &id, "approve", &[]).leads();
    world.wait(60_000);
    office.phone.sign(log(&id), out, [1; 64]);
    office.look();
    assert_eq!((office.state(&id), office.row(&id).flags), (State::Changed, vec!["broken_signature".to_owned()]));
}

fn facts_that_were_missing_take_the_flag_of_others_away(home: &Home) {
    what_was_missing_comes(home, |office, log, between| office.phone.bring(log, between));
}

fn what_was_missing_and_comes_under_a_later_enrolment_takes_it_away_too(home: &Home) {
    what_was_missing_comes(home, |office, log, between| {
        Phone::enrol(&office.desk, &office.officer).bring(log, between);
    });
}

/// A fact is missing between two that came, and then is brought.
fn what_was_missing_comes(home: &Home, bring: impl Fn(&Office<'_>, DocumentId, &FactEntry)) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (id, next) = (office.held(-12), office.held(-6));
    office.phone.say_surely(log(&id), FactKind::In, at(-12), vec![fix(0)]);
    let between = office.phone.write_surely(log(&next), FactKind::OrdersRead, at(-9), vec![]);
    office.phone.say_surely(log(&id), FactKind::Out, at(-8), vec![fix(0)]);
    office.look();
    assert_eq!(office.row(&id).flags, ["missing_facts"]);
    bring(&office, log(&next), &between);
    office.look();
    assert_eq!(office.row(&id).flags, Vec::<String>::new());
}

fn a_fence_that_is_drawn_anew_is_looked_at_again(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (id, ruled) = (office.worked(-12, 20_000), office.worked(-40, 0));
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&ruled));
    send(&mut browser, &shown, &ruled, "approve", &[]).leads();
    let draw = |radius: u32| {
        let path = format!("/v1/staff/sites/{}", office.site);
        let (mut record, version) = (office.desk.get(&path)["record"].clone(), office.desk.version(&path));
        record.as_object_mut().unwrap().remove("id");
        record["fence"]["circle"]["radius_m"] = radius.into();
        office.desk.run("PUT", &path, &serde_json::json!({ "version": version, "record": record }));
        office.look();
    };
    assert_eq!(office.row(&id).flags, ["outside_fence"]);
    draw(500);
    assert_eq!(office.row(&id).flags, Vec::<String>::new());
    draw(150);
    assert_eq!((office.row(&id).flags.len(), office.state(&ruled)), (1, State::Ruled));
}

fn no_agency_sees_anothers(home: &Home) {
    let world = World::on(home);
    let (office, other) = (Office::open(&world, 1), Office::open(&world, 2));
    let id = office.worked(-12, 0);
    let mut stranger = inside(&world, other.desk.agency, "a@example.org", StaffRole::Administrator);
    assert_eq!(stranger.get(&page(&id)).status, 404);
    for list in ["/console/timesheets?state=all", "/console/timesheets.csv?state=all"] {
        assert!(!stranger.show(list).text.contains(&id), "{list}");
    }
    // A form of theirs with another agency's timesheet in it approves nothing.
    other.worked(-12, 0);
    let tick = format!("{id}.{}", office.row(&id).basis.unwrap());
    let action = "/console/timesheets/approve";
    let seen = stranger.send("/console/timesheets", action, &[("sheet", &tick)]);
    assert!(seen.text.contains("There is no such timesheet."), "{}", seen.text);
    assert_eq!(office.rulings(&id).len(), 0);
}
