//! What accepted time comes to: the lines of the pay side by the agency's tariff, each as a sentence.

use detailbook_core::records::{Interval, Pay};

use super::super::visit::Visit;
use super::words;
use crate::prices;
use crate::problem::Problem;
use crate::timesheets::Sheet;

/// What accepted time comes to.
pub(super) struct Lines {
    pub(super) length: String,
    pub(super) amount: Option<String>,
    pub(super) tariff: String,
    pub(super) lines: Vec<String>,
    pub(super) unrated: Option<String>,
}

/// What that time would pay if it were ruled now.
pub(super) fn of(visit: &Visit, sheet: &Sheet, accepted: &[Interval]) -> Result<Lines, Problem> {
    let length = words::length(accepted);
    let Some(tariff) = visit.app.settings.tariffs.of(visit.agency()?) else {
        let unrated = Some("this server has no tariff for the agency".to_owned());
        return Ok(Lines { length, amount: None, tariff: String::new(), lines: vec![], unrated });
    };
    Ok(match prices::of_time(tariff, &sheet.detail, &sheet.counts_as(), accepted) {
        Err(unrated) => {
            Lines { length, amount: None, tariff: String::new(), lines: vec![], unrated: Some(unrated.to_string()) }
        }
        Ok(priced) => {
            let pay = Pay::from(priced);
            Lines { length, amount: Some(pay.amount.to_string()), tariff: pay.tariff, lines: pay.lines, unrated: None }
        }
    })
}
