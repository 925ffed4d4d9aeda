//! What a labour contract charges for what happens.

use chrono::{Datelike, NaiveDate};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Conduct, Entry, EntryKind, Happening, Job};
use crate::ids::RecordId;
use crate::time::{Millis, PayDayRule, UnixMillis, Zone};

/// What a job stands at once something has happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sets {
    /// As before.
    #[n(0)]
    Keep,
    /// Nothing, whatever was charged for it before.
    #[n(1)]
    Nothing,
    /// This many percent of the entry's minutes.
    #[n(2)]
    Percent(#[n(0)] u32),
}

/// What must be so for a rule to apply; what is absent may be either way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardWhen))]
#[cbor(map)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// An emergency.
    #[n(0)]
    pub emergency: Option<bool>,
    /// A replacement was found.
    #[n(1)]
    pub replaced: Option<bool>,
    /// Excused.
    #[n(2)]
    pub excused: Option<bool>,
    /// The officer had been ordered in to that job.
    #[n(3)]
    pub ordered: Option<bool>,
    /// The officer had refused that job.
    #[n(4)]
    pub refused: Option<bool>,
}

/// What an entry of a kind makes a job stand at.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ChargeRule {
    /// What explanations cite.
    #[n(0)]
    pub id: String,
    /// On which entries.
    #[n(1)]
    pub on: EntryKind,
    /// And when.
    #[n(2)]
    #[serde(default)]
    pub when: When,
    /// What the job stands at from then on.
    #[n(3)]
    pub sets: Sets,
}

/// What an entry of a kind gives or takes in points.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PointRule {
    /// On which entries.
    #[n(0)]
    pub on: EntryKind,
    /// Points.
    #[n(1)]
    pub points: i64,
}

/// How often a list begins anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// On the first of each month.
    #[n(0)]
    Month,
    /// On the first of each year.
    #[n(1)]
    Year,
}

/// When a list begins anew by itself.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ResetRule {
    /// Which list; empty for the usual one.
    #[n(0)]
    #[serde(default)]
    pub list: String,
    /// How often, at midnight of the agency's zone.
    #[n(1)]
    pub every: Every,
}

/// What a labour contract charges, as data.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// 1, then one more for each change.
    #[n(1)]
    pub version: u32,
    /// Charges: the first rule that fits decides; an entry that none fits leaves the job as it stands.
    #[n(2)]
    #[serde(default)]
    pub charges: Vec<ChargeRule>,
    /// Points: every rule that fits counts.
    #[n(3)]
    #[serde(default)]
    pub points: Vec<PointRule>,
    /// Lists that begin anew by themselves.
    #[n(4)]
    #[serde(default)]
    pub resets: Vec<ResetRule>,
    /// What follows from no-shows and cancellations.
    #[n(5)]
    #[serde(default)]
    pub conduct: Conduct,
    /// A job that comes up closer than this to its start came up as an emergency, in milliseconds; none does where it is absent.
    #[n(6)]
    #[serde(default)]
    pub emergency_under: Option<Millis>,
}

/// What one entry charges.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
    /// Minutes, given back where negative.
    pub minutes: i64,
    /// The rule, with the contract and its version.
    pub rule: String,
}

impl Contract {
    /// The entry for what happened, given the entries there already are about the same officer and about all.
    ///
    /// A job is never charged twice: a rule says what the job stands at in all, and the entry charges what is missing to that.
    /// What was charged before the list last began anew is forgotten.
    pub fn enter(&self, what: Happening, before: &[Entry], zone: Zone) -> Entry {
        let charge = self.charge(&what, before, zone);
        let points = self.points.iter().filter(|rule| rule.on == what.kind).map(|rule| rule.points);
        let points = points.fold(0, i64::saturating_add);
        Entry { what, charged: charge.minutes, points, rule: charge.rule }
    }

    /// What an entry charges, given the entries there already are about the same officer and about all.
    pub fn charge(&self, what: &Happening, before: &[Entry], zone: Zone) -> Charge {
        if what.kind == EntryKind::Adjustment {
            return Charge { minutes: what.adjusts, rule: self.cite("adjustment") };
        }
        let job = Job::of(what, before, self, zone);
        let Some(rule) = self.rule(what, job.entries()) else {
            return Charge { minutes: 0, rule: self.cite("no rule") };
        };
        if what.kind == EntryKind::Worked && job.was_over() {
            return Charge { minutes: 0, rule: self.cite("over before the list began anew") };
        }
        let minutes = rule.sets.target(what.minutes).map_or(0, |target| target.saturating_sub(job.stands()));
        Charge { minutes, rule: self.cite(&rule.id) }
    }

    /// The entry for what happened, of which nothing is charged: something else decides what the job stands at.
    pub fn enter_beside(&self, what: Happening, why: &str) -> Entry {
        Entry { charged: 0, rule: self.cite(why), ..self.enter(what, &[], Zone::UTC) }
    }

    /// What something makes a job stand at, given the entries about that job before it. `None`: it leaves it as it stands.
    pub fn sets(&self, what: &Happening, job: &[&Entry]) -> Option<i64> {
        self.rule(what, job).and_then(|rule| rule.sets.target(what.minutes))
    }

    fn rule(&self, what: &Happening, job: &[&Entry]) -> Option<&ChargeRule> {
        self.charges.iter().find(|rule| rule.on == what.kind && rule.when.holds(what, job))
    }

    /// Whether a job that came up then is an emergency.
    pub fn is_emergency(&self, came_up: UnixMillis, starts: UnixMillis) -> bool {
        self.emergency_under.is_some_and(|under| starts - came_up < under)
    }

    /// When the list of what happened last began anew for that officer, by itself or by an entry.
    pub(super) fn began_anew(&self, what: &Happening, before: &[Entry], zone: Zone) -> Option<(UnixMillis, RecordId)> {
        let by_itself = self.last_reset(&what.list, zone, what.at).map(|at| (at, RecordId::NIL));
        let is_reset = |entry: &&Entry| {
            let reset = &entry.what;
            let mine = what.officer.is_none_or(|officer| reset.concerns(officer));
            reset.kind == EntryKind::Reset && reset.list == what.list && mine && reset.at <= what.at
        };
        let by_entry = before.iter().filter(is_reset).map(|entry| (entry.what.at, entry.what.id)).max();
        by_itself.max(by_entry)
    }

    /// When a list last began anew by itself, up to and including `at`.
    pub fn last_reset(&self, list: &str, zone: Zone, at: UnixMillis) -> Option<UnixMillis> {
        let rule = self.resets.iter().find(|rule| rule.list == list)?;
        let days = PayDayRule::midnight(zone);
        let today = days.day_of(at).date;
        let month = if rule.every == Every::Year { 1 } else { today.month() };
        NaiveDate::from_ymd_opt(today.year(), month, 1).map(|first| days.start_of(first))
    }

    pub(super) fn cite(&self, rule: &str) -> String {
        format!("{} v{}: {rule}", self.name, self.version)
    }
}

impl Sets {
    fn target(self, minutes: u32) -> Option<i64> {
        match self {
            Self::Keep => None,
            Self::Nothing => Some(0),
            // Half a minute counts as one.
            Self::Percent(percent) => Some((i64::from(minutes) * i64::from(percent) + 50) / 100),
        }
    }
}

impl When {
    fn holds(self, what: &Happening, job: &[&Entry]) -> bool {
        let had = |kind| job.iter().any(|entry| entry.what.kind == kind);
        let fits = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        fits(self.emergency, what.emergency)
            && fits(self.replaced, what.replaced)
            && fits(self.excused, what.excused)
            && fits(self.ordered, had(EntryKind::OrderedIn))
            && fits(self.refused, had(EntryKind::Declined))
    }
}
