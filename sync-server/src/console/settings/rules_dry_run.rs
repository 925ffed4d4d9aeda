//! What a set that is not in force would have said of the assignments of the last month.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::AssignmentId;
use detailbook_core::policy::{Finding, Outcome, RuleSet, Severity, Stage};
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
const MOST: usize = 300;
/// No detail is longer.
const LONGEST: Millis = Millis::from_hours(31 * 24);

/// What it found.
#[derive(Template, Default)]
#[template(path = "console/settings/rules_dry_run.html")]
pub(super) struct DryRun {
    /// Assignments that were looked at.
    pub(super) looked: usize,
    /// Of so many.
    pub(super) all: usize,
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
    pub(super) mark: &'static str,
    pub(super) why: Vec<String>,
}

/// Asks both: the set in force when each detail began, and the new one; by what is known now.
pub(super) fn dry_run(sql: &mut dyn Sql, visit: &Visit, set: &RuleSet) -> Result<DryRun, Problem> {
    let (agency, now) = (visit.agency()?, visit.now);
    let month = Interval { start: now - BACK, end: now };
    let after = (UnixMillis::MIN, AssignmentId::NIL);
    let found = assignments::in_time(sql, agency, month, LONGEST, after, i64::MAX)?;
    let all = found.len();
    let found = spread(found, MOST);
    let mut run = DryRun { looked: found.len(), all, other: vec![] };
    let mut names = BTreeMap::new();
    for id in found {
        let held = filing::get::<Assignment>(sql, agency, id)?.record;
        let about = About { officer: held.officer, detail: held.detail, position: Some(held.position) };
        let before = look(sql, agency, Stage::Award, about, now)?;
        let after = look_by(sql, agency, Stage::Award, set, about, now)?;
        let why = differences(&before, &after);
        if why.is_empty() {
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
            mark: match standing(&after).cmp(&standing(&before)) {
                Ordering::Greater => "bad",
                Ordering::Equal => "warn",
                Ordering::Less => "good",
            },
            why,
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

/// What one would have said and the other not, by rule: another answer, or one of another weight.
fn differences(before: &Judged, after: &Judged) -> Vec<String> {
    let (was, would) = (against(before), against(after));
    let other = |one: &BTreeMap<&str, &Finding>, rule: &str, it: &Finding| {
        one.get(rule).is_none_or(|known| (known.outcome, known.severity) != (it.outcome, it.severity))
    };
    let new = would.iter().filter(|(rule, it)| other(&was, rule, it)).map(|(_, it)| it.cited());
    let gone = was.iter().filter(|(rule, _)| !would.contains_key(*rule));
    new.chain(gone.map(|(_, it)| format!("No longer: {}", it.cited()))).collect()
}

/// What stands against it, by rule.
fn against(judged: &Judged) -> BTreeMap<&str, &Finding> {
    let weighs = |severity| matches!(severity, Severity::Block | Severity::NeedsApproval | Severity::Warn);
    let all = judged.findings.iter().filter(|it| it.outcome != Outcome::Pass && weighs(it.severity));
    all.map(|it| (it.rule.as_str(), it)).collect()
}

/// So many at most, as far apart as can be, the last among them.
fn spread<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let (count, kept) = (all.len(), all.len().min(most));
    // The n-th of those that are kept ends the n-th of as many equal parts.
    let ends = |place: usize| (place + 1) * kept / count > place * kept / count;
    all.into_iter().enumerate().filter(|(place, _)| ends(*place)).map(|(_, it)| it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(findings: &[(&str, Outcome, Severity)]) -> Judged {
        let finding = |(rule, outcome, severity): &(&str, Outcome, Severity)| Finding {
            rule: (*rule).to_owned(),
            set: "Town".to_owned(),
            version: 1,
            stage: Stage::Award,
            outcome: *outcome,
            severity: *severity,
            sentence: "So it is.".to_owned(),
            figures: vec![],
            effects: vec![],
        };
        Judged { findings: findings.iter().map(finding).collect(), ..Judged::default() }
    }

    #[test]
    fn what_is_looked_at_lies_all_over_the_month() {
        assert_eq!(spread((0..1_700).collect(), 300).len(), 300);
        assert_eq!(spread((1..=10).collect(), 3), [4, 7, 10]);
        assert_eq!(spread((1..=3).collect(), 3), [1, 2, 3]);
        assert_eq!(spread(vec![7], 3), [7]);
        assert!(spread(Vec::<u8>::new(), 3).is_empty());
    }

    #[test]
    fn another_rule_or_a_warning_less_is_something_else() {
        let (fail, block, warn) = (Outcome::Fail, Severity::Block, Severity::Warn);
        let one = judged(&[("hours", fail, block), ("rest", fail, warn), ("tower", Outcome::Pass, block)]);
        let told = |after: &Judged| differences(&one, after).len();
        assert_eq!(told(&one), 0);
        assert_eq!(told(&judged(&[("rest", fail, warn), ("hours", fail, block)])), 0, "in another order");
        assert_eq!(told(&judged(&[("hours", fail, block)])), 1, "a warning less");
        assert_eq!(told(&judged(&[("status", fail, block), ("rest", fail, warn)])), 2, "blocked by another rule");
        assert_eq!(told(&judged(&[("hours", fail, warn), ("rest", fail, warn)])), 1, "another weight");
        assert_eq!(told(&judged(&[("hours", Outcome::Unknown, block), ("rest", fail, warn)])), 1, "another answer");
    }
}
