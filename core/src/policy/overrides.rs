//! Overrides: a named person lets a finding pass, and says why.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Figure, Finding, Outcome, RuleSet};
use crate::time::{Millis, UnixMillis};

/// The right that lets a person override rules that do not name one of their own.
pub const OVERRIDE_RIGHT: &str = "override_policy";

/// Who wants to override, and what they may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overrider<'a> {
    /// As the agency names them.
    pub name: &'a str,
    /// Their rights.
    pub rights: &'a [&'a str],
}

/// A finding that somebody let pass.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The finding as it was.
    #[n(0)]
    pub finding: Finding,
    /// Who, as the agency names them.
    #[n(1)]
    pub by: String,
    /// The right that they used.
    #[n(2)]
    pub right: String,
    /// The agency's code of the reason; empty where the rule names none.
    #[n(3)]
    pub code: String,
    /// The reason in words.
    #[n(4)]
    pub reason: String,
    /// When.
    #[n(5)]
    pub at: UnixMillis,
    /// The hours without the detail, where the rule counts hours.
    #[n(6)]
    pub before: Option<Millis>,
    /// The hours with it.
    #[n(7)]
    pub after: Option<Millis>,
}

/// Why a finding cannot be overridden so.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotOverridden {
    /// There is nothing to override.
    #[error("the rule passes")]
    Passes,
    /// The finding is another set's.
    #[error("the finding is of {0}, which is another rule set")]
    OtherSet(String),
    /// The person may not.
    #[error("overriding rule {rule} takes the right {right}")]
    NoRight {
        /// The rule.
        rule: String,
        /// The right it takes.
        right: String,
    },
    /// No reason was given.
    #[error("an override needs a reason")]
    NoReason,
    /// The rule names the reasons that count, and this is none of them.
    #[error("rule {rule} is overridden for {allowed} only")]
    OtherReason {
        /// The rule.
        rule: String,
        /// The reasons that count.
        allowed: String,
    },
}

/// Is what a rule says now no worse than the finding that somebody let pass? Whoever let 25 of 24 hours pass has not let 45 pass, and
/// whoever let pass what was unknown has not let pass what is known to fail.
pub fn no_worse(now: &Finding, let_pass: &Finding) -> bool {
    let covered = |figure: &Figure| match figure {
        // What there was before, and where it lies, is not what makes it worse.
        Figure::Before(_) | Figure::Adds(_) | Figure::Window(_) => true,
        figure => let_pass.figures.iter().any(|then| at_most_as_bad(figure, then, now)),
    };
    now.outcome == let_pass.outcome && now.figures.iter().all(covered)
}

fn at_most_as_bad(now: &Figure, then: &Figure, finding: &Finding) -> bool {
    use Figure::{After, At, AtLeast, AtMost, Count, Limit, Metres, Needed, Overlap, Rest};
    let too_few = finding.figures.iter().any(|figure| matches!(figure, AtLeast(_)));
    match (now, then) {
        (After(now), After(then)) | (Overlap(now), Overlap(then)) | (Needed(now), Needed(then)) => now <= then,
        (Rest(now), Rest(then)) | (Limit(now), Limit(then)) => now >= then,
        (Count(now), Count(then)) if too_few => now >= then,
        (Count(now), Count(then)) | (AtLeast(now), AtLeast(then)) | (Metres(now), Metres(then)) => now <= then,
        (AtMost(now), AtMost(then)) => now >= then,
        (At(now), At(then)) => now <= then,
        _ => false,
    }
}

impl RuleSet {
    /// Lets a finding of this set pass. `code` is the agency's code of the reason, `reason` the reason in words.
    pub fn override_finding(
        &self,
        finding: &Finding,
        by: Overrider<'_>,
        code: &str,
        reason: &str,
        at: UnixMillis,
    ) -> Result<Override, NotOverridden> {
        if finding.outcome == Outcome::Pass {
            return Err(NotOverridden::Passes);
        }
        if finding.set != self.name || finding.version != self.version {
            return Err(NotOverridden::OtherSet(finding.citation()));
        }
        let right = self.right_for(finding, by, code)?;
        if reason.trim().is_empty() {
            return Err(NotOverridden::NoReason);
        }
        Ok(Override {
            by: by.name.to_owned(),
            right,
            code: code.to_owned(),
            reason: reason.to_owned(),
            at,
            before: finding.hours_before(),
            after: finding.hours_after(),
            finding: finding.clone(),
        })
    }

    fn right_for(&self, finding: &Finding, by: Overrider<'_>, code: &str) -> Result<String, NotOverridden> {
        let terms = self.rule(&finding.rule).and_then(|rule| rule.overriding.as_ref());
        let right = terms.map_or(OVERRIDE_RIGHT, |terms| &terms.right);
        if !by.rights.contains(&right) {
            return Err(NotOverridden::NoRight { rule: finding.rule.clone(), right: right.to_owned() });
        }
        match terms.filter(|terms| !terms.reasons.is_empty() && !terms.reasons.iter().any(|reason| reason == code)) {
            Some(terms) => {
                Err(NotOverridden::OtherReason { rule: finding.rule.clone(), allowed: terms.reasons.join(", ") })
            }
            None => Ok(right.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{asked, detail, officer, stint};
    use super::super::{Context, Stream};
    use super::*;

    const WEEK: &str = "[hours]\ncounts = [\"detail\"]\nwindow = \"week\"\nlimit = \"24:00\"";

    fn after(worked: &str) -> Finding {
        let stint = stint(Stream::Detail, "2025-06-08T01:00", worked);
        asked(WEEK, &officer(vec![stint]), &detail("2025-06-12T18:00", "2025-06-12T23:00"))
    }

    #[test]
    fn whoever_lets_a_finding_pass_lets_nothing_worse_pass() {
        let little = after("2025-06-08T21:15");
        assert!(no_worse(&little, &little) && no_worse(&after("2025-06-08T20:30"), &little));
        assert!(!no_worse(&after("2025-06-09T17:00"), &little), "45 hours are not 26");
        let unknown = asked(WEEK, &Context::default(), &detail("2025-06-12T18:00", "2025-06-12T23:00"));
        assert!(!no_worse(&unknown, &little) && !no_worse(&little, &unknown));
    }

    #[test]
    fn less_rest_than_was_let_pass_is_worse() {
        let rest = "[rest]\ncounts = [\"on_duty\"]\nat_least = \"8:00\"";
        let before = |end: &str| {
            let duty = stint(Stream::OnDuty, "2025-06-12T06:00", end);
            asked(rest, &officer(vec![duty]), &detail("2025-06-12T18:00", "2025-06-12T23:00"))
        };
        assert!(no_worse(&before("2025-06-12T13:00"), &before("2025-06-12T14:00")));
        assert!(!no_worse(&before("2025-06-12T16:00"), &before("2025-06-12T14:00")));
    }
}
