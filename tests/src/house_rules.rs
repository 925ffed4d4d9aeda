//! What each agency settles for itself: how call-offs are answered and relief is found, what its contract charges, which rules hold.

use detailbook_core::award::{
    ChargeRule, Conduct, Contract, CoolDown, EntryKind, Every, LateCancel, NoShowLadder, ResetRule, Rung, Sets, Term,
    When,
};
use detailbook_core::staffing::{CallOffRules, ReliefMode, ReliefRules, StaffingRules, TradeRules, WatchRules};
use detailbook_core::time::Millis;

use crate::broken::Checked;
use crate::world::World;

/// Hours, rest and a status, over the agency's own details alone: no schedule has to be read for them.
const RULES: &str = r#"
name = "House rules"
version = 1
effective_from = "2026-01-01"
zone = "America/New_York"

[[rule]]
id = "fourteen-hours"
title = "At most 14 hours of details in any 24"
severity = { apply = "warn", award = "block", trade = "block", clock_in = "log" }
[rule.hours]
counts = ["detail"]
window = { rolling = "24:00" }
limit = "14:00"

[[rule]]
id = "a-walk-between"
title = "A quarter of an hour between two details"
severity = { apply = "block", award = "block", trade = "warn" }
[rule.rest]
counts = ["detail"]
at_least = "0:15"

[[rule]]
id = "sick"
title = "Nobody works details who is sick; what was booked is taken back"
severity = { apply = "block", award = "block", trade = "block", clock_in = "log" }
[rule.status]
none_of = ["sick"]
releases = true
"#;

/// The ways in which agencies look for who comes instead, each in its order.
const WAYS: [&[ReliefMode]; 6] = [
    &[ReliefMode::Backups, ReliefMode::Pool, ReliefMode::Coordinator],
    &[ReliefMode::OfficerFinds, ReliefMode::Pool, ReliefMode::Coordinator],
    &[ReliefMode::OfficerFinds],
    &[ReliefMode::Backups],
    &[ReliefMode::Pool],
    &[ReliefMode::Coordinator],
];

impl World {
    /// Settles what an agency does not leave as it usually is.
    pub(crate) fn settle_house(&mut self, desk: usize) -> Checked {
        self.settle_relief(desk)?;
        if self.entropy.percent(30) {
            let contract = self.contract();
            let done = self.desks[desk].set_contract(&mut self.machine, self.now, contract);
            self.done("sets a contract", done)?;
        }
        if self.entropy.percent(30) {
            let done = self.desks[desk].set_rules(&mut self.machine, self.now, RULES);
            self.done("sets rules", done)?;
        }
        Ok(())
    }

    /// Settles how call-offs are answered, who is asked to come instead, and when an officer is a no-show.
    pub(crate) fn settle_relief(&mut self, desk: usize) -> Checked {
        let rules = self.staffing_rules();
        let done = self.desks[desk].settle_relief(&mut self.machine, self.now, rules);
        self.done("settles how relief is found", done)
    }

    fn staffing_rules(&mut self) -> StaffingRules {
        let ways = self.entropy.pick(&WAYS).copied().unwrap_or(WAYS[0]).to_vec();
        let hours = |world: &mut Self| Millis::from_hours(*world.entropy.pick(&[0, 1, 4]).unwrap_or(&4));
        let looks = |world: &mut Self| Millis::from_mins(*world.entropy.pick(&[10, 60, 600]).unwrap_or(&60));
        StaffingRules {
            call_off: CallOffRules { free_with: hours(self), coordinator_under: hours(self) },
            relief: ReliefRules {
                ways,
                officer_looks: looks(self),
                backup_answers: looks(self),
                pool_answers: looks(self),
                urgent_under: hours(self),
                supervisor_after: Millis::from_hours(1),
            },
            watch: WatchRules::default(),
            trades: TradeRules { allowed: self.entropy.percent(90), needs_agreement: self.entropy.percent(50) },
            relieve_unconfirmed: self.entropy.percent(50),
        }
    }

    /// A contract that charges otherwise than the usual one, whose list may begin anew each month, and by which calling off and not
    /// coming have consequences.
    fn contract(&mut self) -> Contract {
        let rule = |id: &str, on, sets| ChargeRule { id: id.to_owned(), on, when: When::default(), sets };
        let month = ResetRule { list: String::new(), every: Every::Month };
        Contract {
            name: HOUSE_CONTRACT.to_owned(),
            version: 1,
            charges: vec![
                rule("offered", EntryKind::Offered, Sets::Percent(50)),
                rule("awarded", EntryKind::Awarded, Sets::Percent(100)),
                rule("ordered", EntryKind::OrderedIn, Sets::Percent(50)),
                rule("called-off", EntryKind::CalledOff, Sets::Percent(100)),
                rule("given-up", EntryKind::GivenUp, Sets::Nothing),
                rule("no-show", EntryKind::NoShow, Sets::Percent(300)),
            ],
            points: vec![],
            resets: self.entropy.percent(60).then_some(month).into_iter().collect(),
            conduct: self.conduct(),
            emergency_under: None,
        }
    }

    fn conduct(&mut self) -> Conduct {
        let rung = |days| Rung { reprimand: true, restricted: Term { months: 0, days } };
        let late = LateCancel {
            notice_days: 1,
            restricted: Term { months: 0, days: 3 },
            no_show_too: self.entropy.percent(50),
            releases: self.entropy.percent(50),
        };
        Conduct {
            no_shows: Some(NoShowLadder { rungs: vec![rung(0), rung(7)], look_back: Term { months: 6, days: 0 } }),
            late_cancel: self.entropy.percent(50).then_some(late),
            cool_down: self.entropy.percent(50).then_some(CoolDown { from_minute: 1, days: 1 }),
        }
    }
}

/// The name of the contract of agencies that have one.
pub(crate) const HOUSE_CONTRACT: &str = "house charges";
