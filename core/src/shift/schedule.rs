//! What worked time has to say beside the schedule.

use super::proposal::flag;
use super::{Flag, FlagKind, ProposedRuling};
use crate::evidence::Rough;
use crate::time::{Interval, Millis, Zone};

/// How far work may begin before the scheduled start, or end after the scheduled end, without a person looking.
pub const SCHEDULE_TOLERANCE: Millis = Millis::from_mins(30);

/// Work further from the schedule than that: one flag, which names the punches and says how far.
pub fn schedule_flag(proposed: &ProposedRuling, scheduled: Interval, zone: Zone) -> Option<Flag> {
    let worked = &proposed.worked.intervals;
    let (first, last) = (worked.first()?.start, worked.last()?.end);
    let (earliest, latest) = (scheduled.start - SCHEDULE_TOLERANCE, scheduled.end + SCHEDULE_TOLERANCE);
    let early = (first < earliest).then(|| {
        format!(
            "Worked from {}, {} before the scheduled start.",
            zone.clock_text(first),
            Rough(scheduled.start - first)
        )
    });
    let late = (last > latest).then(|| {
        format!("Worked until {}, {} after the scheduled end.", zone.clock_text(last), Rough(last - scheduled.end))
    });
    let told: Vec<_> = early.into_iter().chain(late).collect();
    if told.is_empty() {
        return None;
    }
    let marks = proposed.shift.stints.iter().flat_map(|stint| [Some(stint.start), stint.end]).flatten();
    let beyond = marks.filter(|mark| mark.at < earliest || mark.at > latest).map(|mark| mark.fact).collect();
    Some(flag(FlagKind::BeyondSchedule, beyond, told.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Phone, clock, new_york};
    use super::super::{FactKind, ProposalRules, Weight, propose};
    use super::*;

    /// What a shift from seven to eleven says of an evening's punches.
    fn told(start: &str, out: &str) -> Option<Flag> {
        let mut phone = Phone::new(1);
        let facts = [phone.punch(FactKind::In, start), phone.punch(FactKind::Out, out)];
        let proposed = propose(&facts, None, clock("23:59"), &ProposalRules::in_zone(new_york()));
        let scheduled = Interval { start: clock("19:00"), end: clock("22:00") };
        let flag = schedule_flag(&proposed, scheduled, new_york());
        assert!(flag.iter().all(|flag| flag.weight == Weight::Review));
        let named: Vec<_> = flag.iter().flat_map(|flag| flag.facts.clone()).collect();
        let far = facts.iter().zip([start, out]).filter(|(_, time)| !("18:30"..="22:30").contains(time));
        assert_eq!(named, far.map(|(fact, _)| fact.id).collect::<Vec<_>>(), "{start} {out}");
        flag
    }

    #[test]
    fn half_an_hour_either_side_of_the_schedule_is_no_matter() {
        for (start, out) in [("19:00", "22:00"), ("18:30", "22:30"), ("20:00", "21:00")] {
            assert_eq!(told(start, out), None, "{start} {out}");
        }
    }

    #[test]
    fn work_long_before_or_after_the_schedule_is_shown_to_a_person() {
        let says = |start, out| told(start, out).unwrap().sentence;
        assert_eq!(says("16:00", "22:00"), "Worked from 2019-06-27 16:00, 3 h 0 min before the scheduled start.");
        assert_eq!(says("19:00", "22:31"), "Worked until 2019-06-27 22:31, 31 min after the scheduled end.");
        let both = says("18:29", "23:30");
        assert!(both.contains("31 min before") && both.contains("90 min after"), "{both}");
        assert!(says("09:00", "13:00").contains("10 h 0 min before"), "work on another shift altogether");
    }

    #[test]
    fn what_is_not_over_is_not_compared() {
        let start = Phone::new(1).punch(FactKind::In, "12:00");
        let proposed = propose(&[start], None, clock("23:00"), &ProposalRules::in_zone(new_york()));
        let scheduled = Interval { start: clock("19:00"), end: clock("22:00") };
        assert_eq!(schedule_flag(&proposed, scheduled, new_york()), None);
    }
}
