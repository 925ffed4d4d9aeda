//! What an officer stands at: a fold over the ledger.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Contract, Entry, EntryKind};
use crate::ids::OfficerId;
use crate::time::{UnixMillis, Zone};

/// The list whose reset begins the count of orders anew, such as when all have served.
pub const ORDERS: &str = "orders";

/// What is charged on one list.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct ListCharge {
    /// The list; empty for the usual one.
    #[n(0)]
    pub list: String,
    /// Minutes since it last began anew.
    #[n(1)]
    pub minutes: i64,
    /// Jobs awarded since then and not lost again.
    #[n(2)]
    pub jobs: i64,
}

/// What an officer stands at.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardStanding))]
#[cbor(map)]
pub struct Standing {
    /// The officer.
    #[n(0)]
    pub officer: OfficerId,
    /// By list, in the order of their names.
    #[n(1)]
    pub lists: Vec<ListCharge>,
    /// Points.
    #[n(2)]
    pub points: i64,
    /// How often each thing happened, in the order of the kinds; what never did is left out.
    #[n(3)]
    pub times: Vec<(EntryKind, u32)>,
    /// When the officer was last offered or called about a job.
    #[n(4)]
    pub last_contact: Option<UnixMillis>,
    /// When the officer last got a job.
    #[n(5)]
    pub last_award: Option<UnixMillis>,
    /// Place on the rotating list, from 1.
    #[n(6)]
    pub turn: Option<u32>,
}

/// What officers stand at, at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Standings {
    /// The moment.
    #[n(0)]
    pub as_of: UnixMillis,
    /// By officer id.
    #[n(1)]
    pub officers: Vec<Standing>,
}

impl Standing {
    /// An officer to whom nothing has happened yet.
    pub const fn new(officer: OfficerId) -> Self {
        Self {
            officer,
            lists: Vec::new(),
            points: 0,
            times: Vec::new(),
            last_contact: None,
            last_award: None,
            turn: None,
        }
    }

    /// Minutes charged on a list.
    pub fn charged(&self, list: &str) -> i64 {
        self.list(list).map_or(0, |charge| charge.minutes)
    }

    /// Jobs counted on a list.
    pub fn jobs(&self, list: &str) -> i64 {
        self.list(list).map_or(0, |charge| charge.jobs)
    }

    /// How often something happened.
    pub fn times(&self, kind: EntryKind) -> u32 {
        self.times.iter().find(|(one, _)| *one == kind).map_or(0, |(_, times)| *times)
    }

    fn list(&self, list: &str) -> Option<&ListCharge> {
        self.lists.iter().find(|charge| charge.list == list)
    }
}

impl Standings {
    /// Standings in which nothing has happened to anybody.
    pub const fn none(as_of: UnixMillis) -> Self {
        Self { as_of, officers: Vec::new() }
    }

    /// The fold over what happened up to and including `as_of`, in the order of time, then id, whatever order it is given in.
    pub fn as_of(entries: &[Entry], contract: &Contract, zone: Zone, as_of: UnixMillis) -> Self {
        let mut entries: Vec<&Entry> = entries.iter().filter(|entry| entry.what.at <= as_of).collect();
        entries.sort_unstable_by_key(|entry| (entry.what.at, entry.what.id));
        let mut fold = Fold { contract, zone, as_of, officers: BTreeMap::new(), boundaries: BTreeMap::new() };
        for entry in entries {
            fold.add(entry);
        }
        Self { as_of, officers: fold.officers.into_values().collect() }
    }

    /// What an officer stands at, if anything ever happened.
    pub fn of(&self, officer: OfficerId) -> Option<&Standing> {
        let at = self.officers.binary_search_by_key(&officer, |standing| standing.officer).ok()?;
        self.officers.get(at)
    }

    /// The same, with the places of a rotating list.
    #[must_use]
    pub fn with_turns(mut self, order: &[OfficerId]) -> Self {
        for (turn, officer) in (1..).zip(order) {
            self.at(*officer).turn = Some(turn);
        }
        self
    }

    /// What an adjustment must add for an officer who comes among others, such as by promotion, to stand `plus` minutes above the
    /// highest of them. `None` where there are no others.
    pub fn to_enter_above(&self, others: &[OfficerId], officer: OfficerId, list: &str, plus: u32) -> Option<i64> {
        let charged = |officer: &OfficerId| self.of(*officer).map_or(0, |standing| standing.charged(list));
        let highest = others.iter().filter(|other| **other != officer).map(charged).max()?;
        Some(highest.saturating_add(plus.into()).saturating_sub(charged(&officer)))
    }

    fn at(&mut self, officer: OfficerId) -> &mut Standing {
        let found = self.officers.binary_search_by_key(&officer, |standing| standing.officer);
        let at = found.unwrap_or_else(|at| {
            self.officers.insert(at, Standing::new(officer));
            at
        });
        &mut self.officers[at]
    }
}

struct Fold<'a> {
    contract: &'a Contract,
    zone: Zone,
    as_of: UnixMillis,
    officers: BTreeMap<OfficerId, Standing>,
    /// When each list last began anew by itself.
    boundaries: BTreeMap<String, Option<UnixMillis>>,
}

impl Fold<'_> {
    fn add(&mut self, entry: &Entry) {
        match (entry.what.kind, entry.what.officer) {
            (EntryKind::Reset, None) => {
                self.officers.values_mut().for_each(|standing| reset(standing, &entry.what.list));
            }
            (EntryKind::Reset, Some(officer)) => reset(self.officer(officer), &entry.what.list),
            (_, None) => {}
            (_, Some(officer)) => {
                let counts = self.is_since_reset(entry);
                let standing = self.officer(officer);
                note(standing, entry);
                if counts {
                    charge(standing, entry);
                }
            }
        }
    }

    fn officer(&mut self, officer: OfficerId) -> &mut Standing {
        self.officers.entry(officer).or_insert_with(|| Standing::new(officer))
    }

    fn is_since_reset(&mut self, entry: &Entry) -> bool {
        let list = &entry.what.list;
        if !self.boundaries.contains_key(list) {
            let boundary = self.contract.last_reset(list, self.zone, self.as_of);
            self.boundaries.insert(list.clone(), boundary);
        }
        self.boundaries.get(list).copied().flatten().is_none_or(|boundary| entry.what.at >= boundary)
    }
}

fn reset(standing: &mut Standing, list: &str) {
    if list == ORDERS {
        standing.times.retain(|(kind, _)| *kind != EntryKind::OrderedIn);
    }
    standing.lists.retain(|charge| charge.list != list);
}

/// What counts whatever was reset.
fn note(standing: &mut Standing, entry: &Entry) {
    let (kind, at) = (entry.what.kind, entry.what.at);
    match standing.times.binary_search_by_key(&kind, |(kind, _)| *kind) {
        Ok(found) => standing.times[found].1 += 1,
        Err(place) => standing.times.insert(place, (kind, 1)),
    }
    standing.points = standing.points.saturating_add(entry.points);
    match kind {
        EntryKind::Offered | EntryKind::Contacted | EntryKind::Reached => standing.last_contact = Some(at),
        EntryKind::Awarded | EntryKind::OrderedIn => standing.last_award = Some(at),
        _ => {}
    }
}

fn charge(standing: &mut Standing, entry: &Entry) {
    let list = &entry.what.list;
    let at = standing.lists.binary_search_by(|charge| charge.list.cmp(list)).unwrap_or_else(|at| {
        standing.lists.insert(at, ListCharge { list: list.clone(), minutes: 0, jobs: 0 });
        at
    });
    let charge = &mut standing.lists[at];
    charge.minutes = charge.minutes.saturating_add(entry.charged);
    charge.jobs = (charge.jobs + jobs(entry.what.kind)).max(0);
}

/// A job counts once it is awarded or ordered, and no more once it is lost.
const fn jobs(kind: EntryKind) -> i64 {
    match kind {
        EntryKind::Awarded | EntryKind::OrderedIn => 1,
        EntryKind::CalledOff | EntryKind::GivenUp => -1,
        _ => 0,
    }
}
