//! What comes in: again and again, dated both ways, all or nothing.

use std::cell::Cell;

use detailbook_core::policy::Feed;
use detailbook_core::time::{Interval, UnixMillis};
use detailbook_server::personnel::batch::MOST_MIB;
use detailbook_server::personnel::import::{carry_out, import_with, plan};
use detailbook_server::personnel::{Batch, Kind};
use detailbook_server::problem::Problem;
use serde_json::{Value, json};

use super::scene::{counts, do_jobs, duty, fresh, import, known, numbered, send};
use crate::staff::world::{HOUR, NOON, World};
use crate::store::counting::Counting;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    the_same_file_twice_changes_nothing_and_a_changed_line_closes_what_was_known,
    a_file_that_covers_a_time_closes_what_it_no_longer_names,
    every_bad_line_is_named_with_its_reason_before_anything_is_written,
    a_shift_that_goes_to_another_officer_leaves_the_first,
    rows_of_json_are_read_as_lines_of_a_file_are,
    a_promotion_reaches_the_officers_record_on_its_day_and_not_before,
    feeds_are_as_fresh_as_they_were_read,
    what_ends_soon_is_listed,
    two_pieces_of_equipment_of_one_kind_and_day_are_two,
    rows_are_written_many_at_a_time_and_each_as_if_alone,
    a_plan_that_another_import_overtakes_is_made_anew_and_nobody_waits_for_it,
    what_another_import_writes_meanwhile_in_the_time_that_a_file_covers_does_not_outlive_it,
    a_file_that_is_too_large_is_refused_with_a_sentence,
);

fn two_pieces_of_equipment_of_one_kind_and_day_are_two(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let file = "employee_number,key,kind,from\n17,radio 4,radio,2019-01-01\n17,radio 9,radio,2019-01-01\n";
    assert_eq!(counts(&import(&desk, "documents", file, &json!({}))), [2, 0, 0, 0]);
    assert_eq!(counts(&import(&desk, "documents", file, &json!({}))), [0, 0, 2, 0]);
    assert_eq!(known(&desk, &officer, "documents", None).len(), 2);
    let (status, _) =
        send(&desk, "documents", "employee_number,kind,from\n17,rifle,2019-01-01\n17,rifle,2019-01-01\n", &json!({}));
    assert_eq!(status, 422, "without a key of their own they cannot be told apart");
}

fn rows_are_written_many_at_a_time_and_each_as_if_alone(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let file = |shifts: std::ops::Range<i64>, hours: i64| {
        let clock = |hour: i64| UnixMillis::new(NOON + hour * HOUR).to_utc().format("%Y-%m-%dT%H:%M+00:00").to_string();
        let line = |n: i64| format!("17,s{n},{},{}\n", clock(24 * n), clock(24 * n + hours));
        format!("employee_number,key,starts,ends\n{}", shifts.map(line).collect::<String>())
    };
    let take = |csv: String| {
        let batch = Batch::of_csv(Kind::Stints, Some(Feed::OnDuty), csv);
        let taken = world.write(desk.agency, move |sql, by| {
            let statements = Cell::new(0);
            let imported = detailbook_server::personnel::import(&mut Counting::of(sql, &statements), by, &batch)?;
            Ok((imported, statements.get()))
        });
        world.wait(HOUR);
        taken.unwrap()
    };
    let (first, statements) = take(file(0..1_203, 8));
    assert_eq!((first.new, first.changed), (1_203, 0));
    assert!(statements < 60, "{statements} for 1,203 rows");
    let (second, statements) = take(file(600..1_300, 9));
    assert_eq!((second.new, second.changed, second.unchanged), (97, 603, 0));
    assert!(statements < 60, "{statements} for 700 rows");
    let lengths = |as_of: Option<i64>| {
        let all = known(&desk, &officer, "stints", as_of);
        let length = |when: &Value| when["end"].as_i64().unwrap() - when["start"].as_i64().unwrap();
        let long = all.iter().filter(|it| length(&it["says"]["when"]) == 9 * HOUR).count();
        (all.len(), long)
    };
    assert_eq!((lengths(None), lengths(Some(NOON))), ((1_300, 700), (1_203, 0)), "the past stays as it was known");
}

fn a_plan_that_another_import_overtakes_is_made_anew_and_nobody_waits_for_it(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let file = |until: u8| format!("employee_number,key,starts,ends\n17,a,2019-05-15 08:00,2019-05-15 {until:02}:00\n");
    import(&desk, "stints", &file(16), &json!({}));
    let batch = Batch::of_csv(Kind::Stints, Some(Feed::OnDuty), file(20));
    let (agency, plans) = (desk.agency, Cell::new(0));
    let done = import_with::<Problem>(&world.app.store, agency, world.app.now(), &batch, |planned| {
        plans.set(plans.get() + 1);
        if plans.get() == 1 {
            // While the first plan waits, the agency's lock is free, and somebody else writes the same shift.
            import(&desk, "stints", &file(18), &json!({}));
        }
        world.write(agency, move |sql, by| carry_out(sql, by, &planned))
    });
    let done = done.unwrap();
    assert_eq!((plans.get(), done.written, done.changed), (2, true, 1));
    let says = &known(&desk, &officer, "stints", None)[0]["says"]["when"];
    assert_eq!(says["end"].as_i64().unwrap() - says["start"].as_i64().unwrap(), 12 * HOUR, "the last word stands");
    let overtaken = import_with::<Problem>(
        &world.app.store,
        agency,
        world.app.now(),
        &Batch { csv: Some(file(21)), ..batch },
        |_| Ok(None),
    );
    assert_eq!(overtaken.unwrap_err().body().code, "conflict");
}

fn what_another_import_writes_meanwhile_in_the_time_that_a_file_covers_does_not_outlive_it(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let file = |key: &str, day: u8| {
        format!("employee_number,key,starts,ends\n17,{key},2019-05-{day} 08:00,2019-05-{day} 16:00\n")
    };
    import(&desk, "stints", &file("a", 15), &json!({}));
    let day = Interval { start: UnixMillis::new(NOON - 12 * HOUR), end: UnixMillis::new(NOON + 12 * HOUR) };
    let newer = Batch { covers: Some(day), ..Batch::of_csv(Kind::Stints, Some(Feed::OnDuty), file("a", 15)) };
    let (agency, plans) = (desk.agency, Cell::new(0));
    let done = import_with::<Problem>(&world.app.store, agency, world.app.now(), &newer, |planned| {
        plans.set(plans.get() + 1);
        if plans.get() == 1 {
            // An older file that was on its way, and one of a time that the newer does not speak of.
            import(&desk, "stints", &file("b", 15), &json!({}));
            import(&desk, "stints", &file("c", 17), &json!({}));
        }
        world.write(agency, move |sql, by| carry_out(sql, by, &planned))
    });
    let done = done.unwrap();
    assert_eq!((plans.get(), done.written, done.unchanged, done.gone), (2, true, 1, 1));
    assert_eq!(
        known(&desk, &officer, "stints", None).len(),
        2,
        "the shift that the newer file names, and the other day's"
    );
}

fn a_file_that_is_too_large_is_refused_with_a_sentence(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let csv = format!("employee_number,starts,ends\n{}", " ".repeat(MOST_MIB << 20));
    let (agency, now) = (desk.agency, world.app.now());
    let batch = Batch::of_csv(Kind::Stints, Some(Feed::OnDuty), csv);
    let refused = world.app.store.read(|sql| plan(sql, agency, now, batch.clone())).unwrap_err();
    assert_eq!(refused.reason, "csv: is larger than 32 MiB: part it into several files");
}

fn the_same_file_twice_changes_nothing_and_a_changed_line_closes_what_was_known(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let file = "employee_number,key,starts,ends\n17,a,2019-05-15 08:00,2019-05-15 16:00\n17,b,2019-05-16 08:00,2019-05-16 16:00\n";
    assert_eq!(counts(&import(&desk, "stints", file, &json!({}))), [2, 0, 0, 0]);
    let before = known(&desk, &officer, "stints", None);
    assert_eq!(counts(&import(&desk, "stints", file, &json!({}))), [0, 0, 2, 0]);
    assert_eq!(known(&desk, &officer, "stints", None), before);

    world.wait(HOUR);
    let longer = file.replace("2019-05-16 16:00", "2019-05-16 20:00");
    assert_eq!(counts(&import(&desk, "stints", &longer, &json!({}))), [0, 1, 1, 0]);
    let now = known(&desk, &officer, "stints", None);
    assert_eq!(now.len(), 2);
    let (was, is) = (&before[1]["says"]["when"], &now[1]["says"]["when"]);
    assert_eq!(is["end"].as_i64().unwrap() - was["end"].as_i64().unwrap(), 4 * HOUR);
    assert_eq!(known(&desk, &officer, "stints", Some(NOON)), before, "as it was known an hour ago");
    assert_eq!(known(&desk, &officer, "stints", Some(NOON - 1)), Vec::<Value>::new(), "before anything was known");
}

fn a_file_that_covers_a_time_closes_what_it_no_longer_names(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let line = |day: u8| format!("17,2019-05-{day} 08:00,2019-05-{day} 16:00\n");
    let file =
        |days: &[u8]| format!("employee_number,starts,ends\n{}", days.iter().map(|day| line(*day)).collect::<String>());
    import(&desk, "stints", &file(&[14, 16, 17, 20]), &json!({}));
    let covers = json!({ "covers": { "start": NOON, "end": NOON + 72 * HOUR } });
    assert_eq!(counts(&import(&desk, "stints", &file(&[17]), &covers)), [0, 0, 1, 1]);
    let left: Vec<_> = known(&desk, &officer, "stints", None).iter().map(|it| it["key"].clone()).collect();
    assert_eq!(left, ["17 2019-05-14T08:00", "17 2019-05-17T08:00", "17 2019-05-20T08:00"], "the 16th is gone");
    let statuses = "employee_number,code,from\n17,probation,2018-01-01\n";
    import(&desk, "statuses", statuses, &json!({}));
    let none = "employee_number,code,from\n";
    assert_eq!(
        counts(&import(&desk, "statuses", none, &covers)),
        [0, 0, 0, 1],
        "what lasts is named as long as it lasts"
    );
}

/// One good line and seven that are not.
const BAD: &str = "employee_number,starts,ends\n\
        17,2019-05-15 08:00,2019-05-15 16:00\n\
        18,2019-05-15 08:00,2019-05-15 16:00\n\
        17,2019-03-10 02:30,2019-03-10 10:00\n\
        17,2019-05-15 16:00,2019-05-15 08:00\n\
        17,2019-05-15 08:00,2019-05-15 16:00\n\
        17,yesterday,2019-05-15 16:00\n\
        17,2019-05-16 08:00\n\
        ,2019-05-16 08:00,2019-05-16 09:00\n";

/// What is wrong with them.
const WRONG: [(u64, &str); 7] = [
    (3, "no officer has employee number \"18\""),
    (4, "starts 2019-03-10 02:30 does not exist: the clocks went forward over it"),
    (5, "ends 2019-05-15 08:00 is not after starts 2019-05-15 16:00"),
    (6, "line 2 has the key \"17 2019-05-15T08:00\" too"),
    (7, "starts \"yesterday\" is not a time such as 2025-03-08 23:50"),
    (8, "2 fields where the header has 3"),
    (9, "employee_number is empty"),
];

fn every_bad_line_is_named_with_its_reason_before_anything_is_written(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let reasons = |answer: &Value| -> Vec<(u64, String)> {
        let rejected = answer["rejected"].as_array().unwrap();
        rejected.iter().map(|it| (it["line"].as_u64().unwrap(), it["reason"].as_str().unwrap().to_owned())).collect()
    };
    let wanted: Vec<_> = WRONG.map(|(line, reason)| (line, reason.to_owned())).to_vec();
    for preview in [true, false] {
        let (status, answer) = send(&desk, "stints", BAD, &json!({ "preview": preview }));
        assert_eq!((status, &answer["written"]), (if preview { 200 } else { 422 }, &json!(false)));
        assert_eq!(reasons(&answer), wanted);
        assert!(known(&desk, &officer, "stints", None).is_empty());
    }
    let taken = import(
        &desk,
        "stints",
        BAD,
        &json!({ "take_the_rest": true, "read_at": NOON, "covers": { "start": 0, "end": NOON } }),
    );
    assert_eq!((counts(&taken), reasons(&taken).len()), ([1, 0, 0, 0], 7));
    let feeds = desk.items("/v1/staff/personnel/feeds");
    assert!(!feeds.iter().any(|feed| feed["feed"] == "on_duty"), "a file with bad lines makes nothing fresh");
    for (csv, why) in [
        ("", "csv: the file is empty"),
        ("employee_number,starts\n", "csv: line 1: the header lacks ends"),
        ("employee_number,starts,ends,mood\n", "csv: line 1: \"mood\" is not a column of stints"),
    ] {
        let (status, refused) = send(&desk, "stints", csv, &json!({}));
        assert!(status == 422 && refused["reason"].as_str().unwrap().starts_with(why), "{refused}");
    }
}

fn a_shift_that_goes_to_another_officer_leaves_the_first(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (first, second) = (numbered(&desk, "17"), numbered(&desk, "18"));
    let file = "employee_number,key,starts,ends\n17,shift 4711,2019-05-15 08:00,2019-05-15 16:00\n";
    import(&desk, "stints", file, &json!({}));
    assert_eq!(counts(&import(&desk, "stints", &file.replace("17,", "18,"), &json!({}))), [0, 1, 0, 0]);
    assert_eq!(known(&desk, &first, "stints", None).len(), 0);
    assert_eq!(known(&desk, &second, "stints", None).len(), 1);
}

fn rows_of_json_are_read_as_lines_of_a_file_are(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let rows = json!([
        { "employee_number": 17, "kind": "first_aid", "from": "2019-01-01", "until": "2019-06-01" },
        { "employee_number": "17", "kind": "rifle", "from": "2019-06-02", "until": "2019-06-01" },
        { "employee_number": "17", "mood": "good" },
    ]);
    let body = json!({ "kind": "documents", "rows": rows, "take_the_rest": true });
    let answer = desk.run("POST", "/v1/staff/personnel", &body);
    let lines: Vec<_> = answer["rejected"].as_array().unwrap().iter().map(|it| it["line"].as_u64().unwrap()).collect();
    assert_eq!((counts(&answer), lines), ([1, 0, 0, 0], vec![2, 3]));
    assert_eq!(known(&desk, &officer, "documents", None)[0]["says"]["kind"], "first_aid");
}

fn a_promotion_reaches_the_officers_record_on_its_day_and_not_before(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let file = "employee_number,rank,from,cents_per_hour\n17,PO,2010-01-01,5000\n17,sergeant,2019-05-16,6000\n";
    import(&desk, "ranks", file, &json!({}));
    let rank = || desk.get(&format!("/v1/staff/officers/{officer}"))["record"]["rank"].clone();
    do_jobs(&world);
    assert_eq!(rank(), "PO");
    world.wait(16 * HOUR);
    do_jobs(&world);
    assert_eq!(rank(), "sergeant");
    let says: Vec<_> =
        known(&desk, &officer, "ranks", None).iter().map(|it| it["says"]["cents_per_hour"].clone()).collect();
    assert_eq!(says, [json!(5_000), json!(6_000)], "what was paid before stays");
}

fn feeds_are_as_fresh_as_they_were_read(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    numbered(&desk, "17");
    let on_duty = || desk.items("/v1/staff/personnel/feeds").into_iter().find(|feed| feed["feed"] == "on_duty");
    import(&desk, "stints", &duty("17", 8, 16), &json!({}));
    assert_eq!(on_duty(), None, "one line more does not make a feed fresh");
    fresh(&desk, "stints", &duty("17", 8, 16));
    assert_eq!(on_duty().unwrap()["read_at"], NOON);
    let (status, _) = send(&desk, "stints", &duty("17", 8, 16), &json!({ "read_at": NOON + HOUR }));
    assert_eq!(status, 422, "nothing is read in the future");
}

fn what_ends_soon_is_listed(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    import(
        &desk,
        "documents",
        "employee_number,kind,from,until\n17,first_aid,2018-01-01,2019-05-20\n17,rifle,2018-01-01,2020-01-01\n",
        &json!({}),
    );
    let path = format!("/v1/staff/customers/{customer}/documents");
    desk.run(
        "POST",
        &path,
        &json!({ "kind": "insurance", "number": "P 1", "from": "2018-06-01", "until": "2019-05-31" }),
    );
    let ending = |days: u8| -> Vec<(Value, Value, Value)> {
        let all = desk.items(&format!("/v1/staff/renewals?days={days}"));
        all.iter().map(|it| (it["kind"].clone(), it["of"].clone(), it["until"].clone())).collect()
    };
    let first_aid = (json!("first_aid"), json!(officer), json!("2019-05-20"));
    let insurance = (json!("insurance"), json!(customer), json!("2019-05-31"));
    assert_eq!((ending(3), ending(14), ending(30)), (vec![], vec![first_aid.clone()], vec![first_aid, insurance]));
    desk.run("POST", &path, &json!({ "kind": "insurance", "number": "P 1", "from": "2018-06-01", "withdrawn": true }));
    assert_eq!((ending(30).len(), desk.items(&path).len()), (1, 0));
}
