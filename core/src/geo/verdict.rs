//! Was the officer at the site? Inside, outside or, honestly, uncertain.

use serde::Serialize;

use super::{Fence, Fix, InvalidFence, Point};

/// A fix with a worse accuracy than this cannot say inside, in decimetres.
pub const COARSE_ACCURACY_DM: u32 = 1_000;
/// A fix older than this cannot say inside, in milliseconds.
pub const MAX_FIX_AGE_MS: u32 = 60_000;
/// How fast an officer may have travelled since an old fix, in decimetres a second (about 250 km/h).
pub const MAX_TRAVEL_DM_PER_S: u32 = 700;
/// Hundredths of the 68 % radius that make the 95 % radius of a circular Gaussian error.
const MARGIN_PERCENT: i64 = 162;

/// Where a punch was made, as far as its fixes can tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FenceState {
    /// Inside with 95 % confidence.
    Inside,
    /// Outside with 95 % confidence.
    Outside,
    /// The fixes cannot tell. No reproach: nobody chooses a bad fix.
    Uncertain,
}

/// Why a fix, or the lack of one, cannot say inside.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The phone had no fix.
    NoFix,
    /// The fence itself has no usable edge.
    UnusableFence,
    /// Its coordinates are no place on earth.
    NotOnEarth,
    /// The phone says that it was simulated.
    Mock,
    /// It came without an accuracy, or with one of zero.
    NoAccuracy,
    /// It is older than [`MAX_FIX_AGE_MS`].
    Stale,
    /// Its accuracy is worse than [`COARSE_ACCURACY_DM`].
    Coarse,
}

/// The verdict, with the numbers it rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FenceVerdict {
    /// Inside, outside or uncertain.
    pub state: FenceState,
    /// Which of the fixes decided, counted from 0.
    pub fix: Option<u32>,
    /// From that fix to the fence's edge in decimetres, inside positive.
    pub distance_dm: Option<i64>,
    /// That fix's 68 % radius, in decimetres.
    pub accuracy_dm: Option<u32>,
    /// That fix's age at the punch, in milliseconds.
    pub age_ms: Option<u32>,
    /// Why it could not say inside; empty for a fix in order.
    pub doubts: Vec<Doubt>,
    /// One of the fixes, not necessarily the one that decided, was simulated.
    pub mock_seen: bool,
    /// The verdict in words.
    pub sentence: String,
}

/// Was a punch with these fixes made inside the fence? The best fix decides: one in order before one in doubt, then the
/// most accurate, then the youngest, then the first.
///
/// A fix in doubt never says inside. It says outside only where the doubt itself leaves no other way: a coarse fix by its
/// own error, an old one when nobody could have driven from there since. A simulated fix and one without accuracy say nothing.
pub fn fence_verdict(fence: &Fence, fixes: &[Fix]) -> FenceVerdict {
    judge(fence, fence.validate(), fixes)
}

/// The verdict on each of many punches, as [`fence_verdict`] gives it; the fence itself is looked at once.
pub fn fence_verdicts<'a>(fence: &Fence, punches: impl IntoIterator<Item = &'a [Fix]>) -> Vec<FenceVerdict> {
    let validity = fence.validate();
    punches.into_iter().map(|fixes| judge(fence, validity, fixes)).collect()
}

fn judge(fence: &Fence, validity: Result<(), InvalidFence>, fixes: &[Fix]) -> FenceVerdict {
    let best = fixes.iter().enumerate().min_by_key(|(index, fix)| rank(fix, *index));
    let mut verdict = match (best, validity) {
        (None, _) => undecided(Doubt::NoFix, "Uncertain: the phone had no location.".to_owned()),
        (_, Err(why)) if !why.leaves_an_edge() => unusable(why),
        (Some((index, fix)), _) => by_fix(fence, index, fix),
    };
    verdict.mock_seen = fixes.iter().any(|fix| fix.mock);
    if verdict.mock_seen && !verdict.doubts.contains(&Doubt::Mock) {
        verdict.sentence.push_str(" Another fix of this punch was simulated.");
    }
    verdict
}

fn undecided(doubt: Doubt, sentence: String) -> FenceVerdict {
    FenceVerdict {
        state: FenceState::Uncertain,
        fix: None,
        distance_dm: None,
        accuracy_dm: None,
        age_ms: None,
        doubts: vec![doubt],
        mock_seen: false,
        sentence,
    }
}

fn unusable(why: InvalidFence) -> FenceVerdict {
    undecided(Doubt::UnusableFence, format!("Uncertain: the site's fence cannot be used, since {why}."))
}

fn by_fix(fence: &Fence, index: usize, fix: &Fix) -> FenceVerdict {
    let doubts = doubts(fix);
    let known = !doubts.contains(&Doubt::NotOnEarth);
    let distance_dm = known.then(|| fence.edge_distance_m(place(fix))).flatten().map(|m| (m * 10.0).round() as i64);
    let state = distance_dm.map_or(FenceState::Uncertain, |distance| decide(distance, fix, &doubts));
    let sentence = sentence(state, distance_dm, fix, &doubts);
    let (accuracy_dm, age_ms) = (fix.accuracy_dm, Some(fix.age_ms));
    FenceVerdict {
        state,
        fix: Some(index as u32),
        distance_dm,
        accuracy_dm,
        age_ms,
        doubts,
        mock_seen: fix.mock,
        sentence,
    }
}

fn decide(distance_dm: i64, fix: &Fix, doubts: &[Doubt]) -> FenceState {
    let silent = [Doubt::Mock, Doubt::NoAccuracy, Doubt::NotOnEarth];
    if doubts.iter().any(|doubt| silent.contains(doubt)) {
        return FenceState::Uncertain;
    }
    let distance = distance_dm.saturating_mul(100);
    let margin = MARGIN_PERCENT * i64::from(fix.accuracy_dm.unwrap_or_default());
    if doubts.is_empty() && distance >= margin {
        return FenceState::Inside;
    }
    if distance.saturating_add(margin).saturating_add(travelled_dm(fix) * 100) < 0 {
        return FenceState::Outside;
    }
    FenceState::Uncertain
}

/// How far the officer may be from an old fix by now, in decimetres; none for a fresh one.
fn travelled_dm(fix: &Fix) -> i64 {
    if fix.age_ms <= MAX_FIX_AGE_MS {
        return 0;
    }
    i64::from(fix.age_ms) * i64::from(MAX_TRAVEL_DM_PER_S) / 1_000
}

fn doubts(fix: &Fix) -> Vec<Doubt> {
    let accuracy = fix.accuracy_dm.unwrap_or_default();
    let all = [
        (Doubt::NotOnEarth, !place(fix).is_on_earth()),
        (Doubt::Mock, fix.mock),
        (Doubt::NoAccuracy, accuracy == 0),
        (Doubt::Stale, fix.age_ms > MAX_FIX_AGE_MS),
        (Doubt::Coarse, accuracy > COARSE_ACCURACY_DM),
    ];
    all.into_iter().filter_map(|(doubt, holds)| holds.then_some(doubt)).collect()
}

/// Lower is better.
fn rank(fix: &Fix, index: usize) -> (u8, u32, u32, usize) {
    let worst = doubts(fix).first().map_or(0, |doubt| match doubt {
        Doubt::Coarse => 1,
        Doubt::Stale => 2,
        Doubt::NoAccuracy => 3,
        Doubt::Mock => 4,
        Doubt::NotOnEarth | Doubt::NoFix | Doubt::UnusableFence => 5,
    });
    (worst, fix.accuracy_dm.unwrap_or(u32::MAX), fix.age_ms, index)
}

const fn place(fix: &Fix) -> Point {
    Point { latitude_e7: fix.latitude_e7, longitude_e7: fix.longitude_e7 }
}

fn sentence(state: FenceState, distance_dm: Option<i64>, fix: &Fix, doubts: &[Doubt]) -> String {
    let Some(distance) = distance_dm else {
        return "Uncertain: the phone's coordinates are no place on earth.".to_owned();
    };
    let side = if distance < 0 { "outside" } else { "inside" };
    let whole = metres(distance.unsigned_abs());
    let place = match fix.accuracy_dm.filter(|a| *a > 0) {
        Some(a) => format!("the fix is {whole} {side} the fence's edge, accurate to {}", metres(u64::from(a))),
        None => format!("the fix is {whole} {side} the fence's edge"),
    };
    let reasons: Vec<String> = doubts.iter().map(|doubt| reason(*doubt, fix)).collect();
    let but = if reasons.is_empty() { String::new() } else { format!("; it {}", reasons.join(" and ")) };
    match state {
        FenceState::Inside => format!("Inside: {place}."),
        FenceState::Outside if doubts.is_empty() => format!("Outside: {place}."),
        FenceState::Outside => format!("Outside: {place}{but}, but is too far away for that to matter."),
        FenceState::Uncertain if doubts.is_empty() => format!("Uncertain: {place}, so it may be either side."),
        FenceState::Uncertain => format!("Uncertain: {place}{but}."),
    }
}

fn reason(doubt: Doubt, fix: &Fix) -> String {
    match doubt {
        Doubt::Mock => "was simulated".to_owned(),
        Doubt::NoAccuracy => "came without an accuracy".to_owned(),
        Doubt::Stale => format!("was {} s old", fix.age_ms / 1_000),
        Doubt::Coarse => "is too coarse to tell".to_owned(),
        Doubt::NotOnEarth => "is no place on earth".to_owned(),
        Doubt::NoFix | Doubt::UnusableFence => "could not be used".to_owned(),
    }
}

/// Metres for people: whole ones, tenths below ten.
fn metres(dm: u64) -> String {
    if dm < 100 { format!("{}.{} m", dm / 10, dm % 10) } else { format!("{} m", (dm + 5) / 10) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geo::Provider;

    const CENTER: Point = Point { latitude_e7: 423_600_000, longitude_e7: -710_600_000 };

    fn fence() -> Fence {
        Fence::default_around(CENTER)
    }

    /// A fresh fix `north_m` metres north of the centre (111.08 km a degree there).
    fn fix(north_m: i32, accuracy_m: u32) -> Fix {
        Fix {
            latitude_e7: CENTER.latitude_e7 + (f64::from(north_m) * 90.03).round() as i32,
            longitude_e7: CENTER.longitude_e7,
            accuracy_dm: Some(accuracy_m * 10),
            age_ms: 2_000,
            provider: Provider::Gps,
            mock: false,
        }
    }

    fn judged(fixes: &[Fix]) -> FenceVerdict {
        fence_verdict(&fence(), fixes)
    }

    #[test]
    fn the_margin_is_the_95_percent_radius_either_way() {
        // 1.62 x 20 m is 32.4 m.
        for (north, want) in [
            (0, FenceState::Inside),
            (117, FenceState::Inside),
            (118, FenceState::Uncertain),
            (150, FenceState::Uncertain),
            (182, FenceState::Uncertain),
            (183, FenceState::Outside),
            (5_000, FenceState::Outside),
        ] {
            assert_eq!(judged(&[fix(north, 20)]).state, want, "{north} m from the centre");
        }
    }

    #[test]
    fn the_bounds_themselves_are_inside_and_uncertain() {
        let exact = Fix { accuracy_dm: Some(100), ..fix(0, 0) };
        assert_eq!(decide(162, &exact, &[]), FenceState::Inside);
        assert_eq!(decide(161, &exact, &[]), FenceState::Uncertain);
        assert_eq!(decide(-162, &exact, &[]), FenceState::Uncertain);
        assert_eq!(decide(-163, &exact, &[]), FenceState::Outside);
    }

    #[test]
    fn without_a_fix_or_an_accuracy_nothing_is_certain() {
        assert_eq!(judged(&[]).doubts, [Doubt::NoFix]);
        for accuracy_dm in [None, Some(0)] {
            for north in [0, 50_000] {
                let verdict = judged(&[Fix { accuracy_dm, ..fix(north, 0) }]);
                assert_eq!((verdict.state, verdict.doubts), (FenceState::Uncertain, vec![Doubt::NoAccuracy]));
            }
        }
    }

    #[test]
    fn a_coarse_fix_never_says_inside_and_says_outside_only_beyond_its_own_error() {
        let wide = Fence::Circle { center: CENTER, radius_m: 20_000 };
        assert_eq!(fence_verdict(&wide, &[fix(0, 100)]).state, FenceState::Inside);
        assert_eq!(fence_verdict(&wide, &[fix(0, 101)]).state, FenceState::Uncertain);
        assert_eq!(judged(&[fix(900, 500)]).state, FenceState::Uncertain);
        let far = judged(&[fix(1_000, 500)]);
        assert_eq!((far.state, far.doubts), (FenceState::Outside, vec![Doubt::Coarse]));
    }

    #[test]
    fn an_old_fix_never_says_inside_and_says_outside_only_where_nobody_could_have_come_from() {
        let aged = |north, age_ms| judged(&[Fix { age_ms, ..fix(north, 10) }]);
        assert_eq!(aged(0, 60_000).state, FenceState::Inside);
        assert_eq!(aged(0, 60_001).state, FenceState::Uncertain);
        assert_eq!(aged(3_000, 60_000).state, FenceState::Outside);
        assert_eq!(aged(3_000, 60_001).state, FenceState::Uncertain);
        assert_eq!(aged(60_000, 600_000).state, FenceState::Outside);
        assert_eq!(aged(60_000, u32::MAX).state, FenceState::Uncertain);
    }

    #[test]
    fn a_simulated_fix_proves_nothing_either_way_and_is_told() {
        for north in [0, 50_000] {
            let verdict = judged(&[Fix { mock: true, ..fix(north, 5) }]);
            assert_eq!(verdict.state, FenceState::Uncertain);
            assert!(verdict.mock_seen && verdict.sentence.contains("simulated"));
        }
    }

    #[test]
    fn the_best_fix_decides_and_is_named() {
        let mock = Fix { mock: true, ..fix(0, 3) };
        let old = Fix { age_ms: 90_000, ..fix(0, 3) };
        let verdict = judged(&[mock, old, fix(0, 150), fix(400, 30), fix(10, 12), fix(300, 12)]);
        assert_eq!((verdict.fix, verdict.state, verdict.accuracy_dm), (Some(4), FenceState::Inside, Some(120)));
        assert!(verdict.mock_seen && verdict.sentence.ends_with("Another fix of this punch was simulated."));
        assert_eq!(judged(&[old, fix(0, 150)]).fix, Some(1));
        let younger = Fix { age_ms: 500, ..fix(300, 12) };
        assert_eq!(judged(&[fix(10, 12), younger]).fix, Some(1));
    }

    #[test]
    fn the_verdict_names_its_numbers_in_a_sentence() {
        let verdict = judged(&[fix(100, 20)]);
        assert_eq!(verdict.distance_dm, Some(500));
        assert_eq!(verdict.sentence, "Inside: the fix is 50 m inside the fence's edge, accurate to 20 m.");
        let outside = judged(&[fix(250, 20)]).sentence;
        assert_eq!(outside, "Outside: the fix is 100 m outside the fence's edge, accurate to 20 m.");
        let old = judged(&[Fix { age_ms: 75_000, ..fix(0, 20) }]).sentence;
        assert_eq!(old, "Uncertain: the fix is 150 m inside the fence's edge, accurate to 20 m; it was 75 s old.");
    }

    #[test]
    fn many_punches_are_judged_as_each_alone() {
        let punches = [vec![fix(0, 20)], vec![], vec![fix(900, 20), fix(0, 10)]];
        for fence in [fence(), Fence::Polygon { rings: vec![] }] {
            let each: Vec<_> = punches.iter().map(|fixes| fence_verdict(&fence, fixes)).collect();
            assert_eq!(fence_verdicts(&fence, punches.iter().map(Vec::as_slice)), each);
        }
    }

    #[test]
    fn coordinates_that_are_no_place_say_nothing() {
        let nowhere = Fix { latitude_e7: 910_000_000, ..fix(0, 5) };
        let verdict = judged(&[nowhere]);
        assert_eq!((verdict.state, verdict.doubts), (FenceState::Uncertain, vec![Doubt::NotOnEarth]));
        assert_eq!(judged(&[nowhere, fix(0, 90)]).fix, Some(1));
    }

    #[test]
    fn a_fence_that_is_none_makes_everything_uncertain_but_a_small_circle_still_is_one() {
        let line = Fence::Polygon { rings: vec![vec![CENTER, CENTER]] };
        let verdict = fence_verdict(&line, &[fix(0, 5)]);
        assert_eq!((verdict.state, verdict.doubts), (FenceState::Uncertain, vec![Doubt::UnusableFence]));
        let small = Fence::Circle { center: CENTER, radius_m: 50 };
        assert_eq!(fence_verdict(&small, &[fix(0, 5)]).state, FenceState::Inside);
    }

    fn fixes() -> impl Strategy<Value = Vec<Fix>> {
        let fix =
            (any::<i32>(), any::<i32>(), prop::option::of(any::<u32>()), any::<u32>(), any::<u8>(), any::<bool>());
        let fix = fix.prop_map(|(latitude_e7, longitude_e7, accuracy_dm, age_ms, provider, mock)| Fix {
            latitude_e7,
            longitude_e7,
            accuracy_dm,
            age_ms,
            provider: Provider::Other(provider),
            mock,
        });
        prop::collection::vec(fix, 0..6)
    }

    proptest! {
        #[test]
        fn no_fixes_panic(fixes in fixes(), radius_m: u32, latitude_e7: i32, longitude_e7: i32) {
            let center = Point { latitude_e7, longitude_e7 };
            let verdict = fence_verdict(&Fence::Circle { center, radius_m }, &fixes);
            prop_assert!(verdict.sentence.ends_with('.'));
        }

        #[test]
        fn worse_accuracy_never_makes_a_verdict_firmer(north in -500..500i32, accuracy in 1..100u32, worse in 1..400u32) {
            let (sharp, blunt) = (judged(&[fix(north, accuracy)]).state, judged(&[fix(north, accuracy + worse)]).state);
            prop_assert!(blunt == sharp || blunt == FenceState::Uncertain);
        }

        #[test]
        fn inside_is_only_said_of_a_fix_in_order(fixes in fixes(), north in -200..200i32, accuracy in 0..150u32) {
            let all: Vec<Fix> = fixes.into_iter().chain([fix(north, accuracy)]).collect();
            let verdict = judged(&all);
            if verdict.state == FenceState::Inside {
                let best = all[verdict.fix.unwrap() as usize];
                prop_assert!(!best.mock && best.age_ms <= 60_000 && best.accuracy_dm.is_some_and(|a| (1..=1_000).contains(&a)));
            }
        }
    }
}
