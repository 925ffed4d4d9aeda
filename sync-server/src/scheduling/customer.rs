//! Who hires for a detail: the customer whose site it was when the detail was posted, until somebody says otherwise of that detail.

use detailbook_core::ids::{AgencyId, CustomerId, DetailId};
use detailbook_core::records::{Assignment, Customer, Detail, RecordKind, Site};
use serde_json::json;

use super::ahead;
use crate::audit::By;
use crate::billing::bills;
use crate::filing;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, assignments, detail_times, records};
use crate::words;

/// Who hires for a detail. Of one that was written before that was kept: who had its site when it came to be, or has it.
pub fn of(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail) -> Result<Option<CustomerId>, StoreError> {
    if detail.customer.is_some() {
        return Ok(detail.customer);
    }
    if let Some(kept) = detail_times::customer(sql, agency, detail.id)? {
        return Ok(Some(kept));
    }
    Ok(records::get::<Site>(sql, agency, RecordKind::Site, detail.site)?.map(|site| site.record.customer))
}

/// Has another customer be the one who hires for a detail, and owe what it was billed: the next run credits what was invoiced, and
/// invoices the other. Also of a detail that is over or cancelled.
pub fn change(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: DetailId,
    version: i64,
    customer: CustomerId,
    reason: &str,
) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let stored = filing::get::<Detail>(sql, by.agency, id)?;
    filing::same_version(&stored, version)?;
    let (before, now) =
        (of(sql, by.agency, &stored.record)?, filing::named::<Customer>(sql, by.agency, "customer", customer)?);
    if before == Some(customer) {
        return Err(Problem::conflict("That customer hires for this detail already."));
    }
    let after = Detail { customer: Some(customer), customer_name: now.record.name, ..stored.record };
    filing::put(sql, by, id, &after)?;
    let bills = bills::hand_over(sql, by, &after, customer)?;
    if by.now < after.starts {
        for assignment in assignments::active_of_detail(sql, by.agency, id)? {
            let held = filing::get::<Assignment>(sql, by.agency, assignment)?.record;
            ahead::expect(sql, by, held.officer)?;
        }
    }
    let noted = json!({ "before": before, "after": customer, "reason": reason, "bills": bills });
    Ok(by.note(sql, "detail.customer", id, &noted)?)
}
