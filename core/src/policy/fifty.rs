//! The fifty rules that agencies write, by their number in the trade's catalogue, with the values that agencies use.

use super::sample::{at, day, detail, fresh, new_york, officer, rule, set, stint};
use super::{
    Alcohol, Approval, Area, Condition, Context, Document, Effect, Entry, Event, Figure, Finding, GivingUp, Holder,
    Known, NotOverridden, Outcome, Overrider, Place, Proposal, RankSince, Relation, Rule, Severity, Signature, Stage,
    Standing, Status, Stint, Stream, evaluate,
};
use crate::geo::{Fence, Point};
use crate::ids::{CustomerId, OfficerId, PositionId};
use crate::time::{Interval, Millis, UnixMillis};
use Outcome::{Fail, Pass, Unknown};

const EMPLOYER: CustomerId = CustomerId::from_bytes([3; 16]);

fn ask_at(body: &str, stage: Stage, context: &Context, proposal: &Proposal, now: &str) -> Finding {
    let mut set = set(vec![rule(body)]);
    set.areas = vec![Area { name: "city".into(), fence: square(10_000_000) }];
    let context = Context { sources: fresh(at(now)), ..context.clone() };
    evaluate(&set, stage, &context, proposal, at(now)).remove(0)
}

fn ask(body: &str, context: &Context, proposal: &Proposal) -> Finding {
    ask_at(body, Stage::Award, context, proposal, super::sample::NOW)
}

#[track_caller]
fn expect(outcome: Outcome, body: &str, context: &Context, proposal: &Proposal) -> Finding {
    let finding = ask(body, context, proposal);
    assert_eq!(finding.outcome, outcome, "{body}\n{}", finding.sentence);
    finding
}

/// A detail from `from` may last exactly so many minutes.
#[track_caller]
fn to_the_minute(body: &str, stints: Vec<Stint>, from: &str, allowed: i64) {
    let lasting = |minutes| {
        let start = at(from);
        Proposal::detail(detail(from, from).detail, Interval { start, end: start + Millis::from_mins(minutes) })
    };
    let officer = officer(stints);
    expect(Pass, body, &officer, &lasting(allowed));
    expect(Fail, body, &officer, &lasting(allowed + 1));
}

fn long(stream: Stream, from: &str, minutes: i64) -> Stint {
    let start = at(from);
    Stint::of(stream, Interval { start, end: start + Millis::from_mins(minutes) })
}

fn square(side_e7: i32) -> Fence {
    let corner = |north: i32, east: i32| Point {
        latitude_e7: 420_000_000 + north * side_e7,
        longitude_e7: -710_000_000 + east * side_e7,
    };
    Fence::Polygon { rings: vec![vec![corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]] }
}

fn evening() -> Proposal {
    Proposal { customer: Some(EMPLOYER), ..detail("2025-06-12T18:00", "2025-06-12T23:00") }
}

fn tagged(tags: &[&str]) -> Proposal {
    Proposal { tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()), ..evening() }
}

fn classed(class: &str) -> Proposal {
    Proposal { class: Some(class.into()), ..evening() }
}

fn with_status(code: &str) -> Context {
    let status = Status { code: code.into(), from: at("2025-06-01T00:00"), until: None, known: Known::default() };
    Context { statuses: vec![status], ..officer(vec![]) }
}

fn signature(role: &str, when: &str) -> Signature {
    Signature { role: role.into(), at: at(when), approved: true }
}

fn approval(kind: &str, signed: &[(&str, &str)]) -> Approval {
    let signatures = signed.iter().map(|(role, when)| signature(role, when)).collect();
    Approval { kind: kind.into(), signatures, ..Approval::default() }
}

fn with_approval(approval: Approval) -> Context {
    Context { approvals: vec![approval], ..officer(vec![]) }
}

fn event(kind: &str, when: &str, about: (&str, &str)) -> Event {
    let about = Some(Interval { start: at(about.0), end: at(about.1) });
    Event {
        kind: kind.into(),
        at: at(when),
        about,
        detail: None,
        class: String::new(),
        excused: false,
        known: Known::default(),
    }
}

fn here(kind: &str, when: &str) -> Event {
    Event { detail: Some(evening().detail), about: None, ..event(kind, when, (when, when)) }
}

fn with_events(events: Vec<Event>) -> Context {
    Context { events, ..officer(vec![]) }
}

fn manned(ranks: &[&str]) -> Proposal {
    let place = |(index, rank): (usize, &&str)| Place {
        position: PositionId::from_bytes([index as u8; 16]),
        asks: None,
        holder: Some(Holder { officer: OfficerId::from_bytes([index as u8 + 100; 16]), rank: Some((*rank).into()) }),
    };
    Proposal { places: Some(ranks.iter().enumerate().map(place).collect()), ..evening() }
}

fn crew(officers: usize, supervisors: &[&str]) -> Proposal {
    let mut ranks = vec!["officer"; officers];
    ranks.extend(supervisors);
    manned(&ranks)
}

fn document(kind: &str, from: &str, until: Option<&str>) -> Document {
    Document { kind: kind.into(), from: day(from), until: until.map(day), known: Known::default() }
}

fn hours(counts: &str, window: &str, limit: &str, more: &str) -> String {
    format!("[hours]\ncounts = [{counts}]\nwindow = {window}\nlimit = \"{limit}\"\n{more}")
}

const COMBINED: &str = "\"on_duty\", \"overtime\", \"court\", \"detail\"";
const DETAILS: &str = "\"detail\"";
const ROLLING: &str = "{ rolling = \"24:00\" }";

#[test]
fn rule_01_combined_hours_in_any_24_hours_or_day() {
    let night = || vec![stint(Stream::OnDuty, "2025-06-12T00:00", "2025-06-12T10:00")];
    to_the_minute(&hours(COMBINED, ROLLING, "16:35", ""), night(), "2025-06-12T12:00", 395);
    to_the_minute(&hours(COMBINED, ROLLING, "16:00", ""), night(), "2025-06-12T12:00", 360);
    to_the_minute(&hours(COMBINED, "\"day\"", "20:00", ""), night(), "2025-06-12T12:00", 600);
    let unless_off = hours(COMBINED, ROLLING, "16:00", "off_resets = \"4:00\"");
    to_the_minute(&unless_off, night(), "2025-06-12T13:59", 360);
    to_the_minute(&unless_off, night(), "2025-06-12T14:00", 960);
}

#[test]
fn rule_02_hours_of_details_a_day() {
    let morning = || vec![stint(Stream::Detail, "2025-06-12T00:00", "2025-06-12T10:00")];
    to_the_minute(&hours(DETAILS, "\"day\"", "16:00", ""), morning(), "2025-06-12T12:00", 360);
    to_the_minute(&hours(DETAILS, "\"day\"", "18:00", ""), morning(), "2025-06-12T12:00", 480);
    let on_duty = vec![stint(Stream::OnDuty, "2025-06-12T00:00", "2025-06-12T10:00")];
    expect(
        Pass,
        &hours(DETAILS, "\"day\"", "16:00", ""),
        &officer(on_duty),
        &detail("2025-06-12T10:00", "2025-06-13T00:00"),
    );
}

#[test]
fn rule_03_hours_of_details_on_a_day_off() {
    let body = hours(DETAILS, "\"day\"", "16:00", "on_days = [\"off\", \"leave\", \"holiday\"]");
    to_the_minute(&body, vec![], "2025-06-12T00:00", 960);
    to_the_minute(&body, vec![stint(Stream::Leave, "2025-06-12T08:00", "2025-06-12T16:00")], "2025-06-12T00:00", 960);
    let duty = stint(Stream::OnDuty, "2025-07-04T08:00", "2025-07-04T16:00");
    to_the_minute(&body, vec![duty.clone()], "2025-07-04T00:00", 960);
    let weekday = Stint { when: Interval { start: at("2025-06-12T17:00"), end: at("2025-06-12T18:00") }, ..duty };
    expect(Pass, &body, &officer(vec![weekday]), &detail("2025-06-12T00:00", "2025-06-12T16:30"));
}

#[test]
fn rule_04_hours_of_details_a_week() {
    for limit in [24, 32, 72, 40, 36] {
        let worked = vec![long(Stream::Detail, "2025-06-08T00:00", (limit - 5) * 60)];
        to_the_minute(&hours(DETAILS, "\"week\"", &format!("{limit}:00"), ""), worked, "2025-06-13T10:00", 300);
    }
    let sunday_to_saturday = hours(DETAILS, "{ week_from = \"sunday\" }", "36:00", "");
    let worked = vec![long(Stream::Detail, "2025-06-08T00:00", 36 * 60)];
    expect(Fail, &sunday_to_saturday, &officer(worked.clone()), &detail("2025-06-14T22:00", "2025-06-14T23:00"));
    expect(Pass, &sunday_to_saturday, &officer(worked), &detail("2025-06-15T00:00", "2025-06-15T05:00"));
}

#[test]
fn rule_04_the_pilot_of_32_hours_ends_on_its_day() {
    let weekly = |limit: &str, id: &str, from: Option<&str>, until: Option<&str>| {
        let Entry::Rule(rule) = rule(&hours(DETAILS, "\"week\"", limit, "")) else { panic!("no rule") };
        let (from, until) = (from.map(day), until.map(day));
        Entry::Rule(Box::new(Rule { id: id.into(), from, until, ..*rule }))
    };
    let set = set(vec![
        weekly("24:00", "before", None, Some("2025-05-31")),
        weekly("32:00", "pilot", Some("2025-06-01"), Some("2025-09-30")),
        weekly("24:00", "after", Some("2025-10-01"), None),
    ]);
    for (date, by, outcome) in
        [("2025-05-20", "before", Fail), ("2025-06-12", "pilot", Pass), ("2025-10-01", "after", Fail)]
    {
        let (from, now) = (format!("{date}T00:00"), at(&format!("{date}T00:00")));
        let found = evaluate(
            &set,
            Stage::Apply,
            &Context { sources: fresh(now), ..Context::default() },
            &Proposal::detail(evening().detail, long(Stream::Detail, &from, 25 * 60).when),
            now,
        );
        assert_eq!((found.len(), found[0].rule.as_str(), found[0].outcome), (1, by, outcome));
    }
}

#[test]
fn rule_05_combined_hours_a_week() {
    for limit in [64, 70, 80, 96, 90] {
        let worked = vec![long(Stream::OnDuty, "2025-06-08T00:00", (limit - 5) * 60)];
        to_the_minute(&hours(COMBINED, "\"week\"", &format!("{limit}:00"), ""), worked, "2025-06-13T10:00", 300);
    }
}

fn roster() -> String {
    let raised = "raised = { limit = \"72:00\", approval = \"long_week\", times = 1, \
                  per = { cycle = { days = 28, first = \"2025-06-01\" } } }";
    hours(COMBINED, "\"week\"", "64:00", raised)
}

#[test]
fn rule_06_seventy_two_hours_in_one_week_of_a_roster_with_an_approval() {
    let week = |from: &str, hours: i64| long(Stream::OnDuty, from, hours * 60);
    let over = detail("2025-06-13T10:00", "2025-06-13T18:00");
    let approved =
        |stints| Context { stints, ..with_approval(approval("long_week", &[("supervisor", "2025-06-08T09:00")])) };
    let finding = expect(Fail, &roster(), &officer(vec![week("2025-06-08T00:00", 60)]), &over);
    assert_eq!(finding.severity, Severity::NeedsApproval);
    let finding = expect(Pass, &roster(), &approved(vec![week("2025-06-08T00:00", 60)]), &over);
    assert_eq!(finding.sentence, "60 h of 64 h this week; this detail adds 8 h; 72 h were approved (long week).");
    expect(Fail, &roster(), &approved(vec![week("2025-06-08T00:00", 65)]), &over);
    let used =
        expect(Fail, &roster(), &approved(vec![week("2025-06-01T00:00", 65), week("2025-06-08T00:00", 60)]), &over);
    assert!(used.sentence.contains("is exceeded once besides in the 28 days from 2025-06-01, of 1 allowed"));
    assert_eq!(used.severity, Severity::Block);
    expect(Pass, &roster(), &approved(vec![week("2025-05-25T00:00", 65), week("2025-06-08T00:00", 60)]), &over);
    // Who said yes to one week has not said yes to every later one, but where they say so or name the detail.
    let earlier = approval("long_week", &[("supervisor", "2025-06-01T09:00")]);
    let given = |given: Approval| Context { stints: vec![week("2025-06-08T00:00", 60)], ..with_approval(given) };
    expect(Fail, &roster(), &given(earlier.clone()), &over);
    expect(Pass, &roster(), &given(Approval { until: Some(day("2025-06-30")), ..earlier.clone() }), &over);
    expect(Pass, &roster(), &given(Approval { detail: Some(over.detail), ..earlier }), &over);
    // A night from one week into the next can take both over the limit, and only one may be.
    let night = detail("2025-06-14T21:00", "2025-06-15T03:00");
    let weeks = |second| approved(vec![week("2025-06-08T00:00", 67), week("2025-06-16T00:00", second)]);
    expect(Pass, &roster(), &weeks(61), &night);
    expect(Fail, &roster(), &weeks(62), &night);
}

#[test]
fn rule_07_hours_a_month() {
    let worked = vec![long(Stream::Detail, "2025-06-01T00:00", 315 * 60)];
    to_the_minute(&hours(DETAILS, "\"month\"", "320:00", ""), worked, "2025-06-20T10:00", 300);
}

#[test]
fn rule_08_overtime_has_a_cap_of_its_own() {
    let body = hours("\"overtime\"", "\"week\"", "24:00", "raised = { limit = \"32:00\", approval = \"overtime\" }");
    let worked = |hours: i64| officer(vec![long(Stream::Overtime, "2025-06-08T00:00", hours * 60)]);
    let overtime = Proposal { stream: Stream::Overtime, ..evening() };
    expect(Pass, &body, &worked(19), &overtime);
    assert_eq!(expect(Fail, &body, &worked(20), &overtime).severity, Severity::NeedsApproval);
    let approved = |hours| Context {
        stints: worked(hours).stints,
        ..with_approval(approval("overtime", &[("captain", "2025-06-08T09:00")]))
    };
    expect(Pass, &body, &approved(27), &overtime);
    assert_eq!(expect(Fail, &body, &approved(28), &overtime).severity, Severity::Block);
    expect(Pass, &body, &worked(31), &evening());
}

#[test]
fn rule_09_of_32_hours_at_most_20_outside_the_citys_unit() {
    let exempt = "not_tags = [\"city_unit\", \"hotel\", \"hospital\", \"school\"]";
    let body = format!("unless = [\"city_unit_full\"]\n{}", hours(DETAILS, "\"week\"", "20:00", exempt));
    let store = Stint { tags: vec!["store".into()], ..long(Stream::Detail, "2025-06-08T00:00", 16 * 60) };
    let hotel = Stint { tags: vec!["hotel".into()], ..long(Stream::Detail, "2025-06-10T00:00", 12 * 60) };
    let officer = officer(vec![store, hotel]);
    let full = |holds| Proposal {
        conditions: vec![Condition { code: "city_unit_full".into(), holds, known: Known::default() }],
        ..tagged(&["store"])
    };
    expect(Unknown, &body, &officer, &tagged(&["store"]));
    expect(Fail, &body, &officer, &full(false));
    expect(Pass, &body, &officer, &full(true));
    for tag in ["city_unit", "hotel", "hospital", "school"] {
        expect(Pass, &body, &officer, &tagged(&[tag]));
    }
    expect(Unknown, &body, &officer, &evening());
    let whole = hours(DETAILS, "\"week\"", "32:00", "");
    expect(Fail, &whole, &officer, &tagged(&["city_unit"]));
}

fn leave(class: &str, date: &str) -> Stint {
    Stint { class: class.into(), ..stint(Stream::Leave, &format!("{date}T08:00"), &format!("{date}T16:00")) }
}

#[test]
fn rule_10_leave_raises_the_cap() {
    let dates = ["2025-06-09", "2025-06-10", "2025-06-11", "2025-06-12", "2025-06-13"];
    let days = "leave = { days = { at_least = 5, limit = \"40:00\", except = [\"medical\"] } }";
    let body = hours(DETAILS, "\"week\"", "32:00", days);
    let with = |leave: Vec<Stint>| [vec![long(Stream::Detail, "2025-06-08T00:00", 30 * 60)], leave].concat();
    let off = |count: usize, class: &str| dates[..count].iter().map(|date| leave(class, date)).collect::<Vec<_>>();
    to_the_minute(&body, with(off(5, "annual")), "2025-06-14T00:00", 600);
    to_the_minute(&body, with(off(4, "annual")), "2025-06-14T00:00", 120);
    to_the_minute(&body, with(off(5, "medical")), "2025-06-14T00:00", 120);
    let each = hours(DETAILS, "\"week\"", "30:00", "leave = { hour_for_hour = { up_to = \"70:00\" } }");
    to_the_minute(&each, with(off(2, "annual")), "2025-06-14T00:00", 16 * 60);
    let worked_only = hours(COMBINED, "\"week\"", "90:00", "");
    to_the_minute(
        &worked_only,
        [with(off(5, "annual")), vec![long(Stream::OnDuty, "2025-06-09T12:00", 55 * 60)]].concat(),
        "2025-06-14T00:00",
        300,
    );
}

fn rest(counts: &str, more: &str) -> String {
    format!("[rest]\ncounts = [{counts}]\n{more}")
}

#[test]
fn rule_11_rest_between_a_detail_and_duty() {
    let six = rest("\"on_duty\"", "at_least = \"6:00\"");
    let duty = officer(vec![
        stint(Stream::OnDuty, "2025-06-12T04:00", "2025-06-12T12:00"),
        stint(Stream::OnDuty, "2025-06-13T05:00", "2025-06-13T13:00"),
    ]);
    expect(Pass, &six, &duty, &detail("2025-06-12T18:00", "2025-06-12T23:00"));
    let late = expect(Fail, &six, &duty, &detail("2025-06-12T18:00", "2025-06-12T23:01"));
    assert_eq!(late.sentence, "5 h 59 m until a duty shift begins; 6 h are needed.");
    expect(Fail, &six, &duty, &detail("2025-06-12T17:59", "2025-06-12T23:00"));
    let only_before_duty = rest("\"on_duty\"", "at_least = \"6:00\"\nside = \"before_next\"");
    expect(Pass, &only_before_duty, &duty, &detail("2025-06-12T12:00", "2025-06-12T23:00"));
    let only_after_duty = rest("\"on_duty\"", "at_least = \"6:00\"\nside = \"after_last\"");
    expect(Pass, &only_after_duty, &duty, &detail("2025-06-12T18:00", "2025-06-13T05:00"));
    let early = expect(Fail, &only_after_duty, &duty, &detail("2025-06-12T17:59", "2025-06-12T23:00"));
    assert_eq!(early.sentence, "5 h 59 m since a duty shift ended; 6 h are needed.");
}

#[test]
fn rule_12_rest_after_a_long_shift() {
    let all = "\"on_duty\", \"detail\"";
    let day_off = rest(all, "at_least = \"8:00\"\nafter_stretch = \"16:00\"\non_days = [\"off\"]");
    let long_day = |minutes| officer(vec![long(Stream::Detail, "2025-06-11T00:00", minutes)]);
    expect(Fail, &day_off, &long_day(960), &detail("2025-06-11T23:59", "2025-06-12T03:00"));
    expect(Pass, &day_off, &long_day(960), &detail("2025-06-12T00:00", "2025-06-12T03:00"));
    expect(Pass, &day_off, &long_day(959), &detail("2025-06-11T17:00", "2025-06-11T20:00"));
    let consecutive = rest(all, "at_least = \"4:00\"\nafter_stretch = \"16:00\"");
    let before_duty = officer(vec![
        stint(Stream::OnDuty, "2025-06-12T06:00", "2025-06-12T14:00"),
        stint(Stream::OnDuty, "2025-06-13T01:59", "2025-06-13T06:00"),
    ]);
    expect(Fail, &consecutive, &before_duty, &detail("2025-06-12T14:00", "2025-06-12T22:00"));
    expect(Pass, &consecutive, &before_duty, &detail("2025-06-12T14:00", "2025-06-12T21:59"));
    // No rest at all is not enough rest, whoever's work the long one is.
    let glued = expect(Fail, &day_off, &long_day(960), &detail("2025-06-11T16:00", "2025-06-11T22:00"));
    assert_eq!(glued.sentence, "0 h of rest after 16 h or more at work; 8 h are needed.");
    expect(Pass, &day_off, &long_day(959), &detail("2025-06-11T15:59", "2025-06-11T22:00"));
    let early = "2025-06-12T03:00";
    let next = officer(vec![stint(Stream::OnDuty, early, "2025-06-12T06:00")]);
    expect(Fail, &consecutive, &next, &detail("2025-06-11T11:00", early));
    expect(Pass, &consecutive, &next, &detail("2025-06-11T11:01", early));
    let joined = format!("{consecutive}\njoined_by = \"1:00\"");
    let short = expect(Fail, &joined, &long_day(960), &detail("2025-06-11T16:30", "2025-06-11T20:00"));
    assert_eq!(short.figures[0], Figure::Rest(Millis::from_mins(30)));
    expect(Pass, &joined, &long_day(959), &detail("2025-06-11T16:30", "2025-06-11T20:00"));
    let tours = rest("\"on_duty\"", "at_least = \"8:00\"\notherwise = \"call_in_pay\"");
    let close = expect(Fail, &tours, &before_duty, &detail("2025-06-12T20:00", "2025-06-12T22:00"));
    assert_eq!(close.effects, [Effect::Also("call_in_pay".into())]);
}

#[test]
fn rule_13_length_of_one_detail() {
    let chief = hours(DETAILS, "\"job\"", "10:00", "raised = { limit = \"24:00\", approval = \"long_detail\" }");
    to_the_minute(&chief, vec![], "2025-06-12T08:00", 600);
    let eleven = detail("2025-06-12T08:00", "2025-06-12T19:00");
    assert_eq!(expect(Fail, &chief, &officer(vec![]), &eleven).severity, Severity::NeedsApproval);
    let said = approval("long_detail", &[("chief", "2025-06-08T09:00")]);
    expect(Pass, &chief, &with_approval(Approval { detail: Some(eleven.detail), ..said.clone() }), &eleven);
    expect(Fail, &chief, &with_approval(said), &eleven);
    let bounds = hours(DETAILS, "\"job\"", "12:00", "at_least = \"4:00\"");
    to_the_minute(&bounds, vec![], "2025-06-12T08:00", 720);
    expect(Pass, &bounds, &officer(vec![]), &detail("2025-06-12T08:00", "2025-06-12T12:00"));
    expect(Fail, &bounds, &officer(vec![]), &detail("2025-06-12T08:00", "2025-06-12T11:59"));
}

#[test]
fn rule_14_a_short_job_before_or_within_a_shift() {
    let body = "[short_job]\ncounts = [\"on_duty\"]\nwithin = \"1:00\"\nat_most = \"2:00\"";
    let duty = || vec![stint(Stream::OnDuty, "2025-06-12T15:00", "2025-06-12T23:00")];
    to_the_minute(body, duty(), "2025-06-12T12:30", 120);
    to_the_minute(body, duty(), "2025-06-12T17:00", 120);
    expect(Pass, body, &officer(duty()), &detail("2025-06-12T08:00", "2025-06-12T13:30"));
}

#[test]
fn rule_15_no_overlap_with_duty() {
    let duty = |basis| officer(vec![Stint { basis, ..stint(Stream::OnDuty, "2025-06-12T08:00", "2025-06-12T18:10") }]);
    let strict = rest("\"on_duty\"", "");
    let either = duty(super::Basis::Either);
    assert_eq!(expect(Fail, &strict, &either, &evening()).sentence, "Overlaps a duty shift by 10 m.");
    expect(Pass, &strict, &either, &detail("2025-06-12T18:10", "2025-06-12T23:00"));
    expect(Pass, &rest("\"on_duty\"", "overlap_up_to = \"0:10\""), &either, &evening());
    expect(Fail, &rest("\"on_duty\"", "overlap_up_to = \"0:09\""), &either, &evening());
    let actual = rest("\"on_duty\"", "basis = \"actual\"");
    expect(Pass, &actual, &duty(super::Basis::Scheduled), &evening());
    expect(Fail, &actual, &duty(super::Basis::Actual), &evening());
}

#[test]
fn rule_16_the_duty_schedule_is_not_bent_for_details() {
    let body =
        "[count]\nevents = [\"schedule_changed\"]\nat_most = 0\nwindow = \"day\"\nby = \"job\"\nthis_counts = false";
    let moved = event("schedule_changed", "2025-06-08T09:00", ("2025-06-12T06:00", "2025-06-12T14:00"));
    expect(Fail, body, &with_events(vec![moved.clone()]), &evening());
    let other_day = event("schedule_changed", "2025-06-08T09:00", ("2025-06-11T06:00", "2025-06-11T14:00"));
    expect(Pass, body, &with_events(vec![other_day]), &evening());
    let arranging = "when = { on_duty_now = true }\n[forbidden]\nbecause = \"details are not arranged on duty\"";
    let on_duty = officer(vec![stint(Stream::OnDuty, "2025-06-09T08:00", "2025-06-09T16:00")]);
    expect(Fail, arranging, &on_duty, &evening());
    expect(Pass, arranging, &officer(vec![]), &evening());
}

#[test]
fn rule_17_a_break_or_the_way_between_duty_and_a_detail() {
    let half_hour = rest("\"on_duty\"", "at_least = \"0:30\"");
    let duty = |place| officer(vec![Stint { place, ..stint(Stream::OnDuty, "2025-06-12T09:00", "2025-06-12T17:30") }]);
    expect(Pass, &half_hour, &duty(None), &evening());
    expect(Fail, &half_hour, &duty(None), &detail("2025-06-12T17:59", "2025-06-12T23:00"));
    let way = rest("\"on_duty\"", "at_least = \"0:15\"\ntravel = { km_per_hour = 50, at_most = \"3:00\" }");
    let station = Point { latitude_e7: 420_000_000, longitude_e7: -710_000_000 };
    let site = |north| Point { latitude_e7: station.latitude_e7 + north, ..station };
    let at_site = |north| Proposal { place: Some(site(north)), ..evening() };
    // 25 km in half an hour at 50 km/h; a degree of latitude is about 111 km.
    expect(Pass, &way, &duty(Some(station)), &at_site(2_200_000));
    expect(Fail, &way, &duty(Some(station)), &at_site(2_300_000));
    expect(Unknown, &way, &duty(None), &at_site(0));
    expect(Unknown, &way, &duty(Some(station)), &evening());
}

fn locked_out() -> String {
    "[status]\nnone_of = [\"sick\", \"injured\", \"limited_duty\", \"workers_comp\", \"bereavement\"]".to_owned()
}

#[test]
fn rule_18_sick_injured_or_on_limited_duty() {
    for code in ["sick", "injured", "limited_duty", "workers_comp", "bereavement"] {
        expect(Fail, &locked_out(), &with_status(code), &evening());
    }
    expect(Pass, &locked_out(), &with_status("fmla_family"), &evening());
    expect(Unknown, &locked_out(), &with_status("fmla_family"), &detail("2025-06-12T18:00", "2025-06-12T18:00"));
    let ended = Status {
        code: "sick".into(),
        from: at("2025-06-11T00:00"),
        until: Some(at("2025-06-12T00:00")),
        known: Known::default(),
    };
    let ended = Context { statuses: vec![ended], ..officer(vec![]) };
    expect(Pass, &locked_out(), &ended, &evening());
    expect(Fail, &format!("{}\nlasts_after = \"24:00\"", locked_out()), &ended, &evening());
    expect(Pass, &format!("{}\nlasts_after = \"18:00\"", locked_out()), &ended, &evening());
}

#[test]
fn rule_19_a_sick_call_for_a_special_event_is_charged_twice() {
    let body =
        "when = { classes = [\"special_event\"] }\n[consequence]\nafter = [\"sick_call\"]\nfollows = { charge = 200 }";
    let sick = with_events(vec![here("sick_call", "2025-06-09T08:00")]);
    let finding = expect(Pass, body, &sick, &classed("special_event"));
    assert_eq!(finding.effects, [Effect::Charge { percent: 200, charged: Millis::from_hours(10) }]);
    assert_eq!(finding.sentence, "After sick call, 5 h are charged at 200 percent.");
    assert_eq!(expect(Pass, body, &sick, &classed("road")).effects, []);
    assert_eq!(expect(Unknown, body, &sick, &evening()).effects, []);
    let charged = "[hours]\ncounts = [\"detail\"]\nwindow = \"month\"\nlimit = \"12:00\"\nmeasure = \"charged\"";
    let doubled = Stint { charged: Some("10:00".parse().unwrap()), ..long(Stream::Detail, "2025-06-02T10:00", 300) };
    to_the_minute(charged, vec![doubled.clone()], "2025-06-12T18:00", 120);
    // Five hours on the last evening of May are charged as ten, of which four lie in June.
    let last_evening =
        Proposal { charged: Some("10:00".parse().unwrap()), ..detail("2025-05-31T18:00", "2025-05-31T23:00") };
    let june = |minutes| officer(vec![long(Stream::Detail, "2025-06-02T10:00", minutes)]);
    expect(Pass, charged, &june(480), &last_evening);
    let over = expect(Fail, charged, &june(481), &last_evening);
    assert_eq!(over.figures[2], Figure::After(Millis::from_mins(721)));
}

#[test]
fn rule_20_family_leave_with_the_chiefs_permission() {
    let body = "when = { statuses = [\"fmla_family\"] }\n[approval]\nkind = \"family_leave_work\"\nchain = [\"chief\"]";
    expect(Fail, body, &with_status("fmla_family"), &evening());
    expect(Pass, body, &officer(vec![]), &evening());
    let permitted = approval("family_leave_work", &[("chief", "2025-06-08T09:00")]);
    expect(Pass, body, &Context { approvals: vec![permitted], ..with_status("fmla_family") }, &evening());
}

#[test]
fn rule_21_suspension_releases_what_was_booked() {
    let body = "[status]\nnone_of = [\"suspended\", \"relieved_of_duty\", \"administrative_leave\"]\nreleases = true";
    for code in ["suspended", "relieved_of_duty", "administrative_leave"] {
        let finding = expect(Fail, body, &with_status(code), &evening());
        assert!(matches!(finding.effects[0], Effect::Release(span) if span.contains(at("2025-06-12T18:00"))));
        assert_eq!(finding.effects[1], Effect::Also("notify".into()));
    }
    let ends = Status {
        code: "suspended".into(),
        from: at("2025-06-11T00:00"),
        until: Some(at("2025-06-12T00:00")),
        known: Known::default(),
    };
    let ends = Context { statuses: vec![ends], ..officer(vec![]) };
    let still = expect(Fail, &format!("{body}\nlasts_after = \"24:00\""), &ends, &evening());
    let barred = Interval { start: at("2025-06-11T00:00"), end: at("2025-06-13T00:00") };
    assert_eq!(still.effects[0], Effect::Release(barred), "what is barred is released");
    expect(Pass, body, &officer(vec![]), &evening());
}

#[test]
fn rule_22_probation_and_training() {
    let coral = "[status]\nnone_of = [\"light_duty\", \"field_training\"]";
    expect(Fail, coral, &with_status("light_duty"), &evening());
    expect(Fail, coral, &with_status("field_training"), &evening());
    let riding = "[status]\none_of = [\"riding_phase_done\"]";
    expect(Fail, riding, &officer(vec![]), &evening());
    expect(Pass, riding, &with_status("riding_phase_done"), &evening());
    let spans = |parts: &[(&str, Option<&str>)]| {
        let status = |(from, until): &(&str, Option<&str>)| Status {
            code: "riding_phase_done".into(),
            from: at(from),
            until: until.map(at),
            known: Known::default(),
        };
        Context { statuses: parts.iter().map(status).collect(), ..officer(vec![]) }
    };
    let (noon, nine) = ("2025-06-12T12:00", "2025-06-12T21:00");
    let ends = expect(Fail, riding, &spans(&[(noon, Some(nine))]), &evening());
    assert_eq!(ends.sentence, "The officer is riding phase done for a part of the detail only.");
    expect(Pass, riding, &spans(&[(noon, Some(nine)), (nine, None)]), &evening());
    expect(Fail, riding, &spans(&[(nine, None)]), &evening());
    let alcohol = "when = { alcohol = true }\n[status]\nnone_of = [\"probation\"]";
    let bar = |served| Proposal { alcohol: Some(Alcohol { served, income_percent: None }), ..evening() };
    expect(Fail, alcohol, &with_status("probation"), &bar(true));
    expect(Pass, alcohol, &with_status("probation"), &bar(false));
    expect(Unknown, alcohol, &with_status("probation"), &evening());
}

#[test]
fn rule_23_performance_below_satisfactory() {
    let body = "[status]\nnone_of = [\"performance_below\"]";
    expect(Fail, body, &with_status("performance_below"), &evening());
    expect(Pass, body, &officer(vec![]), &evening());
}

#[test]
fn rule_24_leaving_the_agency() {
    let body = "[status]\nnone_of = [\"separation_agreement\", \"terminal_leave\"]";
    expect(Fail, body, &with_status("separation_agreement"), &evening());
    expect(Fail, body, &with_status("terminal_leave"), &evening());
    expect(Pass, body, &with_status("vacation"), &evening());
}

const PUBLIC: &str = "[approval]\nkind = \"outside_work\"\nchain = [\"sheriff\"]\nfor_employer = true\npublic_record = true\n\
    covers = [\"uniform\", \"weapon\", \"vehicle\"]\nstatements = [\"no_disrepute\", \"public_interest\"]";

#[test]
fn rule_25_each_officers_approval_in_the_public_record() {
    let uses = |what: &[&str]| Proposal { uses: Some(what.iter().map(|one| (*one).into()).collect()), ..evening() };
    let given = Approval {
        employer: Some(EMPLOYER),
        covers: vec!["uniform".into(), "weapon".into()],
        statements: vec!["no_disrepute".into(), "public_interest".into()],
        reference: Some("Minute Book 41, page 212".into()),
        ..approval("outside_work", &[("sheriff", "2025-06-02T09:00")])
    };
    expect(Pass, PUBLIC, &with_approval(given.clone()), &uses(&["uniform", "weapon"]));
    let car = expect(Fail, PUBLIC, &with_approval(given.clone()), &uses(&["uniform", "vehicle"]));
    assert_eq!(car.sentence, "The approval (outside work) does not cover vehicle.");
    expect(Unknown, PUBLIC, &with_approval(given.clone()), &evening());
    let unread = Approval { reference: None, ..given.clone() };
    expect(Fail, PUBLIC, &with_approval(unread), &uses(&["uniform"]));
    let one = Approval { statements: vec!["no_disrepute".into()], ..given.clone() };
    expect(Fail, PUBLIC, &with_approval(one), &uses(&["uniform"]));
    let recorded = given.clone();
    let other = Approval { employer: Some(CustomerId::from_bytes([4; 16])), ..given };
    expect(Fail, PUBLIC, &with_approval(other), &uses(&["uniform"]));
    let police_chief = PUBLIC.replace("sheriff", "police_chief");
    expect(Fail, &police_chief, &officer(vec![]), &uses(&["uniform"]));
    // Whose hand it is in decides: the register is the same.
    let by = |role: &str| Approval { signatures: vec![signature(role, "2025-06-02T09:00")], ..recorded.clone() };
    expect(Fail, &police_chief, &with_approval(by("sheriff")), &uses(&["uniform"]));
    expect(Pass, &police_chief, &with_approval(by("police_chief")), &uses(&["uniform"]));
}

#[test]
fn rule_26_chains_of_approvers() {
    let chain = |roles: &str, more: &str| format!("[approval]\nkind = \"outside_work\"\nchain = [{roles}]\n{more}");
    let signed = |who: &[(&str, &str)]| with_approval(approval("outside_work", who));
    let georgia = chain("\"coordinator\", \"commissioner\"", "in_order = true");
    expect(
        Pass,
        &georgia,
        &signed(&[("coordinator", "2025-06-02T09:00"), ("commissioner", "2025-06-03T09:00")]),
        &evening(),
    );
    let backwards = signed(&[("coordinator", "2025-06-03T09:00"), ("commissioner", "2025-06-02T09:00")]);
    expect(Fail, &georgia, &backwards, &evening());
    let andover = chain("\"chief\", \"city_administrator\"", "");
    let waits = expect(Fail, &andover, &signed(&[("chief", "2025-06-02T09:00")]), &evening());
    assert_eq!(waits.sentence, "The approval (outside work) waits for the city administrator.");
    let seattle = chain("\"own_precinct_commander\", \"job_precinct_commander\"", "");
    let both = [("own_precinct_commander", "2025-06-02T09:00"), ("job_precinct_commander", "2025-06-02T10:00")];
    expect(Pass, &seattle, &signed(&both), &evening());
    for (good_for, signed_on, outcome) in
        [(1, "2025-05-13", Pass), (1, "2025-05-12", Fail), (6, "2024-12-13", Pass), (6, "2024-12-12", Fail)]
    {
        let dallas = chain("\"chief\"", &format!("good_for = {{ months = {good_for} }}"));
        expect(outcome, &dallas, &signed(&[("chief", &format!("{signed_on}T09:00"))]), &evening());
    }
}

#[test]
fn rule_27_expiry_and_renewal() {
    let permit = "when = { runs_over_days = 30 }\n[approval]\nkind = \"permit\"\ngood_for = \"year\"";
    let runs = |days| Proposal { runs_days: Some(days), ..evening() };
    let signed = |on: &str| with_approval(approval("permit", &[("sheriff", &format!("{on}T09:00"))]));
    expect(Pass, permit, &signed("2025-01-02"), &runs(31));
    expect(Fail, permit, &signed("2024-12-30"), &runs(31));
    expect(Pass, permit, &officer(vec![]), &runs(30));
    expect(Unknown, permit, &officer(vec![]), &evening());
    let yearly = "[approval]\nkind = \"permit\"\ngood_for = { months = 12 }";
    expect(Pass, yearly, &signed("2024-06-13"), &evening());
    expect(Fail, yearly, &signed("2024-06-12"), &evening());
    let night = detail("2025-06-12T22:00", "2025-06-13T04:00");
    assert!(expect(Fail, yearly, &signed("2024-06-13"), &night).sentence.contains("in the middle of the detail"));
}

fn by_word() -> Approval {
    Approval { oral: true, ..approval("outside_work", &[("supervisor", "2025-06-09T09:00")]) }
}

#[test]
fn rule_28_emergency_approval_and_its_paperwork() {
    let georgia = "[approval]\nkind = \"outside_work\"\nchain = [\"commissioner\"]\nemergency = { asked_within = \"72:00\", \
        by = [\"supervisor\"], paperwork = { within = \"72:00\" } }";
    let asked = |when: &str| Proposal { requested_at: Some(at(when)), ..evening() };
    let word = with_approval(by_word());
    let told = expect(Pass, georgia, &word, &asked("2025-06-09T18:00"));
    let due = Effect::Due { what: "paperwork:outside_work".into(), by: at("2025-06-12T09:00") };
    assert_eq!(
        (told.effects.as_slice(), told.sentence.as_str()),
        ([due].as_slice(), "Approved by word (outside work); the paperwork is due by 2025-06-12 09:00.")
    );
    expect(Fail, georgia, &word, &asked("2025-06-09T17:59"));
    expect(Unknown, georgia, &word, &evening());
    let later = ask_at(georgia, Stage::Ruling, &word, &asked("2025-06-09T18:00"), "2025-06-12T09:01");
    assert!(later.outcome == Fail && later.sentence.contains("was due by 2025-06-12 09:00 and is missing"));
    let unnamed = "[approval]\nkind = \"outside_work\"\nemergency = { asked_within = \"72:00\", by = [\"supervisor\"], \
        paperwork = \"next_duty_day\" }";
    let duty = vec![stint(Stream::OnDuty, "2025-06-10T08:00", "2025-06-10T16:00")];
    let due = expect(Pass, unnamed, &Context { stints: duty, ..word.clone() }, &asked("2025-06-10T08:00")).figures;
    assert_eq!(due, [Figure::At(at("2025-06-11T00:00"))]);
    expect(Unknown, unnamed, &word, &asked("2025-06-10T08:00"));
}

#[test]
fn rule_29_prohibited_employers() {
    let barred = |tags: &str| format!("when = {{ tags = [{tags}] }}\n[forbidden]\n");
    let georgia =
        ["wrecker", "bail_bond", "private_investigator", "adult", "alcohol_primary", "fast_food", "retail_sales"];
    let unnamed = ["towing", "taxi", "process_server", "bodyguard", "bill_collector"];
    let chandler = ["bar", "civil_process", "crash_reconstruction"];
    for tags in [&georgia[..], &unnamed, &chandler, &["labor_dispute"]] {
        let body = barred(&format!("{tags:?}").replace(['[', ']'], ""));
        for tag in tags {
            expect(Fail, &body, &officer(vec![]), &tagged(&[tag]));
        }
        expect(Pass, &body, &officer(vec![]), &tagged(&["hospital"]));
        expect(Unknown, &body, &officer(vec![]), &evening());
    }
    let after_two =
        "when = { tags = [\"after_hours_club\"], in_hours = { from = \"2:00\", until = \"6:00\" } }\n[forbidden]\n";
    let club = |to: &str| Proposal { tags: Some(vec!["after_hours_club".into()]), ..detail("2025-06-12T22:00", to) };
    expect(Pass, after_two, &officer(vec![]), &club("2025-06-13T02:00"));
    expect(Fail, after_two, &officer(vec![]), &club("2025-06-13T02:01"));
    let income = "when = { alcohol_percent = 51 }\n[forbidden]\n";
    let part = |percent| Proposal { alcohol: Some(Alcohol { served: true, income_percent: percent }), ..evening() };
    expect(Fail, income, &officer(vec![]), &part(Some(51)));
    expect(Pass, income, &officer(vec![]), &part(Some(50)));
    expect(Unknown, income, &officer(vec![]), &part(None));
}

#[test]
fn rule_29_an_approval_does_not_outlast_a_labor_dispute() {
    let approved = "[approval]\nkind = \"outside_work\"\nfor_employer = true";
    let set = set(vec![rule(approved), rule("when = { tags = [\"labor_dispute\"] }\n[forbidden]\n")]);
    let given = approval("outside_work", &[("chief", "2025-06-02T09:00")]);
    let context = with_approval(Approval { employer: Some(EMPLOYER), ..given });
    let says = |tags: &[&str]| {
        let found = evaluate(&set, Stage::ClockIn, &context, &tagged(tags), at(super::sample::NOW));
        found.into_iter().map(|finding| finding.outcome).collect::<Vec<_>>()
    };
    assert_eq!(says(&["hospital"]), [Pass, Pass]);
    // Whoever hires is known to be in one only since the approval was given: from then on it does not help.
    assert_eq!(says(&["hospital", "labor_dispute"]), [Pass, Fail]);
}

#[test]
fn rule_30_staffing_where_alcohol_is_served() {
    let party = |people, officers| Proposal {
        alcohol: Some(Alcohol { served: true, income_percent: None }),
        attendees: people,
        ..crew(officers, &[])
    };
    let wilton = "when = { alcohol = true, attendees = 100 }\n[staffing]\nofficers = 2";
    expect(Fail, wilton, &officer(vec![]), &party(Some(100), 1));
    expect(Pass, wilton, &officer(vec![]), &party(Some(100), 2));
    expect(Pass, wilton, &officer(vec![]), &party(Some(99), 1));
    expect(Unknown, wilton, &officer(vec![]), &party(None, 1));
    let lucie = "when = { alcohol = true }\n[staffing]\nofficers = 2";
    expect(Fail, lucie, &officer(vec![]), &party(None, 1));
    let formula = "[staffing]\none_per_attendees = 150";
    expect(Fail, formula, &officer(vec![]), &party(Some(301), 2));
    expect(Pass, formula, &officer(vec![]), &party(Some(300), 2));
    let training = "when = { alcohol = true }\n[documents]\nneeds = [\"liquor_training\"]\nrenewed_every_months = 36";
    let trained = |on: &str| Context { documents: vec![document("liquor_training", on, None)], ..officer(vec![]) };
    expect(Pass, training, &trained("2022-06-13"), &party(None, 1));
    expect(Fail, training, &trained("2022-06-12"), &party(None, 1));
}

#[test]
fn rule_31_supervisor_ratios() {
    let level = |body: &str| format!("[[staffing.level]]\n{body}\n");
    let none = &officer(vec![]);
    for from in [3usize, 5] {
        let body = level(&format!("rank = \"sergeant\"\nfrom = {from}"));
        expect(Pass, &body, none, &crew(from - 1, &[]));
        expect(Fail, &body, none, &crew(from, &[]));
        expect(Pass, &body, none, &crew(from - 1, &["sergeant"]));
    }
    let amarillo =
        [level("rank = \"sergeant\"\nfrom = 4"), level("rank = \"lieutenant\"\nfrom = 8\nadditional = true")].concat();
    expect(Pass, &amarillo, none, &crew(3, &["sergeant"]));
    expect(Fail, &amarillo, none, &crew(4, &[]));
    expect(Fail, &amarillo, none, &crew(7, &["sergeant"]));
    expect(Pass, &amarillo, none, &crew(7, &["sergeant", "lieutenant"]));
    expect(Pass, &amarillo, none, &crew(6, &["sergeant"]));
    let georgia = [
        level("rank = \"corporal\"\nfrom = 13\none_per = 12"),
        level("rank = \"lieutenant\"\nfrom = 2\none_per = 2\nof = \"corporal\""),
        level("rank = \"captain\"\nfrom = 2\none_per = 2\nof = \"lieutenant\""),
    ]
    .concat();
    expect(Pass, &georgia, none, &crew(12, &[]));
    expect(Fail, &georgia, none, &crew(13, &[]));
    expect(Pass, &georgia, none, &crew(12, &["corporal"]));
    expect(Fail, &georgia, none, &crew(22, &["corporal", "corporal"]));
    expect(Pass, &georgia, none, &crew(21, &["corporal", "corporal", "captain"]));
    let four = ["corporal"; 4];
    expect(Fail, &georgia, none, &crew(44, &[&four[..], &["lieutenant", "lieutenant"]].concat()));
    expect(Pass, &georgia, none, &crew(44, &[&four[..], &["lieutenant", "captain", "captain"]].concat()));
    let substitute = level("rank = \"sergeant\"\nfrom = 5\nsubstitutes = [\"corporal\"]");
    expect(Pass, &substitute, none, &crew(4, &["corporal"]));
}

#[test]
fn rule_31_who_stands_in_above_is_not_missing_below() {
    let level = |body: &str| format!("[[staffing.level]]\n{body}\n");
    let none = &officer(vec![]);
    // Whichever of them is looked at first.
    let above = |substitutes: &str| {
        let lieutenant = format!("rank = \"lieutenant\"\nfrom = 2\nsubstitutes = [{substitutes}]");
        [level("rank = \"sergeant\"\nfrom = 2"), level(&lieutenant)].concat()
    };
    for (substitutes, ranks) in
        [("\"corporal\"", ["corporal", "sergeant"]), ("\"corporal\", \"sergeant\"", ["sergeant", "corporal"])]
    {
        expect(Pass, &above(substitutes), none, &manned(&ranks));
        expect(Fail, &above(substitutes), none, &manned(&["officer", ranks[0]]));
        expect(Fail, &above(substitutes), none, &manned(&["corporal", "corporal"]));
    }
    expect(Fail, &above("\"corporal\""), none, &manned(&["lieutenant", "officer"]));
    expect(Pass, &above("\"corporal\""), none, &manned(&["lieutenant", "lieutenant"]));
}

#[test]
fn rule_32_chain_of_command() {
    let me = OfficerId::from_bytes([1; 16]);
    let other = OfficerId::from_bytes([2; 16]);
    let ranked = |rank: &str, standing| Context {
        officer: Some(me),
        ranks: vec![RankSince { rank: rank.into(), from: at("2020-01-01T00:00"), known: Known::default() }],
        relations: vec![Relation { person: other, standing, known: Known::default() }],
        ..officer(vec![])
    };
    let scheduled = Proposal { scheduled_by: Some(other), ..evening() };
    let subordinate = "[command]\nscheduled_by_subordinate = true";
    expect(Fail, subordinate, &ranked("sergeant", Standing::Subordinate), &scheduled);
    expect(Pass, subordinate, &ranked("sergeant", Standing::Superior), &scheduled);
    expect(Unknown, subordinate, &ranked("sergeant", Standing::Superior), &evening());
    let captains = "[command]\nbeside_same_rank = [\"captain\"]";
    expect(Fail, captains, &ranked("captain", Standing::Apart), &crew(2, &["captain"]));
    expect(Pass, captains, &ranked("lieutenant", Standing::Apart), &crew(2, &["captain"]));
    let majors = "when = { rank_from = \"major\" }\n[approval]\nkind = \"command_work\"\nchain = [\"chief\"]";
    expect(Fail, majors, &ranked("major", Standing::Apart), &evening());
    expect(Pass, majors, &ranked("captain", Standing::Apart), &evening());
    let oversees = "[command]\noverseen_by_self = true";
    expect(Fail, oversees, &ranked("chief", Standing::Apart), &Proposal { overseen_by: vec![me], ..evening() });
    expect(Pass, oversees, &ranked("chief", Standing::Apart), &Proposal { overseen_by: vec![other], ..evening() });
}

#[test]
fn rule_33_certifications_at_the_date_of_the_job() {
    let posted = "[documents]\nas_posted = true";
    let job =
        Proposal { requires: vec!["personal_protection".into()], ..detail("2025-06-12T22:00", "2025-06-13T04:00") };
    let holds =
        |until| Context { documents: vec![document("personal_protection", "2024-01-01", until)], ..officer(vec![]) };
    expect(Pass, posted, &holds(None), &job);
    expect(Pass, posted, &holds(Some("2025-06-13")), &job);
    let during = expect(Fail, posted, &holds(Some("2025-06-12")), &job);
    assert_eq!(during.sentence, "The officer's personal protection ends on 2025-06-12, in the middle of the detail.");
    expect(Fail, posted, &officer(vec![]), &job);
    let dog = "when = { uses = [\"k9\"] }\n[approval]\nkind = \"k9\"";
    let with_dog = Proposal { uses: Some(vec!["k9".into()]), ..evening() };
    expect(Fail, dog, &officer(vec![]), &with_dog);
    expect(Pass, dog, &with_approval(approval("k9", &[("chief", "2025-06-02T09:00")])), &with_dog);
    expect(Pass, dog, &officer(vec![]), &Proposal { uses: Some(vec!["uniform".into()]), ..evening() });
}

#[test]
fn rule_34_where_details_may_be() {
    let at_place =
        |latitude_e7| Proposal { place: Some(Point { latitude_e7, longitude_e7: -705_000_000 }), ..evening() };
    let (inside, outside) = (at_place(425_000_000), at_place(431_000_000));
    let dallas = "when = { outside = \"city\" }\n[forbidden]\n";
    expect(Pass, dallas, &officer(vec![]), &inside);
    expect(Fail, dallas, &officer(vec![]), &outside);
    expect(Unknown, dallas, &officer(vec![]), &evening());
    let lexington = "when = { statuses = [\"outside_department\"] }\n[approval]\nkind = \"outside_department\"\nchain = [\"chief\"]";
    expect(Fail, lexington, &with_status("outside_department"), &inside);
    expect(Pass, lexington, &officer(vec![]), &inside);
    let approved = approval("outside_department", &[("chief", "2025-06-02T09:00")]);
    expect(Pass, lexington, &Context { approvals: vec![approved], ..with_status("outside_department") }, &inside);
    let site = crate::ids::SiteId::from_bytes([5; 16]);
    let denied = format!("when = {{ sites = [\"{site}\"] }}\n[forbidden]\n");
    expect(Fail, &denied, &officer(vec![]), &Proposal { site: Some(site), ..evening() });
    let elsewhere = Some(crate::ids::SiteId::from_bytes([6; 16]));
    expect(Pass, &denied, &officer(vec![]), &Proposal { site: elsewhere, ..evening() });
    let allowed = format!("when = {{ not_sites = [\"{site}\"] }}\n[forbidden]\n");
    expect(Pass, &allowed, &officer(vec![]), &Proposal { site: Some(site), ..evening() });
}

#[test]
fn rule_35_equipment_and_vehicles() {
    let insured =
        "when = { uses = [\"vehicle\"] }\n[documents]\nof = \"customer\"\nneeds = [\"insurance\", \"indemnity\"]";
    let car = |documents| Proposal { uses: Some(vec!["vehicle".into()]), customer_documents: documents, ..evening() };
    let both =
        |until| Some(vec![document("insurance", "2025-01-01", Some(until)), document("indemnity", "2025-01-01", None)]);
    expect(Pass, insured, &officer(vec![]), &car(both("2025-06-12")));
    expect(Fail, insured, &officer(vec![]), &car(both("2025-06-11")));
    expect(Fail, insured, &officer(vec![]), &car(Some(vec![document("insurance", "2025-01-01", None)])));
    expect(Unknown, insured, &officer(vec![]), &car(None));
    let written = "[approval]\nkind = \"equipment\"\ncovers = [\"uniform\", \"weapon\", \"vehicle\"]";
    let covered =
        Approval { covers: vec!["vehicle".into()], ..approval("equipment", &[("chief", "2025-06-02T09:00")]) };
    expect(Pass, written, &with_approval(covered), &car(None));
    let records = "when = { uses = [\"departmental_records\"] }\n[forbidden]\n";
    expect(Fail, records, &officer(vec![]), &Proposal { uses: Some(vec!["departmental_records".into()]), ..evening() });
}

#[test]
fn rule_36_body_camera_worn_and_uploaded() {
    let upload = "[required]\nevents = [\"video_uploaded\"]\ndue = { after_end = \"72:00\" }\n\
        sooner = { after = [\"arrest_class_b\"], due = \"end\" }";
    let when = |events, now| ask_at(upload, Stage::Ruling, &with_events(events), &evening(), now).outcome;
    assert_eq!(when(vec![], "2025-06-15T23:00"), Pass);
    assert_eq!(when(vec![], "2025-06-15T23:01"), Fail);
    assert_eq!(when(vec![here("video_uploaded", "2025-06-15T22:00")], "2025-06-20T00:00"), Pass);
    let arrest = || here("arrest_class_b", "2025-06-12T20:00");
    assert_eq!(when(vec![arrest()], "2025-06-12T23:01"), Fail);
    assert_eq!(when(vec![arrest(), here("video_uploaded", "2025-06-12T22:59")], "2025-06-20T00:00"), Pass);
    let worn = "[required]\nevents = [\"camera_on\"]\ndue = \"start\"";
    assert_eq!(ask_at(worn, Stage::Sync, &with_events(vec![]), &evening(), "2025-06-12T18:30").outcome, Fail);
}

#[test]
fn rule_37_check_in_and_log_on() {
    let body = "[required]\nevents = [\"clock_in\", \"dispatch_log_on\"]\ndue = \"end\"";
    let now = |events| ask_at(body, Stage::Ruling, &with_events(events), &evening(), "2025-06-13T08:00").outcome;
    assert_eq!(now(vec![here("clock_in", "2025-06-12T17:55"), here("dispatch_log_on", "2025-06-12T18:00")]), Pass);
    assert_eq!(now(vec![here("clock_in", "2025-06-12T17:55")]), Fail);
    let incident = "[required]\nevents = [\"incident_report\"]\ndue = \"end\"";
    let late = with_events(vec![here("incident_report", "2025-06-13T01:00")]);
    assert_eq!(ask_at(incident, Stage::Ruling, &late, &evening(), "2025-06-13T08:00").outcome, Fail);
}

#[test]
fn rule_38_the_employers_own_rules_are_not_enforced() {
    let body = "[required]\nevents = [\"acknowledged_employer_rules\"]\ndue = \"start\"\n\
        text = \"I enforce the law and not the employer's own rules.\"";
    let read = with_events(vec![here("acknowledged_employer_rules", "2025-06-09T10:00")]);
    expect(Pass, body, &read, &evening());
    assert_eq!(ask_at(body, Stage::ClockIn, &with_events(vec![]), &evening(), "2025-06-12T18:01").outcome, Fail);
}

#[test]
fn rule_39_notice_of_cancelling() {
    let five = "[notice]\nat_least = { days = 5 }\nexcept = [\"emergency\"]";
    let told = |when: &str, reason: &str| Proposal {
        giving_up: Some(GivingUp { told_at: at(when), reason: reason.into(), ..GivingUp::default() }),
        ..evening()
    };
    expect(Pass, five, &officer(vec![]), &told("2025-06-07T18:00", ""));
    let late = expect(Fail, five, &officer(vec![]), &told("2025-06-07T18:01", ""));
    assert_eq!(late.sentence, "Given up 119 h 59 m ahead; it takes 5 days of notice.");
    expect(Pass, five, &officer(vec![]), &told("2025-06-12T17:00", "emergency"));
    let station = "[lockout]\nevents = [\"cancelled\", \"no_show\"]\nnotice_under = { days = 5 }\nreleases = true\n\
        step = [{ times = 1, lasts = { days = 30 } }]";
    let job = ("2025-05-20T18:00", "2025-05-20T23:00");
    let locked = expect(Fail, station, &with_events(vec![event("cancelled", "2025-05-16T12:00", job)]), &evening());
    let span = Interval { start: at("2025-05-16T12:00"), end: at("2025-06-15T12:00") };
    assert_eq!(locked.effects, [Effect::LockedOut(span), Effect::Release(span)]);
    expect(Pass, station, &with_events(vec![event("cancelled", "2025-05-15T18:00", job)]), &evening());
    expect(Fail, station, &with_events(vec![event("no_show", "2025-05-20T18:30", job)]), &evening());
}

#[test]
fn rule_40_the_ladder_for_not_coming() {
    let ladder = "[lockout]\nevents = [\"no_show\"]\nlook_back_days = 730\nstep = [\n\
        { times = 1, lasts = { days = 30 }, also = [\"reprimand\"] },\n{ times = 2, lasts = { days = 60 } },\n\
        { times = 3, lasts = { days = 120 } },\n{ times = 4, lasts = { months = 12 } }]";
    let last = "2025-06-01T18:00";
    let missed = |dates: &[&str]| with_events(dates.iter().map(|date| event("no_show", date, (date, date))).collect());
    let earlier = ["2025-01-01T18:00", "2025-02-01T18:00", "2025-03-01T18:00"];
    for (times, end) in
        [(1, "2025-07-01T18:00"), (2, "2025-07-31T18:00"), (3, "2025-09-29T18:00"), (4, "2026-06-01T18:00")]
    {
        let dates = [&earlier[..times - 1], &[last]].concat();
        let finding = expect(Fail, ladder, &missed(&dates), &evening());
        assert_eq!(finding.figures, [Figure::Count(times as u32), Figure::At(at(end))], "{}", finding.sentence);
    }
    let first = expect(Fail, ladder, &missed(&[last]), &evening());
    assert_eq!(first.effects[1], Effect::Also("reprimand".into()));
    expect(Pass, ladder, &missed(&["2025-05-01T18:00"]), &evening());
    let excused = with_events(vec![Event { excused: true, ..event("no_show", last, (last, last)) }]);
    expect(Pass, ladder, &excused, &evening());
}

#[test]
fn rule_41_cool_down_after_cancelling() {
    let body = "[lockout]\nevents = [\"cancelled\"]\nstep = [{ times = 1, lasts = { job_day = \"0:01\" } }]";
    let gave_up = with_events(vec![event("cancelled", "2025-06-08T12:00", ("2025-06-12T08:00", "2025-06-12T12:00"))]);
    expect(Fail, body, &gave_up, &detail("2025-06-12T23:00", "2025-06-13T04:00"));
    expect(Pass, body, &gave_up, &detail("2025-06-13T00:01", "2025-06-13T04:00"));
    expect(Fail, body, &gave_up, &detail("2025-06-13T00:00", "2025-06-13T04:00"));
    expect(Pass, body, &gave_up, &detail("2025-06-11T18:00", "2025-06-12T00:01"));
}

#[test]
fn rule_42_who_finds_a_replacement() {
    let mode = |mode: &str| format!("[notice]\nreplacement = \"{mode}\"\ncharged_percent_unless_told = 100");
    let giving = |replacement, coordinator_told| Proposal {
        giving_up: Some(GivingUp {
            told_at: at("2025-06-09T09:00"),
            replacement,
            coordinator_told,
            ..GivingUp::default()
        }),
        ..evening()
    };
    let friend = Some(OfficerId::from_bytes([2; 16]));
    for (name, replacement, told, outcome) in [
        ("officer", None, true, Fail),
        ("officer", friend, true, Pass),
        ("coordinator", None, false, Fail),
        ("coordinator", None, true, Pass),
        ("pool", None, true, Pass),
        ("not_needed", None, true, Pass),
        ("no_trades", friend, true, Fail),
    ] {
        expect(outcome, &mode(name), &officer(vec![]), &giving(replacement, told));
    }
    let untold = expect(Pass, &mode("officer"), &officer(vec![]), &giving(friend, false));
    assert_eq!(untold.effects, [Effect::Charge { percent: 100, charged: Millis::from_hours(5) }]);
}

#[test]
fn rule_43_throttles_on_applications_and_jobs() {
    let hourly = "[count]\nevents = [\"applied\"]\nat_most = 2\nwindow = { rolling = \"1:00\" }";
    let applied = |times: &[&str]| {
        with_events(times.iter().map(|time| event("applied", time, ("2025-06-20T00:00", "2025-06-20T05:00"))).collect())
    };
    expect(Pass, hourly, &applied(&["2025-06-09T11:30", "2025-06-09T11:00"]), &evening());
    let third = expect(Fail, hourly, &applied(&["2025-06-09T11:30", "2025-06-09T11:01"]), &evening());
    assert_eq!(third.figures[..2], [Figure::Count(3), Figure::AtMost(2)]);
    let weekly = "[count]\nevents = [\"awarded\"]\nat_most = 2\nwindow = \"week\"\nby = \"job\"";
    let jobs = |days: &[&str]| {
        let awarded =
            |day: &&str| event("awarded", "2025-06-01T12:00", (&format!("{day}T18:00"), &format!("{day}T20:00")));
        with_events(days.iter().map(awarded).collect())
    };
    expect(Pass, weekly, &jobs(&["2025-06-08", "2025-06-15"]), &evening());
    expect(Fail, weekly, &jobs(&["2025-06-08", "2025-06-14"]), &evening());
}

#[test]
fn rule_44_days_in_a_row() {
    let body = "[days_in_a_row]\ncounts = [\"on_duty\", \"detail\"]\nat_most = 6";
    let worked = |days: &[u32]| {
        officer(
            days.iter()
                .map(|d| stint(Stream::OnDuty, &format!("2025-06-{d:02}T08:00"), &format!("2025-06-{d:02}T16:00")))
                .collect(),
        )
    };
    expect(Pass, body, &worked(&[7, 8, 9, 10, 11]), &evening());
    expect(Fail, body, &worked(&[6, 7, 8, 9, 10, 11]), &evening());
    expect(Fail, body, &worked(&[9, 10, 11, 13, 14, 15]), &evening());
    let night = detail("2025-06-12T20:00", "2025-06-13T00:01");
    let seven = expect(Fail, body, &worked(&[7, 8, 9, 10, 11]), &night);
    assert_eq!(seven.figures, [Figure::Count(7), Figure::AtMost(6)]);
    let ever = long(Stream::OnDuty, "2025-04-01T00:00", 72 * 24 * 60);
    let said = expect(Fail, body, &officer(vec![ever]), &evening()).sentence;
    assert_eq!(said, "With this detail 32 days or more in a row; at most 6.");
}

#[test]
fn rule_44_a_seventh_day_may_be_let_pass() {
    let body =
        "override = { right = \"coordinator\" }\n[days_in_a_row]\ncounts = [\"on_duty\", \"detail\"]\nat_most = 6";
    let set = set(vec![rule(body)]);
    let week = officer(vec![long(Stream::OnDuty, "2025-06-06T08:00", 6 * 24 * 60)]);
    let seventh = expect(Fail, body, &week, &evening());
    let coordinator = Overrider { name: "Coordinator", rights: &["coordinator"] };
    let kept =
        set.override_finding(&seventh, coordinator, "", "Nobody else has applied", at("2025-06-09T13:00")).unwrap();
    assert_eq!((kept.right.as_str(), kept.finding), ("coordinator", seventh.clone()));
    let officer = Overrider { name: "Officer", rights: &[] };
    let refused = set.override_finding(&seventh, officer, "", "Nobody else has applied", at("2025-06-09T13:00"));
    assert!(matches!(refused.unwrap_err(), NotOverridden::NoRight { .. }));
}

#[test]
fn rule_45_recall_to_duty_is_not_billed() {
    let body = "[consequence]\nafter = [\"recalled\"]\nfollows = \"not_billed\"";
    let recalled = with_events(vec![here("recalled", "2025-06-12T21:00")]);
    let finding = ask_at(body, Stage::Invoice, &recalled, &evening(), "2025-06-13T08:00");
    let rest = Interval { start: at("2025-06-12T21:00"), end: at("2025-06-12T23:00") };
    assert_eq!((finding.outcome, finding.effects), (Pass, vec![Effect::NotBilled(rest)]));
}

#[test]
fn rule_46_police_action_is_duty() {
    let body = "[consequence]\nafter = [\"police_action\"]\nfollows = { count_as = \"on_duty\" }";
    let action = Event {
        about: Some(Interval { start: at("2025-06-12T20:00"), end: at("2025-06-12T20:40") }),
        ..here("police_action", "2025-06-12T20:40")
    };
    let finding = ask_at(body, Stage::Ruling, &with_events(vec![action.clone()]), &evening(), "2025-06-13T08:00");
    assert_eq!(finding.effects, [Effect::CountAs { stream: Stream::OnDuty, when: action.about.unwrap() }]);
    assert_eq!(finding.outcome, Pass);
}

#[test]
fn rule_47_reports_due_in_72_hours() {
    let body = "[required]\nevents = [\"detail_slip\"]\ndue = { after_end = \"72:00\" }";
    let when = |events, now| ask_at(body, Stage::Ruling, &with_events(events), &evening(), now);
    let waiting = when(vec![], "2025-06-13T08:00");
    assert_eq!(waiting.effects, [Effect::Due { what: "detail_slip".into(), by: at("2025-06-15T23:00") }]);
    assert_eq!(waiting.sentence, "Due by 2025-06-15 23:00: detail slip.");
    assert_eq!(when(vec![], "2025-06-16T08:00").outcome, Fail);
    assert_eq!(when(vec![here("detail_slip", "2025-06-15T23:00")], "2025-06-16T08:00").outcome, Pass);
    assert_eq!(when(vec![here("detail_slip", "2025-06-15T23:01")], "2025-06-16T08:00").outcome, Fail);
}

#[test]
fn rule_48_large_events_need_a_form() {
    for from in [10usize, 13] {
        let body = format!(
            "when = {{ officers = {from} }}\n[approval]\nkind = \"event_form\"\nfor_detail = true\nchain = [\"coordinator\"]"
        );
        let filed = |detail| Approval { detail, ..approval("event_form", &[("coordinator", "2025-06-08T09:00")]) };
        expect(Pass, &body, &officer(vec![]), &crew(from - 1, &[]));
        expect(Fail, &body, &officer(vec![]), &crew(from, &[]));
        expect(Fail, &body, &with_approval(filed(None)), &crew(from, &[]));
        expect(Pass, &body, &with_approval(filed(Some(evening().detail))), &crew(from, &[]));
    }
}

#[test]
fn rule_49_exceptions_in_an_emergency() {
    let over = "override = { right = \"commissioner\", reasons = [\"riot\", \"disaster\", \"exigency\"] }\n";
    let body = format!("{over}{}", hours(COMBINED, "\"week\"", "64:00", ""));
    let set = set(vec![rule(&body)]);
    let context = officer(vec![long(Stream::OnDuty, "2025-06-08T00:00", 62 * 60)]);
    let finding = expect(Fail, &body, &context, &evening());
    let commissioner = Overrider { name: "Commissioner", rights: &["commissioner"] };
    let kept = set.override_finding(&finding, commissioner, "riot", "Riot downtown", at("2025-06-09T13:00")).unwrap();
    assert_eq!((kept.before, kept.after), (Some(Millis::from_hours(62)), Some(Millis::from_hours(67))));
    let now = UnixMillis::default();
    let refused = |by: Overrider<'_>, code: &str, reason: &str| {
        set.override_finding(&finding, by, code, reason, now).unwrap_err()
    };
    let sergeant = Overrider { name: "Sergeant", rights: &["override_policy"] };
    assert!(matches!(refused(sergeant, "riot", "why"), NotOverridden::NoRight { .. }));
    assert!(matches!(refused(commissioner, "busy", "why"), NotOverridden::OtherReason { .. }));
    assert_eq!(refused(commissioner, "riot", " "), NotOverridden::NoReason);
}

#[test]
fn rule_50_conflicts_of_interest() {
    let body = "when = { tags = [\"city_franchise\", \"collections\", \"surveillance\"] }\n[forbidden]\n";
    for tag in ["city_franchise", "collections", "surveillance"] {
        expect(Fail, body, &officer(vec![]), &tagged(&[tag]));
    }
    expect(Pass, body, &officer(vec![]), &tagged(&["hospital"]));
    assert_eq!(new_york().name(), "America/New_York");
}
