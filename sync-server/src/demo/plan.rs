//! What the records ask the agency to set up: customers, sites, officers and jobs.

use std::collections::BTreeMap;

use detailbook_core::geo::Fence;
use detailbook_core::time::UnixMillis;

use super::import::PaidDetail;
use super::placement::{self, BoundingBox};
use crate::words::LINE_CHARS;

/// The longest name a customer or a site is given, in characters.
const LONGEST_NAME: usize = 160;

/// A customer, by the agency's number for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedCustomer {
    /// The agency's number.
    pub number: String,
    /// The first spelling, then the others as they occur.
    pub spellings: Vec<String>,
}

/// An address of a customer's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedSite {
    /// Place of its customer in [`Plan::customers`].
    pub customer: usize,
    /// As people would say it.
    pub address: String,
    /// A stand-in: the records give no coordinates.
    pub fence: Fence,
}

/// An officer, by employee number: the records name nobody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedOfficer {
    /// The employee number.
    pub employee: String,
    /// The rank that all the officer's records name; empty where one names another or none, since a job without a rank of its
    /// own is paid at the officer's, and that would be a guess.
    pub rank: String,
}

/// A record to be worked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Place of its site in [`Plan::sites`].
    pub site: usize,
    /// Place of its officer in [`Plan::officers`].
    pub officer: usize,
    /// Another job of the officer's is at the same time.
    pub overlaps: bool,
    /// The record.
    pub record: PaidDetail,
}

/// Everything the records ask for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// By first appearance.
    pub customers: Vec<PlannedCustomer>,
    /// By first appearance.
    pub sites: Vec<PlannedSite>,
    /// By first appearance.
    pub officers: Vec<PlannedOfficer>,
    /// By start.
    pub jobs: Vec<Job>,
}

impl PlannedCustomer {
    /// The first spelling, with the others beside it, so that nobody takes one business for two.
    pub fn name(&self) -> String {
        let (first, others) = self.spellings.split_first().map_or((String::new(), &[][..]), |(f, o)| (f.clone(), o));
        let with = if others.is_empty() { first.clone() } else { format!("{first} (also {})", others.join("; ")) };
        if with.chars().count() <= LONGEST_NAME { with } else { format!("{first} (also {} spellings)", others.len()) }
    }
}

impl Plan {
    /// The plan of some records.
    pub fn of(records: &[PaidDetail], city: BoundingBox) -> Self {
        let mut sorted: Vec<&PaidDetail> = records.iter().collect();
        sorted.sort_by_key(|record| (record.shift.start, record.line));
        let (mut plan, mut index) = (Self::default(), Index::default());
        for record in sorted {
            let customer = index.customer(&mut plan, record);
            let site = index.site(&mut plan, customer, record, city);
            let officer = index.officer(&mut plan, record);
            let overlaps = index.overlaps(officer, record);
            plan.jobs.push(Job { site, officer, overlaps, record: record.clone() });
        }
        plan
    }

    /// What a job's detail is called: its type and its address, as much of it as a title holds.
    pub fn title(&self, job: &Job) -> String {
        let title = format!("{} detail, {}", job.record.job_type, self.sites[job.site].address);
        title.trim().chars().take(LINE_CHARS).collect()
    }

    /// The start of the first job.
    pub fn begins(&self) -> Option<UnixMillis> {
        self.jobs.first().map(|job| job.record.shift.start)
    }
}

/// What was planned already, by what makes it the same.
#[derive(Default)]
struct Index {
    customers: BTreeMap<String, usize>,
    sites: BTreeMap<(usize, String), usize>,
    officers: BTreeMap<String, usize>,
    /// When each officer is done with everything planned so far.
    busy_until: BTreeMap<usize, UnixMillis>,
}

impl Index {
    fn customer(&mut self, plan: &mut Plan, record: &PaidDetail) -> usize {
        let number = record.customer_number.clone();
        let place = *self.customers.entry(number.clone()).or_insert_with(|| {
            plan.customers.push(PlannedCustomer { number, spellings: Vec::new() });
            plan.customers.len() - 1
        });
        let spellings = &mut plan.customers[place].spellings;
        if !spellings.contains(&record.customer_name) {
            spellings.push(record.customer_name.clone());
        }
        place
    }

    fn site(&mut self, plan: &mut Plan, customer: usize, record: &PaidDetail, city: BoundingBox) -> usize {
        let address = address(record);
        *self.sites.entry((customer, address.to_uppercase())).or_insert_with(|| {
            let beside = format!("{} {}", record.street_number, record.cross_street);
            let fence = placement::fence(city, &record.street, &beside);
            plan.sites.push(PlannedSite { customer, address, fence });
            plan.sites.len() - 1
        })
    }

    fn officer(&mut self, plan: &mut Plan, record: &PaidDetail) -> usize {
        let place = *self.officers.entry(record.employee.clone()).or_insert_with(|| {
            plan.officers.push(PlannedOfficer { employee: record.employee.clone(), rank: record.rank.clone() });
            plan.officers.len() - 1
        });
        let rank = &mut plan.officers[place].rank;
        if *rank != record.rank {
            rank.clear();
        }
        place
    }

    /// Is the officer still at another job when this one, the latest to start so far, begins?
    fn overlaps(&mut self, officer: usize, record: &PaidDetail) -> bool {
        let busy_until = self.busy_until.entry(officer).or_insert(record.shift.start);
        let overlaps = *busy_until > record.shift.start;
        *busy_until = (*busy_until).max(record.shift.end);
        overlaps
    }
}

/// The address in words: house number and street, or street and cross street.
fn address(record: &PaidDetail) -> String {
    let street = format!("{} {}", record.street_number, record.street);
    let street = street.trim();
    let at = if record.cross_street.is_empty() { String::new() } else { format!(" at {}", record.cross_street) };
    format!("{street}{at}").chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use detailbook_core::money::Cents;
    use detailbook_core::pricing::Minutes;
    use detailbook_core::records::Interval;
    use detailbook_core::time::Millis;

    use super::*;
    use crate::demo::import::Reading;
    use crate::words;

    fn record(line: u64, employee: &str, customer: (&str, &str), street: &str, hours: (i64, i64)) -> PaidDetail {
        let at = |hour| UnixMillis::new(0) + Millis::from_hours(hour);
        PaidDetail {
            line,
            row: line.to_string(),
            tracking: line.to_string(),
            employee: employee.into(),
            rank: "09".into(),
            customer_number: customer.0.into(),
            customer_name: customer.1.into(),
            street_number: String::new(),
            street: street.into(),
            cross_street: "E 8TH ST".into(),
            shift: Interval { start: at(hours.0), end: at(hours.1) },
            reading: Reading::AsItPassed,
            worked: Minutes(60),
            job_type: "C".into(),
            pay_time: Minutes(240),
            pay_amount: Cents(1),
            pay_rate: Cents(1),
        }
    }

    fn plan(records: &[PaidDetail]) -> Plan {
        Plan::of(records, BoundingBox::BOSTON)
    }

    #[test]
    fn a_customer_is_its_number_and_keeps_every_spelling() {
        let plan = plan(&[
            record(2, "E1", ("6040", "Moor Bros"), "LONG LA", (0, 4)),
            record(3, "E2", ("6040", "MOOR BROS"), "long la", (1, 4)),
            record(4, "E3", ("6041", "Moor Bros"), "LONG LA", (2, 4)),
        ]);
        let names: Vec<_> = plan.customers.iter().map(PlannedCustomer::name).collect();
        assert_eq!(names, ["Moor Bros (also MOOR BROS)", "Moor Bros"]);
        assert_eq!(plan.sites.len(), 2, "one site a customer and address, whatever its case");
        assert_eq!(plan.sites[0].address, "LONG LA at E 8TH ST");
    }

    #[test]
    fn endless_spellings_are_counted() {
        let spellings = (0..40).map(|n| format!("Moor Brothers {n}")).collect();
        let name = PlannedCustomer { number: "1".into(), spellings }.name();
        assert_eq!(name, "Moor Brothers 0 (also 39 spellings)");
    }

    #[test]
    fn names_built_of_the_longest_fields_are_names_that_the_server_takes() {
        let long = "y".repeat(120);
        let longest = |line, customer: &str| PaidDetail {
            job_type: long.clone(),
            street_number: long.clone(),
            cross_street: long.clone(),
            ..record(line, &long, ("1", customer), &long, (0, 4))
        };
        let plan = plan(&[longest(2, &long), longest(3, &long.replace('y', "z"))]);
        for name in [plan.customers[0].name(), plan.sites[0].address.clone(), plan.title(&plan.jobs[0])] {
            assert_eq!(words::line("name", &name).as_ref(), Ok(&name));
        }
        assert!(plan.title(&plan.jobs[0]).ends_with(&format!(" detail, {}", &long[..71])));
    }

    #[test]
    fn an_officer_has_a_rank_only_where_every_record_names_the_same() {
        let ranked = |ranks: [&str; 3]| {
            let ranked =
                |rank: &str| PaidDetail { rank: rank.into(), ..record(2, "E1", ("1", "Moor"), "A ST", (0, 4)) };
            plan(&ranks.map(ranked)).officers[0].rank.clone()
        };
        assert_eq!(ranked(["09", "09", "09"]), "09");
        for ranks in [["09", "", "09"], ["", "09", "09"], ["09", "09", ""], ["09", "07", "09"]] {
            assert_eq!(ranked(ranks), "", "{ranks:?}");
        }
    }

    #[test]
    fn jobs_are_in_order_of_their_start() {
        let at = ("1", "Moor");
        let plan = plan(&[
            record(2, "E1", at, "A ST", (8, 12)),
            record(3, "E2", at, "A ST", (6, 12)),
            record(4, "E1", at, "B ST", (0, 8)),
        ]);
        let jobs: Vec<_> = plan.jobs.iter().map(|job| (job.record.line, job.officer, job.overlaps)).collect();
        assert_eq!(jobs, [(4, 0, false), (3, 1, false), (2, 0, false)]);
        assert_eq!(plan.begins(), Some(UnixMillis::new(0)));
    }

    #[test]
    fn jobs_of_one_officer_at_the_same_time_are_marked() {
        let at = ("1", "Moor");
        let plan = plan(&[
            record(2, "E1", at, "A ST", (0, 8)),
            record(3, "E1", at, "B ST", (4, 6)),
            record(4, "E1", at, "B ST", (7, 9)),
            record(5, "E2", at, "B ST", (7, 9)),
        ]);
        let jobs: Vec<_> = plan.jobs.iter().map(|job| job.overlaps).collect();
        assert_eq!(jobs, [false, true, true, false]);
    }
}
