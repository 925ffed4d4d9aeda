//! What is wrong with a rule set, rule by rule.

use std::collections::BTreeSet;
use std::fmt;

use super::window::MAX_WINDOWS;
use super::{
    Approved, Barred, Check, Count, Documents, GoodFor, Hours, Lasts, Lead, LeaveRaises, Lockout, Measure, Raised,
    Rest, RuleDraft, RuleSetDraft, Severity, Staffing, Stage, Step, Stream, When, Window,
};
use crate::pricing::Minutes;

/// Minutes of a day.
const DAY: Minutes = Minutes(1_440);
/// Minutes of the day on which the clocks are set forward: a detail no longer than this touches at most two days.
const SHORTEST_DAY: Minutes = Minutes(1_380);

/// Nothing that an agency writes down reaches further.
const MOST_DAYS: u32 = 36_500;
/// The same in months.
const MOST_MONTHS: u32 = 1_200;
const TOO_FAR: &str = "is more than a hundred years";

/// One thing wrong with a rule set: in which rule, at which field, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleFault {
    /// The rule's place in the set, counted from 0, and its id; absent for what concerns the whole set.
    pub rule: Option<(usize, String)>,
    /// The field's path within the rule or the set, such as `hours.raised.limit`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((index, id)) = &self.rule {
            write!(f, "rule {} ({id}), ", index + 1)?;
        }
        write!(f, "{}: {}", self.field, self.problem)
    }
}

/// Everything wrong with a rule set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleSetFaults(pub Vec<RuleFault>);

impl fmt::Display for RuleSetFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&faults.join("; "))
    }
}

impl std::error::Error for RuleSetFaults {}

impl RuleSetFaults {
    /// What is wrong with `draft`, or `None`.
    pub fn of(draft: &RuleSetDraft) -> Option<Self> {
        let mut faults = Vec::new();
        header(draft, &mut faults);
        let mut seen = BTreeSet::new();
        for (index, rule) in draft.rules.iter().enumerate() {
            let mut found = Faults { rule: (index, rule.id.clone()), found: &mut faults };
            found.when(!seen.insert(&rule.id), "id", "appears twice");
            head(draft, rule, &mut found);
            applies(draft, &rule.when, &mut found);
            kind(draft, rule, &mut found);
        }
        contradictions(draft, &mut faults);
        (!faults.is_empty()).then_some(Self(faults))
    }
}

/// Gathers what is wrong with one rule.
struct Faults<'a> {
    rule: (usize, String),
    found: &'a mut Vec<RuleFault>,
}

impl Faults<'_> {
    fn add(&mut self, field: &str, problem: impl Into<String>) {
        self.found.push(RuleFault { rule: Some(self.rule.clone()), field: field.to_owned(), problem: problem.into() });
    }

    fn when(&mut self, wrong: bool, field: &str, problem: &str) {
        if wrong {
            self.add(field, problem);
        }
    }

    fn rank(&mut self, draft: &RuleSetDraft, rank: &str, field: &str) {
        if !draft.ranks.iter().any(|known| known == rank) {
            self.add(field, format!("`{rank}` is not one of the set's ranks"));
        }
    }
}

fn header(draft: &RuleSetDraft, faults: &mut Vec<RuleFault>) {
    let twice = |names: Vec<&String>| names.len() != names.iter().collect::<BTreeSet<_>>().len();
    let feeds: Vec<_> = draft.freshness.iter().map(|limit| limit.feed).collect();
    let wrong = [
        (draft.name.trim().is_empty(), "name", "is empty"),
        (draft.version == 0, "version", "the first version is 1"),
        (
            draft.effective_until.is_some_and(|last| last < draft.effective_from),
            "effective_until",
            "is before effective_from",
        ),
        (draft.zone.zone().is_none(), "zone", "is not a time zone that is known"),
        (draft.day_starts >= DAY, "day_starts", "is not a time of the clock"),
        (twice(draft.ranks.iter().collect()), "ranks", "a rank appears twice"),
        (twice(draft.areas.iter().map(|area| &area.name).collect()), "area", "an area appears twice"),
        (feeds.len() != feeds.iter().collect::<BTreeSet<_>>().len(), "freshness", "a feed appears twice"),
        (draft.rules.is_empty(), "rule", "no rules: add a [[rule]]"),
    ];
    let told = wrong.into_iter().filter(|(wrong, ..)| *wrong);
    faults.extend(told.map(|(_, field, problem)| RuleFault {
        rule: None,
        field: field.into(),
        problem: problem.into(),
    }));
    for area in &draft.areas {
        if let Err(why) = area.fence.validate() {
            faults.push(RuleFault { rule: None, field: format!("area.{}", area.name), problem: why.to_string() });
        }
    }
}

fn head(draft: &RuleSetDraft, rule: &RuleDraft, faults: &mut Faults<'_>) {
    faults.when(rule.id.trim().is_empty(), "id", "is empty");
    faults.when(rule.title.trim().is_empty(), "title", "is empty");
    faults.when(rule.severity.is_empty(), "severity", "the rule is asked at no stage");
    let backwards = rule.from.zip(rule.until).is_some_and(|(from, until)| until < from);
    faults.when(backwards, "until", "is before from");
    let ended = rule.until.is_some_and(|until| until < draft.effective_from);
    faults.when(ended, "until", "is before the set is in force");
    let late = rule.from.zip(draft.effective_until).is_some_and(|(from, last)| from > last);
    faults.when(late, "from", "is after the set has ended");
    let nameless = rule.overriding.as_ref().is_some_and(|terms| terms.right.trim().is_empty());
    faults.when(nameless, "override.right", "is empty");
    if let Some(newer) = &rule.newer {
        faults.add("newer", format!("`{newer}` is a kind that this version does not know"));
        return;
    }
    match rule.kinds().as_slice() {
        [] => faults.add("kind", "the rule asks nothing: add a table of one kind, such as [rule.hours]"),
        [_] => {}
        several => faults.add("kind", format!("one rule asks one thing; this has {}", several.join(" and "))),
    }
}

fn applies(draft: &RuleSetDraft, when: &When, faults: &mut Faults<'_>) {
    if let Some(rank) = &when.rank_from {
        faults.rank(draft, rank, "when.rank_from");
    }
    for (area, field) in [(&when.inside, "when.inside"), (&when.outside, "when.outside")] {
        if let Some(name) = area.as_ref().filter(|name| draft.areas.iter().all(|area| area.name != **name)) {
            faults.add(field, format!("`{name}` is not one of the set's areas"));
        }
    }
    let same = when.inside.is_some() && when.inside == when.outside;
    faults.when(same, "when.outside", "is the area of when.inside, so it never applies");
    let no_clock = when.in_hours.is_some_and(|hours| hours.from >= DAY || hours.until >= DAY);
    faults.when(no_clock, "when.in_hours", "is not a time of the clock");
    let dry = when.alcohol == Some(false) && when.alcohol_percent.is_some_and(|percent| percent > 0);
    faults.when(dry, "when.alcohol_percent", "without alcohol there is no part of it, so it never applies");
    faults.when(when.alcohol_percent.is_some_and(|percent| percent > 100), "when.alcohol_percent", "is more than 100");
    for (some, none, field) in
        [(&when.classes, &when.not_classes, "when.classes"), (&when.sites_text(), &None, "when.sites")]
    {
        let (Some(some), none) = (some, none.as_deref().unwrap_or_default()) else { continue };
        faults.when(some.iter().all(|one| none.contains(one)), field, "nothing is left of it, so it never applies");
    }
}

impl When {
    fn sites_text(&self) -> Option<Vec<String>> {
        let without = |site: &&crate::ids::SiteId| !self.not_sites.as_deref().unwrap_or_default().contains(site);
        self.sites.as_ref().map(|sites| sites.iter().filter(without).map(ToString::to_string).collect())
    }
}

fn kind(draft: &RuleSetDraft, rule: &RuleDraft, faults: &mut Faults<'_>) {
    let Some(check) = rule.check() else { return };
    match &check {
        Check::Hours(hours) => hours_faults(hours, faults),
        Check::Rest(rest) => rest_faults(rest, faults),
        Check::Barred(barred) => barred_faults(barred, faults),
        Check::Approved(approved) => approved_faults(approved, faults),
        Check::Forbidden(_) => {
            faults.when(rule.when.is_empty(), "when", "a rule that forbids must say what; this forbids every detail");
        }
        Check::DaysInARow(days) => {
            faults.when(days.counts.is_empty(), "days_in_a_row.counts", "counts nothing");
            faults.when(days.at_most == 0, "days_in_a_row.at_most", "no detail could ever be worked");
        }
        Check::ShortJob(short) => faults.when(short.counts.is_empty(), "short_job.counts", "counts nothing"),
        Check::Documents(documents) => documents_faults(documents, faults),
        Check::Staffing(staffing) => staffing_faults(draft, staffing, faults),
        Check::Command(command) => {
            command.beside_same_rank.iter().for_each(|rank| faults.rank(draft, rank, "command.beside_same_rank"));
            let nothing = *command == super::Command::default();
            faults.when(nothing, "command", "bars nothing");
        }
        Check::Count(count) => count_faults(count, faults),
        Check::Required(required) => faults.when(required.events.is_empty(), "required.events", "asks for nothing"),
        Check::Lockout(lockout) => lockout_faults(lockout, faults),
        Check::Notice(notice) => {
            let nothing = notice.at_least.is_none() && notice.replacement.is_none();
            faults.when(nothing, "notice", "asks for nothing");
            faults.when(is_too_far(notice.at_least), "notice.at_least", TOO_FAR);
        }
        Check::Consequence(consequence) => {
            faults.when(consequence.after.is_empty(), "consequence.after", "names no event");
        }
    }
}

fn barred_faults(barred: &Barred, faults: &mut Faults<'_>) {
    let empty = barred.none_of.is_empty() && barred.one_of.is_empty();
    faults.when(empty, "status", "names no status");
    let both = barred.one_of.iter().any(|code| barred.none_of.contains(code));
    faults.when(both, "status.one_of", "asks for a status that none_of bars");
}

fn approved_faults(approved: &Approved, faults: &mut Faults<'_>) {
    faults.when(approved.kind.trim().is_empty(), "approval.kind", "is empty");
    let too_far = match approved.good_for {
        Some(GoodFor::Days(days)) => days > MOST_DAYS,
        Some(GoodFor::Months(months)) => months > MOST_MONTHS,
        Some(GoodFor::Year) | None => false,
    };
    faults.when(too_far, "approval.good_for", TOO_FAR);
}

fn documents_faults(documents: &Documents, faults: &mut Faults<'_>) {
    let nothing = documents.needs.is_empty() && documents.as_posted != Some(true);
    faults.when(nothing, "documents.needs", "asks for nothing");
    let renewed = documents.renewed_every_months.is_some_and(|months| months > MOST_MONTHS);
    faults.when(renewed, "documents.renewed_every_months", TOO_FAR);
}

fn is_too_far(lead: Option<Lead>) -> bool {
    matches!(lead, Some(Lead::Days(days)) if days > MOST_DAYS)
}

fn window_faults(window: Window, field: &str, faults: &mut Faults<'_>) {
    match window {
        Window::Rolling(Minutes(0)) => faults.add(field, "is no time at all"),
        Window::DayFrom(from) if from >= DAY => faults.add(field, "is not a time of the clock"),
        Window::Cycle { days: 0, .. } => faults.add(field, "has no days"),
        _ => {}
    }
}

fn hours_faults(hours: &Hours, faults: &mut Faults<'_>) {
    faults.when(hours.counts.is_empty(), "hours.counts", "counts nothing");
    window_faults(hours.window, "hours.window", faults);
    let daily = matches!(hours.window, Window::Day | Window::DayFrom(_));
    faults.when(hours.on_days.is_some() && !daily, "hours.on_days", "only a window of one day has a kind of day");
    let width = matches!(hours.window, Window::Rolling(width) if hours.limit > width);
    faults.when(width, "hours.limit", "is longer than the window, so it limits nothing");
    let short = hours.at_least.is_some() && hours.window != Window::Job;
    faults.when(short, "hours.at_least", "only the window `job` has a least length");
    faults.when(hours.at_least.is_some_and(|least| least > hours.limit), "hours.at_least", "is more than the limit");
    let raised_to = match &hours.leave {
        Some(LeaveRaises::Days { limit, .. }) => Some(*limit),
        Some(LeaveRaises::HourForHour { up_to, .. }) => Some(*up_to),
        None => None,
    };
    faults.when(raised_to.is_some_and(|to| to <= hours.limit), "hours.leave", "raises the limit to no more than it is");
    if let Some(raised) = &hours.raised {
        raised_faults(hours, raised, faults);
    }
}

fn raised_faults(hours: &Hours, raised: &Raised, faults: &mut Faults<'_>) {
    faults.when(raised.limit <= hours.limit, "hours.raised.limit", "is no more than the limit");
    faults.when(raised.approval.trim().is_empty(), "hours.raised.approval", "is empty");
    faults.when(raised.times.is_some() != raised.per.is_some(), "hours.raised.per", "times and per belong together");
    let rolling = |window| matches!(window, Window::Rolling(_) | Window::Job);
    let uncountable = raised.times.is_some() && (rolling(hours.window) || raised.per.is_some_and(rolling));
    faults.when(uncountable, "hours.raised.times", "only fixed windows of a fixed period can be counted");
    if let Some(per) = raised.per {
        window_faults(per, "hours.raised.per", faults);
        let windows = days_of(per).zip(days_of(hours.window)).map(|(per, one)| per / one.max(1));
        let many = windows.is_some_and(|windows| usize::from(windows) >= MAX_WINDOWS);
        faults.when(many, "hours.raised.per", "has more than 400 windows, which are not counted");
    }
}

/// How many days a fixed window has at least.
const fn days_of(window: Window) -> Option<u16> {
    match window {
        Window::Day | Window::DayFrom(_) => Some(1),
        Window::Week | Window::WeekFrom(_) => Some(7),
        Window::Month => Some(28),
        Window::Year => Some(365),
        Window::Cycle { days, .. } => Some(days),
        Window::Rolling(_) | Window::Job => None,
    }
}

fn rest_faults(rest: &Rest, faults: &mut Faults<'_>) {
    faults.when(rest.counts.is_empty(), "rest.counts", "counts nothing");
    let no_rest = rest.after_stretch.is_some() && rest.at_least == Minutes(0);
    faults.when(no_rest, "rest.at_least", "asks for no rest after the stretch");
    let joined = rest.after_stretch.is_some() && rest.joined_by >= rest.at_least && rest.at_least > Minutes(0);
    faults.when(joined, "rest.joined_by", "is no shorter than the rest, so no rest is ever too short");
    let both = rest.at_least > Minutes(0) && rest.overlap_up_to > Minutes(0);
    faults.when(both, "rest.overlap_up_to", "rest is asked for, so no overlap can be let go");
    let stretch_only = rest.on_days.is_some() && rest.after_stretch.is_none();
    faults.when(stretch_only, "rest.on_days", "is about the stretch before; say after_stretch");
    faults.when(rest.travel.is_some_and(|travel| travel.km_per_hour == 0), "rest.travel.km_per_hour", "is no speed");
}

fn staffing_faults(draft: &RuleSetDraft, staffing: &Staffing, faults: &mut Faults<'_>) {
    faults.when(*staffing == Staffing::default(), "staffing", "asks for nothing");
    faults.when(staffing.one_per_attendees == Some(0), "staffing.one_per_attendees", "is nobody");
    for (index, level) in staffing.levels.iter().enumerate() {
        faults.rank(draft, &level.rank, "staffing.level.rank");
        for rank in level.substitutes.iter().flatten() {
            faults.rank(draft, rank, "staffing.level.substitutes");
        }
        faults.when(level.one_per == Some(0), "staffing.level.one_per", "is nobody");
        let below = |of: &String| staffing.levels[..index].iter().any(|lower| lower.rank == *of);
        let astray = level.of.as_ref().is_some_and(|of| !below(of));
        faults.when(astray, "staffing.level.of", "is not the rank of a level before it");
    }
    let at = |rank: &String| draft.ranks.iter().position(|known| known == rank);
    let falls = staffing.levels.windows(2).any(|pair| at(&pair[0].rank) >= at(&pair[1].rank));
    faults.when(falls, "staffing.level", "levels stand from the lowest rank up");
}

fn count_faults(count: &Count, faults: &mut Faults<'_>) {
    faults.when(count.events.is_empty(), "count.events", "counts nothing");
    window_faults(count.window, "count.window", faults);
    let never = count.at_most == 0 && count.this_counts != Some(false);
    faults.when(never, "count.at_most", "this one counts, so none could ever pass");
}

fn lockout_faults(lockout: &Lockout, faults: &mut Faults<'_>) {
    faults.when(lockout.events.is_empty(), "lockout.events", "names no event");
    let first = lockout.steps.first().map(|step| step.times);
    faults.when(first != Some(1), "lockout.step", "the first step is for the first time");
    let rising = lockout.steps.windows(2).all(|pair| pair[0].times < pair[1].times);
    faults.when(!rising, "lockout.step", "steps stand from the fewest times up");
    faults.when(lockout.look_back_days.is_some_and(|days| days > MOST_DAYS), "lockout.look_back_days", TOO_FAR);
    faults.when(is_too_far(lockout.notice_under), "lockout.notice_under", TOO_FAR);
    let too_far = |step: &Step| match step.lasts {
        Lasts::Days(days) => days > MOST_DAYS,
        Lasts::Months(months) => months > MOST_MONTHS,
        Lasts::JobDay(_) => false,
    };
    faults.when(lockout.steps.iter().any(too_far), "lockout.step.lasts", TOO_FAR);
}

/// Rules that together let no detail pass: one asks for a least length that another never allows.
fn contradictions(draft: &RuleSetDraft, faults: &mut Vec<RuleFault>) {
    let rules: Vec<_> = draft.rules.iter().enumerate().filter(|(_, rule)| always_asked(rule)).collect();
    for (index, rule) in &rules {
        let Some(least) = rule.hours.as_ref().and_then(|hours| hours.at_least) else { continue };
        let other = rules.iter().find_map(|(at, other)| {
            let most = other.hours.as_ref().and_then(longest)?;
            (at != index && most < least && block_together(rule, other)).then_some((other, most))
        });
        if let Some((other, most)) = other {
            let problem = format!("rule {} allows at most {most}, so no detail passes both", other.id);
            let rule = Some((*index, rule.id.clone()));
            faults.push(RuleFault { rule, field: "hours.at_least".to_owned(), problem });
        }
    }
}

fn always_asked(rule: &RuleDraft) -> bool {
    rule.when.is_empty() && rule.unless.is_empty()
}

/// The longest detail that a limit allows, where nothing but its length counts.
fn longest(hours: &Hours) -> Option<Minutes> {
    let depends = [&hours.tags, &hours.not_tags].into_iter().any(Option::is_some)
        || hours.on_days.is_some()
        || hours.leave.is_some()
        || hours.raised.is_some();
    if depends || hours.measure != Measure::Worked || !hours.counts.contains(&Stream::Detail) {
        return None;
    }
    match hours.window {
        Window::Job => Some(hours.limit),
        // Where the limit is the whole window, it limits nothing.
        Window::Rolling(width) => (hours.limit < width).then_some(hours.limit),
        // Half of it may lie on the day, and half on the next.
        Window::Day | Window::DayFrom(_) => {
            let both = Minutes(hours.limit.0.saturating_mul(2));
            (both < SHORTEST_DAY).then_some(both)
        }
        _ => None,
    }
}

/// Do two rules block at the same stage on the same day?
fn block_together(one: &RuleDraft, other: &RuleDraft) -> bool {
    let blocks = |rule: &RuleDraft, stage| rule.severity.at(stage) == Some(Severity::Block);
    let from = one.from.max(other.from);
    let until = [one.until, other.until].into_iter().flatten().min();
    let same_day = from.zip(until).is_none_or(|(from, until)| from <= until);
    same_day && Stage::ALL.iter().any(|stage| blocks(one, *stage) && blocks(other, *stage))
}

#[cfg(test)]
mod tests {
    use super::super::{RuleSet, RuleSetDraft, RuleSetFaults};

    const GOOD: &str = include_str!("../../fixtures/policy/small.toml");

    fn faults(from: &str, to: &str) -> Vec<String> {
        assert!(GOOD.contains(from), "{from}");
        let draft: RuleSetDraft = toml::from_str(&GOOD.replacen(from, to, 1)).unwrap();
        RuleSetFaults::of(&draft).map_or(vec![], |faults| faults.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_good_set_is_taken_and_survives_being_written() {
        let set: RuleSet = toml::from_str(GOOD).unwrap();
        let again: RuleSet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
        assert_eq!(again, set);
        assert_eq!(toml::from_str::<RuleSet>(&toml::to_string(&set).unwrap()).unwrap(), set);
    }

    /// What is changed, into what, and what is wrong then.
    const WRONG: &[(&str, &str, &str)] = &[
        ("version = 1", "version = 0", "version: the first version is 1"),
        ("day_starts = \"0:00\"", "day_starts = \"24:00\"", "day_starts: is not a time of the clock"),
        ("id = \"rest\"", "id = \"week\"", "rule 2 (week), id: appears twice"),
        ("days = 28", "days = 0", "rule 1 (week), hours.raised.per: has no days"),
        ("limit = \"72:00\"", "limit = \"64:00\"", "rule 1 (week), hours.raised.limit: is no more than the limit"),
        ("severity = { award = \"block\" }", "severity = {}", "rule 2 (rest), severity: the rule is asked at no stage"),
        ("counts = [\"on_duty\"]", "counts = []", "rule 2 (rest), rest.counts: counts nothing"),
        (
            "rank = \"sergeant\"",
            "rank = \"sargeant\"",
            "rule 3 (ratio), staffing.level.rank: `sargeant` is not one of the set's ranks",
        ),
        (
            "when = { tags = [\"towing\"] }",
            "",
            "rule 4 (towing), when: a rule that forbids must say what; this forbids every detail",
        ),
        (
            "when = { tags = [\"towing\"] }",
            "when = { outside = \"city\" }",
            "rule 4 (towing), when.outside: `city` is not one of the set's areas",
        ),
        ("at_most = 2", "at_most = 0", "rule 6 (throttle), count.at_most: this one counts, so none could ever pass"),
        (
            "[rule.forbidden]",
            "",
            "rule 4 (towing), kind: the rule asks nothing: add a table of one kind, such as [rule.hours]",
        ),
        (
            "[rule.forbidden]",
            "[rule.forbidden]\n[rule.documents]\nneeds = [\"x\"]",
            "rule 4 (towing), kind: one rule asks one thing; this has forbidden and documents",
        ),
        ("limit = \"12:00\"", "limit = \"3:00\"", "rule 5 (length), hours.at_least: is more than the limit"),
        (
            "[rule.forbidden]",
            "[rule.lockout]\nevents = [\"e\"]\nlook_back_days = 36501\nstep = [{ times = 1, lasts = { days = 1 } }]",
            "rule 4 (towing), lockout.look_back_days: is more than a hundred years",
        ),
        (
            "[rule.forbidden]",
            "[rule.lockout]\nevents = [\"e\"]\nstep = [{ times = 1, lasts = { days = 99999999 } }]",
            "rule 4 (towing), lockout.step.lasts: is more than a hundred years",
        ),
        (
            "[rule.forbidden]",
            "[rule.lockout]\nevents = [\"e\"]\nstep = [{ times = 1, lasts = { months = 1201 } }]",
            "rule 4 (towing), lockout.step.lasts: is more than a hundred years",
        ),
        (
            "[rule.forbidden]",
            "[rule.notice]\nat_least = { days = 36501 }",
            "rule 4 (towing), notice.at_least: is more than a hundred years",
        ),
        (
            "[rule.forbidden]",
            "[rule.approval]\nkind = \"k\"\ngood_for = { months = 1201 }",
            "rule 4 (towing), approval.good_for: is more than a hundred years",
        ),
        (
            "[rule.forbidden]",
            "[rule.documents]\nneeds = [\"k\"]\nrenewed_every_months = 1201",
            "rule 4 (towing), documents.renewed_every_months: is more than a hundred years",
        ),
        (
            "cycle = { days = 28,",
            "cycle = { days = 2807,",
            "rule 1 (week), hours.raised.per: has more than 400 windows, which are not counted",
        ),
    ];

    #[test]
    fn every_fault_names_its_rule_and_field() {
        for (from, to, says) in WRONG {
            assert_eq!(faults(from, to), [*says], "{from}");
        }
    }

    #[test]
    fn rules_that_no_detail_can_pass_together_are_named() {
        // The small set asks for four hours at least.
        for (window, limit, most) in [
            ("\"job\"", "3:00", Some("3:00")),
            ("{ rolling = \"24:00\" }", "3:59", Some("3:59")),
            ("\"day\"", "1:59", Some("3:58")),
            ("\"day\"", "2:00", None),
            ("{ rolling = \"24:00\" }", "4:00", None),
            ("{ rolling = \"3:00\" }", "3:00", None),
            ("\"week\"", "1:00", None),
        ] {
            let head = "[[rule]]\nid = \"cap\"\ntitle = \"t\"\nseverity = { award = \"block\" }\n[rule.hours]";
            let rule = format!("{head}\ncounts = [\"detail\"]\nwindow = {window}\nlimit = \"{limit}\"\n");
            let draft: RuleSetDraft = toml::from_str(&format!("{GOOD}\n{rule}")).unwrap();
            let said = |most| {
                format!("rule 5 (length), hours.at_least: rule cap allows at most {most}, so no detail passes both")
            };
            let faults = RuleSetFaults::of(&draft).map(|faults| faults.to_string());
            assert_eq!(faults, most.map(said), "{window} {limit}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        assert_eq!(
            faults(
                "title = \"At most 64 hours",
                "from = \"2026-01-01\"\nuntil = \"2025-01-01\"\ntitle = \"At most 64 hours"
            )
            .len(),
            1
        );
        let two = GOOD.replacen("version = 1", "version = 0", 1).replacen("counts = [\"on_duty\"]", "counts = []", 1);
        let draft: RuleSetDraft = toml::from_str(&two).unwrap();
        assert_eq!(RuleSetFaults::of(&draft).unwrap().0.len(), 2);
    }

    #[test]
    fn a_misspelt_kind_or_field_is_refused_on_its_line() {
        for (from, to, word) in
            [("[rule.forbidden]", "[rule.forbiden]", "forbiden"), ("window = \"week\"", "windw = \"week\"", "windw")]
        {
            let text = GOOD.replacen(from, to, 1);
            let error = toml::from_str::<RuleSetDraft>(&text).unwrap_err();
            let line = text[..error.span().unwrap().start].lines().count();
            let at = text.lines().position(|line| line.contains(word)).unwrap() + 1;
            assert!(error.message().contains(word) && line.abs_diff(at) <= 1, "{line} {at} {error}");
        }
    }
}
