//! Who comes instead: the list of whom to send, each with what speaks for and against them, and sending one of them.

use askama::Template;
use detailbook_core::ids::OfficerId;
use detailbook_core::policy::{Finding, Outcome, Severity};
use detailbook_core::records::AssignmentOrigin;
use detailbook_core::staffing::WasAsked;
use detailbook_core::time::Millis;

use super::place::{found, seen_of, unchanged, way};
use super::words::{class, hour, sentence};
use crate::access::scope::Scope;
use crate::console::assets::Script;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::policy::judge::look;
use crate::policy::overrides::{OverrideDraft, make};
use crate::policy::{About, Judged};
use crate::problem::Problem;
use crate::scheduling::board::Place;
use crate::scheduling::replacements::{Choice, Choices, choices, stage};
use crate::scheduling::{Award, award, relief};
use crate::store::Sql;

/// Officers on one page.
const SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "console/replace.html")]
struct ReplacePage {
    frame: Frame,
    way: String,
    title: String,
    position: String,
    time: String,
    class: &'static str,
    state: &'static str,
    sentence: String,
    open: bool,
    lines: Vec<Line>,
    of: usize,
    name: Field,
    seal: Seal,
    seen: String,
    reason: Field,
    overriding: Option<(Field, Field)>,
}

struct Line {
    officer: String,
    name: String,
    rank: String,
    reasons: Vec<String>,
    bar: Option<String>,
    findings: Vec<Said>,
    in_the_way: bool,
    may_send: bool,
}

struct Said {
    class: &'static str,
    severity: &'static str,
    sentence: String,
}

/// The list.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (place, detail) = found(sql, visit)?;
    let open = place.state.may_be_replaced() && visit.now < place.scheduled.end;
    let by = visit.by()?;
    let sought = visit.query.get("name").trim();
    let found = if open { choices(sql, &by, &place, sought, SHOWN)? } else { Choices::default() };
    let overrides = visit.who()?.may(Scope::PolicyOverride);
    let way = way(&place);
    let usual = usual_reason(&place);
    let typed = visit.form.find("reason").unwrap_or(&usual).to_owned();
    let given = |name| visit.typed(name).to_owned();
    Page::html(&ReplacePage {
        frame: Frame::of(visit, "Who comes instead").with(&[Script::Keys]),
        title: place.title.clone(),
        position: place.position.name.clone(),
        time: format!("{} – {}", visit.time(place.scheduled.start), hour(visit, place.scheduled.end)),
        class: class(place.state),
        state: place.state.name(),
        sentence: sentence(&place),
        open,
        of: found.of,
        lines: found.first.iter().map(|choice| line(visit, choice, overrides)).collect(),
        name: Field::new(visit, "name", "Name").optional(sought),
        seal: visit.seal(&format!("{way}/replace")),
        seen: seen_of(detail.version, &place),
        reason: Field::new(visit, "reason", "Why this officer").optional(&typed),
        overriding: overrides.then(|| {
            let why = Field::new(visit, "override", "Why rules may be let pass").optional(&given("override"));
            let code = Field::new(visit, "code", "The agency's code for it").optional(&given("code"));
            (why.hint("Only where you send somebody in whose way a rule stands."), code)
        }),
        way,
    })
}

fn usual_reason(place: &Place) -> String {
    let gone = place.holder.as_ref().map(|line| &line.name).or(place.before.as_ref().map(|before| &before.name));
    match gone {
        Some(name) => format!("Comes instead of {name} ({}).", place.state.name()),
        None => "The place was empty.".to_owned(),
    }
}

fn line(visit: &Visit, choice: &Choice, overrides: bool) -> Line {
    let in_the_way = choice.judged.stands_in_the_way();
    Line {
        officer: choice.candidate.officer.to_string(),
        name: choice.name.clone(),
        rank: choice.rank.clone(),
        reasons: reasons(visit, choice),
        bar: choice.bar.clone(),
        findings: choice.judged.findings.iter().filter_map(said).collect(),
        in_the_way,
        may_send: choice.bar.is_none() && (overrides || !in_the_way),
    }
}

/// Why the officer stands where they do in the list.
fn reasons(visit: &Visit, choice: &Choice) -> Vec<String> {
    let it = &choice.candidate;
    let backup = it.backup.map(|place| format!("Backup {place} of the award."));
    let asked = match it.asked {
        WasAsked::Yes => Some("Said that they come.".to_owned()),
        WasAsked::Waits(at) => Some(format!("Asked at {}, and has not answered.", hour(visit, at))),
        WasAsked::No => Some("Said that they do not come.".to_owned()),
        WasAsked::Not => None,
    };
    let charged = Some(match it.charged {
        0 => "Nothing charged in the opportunity ledger.".to_owned(),
        minutes => format!("{} charged in the opportunity ledger.", Millis::from_mins(minutes).spoken()),
    });
    [backup, asked, charged].into_iter().flatten().collect()
}

/// A finding that somebody should read; what passes goes without saying.
fn said(finding: &Finding) -> Option<Said> {
    let (class, severity) = match finding.severity {
        _ if finding.outcome == Outcome::Pass => return None,
        Severity::Block => ("bad", "blocks"),
        Severity::NeedsApproval => ("bad", "needs approval"),
        Severity::Warn => ("warn", "warns"),
        Severity::Log => return None,
    };
    Some(Said { class, severity, sentence: finding.cited() })
}

/// Has somebody looked for.
pub(super) fn search(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let place = unchanged(sql, visit)?;
    let nobody = || Problem::conflict("Nobody had this place: post the detail again, or send somebody.");
    relief::look_for(sql, &visit.by()?, place.assignment().ok_or_else(nobody)?)?;
    Ok(Page::to(&format!("{}?said=sought", way(&place))))
}

/// Gives the place to an officer of the list, or to any other.
pub(super) fn send(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let place = unchanged(sql, visit)?;
    if !place.state.may_be_replaced() {
        return Err(Problem::conflict("The officer of this place comes, or is there: release them first."));
    }
    let wrong = || Problem::invalid("officer", "must be an officer of the list");
    let officer: OfficerId = visit.typed("officer").parse().map_err(|_| wrong())?;
    let typed = visit.typed("reason").trim();
    let usual = usual_reason(&place);
    let reason = crate::words::text("reason", if typed.is_empty() { &usual } else { typed })?;
    let (by, mut entropy) = (visit.by()?, visit.app.entropy.clone());
    let_pass(sql, visit, &place, officer)?;
    if let Some(id) = place.assignment() {
        relief::send(sql, &by, id, officer, &reason, &mut entropy)?;
    } else {
        let (detail, position) = (place.detail, Some(place.position.id));
        let origin = AssignmentOrigin::Ordered;
        let given = Award { id: None, detail, officer, position, origin, reason, overlap: None };
        award(sql, &by, &given, &mut entropy)?;
    }
    Ok(Page::to(&format!("{}?said=sent", way(&place))))
}

/// Lets the rules pass that stand in the way, where a reason is given for it.
fn let_pass(sql: &mut dyn Sql, visit: &Visit, place: &Place, officer: OfficerId) -> Result<(), Problem> {
    let (why, code) = (visit.typed("override").trim(), visit.typed("code").trim());
    if why.is_empty() {
        return Ok(());
    }
    let about = About { officer, detail: place.detail, position: Some(place.position.id) };
    let judged: Judged = look(sql, visit.agency()?, stage(place), about, visit.now)?;
    if !judged.stands_in_the_way() {
        return Ok(());
    }
    let draft = OverrideDraft {
        officer: Some(officer),
        position: Some(place.position.id),
        stage: stage(place),
        rules: None,
        code: Some(code.to_owned()).filter(|code| !code.is_empty()),
        reason: crate::words::text("override", why)?,
        accepted: vec![],
    };
    make(sql, &visit.by()?, &visit.who()?.permissions.scopes, place.detail, &draft).map(drop)
}
