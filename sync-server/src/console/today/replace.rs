//! Who comes instead: the list of whom to send, each with what speaks for and against them, and sending one of them.

use askama::Template;
use detailbook_core::ids::OfficerId;
use detailbook_core::policy::{Finding, Outcome, Severity};
use detailbook_core::records::AssignmentOrigin;
use detailbook_core::staffing::WasAsked;
use detailbook_core::time::Millis;

use super::place::{found, overriding, seen_of, unchanged, way};
use super::words::{class, hour, sentence};
use crate::access::scope::Scope;
use crate::console::assets::Script;
use crate::console::details::window::{self, at_override};
use crate::console::details::words::Said;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::policy::judge::look;
use crate::policy::overrides::{self, Overriding};
use crate::policy::{About, Judged};
use crate::problem::Problem;
use crate::scheduling::board::Place;
use crate::scheduling::replacements::{Choice, Choices, choices, stage};
use crate::scheduling::{self, Award, relief};
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

/// The list.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let place = found(sql, visit)?;
    let open = place.state.may_be_replaced() && visit.now < place.scheduled.end;
    let by = visit.by()?;
    let sought = visit.query.get("name").trim();
    let found = if open { choices(sql, &by, &place, sought, SHOWN)? } else { Choices::default() };
    let way = way(&place);
    let usual = usual_reason(&place);
    let typed = visit.form.find("reason").unwrap_or(&usual).to_owned();
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
        lines: found.first.iter().map(|choice| line(visit, choice)).collect::<Result<_, _>>()?,
        name: Field::new(visit, "name", "Name").optional(sought),
        seal: visit.seal(&format!("{way}/replace")),
        seen: seen_of(&place),
        reason: Field::new(visit, "reason", "Why this officer").optional(&typed),
        overriding: overriding(visit),
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

fn line(visit: &Visit, choice: &Choice) -> Result<Line, Problem> {
    let (in_the_way, who) = (choice.judged.stands_in_the_way(), visit.who()?);
    Ok(Line {
        officer: choice.candidate.officer.to_string(),
        name: choice.name.clone(),
        rank: choice.rank.clone(),
        reasons: reasons(visit, choice),
        bar: choice.bar.clone(),
        findings: findings(&choice.judged, who.may(Scope::PolicyRead)),
        in_the_way,
        may_send: choice.bar.is_none() && (who.may(Scope::PolicyOverride) || !in_the_way),
    })
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

/// The findings that somebody should read: what passes goes without saying, and what is not in the way is for who may read the rules.
fn findings(judged: &Judged, rules: bool) -> Vec<Said> {
    if !rules {
        return judged.in_the_way().map(|finding| Said::of(finding, false)).collect();
    }
    let told = |it: &&Finding| it.outcome != Outcome::Pass && it.severity != Severity::Log;
    let passed = |it: &Finding| judged.overridden.contains(&it.rule);
    judged.findings.iter().filter(told).map(|it| Said::of(it, passed(it))).collect()
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
    // Enter in a field above presses no officer's button.
    if visit.typed("officer").is_empty() {
        return Err(Problem::conflict("Nobody was sent yet. Press the button of the officer who is to come."));
    }
    let wrong = || Problem::invalid("officer", "must be an officer of the list");
    let officer: OfficerId = visit.typed("officer").parse().map_err(|_| wrong())?;
    let typed = visit.typed("reason").trim();
    let usual = usual_reason(&place);
    let reason = crate::words::text("reason", if typed.is_empty() { &usual } else { typed })?;
    let (by, mut entropy) = (visit.by()?, visit.app.entropy.clone());
    let scopes = &visit.who()?.permissions.scopes;
    let passing = passing(sql, visit, &place, officer)?;
    if let Some(id) = place.assignment() {
        if let Some(passing) = passing {
            let about = about(&place, officer);
            overrides::for_officer(sql, &by, scopes, stage(&place), about, passing).map_err(at_override)?;
        }
        relief::send(sql, &by, id, officer, &reason, &mut entropy)?;
    } else {
        let (detail, position) = (place.detail, Some(place.position.id));
        let origin = AssignmentOrigin::Ordered;
        let given = Award { id: None, detail, officer, position, origin, reason, overlap: None };
        scheduling::award_passing(sql, &by, scopes, &given, passing, &mut entropy).map_err(at_override)?;
    }
    Ok(Page::to(&format!("{}?said=sent", way(&place))))
}

/// Why rules are let pass, where that is said and one stands in the way.
fn passing(sql: &mut dyn Sql, visit: &Visit, place: &Place, officer: OfficerId) -> Result<Option<Overriding>, Problem> {
    let Some(passing) = window::overriding(visit)? else { return Ok(None) };
    let judged = look(sql, visit.agency()?, stage(place), about(place, officer), visit.now)?;
    Ok(judged.stands_in_the_way().then_some(passing))
}

const fn about(place: &Place, officer: OfficerId) -> About {
    About { officer, detail: place.detail, position: Some(place.position.id) }
}
