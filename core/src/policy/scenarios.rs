//! What the trade asks of rules and time, told as it happens.

use super::sample::{NOW, at, day, detail, fresh, officer, rule, set, stint};
use super::{
    Approval, Context, Document, Effect, Entry, Evaluator, Event, Feed, Figure, Freshness, GivingUp, Holder, Known,
    Outcome, Place, Proposal, RuleBook, RuleSet, Severities, Severity, Signature, Source, Stage, Status, Stint, Stream,
    evaluate,
};
use crate::ids::{AssignmentId, OfficerId, PositionId};
use crate::time::{Interval, Millis, UnixMillis};
use Outcome::{Fail, Pass, Unknown};

fn weekly(limit: &str) -> Entry {
    rule(&format!("[hours]\ncounts = [\"detail\"]\nwindow = \"week\"\nlimit = \"{limit}\""))
}

fn sole(set: &RuleSet, stage: Stage, context: &Context, proposal: &Proposal, now: UnixMillis) -> super::Finding {
    evaluate(set, stage, context, proposal, now).remove(0)
}

#[test]
fn a_shift_begun_at_23_50_before_the_week_and_the_clocks_change_counts_ten_minutes_here_and_the_rest_there() {
    let set = set(vec![weekly("24:00")]);
    let now = at("2025-03-08T12:00");
    let before = |minutes: i64| {
        let start = at("2025-03-02T00:00");
        let worked = Stint::of(Stream::Detail, Interval { start, end: start + Millis::from_mins(minutes) });
        Context { sources: fresh(now), stints: vec![worked], ..Context::default() }
    };
    // 23:50 to 07:00 is 7 h 10 m on the wall and 6 h 10 m worked: ten minutes before the week turns, six hours after.
    let night = detail("2025-03-08T23:50", "2025-03-09T07:00");
    assert_eq!(night.when.length(), Millis::from_mins(370));
    assert_eq!(sole(&set, Stage::Award, &before(24 * 60 - 10), &night, now).outcome, Pass);
    let over = sole(&set, Stage::Award, &before(24 * 60 - 9), &night, now);
    assert_eq!((over.outcome, over.hours_after()), (Fail, Some(Millis::from_mins(24 * 60 + 1))));
    let next_week = stint(Stream::Detail, "2025-03-10T00:00", "2025-03-10T18:00");
    let full = Context { sources: fresh(now), stints: vec![next_week.clone()], ..Context::default() };
    assert_eq!(sole(&set, Stage::Award, &full, &night, now).outcome, Pass);
    let longer = Stint { when: Interval { end: next_week.when.end + Millis(1), ..next_week.when }, ..next_week };
    let fuller = Context { stints: vec![longer], ..full };
    assert_eq!(sole(&set, Stage::Award, &fuller, &night, now).outcome, Fail);
}

#[test]
fn a_shift_that_is_only_partly_on_a_holiday_counts_by_the_day_it_begins_or_by_its_hours_on_that_day() {
    let begins = set(vec![rule("when = { days = [\"holiday\"] }\n[forbidden]\n")]);
    let hours = |limit: &str| {
        let body = "[hours]\ncounts = [\"detail\"]\nwindow = \"day\"\non_days = [\"holiday\"]\n";
        set(vec![rule(&format!("{body}limit = \"{limit}\""))])
    };
    let (into, out_of) =
        (detail("2025-07-03T20:00", "2025-07-04T04:00"), detail("2025-07-04T20:00", "2025-07-05T05:00"));
    let ask = |set: &RuleSet, night: &Proposal| sole(set, Stage::Award, &officer(vec![]), night, at(NOW));
    assert_eq!([ask(&begins, &into).outcome, ask(&begins, &out_of).outcome], [Pass, Fail]);
    for night in [into, out_of] {
        let four = ask(&hours("4:00"), &night);
        assert_eq!((four.outcome, four.hours_after()), (Pass, Some(Millis::from_hours(4))));
        assert_eq!(ask(&hours("3:59"), &night).outcome, Fail);
    }
    assert_eq!(ask(&hours("3:59"), &detail("2025-07-02T20:00", "2025-07-03T04:00")).outcome, Pass);
}

fn suspended(known: &str) -> Context {
    let from = at("2025-06-11T00:00");
    let status = Status { code: "suspended".into(), from, until: None, known: Known::since(at(known)) };
    Context { statuses: vec![status], ..Context::default() }
}

#[test]
fn suspended_after_the_award_an_offline_clock_in_is_kept_flagged_and_released() {
    let set = set(vec![rule("[status]\nnone_of = [\"suspended\"]\nreleases = true")]);
    let context = |now: &str| Context { sources: fresh(at(now)), ..suspended("2025-06-11T09:00") };
    let evening = detail("2025-06-12T18:00", "2025-06-12T23:00");
    let ask = |stage, now: &str| sole(&set, stage, &context(now), &evening, at(now));
    assert_eq!(ask(Stage::Award, "2025-06-10T12:00").outcome, Pass);
    let synced = ask(Stage::Sync, "2025-06-13T08:00");
    assert_eq!(synced.outcome, Fail);
    assert!(synced.effects.iter().any(|effect| matches!(effect, Effect::Release(_))));
    // Read again as it was decided, the award still stands to reason.
    assert_eq!(ask(Stage::Award, "2025-06-11T08:59").outcome, Pass);
}

#[test]
fn a_rule_changed_in_the_middle_of_a_week_holds_for_the_details_from_its_day_on() {
    let old = RuleSet { effective_until: Some(day("2025-06-11")), ..set(vec![weekly("24:00")]) };
    let new = RuleSet { version: 4, effective_from: day("2025-06-12"), ..set(vec![weekly("32:00")]) };
    let book = RuleBook::new(vec![new, old]).unwrap();
    let context = officer(vec![stint(Stream::Detail, "2025-06-08T00:00", "2025-06-08T22:00")]);
    let ask = |proposal: &Proposal, now| {
        let set = book.in_force_at(proposal.when.start).unwrap();
        let found = sole(set, Stage::Ruling, &Context { sources: fresh(now), ..context.clone() }, proposal, now);
        (found.version, found.outcome)
    };
    let (before, after) =
        (detail("2025-06-11T18:00", "2025-06-11T23:00"), detail("2025-06-12T18:00", "2025-06-12T23:00"));
    for now in ["2025-06-13T00:00", "2026-01-01T00:00"] {
        assert_eq!((ask(&before, at(now)), ask(&after, at(now))), ((3, Fail), (4, Pass)));
    }
}

#[test]
fn sets_that_overlap_make_no_book() {
    let ended = RuleSet { effective_until: Some(day("2025-06-12")), ..set(vec![weekly("24:00")]) };
    let next = |from| RuleSet { version: 4, effective_from: day(from), ..set(vec![weekly("32:00")]) };
    assert!(RuleBook::new(vec![ended.clone(), next("2025-06-13")]).is_ok());
    let faults = RuleBook::new(vec![ended.clone(), next("2025-06-12")]).unwrap_err();
    assert_eq!(faults[0].to_string(), "Harbor Falls v3 and Harbor Falls v4 are both in force on 2025-06-12");
    let twice = RuleBook::new(vec![ended.clone(), ended]).unwrap_err();
    assert_eq!(twice[0].to_string(), "Harbor Falls v3 is there twice");
    let book = RuleBook::new(vec![next("2025-06-13")]).unwrap();
    assert_eq!(book.in_force_on(day("2025-06-12")), None);
}

#[test]
fn when_the_supervisor_gives_up_the_ratio_breaks() {
    let set = set(vec![rule("[[staffing.level]]\nrank = \"sergeant\"\nfrom = 5")]);
    let place = |index: u8, rank: Option<&str>| Place {
        position: PositionId::from_bytes([index; 16]),
        asks: (index == 5).then(|| "sergeant".into()),
        holder: rank.map(|rank| Holder { officer: OfficerId::from_bytes([index; 16]), rank: Some(rank.into()) }),
    };
    let crew = |last: [Option<&str>; 2]| {
        let officers = (1..5).map(|index| place(index, Some("officer")));
        let places = officers.chain([place(5, last[0]), place(6, last[1])]).collect();
        Proposal { places: Some(places), ..detail("2025-06-12T18:00", "2025-06-12T23:00") }
    };
    let giving_up = |crew| Proposal { giving_up: Some(GivingUp::default()), ..crew };
    let sergeant = Context { officer: Some(OfficerId::from_bytes([5; 16])), ..officer(vec![]) };
    let ask = |stage, crew: &Proposal| sole(&set, stage, &sergeant, crew, at(NOW));
    let full = crew([Some("sergeant"), Some("officer")]);
    assert_eq!(ask(Stage::Trade, &full).outcome, Pass);
    for left in [giving_up(full), giving_up(crew([None, Some("officer")]))] {
        let broken = ask(Stage::Trade, &left);
        assert_eq!((broken.outcome, broken.sentence.as_str()), (Fail, "5 officers need 1 sergeant or above; 0 there."));
    }
    assert_eq!(ask(Stage::Post, &crew([None, None])).outcome, Pass);
    // On the day, only who is there counts.
    assert_eq!(ask(Stage::ClockIn, &crew([None, Some("officer")])).outcome, Fail);
}

#[test]
fn who_takes_over_a_place_is_not_held_up_by_the_places_that_are_still_open() {
    let set = set(vec![rule("[staffing]\nofficers = 2")]);
    let place = |index: u8, held: bool| Place {
        position: PositionId::from_bytes([index; 16]),
        asks: None,
        holder: held.then(|| Holder { officer: OfficerId::from_bytes([index; 16]), rank: Some("officer".into()) }),
    };
    let first_backup = Proposal {
        places: Some(vec![place(1, true), place(2, false)]),
        ..detail("2025-06-12T18:00", "2025-06-12T23:00")
    };
    let ask = |proposal: &Proposal| sole(&set, Stage::Trade, &officer(vec![]), proposal, at(NOW)).outcome;
    assert_eq!(ask(&first_backup), Pass);
    assert_eq!(ask(&Proposal { places: Some(vec![place(1, true)]), ..first_backup.clone() }), Fail);
    assert_eq!(ask(&Proposal { giving_up: Some(GivingUp::default()), ..first_backup }), Fail);
}

#[test]
fn too_little_rest_keeps_nobody_from_giving_a_detail_up() {
    let busy = officer(vec![stint(Stream::OnDuty, "2025-06-12T17:00", "2025-06-13T01:00")]);
    let set = set(vec![rule("[rest]\ncounts = [\"on_duty\"]")]);
    let evening = detail("2025-06-12T18:00", "2025-06-12T23:00");
    assert_eq!(sole(&set, Stage::Trade, &busy, &evening, at(NOW)).outcome, Fail);
    let gives_up = Proposal { giving_up: Some(GivingUp::default()), ..evening };
    assert_eq!(sole(&set, Stage::Trade, &busy, &gives_up, at(NOW)).outcome, Pass);
}

#[test]
fn whoever_comes_instead_of_the_supervisor_counts_and_an_open_place_that_asks_for_one_too() {
    let set = set(vec![rule("[[staffing.level]]\nrank = \"sergeant\"\nfrom = 2")]);
    let crew = |rank: Option<&str>| {
        let there =
            |index: u8, rank: &str| Holder { officer: OfficerId::from_bytes([index; 16]), rank: Some(rank.into()) };
        let place = |index: u8, asks: Option<&str>, holder: Option<Holder>| Place {
            position: PositionId::from_bytes([index; 16]),
            asks: asks.map(Into::into),
            holder,
        };
        let places = vec![
            place(1, Some("sergeant"), rank.map(|rank| there(9, rank))),
            place(2, None, Some(there(2, "officer"))),
        ];
        let giving_up = GivingUp { replacement: Some(OfficerId::from_bytes([9; 16])), ..GivingUp::default() };
        let evening = detail("2025-06-12T18:00", "2025-06-12T23:00");
        Proposal { places: Some(places), giving_up: Some(giving_up), ..evening }
    };
    let sergeant = Context { officer: Some(OfficerId::from_bytes([1; 16])), ..officer(vec![]) };
    let ask = |rank: Option<&str>| sole(&set, Stage::Trade, &sergeant, &crew(rank), at(NOW)).outcome;
    assert_eq!((ask(Some("sergeant")), ask(None), ask(Some("officer"))), (Pass, Pass, Fail));
}

#[test]
fn what_was_read_from_elsewhere_belongs_to_the_detail_in_whose_time_it_was() {
    let set = set(vec![rule("[consequence]\nafter = [\"police_action\"]\nfollows = \"not_billed\"")]);
    let evening = detail("2025-06-08T18:00", "2025-06-08T23:00");
    let at_that_time = |from: &str, until: &str| {
        let about = Some(Interval { start: at(from), end: at(until) });
        let event = Event { at: at(from), about, ..happened("police_action") };
        let context = Context { events: vec![event], ..officer(vec![]) };
        sole(&set, Stage::Ruling, &context, &evening, at(NOW)).effects.len()
    };
    assert_eq!(at_that_time("2025-06-08T20:00", "2025-06-08T21:00"), 1);
    assert_eq!(at_that_time("2025-06-08T23:00", "2025-06-08T23:30"), 0);
}

fn happened(kind: &str) -> Event {
    Event {
        kind: kind.into(),
        at: at(NOW),
        about: None,
        detail: None,
        class: String::new(),
        excused: false,
        known: Known::default(),
    }
}

/// An officer of whom events are known as far as a phone knows them: some weeks back and ahead.
fn known_for_weeks(days_back: i64) -> Context {
    let covers =
        Interval { start: at(NOW) - Millis::from_hours(24 * days_back), end: at(NOW) + Millis::from_hours(3_000) };
    let mut context = officer(vec![]);
    for source in context.sources.iter_mut().filter(|source| source.feed == Feed::Events) {
        source.covers = Some(covers);
    }
    context
}

#[test]
fn a_rule_about_what_happened_is_in_doubt_where_its_look_back_reaches_further_than_what_is_known() {
    // NOW is 2025-06-09 12:00, the detail three days later; a penalty of 120 days reaches 117 days back from NOW.
    let evening = detail("2025-06-12T12:00", "2025-06-12T23:00");
    let one_step = "[lockout]\nevents = [\"no_show\"]\nstep = [{ times = 1, lasts = { days = 120 } }]";
    let two_steps = "[lockout]\nevents = [\"no_show\"]\nlook_back_days = 30\nstep = [{ times = 1, lasts = { days = 1 } }, \
        { times = 2, lasts = { days = 120 } }]";
    let for_ever = "[lockout]\nevents = [\"no_show\"]\nstep = [{ times = 1, lasts = { days = 1 } }, \
        { times = 2, lasts = { days = 2 } }]";
    let monthly = "[count]\nevents = [\"cancelled\"]\nat_most = 2\nwindow = { rolling = \"2400:00\" }";
    let by_job = "[count]\nevents = [\"awarded\"]\nat_most = 2\nwindow = { rolling = \"2400:00\" }\nby = \"job\"";
    for (body, days) in [(one_step, 117), (two_steps, 147), (monthly, 100), (by_job, 97)] {
        let ask = |days| sole(&set(vec![rule(body)]), Stage::Apply, &known_for_weeks(days), &evening, at(NOW)).outcome;
        assert_eq!((ask(days), ask(days - 1)), (Pass, Unknown), "{body}");
    }
    let ever = |context: &Context| sole(&set(vec![rule(for_ever)]), Stage::Apply, context, &evening, at(NOW)).outcome;
    assert_eq!((ever(&known_for_weeks(36_500)), ever(&officer(vec![]))), (Unknown, Pass));
}

#[test]
fn what_nobody_has_said_of_the_detail_is_told_apart_from_what_is_in_doubt() {
    let evening = detail("2025-06-12T18:00", "2025-06-12T23:00");
    let known = officer(vec![]);
    let unread = Context { sources: vec![], ..known.clone() };
    let suspended = Context {
        statuses: vec![Status { code: "suspended".into(), from: at(NOW), until: None, known: Known::default() }],
        ..known.clone()
    };
    let bars = "when = { alcohol = true }\n[status]\nnone_of = [\"suspended\"]";
    let ranked = "when = { alcohol = true, rank_from = \"sergeant\" }\n[forbidden]";
    let crew = "[staffing]\nofficers = 2";
    let unless = "unless = [\"riot\"]\nwhen = { longer_than = \"1:00\" }\n[forbidden]";
    for (body, context, unsaid) in [
        (bars, &suspended, true),
        (bars, &unread, false),
        (ranked, &known, false),
        (crew, &known, true),
        (crew, &unread, true),
        (unless, &known, true),
    ] {
        let set = set(vec![rule(body)]);
        let advised = Evaluator::new(&set, Stage::Apply).advise(context, &evening, at(NOW)).remove(0);
        assert_eq!((advised.0.outcome, advised.1), (Unknown, unsaid), "{body} {}", advised.0.sentence);
        assert_eq!(advised.0, sole(&set, Stage::Apply, context, &evening, at(NOW)));
    }
    // Nothing is told of what does pass.
    let set = set(vec![rule(bars)]);
    assert!(!Evaluator::new(&set, Stage::Apply).advise(&known, &evening, at(NOW))[0].1);
}

#[test]
fn an_officer_of_two_agencies_has_one_body_and_the_other_agencys_hours_count_where_they_are_known() {
    let body = "[hours]\ncounts = [\"on_duty\", \"detail\", \"other_agency\"]\nwindow = { rolling = \"24:00\" }\nlimit = \"16:00\"";
    let set = set(vec![rule(body), rule("[rest]\ncounts = [\"detail\", \"other_agency\"]")]);
    let elsewhere = stint(Stream::OtherAgency, "2025-06-12T06:00", "2025-06-12T18:00");
    let proposal = detail("2025-06-12T17:30", "2025-06-12T23:00");
    let known = officer(vec![elsewhere]);
    let found = evaluate(&set, Stage::Award, &known, &proposal, at(NOW));
    assert_eq!([found[0].outcome, found[1].outcome], [Fail, Fail]);
    assert_eq!(found[1].sentence, "Overlaps work for another agency by 30 m.");
    let mut unread = officer(vec![]);
    unread.sources.retain(|source| source.feed != Feed::OtherAgency);
    let found = evaluate(&set, Stage::Award, &unread, &proposal, at(NOW));
    assert_eq!([found[0].outcome, found[1].outcome], [Unknown, Unknown]);
}

#[test]
fn a_schedule_that_is_too_old_is_unknown_unless_what_is_fresh_already_forbids() {
    let entry = rule("[hours]\ncounts = [\"on_duty\", \"detail\"]\nwindow = \"week\"\nlimit = \"40:00\"");
    let freshness = vec![Freshness { feed: Feed::OnDuty, at_most: "24:00".parse().unwrap() }];
    let set = RuleSet { freshness, ..set(vec![entry]) };
    let proposal = detail("2025-06-12T18:00", "2025-06-12T23:00");
    let at_age = |hours, details: &str| {
        let mut context = officer(vec![stint(Stream::Detail, "2025-06-08T00:00", details)]);
        context.sources[0] = Source { read_at: at(NOW) - Millis::from_hours(hours), ..context.sources[0] };
        sole(&set, Stage::Award, &context, &proposal, at(NOW))
    };
    assert_eq!(at_age(24, "2025-06-08T20:00").outcome, Pass);
    let stale = at_age(31, "2025-06-08T20:00");
    assert_eq!(stale.outcome, Unknown);
    assert!(stale.sentence.starts_with("Not known: the on-duty schedule is 31 h old, more than the 24 h allowed."));
    assert_eq!(at_age(31, "2025-06-09T12:00").outcome, Fail);
}

#[test]
fn a_certification_added_later_does_not_mend_an_award_made_without_it() {
    let set = set(vec![rule("[documents]\nneeds = [\"liquor_training\"]")]);
    let known = Known::since(at("2025-06-13T10:00"));
    let document = Document { kind: "liquor_training".into(), from: day("2025-01-01"), until: None, known };
    let context =
        |now: &str| Context { documents: vec![document.clone()], sources: fresh(at(now)), ..Context::default() };
    let proposal = detail("2025-06-12T18:00", "2025-06-12T23:00");
    let ask = |now: &str| sole(&set, Stage::Ruling, &context(now), &proposal, at(now)).outcome;
    assert_eq!((ask("2025-06-12T12:00"), ask("2025-06-14T12:00")), (Fail, Pass));
}

#[test]
fn an_assignments_own_stint_is_not_counted_beside_it_and_a_trade_frees_what_is_given_away() {
    let set = set(vec![weekly("10:00")]);
    let mine = AssignmentId::from_bytes([4; 16]);
    let own = Stint { assignment: Some(mine), ..stint(Stream::Detail, "2025-06-12T17:00", "2025-06-12T23:00") };
    let proposal = detail("2025-06-12T18:00", "2025-06-12T23:00");
    let ask = |proposal: &Proposal| sole(&set, Stage::Ruling, &officer(vec![own.clone()]), proposal, at(NOW));
    assert_eq!(
        ask(&Proposal { assignment: Some(mine), ..proposal.clone() }).hours_after(),
        Some(Millis::from_hours(5))
    );
    let later = detail("2025-06-13T18:00", "2025-06-13T23:00");
    assert_eq!(ask(&later).outcome, Fail);
    assert_eq!(ask(&Proposal { instead_of: vec![mine], ..later }).outcome, Pass);
}

#[test]
fn an_impossible_schedule_and_a_broken_import_are_unknown() {
    let set = set(vec![weekly("10:00")]);
    let backwards = detail("2025-06-12T18:00", "2025-06-12T17:00");
    assert_eq!(sole(&set, Stage::Award, &officer(vec![]), &backwards, at(NOW)).outcome, Unknown);
    let broken = officer(vec![stint(Stream::Detail, "2025-06-10T18:00", "2025-06-10T17:00")]);
    let found = sole(&set, Stage::Award, &broken, &detail("2025-06-12T18:00", "2025-06-12T19:00"), at(NOW));
    assert!(found.outcome == Unknown && found.sentence.contains("an entry that ends before it starts"));
}

#[test]
fn a_rule_is_asked_only_at_its_stages() {
    let Entry::Rule(mut only) = weekly("1:00") else { panic!("no rule") };
    only.severity = Severities { apply: Some(Severity::Warn), award: Some(Severity::Block), ..Severities::default() };
    let set = set(vec![Entry::Rule(only)]);
    let ask = |stage| evaluate(&set, stage, &officer(vec![]), &detail("2025-06-12T18:00", "2025-06-12T23:00"), at(NOW));
    assert_eq!(ask(Stage::ClockIn), []);
    assert_eq!([ask(Stage::Apply)[0].severity, ask(Stage::Award)[0].severity], [Severity::Warn, Severity::Block]);
    assert!(!ask(Stage::Apply)[0].stands_in_the_way() && ask(Stage::Award)[0].stands_in_the_way());
}

#[test]
fn the_ends_of_time_do_not_panic() {
    let set = set(vec![
        weekly("10:00"),
        rule("[hours]\ncounts = [\"detail\"]\nwindow = { rolling = \"24:00\" }\nlimit = \"10:00\""),
        rule("[days_in_a_row]\ncounts = [\"detail\"]\nat_most = 3"),
        rule("[rest]\ncounts = [\"detail\"]\nat_least = \"8:00\""),
    ]);
    let edge = |at: UnixMillis| Interval { start: at - Millis::from_hours(5), end: at + Millis::from_hours(5) };
    for end in [UnixMillis::MIN, UnixMillis::MAX] {
        let context =
            officer(vec![Stint::of(Stream::Detail, Interval { start: UnixMillis::MIN, end: UnixMillis::MAX })]);
        let proposal = Proposal::detail(detail(NOW, NOW).detail, edge(end));
        assert_eq!(evaluate(&set, Stage::Award, &context, &proposal, end).len(), 4);
    }
    let figures =
        sole(&set, Stage::Award, &officer(vec![]), &detail("2025-06-12T18:00", "2025-06-12T19:00"), at(NOW)).figures;
    assert!(figures.contains(&Figure::Adds(Millis::from_hours(1))));
}

#[test]
fn what_is_fresh_and_too_much_in_one_week_fails_though_another_week_is_only_in_doubt() {
    // The night touches two weeks. Of the second, stale duty makes most; of the first, fresh details alone are too much.
    let entry = rule("[hours]\ncounts = [\"on_duty\", \"detail\"]\nwindow = \"week\"\nlimit = \"40:00\"");
    let freshness = vec![Freshness { feed: Feed::OnDuty, at_most: "24:00".parse().unwrap() }];
    let set = RuleSet { freshness, ..set(vec![entry]) };
    let night = detail("2025-06-14T22:00", "2025-06-15T06:00");
    let ask = |details: &str| {
        let mut context = officer(vec![
            stint(Stream::Detail, "2025-06-09T00:00", details),
            stint(Stream::OnDuty, "2025-06-16T00:00", "2025-06-18T12:00"),
        ]);
        context.sources[0].read_at = at(NOW) - Millis::from_hours(31);
        sole(&set, Stage::Award, &context, &night, at(NOW))
    };
    assert_eq!(ask("2025-06-10T14:00").outcome, Unknown);
    let surely = ask("2025-06-10T14:01");
    assert_eq!((surely.outcome, surely.hours_after()), (Fail, Some(Millis::from_mins(40 * 60 + 1))));
}

#[test]
fn an_approval_for_more_hours_does_not_let_pass_what_is_not_known() {
    let raised = "[hours.raised]\nlimit = \"60:00\"\napproval = \"long_week\"";
    let body = format!("[hours]\ncounts = [\"on_duty\", \"detail\"]\nwindow = \"week\"\nlimit = \"40:00\"\n{raised}");
    let set = set(vec![rule(&body)]);
    let evening = detail("2025-06-12T18:00", "2025-06-12T23:00");
    let ask = |worked: &str, approved: bool, read: bool| {
        let mut context = officer(vec![stint(Stream::Detail, "2025-06-08T00:00", worked)]);
        let signed = Signature { role: "chief".into(), at: at(NOW), approved: true };
        if approved {
            let approval = Approval { kind: "long_week".into(), signatures: vec![signed], ..Approval::default() };
            context.approvals.push(approval);
        }
        context.sources.retain(|source| read || source.feed != Feed::OnDuty);
        let found = sole(&set, Stage::Award, &context, &evening, at(NOW));
        (found.outcome, found.severity)
    };
    let (forty, sixty) = ("2025-06-09T12:00", "2025-06-10T08:00");
    assert_eq!(ask(forty, true, true), (Pass, Severity::Block));
    assert_eq!(ask(forty, true, false), (Unknown, Severity::Block));
    assert_eq!(ask(forty, false, true), (Fail, Severity::NeedsApproval));
    // Duty that was never read could make it more than can be approved.
    assert_eq!(ask(forty, false, false), (Fail, Severity::Block));
    assert_eq!(ask(sixty, true, false), (Fail, Severity::Block));
}
