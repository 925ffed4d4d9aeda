//! How a customer is invoiced, and what stands at the head and the foot of the agency's invoices.

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::records::{Agency, Customer};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::cycle::Cycle;
use super::runs;
use crate::audit::By;
use crate::filing;
use crate::jobs;
use crate::problem::Problem;
use crate::store::billing_terms::{self, LetterheadRow, TermsRow};
use crate::store::{Sql, StoreError};
use crate::words;

/// Days until an invoice is due where nothing else was agreed.
const USUAL_DAYS: i64 = 30;
/// The most days.
const MOST_DAYS: i64 = 365;

/// How a customer is invoiced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// How often it was set; 0: it is as usual.
    pub version: i64,
    /// How often.
    pub cycle: Cycle,
    /// Days from the issue of an invoice until it is due.
    pub net_days: i64,
    /// Where invoices go, a line each.
    pub address: String,
}

/// What stands on the agency's invoices.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Letterhead {
    /// Who invoices.
    pub name: String,
    /// Where they are, a line each.
    pub address: String,
    /// How to pay, a line each.
    pub pay_to: String,
}

/// How a customer is invoiced.
pub fn of(sql: &mut dyn Sql, agency: AgencyId, customer: CustomerId) -> Result<Terms, StoreError> {
    Ok(match billing_terms::get(sql, agency, customer)? {
        None => Terms { version: 0, cycle: Cycle::default(), net_days: USUAL_DAYS, address: String::new() },
        Some(TermsRow { version, cycle, net_days, address }) => {
            Terms { version, cycle: cycle.parse().unwrap_or_default(), net_days, address }
        }
    })
}

/// Sets how a customer is invoiced from the next run on. `version`: what the caller saw.
pub fn set(
    sql: &mut dyn Sql,
    by: &By<'_>,
    customer: CustomerId,
    (version, cycle, net_days, address): (i64, &str, &str, &str),
) -> Result<(), Problem> {
    filing::get::<Customer>(sql, by.agency, customer)?;
    let before = of(sql, by.agency, customer)?;
    same(before.version, version, || {
        format!("{}, due in {} days, address: {}", before.cycle.title(), before.net_days, in_a_line(&before.address))
    })?;
    let cycle: Cycle = cycle.parse().map_err(|_| Problem::invalid("cycle", "must be one of these"))?;
    let days = net_days.trim().parse().ok().filter(|days| (0..=MOST_DAYS).contains(days));
    let net_days: i64 = days.ok_or_else(|| Problem::invalid("net_days", "must be a number from 0 to 365"))?;
    let address = words::optional_text("address", address)?;
    let row = TermsRow { version: version + 1, cycle: cycle.to_string(), net_days, address };
    billing_terms::put(sql, by.agency, customer, &row)?;
    let told = |cycle: &str, days: i64, address: &str| json!({ "cycle": cycle, "net_days": days, "address": address });
    let before = told(before.cycle.name(), before.net_days, &before.address);
    by.note(
        sql,
        "billing.terms",
        customer,
        &json!({ "before": before, "after": told(&row.cycle, net_days, &row.address) }),
    )?;
    Ok(())
}

/// What stands on the agency's invoices, with how often it was set and whether the calendar begins runs.
pub fn letterhead(sql: &mut dyn Sql, agency: AgencyId) -> Result<(Letterhead, i64, bool), Problem> {
    if let Some(LetterheadRow { version, name, address, pay_to, automatic }) = billing_terms::letterhead(sql, agency)? {
        return Ok((Letterhead { name, address, pay_to }, version, automatic));
    }
    let name = filing::get::<Agency>(sql, agency, agency)?.record.name;
    Ok((Letterhead { name, address: String::new(), pay_to: String::new() }, 0, false))
}

/// Sets what stands on invoices from now on, and whether the calendar begins runs. `version`: what the caller saw.
pub fn set_letterhead(
    sql: &mut dyn Sql,
    by: &By<'_>,
    version: i64,
    draft: &Letterhead,
    automatic: bool,
) -> Result<(), Problem> {
    let (before, last, was) = letterhead(sql, by.agency)?;
    same(last, version, || {
        let automatic = if was { "runs begin by themselves" } else { "runs are begun by hand" };
        let Letterhead { name, address, pay_to } = &before;
        format!("{name}; {}; {}; {automatic}", in_a_line(address), in_a_line(pay_to))
    })?;
    let after = Letterhead {
        name: words::line("name", &draft.name)?,
        address: words::optional_text("address", &draft.address)?,
        pay_to: words::optional_text("pay_to", &draft.pay_to)?,
    };
    let Letterhead { name, address, pay_to } = after.clone();
    let row = LetterheadRow { version: version + 1, name, address, pay_to, automatic };
    billing_terms::put_letterhead(sql, by.agency, &row)?;
    if automatic {
        jobs::keep_going(sql, by.agency, &runs::CALENDAR, "calendar", by.now, by.now, &())?;
    } else {
        jobs::cancel(sql, by.agency, &runs::CALENDAR, "calendar")?;
    }
    let told = |head: &Letterhead, automatic: bool| json!({ "letterhead": head, "automatic": automatic });
    let noted = json!({ "before": told(&before, was), "after": told(&after, automatic) });
    by.note(sql, "billing.letterhead", by.agency, &noted)?;
    Ok(())
}

/// Refuses what was made from another version than the one there is, saying how that is.
fn same(now: i64, seen: i64, how: impl FnOnce() -> String) -> Result<(), Problem> {
    if now == seen {
        return Ok(());
    }
    Err(Problem::conflict(format!(
        "Somebody else changed this meanwhile; now it is: {}. The form holds what you typed: save it again to replace theirs.",
        how()
    )))
}

fn in_a_line(text: &str) -> String {
    if text.is_empty() { "none".to_owned() } else { text.lines().collect::<Vec<_>>().join(", ") }
}
