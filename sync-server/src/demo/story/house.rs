//! Thursday morning: the house is set up. Rules in force, the duty schedule read in, the ledger carried over, and a customer who asks.

use detailbook_core::award::{CountsFrom, Method, Timing};
use detailbook_core::policy::Feed;
use detailbook_core::staffing::{Seat, StaffingRules};
use detailbook_core::time::{Interval, Millis};

use super::{ALL, MISSING, Story, cast};
use crate::demo::error::DemoError;
use crate::personnel::{Batch, Kind};
use crate::scheduling::requests::{PostingPlan, RequestDraft};

/// The agency's rules.
const RULES: &str = include_str!("rules.toml");
/// Hours that each officer was charged this quarter.
const CARRIED_OVER: [i32; 5] = [4, 9, 12, 6, 15];
/// When the officer whom a rule will keep from the concert is on duty, each weekday.
const DUTY: (i64, i64) = (6, 16);

impl Story<'_> {
    /// What the reader is about to see.
    pub(super) fn introduce(&mut self) -> Result<(), DemoError> {
        self.tell.heading(&format!("Three days at the {}", cast::AGENCY))?;
        self.tell.plain(
            "Businesses hire off-duty officers; the agency posts these details, officers apply, and clock in and out on their \
             phones, with a signal or without. Below, the real server listens on this machine, and five simulated phones run \
             the code that the apps run, each with a store of its own, and talk to it over HTTP. The town is invented, and so \
             is the time: their clocks stand at November 2025. Officers go by their numbers.",
        )?;
        let (address, folder) = (&self.server.address, self.server.folder.display());
        self.tell.verbatim(&format!("\nThe server is at {address}; everything lies in {folder}."))?;
        Ok(())
    }

    /// Rules, schedule, ledger.
    pub(super) fn settle(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Thursday morning: rules, and a customer who asks")?;
        let at = self.at(0, 9, 0)?;
        self.office.settle_relief(&StaffingRules::default())?;
        self.office.add_contact(cast::coordinators())?;
        let rules = self.office.set_rules(RULES)?;
        let read = self.office.import(&self.duty())?;
        for (who, hours) in ALL.into_iter().zip(CARRIED_OVER) {
            self.office.adjust(self.crew[who].id, hours * 60, "Carried over from the old book.")?;
        }
        let words = format!(
            "puts \"{rules}\" in force, reads {read} shifts from the duty schedule, and carries over what each officer was \
             charged this quarter: {}.",
            self.standings()?.join(", ")
        );
        self.desk(at, &words)
    }

    /// The duty schedule of the week, as it was read just now.
    fn duty(&self) -> Batch {
        let clock = |day, hour| cast::moment(day, hour, 0).to_utc().format("%Y-%m-%dT%H:%M+00:00").to_string();
        let number = self.crew[MISSING].number;
        // Monday to Friday: day 0 is the Thursday.
        let shift = |day| format!("{number},{},{}", clock(day, DUTY.0), clock(day, DUTY.1));
        let lines: Vec<_> = (-3..=1).map(shift).collect();
        let csv = format!("employee_number,starts,ends\n{}\n", lines.join("\n"));
        let covers = Some(Interval { start: cast::moment(-4, 0, 0), end: cast::moment(10, 0, 0) });
        Batch { read_at: Some(cast::moment(0, 9, 0)), covers, ..Batch::of_csv(Kind::Stints, Some(Feed::OnDuty), csv) }
    }

    /// What each officer stands at in the opportunity ledger.
    pub(super) fn standings(&self) -> Result<Vec<String>, DemoError> {
        let standing = |who: usize| -> Result<String, DemoError> {
            let member = &self.crew[who];
            Ok(format!("{} {}", member.number, hours(self.office.charged(member.id)?)))
        };
        ALL.into_iter().map(standing).collect()
    }

    /// A customer asks, hears what it costs, accepts, and the detail goes on offer.
    pub(super) fn request(&mut self) -> Result<(), DemoError> {
        let at = self.at(0, 9, 30)?;
        let request = self.office.take_request(self.asked())?;
        let estimate = self.office.estimate(request, "officer")?.estimate;
        let estimate =
            estimate.ok_or_else(|| DemoError::Server("an estimate that was made is not there".to_owned()))?;
        let total = estimate.total.unwrap_or_default();
        let customer = self.concert.plan.customer;
        self.tell.event(at, "customer", &format!("{customer} asks for two officers on Friday, 18:00 to 23:30."))?;
        let lines: Vec<_> = estimate.lines.iter().map(|line| line.sentence.as_str()).collect();
        let each = lines.first().copied().unwrap_or_default();
        self.desk(at, &format!("estimates {total} for {} officers. For each: {each}", lines.len()))?;
        let at = self.at(0, 11, 0)?;
        self.office.accept(request, total, customer)?;
        self.tell.event(at, "customer", &format!("accepts {total}."))?;
        let posted = self.office.post_request(request, window())?;
        self.concert.detail = posted.first().copied().unwrap_or(self.concert.detail);
        self.paving.detail = self.office.post_detail(self.paving.plan.draft(self.paving.site))?;
        Ok(())
    }

    fn asked(&self) -> RequestDraft {
        let plan = &self.concert.plan;
        let seat = |name: &&str| Seat { name: (*name).to_owned(), rank: None, supervisor: false };
        RequestDraft {
            site: self.concert.site,
            title: plan.title.to_owned(),
            job_type: plan.job_type.to_owned(),
            starts: plan.hours.0,
            ends: plan.hours.1,
            recurrence: None,
            zone: cast::zone(),
            seats: plan.positions.iter().map(seat).collect(),
            standing: vec![],
            vehicles: 0,
            post_orders: plan.orders.to_owned(),
            asked_by: plan.customer.to_owned(),
        }
    }
}

/// A sealed window: to whom least was charged, closed on Thursday at 17:00, waiting an hour more for phones without a signal.
fn window() -> PostingPlan {
    let grace = Millis::from_hours(1);
    PostingPlan {
        method: Method::least_hours(),
        closes_before: Millis::from_hours(25),
        tiers: vec![],
        timing: Some(Timing { counts_from: CountsFrom::Receipt, grace }),
        unlock_jitter: None,
        acknowledge_within: Some(Millis::from_hours(2)),
        ladder: None,
        rotation: None,
    }
}

/// Minutes as hours and minutes, such as `9:30`.
pub(super) fn hours(minutes: i64) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    format!("{sign}{}:{:02}", minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_story_are_rules() {
        assert!(crate::policy::check::check(RULES).is_ok());
    }

    #[test]
    fn minutes_are_told_as_hours() {
        assert_eq!([hours(570), hours(0), hours(-65)], ["9:30", "0:00", "-1:05"]);
    }
}
