//! Letting a rule's answer pass: by somebody with the right, for a reason, with the hours before and after.

use detailbook_core::ids::{AgencyId, DetailId, OfficerId, PositionId};
use detailbook_core::policy::{Entry, Finding, Outcome, RuleSet, Severity, Stage};
use detailbook_core::records::{Detail, Officer};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::evaluations::stage_code;
use super::judge;
use super::proposal::About;
use super::sets;
use crate::access::scope::{Scope, Scopes};
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::overrides::{self, OverrideRow};
use crate::store::{Sql, StoreError};
use crate::words;
use detailbook_core::wire::Refusal;

/// An override as staff write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideDraft {
    /// For which officer.
    pub officer: OfficerId,
    /// The position, if it is said.
    #[serde(default)]
    pub position: Option<PositionId>,
    /// At which stage.
    pub stage: Stage,
    /// Which rules; all that stand in the way where absent.
    #[serde(default)]
    pub rules: Option<Vec<String>>,
    /// The agency's code of the reason, where the rule asks for one.
    #[serde(default)]
    pub code: Option<String>,
    /// Why, in words.
    pub reason: String,
}

/// Lets rules pass for an officer on a detail. Gives what was let pass; the hours are those of now.
pub fn make(
    sql: &mut dyn Sql,
    by: &By<'_>,
    rights: &Scopes,
    detail: DetailId,
    draft: &OverrideDraft,
) -> Result<Vec<OverrideRow>, Problem> {
    let reason = words::text("reason", &draft.reason)?;
    filing::get::<Detail>(sql, by.agency, detail)?;
    filing::named::<Officer>(sql, by.agency, "officer", draft.officer)?;
    let about = About { officer: draft.officer, detail, position: draft.position };
    let judged = judge::look(sql, by.agency, draft.stage, about, by.now)?;
    let chosen = chosen(&judged.findings, draft.rules.as_deref())?;
    let start = filing::get::<Detail>(sql, by.agency, detail)?.record.starts;
    let set = sets::in_force(sql, by.agency, start, by.now)?.ok_or_else(nothing)?;
    let mut rows = Vec::with_capacity(chosen.len());
    for finding in chosen {
        check_right(&set, finding, rights, draft.code.as_deref())?;
        let row = row(by, about, draft.stage, finding, &reason);
        let number = overrides::insert(sql, by.agency, &row)?;
        rows.push(OverrideRow { number, ..row });
    }
    let rules: Vec<_> = rows.iter().map(noted).collect();
    let noted = json!({ "officer": draft.officer, "stage": draft.stage, "rules": rules, "code": draft.code, "reason": reason });
    by.note(sql, "policy.override", detail, &noted)?;
    Ok(rows)
}

fn noted(row: &OverrideRow) -> serde_json::Value {
    json!({ "rule": row.rule, "said": row.sentence, "hours_before": row.hours_before, "hours_after": row.hours_after })
}

fn nothing() -> Problem {
    Problem::conflict("No rule stands in the way of this: there is nothing to override.")
}

/// What stands in the way, or that of it which is named.
fn chosen<'f>(findings: &'f [Finding], rules: Option<&[String]>) -> Result<Vec<&'f Finding>, Problem> {
    let open: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.outcome != Outcome::Pass && finding.severity > Severity::Log)
        .collect();
    let Some(rules) = rules else {
        let all: Vec<_> = open.into_iter().filter(|finding| finding.stands_in_the_way()).collect();
        return if all.is_empty() { Err(nothing()) } else { Ok(all) };
    };
    if rules.is_empty() {
        return Err(Problem::invalid("rules", "must not be empty"));
    }
    let find = |rule: &String| open.iter().find(|finding| finding.rule == *rule).copied();
    rules.iter().map(|rule| find(rule).ok_or_else(|| Problem::invalid("rules", "names a rule that does not stand in the way"))).collect()
}

/// A rule may say which right it takes, and which reasons count.
fn check_right(set: &RuleSet, finding: &Finding, rights: &Scopes, code: Option<&str>) -> Result<(), Problem> {
    let terms = set.rules.iter().find_map(|entry| match entry {
        Entry::Rule(rule) if rule.id == finding.rule => rule.overriding.as_ref(),
        _ => None,
    });
    let Some(terms) = terms else { return Ok(()) };
    let right = &terms.right;
    let held = right.is_empty() || right.parse::<Scope>().is_ok_and(|scope| rights.allow(scope));
    if !held {
        let why = format!("The rule {} is overridden only with the right {right}.", finding.rule);
        return Err(Problem::new(Refusal::NotAllowed, why));
    }
    if !terms.reasons.is_empty() && !code.is_some_and(|code| terms.reasons.iter().any(|reason| reason == code)) {
        let known = terms.reasons.join(", ");
        return Err(Problem::invalid("code", &format!("the rule {} takes one of these reasons: {known}", finding.rule)));
    }
    Ok(())
}

fn row(by: &By<'_>, about: About, stage: Stage, finding: &Finding, reason: &str) -> OverrideRow {
    OverrideRow {
        number: 0,
        at: by.now,
        actor: by.actor.to_owned(),
        stage: stage_code(stage),
        officer: about.officer,
        detail: about.detail,
        rule: finding.rule.clone(),
        set_name: finding.set.clone(),
        set_version: i64::from(finding.version),
        reason: reason.to_owned(),
        sentence: finding.sentence.clone(),
        hours_before: finding.hours_before(),
        hours_after: finding.hours_after(),
    }
}

/// The rules of a set that somebody let pass for an officer on a detail at a stage. Of another version, nothing was let pass.
pub(super) fn standing(
    sql: &mut dyn Sql,
    agency: AgencyId,
    set: &RuleSet,
    stage: Stage,
    about: About,
) -> Result<Vec<String>, StoreError> {
    let all = overrides::of_detail(sql, agency, about.detail)?;
    let stands = |row: &OverrideRow| {
        let same_set = row.set_name == set.name && row.set_version == i64::from(set.version);
        same_set && row.officer == about.officer && row.stage == stage_code(stage)
    };
    Ok(all.into_iter().filter(stands).map(|row| row.rule).collect())
}
