//! One timesheet: what the facts show and how sure that is, what does not fit, what was ruled, and the forms that rule.

use askama::Template;
use detailbook_core::ids::{AgencyId, AssignmentId};
use detailbook_core::records::{AssignmentState, Correspondent, Interval, Message, Ruling};
use detailbook_core::shift::Flag;

use super::super::assets::Script;
use super::super::frame::Frame;
use super::super::map::Map;
use super::super::page::{Answer, Page};
use super::super::seal::Seal;
use super::super::visit::Visit;
use super::conflicts::{self, Conflict};
use super::filter::{self, sought};
use super::history::{self, Past};
use super::link::{self, Loose};
use super::punches::{self, PunchLine};
use super::rule::{self, RuleForm};
use super::sketch::{self, Sketch};
use super::words;
use super::written::{self, Saying};
use crate::access::scope::Scope;
use crate::problem::Problem;
use crate::store::timesheets::{self as rows, Question, State, TimesheetRow};
use crate::store::{Sql, listing};
use crate::timesheets::{Kept, Sheet};

/// Messages between the agency and the officer that are looked through, the latest of them.
const MESSAGES: i64 = 200;
/// Messages of the officer's that are shown since they were asked.
const HEARD: usize = 20;

#[derive(Template)]
#[template(path = "console/timesheets/sheet.html")]
struct SheetPage {
    frame: Frame,
    way: Way,
    head: Head,
    flags: Vec<FlagLine>,
    proposed: Vec<String>,
    proposed_length: String,
    conflicts: Vec<Conflict>,
    loose: Vec<Loose>,
    punches: Vec<PunchLine>,
    more_punches: usize,
    several_phones: bool,
    fenced: bool,
    sketch: Option<Sketch>,
    map: Option<Map>,
    explanations: Vec<String>,
    more_explanations: usize,
    written: Vec<Saying>,
    more_written: usize,
    asked: Vec<Asked>,
    heard: Vec<(String, String)>,
    decision: Option<Decision>,
    history: Vec<Past>,
}

/// The way along the queue.
struct Way {
    queue: String,
    previous: Option<String>,
    next: Option<String>,
}

/// Whose it is, of what, and where it stands.
struct Head {
    officer: String,
    title: String,
    mark: &'static str,
    state: &'static str,
    particulars: Vec<(&'static str, String)>,
}

/// The forms by which it is decided.
struct Decision {
    approve: Option<Sealed>,
    form: RuleForm,
    ask: Asking,
}

struct FlagLine {
    mark: &'static str,
    word: &'static str,
    name: String,
    sentence: String,
    explanations: Vec<String>,
}

struct Asked {
    by: String,
    at: String,
    text: String,
    /// When it was answered, or a ruling ended the waiting.
    answered: Option<String>,
    ruled: bool,
}

/// A form that says no more than what it was made from.
pub(super) struct Sealed {
    pub(super) action: String,
    pub(super) seal: Seal,
    pub(super) made_from: MadeFrom,
}

/// What a form was made from, as it stands in its hidden fields.
pub(super) struct MadeFrom {
    pub(super) ruling: String,
    pub(super) basis: String,
    pub(super) beside: String,
    pub(super) made: i64,
}

impl From<Kept> for MadeFrom {
    fn from(kept: Kept) -> Self {
        let ruling = kept.ruling.map(|ruling| ruling.to_string()).unwrap_or_default();
        Self { ruling, basis: kept.basis.to_string(), beside: kept.beside.to_string(), made: kept.made_at.as_millis() }
    }
}

struct Asking {
    form: Sealed,
    typed: String,
    wrong: Option<String>,
}

/// The form of that name on this timesheet, of which that was asked.
pub(super) fn sealed(visit: &Visit, sheet: &Sheet, questions: &[Question], what: &str) -> Sealed {
    let path = format!("/console/timesheets/{}/{what}", sheet.assignment.id);
    let made_from = Kept::of(sheet, questions, visit.now).into();
    Sealed { seal: visit.seal(&path), action: filter::address(visit, &path, ""), made_from }
}

/// The page.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    visit.must(Scope::EvidenceRead)?;
    let (agency, id) = (visit.agency()?, visit.id::<AssignmentId>("id")?);
    let sheet = Sheet::read(sql, agency, id, visit.now)?;
    let row = rows::get(sql, agency, id)?.ok_or_else(Problem::not_found)?;
    let (proposed, zone) = (&sheet.proposed, visit.who()?.zone);
    let written = written::of(sql, visit, &sheet)?;
    let questions = rows::questions(sql, agency, id)?;
    let rulings = history::rulings(sql, agency, id)?;
    let more_explanations = proposed.shift.explanations.len().saturating_sub(written::MOST);
    let frame = Frame::of(visit, &format!("Timesheet of {}", sheet.officer.name));
    Page::html(&SheetPage {
        frame: frame.with(&[Script::Keys, Script::Map, Script::Estimate]),
        way: way(sql, visit, &row)?,
        head: head(visit, &sheet, &row),
        flags: proposed.flags.iter().map(flag).collect(),
        proposed: proposed.worked.intervals.iter().map(|interval| words::stretch(zone, *interval)).collect(),
        proposed_length: words::length(&proposed.worked.intervals),
        conflicts: conflicts::of(sql, visit, &sheet, row.ruled_basis.is_some_and(|ruled| ruled != sheet.basis))?,
        loose: link::near(sql, visit, &sheet)?,
        punches: punches::lines(&sheet, zone),
        more_punches: proposed.shift.punches.len().saturating_sub(punches::MOST),
        several_phones: punches::phones(&sheet).len() > 1,
        fenced: sketch::is_fenced(&sheet),
        sketch: sketch::of(&sheet),
        map: sketch::map(visit, &sheet),
        explanations: proposed
            .shift
            .explanations
            .iter()
            .skip(more_explanations)
            .map(|said| said.text.clone())
            .collect(),
        more_explanations,
        written: written.shown,
        more_written: written.more,
        asked: questions.iter().map(|question| asked(visit, question, &rulings)).collect(),
        heard: heard(sql, visit, &sheet, &questions)?,
        decision: decision(sql, visit, &sheet, &questions, row.state)?,
        history: history::of(visit, rulings)?,
    })
}

fn way(sql: &mut dyn Sql, visit: &Visit, row: &TimesheetRow) -> Result<Way, Problem> {
    let (agency, sought) = (visit.agency()?, sought(sql, visit)?);
    let mut beside = |after| rows::beside(sql, agency, &sought, row, after);
    let (previous, next) = (beside(false)?, beside(true)?);
    let there = |id: AssignmentId| filter::sheet(visit, id, "");
    let queue = filter::address(visit, "/console/timesheets", "");
    Ok(Way { queue, previous: previous.map(there), next: next.map(there) })
}

fn head(visit: &Visit, sheet: &Sheet, row: &TimesheetRow) -> Head {
    let (mark, state) = words::state(row.state);
    Head {
        officer: sheet.officer.name.clone(),
        title: sheet.detail.title.clone(),
        mark,
        state,
        particulars: particulars(visit, sheet, row),
    }
}

/// The forms, for whoever may rule.
fn decision(
    sql: &mut dyn Sql,
    visit: &Visit,
    sheet: &Sheet,
    questions: &[Question],
    state: State,
) -> Result<Option<Decision>, Problem> {
    if !visit.who()?.may(Scope::RulingsWrite) {
        return Ok(None);
    }
    let ask = Asking {
        form: sealed(visit, sheet, questions, "ask"),
        typed: visit.typed("question").to_owned(),
        wrong: visit.wrong("question"),
    };
    let approve = (state != State::Ruled).then(|| sealed(visit, sheet, questions, "approve"));
    Ok(Some(Decision { approve, form: rule::form(sql, visit, sheet, questions, state)?, ask }))
}

fn particulars(visit: &Visit, sheet: &Sheet, row: &TimesheetRow) -> Vec<(&'static str, String)> {
    let (detail, zone) = (&sheet.detail, visit.who.as_ref().map_or(sheet.detail.zone, |who| who.zone));
    let position = detail.positions.iter().find(|position| position.id == sheet.assignment.position);
    let mut told = vec![
        ("Scheduled", words::stretch(zone, Interval { start: detail.starts, end: detail.ends })),
        ("Site", sheet.site.name.clone()),
        ("Customer", detail.customer_name.clone()),
        ("Position", position.map(|position| position.name.clone()).unwrap_or_default()),
        ("Rank", sheet.officer.rank.clone()),
        ("Officer's number", sheet.officer.employee_number.clone()),
        ("Detail's number", detail.reference.clone()),
        ("Handed in", row.submitted_at.map(|at| visit.time(at)).unwrap_or_default()),
    ];
    if sheet.assignment.state == AssignmentState::Released {
        told.push(("Assignment", "The officer was released; what was worked counts until a ruling.".to_owned()));
    }
    if detail.zone != zone {
        told.push(("Site's clocks", format!("{}; times here are the agency's, {}", detail.zone.name(), zone.name())));
    }
    told.retain(|(_, value)| !value.is_empty());
    told
}

fn flag(flag: &Flag) -> FlagLine {
    let (mark, word) = words::weight(flag.weight);
    let (name, sentence) = (words::titled(flag.kind.name()), flag.sentence.clone());
    FlagLine { mark, word, name, sentence, explanations: flag.explanations.clone() }
}

fn asked(visit: &Visit, question: &Question, rulings: &[Ruling]) -> Asked {
    Asked {
        by: question.asked_by.clone(),
        at: visit.time(question.asked_at),
        text: question.text.clone(),
        // Who rules waits for no answer.
        ruled: question.answered_at.is_some_and(|at| rulings.iter().any(|ruling| ruling.ruled_at == at)),
        answered: question.answered_at.map(|at| visit.time(at)),
    }
}

/// What the officer wrote to the agency since the first question about this timesheet, the latest of it, for whoever may read messages.
fn heard(
    sql: &mut dyn Sql,
    visit: &Visit,
    sheet: &Sheet,
    questions: &[Question],
) -> Result<Vec<(String, String)>, Problem> {
    let agency: AgencyId = visit.agency()?;
    let Some(first) = questions.last().filter(|_| visit.who().is_ok_and(|who| who.may(Scope::MessagesRead))) else {
        return Ok(vec![]);
    };
    let found = listing::latest_of_officer::<Message>(sql, agency, sheet.officer.id, MESSAGES)?;
    let since = found
        .into_iter()
        .map(|(_, stored)| stored.record)
        .filter(|message| message.from == Correspondent::Officer && message.sent_at >= first.asked_at);
    let mut heard: Vec<_> = since.take(HEARD).map(|message| (visit.time(message.sent_at), message.text)).collect();
    heard.reverse();
    Ok(heard)
}
