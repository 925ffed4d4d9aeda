//! An explanation in words, for the officer it is about. Nobody else is named in it.

use super::outcome::{Beside, Comparison, Explanation, How, Reason, Winner};
use super::{Case, Choice, Compared, Criterion, Figure, Window};
use crate::time::{Interval, UnixMillis, Zone};

/// The explanation in words. `backup` is the officer's place among the backups.
pub(super) fn sentence(explanation: &Explanation, backup: u32, case: &Case) -> String {
    let mut words: Vec<String> = explanation.won.iter().map(|winner| won(winner, explanation, case)).collect();
    match explanation.rank {
        Some(rank) => {
            if explanation.won.is_empty() {
                words.push(format!("You are backup {backup}."));
            }
            words.push(ranked(rank, explanation, case));
            words.extend(decisive(explanation).map(|one| compared(one, case)));
            words.extend(left_out(explanation).map(|reason| why(reason, &case.window)));
        }
        None if explanation.won.is_empty() => {
            words.push("You were not ranked.".to_owned());
            words.extend(explanation.excluded.iter().map(|reason| why(reason, &case.window)));
        }
        None => {}
    }
    words.join(" ")
}

fn won(winner: &Winner, explanation: &Explanation, case: &Case) -> String {
    let Some(opening) = case.window.openings.iter().find(|opening| opening.position == winner.position) else {
        return String::new();
    };
    let what = format!("{}, {}", opening.name, stretch(opening.shift, case.window.zone));
    let choice = |choice: &&Choice| choice.position == winner.position;
    match winner.how {
        How::Ranked => format!("You have {what}."),
        How::Standing => format!("You have {what}: it is your standing assignment."),
        How::Chosen => case.window.choices.iter().find(choice).map_or_else(String::new, |choice| {
            format!("You have {what}: {} chose you. The reason given: {}", choice.by, stopped(&choice.reason))
        }),
        How::Ordered => {
            let figures = explanation.order_in.iter().filter(|one| one.criterion != Criterion::Draw);
            let figures: Vec<String> = figures.map(|one| figure(&one.criterion, one.figure, case)).collect();
            format!(
                "You are ordered in to {what}: no volunteer was left, and you come first with {}.",
                figures.join(", ")
            )
        }
    }
}

fn ranked(rank: u32, explanation: &Explanation, case: &Case) -> String {
    let first = explanation.compared.iter().find(|one| tells(&one.criterion, case));
    let with = first.map_or_else(String::new, |one| format!(", with {}", figure(&one.criterion, one.figure, case)));
    format!("You ranked {rank} of {} by {}{with}.", explanation.of, case.method.citation())
}

/// The comparison that says most: with the last winner for who did not win, else with the next.
fn decisive(explanation: &Explanation) -> Option<&Comparison> {
    let find = |beside| explanation.comparisons.iter().find(|one| one.beside == beside);
    if explanation.won.is_empty() { find(Beside::LastWinner) } else { find(Beside::After) }
}

fn compared(one: &Comparison, case: &Case) -> String {
    let who = match one.beside {
        Beside::Before => "The officer before you",
        Beside::After => "The next officer",
        Beside::LastWinner => "The last officer to win what you wanted",
    };
    let Some(criterion) = &one.decided else {
        return format!("{who} was equal in everything, the draw included.");
    };
    let theirs = figure(criterion, one.theirs, case);
    let equal: Vec<String> = one.equal.iter().filter(|criterion| tells(criterion, case)).map(name).collect();
    if equal.is_empty() {
        return format!("{who} had {theirs}.");
    }
    let own = figure(criterion, one.own, case);
    let side = if criterion.compare(one.own, one.theirs).is_lt() { "ahead" } else { "behind" };
    format!("{who} was equal in {}; you were {side} with {own} against {theirs}.", equal.join(", "))
}

/// Does a criterion tell anybody apart in this window?
fn tells(criterion: &Criterion, case: &Case) -> bool {
    *criterion != Criterion::Tier || !case.window.tiers.is_empty()
}

/// Why somebody ranked was passed over, where it was not for their rank.
fn left_out(explanation: &Explanation) -> Option<&Reason> {
    let passed = |reason: &&Reason| matches!(reason, Reason::NeededElsewhere | Reason::NotChosen);
    explanation.missed.iter().map(|missed| &missed.reason).find(passed)
}

/// A reason as a sentence.
pub(super) fn why(reason: &Reason, window: &Window) -> String {
    let name = |position| window.opening(position).map_or("another position", |n| &window.openings[n].name);
    match reason {
        Reason::Barred { sentence, .. } => stopped(sentence),
        Reason::Holds { what, shift } => format!("You already have {what}, {}.", stretch(*shift, window.zone)),
        Reason::WonAnother { position } => format!("You won {} at that time.", name(*position)),
        Reason::AtLimit { awards: 1 } => "An officer gets one position in this window.".to_owned(),
        Reason::AtLimit { awards } => format!("An officer gets {awards} positions in this window."),
        Reason::DidNotApply => "You did not apply.".to_owned(),
        Reason::TooLate { received } => format!(
            "Your application came at {}; the window had closed at {}.",
            moment(*received, window.zone),
            moment(window.closes, window.zone)
        ),
        Reason::NoTier => "The window opens to none of your groups.".to_owned(),
        Reason::NotWanted => "You did not ask for any of the positions.".to_owned(),
        Reason::Taken { how: How::Ranked, .. } => "An officer ranked before you has it.".to_owned(),
        Reason::Taken { how: How::Standing, .. } => "It is another officer's standing assignment.".to_owned(),
        Reason::Taken { how: How::Chosen, .. } => "Another officer was chosen for it.".to_owned(),
        Reason::Taken { how: How::Ordered, .. } => "Another officer was ordered in to it.".to_owned(),
        Reason::NeededElsewhere => "You were kept for a supervisor position that would have stayed empty.".to_owned(),
        Reason::NotChosen => "A person chooses here, and chose nobody or somebody else.".to_owned(),
    }
}

impl Compared {
    /// What was compared and what the officer brought to it, for a table.
    pub fn told(&self, case: &Case) -> (String, String) {
        (name(&self.criterion), figure(&self.criterion, self.figure, case))
    }
}

/// What a criterion is called.
fn name(criterion: &Criterion) -> String {
    match criterion {
        Criterion::Tier => "tier".to_owned(),
        Criterion::OwnAgency => "agency".to_owned(),
        Criterion::FirstCome => "time of application".to_owned(),
        Criterion::Seniority | Criterion::InverseSeniority => "seniority".to_owned(),
        Criterion::Service => "length of service".to_owned(),
        Criterion::Charged { list } => format!("hours charged{}", on(list)),
        Criterion::Jobs { list } => format!("jobs{}", on(list)),
        Criterion::Points => "points".to_owned(),
        Criterion::Rotation => "place on the rotating list".to_owned(),
        Criterion::OrderedIn => "times ordered in".to_owned(),
        Criterion::LongestSinceContact | Criterion::LastContacted => "last contact".to_owned(),
        Criterion::LongestSinceAward => "last award".to_owned(),
        Criterion::Draw => "draw".to_owned(),
    }
}

/// What an officer brought to a criterion, as something that they have.
fn figure(criterion: &Criterion, figure: Figure, case: &Case) -> String {
    let zone = case.window.zone;
    let tier = |number: i64| usize::try_from(number).ok().and_then(|n| case.window.tiers.get(n));
    match (criterion, figure) {
        (_, Figure::Unknown) => format!("no known {}", name(criterion)),
        (Criterion::Tier, Figure::Number(number)) => {
            tier(number).map_or_else(|| "tier 1".to_owned(), |tier| format!("tier {}", tier.name))
        }
        (Criterion::OwnAgency, Figure::Number(0)) => "a place in this agency".to_owned(),
        (Criterion::OwnAgency, Figure::Number(_)) => "a place in another agency".to_owned(),
        (Criterion::Charged { list }, Figure::Number(minutes)) => format!("{} charged{}", hours(minutes), on(list)),
        (Criterion::Jobs { list }, Figure::Number(1)) => format!("1 job{}", on(list)),
        (Criterion::Jobs { list }, Figure::Number(jobs)) => format!("{jobs} jobs{}", on(list)),
        (Criterion::Points, Figure::Number(points)) => format!("{points} points"),
        (Criterion::Rotation, Figure::Number(place)) => format!("place {place} on the rotating list"),
        (Criterion::OrderedIn, Figure::Number(1)) => "1 order in".to_owned(),
        (Criterion::OrderedIn, Figure::Number(times)) => format!("{times} orders in"),
        (_, Figure::Number(number)) => format!("{} number {number}", name(criterion)),
        (Criterion::FirstCome, Figure::At(at)) => format!("an application counted from {}", moment(at, zone)),
        (Criterion::Service, Figure::At(at)) => format!("service since {}", zone.local(at).date()),
        (_, Figure::At(at)) => format!("a {} on {}", name(criterion), zone.clock_text(at)),
        (_, Figure::Never) => format!("no {} yet", name(criterion)),
        (_, Figure::Draw(draw)) => format!("draw {draw:016x}"),
    }
}

fn on(list: &str) -> String {
    if list.is_empty() { String::new() } else { format!(" on the list {list}") }
}

/// Minutes as `14 h 30 m`.
pub(super) fn hours(minutes: i64) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{} h {:02} m", minutes / 60, minutes % 60)
}

fn stretch(shift: Interval, zone: Zone) -> String {
    format!("{} to {}", zone.clock_text(shift.start), zone.clock_text(shift.end))
}

fn moment(at: UnixMillis, zone: Zone) -> String {
    zone.local(at).format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// With a full stop at its end.
fn stopped(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
