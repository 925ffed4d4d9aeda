//! How details are staffed: calling off, finding somebody else, looking whether officers came, trades.

use askama::Template;
use detailbook_core::staffing::{CallOffRules, ReliefMode, ReliefRules, StaffingRules, TradeRules, WatchRules};
use detailbook_core::time::Millis;

use super::length;
use super::terms::{edit, version};
use super::terms_versions;
use super::versions::Table;
use crate::access::scope::Scope;
use crate::console::changed::Changed;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::routes::staff::relief::set_rules;
use crate::store::{Sql, staffing_rules};

/// What keeps the versions of two writers apart.
const WHAT: &str = "staffing_rules";
const PATH: &str = "/console/settings/staffing";
/// What its form asks for.
pub(super) const FIELDS: &[&str] = &[
    "version",
    "free_with",
    "coordinator_under",
    "way_1",
    "way_2",
    "way_3",
    "way_4",
    "officer_looks",
    "backup_answers",
    "pool_answers",
    "urgent_under",
    "supervisor_after",
    "late_after",
    "no_show_after",
    "relieve_unconfirmed",
    "trades",
    "agreement",
];
const WAYS: [(&str, &str); 4] =
    [("way_1", "First way"), ("way_2", "Then"), ("way_3", "Then, third"), ("way_4", "Last")];
const MODES: [(&str, &str, ReliefMode); 4] = [
    ("officer_finds", "The officer who calls off finds somebody", ReliefMode::OfficerFinds),
    ("backups", "The backups of the award, one after the other", ReliefMode::Backups),
    ("pool", "Everybody who may work it; the first has it", ReliefMode::Pool),
    ("coordinator", "The coordinator looks for somebody", ReliefMode::Coordinator),
];

/// A length in the rules: its field, its label, and where it is.
type Length = (&'static str, &'static str, fn(&StaffingRules) -> Millis);

const CALLING_OFF: [Length; 2] = [
    ("free_with", "Notice with which calling off is not late", |it| it.call_off.free_with),
    ("coordinator_under", "With less notice the coordinator decides", |it| it.call_off.coordinator_under),
];
const SEARCHING: [Length; 5] = [
    ("officer_looks", "The officer may look for", |it| it.relief.officer_looks),
    ("backup_answers", "Each backup has to answer within", |it| it.relief.backup_answers),
    ("pool_answers", "Everybody is waited for", |it| it.relief.pool_answers),
    ("urgent_under", "This close to the start everybody is asked at once", |it| it.relief.urgent_under),
    ("supervisor_after", "The supervisor is told after the coordinator by", |it| it.relief.supervisor_after),
];
const WATCHING: [Length; 2] = [
    ("late_after", "Late after the start by", |it| it.watch.late_after),
    ("no_show_after", "Taken for a no-show after", |it| it.watch.no_show_after),
];

#[derive(Template)]
#[template(path = "console/settings/staffing.html")]
struct StaffingPage {
    frame: Frame,
    changed: Changed,
    version: i64,
    calling_off: Vec<Field>,
    ways: Vec<Choice>,
    searching: Vec<Field>,
    watching: Vec<Field>,
    ticks: Vec<Tick>,
    is: Vec<(String, String)>,
    may_write: bool,
    versions: Option<Table>,
    seal: Seal,
}

/// A box to tick.
struct Tick {
    name: &'static str,
    label: &'static str,
    ticked: bool,
}

/// The form.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let version = version(sql, visit, WHAT)?;
    let rules = staffing_rules::at(sql, visit.agency()?, visit.now)?;
    let is = told(&rules);
    let now: Vec<_> = is.iter().map(|(what, is)| (what.as_str(), is.as_str())).collect();
    Page::html(&StaffingPage {
        frame: Frame::of(visit, "Staffing rules"),
        changed: Changed::to(visit, version, &now),
        version,
        calling_off: fields(visit, &rules, &CALLING_OFF),
        ways: ways(visit, &rules),
        searching: fields(visit, &rules, &SEARCHING),
        watching: fields(visit, &rules, &WATCHING),
        ticks: ticks(visit, &rules),
        is,
        may_write: visit.who()?.may(Scope::RecordsWrite),
        versions: terms_versions::of_staffing(sql, visit)?,
        seal: visit.seal(PATH),
    })
}

fn fields(visit: &Visit, rules: &StaffingRules, lengths: &[Length]) -> Vec<Field> {
    let field = |(name, label, of): &Length| {
        let is = length::told(of(rules));
        Field::new(visit, name, label).holding(visit.form.find(name).unwrap_or(&is)).hint("Hours and minutes.")
    };
    lengths.iter().map(field).collect()
}

fn ways(visit: &Visit, rules: &StaffingRules) -> Vec<Choice> {
    let options = MODES.map(|(code, label, _)| (code, label));
    let choice = |(place, (name, label)): (usize, (&'static str, &'static str))| {
        let is = rules.relief.ways.get(place).map_or("", |way| code(*way));
        Choice::new(visit, name, label, [(String::new(), "None".to_owned())].into_iter().chain(labelled(&options)), is)
    };
    WAYS.into_iter().enumerate().map(choice).collect()
}

fn code(way: ReliefMode) -> &'static str {
    MODES.iter().find(|(.., mode)| *mode == way).map_or("", |(code, ..)| code)
}

/// The boxes with whether each is ticked by the rules.
const fn boxes(rules: &StaffingRules) -> [(&'static str, &'static str, bool); 3] {
    [
        (
            "relieve_unconfirmed",
            "Look for somebody else as soon as it looks like a no-show, before anybody has confirmed it",
            rules.relieve_unconfirmed,
        ),
        ("trades", "Officers may pass details on to each other", rules.trades.allowed),
        ("agreement", "The agency must agree to each of these trades", rules.trades.needs_agreement),
    ]
}

fn ticks(visit: &Visit, rules: &StaffingRules) -> Vec<Tick> {
    let tick = |(name, label, is)| {
        let ticked = if visit.form.is_empty() { is } else { visit.typed(name) == "yes" };
        Tick { name, label, ticked }
    };
    boxes(rules).into_iter().map(tick).collect()
}

/// Every setting with what it is.
fn told(rules: &StaffingRules) -> Vec<(String, String)> {
    let lengths = CALLING_OFF.iter().chain(&SEARCHING).chain(&WATCHING);
    let lengths = lengths.map(|(_, label, of)| ((*label).to_owned(), length::told(of(rules))));
    let named = rules.relief.ways.iter().filter_map(|way| MODES.iter().find(|(.., mode)| mode == way));
    let ways = named.map(|(_, label, _)| *label).collect::<Vec<_>>().join("; ");
    let boxes = boxes(rules).map(|(_, label, is)| (label.to_owned(), if is { "yes" } else { "no" }.to_owned()));
    lengths.chain([("Ways to find somebody else, in order".to_owned(), ways)]).chain(boxes).collect()
}

/// Settles it anew from now on.
pub(super) fn save(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let rules = typed(visit)?;
    edit(sql, visit, WHAT)?;
    set_rules(sql, &visit.by()?, &rules).map_err(at_the_field)?;
    Ok(Page::to(&format!("{PATH}?said=saved")))
}

fn typed(visit: &Visit) -> Result<StaffingRules, Problem> {
    let length = |name| length::read(visit.typed(name)).ok_or_else(|| Problem::invalid(name, length::WANTED));
    let is_ticked = |name| visit.typed(name) == "yes";
    Ok(StaffingRules {
        call_off: CallOffRules { free_with: length("free_with")?, coordinator_under: length("coordinator_under")? },
        relief: ReliefRules {
            ways: typed_ways(visit)?,
            officer_looks: length("officer_looks")?,
            backup_answers: length("backup_answers")?,
            pool_answers: length("pool_answers")?,
            urgent_under: length("urgent_under")?,
            supervisor_after: length("supervisor_after")?,
        },
        watch: WatchRules { late_after: length("late_after")?, no_show_after: length("no_show_after")? },
        trades: TradeRules { allowed: is_ticked("trades"), needs_agreement: is_ticked("agreement") },
        relieve_unconfirmed: is_ticked("relieve_unconfirmed"),
    })
}

fn typed_ways(visit: &Visit) -> Result<Vec<ReliefMode>, Problem> {
    let mut ways = Vec::new();
    for (name, _) in WAYS {
        let typed = visit.typed(name);
        if typed.is_empty() {
            continue;
        }
        let known = MODES.iter().find(|(code, ..)| *code == typed).map(|(.., mode)| *mode);
        let way = known.ok_or_else(|| Problem::invalid(name, "must be one of these"))?;
        if ways.contains(&way) {
            return Err(Problem::invalid(name, "stands there twice"));
        }
        ways.push(way);
    }
    Ok(ways)
}

/// The refusal of a setting at the field that it was typed into, in the words of the form.
fn at_the_field(problem: Problem) -> Problem {
    let Some((path, why)) = problem.reason.split_once(": ") else { return problem };
    let name = FIELDS.iter().find(|name| path.rsplit('.').next() == Some(**name));
    let why = why.trim_end_matches(", in milliseconds").replace("late_after", "the time after which one is late");
    name.map_or_else(|| problem.clone(), |name| Problem::invalid(name, &why))
}
