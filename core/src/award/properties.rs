//! What holds of every award.

use proptest::prelude::*;

use super::sample::{
    application, at, barred, charged, decided, happening, ledger, new_york, officer, position, secret, window,
};
use super::*;
use crate::time::{Interval, Millis};

fn method() -> impl Strategy<Value = Method> {
    let ranked = prop::sample::select(vec![
        Method::first_come(),
        Method::seniority(),
        Method::least_hours(),
        Method::fewest_jobs(),
        Method::rotation(),
        Method::points(),
        Method::lottery(),
        Method::standing(),
        Method::manual(),
        Method::volunteers_then_order_in(),
    ]);
    let criteria = prop::sample::subsequence(
        vec![
            Criterion::OwnAgency,
            Criterion::Charged { list: String::new() },
            Criterion::LongestSinceContact,
            Criterion::InverseSeniority,
            Criterion::FirstCome,
        ],
        0..=5,
    );
    prop_oneof![3 => ranked, 1 => criteria.prop_shuffle().prop_map(|criteria| Method::ranking("hybrid", criteria))]
}

fn slot(n: u8) -> Interval {
    let start = at("2026-05-04 08:00") + Millis::from_hours(i64::from(n) * 4);
    Interval { start, end: start + Millis::from_hours(6) }
}

fn wish() -> impl Strategy<Value = Wish> {
    let positions = prop::sample::subsequence(vec![1, 2, 3, 4], 0..=3).prop_shuffle();
    (positions, prop::bool::weighted(0.7))
        .prop_map(|(positions, others)| Wish { positions: positions.into_iter().map(position).collect(), others })
}

prop_compose! {
    fn applicant(n: u8)(
        applies in prop::bool::weighted(0.85),
        minute in 0..200_i64,
        wish in wish(),
        seniority in prop::option::weighted(0.9, 1..6_u32),
        outside in prop::bool::weighted(0.2),
        bar in prop::option::weighted(0.3, 0..5_u8),
        hold in prop::option::weighted(0.2, 0..6_u8),
        standing in prop::option::weighted(0.1, 1..5_u8),
    ) -> Applicant {
        let mut one = Applicant { seniority, outside, ..Applicant::new(officer(n)) };
        if applies {
            let received = at("2026-05-01 09:00") + Millis::from_mins(minute);
            one.application = Some(Application { received, wish, ..application(n, "09:00") });
        }
        if let Some(at) = bar {
            one = barred(one, (at > 0).then_some(at));
        }
        one.holds.extend(hold.map(|n| Hold { shift: slot(n), what: "your shift".to_owned() }));
        one.standing.extend(standing.map(position));
        one
    }
}

fn applicants() -> impl Strategy<Value = Vec<Applicant>> {
    (0..12_u8).prop_flat_map(|count| (1..=count).map(applicant).collect::<Vec<_>>())
}

prop_compose! {
    fn any_window()(slots in prop::collection::vec((0..4_u8, prop::bool::weighted(0.4)), 1..5), limit in 1..4_u32) -> Window {
        let mut window = window(slots.len() as u8);
        for (opening, (n, supervisor)) in window.openings.iter_mut().zip(slots) {
            (opening.shift, opening.supervisor) = (slot(n), supervisor);
        }
        window.limits.awards_per_officer = limit;
        window
    }
}

prop_compose! {
    fn any_case()(
        mut window in any_window(),
        applicants in applicants(),
        method in method(),
        hours in prop::collection::btree_map(1..12_u8, 0..4_i64, 0..12),
        chosen in prop::collection::btree_map(1..5_u8, 1..12_u8, 0..3),
    ) -> Case {
        let choice = |(p, o): (u8, u8)| Choice { position: position(p), officer: officer(o), by: "chief".into(), reason: "r".into() };
        if method.fill == Fill::ByChoice {
            window.choices = chosen.into_iter().map(choice).collect();
        }
        let hours: Vec<(u8, i64)> = hours.into_iter().collect();
        Case { standings: charged(&hours).with_turns(&[officer(3), officer(1), officer(7)]), window, applicants, method }
    }
}

fn shifts_of(award: &Award, window: &Window, who: crate::ids::OfficerId) -> Vec<Interval> {
    let won = award.winners.iter().filter(|winner| winner.officer == who);
    won.map(|winner| window.openings[window.opening(winner.position).unwrap()].shift).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_order_of_applicants_changes_no_byte(case in any_case(), shuffle in any::<prop::sample::Index>()) {
        let mut other = case.clone();
        if !other.applicants.is_empty() {
            let by = shuffle.index(other.applicants.len());
            other.applicants.rotate_left(by);
            other.applicants[by..].reverse();
        }
        let bytes = |case: &Case| minicbor::to_vec(decided(case)).unwrap();
        prop_assert_eq!(bytes(&case), bytes(&other));
        prop_assert_eq!(case.closing(), other.closing());
    }

    #[test]
    fn no_position_is_given_twice_and_no_officer_has_overlapping_shifts_or_too_many(case in any_case()) {
        let award = decided(&case);
        let window = &case.window;
        let mut given: Vec<_> = award.winners.iter().map(|winner| winner.position).collect();
        given.extend(award.unfilled.iter().map(|unfilled| unfilled.position));
        given.sort_unstable();
        let mut offered: Vec<_> = window.openings.iter().map(|opening| opening.position).collect();
        offered.sort_unstable();
        prop_assert_eq!(given, offered, "each position is given once or is unfilled");
        for applicant in &case.applicants {
            let won = shifts_of(&award, window, applicant.officer);
            prop_assert!(won.len() <= window.limits.awards_per_officer as usize);
            for (n, one) in won.iter().enumerate() {
                prop_assert!(won[n + 1..].iter().all(|other| one.overlap(*other).is_none()));
                prop_assert!(applicant.holds.iter().all(|hold| hold.shift.overlap(*one).is_none()));
            }
        }
    }

    #[test]
    fn nobody_has_a_position_that_they_are_barred_from_or_did_not_ask_for(case in any_case()) {
        let award = decided(&case);
        for winner in &award.winners {
            let one = case.applicants.iter().find(|one| one.officer == winner.officer).unwrap();
            prop_assert!(one.bars.iter().all(|bar| bar.position.is_some_and(|barred| barred != winner.position)));
            let asked = matches!(winner.how, How::Ordered | How::Chosen) || one.wants(winner.position);
            prop_assert!(asked, "{:?}", winner);
        }
    }

    #[test]
    fn everyone_is_explained_and_backups_are_exactly_the_rest_of_the_ranked_in_order(case in any_case()) {
        let award = decided(&case);
        let mut explained: Vec<_> = award.explanations.iter().map(|one| one.officer).collect();
        let backups: Vec<_> = award.backups.iter().map(|backup| backup.officer).collect();
        let losers = award.explanations.iter().filter(|one| one.rank.is_some() && one.won.is_empty());
        prop_assert_eq!(backups, losers.map(|one| one.officer).collect::<Vec<_>>());
        for (rank, one) in (1..).zip(award.explanations.iter().filter(|one| one.rank.is_some())) {
            prop_assert_eq!(one.rank, Some(rank));
            prop_assert!(one.excluded.is_empty() && one.compared.last().unwrap().criterion == Criterion::Draw);
            prop_assert_eq!(one.won.len() + one.missed.len(), case.window.openings.len());
        }
        prop_assert!(award.explanations.iter().all(|one| !one.sentence.is_empty()));
        prop_assert!(award.explanations.iter().all(|one| one.rank.is_some() == one.excluded.is_empty()));
        explained.sort_unstable();
        let mut all: Vec<_> = case.applicants.iter().map(|one| one.officer).collect();
        all.sort_unstable();
        prop_assert_eq!(explained, all);
    }

    #[test]
    fn who_is_excluded_might_as_well_not_be_there(case in any_case(), extra in applicant(200)) {
        let before = decided(&case);
        let mut with = case;
        with.applicants.push(barred(extra, None));
        let after = decided(&with);
        prop_assert_eq!((before.winners, before.backups), (after.winners, after.backups));
        let explained: Vec<_> = after.explanations.into_iter().filter(|one| one.officer != officer(200)).collect();
        prop_assert_eq!(before.explanations, explained);
    }

    #[test]
    fn coming_earlier_never_ranks_worse(case in any_case(), who in 1..12_u8, earlier in 1..300_i64) {
        let mut case = Case { method: Method::first_come(), ..case };
        case.window.choices.clear();
        let rank = |case: &Case| decided(case).explanation(officer(who)).and_then(|one| one.rank);
        let before = rank(&case);
        let one = case.applicants.iter_mut().find(|one| one.officer == officer(who));
        if let Some(application) = one.and_then(|one| one.application.as_mut()) {
            application.received = application.received - Millis::from_mins(earlier);
        }
        let after = rank(&case);
        prop_assert!(before.is_none() || (after.is_some() && after <= before), "{:?} {:?}", before, after);
    }

    #[test]
    fn no_supervisor_position_is_empty_while_somebody_who_would_fill_it_won_a_plain_one(case in any_case()) {
        let mut case = Case { method: Method { fill: Fill::ByRank, standing_first: false, order_in: None, ..case.method }, ..case };
        case.window.limits.awards_per_officer = 1;
        case.window.choices.clear();
        let award = decided(&case);
        let window = &case.window;
        for unfilled in &award.unfilled {
            if !window.openings[window.opening(unfilled.position).unwrap()].supervisor {
                continue;
            }
            for winner in &award.winners {
                let plain = !window.openings[window.opening(winner.position).unwrap()].supervisor;
                let backups: Vec<_> = award.backups_for(unfilled.position).collect();
                prop_assert!(backups.is_empty(), "{:?}", backups);
                let one = case.applicants.iter().find(|one| one.officer == winner.officer).unwrap();
                let barred = one.bars.iter().any(|bar| bar.position == Some(unfilled.position));
                let shift = window.openings[window.opening(unfilled.position).unwrap()].shift;
                let busy = one.holds.iter().any(|hold| hold.shift.overlap(shift).is_some());
                prop_assert!(!plain || barred || busy || !one.wants(unfilled.position));
            }
        }
    }

    #[test]
    fn a_record_survives_storing_and_comes_out_the_same_again(case in any_case()) {
        let commitment = secret().commitment(case.window.posting);
        let record = AwardRecord::decide(case, commitment, secret(), at("2026-05-01 12:01")).unwrap();
        let bytes = minicbor::to_vec(&record).unwrap();
        let stored: AwardRecord = minicbor::decode(&bytes).unwrap();
        prop_assert_eq!(&stored, &record);
        let text = serde_json::to_string(&record).unwrap();
        let read: AwardRecord = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &record);
        prop_assert_eq!(stored.verify(), vec![]);
    }
}

fn kind() -> impl Strategy<Value = EntryKind> {
    prop::sample::select(vec![
        EntryKind::Offered,
        EntryKind::Contacted,
        EntryKind::Reached,
        EntryKind::Declined,
        EntryKind::NoAnswer,
        EntryKind::Awarded,
        EntryKind::Worked,
        EntryKind::CalledOff,
        EntryKind::NoShow,
        EntryKind::GivenUp,
        EntryKind::OrderedIn,
        EntryKind::Reset,
        EntryKind::Adjustment,
    ])
}

fn contract() -> Contract {
    let rule = |on, sets| ChargeRule { id: format!("{on:?}"), on, when: When::default(), sets };
    let charges = vec![
        rule(EntryKind::Offered, Sets::Percent(100)),
        rule(EntryKind::Awarded, Sets::Percent(100)),
        rule(EntryKind::Worked, Sets::Percent(100)),
        rule(EntryKind::NoShow, Sets::Percent(200)),
        rule(EntryKind::CalledOff, Sets::Nothing),
    ];
    Contract { name: "any".to_owned(), version: 1, charges, ..Contract::default() }
}

prop_compose! {
    fn happened()(kinds in prop::collection::vec((kind(), 1..4_u8, 1..4_u8, 0..600_u32, -90..90_i64, 0..5_i64), 0..25)) -> Vec<Happening> {
        let mut now = at("2026-01-01 09:00");
        (1..).zip(kinds).map(|(id, (kind, who, about, minutes, adjusts, wait))| {
            now = now + Millis::from_mins(wait);
            // An adjustment of one job would be part of what that job stands at, which the slow count below does not follow.
            let about = if kind == EntryKind::Adjustment { 0 } else { about };
            let what = happening(id, who, "2026-01-01 09:00", kind, about);
            Happening { at: now, minutes, adjusts, ..what }
        }).collect()
    }
}

proptest! {
    #[test]
    fn standings_do_not_depend_on_the_order_in_which_entries_are_read(happened in happened(), by in any::<prop::sample::Index>()) {
        let entries = ledger(&contract(), happened);
        let mut other = entries.clone();
        other.reverse();
        if !other.is_empty() {
            let by = by.index(other.len());
            other.rotate_left(by);
        }
        let of = |entries: &[Entry]| Standings::as_of(entries, &contract(), new_york(), at("2026-02-01 00:00"));
        prop_assert_eq!(of(&entries), of(&other));
    }

    #[test]
    fn a_job_is_charged_at_what_its_last_entry_says_and_a_reset_forgets_all_before(happened in happened()) {
        let entries = ledger(&contract(), happened.clone());
        let standings = Standings::as_of(&entries, &contract(), new_york(), at("2026-02-01 00:00"));
        for who in 1..4 {
            let mut jobs = std::collections::BTreeMap::new();
            let mut adjusted = 0;
            for what in happened.iter().filter(|what| what.officer == Some(officer(who))) {
                match what.kind {
                    EntryKind::Reset => { jobs.clear(); adjusted = 0; }
                    EntryKind::Adjustment => adjusted += what.adjusts,
                    EntryKind::NoShow => { jobs.insert(what.position, i64::from(what.minutes) * 2); }
                    EntryKind::CalledOff => { jobs.insert(what.position, 0); }
                    EntryKind::Offered | EntryKind::Awarded | EntryKind::Worked => { jobs.insert(what.position, i64::from(what.minutes)); }
                    _ => {}
                }
            }
            let want: i64 = jobs.values().sum::<i64>() + adjusted;
            prop_assert_eq!(standings.of(officer(who)).map_or(0, |standing| standing.charged("")), want);
        }
    }

    #[test]
    fn no_ledger_however_odd_panics(happened in happened(), days in 0..400_u16, minute in any::<u16>()) {
        let conduct = Conduct {
            no_shows: Some(NoShowLadder { rungs: vec![], look_back: Term::days(days) }),
            late_cancel: Some(LateCancel { notice_days: days, restricted: Term::days(days), no_show_too: true, releases: true }),
            cool_down: Some(CoolDown { from_minute: minute, days }),
        };
        let odd = Contract { conduct, ..contract() };
        let entries = ledger(&odd, happened);
        let found = penalties(&entries, &odd, new_york());
        prop_assert!(found.iter().all(|one| one.from <= one.until));
        let rule = RotationRule { began: at("2026-01-01 00:00"), rebuilt_after_days: days, notice_days: minute };
        let member = |n| Member { officer: officer(n), seniority: None, asked: at("2025-12-01 00:00"), left: None };
        let list = rotation(&rule, &[member(1), member(2)], &entries, new_york(), at("2026-01-02 00:00"));
        prop_assert!(list.len() <= 2);
    }
}
