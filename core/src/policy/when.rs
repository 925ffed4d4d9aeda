//! What a rule applies to.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::question::Question;
use super::sentence;
use super::{DayClass, Feed, Stream, place, rank, status};
use crate::ids::SiteId;
use crate::pricing::Minutes;
use crate::time::{Interval, Millis};

/// Hours of the clock, such as from 2:00 until 6:00; over midnight where `until` is not later.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
#[serde(deny_unknown_fields)]
pub struct ClockHours {
    /// From this time of the clock.
    #[n(0)]
    pub from: Minutes,
    /// Until this one.
    #[n(1)]
    pub until: Minutes,
}

/// What a rule applies to: everything that is said must hold. Of a list, one suffices. Nothing said is everything.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyWhen))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Jobs of one of these classes.
    #[n(0)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
    /// Jobs of none of these classes.
    #[n(1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_classes: Option<Vec<String>>,
    /// Jobs with one of these tags.
    #[n(2)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Jobs with none of these tags.
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_tags: Option<Vec<String>>,
    /// Alcohol is served, or is not.
    #[n(4)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alcohol: Option<bool>,
    /// Alcohol makes at least so many percent of the employer's income.
    #[n(5)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alcohol_percent: Option<u8>,
    /// At least so many people come.
    #[n(6)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendees: Option<u32>,
    /// The detail has at least so many places.
    #[n(7)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officers: Option<u32>,
    /// The detail lasts longer than this.
    #[n(8)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longer_than: Option<Minutes>,
    /// Some of the detail lies in these hours.
    #[n(9)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_hours: Option<ClockHours>,
    /// The officer would use one of these.
    #[n(10)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<Vec<String>>,
    /// Officers of this rank and above.
    #[n(11)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_from: Option<String>,
    /// Officers with one of these statuses at some time of the detail.
    #[n(12)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statuses: Option<Vec<String>>,
    /// The place is in this area of the set's.
    #[n(13)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// The place is outside this area of the set's.
    #[n(14)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<String>,
    /// One of these sites.
    #[n(15)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sites: Option<Vec<SiteId>>,
    /// The engagement runs for more days than this.
    #[n(16)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_over_days: Option<u32>,
    /// The officer is on duty at the moment the rule is asked, or is not.
    #[n(17)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_duty_now: Option<bool>,
    /// The detail begins on such a day.
    #[n(18)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<DayClass>>,
    /// None of these sites.
    #[n(19)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_sites: Option<Vec<SiteId>>,
}

/// Does a rule apply?
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Applies {
    Yes,
    No,
    /// Not known, for this reason.
    Unknown(String),
    /// Nobody has said of the detail, this.
    Unsaid(String),
}

impl From<Option<bool>> for Applies {
    fn from(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unsaid(String::new()),
        }
    }
}

impl Applies {
    fn or_unknown(self, what: &str) -> Self {
        match self {
            Self::Unsaid(why) if why.is_empty() => Self::Unsaid(what.to_owned()),
            known => known,
        }
    }

    fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Unknown(why) => match other() {
                Self::No => Self::No,
                _ => Self::Unknown(why),
            },
            // Another reason weighs more than that nobody has said.
            Self::Unsaid(why) => match other() {
                Self::No => Self::No,
                Self::Unknown(other) => Self::Unknown(other),
                _ => Self::Unsaid(why),
            },
        }
    }
}

impl When {
    /// Does it say nothing, so that the rule applies to everything?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn applies(&self, question: &Question<'_>) -> Applies {
        if self.is_empty() {
            return Applies::Yes;
        }
        self.to_job(question)
            .and(|| self.to_employer(question))
            .and(|| self.to_size(question))
            .and(|| self.to_time(question).and(|| self.to_place(question)).and(|| self.to_officer(question)))
    }

    fn to_job(&self, question: &Question<'_>) -> Applies {
        let class = question.proposal.class.as_ref();
        let of = |classes: &Vec<String>| class.map(|class| classes.contains(class));
        let said = "nobody has said what class of job it is";
        asked(self.classes.as_ref(), |classes| of(classes).into(), said)
            .and(|| asked(self.not_classes.as_ref(), |classes| of(classes).map(|is| !is).into(), said))
            .and(|| {
                let uses = question.proposal.uses.as_ref();
                let any = |wanted: &Vec<String>| uses.map(|uses| wanted.iter().any(|want| uses.contains(want)));
                asked(self.uses.as_ref(), |wanted| any(wanted).into(), "nobody has said what the officer would use")
            })
    }

    fn to_employer(&self, question: &Question<'_>) -> Applies {
        let tags = question.proposal.tags.as_ref();
        let any = |wanted: &Vec<String>| tags.map(|tags| wanted.iter().any(|want| tags.contains(want)));
        let said = "nobody has said what kind of employer it is";
        let alcohol = question.proposal.alcohol;
        asked(self.tags.as_ref(), |wanted| any(wanted).into(), said)
            .and(|| asked(self.not_tags.as_ref(), |wanted| any(wanted).map(|is| !is).into(), said))
            .and(|| {
                let served = |wanted: &bool| alcohol.map(|alcohol| alcohol.served == *wanted);
                asked(
                    self.alcohol.as_ref(),
                    |wanted| served(wanted).into(),
                    "nobody has said whether alcohol is served",
                )
            })
            .and(|| {
                let part = |least: &u8| match alcohol {
                    Some(alcohol) if !alcohol.served => Some(false),
                    other => other.and_then(|alcohol| alcohol.income_percent).map(|part| part >= *least),
                };
                let said = "nobody has said what part of its income alcohol makes";
                asked(self.alcohol_percent.as_ref(), |least| part(least).into(), said)
            })
    }

    fn to_size(&self, question: &Question<'_>) -> Applies {
        let proposal = question.proposal;
        let places = proposal.places.as_ref().map(|places| places.len() as u32);
        let reached = |has: Option<u32>, least: &u32| has.map(|has| has >= *least);
        let come = "nobody has said how many people come";
        asked(self.attendees.as_ref(), |least| reached(proposal.attendees, least).into(), come)
            .and(|| {
                let said = "nobody has said how many places the detail has";
                asked(self.officers.as_ref(), |least| reached(places, least).into(), said)
            })
            .and(|| {
                let over = |days: &u32| proposal.runs_days.map(|runs| runs > *days);
                let said = "nobody has said how many days the engagement runs";
                asked(self.runs_over_days.as_ref(), |days| over(days).into(), said)
            })
    }

    fn to_time(&self, question: &Question<'_>) -> Applies {
        let when = question.proposal.when;
        asked(self.longer_than.as_ref(), |limit| Some(when.length() > span(**limit)).into(), "")
            .and(|| asked(self.in_hours.as_ref(), |hours| Some(touches(question, **hours)).into(), ""))
            .and(|| asked(self.days.as_ref(), |classes| begins_on(question, classes), ""))
    }

    fn to_place(&self, question: &Question<'_>) -> Applies {
        let proposal = question.proposal;
        let within = |name: &String| {
            let area = question.set.areas.iter().find(|area| area.name == *name);
            area.zip(proposal.place).and_then(|(area, place)| place::lies_in(area, place))
        };
        let said = "nobody has said where on the map it is";
        let no_site = "nobody has said at which site it is";
        asked(self.inside.as_ref(), |name| within(name).into(), said)
            .and(|| asked(self.outside.as_ref(), |name| within(name).map(|is| !is).into(), said))
            .and(|| asked(self.sites.as_ref(), |sites| proposal.site.map(|site| sites.contains(&site)).into(), no_site))
            .and(|| {
                let apart = |sites: &Vec<SiteId>| proposal.site.map(|site| !sites.contains(&site));
                asked(self.not_sites.as_ref(), |sites| apart(sites).into(), no_site)
            })
    }

    fn to_officer(&self, question: &Question<'_>) -> Applies {
        let from = |rank: &String| rank::of_officer(question).and_then(|own| rank::at_least(question.set, &own, rank));
        let ranked = |rank: &&String| match from(rank) {
            Some(holds) => Some(holds).into(),
            None => Applies::Unknown("the officer's rank is not known".to_owned()),
        };
        asked(self.rank_from.as_ref(), ranked, "")
            .and(|| asked(self.statuses.as_ref(), |codes| has_status(question, codes), ""))
            .and(|| asked(self.on_duty_now.as_ref(), |wanted| on_duty(question, **wanted), ""))
    }
}

fn asked<'a, T>(what: Option<&'a T>, holds: impl FnOnce(&&'a T) -> Applies, said: &str) -> Applies {
    what.map_or(Applies::Yes, |what| holds(&what).or_unknown(said))
}

fn touches(question: &Question<'_>, hours: ClockHours) -> bool {
    let when = question.proposal.when;
    let before = Interval { start: when.start - Millis::from_hours(26), end: when.end };
    let day = super::Window::DayFrom(hours.from);
    let starts = question.clock.windows(day, before);
    starts.iter().any(|day| {
        let date = question.clock.zone().local(day.start).date();
        let over = hours.until <= hours.from;
        let last = if over { date.succ_opt().unwrap_or(date) } else { date };
        let until = chrono::NaiveTime::from_num_seconds_from_midnight_opt(hours.until.0.saturating_mul(60), 0);
        let Some(until) = until else { return false };
        let end = question.clock.zone().instant(last.and_time(until)).first();
        Interval { start: day.start, end }.overlap(when).is_some()
    })
}

fn begins_on(question: &Question<'_>, classes: &[DayClass]) -> Applies {
    let date = question.clock.date(question.proposal.when.start);
    let doubts = question.doubts([Feed::OnDuty, Feed::Leave], question.clock.day(date));
    match doubts.first() {
        Some((_, why)) => Applies::Unknown(why.clone()),
        None => Some(classes.contains(&question.calendar.day_class(question.set, question.clock, date))).into(),
    }
}

fn has_status(question: &Question<'_>, codes: &[String]) -> Applies {
    if let Some(why) = question.doubt(Feed::Status) {
        return Applies::Unknown(why);
    }
    Some(status::during(question, question.proposal.when).any(|status| codes.contains(&status.code))).into()
}

fn on_duty(question: &Question<'_>, wanted: bool) -> Applies {
    let now = Interval { start: question.now, end: question.now + Millis(1) };
    if let Some((_, why)) = question.doubts([Feed::OnDuty], now).into_iter().next() {
        return Applies::Unknown(why);
    }
    let mut duty = question.calendar.near(now).filter(|stint| stint.stream == Stream::OnDuty);
    Some(duty.any(|stint| stint.when.contains(question.now)) == wanted).into()
}

/// Why a rule does not apply, for a sentence.
pub(super) fn does_not_apply() -> String {
    "Does not apply to this detail.".to_owned()
}

pub(super) fn unknown_whether(why: &str) -> String {
    format!("Not known whether it applies: {}.", sentence::plain(why))
}
