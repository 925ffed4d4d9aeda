//! Who comes instead: whom to ask next for a place that became empty, and until when to wait.
//!
//! A [`Relief`] is what was done so far. [`Relief::due`] says the next thing to do; whoever does it writes it down and asks
//! again, so that a server that dies between the two goes on where it was.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{AssignmentId, OfficerId};
use crate::time::{Interval, Millis, UnixMillis};

/// A way to find who comes instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum ReliefMode {
    /// The officer who calls off finds somebody.
    #[n(0)]
    OfficerFinds,
    /// The backups of the award, in their order, one after the other.
    #[n(1)]
    Backups,
    /// Everybody who may work it; the first to take it has it.
    #[n(2)]
    Pool,
    /// The coordinator looks for somebody.
    #[n(3)]
    Coordinator,
}

/// How an agency looks for relief.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReliefRules {
    /// The ways, in the order in which they are tried.
    pub ways: Vec<ReliefMode>,
    /// How long the officer may look before the next way is tried.
    pub officer_looks: Millis,
    /// How long each backup has to answer before the next is asked.
    pub backup_answers: Millis,
    /// How long the pool is waited for before the next way is tried.
    pub pool_answers: Millis,
    /// This close to the start nobody is waited for: everybody is asked at once, and the coordinator is told.
    pub urgent_under: Millis,
    /// How long after the coordinator the supervisor on duty is told, while the place is empty.
    pub supervisor_after: Millis,
}

impl Default for ReliefRules {
    /// Backups for 30 minutes each, the pool for 2 hours, then the coordinator; urgent under 4 hours, the supervisor after 1.
    fn default() -> Self {
        Self {
            ways: vec![ReliefMode::Backups, ReliefMode::Pool, ReliefMode::Coordinator],
            officer_looks: Millis::from_hours(24),
            backup_answers: Millis::from_mins(30),
            pool_answers: Millis::from_hours(2),
            urgent_under: Millis::from_hours(4),
            supervisor_after: Millis::from_hours(1),
        }
    }
}

/// What somebody who was asked said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Comes.
    #[n(0)]
    Yes,
    /// Does not.
    #[n(1)]
    No,
}

/// An officer who was asked, or who took the place from the pool.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingAsk))]
#[cbor(map)]
pub struct Ask {
    /// The officer.
    #[n(0)]
    pub officer: OfficerId,
    /// When they were asked.
    #[n(1)]
    pub asked_at: UnixMillis,
    /// What they said, and when the server had it.
    #[n(2)]
    pub answer: Option<(Answer, UnixMillis)>,
}

/// The search for who comes instead of one officer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Relief {
    /// The assignment that was given up, or whose officer did not come.
    #[n(0)]
    pub assignment: AssignmentId,
    /// When the search began.
    #[n(1)]
    pub opened_at: UnixMillis,
    /// The backups, best first.
    #[n(2)]
    pub backups: Vec<OfficerId>,
    /// Who was asked.
    #[n(3)]
    pub asks: Vec<Ask>,
    /// When everybody was asked.
    #[n(4)]
    pub pool_asked_at: Option<UnixMillis>,
    /// When the coordinator was told.
    #[n(5)]
    pub coordinator_told_at: Option<UnixMillis>,
    /// When the supervisor on duty was told.
    #[n(6)]
    pub supervisor_told_at: Option<UnixMillis>,
}

/// What to do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReliefAction {
    /// Give the place to this officer, who said yes first.
    Assign(OfficerId),
    /// Ask this officer.
    Ask(OfficerId),
    /// Ask everybody who may work it.
    AskPool,
    /// Tell the coordinator that the place is empty.
    TellCoordinator,
    /// Tell the supervisor on duty.
    TellSupervisor,
    /// Nothing until then, unless somebody answers.
    Wait(UnixMillis),
    /// The detail is over: nobody comes instead any more.
    Over,
}

impl Relief {
    /// A search that begins now.
    pub const fn new(assignment: AssignmentId, backups: Vec<OfficerId>, now: UnixMillis) -> Self {
        Self {
            assignment,
            opened_at: now,
            backups,
            asks: Vec::new(),
            pool_asked_at: None,
            coordinator_told_at: None,
            supervisor_told_at: None,
        }
    }

    /// What to do at `now` for a detail scheduled then.
    pub fn due(&self, rules: &ReliefRules, scheduled: Interval, now: UnixMillis) -> ReliefAction {
        if let Some(officer) = self.first_yes() {
            return ReliefAction::Assign(officer);
        }
        if now >= scheduled.end {
            return ReliefAction::Over;
        }
        let urgent_from = scheduled.start - rules.urgent_under;
        let urgent = now >= urgent_from;
        if urgent && self.coordinator_told_at.is_none() {
            return ReliefAction::TellCoordinator;
        }
        let waited = rules.ways.iter().find_map(|way| self.try_way(*way, rules, urgent, now));
        let next = waited.unwrap_or_else(|| self.after_every_way(rules, scheduled, now));
        match next {
            // What is waited for ends where it becomes urgent.
            ReliefAction::Wait(until) if !urgent => ReliefAction::Wait(until.min(urgent_from)),
            other => other,
        }
    }

    /// Writes an officer's answer down. Who was never asked answers the pool.
    pub fn answer(&mut self, officer: OfficerId, answer: Answer, now: UnixMillis) {
        match self.asks.iter_mut().find(|ask| ask.officer == officer) {
            Some(ask) => ask.answer = Some((answer, now)),
            None => self.asks.push(Ask { officer, asked_at: now, answer: Some((answer, now)) }),
        }
    }

    /// Was this officer asked, or may take the place as one of the pool?
    pub fn may_answer(&self, officer: OfficerId) -> bool {
        self.pool_asked_at.is_some() || self.asks.iter().any(|ask| ask.officer == officer)
    }

    /// The first to say yes by the server's time; who was asked first, where two did at once.
    fn first_yes(&self) -> Option<OfficerId> {
        let yes = self.asks.iter().filter_map(|ask| match ask.answer {
            Some((Answer::Yes, at)) => Some((at, ask.asked_at, ask.officer)),
            _ => None,
        });
        yes.min().map(|(_, _, officer)| officer)
    }

    /// What this way has to do or to wait for; nothing where it has been tried.
    fn try_way(&self, way: ReliefMode, rules: &ReliefRules, urgent: bool, now: UnixMillis) -> Option<ReliefAction> {
        match way {
            ReliefMode::OfficerFinds => wait(self.opened_at + rules.officer_looks, urgent, now),
            ReliefMode::Backups => self.next_backup(rules, urgent, now),
            ReliefMode::Pool => match self.pool_asked_at {
                None => Some(ReliefAction::AskPool),
                Some(asked) => wait(asked + rules.pool_answers, urgent, now),
            },
            ReliefMode::Coordinator => self.coordinator_told_at.is_none().then_some(ReliefAction::TellCoordinator),
        }
    }

    fn next_backup(&self, rules: &ReliefRules, urgent: bool, now: UnixMillis) -> Option<ReliefAction> {
        self.backups.iter().find_map(|backup| match self.asks.iter().find(|ask| ask.officer == *backup) {
            None => Some(ReliefAction::Ask(*backup)),
            Some(Ask { answer: Some(_), .. }) => None,
            Some(open) => wait(open.asked_at + rules.backup_answers, urgent, now),
        })
    }

    fn after_every_way(&self, rules: &ReliefRules, scheduled: Interval, now: UnixMillis) -> ReliefAction {
        let Some(told) = self.coordinator_told_at else { return ReliefAction::TellCoordinator };
        let supervisor_at = told + rules.supervisor_after;
        match self.supervisor_told_at {
            None if now >= supervisor_at => ReliefAction::TellSupervisor,
            None => ReliefAction::Wait(supervisor_at.min(scheduled.end)),
            Some(_) => ReliefAction::Wait(scheduled.end),
        }
    }
}

fn wait(until: UnixMillis, urgent: bool, now: UnixMillis) -> Option<ReliefAction> {
    (!urgent && now < until).then_some(ReliefAction::Wait(until))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000) + Millis::from_mins(minutes)
    }

    fn officer(number: u8) -> OfficerId {
        OfficerId::from_bytes([number; 16])
    }

    /// Starts a day and a half from zero.
    fn scheduled() -> Interval {
        Interval { start: at(36 * 60), end: at(42 * 60) }
    }

    fn opened(backups: &[u8]) -> Relief {
        Relief::new(AssignmentId::NIL, backups.iter().map(|n| officer(*n)).collect(), at(0))
    }

    /// Does what is due, over and over, and writes it down, until there is something to wait for.
    fn run(relief: &mut Relief, rules: &ReliefRules, now: UnixMillis) -> (Vec<ReliefAction>, ReliefAction) {
        let mut done = Vec::new();
        for _ in 0..100 {
            let action = relief.due(rules, scheduled(), now);
            match action {
                ReliefAction::Ask(officer) => relief.asks.push(Ask { officer, asked_at: now, answer: None }),
                ReliefAction::AskPool => relief.pool_asked_at = Some(now),
                ReliefAction::TellCoordinator => relief.coordinator_told_at = Some(now),
                ReliefAction::TellSupervisor => relief.supervisor_told_at = Some(now),
                ReliefAction::Assign(_) | ReliefAction::Wait(_) | ReliefAction::Over => return (done, action),
            }
            done.push(action);
        }
        panic!("never comes to rest: {done:?}")
    }

    #[test]
    fn backups_are_asked_in_turn_then_the_pool_then_the_coordinator_then_the_supervisor() {
        let (rules, mut relief) = (ReliefRules::default(), opened(&[1, 2]));
        assert_eq!(run(&mut relief, &rules, at(0)), (vec![ReliefAction::Ask(officer(1))], ReliefAction::Wait(at(30))));
        assert_eq!(run(&mut relief, &rules, at(30)), (vec![ReliefAction::Ask(officer(2))], ReliefAction::Wait(at(60))));
        relief.answer(officer(2), Answer::No, at(40));
        assert_eq!(run(&mut relief, &rules, at(40)), (vec![ReliefAction::AskPool], ReliefAction::Wait(at(160))));
        assert_eq!(
            run(&mut relief, &rules, at(160)),
            (vec![ReliefAction::TellCoordinator], ReliefAction::Wait(at(220)))
        );
        assert_eq!(run(&mut relief, &rules, at(220)).0, [ReliefAction::TellSupervisor]);
    }

    #[test]
    fn who_says_yes_first_has_it_even_after_the_time_to_answer() {
        let (rules, mut relief) = (ReliefRules::default(), opened(&[1, 2]));
        run(&mut relief, &rules, at(0));
        run(&mut relief, &rules, at(30));
        relief.answer(officer(1), Answer::Yes, at(45));
        relief.answer(officer(2), Answer::Yes, at(44));
        assert_eq!(relief.due(&rules, scheduled(), at(46)), ReliefAction::Assign(officer(2)));
    }

    #[test]
    fn shortly_before_the_start_everybody_is_asked_at_once() {
        let (rules, mut relief) = (ReliefRules::default(), opened(&[1, 2]));
        let now = at(33 * 60);
        let (done, _) = run(&mut relief, &rules, now);
        let asked = [1, 2].map(|number| ReliefAction::Ask(officer(number)));
        assert_eq!(done, [ReliefAction::TellCoordinator, asked[0], asked[1], ReliefAction::AskPool]);
    }

    #[test]
    fn a_wait_ends_where_it_becomes_urgent() {
        let rules = ReliefRules { backup_answers: Millis::from_hours(48), ..ReliefRules::default() };
        let mut relief = opened(&[1]);
        assert_eq!(run(&mut relief, &rules, at(0)).1, ReliefAction::Wait(at(32 * 60)));
    }

    #[test]
    fn only_who_was_asked_may_answer_until_the_pool_is_asked() {
        let mut relief = opened(&[1]);
        run(&mut relief, &ReliefRules::default(), at(0));
        assert!(relief.may_answer(officer(1)) && !relief.may_answer(officer(9)));
        run(&mut relief, &ReliefRules::default(), at(30));
        assert!(relief.may_answer(officer(9)));
    }

    #[test]
    fn nobody_is_sent_to_a_detail_that_is_over() {
        let mut relief = opened(&[1]);
        assert_eq!(run(&mut relief, &ReliefRules::default(), at(42 * 60)), (vec![], ReliefAction::Over));
    }

    fn any_way() -> impl Strategy<Value = ReliefMode> {
        use ReliefMode::{Backups, Coordinator, OfficerFinds, Pool};
        prop::sample::select(vec![OfficerFinds, Backups, Pool, Coordinator])
    }

    proptest! {
        /// Whatever the ways and whenever it is looked at: it comes to rest, every wait lies ahead, nobody is asked twice, and by
        /// the end a person knows.
        #[test]
        fn a_search_always_comes_to_a_person(
            ways in prop::collection::vec(any_way(), 0..4),
            backups in prop::collection::btree_set(1u8..20, 0..6),
            mut looks in prop::collection::vec(0i64..42 * 60, 1..12),
        ) {
            let rules = ReliefRules { ways, ..ReliefRules::default() };
            let backups: Vec<u8> = backups.into_iter().collect();
            let mut relief = opened(&backups);
            looks.sort_unstable();
            for minute in looks {
                let (_, rest) = run(&mut relief, &rules, at(minute));
                prop_assert!(matches!(rest, ReliefAction::Wait(until) if until > at(minute)));
            }
            let mut now = relief.opened_at;
            while let (_, ReliefAction::Wait(until)) = run(&mut relief, &rules, now) { now = until; }
            prop_assert!(relief.coordinator_told_at.is_some());
            let mut asked: Vec<_> = relief.asks.iter().map(|ask| ask.officer).collect();
            asked.sort_unstable();
            asked.dedup();
            prop_assert_eq!(asked.len(), relief.asks.len());
        }
    }
}
