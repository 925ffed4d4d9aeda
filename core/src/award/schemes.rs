//! The schemes of real agencies, each with the figures that its contract or vendor gives.

use super::sample::{
    applied, at, backups, barred, case, charged, decided, entry, happening, ledger, new_york, officer, position,
    posting, present, ranking, secret, seed, shift, told, window, winners,
};
use super::*;
use crate::time::{Anchor, BootId, ClockReading, Interval, Millis, UnixMillis, ZoneName};

fn usual() -> Criterion {
    Criterion::Charged { list: String::new() }
}

fn on(list: &str) -> Criterion {
    Criterion::Charged { list: list.to_owned() }
}

#[test]
fn first_come_by_receipt_and_urgent_jobs_go_to_the_first_call() {
    let applicants = vec![applied(1, "09:30"), applied(2, "09:10"), applied(3, "09:20")];
    let award = decided(&case(window(2), applicants, Method::first_come()));
    assert_eq!((winners(&award), backups(&award)), (vec![(1, 2), (2, 3)], vec![1]));
    assert_eq!(
        told(&award, 1),
        "You are backup 1. You ranked 3 of 3 by first come v1, with an application counted from 2026-05-01 09:30:00.000. \
         The last officer to win what you wanted had an application counted from 2026-05-01 09:20:00.000."
    );
}

#[test]
fn an_officer_may_be_capped_however_early_they_come() {
    let mut window = window(3);
    for (opening, day) in window.openings.iter_mut().zip(["04", "05", "06"]) {
        opening.shift = shift(&format!("2026-05-{day} 18:00"), &format!("2026-05-{day} 23:00"));
    }
    window.limits.awards_per_officer = 2;
    let award = decided(&case(window, vec![applied(1, "09:00"), applied(2, "09:01")], Method::first_come()));
    assert_eq!(winners(&award), [(1, 1), (2, 2), (3, 1)], "everybody picks once before anybody picks again");
    let mut had_one = applied(1, "09:00");
    had_one.awards_before = 1;
    let award = decided(&case(super::sample::window(1), vec![had_one], Method::first_come()));
    assert_eq!(award.explanations[0].excluded, [Reason::AtLimit { awards: 1 }]);
}

#[test]
fn tiers_open_in_turn_and_an_early_application_counts_from_its_own_opening() {
    let mut window = window(1);
    let tier = |name: &str, opens, group: &str| Tier {
        name: name.to_owned(),
        opens: at(opens),
        groups: vec![group.to_owned()],
    };
    window.tiers =
        vec![tier("traffic unit", "2026-05-01 09:00", "traffic"), tier("patrol", "2026-05-01 10:00", "patrol")];
    let grouped = |n, received, group: &str| Applicant { groups: vec![group.to_owned()], ..applied(n, received) };
    let applicants = vec![grouped(1, "09:05", "patrol"), grouped(2, "11:00", "traffic"), grouped(3, "09:05", "jail")];
    let by_tier = decided(&case(window.clone(), applicants.clone(), Method::first_come()));
    assert_eq!(winners(&by_tier), [(1, 2)], "the first tier goes first however late");
    assert_eq!(told(&by_tier, 3), "You were not ranked. The window opens to none of your groups.");
    let plain = Method::ranking("first come, tiers only delay", vec![Criterion::FirstCome]);
    let delayed = decided(&case(window, applicants, plain));
    assert_eq!(winners(&delayed), [(1, 1)], "10:00, when patrol was let in, is before 11:00");
}

#[test]
fn least_hours_with_ties_by_department_seniority() {
    let applicants = vec![applied(9, "09:00"), applied(4, "09:00"), applied(6, "09:00"), applied(2, "09:00")];
    let mut case = case(window(1), applicants, Method::least_hours());
    case.standings = charged(&[(9, 20), (4, 10), (6, 10), (2, 30)]);
    let award = decided(&case);
    assert_eq!((winners(&award), backups(&award)), (vec![(1, 4)], vec![6, 9, 2]));
    assert_eq!(
        told(&award, 4),
        "You have Post 1, 2026-05-04 18:00 to 2026-05-04 23:00. You ranked 1 of 4 by least charged hours v1, with 10 h 00 m \
         charged. The next officer was equal in hours charged; you were ahead with seniority number 4 against seniority number 6."
    );
    assert!(
        told(&award, 2)
            .ends_with("with 30 h 00 m charged. The last officer to win what you wanted had 10 h 00 m charged.")
    );
}

#[test]
fn lexington_goes_by_seniority_after_the_monthly_reset_and_keeps_double_time_on_a_list_of_its_own() {
    let resets = vec![
        ResetRule { list: String::new(), every: Every::Month },
        ResetRule { list: "double_time".to_owned(), every: Every::Year },
    ];
    let charges = vec![ChargeRule {
        id: "worked".to_owned(),
        on: EntryKind::Worked,
        when: When::default(),
        sets: Sets::Percent(100),
    }];
    let contract = Contract { name: "Lexington".to_owned(), version: 1, charges, resets, ..Contract::default() };
    let double =
        Happening { list: "double_time".to_owned(), ..happening(2, 1, "2026-02-10 18:00", EntryKind::Worked, 2) };
    let happened = vec![
        happening(1, 1, "2026-04-30 18:00", EntryKind::Worked, 1),
        double,
        happening(3, 2, "2025-12-31 23:59", EntryKind::Worked, 3),
    ];
    let entries = ledger(&contract, happened);
    let by_month = Method::ranking("Lexington", vec![usual(), Criterion::Seniority]);
    let ranks = |method: &Method, when| {
        let mut case = case(window(1), vec![applied(2, "09:00"), applied(1, "09:00")], method.clone());
        case.standings = Standings::as_of(&entries, &contract, new_york(), at(when));
        ranking(&decided(&case))
    };
    assert_eq!(ranks(&by_month, "2026-04-30 23:59"), [2, 1], "five hours in April");
    assert_eq!(ranks(&by_month, "2026-05-01 00:00"), [1, 2], "all at zero: the first pass is by seniority");
    let double_time = Method::ranking("Lexington double time", vec![on("double_time"), Criterion::Seniority]);
    assert_eq!(ranks(&double_time, "2026-05-01 00:00"), [2, 1], "that list is reset by the year");
    assert_eq!(ranks(&double_time, "2027-01-01 00:00"), [1, 2]);
}

/// Awards and work count in full, no more once a job is worked than was worked of it; the list begins anew each month.
fn monthly() -> Contract {
    let rule = |id: &str, on| ChargeRule { id: id.to_owned(), on, when: When::default(), sets: Sets::Percent(100) };
    let resets = vec![ResetRule { list: String::new(), every: Every::Month }];
    let charges = vec![rule("awarded", EntryKind::Awarded), rule("worked", EntryKind::Worked)];
    Contract { name: "monthly".to_owned(), version: 1, charges, resets, ..Contract::default() }
}

#[test]
fn a_job_that_was_over_before_its_list_began_anew_is_not_charged_on_the_new_one() {
    let contract = monthly();
    let ruled = |from, until| {
        let job = Some(shift(from, until));
        let what = Happening { shift: job, ..happening(1, 1, "2026-05-02 10:00", EntryKind::Worked, 1) };
        contract.charge(&what, &[], new_york())
    };
    let april = ruled("2026-04-30 18:00", "2026-04-30 23:00");
    assert_eq!((april.minutes, april.rule.as_str()), (0, "monthly v1: over before the list began anew"));
    assert_eq!(ruled("2026-04-30 22:00", "2026-05-01 03:00").minutes, 300, "it was still worked then");
}

#[test]
fn a_job_is_an_emergency_by_how_late_it_came_up() {
    let within_a_day = Contract { emergency_under: Some(Millis::from_hours(24)), ..monthly() };
    let starts = at("2026-05-04 18:00");
    let came_up = ["2026-05-03 18:00", "2026-05-03 18:01", "2026-05-04 19:00"].map(at);
    assert_eq!(came_up.map(|at| within_a_day.is_emergency(at, starts)), [false, true, true]);
    assert_eq!(came_up.map(|at| monthly().is_emergency(at, starts)), [false; 3], "where nobody says so, none is");
}

#[test]
fn cmu_counts_offered_hours_and_after_an_order_only_what_was_worked() {
    let rule = |id: &str, on, when, sets| ChargeRule { id: id.to_owned(), on, when, sets };
    let ordered = When { ordered: Some(true), ..When::default() };
    let contract = Contract {
        name: "CMU".to_owned(),
        version: 1,
        charges: vec![
            rule("offered hours count", EntryKind::Offered, When::default(), Sets::Percent(100)),
            rule("an order replaces the refusal", EntryKind::OrderedIn, When::default(), Sets::Nothing),
            rule("ordered work counts as worked", EntryKind::Worked, ordered, Sets::Percent(100)),
        ],
        ..Contract::default()
    };
    let worked = Happening { minutes: 200, ..happening(4, 1, "2026-05-04 23:00", EntryKind::Worked, 1) };
    let all = [
        happening(1, 1, "2026-05-01 09:00", EntryKind::Offered, 1),
        happening(2, 1, "2026-05-01 09:05", EntryKind::Declined, 1),
        happening(3, 1, "2026-05-03 09:00", EntryKind::OrderedIn, 1),
        worked,
    ];
    let stands = |steps: usize| {
        let entries = ledger(&contract, all[..steps].to_vec());
        let standings = Standings::as_of(&entries, &contract, new_york(), at("2026-05-05 00:00"));
        standings.of(officer(1)).unwrap().charged("")
    };
    assert_eq!([stands(1), stands(2), stands(3), stands(4)], [300, 300, 0, 200]);
    let accepted = vec![all[0].clone(), happening(2, 1, "2026-05-01 09:05", EntryKind::Awarded, 1), all[3].clone()];
    let entries = ledger(&contract, accepted);
    let standings = Standings::as_of(&entries, &contract, new_york(), at("2026-05-05 00:00"));
    assert_eq!(standings.of(officer(1)).unwrap().charged(""), 300, "offered hours, not those worked");
}

#[test]
fn no_shows_are_charged_double_emergency_refusals_not_and_an_unfound_replacement_to_the_original() {
    let rule = |id: &str, on, when, sets| ChargeRule { id: id.to_owned(), on, when, sets };
    let emergency = When { emergency: Some(true), ..When::default() };
    let unreplaced = When { replaced: Some(false), excused: Some(false), ..When::default() };
    let contract = Contract {
        name: "mixed".to_owned(),
        version: 2,
        charges: vec![
            rule("no-show", EntryKind::NoShow, When::default(), Sets::Percent(200)),
            rule("emergency refusal", EntryKind::Declined, emergency, Sets::Nothing),
            rule("refusal", EntryKind::Declined, When::default(), Sets::Percent(100)),
            rule("unfound replacement", EntryKind::CalledOff, unreplaced, Sets::Percent(100)),
            rule("replaced", EntryKind::CalledOff, When::default(), Sets::Nothing),
            rule("awarded", EntryKind::Awarded, When::default(), Sets::Percent(100)),
        ],
        ..Contract::default()
    };
    let charge = |what: Happening| {
        let awarded = contract.enter(happening(1, 1, "2026-05-01 09:00", EntryKind::Awarded, 1), &[], new_york());
        let entry = contract.enter(what, std::slice::from_ref(&awarded), new_york());
        (awarded.charged + entry.charged, entry.rule)
    };
    let of = |kind| happening(2, 1, "2026-05-02 09:00", kind, 1);
    assert_eq!(charge(of(EntryKind::NoShow)), (600, "mixed v2: no-show".to_owned()));
    assert_eq!(charge(Happening { emergency: true, ..of(EntryKind::Declined) }).0, 0);
    assert_eq!(charge(of(EntryKind::Declined)).0, 300);
    assert_eq!(charge(of(EntryKind::CalledOff)).0, 300);
    assert_eq!(charge(Happening { replaced: true, ..of(EntryKind::CalledOff) }).0, 0);
    assert_eq!(charge(Happening { excused: true, ..of(EntryKind::CalledOff) }).0, 0, "the coordinator was told");
    assert_eq!(charge(of(EntryKind::Reached)), (300, "mixed v2: no rule".to_owned()));
}

#[test]
fn a_new_sergeant_enters_at_the_highest_hours_plus_one() {
    let mut standings = charged(&[(1, 10), (2, 25), (3, 7)]);
    let adjusts = standings.to_enter_above(&[officer(1), officer(2)], officer(3), "", 60).unwrap();
    assert_eq!(adjusts, 19 * 60);
    standings = charged(&[(1, 10), (2, 25), (3, 7 + 19)]);
    assert_eq!(standings.of(officer(3)).unwrap().charged(""), 26 * 60);
    assert_eq!(standings.to_enter_above(&[officer(3)], officer(3), "", 60), None);
    let adjustment = Happening { adjusts, ..happening(9, 3, "2026-05-01 00:00", EntryKind::Adjustment, 0) };
    assert_eq!(Contract::default().enter(adjustment, &[], new_york()).charged, 19 * 60);
}

#[test]
fn the_fewest_jobs_with_ties_by_first_come_or_agency_start_date() {
    let entries = [
        entry(1, 1, "2026-04-01 09:00", EntryKind::Awarded, 1),
        entry(2, 2, "2026-04-02 09:00", EntryKind::Awarded, 2),
        entry(3, 2, "2026-04-02 10:00", EntryKind::CalledOff, 2),
    ];
    let since = |n, received, year: &str| Applicant {
        in_service_since: Some(at(&format!("{year}-01-01 00:00"))),
        ..applied(n, received)
    };
    let applicants = vec![since(1, "09:00", "2001"), since(2, "09:20", "2010"), since(3, "09:10", "2015")];
    let mut one = case(window(1), applicants, Method::fewest_jobs());
    one.standings = Standings::as_of(&entries, &Contract::default(), new_york(), at("2026-05-01 12:00"));
    assert_eq!(ranking(&decided(&one)), [3, 2, 1], "a job called off counts no more");
    one.method = Method::ranking("jobs, start date", vec![Criterion::Jobs { list: String::new() }, Criterion::Service]);
    assert_eq!(ranking(&decided(&one)), [2, 3, 1]);
}

#[test]
fn by_seniority_equal_numbers_are_one_group_and_an_unknown_number_comes_last_and_says_so() {
    let number = |n, received, seniority| Applicant { seniority, ..applied(n, received) };
    let applicants = vec![
        number(1, "09:30", Some(5)),
        number(2, "09:10", Some(5)),
        number(3, "09:00", None),
        number(4, "11:00", Some(1)),
    ];
    let award = decided(&case(window(1), applicants, Method::seniority()));
    assert_eq!(ranking(&award), [4, 2, 1, 3]);
    assert!(
        told(&award, 3).contains("You ranked 4 of 4 by seniority v1, with no known seniority."),
        "{}",
        told(&award, 3)
    );
}

#[test]
fn the_wheel_gives_the_job_to_whoever_of_the_applicants_stands_highest_on_it() {
    let rule = RotationRule { began: at("2026-04-20 00:00"), rebuilt_after_days: 28, notice_days: 7 };
    let joined = at("2020-01-01 00:00");
    let members: Vec<Member> =
        (1..=4).map(|n| Member { officer: officer(n), seniority: Some(n.into()), asked: joined, left: None }).collect();
    let entries = [
        entry(1, 1, "2026-04-21 09:00", EntryKind::Declined, 0),
        entry(2, 2, "2026-04-22 09:00", EntryKind::NoAnswer, 0),
    ];
    let order = rotation(&rule, &members, &entries, new_york(), at("2026-05-01 12:00"));
    let mut one =
        case(window(1), vec![applied(1, "09:00"), applied(3, "09:00"), applied(2, "09:00")], Method::rotation());
    one.standings = one.standings.with_turns(&order);
    let award = decided(&one);
    assert_eq!(ranking(&award), [2, 3, 1]);
    assert!(told(&award, 2).contains("with place 1 on the rotating list"));
    assert!(told(&award, 1).contains("with place 4 on the rotating list"));
}

#[test]
fn the_most_points_win() {
    let points = |on, points| PointRule { on, points };
    let contract = Contract {
        points: vec![points(EntryKind::Worked, 2), points(EntryKind::NoShow, -10), points(EntryKind::Awarded, 1)],
        ..Contract::default()
    };
    let happened = vec![
        happening(1, 1, "2026-04-01 09:00", EntryKind::Worked, 1),
        happening(2, 1, "2026-04-02 09:00", EntryKind::NoShow, 2),
        happening(3, 2, "2026-04-03 09:00", EntryKind::Awarded, 3),
    ];
    let mut one = case(window(1), (1..=3).map(|n| applied(n, "09:00")).collect(), Method::points());
    let entries = ledger(&contract, happened);
    one.standings = Standings::as_of(&entries, &contract, new_york(), at("2026-05-01 12:00"));
    assert_eq!(ranking(&decided(&one)), [2, 3, 1]);
}

#[test]
fn in_bidding_rounds_nobody_counts_from_before_their_turn() {
    let ladder = Ladder { step: Millis::from_mins(6), order: LadderOrder::Seniority };
    let roster: Vec<_> = (1..=3).map(|n| (officer(n), Some(u32::from(n)))).collect();
    let turns = ladder.turns(window(1).opens, &roster, posting(), &secret());
    let mut applicants = vec![applied(1, "09:13"), applied(2, "09:00"), applied(3, "09:00")];
    for (applicant, (_, turn)) in applicants.iter_mut().zip(turns) {
        applicant.turn = Some(turn);
    }
    let award = decided(&case(window(1), applicants, Method::first_come()));
    assert_eq!(ranking(&award), [2, 3, 1], "09:06, 09:12 and 09:13");
}

#[test]
fn the_lottery_follows_the_seed_and_nothing_else() {
    let applicants: Vec<Applicant> = (1..=20).map(|n| applied(n, "09:00")).collect();
    let one = case(window(1), applicants, Method::lottery());
    let order = |byte| ranking(&award(&one, &Seed::from_bytes([byte; 32])).unwrap());
    let mut sorted = order(1);
    assert_ne!(sorted, order(2));
    assert_eq!(sorted, order(1));
    let by_hand = |n: &u8| Seed::from_bytes([1; 32]).draw(officer(*n));
    sorted.sort_by_key(by_hand);
    assert_eq!(sorted, order(1));
}

#[test]
fn a_standing_assignment_is_its_officers_without_applying_and_the_rest_goes_by_the_ranking() {
    let regular = Applicant { standing: vec![position(2)], ..present(9) };
    let applicants = vec![applied(1, "09:00"), regular.clone(), applied(2, "09:00")];
    let award = decided(&case(window(2), applicants.clone(), Method::standing()));
    assert_eq!(winners(&award), [(1, 1), (2, 9)]);
    assert_eq!(award.winners[1].how.origin(), crate::records::AssignmentOrigin::Standing);
    assert!(
        told(&award, 9)
            .starts_with("You have Post 2, 2026-05-04 18:00 to 2026-05-04 23:00: it is your standing assignment.")
    );
    let mut suspended = applicants;
    suspended[1] = barred(regular, None);
    assert_eq!(winners(&decided(&case(window(2), suspended, Method::standing()))), [(1, 1), (2, 2)]);
}

#[test]
fn a_persons_choice_is_followed_and_shown_beside_the_ranking() {
    let mut window = window(2);
    let choice = |n, who| Choice {
        position: position(n),
        officer: officer(who),
        by: "The details sergeant".to_owned(),
        reason: "Speaks the customer's language".to_owned(),
    };
    window.choices = vec![choice(1, 3), choice(2, 4)];
    let applicants = vec![applied(1, "09:00"), applied(3, "09:00"), barred(applied(4, "09:00"), None)];
    let award = decided(&case(window.clone(), applicants.clone(), Method::manual()));
    assert_eq!((winners(&award), backups(&award)), (vec![(1, 3)], vec![1]));
    assert!(told(&award, 3).contains(
        "The details sergeant chose you. The reason given: Speaks the customer's language. You ranked 2 of 2 by manual v1"
    ));
    assert!(
        told(&award, 1).ends_with("A person chooses here, and chose nobody or somebody else."),
        "{}",
        told(&award, 1)
    );
    assert!(matches!(&award.refused_choices[0].reason, Some(Reason::Barred { rule, .. }) if rule == "weekly-hours"));
    window.choices[0].reason = " ".to_owned();
    let unreasoned = case(window, applicants, Method::manual());
    assert_eq!(super::award(&unreasoned, &seed()), Err(CaseFault::ChoiceWithoutReason(position(1))));
}

#[test]
fn volunteers_go_by_seniority_then_the_least_senior_is_ordered_in_and_nobody_again_before_all_have_served() {
    let mut applicants = vec![applied(2, "09:00"), present(1), present(3), present(4), barred(present(5), None)];
    applicants[3]
        .holds
        .push(Hold { shift: shift("2026-05-04 20:00", "2026-05-05 04:00"), what: "your night shift".to_owned() });
    let mut one = case(window(3), applicants, Method::volunteers_then_order_in());
    let award = decided(&one);
    assert_eq!(winners(&award), [(1, 2), (2, 3), (3, 1)]);
    assert_eq!(award.winners[1].how.origin(), crate::records::AssignmentOrigin::Ordered);
    assert_eq!(
        told(&award, 3),
        "You are ordered in to Post 2, 2026-05-04 18:00 to 2026-05-04 23:00: no volunteer was left, and you come first with \
         0 orders in, seniority number 3."
    );
    assert!(award.explanation(officer(4)).unwrap().won.is_empty());
    one.window = window(2);
    one.standings = Standings::as_of(
        &[entry(1, 3, "2026-04-01 09:00", EntryKind::OrderedIn, 7)],
        &Contract::default(),
        new_york(),
        one.window.closes,
    );
    assert_eq!(winners(&decided(&one)), [(1, 2), (2, 1)], "3 has served, 1 has not");
}

#[test]
fn order_in_may_also_take_the_officer_who_was_contacted_last() {
    let entries = [
        entry(1, 1, "2026-04-01 09:00", EntryKind::Contacted, 0),
        entry(2, 2, "2026-04-02 09:00", EntryKind::Contacted, 0),
    ];
    let mut method = Method::volunteers_then_order_in();
    method.order_in = Some(vec![Criterion::LastContacted]);
    let mut one = case(window(1), (1..=3).map(present).collect(), method);
    one.standings = Standings::as_of(&entries, &Contract::default(), new_york(), one.window.closes);
    assert_eq!(winners(&decided(&one)), [(1, 2)]);
}

#[test]
fn whose_seniority_nobody_knows_is_last_to_choose_and_first_to_be_ordered() {
    let unknown = Applicant { seniority: None, ..present(3) };
    let one = case(window(2), vec![present(1), unknown, present(2)], Method::volunteers_then_order_in());
    let award = decided(&one);
    assert_eq!(winners(&award), [(1, 3), (2, 2)]);
    assert!(told(&award, 3).contains("with 0 orders in, no known seniority."), "{}", told(&award, 3));
}

#[test]
fn outside_agencies_come_last_and_are_never_ordered_in() {
    let outside = |applicant| Applicant { outside: true, ..applicant };
    let method = Method {
        order_in: Some(vec![Criterion::InverseSeniority]),
        ..Method::ranking("own first", vec![Criterion::OwnAgency, usual(), Criterion::Seniority])
    };
    let mut one = case(window(2), vec![outside(applied(1, "09:00")), applied(2, "09:00"), outside(present(3))], method);
    one.standings = charged(&[(2, 400)]);
    assert_eq!(winners(&decided(&one)), [(1, 2), (2, 1)]);
    one.window = window(3);
    let award = decided(&one);
    assert_eq!(award.unfilled.len(), 1);
    assert!(award.unfilled[0].sentence.contains("nobody could be ordered in"));
}

#[test]
fn a_hybrid_is_a_list_of_criteria() {
    let method =
        Method::ranking("hybrid", vec![Criterion::Tier, usual(), Criterion::LongestSinceAward, Criterion::Service]);
    let entries = [
        entry(1, 1, "2026-04-03 09:00", EntryKind::Awarded, 1),
        entry(2, 2, "2026-04-02 09:00", EntryKind::Awarded, 2),
    ];
    let mut one = case(window(1), (1..=3).map(|n| applied(n, "09:00")).collect(), method);
    one.standings = Standings::as_of(&entries, &Contract::default(), new_york(), one.window.closes);
    let award = decided(&one);
    assert_eq!(ranking(&award), [3, 2, 1]);
    let beside = &award.explanation(officer(3)).unwrap().comparisons[0];
    assert_eq!(beside.equal, [Criterion::Tier, usual()]);
    assert_eq!((beside.decided.clone(), beside.own), (Some(Criterion::LongestSinceAward), Figure::Never));
}

fn made(earliest: &str, latest: &str) -> Made {
    let moment = |time| at(&format!("2026-05-01 {time}"));
    Made { earliest: moment(earliest), latest: moment(latest) }
}

#[test]
fn two_offline_officers_and_one_slot() {
    let offline = |n, received, made| {
        let mut applicant = applied(n, received);
        applicant.application.as_mut().unwrap().made = made;
        applicant
    };
    let applicants = vec![
        offline(1, "11:30", Some(made("09:10", "09:12"))),
        offline(2, "11:00", Some(made("09:11", "09:31"))),
        offline(3, "10:00", None),
    ];
    let by = |counts_from| {
        let mut one = case(window(1), applicants.clone(), Method::first_come());
        one.window.timing = Timing { counts_from, grace: Millis(0) };
        ranking(&decided(&one))
    };
    assert_eq!(by(CountsFrom::Receipt), [3, 2, 1]);
    let estimate = |minutes, bound| CountsFrom::Estimate { within: Millis::from_mins(minutes), bound };
    assert_eq!(by(estimate(30, Bound::Latest)), [1, 2, 3]);
    assert_eq!(by(estimate(30, Bound::Earliest)), [1, 2, 3]);
    assert_eq!(by(estimate(5, Bound::Latest)), [1, 3, 2], "20 minutes of doubt count as nothing but the receipt");
    let one = decided(&case(window(1), applicants, Method::first_come()));
    assert_eq!((one.winners.len(), one.backups.len()), (1, 2));
}

#[test]
fn an_application_in_the_grace_counts_only_if_it_was_certainly_made_before_closing() {
    let late = |n, made| {
        let mut applicant = applied(n, "12:05");
        applicant.application.as_mut().unwrap().made = made;
        applicant
    };
    let applicants = vec![late(1, Some(made("11:50", "11:59"))), late(2, Some(made("11:50", "12:01"))), late(3, None)];
    let mut one = case(window(1), applicants, Method::first_come());
    assert_eq!(ranking(&decided(&one)), [] as [u8; 0]);
    one.window.timing.grace = Millis::from_mins(10);
    let award = decided(&one);
    assert_eq!(ranking(&award), [1]);
    assert_eq!(
        told(&award, 3),
        "You were not ranked. Your application came at 2026-05-01 12:05:00.000; the window had closed at 2026-05-01 12:00:00.000."
    );
}

#[test]
fn a_phones_clock_cannot_make_an_application_earlier_than_the_server_knows() {
    let anchor = Anchor { server: at("2026-05-01 08:00"), monotonic: 0, boot: BootId(1), round_trip: 200 };
    let reading = |boot, anchor| ClockReading {
        wall: UnixMillis::new(0),
        zone: ZoneName("America/New_York".to_owned()),
        monotonic: 60_000,
        boot: BootId(boot),
        anchor,
    };
    let (heard, received) = (at("2026-05-01 09:30"), at("2026-05-01 11:00"));
    let bounded =
        |reading: &ClockReading| Made::bounded(reading, &crate::evidence::EstimateRule::DEFAULT, heard, received);
    assert_eq!(bounded(&reading(1, None)), None, "nothing but the phone's word");
    let claimed = bounded(&reading(1, Some(anchor))).unwrap();
    assert_eq!((claimed.earliest, claimed.latest), (heard, heard), "08:01 by the phone, but not there at 09:30");
    let rebooted = bounded(&reading(2, Some(anchor))).unwrap();
    assert_eq!((rebooted.earliest, rebooted.latest), (heard, received));
}

fn with_supervisor(plain_first: bool) -> Window {
    let mut window = window(2);
    window.openings[usize::from(plain_first)].supervisor = true;
    window
}

#[test]
fn a_supervisor_does_not_take_a_plain_position_while_the_supervisors_would_stay_empty() {
    let sergeant = |n| applied(n, "09:00");
    let constable = |n| barred(applied(n, "09:00"), Some(2));
    let run = |applicants| decided(&case(with_supervisor(true), applicants, Method::seniority()));
    let wants_plain = |mut applicant: Applicant| {
        applicant.application.as_mut().unwrap().wish.positions = vec![position(1)];
        applicant
    };
    let award = run(vec![wants_plain(sergeant(1)), constable(2)]);
    assert_eq!(winners(&award), [(1, 2), (2, 1)], "the only sergeant is needed");
    let award = run(vec![wants_plain(sergeant(1)), constable(2), sergeant(3)]);
    assert_eq!(winners(&award), [(1, 1), (2, 3)], "another sergeant will do");
    let award = run(vec![constable(1), constable(2)]);
    assert_eq!(
        (winners(&award), award.unfilled.len()),
        (vec![(1, 1)], 1),
        "nobody can fill it, so nobody is held back"
    );
}

#[test]
fn the_best_ranked_picks_what_they_want_and_the_next_the_first_free_they_qualify_for() {
    let mut first = applied(1, "09:00");
    first.application.as_mut().unwrap().wish = Wish { positions: vec![position(3), position(1)], others: false };
    let applicants = vec![first, barred(applied(2, "09:00"), Some(1)), applied(3, "09:00"), applied(4, "09:00")];
    let award = decided(&case(window(3), applicants, Method::seniority()));
    assert_eq!((winners(&award), backups(&award)), (vec![(1, 3), (2, 2), (3, 1)], vec![4]));
    let missed = &award.explanation(officer(2)).unwrap().missed;
    assert!(
        matches!(missed[0].reason, Reason::Barred { .. })
            && matches!(missed[1].reason, Reason::Taken { by, .. } if by == officer(1))
    );
}

#[test]
fn overlapping_shifts_are_never_won_together_unless_the_window_gives_a_reason() {
    let mut window = window(2);
    window.limits.awards_per_officer = 2;
    let one = case(window.clone(), vec![applied(1, "09:00")], Method::first_come());
    let award = decided(&one);
    assert_eq!((winners(&award), award.unfilled.len()), (vec![(1, 1)], 1));
    assert_eq!(award.explanations[0].missed[0].reason, Reason::WonAnother { position: position(1) });
    window.limits.overlap_allowed = Some("one officer watches both gates".to_owned());
    assert_eq!(winners(&decided(&case(window, vec![applied(1, "09:00")], Method::first_come()))), [(1, 1), (2, 1)]);
}

#[test]
fn who_already_has_work_then_or_is_barred_is_told_why_in_words() {
    let mut busy = applied(1, "09:00");
    busy.holds.push(Hold { shift: shift("2026-05-04 22:59", "2026-05-05 06:00"), what: "your night shift".to_owned() });
    let mut touching = applied(2, "09:00");
    touching
        .holds
        .push(Hold { shift: shift("2026-05-04 23:00", "2026-05-05 06:00"), what: "your night shift".to_owned() });
    let applicants = vec![busy, touching, barred(applied(3, "09:00"), None), present(4)];
    let award = decided(&case(window(1), applicants, Method::least_hours()));
    assert_eq!(winners(&award), [(1, 2)]);
    assert_eq!(
        told(&award, 1),
        "You were not ranked. You already have your night shift, 2026-05-04 22:59 to 2026-05-05 06:00."
    );
    assert_eq!(
        told(&award, 3),
        "You were not ranked. You have worked 20 h 15 m of 24 h this week; this detail adds 5 h."
    );
    assert_eq!(told(&award, 4), "You were not ranked. You did not apply.");
}

#[test]
fn a_case_that_makes_no_sense_is_refused_by_name() {
    let fault = |one: &Case| award(one, &seed()).unwrap_err();
    let good = case(window(2), vec![applied(1, "09:00"), applied(2, "09:00")], Method::lottery());
    let with = |change: &dyn Fn(&mut Case)| {
        let mut one = good.clone();
        change(&mut one);
        fault(&one)
    };
    assert_eq!(with(&|one| one.window.openings.clear()), CaseFault::NoOpening);
    assert_eq!(with(&|one| one.window.openings[1].position = position(1)), CaseFault::PositionTwice(position(1)));
    let never = Interval { start: at("2026-05-04 18:00"), end: at("2026-05-04 18:00") };
    assert_eq!(with(&|one| one.window.openings[0].shift = never), CaseFault::EmptyShift(position(1)));
    assert_eq!(with(&|one| one.applicants[1].officer = officer(1)), CaseFault::OfficerTwice(officer(1)));
    assert_eq!(with(&|one| one.window.closes = at("2026-05-01 08:59")), CaseFault::ClosesBeforeOpening);
    let twice = |one: &mut Case| one.standings.officers = vec![Standing::new(officer(1)), Standing::new(officer(1))];
    assert_eq!(with(&twice), CaseFault::StandingsOutOfOrder);
}

#[test]
fn methods_and_contracts_are_written_as_data() {
    let text = r#"
        name = "house rules"
        version = 4
        criteria = [{ by = "tier" }, { by = "charged", list = "double_time" }, { by = "charged" }, { by = "seniority" }]
        order_in = [{ by = "ordered_in" }, { by = "inverse_seniority" }]
    "#;
    let method: Method = toml::from_str(text).unwrap();
    assert_eq!(method.criteria[1..3], [on("double_time"), usual()]);
    assert_eq!(method.comparisons().last(), Some(&Criterion::Draw));
    assert!(toml::from_str::<Method>(&text.replace("tier", "height")).is_err());
    assert!(toml::from_str::<Method>(&text.replace("order_in", "order_out")).is_err());
    let contract: Contract = toml::from_str(
        r#"
        name = "local"
        version = 1
        charges = [{ id = "no-show", on = "no_show", sets = { percent = 200 } }, { id = "kept", on = "declined", when = { emergency = true }, sets = "nothing" }]
        resets = [{ every = "month" }]
        conduct = { no_shows = { rungs = [{ reprimand = true, restricted = { days = 30 } }] } }
    "#,
    )
    .unwrap();
    assert_eq!(contract.charges[0].sets, Sets::Percent(200));
    assert_eq!(contract.conduct.no_shows.unwrap().rungs[0].restricted, Term::days(30));
}
