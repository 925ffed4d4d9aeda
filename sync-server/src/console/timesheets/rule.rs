//! Ruling otherwise than the facts propose: accepted time as the coordinator sets it, with a reason, and what it comes to before it is sent.

use detailbook_core::ids::{AssignmentId, RulingId};
use detailbook_core::policy::Stage;
use detailbook_core::records::Interval;
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;

use super::super::form::Form;
use super::super::page::{Answer, Page};
use super::super::visit::Visit;
use super::filter::{self, sought};
use super::lines::ComesTo;
use super::sheet::{self, Sealed, sealed};
use super::typed::{self, Columns, TypedRow};
use crate::access::scope::Scope;
use crate::policy::overrides::{self, OverrideDraft};
use crate::problem::Problem;
use crate::rulings::{self, RulingDraft};
use crate::store::Sql;
use crate::store::timesheets::{self as rows, Question, State};
use crate::timesheets::{Kept, Sheet, check_unchanged};

/// What every form of a timesheet says that it was made from.
pub(super) const MADE_FROM: &[&str] = &["ruling", "basis", "beside", "made"];
/// What the form that rules takes once.
pub(super) const TAKES: &[&str] =
    &["ruling", "basis", "beside", "made", "exceptions", "reason", "override_code", "override_reason", "do"];
/// What it takes once a line.
pub(super) const MANY: &[&str] = &["start", "start_which", "end", "end_which"];

/// The form.
pub(super) struct RuleForm {
    pub(super) sealed: Sealed,
    pub(super) zone: &'static str,
    pub(super) rows: Vec<TypedRow>,
    pub(super) exceptions: String,
    pub(super) reason: String,
    pub(super) override_code: String,
    pub(super) override_reason: String,
    pub(super) wrong: Wrong,
    /// Where the script asks what is typed comes to.
    pub(super) asks: String,
    pub(super) comes_to: ComesTo,
}

/// What is wrong with which field.
pub(super) struct Wrong {
    pub(super) time: Option<String>,
    pub(super) exceptions: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) override_reason: Option<String>,
}

/// Was a ruling typed and is shown again?
fn is_typed(visit: &Visit) -> bool {
    visit.form.find("start").is_some()
}

/// The form as it is to be shown: what was typed, else the ruling in force where it still fits the facts, else what they propose.
pub(super) fn form(
    sql: &mut dyn Sql,
    visit: &Visit,
    sheet: &Sheet,
    questions: &[Question],
    state: State,
) -> Result<RuleForm, Problem> {
    let zone = visit.who()?.zone;
    let shown = sheet.ruling.as_ref().filter(|_| state == State::Ruled);
    let stands = shown.map_or(&sheet.proposed.worked.intervals, |ruling| &ruling.accepted);
    let (rows, accepted) = if is_typed(visit) {
        let sent = Columns::of_form(&visit.form);
        (typed::typed(zone, &sent)?, accepted(visit, sheet, &sent))
    } else {
        (typed::rows(zone, stands), Ok(stands.clone()))
    };
    let exceptions = shown.map_or_else(|| sheet.exceptions(), |ruling| ruling.exceptions.clone()).join("\n");
    Ok(RuleForm {
        sealed: sealed(visit, sheet, questions, "rule"),
        zone: zone.name(),
        rows,
        exceptions: visit.form.find("exceptions").map_or(exceptions, str::to_owned),
        reason: visit.typed("reason").to_owned(),
        override_code: visit.typed("override_code").to_owned(),
        override_reason: visit.typed("override_reason").to_owned(),
        wrong: wrong(visit),
        asks: format!("/console/timesheets/{}/lines", sheet.assignment.id),
        comes_to: ComesTo::of(sql, visit, sheet, accepted)?,
    })
}

fn wrong(visit: &Visit) -> Wrong {
    Wrong {
        time: visit.wrong("start").or_else(|| visit.wrong("end")),
        exceptions: visit.wrong("exceptions"),
        reason: visit.wrong("reason"),
        override_reason: visit.wrong("override_reason"),
    }
}

/// The time that was typed, if it may be accepted.
pub(super) fn accepted(visit: &Visit, sheet: &Sheet, sent: &Columns) -> Result<Vec<Interval>, Problem> {
    let accepted = typed::read(visit.who()?.zone, sent, &known(sheet))?;
    rulings::check_accepted(&visit.by()?, &accepted, &sheet.detail).map_err(of_a_line)?;
    Ok(accepted)
}

/// Every instant that a line of the form may stand for to the millisecond, those first that it may have been filled with.
fn known(sheet: &Sheet) -> Vec<UnixMillis> {
    let ruled = sheet.ruling.iter().flat_map(|ruling| &ruling.accepted);
    let edges = ruled.chain(&sheet.proposed.worked.intervals).flat_map(|interval| [interval.start, interval.end]);
    let punched = sheet.proposed.shift.punches.iter().map(|punch| punch.at);
    edges.chain(punched).chain([sheet.detail.starts, sheet.detail.ends]).collect()
}

/// What is wrong with the accepted time stands at the lines in which it is typed.
fn of_a_line(problem: Problem) -> Problem {
    match problem.reason.strip_prefix("accepted: ") {
        Some(why) => Problem::invalid("start", &format!("cannot stand so: accepted time {why}")),
        None => problem,
    }
}

/// What a form says that it was made from.
pub(super) fn made_from(form: &Form) -> Result<Kept, Problem> {
    let malformed = || Problem::from(Refusal::Malformed);
    let ruling = match form.get("ruling") {
        "" => None,
        text => Some(text.parse::<RulingId>().map_err(|_| malformed())?),
    };
    let digest = |name| Sha256::from_hex(form.get(name)).ok_or_else(malformed);
    let (basis, beside) = (digest("basis")?, digest("beside")?);
    let made_at = form.get("made").parse().map(UnixMillis::new).map_err(|_| malformed())?;
    Ok(Kept { ruling, basis, beside, made_at })
}

/// The timesheet of the path, as the form was made from it.
pub(super) fn as_it_was(sql: &mut dyn Sql, visit: &Visit) -> Result<Sheet, Problem> {
    visit.must(Scope::EvidenceRead)?;
    let sheet = Sheet::read(sql, visit.agency()?, visit.id("id")?, visit.now)?;
    let questions = rows::questions(sql, visit.agency()?, sheet.assignment.id)?;
    check_unchanged(&sheet, &questions, &made_from(&visit.form)?, visit.who()?.zone)?;
    Ok(sheet)
}

/// The timesheet that comes next in the queue, before anything is done to this one. It is sought before the agency's lock is taken: a name
/// in the filter is looked for among all officers or sites.
pub(super) fn onward(visit: &Visit) -> Result<Option<AssignmentId>, Problem> {
    visit.must(Scope::EvidenceRead)?;
    visit.app.store.read(|sql| after(sql, visit))
}

fn after(sql: &mut dyn Sql, visit: &Visit) -> Result<Option<AssignmentId>, Problem> {
    let (agency, id, sought) = (visit.agency()?, visit.id("id")?, sought(sql, visit)?);
    let row = rows::get(sql, agency, id)?.ok_or_else(Problem::not_found)?;
    let next = rows::beside(sql, agency, &sought, &row, true)?;
    Ok(match next {
        Some(next) => Some(next),
        None => rows::page(sql, agency, &sought, 0, 1)?.first().map(|row| row.assignment).filter(|first| *first != id),
    })
}

/// On to the next one, or back to the list where there is none.
pub(super) fn on_to(visit: &Visit, next: Option<AssignmentId>, said: &str) -> Page {
    let (here, there) = (format!("said={said}"), format!("said={said}-last"));
    match next {
        Some(next) => Page::to(&filter::sheet(visit, next, &here)),
        None => Page::to(&filter::address(visit, "/console/timesheets", &there)),
    }
}

/// Shows what was typed with what it comes to, or rules by it.
pub(super) fn rule(visit: &Visit) -> Answer {
    match visit.typed("do") {
        "look" => visit.app.store.read(|sql| look(sql, visit)),
        "rule" => {
            let next = onward(visit)?;
            visit.write(move |sql, visit| by_what_was_typed(sql, visit, next))
        }
        _ => Err(Refusal::Malformed.into()),
    }
}

/// The form that comes back was made from what there is now, so what changed since the one that was sent is told first.
fn look(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    as_it_was(sql, visit)?;
    sheet::one(sql, visit)
}

fn by_what_was_typed(sql: &mut dyn Sql, visit: &Visit, next: Option<AssignmentId>) -> Answer {
    let sheet = as_it_was(sql, visit)?;
    let accepted = accepted(visit, &sheet, &Columns::of_form(&visit.form))?;
    let exceptions = visit.typed("exceptions").lines().map(str::trim).filter(|line| !line.is_empty());
    let draft = RulingDraft {
        id: None,
        accepted,
        exceptions: exceptions.map(str::to_owned).collect(),
        reason: visit.typed("reason").to_owned(),
        ruled_by: visit.who()?.user.name.clone(),
        supersedes: sheet.ruling.as_ref().map(|ruling| ruling.id),
        overriding: None,
    };
    let_pass(sql, visit, &sheet, &draft.accepted)?;
    let tariff = visit.app.settings.tariffs.of(visit.agency()?);
    let mut entropy = visit.app.entropy.clone();
    rulings::rule_on(sql, &visit.by()?, &sheet, &draft, tariff, &mut entropy).map_err(of_a_line)?;
    Ok(on_to(visit, next, "sheet-ruled"))
}

/// Lets the rules pass that stand in the way, where a reason for that was typed.
fn let_pass(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet, accepted: &[Interval]) -> Result<(), Problem> {
    let (code, reason) = (visit.typed("override_code").trim(), visit.typed("override_reason").trim());
    if code.is_empty() && reason.is_empty() {
        return Ok(());
    }
    let (who, held) = (visit.who()?, &sheet.assignment);
    visit.must(Scope::PolicyOverride)?;
    let draft = OverrideDraft {
        officer: Some(held.officer),
        position: Some(held.position),
        stage: Stage::Ruling,
        rules: None,
        code: Some(code.to_owned()).filter(|code| !code.is_empty()),
        reason: reason.to_owned(),
        accepted: accepted.to_vec(),
    };
    let made = overrides::make(sql, &visit.by()?, &who.permissions.scopes, held.detail, &draft);
    made.map(drop).map_err(|problem| match problem.reason.strip_prefix("reason: ") {
        Some(why) => Problem::invalid("override_reason", why),
        None => problem,
    })
}
