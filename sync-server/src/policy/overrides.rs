//! Letting a rule's answer pass: by somebody with the right, for a reason, with the hours before and after.

use detailbook_core::ids::{DetailId, OfficerId, PositionId};
use detailbook_core::policy::{
    Finding, NotOverridden, OVERRIDE_RIGHT, Outcome, Override, Overrider, RuleSet, Severity, Stage, no_worse,
};
use detailbook_core::records::{Detail, Officer};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::evaluations::stage_code;
use super::giving_up::{self, GivesUp, Instead};
use super::judge::{self, Judged};
use super::proposal::About;
use super::sets;
use crate::access::scope::{Scope, Scopes};
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::call_off;
use crate::store::Sql;
use crate::store::overrides::{self, OverrideRow};
use crate::words;
use detailbook_core::time::Interval;
use detailbook_core::wire::Refusal;

/// Letting rules pass with the act that they stand in the way of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Overriding {
    /// The agency's code of the reason, where a rule asks for one.
    #[serde(default)]
    pub code: Option<String>,
    /// Why, in words.
    pub reason: String,
}

/// An override as staff write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideDraft {
    /// For which officer; absent at the stage `post`, at which there is none yet.
    #[serde(default)]
    pub officer: Option<OfficerId>,
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
    /// At the stage `ruling`, the time that is to be accepted; as scheduled where absent.
    #[serde(default)]
    pub accepted: Vec<Interval>,
}

/// Lets rules pass for an officer on a detail. Gives what was let pass; the hours are those of now.
pub fn make(
    sql: &mut dyn Sql,
    by: &By<'_>,
    scopes: &Scopes,
    detail: DetailId,
    draft: &OverrideDraft,
) -> Result<Vec<OverrideRow>, Problem> {
    let reason = words::text("reason", &draft.reason)?;
    if !scopes.allow(Scope::PolicyOverride) {
        let why = format!("Your token does not have the scope {}.", Scope::PolicyOverride);
        return Err(Problem::new(Refusal::NotAllowed, why));
    }
    filing::get::<Detail>(sql, by.agency, detail)?;
    let (about, judged) = looked(sql, by, detail, draft)?;
    let chosen = chosen(&judged.findings, draft.rules.as_deref())?;
    let start = filing::get::<Detail>(sql, by.agency, detail)?.record.starts;
    let set = sets::in_force(sql, by.agency, start, by.now)?.ok_or_else(nothing)?;
    let (overrider, code) =
        (Overrider { name: by.actor, rights: &rights(scopes) }, draft.code.as_deref().unwrap_or_default());
    let mut rows = Vec::with_capacity(chosen.len());
    for finding in chosen {
        let given = set.override_finding(finding, overrider, code, &reason, by.now).map_err(|why| refused(&why))?;
        let row = row(by, about, draft.stage, &given);
        let number = overrides::insert(sql, by.agency, &row)?;
        rows.push(OverrideRow { number, ..row });
    }
    let rules: Vec<_> = rows.iter().map(noted).collect();
    let noted =
        json!({ "officer": draft.officer, "stage": draft.stage, "rules": rules, "code": draft.code, "reason": reason });
    by.note(sql, "policy.override", detail, &noted)?;
    Ok(rows)
}

/// Lets pass what stands in the way of putting a detail on offer.
pub fn for_posting(
    sql: &mut dyn Sql,
    by: &By<'_>,
    scopes: &Scopes,
    detail: DetailId,
    overriding: &Overriding,
) -> Result<(), Problem> {
    let Overriding { code, reason } = overriding.clone();
    let draft = OverrideDraft {
        officer: None,
        position: None,
        stage: Stage::Post,
        rules: None,
        code,
        reason,
        accepted: vec![],
    };
    make(sql, by, scopes, detail, &draft).map(drop)
}

/// Lets pass what stands in the way of what an officer is about to do or to be given, where something does.
pub fn for_officer(
    sql: &mut dyn Sql,
    by: &By<'_>,
    scopes: &Scopes,
    stage: Stage,
    about: About,
    overriding: Overriding,
) -> Result<(), Problem> {
    let (Overriding { code, reason }, About { officer, detail, position }) = (overriding, about);
    let draft = OverrideDraft { officer: Some(officer), position, stage, rules: None, code, reason, accepted: vec![] };
    make(sql, by, scopes, detail, &draft).map(drop)
}

/// What an override is about, and what the rules say of it now.
fn looked(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId, draft: &OverrideDraft) -> Result<(About, Judged), Problem> {
    let position = draft.position;
    let Some(officer) = draft.officer else {
        if draft.stage != Stage::Post {
            return Err(Problem::invalid("officer", "is needed at every stage but post"));
        }
        let about = About { officer: OfficerId::NIL, detail, position };
        return Ok((about, judge::look_at_detail(sql, by.agency, draft.stage, detail, by.now)?));
    };
    filing::named::<Officer>(sql, by.agency, "officer", officer)?;
    let about = About { officer, detail, position };
    if draft.stage == Stage::Trade
        && let Some(held) = giving_up::held_by(sql, by.agency, detail, officer)?
    {
        // Who has a place gives it up.
        let told_at = call_off::told_at(sql, by, held.id)?.unwrap_or(by.now);
        return Ok((about, giving_up::look(sql, by, &GivesUp::told(&held, told_at, Instead::Nobody))?));
    }
    Ok((
        about,
        match draft.stage {
            Stage::Ruling => judge::look_at_ruling(sql, by.agency, about, &draft.accepted, by.now)?,
            stage => judge::look(sql, by.agency, stage, about, by.now)?,
        },
    ))
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
    rules
        .iter()
        .map(|rule| find(rule).ok_or_else(|| Problem::invalid("rules", "names a rule that does not stand in the way")))
        .collect()
}

/// The rights of a caller as rules name them: the names of scopes, and the usual right of whoever may override.
fn rights(scopes: &Scopes) -> Vec<&'static str> {
    let mut rights: Vec<_> =
        Scope::ALL.iter().filter(|scope| scopes.allow(**scope)).map(|scope| scope.name()).collect();
    if scopes.allow(Scope::PolicyOverride) {
        rights.push(OVERRIDE_RIGHT);
    }
    rights
}

fn refused(why: &NotOverridden) -> Problem {
    let reason = format!("{why}.");
    match why {
        NotOverridden::NoRight { .. } => Problem::new(Refusal::NotAllowed, reason),
        NotOverridden::OtherReason { .. } => Problem::invalid("code", &why.to_string()),
        _ => Problem::conflict(reason),
    }
}

fn row(by: &By<'_>, about: About, stage: Stage, given: &Override) -> OverrideRow {
    let finding = &given.finding;
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
        reason: given.reason.clone(),
        sentence: finding.sentence.clone(),
        hours_before: given.before,
        hours_after: given.after,
        finding: Some(finding.clone()),
    }
}

/// What somebody let pass for an officer on a detail at a stage. Of another version of the set, nothing was let pass.
#[derive(Default)]
pub(super) struct LetPass<'a>(Vec<&'a OverrideRow>);

impl<'a> LetPass<'a> {
    /// What of a detail's overrides it is.
    pub(super) fn of(rows: &'a [OverrideRow], set: &RuleSet, stage: Stage, officer: OfficerId) -> Self {
        let stands = |row: &&OverrideRow| {
            let same_set = row.set_name == set.name && row.set_version == i64::from(set.version);
            same_set && row.officer == officer && row.stage == stage_code(stage)
        };
        Self(rows.iter().filter(stands).collect())
    }

    /// Did somebody let this pass, or something that was no better?
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        self.0.iter().filter(|row| row.rule == finding.rule).any(|row| match &row.finding {
            Some(let_pass) => no_worse(finding, let_pass),
            None => row.hours_after.is_none_or(|hours| finding.hours_after().is_some_and(|now| now <= hours)),
        })
    }
}
