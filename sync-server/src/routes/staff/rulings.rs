//! Rulings on assignments.

use detailbook_core::ids::{AssignmentId, RulingId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{Assignment, Ruling};
use detailbook_core::shift::{Flag, ProposedRuling, PunchPlace, Shift, Worked};
use detailbook_core::time::UnixMillis;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reply, Versioned};
use super::policy::JudgedBody;
use super::request::Request;
use crate::filing;
use crate::policy::overrides::{self, OverrideDraft, Overriding};
use crate::policy::{About, judge};
use crate::problem::Problem;
use crate::rulings::{self, RulingDraft};
use crate::store::records::Stored;
use crate::store::{Sql, rulings as kept};

/// Rules on an assignment.
pub fn rule(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    let held = filing::get::<Assignment>(sql, request.token.agency, id)?.record;
    let draft: RulingDraft = request.body()?;
    if let Some(Overriding { code, reason }) = draft.overriding.clone() {
        let (officer, position, accepted) = (Some(held.officer), Some(held.position), draft.accepted.clone());
        let letting = OverrideDraft { officer, position, stage: Stage::Ruling, rules: None, code, reason, accepted };
        overrides::make(sql, &request.by(), &request.token.scopes, held.detail, &letting)?;
    }
    let mut entropy = request.app.entropy.clone();
    let tariff = request.app.settings.tariffs.of(request.token.agency);
    Reply::created(rulings::rule(sql, &request.by(), id, &draft, tariff, &mut entropy)?)
}

/// The rulings on an assignment: the one in force first, then each that it replaced.
pub fn history(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, id) = (request.token.agency, request.id::<AssignmentId>("id")?);
    filing::get::<Assignment>(sql, agency, id)?;
    let page = request.page(RulingId::NIL)?;
    let history = rulings::history(sql, agency, id, page.after, page.limit + 1)?;
    let items = history.into_iter().map(|ruling| Versioned::new(ruling.record.id, ruling));
    Reply::ok(&Listing::cut(items.collect(), page.limit, |item| item.id.to_string()))
}

/// The ruling that the facts alone would have, and what the rules would say to a ruling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ProposedBody {
    /// The worked time; its intervals are what the ruling would accept.
    pub worked: Worked,
    /// What a person should know, the weightiest first.
    pub flags: Vec<Flag>,
    /// Where each punch was made, in order; empty without a fence.
    pub places: Vec<PunchPlace>,
    /// The shift behind it.
    pub shift: Shift,
    /// What the rules say at the stage `ruling` of accepting that time.
    pub rules: JudgedBody,
}

/// The ruling that the facts alone would have. A person makes the ruling.
pub fn proposed(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, id) = (request.token.agency, request.id::<AssignmentId>("id")?);
    let ProposedRuling { worked, flags, places, shift } = rulings::proposed(sql, agency, id, request.now)?;
    let held = filing::get::<Assignment>(sql, agency, id)?.record;
    let about = About { officer: held.officer, detail: held.detail, position: Some(held.position) };
    let rules = judge::look_at_ruling(sql, agency, about, &worked.intervals, request.now)?.into();
    Reply::ok(&ProposedBody { worked, flags, places, shift, rules })
}

/// A ruling as callers read it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct RulingBody {
    /// Its id.
    pub id: RulingId,
    /// Always 1: a ruling is never edited.
    pub version: i64,
    /// When it was made, milliseconds since 1970 UTC.
    pub changed_at: UnixMillis,
    /// The ruling.
    pub record: Ruling,
    /// The number of the evaluation that was kept with it; null where the rules said nothing.
    pub evaluation: Option<i64>,
}

/// One ruling.
pub fn read(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, id) = (request.token.agency, request.id::<RulingId>("id")?);
    let Stored { version, changed_at, record, .. } = rulings::read(sql, agency, id)?.ok_or_else(Problem::not_found)?;
    let evaluation = kept::evaluation(sql, agency, id)?;
    Reply::ok(&RulingBody { id, version, changed_at, record, evaluation })
}
