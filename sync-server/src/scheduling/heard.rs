//! When an officer's phone was last heard of, where they have more than one: a tablet at home that syncs by itself says nothing of a
//! clock-in that lies on the phone they have with them.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::shift::Fact;
use detailbook_core::time::UnixMillis;

use super::clocked::CLOCK_EVENTS;
use crate::store::devices::DeviceSummary;
use crate::store::{Sql, StoreError, devices, facts};

/// One of an officer's phones.
#[derive(Clone, Copy, Debug)]
struct Phone {
    enrolled: UnixMillis,
    seen: UnixMillis,
    /// When the officer last clocked with it.
    clocked: Option<UnixMillis>,
}

/// When the phone that the officer works with was last heard of.
pub(super) fn last_heard(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
) -> Result<Option<UnixMillis>, StoreError> {
    let live = devices::live(sql, agency, officer)?;
    // Whoever has one works with that one.
    if let [only] = &*live {
        return Ok(Some(only.seen_at));
    }
    let phones = live.iter().map(|device| phone(sql, agency, device)).collect::<Result<Vec<_>, _>>()?;
    Ok(heard(&phones))
}

fn phone(sql: &mut dyn Sql, agency: AgencyId, device: &DeviceSummary) -> Result<Phone, StoreError> {
    let latest = facts::latest_of_device(sql, agency, device.device, CLOCK_EVENTS)?;
    // Nothing was made after it was received, whatever the phone's clock says.
    let clocked = latest.map(|stored| {
        Fact::from_bytes(&stored.body).map_or(stored.received_at, |fact| fact.clock.wall.min(stored.received_at))
    });
    Ok(Phone { enrolled: device.enrolled_at, seen: device.seen_at, clocked })
}

/// The officer works with the phone that they last clocked with, or with one that was enrolled since. Where that leaves more than one, a
/// clock-in may lie on any of them: each must have been heard of, but for one that was not since a later one was enrolled in its place.
fn heard(phones: &[Phone]) -> Option<UnixMillis> {
    let latest = phones.iter().filter_map(|phone| phone.clocked).max();
    let is_worked_with = |phone: &&Phone| phone.clocked == latest || latest.is_some_and(|at| phone.enrolled > at);
    let in_use: Vec<_> = phones.iter().filter(is_worked_with).collect();
    let is_replaced = |phone: &Phone| in_use.iter().any(|later| phone.seen < later.enrolled);
    in_use.iter().filter(|phone| !is_replaced(phone)).map(|phone| phone.seen).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> UnixMillis {
        UnixMillis::new(minute * 60_000)
    }

    fn phone(enrolled: i64, seen: i64, clocked: Option<i64>) -> Phone {
        Phone { enrolled: at(enrolled), seen: at(seen), clocked: clocked.map(at) }
    }

    #[test]
    fn only_the_phone_that_was_last_clocked_with_is_heard_of() {
        let [duty, home] = [phone(0, 100, Some(90)), phone(10, 200, Some(50))];
        assert_eq!((heard(&[duty, home]), heard(&[home, duty])), (Some(at(100)), Some(at(100))));
        let never = phone(10, 200, None);
        assert_eq!((heard(&[duty, never]), heard(&[never, duty])), (Some(at(100)), Some(at(100))));
    }

    #[test]
    fn a_phone_that_was_set_up_anew_takes_the_place_of_the_one_before() {
        assert_eq!(heard(&[phone(0, 100, Some(90)), phone(120, 200, None)]), Some(at(200)));
        assert_eq!(heard(&[phone(0, 100, None), phone(120, 200, None)]), Some(at(200)), "and before anybody clocked");
    }

    #[test]
    fn of_two_that_may_be_worked_with_each_must_have_been_heard_of() {
        let (old, new) = (phone(0, 150, Some(90)), phone(120, 200, None));
        assert_eq!(heard(&[old, new]), Some(at(150)));
        assert_eq!(heard(&[Phone { seen: at(300), ..old }, new]), Some(at(200)));
        assert_eq!(heard(&[phone(0, 150, None), phone(10, 200, None)]), Some(at(150)), "nobody has clocked yet");
        assert_eq!(heard(&[]), None);
    }
}
