//! Penalties: after a no-show or a late cancellation no details for a while, longer each time.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::notice::Lead;
use super::question::{Question, Verdict};
use super::sentence;
use super::{Effect, Event, Feed, Figure, Window};
use crate::pricing::Minutes;
use crate::time::{Interval, UnixMillis};

/// How long a penalty lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lasts {
    /// So many days from the event on.
    #[n(0)]
    Days(#[n(0)] u32),
    /// So many months.
    #[n(1)]
    Months(#[n(0)] u32),
    /// The day of the job that it was about, from this time of the clock to the same of the next day.
    #[n(2)]
    JobDay(#[n(0)] Minutes),
}

/// What one time more costs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// From so many times on.
    #[n(0)]
    pub times: u32,
    /// For how long.
    #[n(1)]
    pub lasts: Lasts,
    /// What else follows, such as `reprimand`.
    #[n(2)]
    #[serde(default)]
    pub also: Vec<String>,
}

/// No details for a while after certain events.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Lockout {
    /// The kinds of event. What was excused does not count.
    #[n(0)]
    pub events: Vec<String>,
    /// The ladder, from the first time up.
    #[n(1)]
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// How far back earlier times count, in days; for ever where absent.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_back_days: Option<u32>,
    /// Only with less notice than this before the job.
    #[n(3)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_under: Option<Lead>,
    /// The officer's details in that time are taken back.
    #[n(4)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub releases: Option<bool>,
}

/// One penalty in force.
struct Penalty<'a> {
    event: &'a Event,
    times: u32,
    lasts: Interval,
    step: &'a Step,
}

pub(super) fn judge(lockout: &Lockout, question: &Question<'_>) -> Verdict {
    if let Some(why) = question.doubt(Feed::Events) {
        return Verdict::unknown(format!("Not known: {why}."));
    }
    let hit = penalties(lockout, question).into_iter().filter(|p| p.lasts.overlap(question.proposal.when).is_some());
    if let Some(penalty) = hit.max_by_key(|penalty| (penalty.lasts.end, penalty.times)) {
        return told(lockout, question, &penalty);
    }
    match question.doubt_over(Feed::Events, || reach(lockout, question)) {
        Some(why) => Verdict::unknown(format!("Not known: {why}.")),
        None => Verdict::pass("No penalty covers this detail."),
    }
}

/// The time over which events must be known: all that could still bar from the detail, and what makes it the second time or the third.
fn reach(lockout: &Lockout, question: &Question<'_>) -> Interval {
    let when = question.proposal.when;
    let longest = lockout.steps.iter().map(|step| begun(step.lasts, question)).min().unwrap_or(when.start);
    let start = match lockout.look_back_days {
        _ if lockout.steps.len() < 2 => longest,
        Some(days) => question.clock.days_after(longest, -i64::from(days)),
        None => UnixMillis::MIN,
    };
    Interval { start, end: when.end }
}

/// The earliest that an event can have been whose penalty still reaches the detail.
fn begun(lasts: Lasts, question: &Question<'_>) -> UnixMillis {
    let start = question.proposal.when.start;
    match lasts {
        Lasts::Days(days) => question.clock.days_after(start, -i64::from(days)),
        Lasts::Months(months) => question.clock.months_before(start, months),
        // Whenever it was given up, it is known with the job that it is about, which is on the day or the one before.
        Lasts::JobDay(_) => question.clock.days_after(start, -1),
    }
}

fn penalties<'a>(lockout: &'a Lockout, question: &'a Question<'_>) -> Vec<Penalty<'a>> {
    let counted = |event: &&Event| {
        lockout.events.contains(&event.kind)
            && !event.excused
            && event.known.at(question.now)
            && event.at <= question.now
    };
    let late = |event: &&Event| lockout.notice_under.is_none_or(|lead| lead.is_short(question, event));
    let mut events: Vec<&Event> = question.context.events.iter().filter(counted).filter(late).collect();
    events.sort_by(|one, other| (one.at, &one.kind, one.detail).cmp(&(other.at, &other.kind, other.detail)));
    let penalty = |(index, event): (usize, &&'a Event)| {
        let since = lockout.look_back_days.map(|days| question.clock.days_after(event.at, -i64::from(days)));
        let earlier = events[..index].iter().filter(|other| since.is_none_or(|since| other.at >= since));
        let times = earlier.count() as u32 + 1;
        let step = lockout.steps.iter().filter(|step| step.times <= times).max_by_key(|step| step.times)?;
        Some(Penalty { event, times, lasts: interval(step.lasts, question, event), step })
    };
    events.iter().enumerate().filter_map(penalty).collect()
}

fn interval(lasts: Lasts, question: &Question<'_>, event: &Event) -> Interval {
    let from_event = |end: UnixMillis| Interval { start: event.at, end };
    match lasts {
        Lasts::Days(days) => from_event(question.clock.days_after(event.at, i64::from(days))),
        Lasts::Months(months) => from_event(question.clock.months_after(event.at, months)),
        Lasts::JobDay(minute) => {
            let at = event.about.map_or(event.at, |about| about.start);
            question.clock.window_at(Window::DayFrom(minute), at).unwrap_or_else(|| from_event(event.at))
        }
    }
}

fn told(lockout: &Lockout, question: &Question<'_>, penalty: &Penalty<'_>) -> Verdict {
    let zone = question.clock.zone();
    let (what, times) = (sentence::plain(&penalty.event.kind), sentence::count(penalty.times, "time"));
    let (at, end) = (zone.clock_text(penalty.event.at), zone.clock_text(penalty.lasts.end));
    let says = format!("No details until {end}, after {what} on {at} ({times}).");
    let released = (lockout.releases == Some(true)).then_some(Effect::Release(penalty.lasts));
    Verdict::fail(says)
        .with([Figure::Count(penalty.times), Figure::At(penalty.lasts.end)])
        .then([Effect::LockedOut(penalty.lasts)])
        .then(released)
        .then(penalty.step.also.iter().cloned().map(Effect::Also))
}
