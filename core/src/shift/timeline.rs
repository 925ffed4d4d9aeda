//! Facts in the order in which they truly happened.

use std::collections::BTreeMap;

use super::LoggedFact;
use super::logged::each_once;
use crate::evidence::{EstimateRule, TrueTime, estimate, estimate_together};
use crate::ids::{DeviceId, FactId};
use crate::time::UnixMillis;

/// A fact and when it happened.
#[derive(Clone, Copy)]
pub(super) struct Dated<'a> {
    pub(super) logged: &'a LoggedFact,
    pub(super) time: TrueTime,
}

impl Dated<'_> {
    /// Estimated true time, then the enrolment's counter, then the fact's id.
    pub(super) fn order(&self) -> (UnixMillis, u64, FactId) {
        (self.time.at, self.logged.fact.link.counter, self.logged.id)
    }
}

/// Each fact once, dated, in order.
pub(super) fn timeline<'a>(facts: &'a [LoggedFact], rule: &EstimateRule) -> Vec<Dated<'a>> {
    let mut by_device: BTreeMap<Option<DeviceId>, Vec<&LoggedFact>> = BTreeMap::new();
    for logged in each_once(facts) {
        by_device.entry(logged.device).or_default().push(logged);
    }
    let mut dated: Vec<Dated> = by_device.iter().flat_map(|(device, facts)| date(*device, facts, rule)).collect();
    dated.sort_unstable_by_key(Dated::order);
    dated
}

/// Boots of unknown devices may be different phones', so such facts are dated each on its own.
fn date<'a>(device: Option<DeviceId>, facts: &[&'a LoggedFact], rule: &EstimateRule) -> Vec<Dated<'a>> {
    let clocks: Vec<_> = facts.iter().map(|logged| &logged.fact.clock).collect();
    let times = match device {
        Some(_) => estimate_together(&clocks, rule),
        None => clocks.iter().map(|clock| estimate(clock, rule)).collect(),
    };
    let known = |logged: &LoggedFact, time: TrueTime| logged.received.map_or(time, |at| time.received_by(at));
    facts.iter().zip(times).map(|(logged, time)| Dated { logged, time: known(logged, time) }).collect()
}
