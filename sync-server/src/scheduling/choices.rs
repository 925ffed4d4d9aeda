//! Who gets which place where a person chooses: written down before the window closes, carried out and explained by its award.

use detailbook_core::award::{Choice, Fill};
use detailbook_core::ids::{DetailId, OfficerId, PositionId};
use detailbook_core::records::{ApplicationState, Officer};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::applications;
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::postings::{self, Posted};
use crate::store::{Sql, standing};
use crate::words;

/// One choice as a coordinator writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceDraft {
    /// The position.
    pub position: PositionId,
    /// Who gets it.
    pub officer: OfficerId,
    /// Why.
    pub reason: String,
}

/// Writes down all choices of a window in place of those before. Phones are not told of them: what is chosen is sealed like what is
/// applied for, until the window closes.
pub fn choose(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: DetailId,
    chosen_by: &str,
    drafts: &[ChoiceDraft],
) -> Result<(), Problem> {
    let posted = postings::find(sql, by.agency, detail)?.filter(|posted| posted.stage.takes_applications());
    let Some(mut posted) = posted.filter(|posted| by.now < posted.posting.decided_at()) else {
        return Err(Problem::conflict("This detail has no window that is still open."));
    };
    if posted.posting.method.fill != Fill::ByChoice {
        return Err(Problem::conflict("This window is awarded by rank, as everybody was told: nobody chooses."));
    }
    let chosen_by = words::line("chosen_by", chosen_by)?;
    let choice = |sql: &mut dyn Sql, draft: &ChoiceDraft| choice(sql, by, &posted, draft, &chosen_by);
    let choices = drafts.iter().map(|draft| choice(sql, draft)).collect::<Result<Vec<_>, _>>()?;
    let twice = |(n, choice): (usize, &Choice)| choices[..n].iter().any(|other| other.position == choice.position);
    if choices.iter().enumerate().any(twice) {
        return Err(Problem::invalid("choices.position", "must be different for each choice"));
    }
    let before = std::mem::replace(&mut posted.posting.window.choices, choices);
    postings::put(sql, by.agency, &posted)?;
    let noted = json!({ "before": before, "after": posted.posting.window.choices });
    Ok(by.note(sql, "award.choose", detail, &noted)?)
}

/// A choice that the award can carry out, as far as is known now.
fn choice(
    sql: &mut dyn Sql,
    by: &By<'_>,
    posted: &Posted,
    draft: &ChoiceDraft,
    chosen_by: &str,
) -> Result<Choice, Problem> {
    let ChoiceDraft { position, officer, reason } = draft;
    filing::named::<Officer>(sql, by.agency, "choices.officer", *officer)?;
    if posted.posting.window.opening(*position).is_none() {
        return Err(Problem::invalid("choices.position", "is not on offer in this window"));
    }
    let detail = posted.posting.detail;
    let latest = applications::latest(sql, by.agency, detail, *officer)?;
    let applied = latest.is_some_and(|(_, stored)| stored.record.state == ApplicationState::Received);
    if !applied && !standing::of_detail(sql, by.agency, detail)?.iter().any(|(_, kept)| kept == officer) {
        return Err(Problem::invalid("choices.officer", "must be an officer who applied for it"));
    }
    let reason = words::text("choices.reason", reason)?;
    Ok(Choice { position: *position, officer: *officer, by: chosen_by.to_owned(), reason })
}
