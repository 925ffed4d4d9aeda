//! What a set that is not in force would have said of the assignments of the last month.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::AssignmentId;
use detailbook_core::policy::{Outcome, RuleSet, Severity, Stage};
use detailbook_core::records::{Assignment, Detail, Officer};
use detailbook_core::time::{Interval, Millis, UnixMillis};

use crate::console::visit::Visit;
use crate::filing;
use crate::policy::judge::{Judged, look, look_by};
use crate::policy::proposal::About;
use crate::problem::Problem;
use crate::store::{Sql, assignments};

/// How far back it looks.
const BACK: Millis = Millis::from_hours(24 * 30);
/// Assignments that are looked at.
const MOST: i64 = 300;
/// No detail is longer.
const LONGEST: Millis = Millis::from_hours(31 * 24);

/// What it found.
#[derive(Template, Default)]
#[template(path = "console/settings/rules_dry_run.html")]
pub(super) struct DryRun {
    /// Assignments that were looked at.
    pub(super) looked: usize,
    /// There are more than were looked at.
    pub(super) more: bool,
    /// Those of which something else would have been said.
    pub(super) other: Vec<Other>,
}

/// An assignment of which something else would have been said.
pub(super) struct Other {
    pub(super) begins: String,
    pub(super) officer: String,
    pub(super) detail: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) harder: bool,
    pub(super) why: Vec<String>,
}

/// Asks both: the set in force when each detail began, and the new one; by what is known now.
pub(super) fn dry_run(sql: &mut dyn Sql, visit: &Visit, set: &RuleSet) -> Result<DryRun, Problem> {
    let (agency, now) = (visit.agency()?, visit.now);
    let month = Interval { start: now - BACK, end: now };
    let after = (UnixMillis::MIN, AssignmentId::NIL);
    let mut found = assignments::in_time(sql, agency, month, LONGEST, after, MOST + 1)?;
    let more = found.len() as i64 > MOST;
    found.truncate(MOST as usize);
    let mut run = DryRun { looked: found.len(), more, other: vec![] };
    let mut names = BTreeMap::new();
    for id in found {
        let held = filing::get::<Assignment>(sql, agency, id)?.record;
        let about = About { officer: held.officer, detail: held.detail, position: Some(held.position) };
        let before = look(sql, agency, Stage::Award, about, now)?;
        let after = look_by(sql, agency, Stage::Award, set, about, now)?;
        if standing(&before) == standing(&after) {
            continue;
        }
        let detail = filing::get::<Detail>(sql, agency, held.detail)?.record;
        let officer = match names.get(&held.officer) {
            Some(name) => String::clone(name),
            None => filing::get::<Officer>(sql, agency, held.officer)?.record.name,
        };
        names.insert(held.officer, officer.clone());
        run.other.push(Other {
            begins: visit.time(detail.starts),
            officer,
            detail: detail.title,
            before: standing(&before).1.to_owned(),
            after: standing(&after).1.to_owned(),
            harder: standing(&after) > standing(&before),
            why: against(if standing(&after) > standing(&before) { &after } else { &before }),
        });
    }
    Ok(run)
}

/// The heaviest answer, in words.
fn standing(judged: &Judged) -> (u8, &'static str) {
    if judged.blocks {
        (3, "blocked")
    } else if judged.needs_approval {
        (2, "needs an approval")
    } else if judged.against(Severity::Warn).next().is_some() {
        (1, "warned")
    } else {
        (0, "allowed")
    }
}

fn against(judged: &Judged) -> Vec<String> {
    let weighs = |severity| matches!(severity, Severity::Block | Severity::NeedsApproval | Severity::Warn);
    let all = judged.findings.iter().filter(|it| it.outcome != Outcome::Pass && weighs(it.severity));
    all.map(detailbook_core::policy::Finding::cited).collect()
}
