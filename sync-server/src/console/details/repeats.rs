//! How a shift repeats, in plain choices, and the rule of RFC 5545 that they come to.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Weekdays as rules name them, from Sunday on.
pub const WEEKDAYS: [(&str, &str); 7] = [
    ("SU", "Sunday"),
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
];
/// Weeks or days between two shifts, at most.
const WIDEST: u32 = 52;

/// What was chosen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Repeats {
    /// `once`, `daily`, `weekly` or `rule`; empty is once.
    pub how: String,
    /// Every so many days or weeks; empty is one.
    pub every: String,
    /// On which weekdays; empty is that of the first shift.
    pub days: Vec<String>,
    /// How many shifts, where that is how it ends.
    pub count: String,
    /// The last day, where that is how it ends.
    pub until: String,
    /// The rule itself, where it is none of these.
    pub rule: String,
}

impl Repeats {
    /// The rule, if it repeats at all.
    pub fn rule(&self, first: NaiveDateTime) -> Result<Option<String>, Problem> {
        match self.how.as_str() {
            "" | "once" => Ok(None),
            "rule" => Ok(Some(self.rule.trim().to_owned())),
            "daily" => Ok(Some(format!("FREQ=DAILY{}{}", self.interval()?, self.ending(first.date())?))),
            "weekly" => {
                let days = self.weekdays(first.date().weekday())?;
                Ok(Some(format!("FREQ=WEEKLY{};BYDAY={days}{}", self.interval()?, self.ending(first.date())?)))
            }
            _ => Err(Problem::invalid("repeats", "must be one of these")),
        }
    }

    fn interval(&self) -> Result<String, Problem> {
        match self.every.trim() {
            "" | "1" => Ok(String::new()),
            text => match text.parse::<u32>() {
                Ok(every) if (1..=WIDEST).contains(&every) => Ok(format!(";INTERVAL={every}")),
                _ => Err(Problem::invalid("every", "must be a number from 1 to 52")),
            },
        }
    }

    fn weekdays(&self, first: Weekday) -> Result<String, Problem> {
        let (own, own_name) = WEEKDAYS[first.num_days_from_sunday() as usize];
        if self.days.is_empty() {
            return Ok(own.to_owned());
        }
        if self.days.iter().any(|day| WEEKDAYS.iter().all(|(code, _)| code != day)) {
            return Err(Problem::invalid("day", "must be among these"));
        }
        if self.days.iter().all(|day| day != own) {
            return Err(Problem::invalid("day", &format!("must include {own_name}, the day of the first shift")));
        }
        let chosen = WEEKDAYS.iter().map(|(code, _)| *code).filter(|code| self.days.iter().any(|day| day == code));
        Ok(chosen.collect::<Vec<_>>().join(","))
    }

    fn ending(&self, first: NaiveDate) -> Result<String, Problem> {
        match (self.count.trim(), self.until.trim()) {
            ("", "") => Err(Problem::invalid("count", "or the last day must be given: it ends some time")),
            (count, "") => match count.parse::<u32>() {
                Ok(count) if count > 0 => Ok(format!(";COUNT={count}")),
                _ => Err(Problem::invalid("count", "must be a number above 0")),
            },
            ("", until) => {
                let day = NaiveDate::parse_from_str(until, "%Y-%m-%d")
                    .map_err(|_| Problem::invalid("last_day", "must be a day such as 2026-05-16"))?;
                if day < first {
                    return Err(Problem::invalid("last_day", "must not be before the first shift"));
                }
                Ok(format!(";UNTIL={}T235959Z", day.format("%Y%m%d")))
            }
            _ => Err(Problem::invalid("count", "and the last day must not both be given")),
        }
    }

    /// The choices that come to a rule; where none do, the rule itself.
    pub fn of(rule: Option<&str>) -> Self {
        let Some(rule) = rule else { return Self { how: "once".to_owned(), ..Self::default() } };
        Self::read(rule).unwrap_or_else(|| Self { how: "rule".to_owned(), rule: rule.to_owned(), ..Self::default() })
    }

    fn read(rule: &str) -> Option<Self> {
        let mut found = Self::default();
        for part in rule.split(';') {
            let (name, value) = part.split_once('=')?;
            match (name, value) {
                ("FREQ", "DAILY") => "daily".clone_into(&mut found.how),
                ("FREQ", "WEEKLY") => "weekly".clone_into(&mut found.how),
                ("INTERVAL", every) => every.clone_into(&mut found.every),
                ("BYDAY", days) => found.days = days.split(',').map(str::to_owned).collect(),
                ("COUNT", count) => count.clone_into(&mut found.count),
                ("UNTIL", until) => {
                    let day = NaiveDate::parse_from_str(until.strip_suffix("T235959Z")?, "%Y%m%d").ok()?;
                    found.until = day.to_string();
                }
                _ => return None,
            }
        }
        let days_known = found.days.iter().all(|day| WEEKDAYS.iter().any(|(code, _)| code == day));
        (!found.how.is_empty() && days_known && (found.how == "weekly" || found.days.is_empty())).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A Friday evening.
    fn friday() -> NaiveDateTime {
        "2026-05-15T19:00:00".parse().unwrap()
    }

    fn weekly(days: &[&str], count: &str, until: &str) -> Repeats {
        let days = days.iter().map(|day| (*day).to_owned()).collect();
        Repeats { how: "weekly".into(), days, count: count.into(), until: until.into(), ..Repeats::default() }
    }

    fn field(repeats: &Repeats) -> String {
        repeats.rule(friday()).unwrap_err().reason.split(':').next().unwrap().to_owned()
    }

    #[test]
    fn plain_choices_become_a_rule() {
        let rule = |repeats: Repeats| repeats.rule(friday()).unwrap();
        assert_eq!(rule(Repeats::default()), None);
        assert_eq!(rule(weekly(&[], "10", "")).unwrap(), "FREQ=WEEKLY;BYDAY=FR;COUNT=10");
        assert_eq!(rule(weekly(&["SA", "FR"], "10", "")).unwrap(), "FREQ=WEEKLY;BYDAY=FR,SA;COUNT=10");
        let fortnight = Repeats { every: "2".into(), ..weekly(&["FR"], "", "2026-06-30") };
        assert_eq!(rule(fortnight).unwrap(), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20260630T235959Z");
        let daily = Repeats { how: "daily".into(), count: "3".into(), ..Repeats::default() };
        assert_eq!(rule(daily).unwrap(), "FREQ=DAILY;COUNT=3");
    }

    #[test]
    fn what_cannot_be_is_refused_at_its_field() {
        assert_eq!(field(&weekly(&["MO"], "10", "")), "day", "not the day of the first shift");
        assert_eq!(field(&weekly(&["XX"], "10", "")), "day");
        assert_eq!(field(&weekly(&[], "", "")), "count", "it never ends");
        assert_eq!(field(&weekly(&[], "3", "2026-06-01")), "count", "it ends twice");
        assert_eq!(field(&weekly(&[], "none", "")), "count");
        assert_eq!(field(&weekly(&[], "", "2026-05-01")), "last_day");
        assert_eq!(field(&Repeats { every: "0".into(), ..weekly(&[], "2", "") }), "every");
        assert_eq!(field(&Repeats { how: "often".into(), ..Repeats::default() }), "repeats");
    }

    #[test]
    fn a_rule_that_is_no_plain_choice_is_kept_as_it_is() {
        for rule in
            ["FREQ=MONTHLY;BYDAY=2FR;COUNT=3", "FREQ=WEEKLY;BYDAY=1FR;COUNT=2", "FREQ=DAILY;BYDAY=MO;COUNT=2", "x"]
        {
            let repeats = Repeats::of(Some(rule));
            assert_eq!((repeats.how.as_str(), repeats.rule.as_str()), ("rule", rule));
            assert_eq!(repeats.rule(friday()).unwrap().unwrap(), rule);
        }
    }

    proptest! {
        #[test]
        fn a_rule_comes_back_as_the_choices_it_was_made_of(
            daily in any::<bool>(), every in 2u32..53, count in 1u32..100, more in proptest::sample::subsequence(vec!["SU", "MO", "TU"], 0..=3)
        ) {
            let days: Vec<String> = more.into_iter().chain(["FR"]).map(str::to_owned).collect();
            let made = Repeats {
                how: if daily { "daily" } else { "weekly" }.to_owned(),
                every: every.to_string(),
                days: if daily { vec![] } else { days },
                count: count.to_string(),
                ..Repeats::default()
            };
            let rule = made.rule(friday()).unwrap();
            prop_assert_eq!(Repeats::of(rule.as_deref()), made);
        }
    }
}
