//! Rule sets: what an agency allows, as data with dates.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Check, Feed, RuleDraft, RuleSetFaults, Severities, Stage, WeekDay, When};
use crate::geo::Fence;
use crate::pricing::{Day, Minutes};
use crate::time::ZoneName;

/// How old a feed may be before what it says is not relied on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// Which.
    #[n(0)]
    pub feed: Feed,
    /// How old.
    #[n(1)]
    pub at_most: Minutes,
}

/// An area on the map that rules name.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its name, such as `city`.
    #[n(0)]
    pub name: String,
    /// Its edge.
    #[n(1)]
    pub fence: Fence,
}

/// Who may let a finding of a rule pass, and for which reasons.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct OverrideTerms {
    /// The right it takes.
    #[n(0)]
    pub right: String,
    /// The agency's codes of reasons that count; any reason in words where empty.
    #[n(1)]
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id, as findings cite it.
    pub id: String,
    /// What it says, for people.
    pub title: String,
    /// Where it comes from, such as an order's number; empty where nobody said.
    pub source: String,
    /// The first day it holds, where that is not the set's.
    pub from: Option<Day>,
    /// The last day it holds, where that is not the set's: a pilot's end.
    pub until: Option<Day>,
    /// What it does at each stage.
    pub severity: Severities,
    /// What it applies to.
    pub when: When,
    /// Conditions under which it is let go, such as `city_unit_full`.
    pub unless: Vec<String>,
    /// Who may override it; anybody with [`super::OVERRIDE_RIGHT`] where absent.
    pub overriding: Option<OverrideTerms>,
    /// What it asks.
    pub check: Check,
}

/// A rule of a kind that this version does not know. Carried as it came, and always answered *unknown*.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewerRule {
    /// Its id.
    pub id: String,
    /// What it says, for people.
    pub title: String,
    /// What it does at each stage.
    pub severity: Severities,
    /// Its kind, by the name the newer version gives it.
    pub kind: String,
    /// The rule as it came.
    pub bytes: Vec<u8>,
}

/// A rule, or one that only a newer version understands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// Understood.
    Rule(Box<Rule>),
    /// Not understood.
    Newer(NewerRule),
}

impl Entry {
    /// The rule's id.
    pub fn id(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.id,
            Self::Newer(newer) => &newer.id,
        }
    }

    /// What it does at each stage.
    pub const fn severity(&self) -> &Severities {
        match self {
            Self::Rule(rule) => &rule.severity,
            Self::Newer(newer) => &newer.severity,
        }
    }
}

/// A rule set as written down, not yet checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleSetDraft {
    /// Its name.
    pub name: String,
    /// 1, then one more for each change.
    pub version: u32,
    /// The first day it is in force.
    pub effective_from: Day,
    /// The last day it is in force; without end where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<Day>,
    /// The zone in which days and weeks are counted.
    pub zone: ZoneName,
    /// The first day of the week.
    #[serde(default)]
    pub week_starts: WeekDay,
    /// The time of the clock at which a pay day begins.
    #[serde(default)]
    pub day_starts: Minutes,
    /// The agency's rank codes, from the lowest up.
    #[serde(default)]
    pub ranks: Vec<String>,
    /// Holidays.
    #[serde(default)]
    pub holidays: Vec<Day>,
    /// How old feeds may be.
    #[serde(default)]
    pub freshness: Vec<Freshness>,
    /// Areas that rules name.
    #[serde(default, rename = "area", skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<Area>,
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleDraft>,
}

/// A rule set. Made of a draft it was checked: see [`RuleSetFaults`]. As a phone reads it, the server has checked it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(try_from = "RuleSetDraft", into = "RuleSetDraft")]
pub struct RuleSet {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// 1, then one more for each change.
    #[n(1)]
    pub version: u32,
    /// The first day it is in force.
    #[n(2)]
    pub effective_from: Day,
    /// The last day it is in force; without end where absent.
    #[n(3)]
    pub effective_until: Option<Day>,
    /// The zone in which days and weeks are counted. Where this build does not know it, every rule answers *unknown*.
    #[n(4)]
    pub zone: ZoneName,
    /// The first day of the week.
    #[n(5)]
    pub week_starts: WeekDay,
    /// The time of the clock at which a pay day begins.
    #[n(6)]
    pub day_starts: Minutes,
    /// The agency's rank codes, from the lowest up.
    #[n(7)]
    pub ranks: Vec<String>,
    /// Holidays.
    #[n(8)]
    pub holidays: Vec<Day>,
    /// How old feeds may be.
    #[n(9)]
    pub freshness: Vec<Freshness>,
    /// Areas that rules name.
    #[n(10)]
    pub areas: Vec<Area>,
    /// The rules.
    #[n(11)]
    pub rules: Vec<Entry>,
    /// Which fields a set has; absent in the first format. One more for each field of the set that changes what a rule says:
    /// a version that does not know it would skip it, and so answers *unknown* instead.
    #[n(12)]
    pub format: Option<u32>,
}

/// The newest format of sets that this version understands.
const FORMAT: u32 = 1;

impl RuleSet {
    /// Is any rule asked at that stage?
    pub fn asks(&self, stage: Stage) -> bool {
        self.rules.iter().any(|entry| entry.severity().at(stage).is_some())
    }

    /// Name and version, as records cite them.
    pub fn citation(&self) -> String {
        format!("{} v{}", self.name, self.version)
    }

    /// Why this version cannot answer for the set, if it cannot.
    pub(super) fn not_understood(&self) -> Option<String> {
        if self.format.is_some_and(|format| format > FORMAT) {
            return Some(format!("this version does not understand all of rule set {}", self.citation()));
        }
        let unknown = self.zone.zone().is_none();
        unknown.then(|| format!("this version does not know the time zone {}", self.zone.0))
    }

    /// Is it in force on that day?
    pub fn in_force_on(&self, day: Day) -> bool {
        day >= self.effective_from && self.effective_until.is_none_or(|last| day <= last)
    }

    /// The rule with that id, if the set has one and this version understands it.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find_map(|entry| match entry {
            Entry::Rule(rule) if rule.id == id => Some(rule.as_ref()),
            _ => None,
        })
    }
}

#[cfg(feature = "schema")]
crate::schema::same!(RuleSet, RuleSetDraft);

impl TryFrom<RuleSetDraft> for RuleSet {
    type Error = RuleSetFaults;

    fn try_from(draft: RuleSetDraft) -> Result<Self, RuleSetFaults> {
        if let Some(faults) = RuleSetFaults::of(&draft) {
            return Err(faults);
        }
        let rules = draft.rules.into_iter().filter_map(RuleDraft::entry).collect();
        Ok(Self {
            name: draft.name,
            version: draft.version,
            effective_from: draft.effective_from,
            effective_until: draft.effective_until,
            zone: draft.zone,
            week_starts: draft.week_starts,
            day_starts: draft.day_starts,
            ranks: draft.ranks,
            holidays: draft.holidays,
            freshness: draft.freshness,
            areas: draft.areas,
            rules,
            format: None,
        })
    }
}

impl From<RuleSet> for RuleSetDraft {
    fn from(set: RuleSet) -> Self {
        Self {
            name: set.name,
            version: set.version,
            effective_from: set.effective_from,
            effective_until: set.effective_until,
            zone: set.zone,
            week_starts: set.week_starts,
            day_starts: set.day_starts,
            ranks: set.ranks,
            holidays: set.holidays,
            freshness: set.freshness,
            areas: set.areas,
            rules: set.rules.into_iter().map(RuleDraft::from).collect(),
        }
    }
}
