//! How often a customer is invoiced.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use detailbook_core::ids::DetailId;
use detailbook_core::pricing::Day;

/// Days that may lie between a detail's first day and the day on which accepted time of it begins: its own, and how far from it that lies.
const LONGEST_DETAIL: u64 = 31 + 7;

/// A text that is not a cycle.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not one of monthly, weekly, detail")]
pub struct NotACycle;

/// How often a customer is invoiced.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Cycle {
    /// For each month.
    #[default]
    Monthly,
    /// For each week, Monday to Sunday.
    Weekly,
    /// For each detail.
    PerDetail,
}

impl Cycle {
    /// Every one there is.
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Weekly, Self::PerDetail];

    /// Its name, as it is stored and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Weekly => "weekly",
            Self::PerDetail => "detail",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Monthly => "Every month",
            Self::Weekly => "Every week, Monday to Sunday",
            Self::PerDetail => "Every detail by itself",
        }
    }

    /// The cycle that work belongs to, such as `2025-03`, if it has ended by the day `through`. `day`: that of the work; where each detail
    /// is invoiced by itself, the detail's own first, so that whoever began after midnight is not invoiced apart.
    pub fn ended(self, day: Day, detail: DetailId, through: Day) -> Option<String> {
        (self.last(day.0)? <= through.0).then(|| match self {
            Self::Monthly => day.0.format("%Y-%m").to_string(),
            Self::Weekly => day.0.format("%G-W%V").to_string(),
            Self::PerDetail => format!("{day} {detail}"),
        })
    }

    /// The last day of the newest cycle that has ended by the day `through`.
    pub fn newest_end(self, through: Day) -> Option<Day> {
        let last = self.last(through.0)?;
        let before = match self {
            Self::PerDetail => last,
            Self::Weekly => last.checked_sub_days(Days::new(7))?,
            Self::Monthly => through.0.with_day(1)?.pred_opt()?,
        };
        Some(Day(if last <= through.0 { last } else { before }))
    }

    /// The last day of work that may belong to a cycle which has ended by the day `through`.
    pub fn last_work(self, through: Day) -> Option<Day> {
        let end = self.newest_end(through)?;
        match self {
            Self::Monthly | Self::Weekly => Some(end),
            // A detail that began by then may have been worked until long after.
            Self::PerDetail => end.0.checked_add_days(Days::new(LONGEST_DETAIL)).map(Day),
        }
    }

    /// The last day of the cycle that a day belongs to.
    fn last(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::PerDetail => Some(day),
            Self::Weekly => Some(day.week(Weekday::Mon).checked_last_day()?),
            Self::Monthly => {
                let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
                NaiveDate::from_ymd_opt(year, month, 1)?.checked_sub_days(Days::new(1))
            }
        }
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Cycle {
    type Err = NotACycle;
    fn from_str(text: &str) -> Result<Self, NotACycle> {
        Self::ALL.into_iter().find(|cycle| cycle.name() == text).ok_or(NotACycle)
    }
}

/// When a cycle such as `2025-03` is, in plain words: `in March 2025`.
pub(super) fn spoken(cycle: &str) -> String {
    let key = cycle.split(' ').next().unwrap_or_default();
    let long = |day: NaiveDate| day.format("%B %-d, %Y").to_string();
    if let Ok(day) = NaiveDate::parse_from_str(key, "%Y-%m-%d") {
        return format!("on {}", long(day));
    }
    if let Ok(monday) = NaiveDate::parse_from_str(&format!("{key}-1"), "%G-W%V-%u") {
        return format!("in the week of {}", long(monday));
    }
    match NaiveDate::parse_from_str(&format!("{key}-01"), "%Y-%m-%d") {
        Ok(first) => format!("in {}", first.format("%B %Y")),
        Err(_) => format!("in {key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(cycle: Cycle, worked_on: &str, through: &str) -> Option<String> {
        cycle.ended(worked_on.parse().unwrap(), DetailId::NIL, through.parse().unwrap())
    }

    #[test]
    fn a_cycle_is_invoiced_when_its_last_day_is_over() {
        assert_eq!(ended(Cycle::Monthly, "2024-02-10", "2024-02-28"), None);
        assert_eq!(ended(Cycle::Monthly, "2024-02-10", "2024-02-29").as_deref(), Some("2024-02"));
        assert_eq!(ended(Cycle::Monthly, "2024-12-31", "2024-12-30"), None);
        assert_eq!(ended(Cycle::Monthly, "2024-12-31", "2024-12-31").as_deref(), Some("2024-12"));
        // 30 December 2024 is a Monday: its week is the first of 2025.
        assert_eq!(ended(Cycle::Weekly, "2024-12-30", "2025-01-04"), None);
        assert_eq!(ended(Cycle::Weekly, "2024-12-30", "2025-01-05").as_deref(), Some("2025-W01"));
        assert!(ended(Cycle::PerDetail, "2024-12-30", "2024-12-30").is_some());
        assert_eq!(ended(Cycle::PerDetail, "2024-12-30", "2024-12-29"), None);
    }

    #[test]
    fn the_newest_cycle_that_has_ended_is_found() {
        for (cycle, through, end) in [
            (Cycle::Monthly, "2024-03-01", "2024-02-29"),
            (Cycle::Monthly, "2024-03-30", "2024-02-29"),
            (Cycle::Monthly, "2024-03-31", "2024-03-31"),
            (Cycle::Monthly, "2025-01-01", "2024-12-31"),
            (Cycle::Weekly, "2025-01-04", "2024-12-29"),
            (Cycle::Weekly, "2025-01-05", "2025-01-05"),
            (Cycle::PerDetail, "2025-01-04", "2025-01-04"),
        ] {
            let through: Day = through.parse().unwrap();
            let found = cycle.newest_end(through).unwrap();
            assert_eq!(found.to_string(), end, "{cycle} {through}");
            assert!(cycle.ended(found, DetailId::NIL, through).is_some());
            let next = Day(found.0.succ_opt().unwrap());
            assert!(cycle.ended(next, DetailId::NIL, through).is_none(), "nothing later has ended: {cycle} {through}");
        }
    }

    #[test]
    fn a_cycle_is_said_in_plain_words() {
        let detail = format!("2019-05-14 {}", DetailId::NIL);
        for (cycle, said) in [
            ("2019-05", "in May 2019"),
            ("2019-W20", "in the week of May 13, 2019"),
            ("2025-W01", "in the week of December 30, 2024"),
            (detail.as_str(), "on May 14, 2019"),
            ("spring", "in spring"),
        ] {
            assert_eq!(spoken(cycle), said);
        }
    }

    #[test]
    fn every_cycle_is_read_as_it_is_written() {
        for cycle in Cycle::ALL {
            assert_eq!(cycle.name().parse(), Ok(cycle));
        }
        assert_eq!("yearly".parse::<Cycle>(), Err(NotACycle));
    }
}
