//! What follows for those on a detail when its time or place changes.

use detailbook_core::ids::AgencyId;
use detailbook_core::notices::EventKind;
use detailbook_core::policy::Stage;
use detailbook_core::records::{Assignment, Detail};

use super::given;
use super::told::{Happened, is_soon, named, told};
use crate::audit::By;
use crate::filing;
use crate::policy;
use crate::problem::Problem;
use crate::store::{Sql, assignments};

/// Tells whoever is on the detail, waits for each to say that they saw it, and asks the rules about each of them anew: nobody is sent
/// away by what they say, but officer and coordinator hear of what stands in the way.
pub(super) fn tell(sql: &mut dyn Sql, by: &By<'_>, before: &Detail, after: &Detail) -> Result<(), Problem> {
    let holders = holders(sql, by.agency, after)?;
    if holders.is_empty() {
        return Ok(());
    }
    let key = format!("{} {}", after.id, by.now.as_millis());
    let text =
        format!("{} is now until {}. It was {}.", named(after), after.zone.clock_text(after.ends), named(before));
    let happened = Happened::new(EventKind::DetailChanged, key.clone(), after, text);
    let officers = holders.iter().map(|held| held.officer).collect();
    told(sql, by, &Happened { officers, ..happened })?;
    for held in &holders {
        given::changed(sql, by, held, after, &key)?;
    }
    holders.iter().try_for_each(|held| judge(sql, by, &key, held, after))
}

fn holders(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail) -> Result<Vec<Assignment>, Problem> {
    let ids = assignments::active_of_detail(sql, agency, detail.id)?;
    ids.into_iter().map(|id| Ok(filing::get::<Assignment>(sql, agency, id)?.record)).collect()
}

fn judge(sql: &mut dyn Sql, by: &By<'_>, key: &str, held: &Assignment, detail: &Detail) -> Result<(), Problem> {
    let judged = policy::judge(sql, by, Stage::Award, held.officer, detail.id, Some(held.position))?;
    let against = [judged.blocked(), judged.to_approve()].into_iter().flatten().collect::<Vec<_>>();
    if against.is_empty() {
        return Ok(());
    }
    let text = format!("At its new time or place rules stand in the way of {}: {}", named(detail), against.join(" "));
    let happened = Happened::new(EventKind::LimitWarning, key.to_owned(), detail, text);
    let happened = Happened { urgent: is_soon(detail, by.now), ..happened };
    Ok(told(sql, by, &happened.about(held.id, held.officer))?)
}
