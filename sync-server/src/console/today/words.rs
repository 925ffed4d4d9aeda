//! What the pages of the day say of a place: its state, the last punch, and where the search for somebody else stands.

use detailbook_core::geo::FenceState;
use detailbook_core::shift::FactKind;
use detailbook_core::staffing::{PlaceState, Urgency};
use detailbook_core::time::UnixMillis;

use crate::console::map::Mark;
use crate::console::visit::Visit;
use crate::scheduling::board::{LastPunch, Place};
use crate::scheduling::today::ReliefLine;
use crate::store::reliefs::SearchState;

/// The class by which the style sheet marks a state. The word stands beside it.
pub(super) const fn class(state: PlaceState) -> &'static str {
    match state.urgency() {
        Urgency::Act => "bad",
        Urgency::Look => "warn",
        Urgency::Good => "good",
        Urgency::Quiet => "quiet",
    }
}

/// The state as a sentence.
pub(super) fn sentence(place: &Place) -> String {
    match (place.state, &place.holder, &place.before) {
        (PlaceState::CalledOff, None, Some(before)) => format!("{} gave it up, and nobody has it.", before.name),
        (PlaceState::CalledOff, ..) => "The officer wishes to be relieved, and has it until then.".to_owned(),
        (PlaceState::Empty, ..) => "Nobody has it.".to_owned(),
        (PlaceState::Unworked, ..) => "It is over, and nobody had it.".to_owned(),
        (PlaceState::Outside | PlaceState::Uncertain, ..) => {
            place.verdict().map(|verdict| verdict.sentence.clone()).unwrap_or_default()
        }
        (_, Some(line), _) => line.sentence.clone(),
        _ => String::new(),
    }
}

/// The last punch and its fence verdict, in a few words.
pub(super) fn punch(visit: &Visit, punch: &LastPunch) -> String {
    let what = if punch.kind == FactKind::In { "in" } else { "out" };
    let verdict = match punch.verdict.as_ref().map(|verdict| verdict.state) {
        Some(FenceState::Inside) => ", inside the fence",
        Some(FenceState::Outside) => ", outside the fence",
        Some(FenceState::Uncertain) => ", place uncertain",
        None => "",
    };
    format!("{what} {}{verdict}", hour(visit, punch.at))
}

/// How a verdict is marked on a map.
pub(super) const fn mark(state: FenceState) -> Mark {
    match state {
        FenceState::Inside => Mark::Good,
        FenceState::Outside => Mark::Bad,
        FenceState::Uncertain => Mark::Warn,
    }
}

/// Where the search for somebody else stands.
pub(super) fn relief(line: &ReliefLine) -> &'static str {
    match (line.state, line.all_asked_at, line.asked) {
        (SearchState::Searching, Some(_), _) => "everybody is asked",
        (SearchState::Searching, None, 0) => "somebody is looked for",
        (SearchState::Searching, None, _) => "backups are asked",
        (SearchState::Found, ..) => "somebody was found",
        (SearchState::Over, ..) => "nobody is looked for any more",
    }
}

/// The clock's part of a time.
pub(super) fn hour(visit: &Visit, at: UnixMillis) -> String {
    let text = visit.time(at);
    text.split_once(' ').map_or(text.clone(), |(_, clock)| clock.to_owned())
}
