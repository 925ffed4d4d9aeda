//! What a set that is not in force would have said of the assignments of the last month.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::AssignmentId;
use detailbook_core::policy::{Finding, Outcome, RuleSet, Severity, Stage};
use detailbook_core::records::{Assignment, Detail, Officer};
use detailbook_core::time::{Interval, Millis, UnixMillis};

use crate::console::csv::Csv;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
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

/// What it found, on the page of the draft.
#[derive(Template)]
#[template(path = "console/settings/rules_dry_run.html")]
pub(super) struct DryRunView {
    run: DryRun,
    text: String,
    seal: Seal,
}

/// What it found.
struct DryRun {
    /// Assignments that were looked at.
    looked: usize,
    /// Of so many.
    all: usize,
    /// Those of which something else would have been said, those that it would have stood in the way of first.
    other: Vec<Other>,
}

/// An assignment of which something else would have been said.
struct Other {
    begins: String,
    officer: String,
    detail: String,
    before: &'static str,
    after: &'static str,
    /// What would have been said weighs more than what was, as much, or less.
    weighs: Ordering,
    why: Vec<String>,
}

impl Other {
    const fn mark(&self) -> &'static str {
        match self.weighs {
            Ordering::Greater => "bad",
            Ordering::Equal => "warn",
            Ordering::Less => "good",
        }
    }
}

impl DryRunView {
    /// Of a draft that is in order.
    pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, set: &RuleSet, text: &str) -> Result<Self, Problem> {
        let run = dry_run(sql, visit, set)?;
        Ok(Self { run, text: text.to_owned(), seal: visit.seal("/console/settings/rules/dry-run") })
    }
}

/// All of which something else would have been said.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit, set: &RuleSet) -> Answer {
    let mut csv = Csv::of(&["began", "officer", "detail", "was", "would_be", "why"]);
    for it in dry_run(sql, visit, set)?.other {
        csv.line([it.begins, it.officer, it.detail, it.before.to_owned(), it.after.to_owned(), it.why.join(" ")]);
    }
    Ok(Page::csv("rules-dry-run.csv", csv.finish()))
}

/// Asks both: the set in force when each detail began, and the new one; by what is known now.
fn dry_run(sql: &mut dyn Sql, visit: &Visit, set: &RuleSet) -> Result<DryRun, Problem> {
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
        let (was, would) = (standing(&before), standing(&after));
        run.other.push(Other {
            begins: visit.time(detail.starts),
            officer,
            detail: detail.title,
            before: was.1,
            after: would.1,
            weighs: would.cmp(&was),
            why,
        });
    }
    heaviest_first(&mut run.other);
    Ok(run)
}

/// Those that it would have stood in the way of first, those that it would have let pass last; of each the earliest first, as they came.
fn heaviest_first(other: &mut [Other]) {
    other.sort_by_key(|it| Reverse(it.weighs));
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
    fn what_it_would_have_held_up_stands_before_what_it_would_have_let_pass() {
        let other = |begins: &str, weighs| Other {
            begins: begins.to_owned(),
            officer: String::new(),
            detail: String::new(),
            before: "",
            after: "",
            weighs,
            why: vec![],
        };
        let (less, equal, greater) = (Ordering::Less, Ordering::Equal, Ordering::Greater);
        let mut all =
            [other("1", less), other("2", equal), other("3", greater), other("4", equal), other("5", greater)];
        heaviest_first(&mut all);
        assert_eq!(all.each_ref().map(|it| it.begins.as_str()), ["3", "5", "2", "4", "1"]);
        assert_eq!(all.each_ref().map(Other::mark), ["bad", "bad", "warn", "warn", "good"]);
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
