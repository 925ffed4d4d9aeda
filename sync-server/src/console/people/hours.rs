//! Hours against limits, by the windows of the rules in force: a bar each, with its numbers beside it.

use detailbook_core::ids::OfficerId;
use detailbook_core::policy::{Used, hours_used};
use detailbook_core::time::{Interval, Millis};

use crate::console::visit::Visit;
use crate::policy::context::{around, context};
use crate::policy::sets;
use crate::problem::Problem;
use crate::store::Sql;

/// One limit.
pub(super) struct Bar {
    pub(super) title: String,
    pub(super) hours: String,
    pub(super) limit: String,
    pub(super) window: String,
    /// Minutes, for the bar.
    pub(super) used: i64,
    pub(super) most: i64,
    /// From where on little is left.
    pub(super) near: i64,
    pub(super) state: &'static str,
    pub(super) mark: &'static str,
    pub(super) doubts: Vec<String>,
    pub(super) sometimes: bool,
}

/// The limits that hold now, and the set they are of; nothing where no set is in force.
pub(super) fn bars(
    sql: &mut dyn Sql,
    visit: &Visit,
    officer: OfficerId,
) -> Result<Option<(String, Vec<Bar>)>, Problem> {
    let (agency, now) = (visit.agency()?, visit.now);
    let Some(set) = sets::in_force(sql, agency, now, now)? else { return Ok(None) };
    let moment = Interval { start: now, end: now + Millis::from_mins(1) };
    let known = context(sql, agency, officer, around(&set, moment, now), now)?;
    let bars = hours_used(&set, &known, now).into_iter().map(|used| bar(visit, used)).collect();
    Ok(Some((set.citation(), bars)))
}

fn bar(visit: &Visit, Used { title, window, hours, limit, doubts, sometimes, .. }: Used) -> Bar {
    let (used, most) = (hours.0 / 60_000, limit.0 / 60_000);
    let near = most * 8 / 10;
    let (state, mark) = match used {
        _ if !doubts.is_empty() => ("not sure", "quiet"),
        over if over > most => ("over", "bad"),
        high if high >= near => ("near", "warn"),
        _ => ("within", "good"),
    };
    let window = format!("{} to {}", visit.time(window.start), visit.time(window.end));
    Bar { title, hours: clock(used), limit: clock(most), window, used, most, near, state, mark, doubts, sometimes }
}

/// Minutes as hours and minutes.
pub(super) fn clock(minutes: i64) -> String {
    let (sign, size) = (if minutes < 0 { "-" } else { "" }, minutes.unsigned_abs());
    format!("{sign}{}:{:02}", size / 60, size % 60)
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn minutes_are_shown_as_hours() {
        assert_eq!([clock(0), clock(61), clock(-90), clock(6_000)], ["0:00", "1:01", "-1:30", "100:00"]);
    }
}
