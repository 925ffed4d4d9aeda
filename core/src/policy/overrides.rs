//! Overrides: a named person lets a finding pass, and says why.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Finding, Outcome, RuleSet};
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
