//! What the rules and the award cost: pure functions, so the fastest of several runs counts.

use std::hint::black_box;
use std::time::Duration;

use detailbook_core::award::{
    Applicant, Application, Case, Contract, Entry as LedgerEntry, EntryKind, Happening, Limits, Method, Opening,
    Secret, Standings, Tier, Timing, Window, Wish, award,
};
use detailbook_core::ids::{CommandId, DetailId, OfficerId, PositionId, RecordId};
use detailbook_core::policy::{
    Alcohol, Context, Entry, Evaluator, Event, Feed, Known, Proposal, RuleSet, Severities, Severity, Source, Stage,
    Stint, Stream, evaluate,
};
use detailbook_core::time::{Interval, Millis, UnixMillis, Zone};

use super::report::{Row, micros, millis};
use super::{Bench, Outcome, machine};

/// The worked example of docs/policy.md.
const EXAMPLE: &str = include_str!("../../../core/fixtures/policy/harbor-falls.toml");
const RULES: usize = 50;
const SHIFTS: i64 = 365;
const OFFICERS: usize = 5_000;
/// Officers differ, but not all need be held at once.
const DIFFERENT: usize = 64;
/// Ledger entries of each applicant.
const ENTRIES: u128 = 40;
const RUNS: usize = 9;
/// Questions in one run about one officer.
const AT_ONCE: u32 = 50;

const ONE_OFFICER: Duration = Duration::from_micros(100);
const A_POSTING: Duration = Duration::from_millis(250);
const AN_AWARD: Duration = Duration::from_millis(50);

/// The rules, then the award.
pub(super) fn rows(_: &Bench) -> Outcome<Vec<Row>> {
    let mut rows = policy_rows()?;
    for openings in [1, 10, 50] {
        rows.push(award_row(openings, &format!("{openings} positions"), window(openings)?)?);
    }
    rows.push(award_row(1, "10 positions, 2 of them supervisors', in 3 tiers", supervised(window(10)?))?);
    Ok(rows)
}

fn fastest(mut run: impl FnMut()) -> Duration {
    (0..RUNS).map(|_| machine::timed(&mut run).0).min().unwrap_or_default()
}

fn judged(what: String, took: Duration, budget: Duration, told: fn(Duration) -> String) -> Row {
    Row::judged(what, told(took), told(budget), took < budget).with("us", took.as_secs_f64() * 1e6)
}

fn policy_rows() -> Outcome<Vec<Row>> {
    let (set, proposal) = (rules()?, evening());
    let officers: Vec<Context> = (0..DIFFERENT).map(officer).collect();
    let everybody = || officers.iter().cycle().take(OFFICERS);
    let one = fastest(|| {
        for _ in 0..AT_ONCE {
            black_box(evaluate(&set, Stage::Award, &officers[0], &proposal, now()));
        }
    }) / AT_ONCE;
    let read = fastest(|| {
        everybody().for_each(|officer| {
            black_box(worked(officer));
        });
    });
    let evaluator = Evaluator::new(&set, Stage::Award);
    let told = fastest(|| everybody().for_each(|of| drop(black_box(evaluator.evaluate(of, &proposal, now())))));
    let against = fastest(|| everybody().for_each(|of| drop(black_box(evaluator.against(of, &proposal, now())))));
    let screened = fastest(|| everybody().for_each(|of| drop(black_box(evaluator.screen(of, &proposal, now())))));
    let sum = format!("{} to add up the stints", millis(read));
    let all = |how: &str| format!("{RULES} rules, {OFFICERS} officers of a posting, {how}");
    Ok(vec![
        judged(format!("{RULES} rules, one officer with {SHIFTS} stints"), one, ONE_OFFICER, micros)
            .over(format!("{} to add up the stints", micros(read / OFFICERS as u32))),
        judged(all("verdicts"), screened, A_POSTING, millis).over(&*sum),
        judged(all("what stands against"), against, A_POSTING, millis).over(&*sum),
        judged(all("every sentence"), told, A_POSTING, millis).over(sum),
    ])
}

/// The least that anybody who limits hours must do.
fn worked(officer: &Context) -> Millis {
    officer.stints.iter().fold(Millis(0), |sum, stint| sum + stint.when.length())
}

/// 1 June 2025, 12:00 UTC.
fn now() -> UnixMillis {
    UnixMillis::new(1_748_779_200_000)
}

/// The rules of the example, some of them twice, all asked at once.
fn rules() -> Outcome<RuleSet> {
    let mut set: RuleSet = toml::from_str(EXAMPLE)?;
    let examples = std::mem::take(&mut set.rules);
    for (index, entry) in examples.into_iter().cycle().take(RULES).enumerate() {
        let Entry::Rule(mut rule) = entry else { continue };
        rule.id = format!("{}-{index}", rule.id);
        rule.severity = Severities::everywhere(Severity::Block);
        (rule.from, rule.until) = (None, None);
        set.rules.push(Entry::Rule(rule));
    }
    Ok(set)
}

/// A year of work without a day off, and a hundred applications.
fn officer(number: usize) -> Context {
    let shift = |day: i64| {
        let start = now() - Millis::from_hours(24 * (SHIFTS - 20 - day)) + Millis::from_mins(number as i64);
        let stream = if day % 5 == 4 { Stream::Detail } else { Stream::OnDuty };
        Stint::of(stream, Interval { start, end: start + Millis::from_hours(8) })
    };
    let event = |day: i64| {
        let at = now() - Millis::from_hours(24 * day);
        let about = Some(Interval { start: at, end: at + Millis::from_hours(5) });
        let (kind, class, known) = ("applied".into(), String::new(), Known::default());
        Event { kind, at, about, detail: None, class, excused: false, known }
    };
    Context {
        officer: Some(OfficerId::from_bytes([number as u8; 16])),
        sources: Feed::ALL.map(|feed| Source { feed, read_at: now(), covers: None }).to_vec(),
        stints: (0..SHIFTS).map(shift).collect(),
        events: (0..100).map(event).collect(),
        ..Context::default()
    }
}

fn evening() -> Proposal {
    let start = now() + Millis::from_hours(78);
    Proposal {
        class: Some("special_event".into()),
        tags: Some(vec!["hotel".into()]),
        alcohol: Some(Alcohol { served: true, income_percent: Some(20) }),
        attendees: Some(300),
        uses: Some(vec!["uniform".into(), "vehicle".into()]),
        places: Some(vec![]),
        ..Proposal::detail(DetailId::from_bytes([9; 16]), Interval { start, end: start + Millis::from_hours(5) })
    }
}

/// The budget is for one position, and for a window as agencies have them; more positions only explain how it grows.
fn award_row(judged_as: u128, what: &str, window: Window) -> Outcome<Row> {
    let applicants: Vec<Applicant> = (0..OFFICERS as u128).map(applicant).collect();
    let ledger = entries(&applicants);
    let standings = Standings::as_of(&ledger, &Contract::default(), window.zone, at(1_000));
    let case = Case { window, applicants, standings, method: Method::least_hours() };
    let mixed = Secret::from_bytes([5; 32]).mix(case.closing());
    let mut fault = None;
    let took = fastest(|| match award(&case, &mixed) {
        Ok(award) => drop(black_box(award)),
        Err(why) => fault = Some(why),
    });
    if let Some(fault) = fault {
        return Err(fault.into());
    }
    let sort = fastest(|| {
        let mut order: Vec<_> = case.applicants.iter().map(|it| (it.seniority, it.officer)).collect();
        order.sort_unstable();
        black_box(order);
    });
    let what = format!("award among {OFFICERS} applicants, {what}");
    let row = if judged_as == 1 { judged(what, took, AN_AWARD, millis) } else { Row::shown(what, millis(took)) };
    Ok(row.over(format!("{} to sort them", millis(sort))))
}

fn at(minutes: i64) -> UnixMillis {
    UnixMillis::new(1_760_000_000_000) + Millis::from_mins(minutes)
}

fn window(openings: u128) -> Outcome<Window> {
    let opening = |n: u128| Opening {
        position: PositionId::from_bytes(n.to_be_bytes()),
        name: format!("Post {n}"),
        shift: Interval { start: at(5_000), end: at(5_300) },
        supervisor: false,
    };
    Ok(Window {
        posting: RecordId::from_bytes([1; 16]),
        opens: at(0),
        closes: at(1_000),
        zone: Zone::named("America/New_York").ok_or("no such zone")?,
        openings: (0..openings).map(opening).collect(),
        timing: Timing::RECEIPT,
        limits: Limits::default(),
        tiers: Vec::new(),
        choices: Vec::new(),
    })
}

/// With two places for supervisors, and three tiers of which the last is everybody.
fn supervised(mut window: Window) -> Window {
    window.openings.iter_mut().take(2).for_each(|opening| opening.supervisor = true);
    let tier = |name: &str, opens: i64, groups: &[&str]| Tier {
        name: name.to_owned(),
        opens: at(opens),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    };
    window.tiers =
        vec![tier("traffic", 0, &["traffic"]), tier("patrol", 200, &["patrol"]), tier("everybody", 400, &[])];
    window
}

/// One in twenty asks for the supervisors' places before any other.
fn wish(n: u128) -> Wish {
    let supervisors = (0..2_u128).map(|place| PositionId::from_bytes(place.to_be_bytes()));
    if n.is_multiple_of(20) { Wish { positions: supervisors.collect(), others: true } } else { Wish::any() }
}

fn applicant(n: u128) -> Applicant {
    let officer = OfficerId::from_bytes((n * 0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let (command, received) = (CommandId::from_bytes(n.to_be_bytes()), at((n % 900) as i64));
    let application = Some(Application { command, received, made: None, wish: wish(n) });
    let groups = vec![["traffic", "patrol", "desk"][(n % 3) as usize].to_owned()];
    Applicant { application, seniority: Some((n % 700) as u32), groups, ..Applicant::new(officer) }
}

fn entries(applicants: &[Applicant]) -> Vec<LedgerEntry> {
    let entry = |(n, applicant): (u128, &Applicant), k: u128| {
        let id = RecordId::from_bytes((n * ENTRIES + k).to_be_bytes());
        let mut what = Happening::new(id, applicant.officer, at(-((k * 1_000) as i64)), EntryKind::Worked);
        what.minutes = 300;
        LedgerEntry { what, charged: ((n * 7 + k) % 400) as i64, points: 0, rule: String::new() }
    };
    (0_u128..).zip(applicants).flat_map(|of| (0..ENTRIES).map(move |k| entry(of, k))).collect()
}
