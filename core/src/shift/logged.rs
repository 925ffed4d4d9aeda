//! A fact as a log holds it: with its id, and who wrote it on which phone.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Fact;
use crate::ids::{DeviceId, FactId, OfficerId};
use crate::time::UnixMillis;

/// A fact as a log holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoggedFact {
    /// Its id.
    pub id: FactId,
    /// The enrolment it was written on, where known. Facts of one device date each other.
    pub device: Option<DeviceId>,
    /// Who wrote it, in a document that several people write.
    pub author: Option<OfficerId>,
    /// When the server had it: it happened before that, whatever the phone's clock says. Absent where it was not received.
    pub received: Option<UnixMillis>,
    /// The fact.
    pub fact: Fact,
}

impl LoggedFact {
    /// A fact of a shift log, written on a device.
    pub const fn new(id: FactId, device: DeviceId, fact: Fact) -> Self {
        Self { id, device: Some(device), author: None, received: None, fact }
    }

    /// The same, as the server had it by then.
    #[must_use]
    pub fn received(self, at: UnixMillis) -> Self {
        Self { received: Some(at), ..self }
    }

    /// What the fact says in words, empty where it says nothing.
    pub(super) fn text(&self) -> &str {
        self.fact.content.as_ref().and_then(|content| content.text.as_deref()).unwrap_or_default()
    }
}

/// Each fact once, by id. A fact that came twice is one fact; of two that claim one id, the one with the lesser bytes stays.
pub(super) fn each_once(facts: &[LoggedFact]) -> Vec<&LoggedFact> {
    let mut by_id: BTreeMap<FactId, &LoggedFact> = BTreeMap::new();
    for fact in facts {
        match by_id.entry(fact.id) {
            Entry::Vacant(free) => _ = free.insert(fact),
            Entry::Occupied(mut kept) if fact != *kept.get() && key(fact) < key(kept.get()) => _ = kept.insert(fact),
            Entry::Occupied(_) => {}
        }
    }
    by_id.into_values().collect()
}

fn key(logged: &LoggedFact) -> (Vec<u8>, Option<DeviceId>, Option<OfficerId>, Option<UnixMillis>) {
    (logged.fact.to_bytes(), logged.device, logged.author, logged.received)
}
