//! What accepted time comes to, the two sides beside each other: the lines that the officer is paid and those that the customer is billed, each as
//! a sentence.

use detailbook_core::records::{Interval, Pay};

use super::super::visit::Visit;
use super::words;
use crate::billing::bills::{self, Outcome};
use crate::billing::tariffs;
use crate::prices;
use crate::problem::Problem;
use crate::store::Sql;
use crate::timesheets::Sheet;

/// What accepted time comes to.
pub(super) struct Lines {
    pub(super) length: String,
    pub(super) sides: [Side; 2],
}

/// One side of it.
pub(super) struct Side {
    pub(super) title: &'static str,
    pub(super) amount: Option<String>,
    pub(super) lines: Vec<String>,
    /// Why there are no figures.
    pub(super) none: Option<String>,
}

/// What that time would come to if it were ruled now.
pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet, accepted: &[Interval]) -> Result<Lines, Problem> {
    let (agency, detail, counts_as) = (visit.agency()?, &sheet.detail, sheet.counts_as());
    let day = prices::day_of(detail, accepted);
    let tariff = tariffs::on_day(sql, agency, day, visit.now, visit.app.settings.tariffs.of(agency))?;
    let pays = match tariff.as_deref() {
        None => Err("this server has no tariff for the agency".to_owned()),
        Some(tariff) => prices::of_time(tariff, detail, &counts_as, accepted).map_err(|unrated| unrated.to_string()),
    };
    let bills = bills::preview(sql, agency, tariff.as_deref(), sheet.assignment.id, detail, &counts_as, accepted)?;
    let pays = match pays.map(Pay::from) {
        Err(why) => Side::none("The officer is paid", why),
        Ok(pay) => Side::of("The officer is paid", pay.amount.to_string(), pay.lines),
    };
    let bills = match bills {
        Outcome::Billed(billed) => {
            let lines = billed.lines.into_iter().map(|line| line.sentence).collect();
            Side::of("The customer is billed", billed.total.to_string(), lines)
        }
        Outcome::Unrated(why) => Side::none("The customer is billed", why),
        Outcome::Nothing => Side::none("The customer is billed", "nothing is billed for no time".to_owned()),
    };
    Ok(Lines { length: words::length(accepted), sides: [pays, bills] })
}

impl Side {
    const fn of(title: &'static str, amount: String, lines: Vec<String>) -> Self {
        Self { title, amount: Some(amount), lines, none: None }
    }

    const fn none(title: &'static str, why: String) -> Self {
        Self { title, amount: None, lines: Vec::new(), none: Some(why) }
    }
}
