//! What is wrong with a rule set, rule by rule.

use std::fmt;

use super::RuleSetDraft;

/// One thing wrong with a rule set: in which rule, at which field, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleFault {
    /// The rule's place in the set, counted from 0, and its id; absent for what concerns the whole set.
    pub rule: Option<(usize, String)>,
    /// The field's path within the rule or the set, such as `hours.raised.limit`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((index, id)) = &self.rule {
            write!(f, "rule {} ({id}), ", index + 1)?;
        }
        write!(f, "{}: {}", self.field, self.problem)
    }
}

/// Everything wrong with a rule set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleSetFaults(pub Vec<RuleFault>);

impl fmt::Display for RuleSetFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&faults.join("; "))
    }
}

impl std::error::Error for RuleSetFaults {}

impl RuleSetFaults {
    /// What is wrong with `draft`, or `None`.
    pub fn of(draft: &RuleSetDraft) -> Option<Self> {
        let mut faults = Vec::new();
        for (index, rule) in draft.rules.iter().enumerate() {
            if rule.kinds().len() != 1 {
                let problem = "needs exactly one kind".to_owned();
                faults.push(RuleFault { rule: Some((index, rule.id.clone())), field: "kind".to_owned(), problem });
            }
        }
        (!faults.is_empty()).then_some(Self(faults))
    }
}
