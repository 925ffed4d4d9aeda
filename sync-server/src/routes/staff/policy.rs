//! Rule sets, what they say, and who let it pass.

use detailbook_core::ids::{DetailId, OfficerId, PositionId};
use detailbook_core::policy::{Finding, RuleSet, Stage};
use detailbook_core::records::{Detail, Officer};
use detailbook_core::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reply};
use super::personnel::moment;
use super::request::Request;
use super::whole::Whole;
use crate::filing;
use crate::policy::check::{Fault, check, in_vain};
use crate::policy::detail_facts::{self, DetailFacts};
use crate::policy::evaluations::{self, Evaluation};
use crate::policy::judge::{self, Judged};
use crate::policy::overrides::{self, OverrideDraft};
use crate::policy::proposal::About;
use crate::policy::sets;
use crate::problem::Problem;
use crate::store::evaluations::{self as rows, Of};
use crate::store::overrides::OverrideRow;
use crate::store::{Sql, overrides as override_rows};

/// A version of a rule set as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct SetBody {
    /// When it was set, milliseconds since 1970 UTC.
    pub set_at: UnixMillis,
    /// By whom.
    pub set_by: String,
    /// It is in force on some day: no later version has taken all of them.
    pub stands: bool,
    /// The set.
    pub set: RuleSet,
}

/// Every version of every rule set.
pub fn sets(sql: &mut dyn Sql, request: &Request) -> Answer {
    let agency = request.token.agency;
    let standing = sets::standing(sql, agency, request.now)?;
    let mut items = Vec::new();
    for row in crate::store::rule_sets::known(sql, agency, request.now)? {
        let stands = standing.iter().any(|standing| standing.row == row);
        items.push(SetBody { set: sets::read(&row)?, stands, set_at: row.set_at, set_by: row.set_by });
    }
    Reply::ok(&Listing { items, next: None })
}

/// A rule set as callers send it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDraft {
    /// The set, TOML or JSON.
    pub text: String,
    /// Only check it.
    #[serde(default)]
    pub preview: bool,
}

/// What became of a rule set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct SetChecked {
    /// It is set.
    pub written: bool,
    /// Name and version, where it could be read.
    pub set: Option<String>,
    /// What is wrong with it, with line and column.
    pub faults: Vec<Fault>,
    /// What it says in vain: severities at stages at which no rule is asked.
    pub warnings: Vec<String>,
}

/// Checks a rule set, and adds it.
pub fn set(sql: &mut dyn Sql, request: &Request) -> Answer {
    let draft: SetDraft = request.body()?;
    match check(&draft.text) {
        Err(faults) => Reply::json(422, &SetChecked { written: false, set: None, faults, warnings: vec![] }),
        Ok(set) => {
            if !draft.preview {
                sets::set(sql, &request.by(), &set)?;
            }
            let (status, written) = if draft.preview { (200, false) } else { (201, true) };
            let warnings = in_vain(&set);
            Reply::json(status, &SetChecked { written, set: Some(set.citation()), faults: vec![], warnings })
        }
    }
}

/// What is said of a detail beyond its record.
pub fn facts(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let reply = Reply::ok(&detail_facts::at(sql, request.token.agency, id, request.now)?)?;
    Whole::new("detail_facts", id).shown(sql, request, reply)
}

/// Says what a detail is like.
pub fn set_facts(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let facts: DetailFacts = request.body()?;
    Whole::new("detail_facts", id).edit(sql, request)?;
    detail_facts::set(sql, &request.by(), id, &facts)?;
    self::facts(sql, request)
}

/// What the rules say, without anything being done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct JudgedBody {
    /// It would not happen but for an override.
    pub blocks: bool,
    /// Somebody would have to approve first.
    pub needs_approval: bool,
    /// What each rule says.
    pub findings: Vec<Finding>,
}

impl From<Judged> for JudgedBody {
    fn from(judged: Judged) -> Self {
        let Judged { blocks, needs_approval, findings, .. } = judged;
        Self { blocks, needs_approval, findings }
    }
}

/// What the rules say of a detail, and of an officer on it where one is named, by what was known at `as_of`.
pub fn judgement(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, detail) = (request.token.agency, request.id::<DetailId>("id")?);
    filing::get::<Detail>(sql, agency, detail)?;
    let as_of = moment(request, "as_of")?;
    let (officer, stage) = (request.filter::<OfficerId>("officer")?, request.filter::<StageName>("stage")?);
    let judged = match officer {
        None => judge::look_at_detail(sql, agency, stage.map_or(Stage::Post, |stage| stage.0), detail, as_of)?,
        Some(officer) => {
            filing::named::<Officer>(sql, agency, "officer", officer)?;
            let about = About { officer, detail, position: request.filter::<PositionId>("position")? };
            judge::look(sql, agency, stage.map_or(Stage::Award, |stage| stage.0), about, as_of)?
        }
    };
    Reply::ok(&JudgedBody::from(judged))
}

/// A stage in a query.
struct StageName(Stage);

impl std::str::FromStr for StageName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        serde_json::from_value(json!(text)).map(Self).map_err(drop)
    }
}

/// The evaluations of a detail.
pub fn of_detail(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    list(sql, request, Of::Detail(id))
}

/// The evaluations of an officer.
pub fn of_officer(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: OfficerId = request.id("id")?;
    filing::get::<Officer>(sql, request.token.agency, id)?;
    list(sql, request, Of::Officer(id))
}

fn list(sql: &mut dyn Sql, request: &Request, of: Of) -> Answer {
    let page = request.page(0_i64)?;
    let found = rows::page(sql, request.token.agency, of, page.after, page.limit + 1)?;
    let items = found.iter().map(Evaluation::try_from).collect::<Result<Vec<_>, _>>()?;
    Reply::ok(&Listing::cut(items, page.limit, |item: &Evaluation| item.number.to_string()))
}

/// One evaluation, asked again of what was kept.
pub fn evaluation(sql: &mut dyn Sql, request: &Request) -> Answer {
    let found = evaluations::ask_again(sql, request.token.agency, request.id("id")?)?;
    Reply::ok(&found.ok_or_else(Problem::not_found)?)
}

/// An override as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct OverrideBody {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: UnixMillis,
    /// Who.
    pub actor: String,
    /// For which officer.
    pub officer: OfficerId,
    /// The rule, with the set and version that it is of.
    pub rule: String,
    /// What the rule said.
    pub said: String,
    /// Why it was let pass.
    pub reason: String,
    /// Hours without the detail, in milliseconds.
    pub hours_before: Option<Millis>,
    /// Hours with it.
    pub hours_after: Option<Millis>,
}

impl From<OverrideRow> for OverrideBody {
    fn from(row: OverrideRow) -> Self {
        Self {
            number: row.number,
            at: row.at,
            actor: row.actor,
            officer: row.officer,
            rule: format!("{} v{}, {}", row.set_name, row.set_version, row.rule),
            said: row.sentence,
            reason: row.reason,
            hours_before: row.hours_before,
            hours_after: row.hours_after,
        }
    }
}

/// Who let which rules pass on a detail.
pub fn overrides(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let items = override_rows::of_detail(sql, request.token.agency, id)?;
    Reply::ok(&Listing { items: items.into_iter().map(OverrideBody::from).collect(), next: None })
}

/// Lets rules pass for an officer on a detail.
pub fn make_override(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let draft: OverrideDraft = request.body()?;
    let made = overrides::make(sql, &request.by(), &request.token.scopes, id, &draft)?;
    Reply::json(201, &Listing { items: made.into_iter().map(OverrideBody::from).collect(), next: None })
}
