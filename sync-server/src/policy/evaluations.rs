//! What the rules said, kept with everything they were asked about, so that it can be asked again and come out the same.

use std::io::{Read as _, Write as _};

use detailbook_core::ids::{AgencyId, DetailId, OfficerId, PositionId};
use detailbook_core::policy::{Context, Finding, Place, Proposal, RuleSet, Severity, Stage, evaluate};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use minicbor::{Decode, Encode};
use serde::Serialize;
use utoipa::ToSchema;

use super::judge::Judged;
use super::proposal::About;
use super::sets;
use crate::audit::By;
use crate::store::evaluations::{self, Case, EvaluationRow};
use crate::store::{Sql, StoreError};

/// Everything the rules were asked about.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Inputs {
    /// What was known of the officer.
    #[n(0)]
    pub context: Context,
    /// The officer's place on the detail.
    #[n(1)]
    pub proposal: Proposal,
}

/// An evaluation as staff read it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Evaluation {
    /// Its number.
    pub number: i64,
    /// When, milliseconds since 1970 UTC.
    pub at: UnixMillis,
    /// Who acted.
    pub actor: String,
    /// The stage.
    pub stage: Option<Stage>,
    /// The officer.
    pub officer: OfficerId,
    /// The detail.
    pub detail: DetailId,
    /// The rule set and its version.
    pub set: String,
    /// How it ended.
    pub outcome: Ended,
    /// What each rule said.
    pub findings: Vec<Finding>,
    /// Hash of all that was looked at.
    pub inputs_hash: Sha256,
}

/// How an evaluation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Nothing stood in the way.
    Passed,
    /// Somebody was warned.
    Warned,
    /// Somebody had to approve first.
    NeedsApproval,
    /// It was not done.
    Blocked,
}

impl Ended {
    const ALL: [Self; 4] = [Self::Passed, Self::Warned, Self::NeedsApproval, Self::Blocked];

    fn of(judged: &Judged) -> Self {
        match judged {
            Judged { blocks: true, .. } => Self::Blocked,
            Judged { needs_approval: true, .. } => Self::NeedsApproval,
            _ if judged.against(Severity::Warn).next().is_some() => Self::Warned,
            _ => Self::Passed,
        }
    }
}

/// A stage's number in the store.
pub(super) fn stage_code(stage: Stage) -> i64 {
    Stage::ALL.iter().position(|known| *known == stage).map_or(-1, |place| place as i64)
}

fn stage_of(code: i64) -> Option<Stage> {
    usize::try_from(code).ok().and_then(|place| Stage::ALL.get(place)).copied()
}

/// Keeps an evaluation, unless the one before says the same of the same. Gives its number. Of wishes that were refused only the last is
/// kept: nothing came of them, and a phone may repeat them as often as it likes.
pub(super) fn keep(
    sql: &mut dyn Sql,
    by: &By<'_>,
    stage: Stage,
    about: About,
    set: &RuleSet,
    judged: &Judged,
    inputs: &Inputs,
) -> Result<i64, StoreError> {
    let bytes = wire::encode(inputs);
    let row = EvaluationRow {
        number: 0,
        at: by.now,
        actor: by.actor.to_owned(),
        stage: stage_code(stage),
        officer: about.officer,
        detail: about.detail,
        set_name: set.name.clone(),
        set_version: i64::from(set.version),
        outcome: Ended::of(judged) as i64,
        findings: wire::encode(&judged.findings),
        inputs: deflated(&bytes),
        inputs_hash: Sha256::of(&bytes),
        asked_at: by.now,
    };
    let before = evaluations::latest(sql, by.agency, case(&row))?;
    if let Some(same) = before.filter(|before| says_the_same(before, &row)) {
        evaluations::asked_again(sql, by.agency, same.number, by.now)?;
        return Ok(same.number);
    }
    if stage == Stage::Apply {
        evaluations::forget(sql, by.agency, case(&row), Ended::Blocked as i64)?;
    }
    evaluations::insert(sql, by.agency, &row)
}

const fn case(row: &EvaluationRow) -> Case {
    Case { officer: row.officer, detail: row.detail, stage: row.stage }
}

fn says_the_same(one: &EvaluationRow, other: &EvaluationRow) -> bool {
    let asked = |row: &EvaluationRow| (row.inputs_hash, row.set_name.clone(), row.set_version, row.actor.clone());
    let said = |row: &EvaluationRow| (row.outcome, row.findings.clone());
    asked(one) == asked(other) && said(one) == said(other)
}

/// What the rules last said of an officer on a detail at a stage, if they were asked about the same place of it, and when they last
/// said it.
pub(super) fn latest(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    about: About,
) -> Result<Option<(Evaluation, UnixMillis)>, StoreError> {
    let case = Case { officer: about.officer, detail: about.detail, stage: stage_code(stage) };
    let row = evaluations::latest(sql, agency, case)?;
    let same = row.as_ref().filter(|row| asked_about(row, about.position));
    same.map(|row| Ok((Evaluation::try_from(row)?, row.asked_at))).transpose()
}

/// Was the officer asked about on that place, or on none in particular?
fn asked_about(row: &EvaluationRow, position: Option<PositionId>) -> bool {
    let Some(Inputs { proposal, .. }) = inputs(row) else { return false };
    let places = proposal.places.unwrap_or_default();
    let own = |place: &&Place| place.holder.as_ref().is_some_and(|holder| holder.officer == row.officer);
    places.iter().find(own).map(|place| place.position) == position
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail; were it to, the evaluation could not be asked again, and would say so.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The inputs of an evaluation, if they are what they were.
fn inputs(row: &EvaluationRow) -> Option<Inputs> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(row.inputs.as_slice()).read_to_end(&mut bytes).ok()?;
    if Sha256::of(&bytes) != row.inputs_hash {
        return None;
    }
    wire::decode(&bytes).ok()
}

impl TryFrom<&EvaluationRow> for Evaluation {
    type Error = StoreError;

    fn try_from(row: &EvaluationRow) -> Result<Self, StoreError> {
        let unreadable = |_| StoreError::Column { column: 9, wanted: "encoded findings", found: "other bytes" };
        let outcome = usize::try_from(row.outcome).ok().and_then(|code| Ended::ALL.get(code)).copied();
        Ok(Self {
            number: row.number,
            at: row.at,
            actor: row.actor.clone(),
            stage: stage_of(row.stage),
            officer: row.officer,
            detail: row.detail,
            set: format!("{} v{}", row.set_name, row.set_version),
            outcome: outcome.unwrap_or(Ended::Blocked),
            findings: wire::decode(&row.findings).map_err(unreadable)?,
            inputs_hash: row.inputs_hash,
        })
    }
}

/// An evaluation asked again of what was kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct AskedAgain {
    /// What was kept.
    pub evaluation: Evaluation,
    /// The same set says the same of the same inputs.
    pub same: bool,
    /// What it says now, where that is not the same; absent where the inputs cannot be read.
    pub now: Option<Vec<Finding>>,
}

/// Asks again what was asked then. `None`: there is no such evaluation.
pub fn ask_again(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Option<AskedAgain>, StoreError> {
    let Some(row) = evaluations::get(sql, agency, number)? else { return Ok(None) };
    let evaluation = Evaluation::try_from(&row)?;
    let set = sets::get(sql, agency, &row.set_name, row.set_version)?;
    let again = set.zip(inputs(&row)).zip(evaluation.stage);
    let findings = again
        .map(|((set, Inputs { context, proposal }), stage)| evaluate(&set, stage, &context, &proposal, evaluation.at));
    let same = findings.as_ref() == Some(&evaluation.findings);
    Ok(Some(AskedAgain { evaluation, same, now: findings.filter(|_| !same) }))
}
