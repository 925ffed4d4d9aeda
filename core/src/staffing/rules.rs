//! What an agency has settled about call-offs, relief, trades and no-shows. Effective-dated settings, written as JSON.

use serde::{Deserialize, Serialize};

use super::{CallOffRules, ReliefRules, WatchRules};
use crate::time::Millis;

/// Whether officers may pass assignments on to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TradeRules {
    /// They may.
    pub allowed: bool,
    /// The agency must agree to each.
    pub needs_agreement: bool,
}

impl Default for TradeRules {
    /// Allowed, and agreed to by the agency.
    fn default() -> Self {
        Self { allowed: true, needs_agreement: true }
    }
}

/// All of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct StaffingRules {
    /// Gates for calling off.
    pub call_off: CallOffRules,
    /// How somebody else is looked for.
    pub relief: ReliefRules,
    /// When an officer is late, and when a no-show.
    pub watch: WatchRules,
    /// Trades.
    pub trades: TradeRules,
    /// Somebody else is looked for as soon as it looks like a no-show, before a person has confirmed it.
    pub relieve_unconfirmed: bool,
}

/// Longer than this nothing here is waited for: a slip of the unit.
const LONGEST: Millis = Millis::from_hours(31 * 24);

impl StaffingRules {
    /// What cannot be meant: the field, and what it must be.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let Self { call_off, relief, watch, .. } = self;
        let lengths = [
            ("call_off.free_with", call_off.free_with),
            ("call_off.coordinator_under", call_off.coordinator_under),
            ("relief.officer_looks", relief.officer_looks),
            ("relief.backup_answers", relief.backup_answers),
            ("relief.pool_answers", relief.pool_answers),
            ("relief.urgent_under", relief.urgent_under),
            ("relief.supervisor_after", relief.supervisor_after),
            ("watch.late_after", watch.late_after),
            ("watch.no_show_after", watch.no_show_after),
        ];
        for (field, length) in lengths {
            if length < Millis(0) || length > LONGEST {
                return Err((field, "must be between nothing and 31 days, in milliseconds"));
            }
        }
        if watch.no_show_after < watch.late_after {
            return Err(("watch.no_show_after", "must not be shorter than late_after"));
        }
        let ways = &relief.ways;
        if ways.iter().enumerate().any(|(index, way)| ways[..index].contains(way)) {
            return Err(("relief.ways", "names a way twice"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::ReliefMode;
    use super::*;

    #[test]
    fn an_agency_that_writes_nothing_has_rules_that_can_be_meant() {
        assert_eq!(serde_json::from_str::<StaffingRules>("{}").unwrap(), StaffingRules::default());
        assert_eq!(StaffingRules::default().check(), Ok(()));
    }

    #[test]
    fn what_cannot_be_meant_is_named() {
        let mut rules = StaffingRules::default();
        rules.watch.no_show_after = Millis::from_mins(4);
        assert_eq!(rules.check().unwrap_err().0, "watch.no_show_after");
        rules.watch.late_after = Millis(-1);
        assert_eq!(rules.check().unwrap_err().0, "watch.late_after");
        let twice = ReliefRules { ways: vec![ReliefMode::Pool, ReliefMode::Pool], ..ReliefRules::default() };
        assert_eq!(StaffingRules { relief: twice, ..StaffingRules::default() }.check().unwrap_err().0, "relief.ways");
        let years = CallOffRules { free_with: Millis::from_hours(9_000), ..CallOffRules::default() };
        assert_eq!(
            StaffingRules { call_off: years, ..StaffingRules::default() }.check().unwrap_err().0,
            "call_off.free_with"
        );
    }
}
