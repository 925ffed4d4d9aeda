//! Asking every rule of a set.

use std::cell::OnceCell;

use chrono::{NaiveDate, TimeDelta};

use super::calendar::Calendar;
use super::question::{Question, Verdict};
use super::when::{Applies, does_not_apply, unknown_whether};
use super::window::Clock;
use super::{
    CANCELLED, Check, Context, Entry, Finding, Outcome, Proposal, Rule, RuleSet, Severity, Stage, approvals, command,
    consequence, count, days_in_a_row, documents, forbidden, hours, lockout, notice, required, rest, sentence,
    short_job, staffing, status,
};
use crate::pricing::Day;
use crate::time::UnixMillis;

/// Longer than this is no shift.
const LONGEST: i64 = 366 * 86_400_000;

/// What each rule of the set says of a proposal at a stage, in the set's order. Rules that are not asked at that stage, or
/// not in force on the day the detail begins, say nothing.
///
/// Reads only what was known at `now`: with an earlier moment, a past decision is made again as it was made. Where many
/// officers or details are asked about, an [`Evaluator`] does it with less work.
pub fn evaluate(set: &RuleSet, stage: Stage, context: &Context, proposal: &Proposal, now: UnixMillis) -> Vec<Finding> {
    Evaluator::new(set, stage).evaluate(context, proposal, now)
}

/// What one rule answers, without its reasons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// Does it hold?
    pub outcome: Outcome,
    /// What it does at this stage where it does not pass.
    pub severity: Severity,
}

impl Answer<'_> {
    /// Must the act wait or fall for this?
    pub fn stands_in_the_way(&self) -> bool {
        self.outcome != Outcome::Pass && matches!(self.severity, Severity::Block | Severity::NeedsApproval)
    }
}

/// A rule set made ready to be asked at one stage about many officers and details. It keeps the days and windows that it
/// has found, which are the same for everybody.
#[derive(Debug)]
pub struct Evaluator<'a> {
    set: &'a RuleSet,
    stage: Stage,
    /// The rules asked at that stage.
    asked: Vec<(&'a Entry, Severity)>,
    clock: Clock,
    not_understood: Option<String>,
}

impl<'a> Evaluator<'a> {
    /// A set made ready for a stage.
    pub fn new(set: &'a RuleSet, stage: Stage) -> Self {
        let asked = set.rules.iter().filter_map(|entry| Some((entry, entry.severity().at(stage)?))).collect();
        Self { set, stage, asked, clock: Clock::of(set), not_understood: set.not_understood() }
    }

    /// What each rule says, as [`evaluate`] tells it.
    pub fn evaluate(&self, context: &Context, proposal: &Proposal, now: UnixMillis) -> Vec<Finding> {
        let question = self.question(context, proposal, now, true);
        let mut findings = Vec::with_capacity(self.asked.len());
        findings.extend(
            self.in_force(&question)
                .map(|(entry, severity)| signed(entry.id(), severity, self.judge(entry, &question), &question)),
        );
        findings
    }

    /// What each rule says, and whether it is unknown for no other reason than that nobody has said something of the detail. For
    /// who asks without having been told all of it, such as a phone.
    pub fn advise(&self, context: &Context, proposal: &Proposal, now: UnixMillis) -> Vec<(Finding, bool)> {
        let question = self.question(context, proposal, now, true);
        let told = |(entry, severity): (&Entry, Severity)| {
            let verdict = self.judge(entry, &question);
            let unsaid = verdict.outcome == Outcome::Unknown && verdict.unsaid;
            (signed(entry.id(), severity, verdict, &question), unsaid)
        };
        self.in_force(&question).map(told).collect()
    }

    /// What each rule answers, in the same order, without the sentences.
    pub fn screen(&self, context: &Context, proposal: &Proposal, now: UnixMillis) -> Vec<Answer<'a>> {
        let question = self.question(context, proposal, now, false);
        let mut answers = Vec::with_capacity(self.asked.len());
        answers.extend(self.in_force(&question).map(|(entry, severity)| self.answer(entry, severity, &question).0));
        answers
    }

    /// Only what does not pass or has effects, with its sentence: why officers are barred from an award, for instance.
    pub fn against(&self, context: &Context, proposal: &Proposal, now: UnixMillis) -> Vec<Finding> {
        let mut question = self.question(context, proposal, now, false);
        let mut against = Vec::new();
        let told: Vec<_> = self
            .in_force(&question)
            .filter(|(entry, severity)| {
                let (answer, effects) = self.answer(entry, *severity, &question);
                answer.outcome != Outcome::Pass || effects
            })
            .collect();
        question.words = true;
        for (entry, severity) in told {
            against.push(signed(entry.id(), severity, self.judge(entry, &question), &question));
        }
        against
    }

    fn question<'q>(
        &'q self,
        context: &'q Context,
        proposal: &'q Proposal,
        now: UnixMillis,
        words: bool,
    ) -> Question<'q> {
        let calendar = Calendar::of(context, proposal, now);
        Question {
            set: self.set,
            stage: self.stage,
            context,
            proposal,
            now,
            clock: &self.clock,
            calendar,
            happened: OnceCell::new(),
            words,
        }
    }

    /// The rules that hold on the day the detail begins.
    fn in_force(&self, question: &Question<'_>) -> impl Iterator<Item = (&'a Entry, Severity)> {
        let day = self.clock.date(question.proposal.when.start);
        // Without the set's zone the day may be the one before or after.
        let slack = i64::from(self.not_understood.is_some());
        let (first, last) = (shifted(day, -slack), shifted(day, slack));
        let holds = move |rule: &Rule| {
            rule.from.is_none_or(|from| from <= last) && rule.until.is_none_or(|until| first <= until)
        };
        self.asked.iter().copied().filter(move |(entry, _)| match entry {
            Entry::Rule(rule) => holds(rule),
            Entry::Newer(_) => true,
        })
    }

    fn answer(&self, entry: &'a Entry, severity: Severity, question: &Question<'_>) -> (Answer<'a>, bool) {
        let verdict = self.judge(entry, question);
        let answer = Answer { rule: entry.id(), outcome: verdict.outcome, severity: weight(severity, &verdict) };
        (answer, !verdict.effects.is_empty())
    }

    fn judge(&self, entry: &Entry, question: &Question<'_>) -> Verdict {
        if let Some(why) = &self.not_understood {
            return Verdict::unknown(format!("Not known: {why}."));
        }
        match entry {
            Entry::Rule(rule) => judge(rule, question),
            Entry::Newer(newer) => Verdict::unknown(format!(
                "Not known: this version does not understand all of rule {} ({}).",
                newer.id, newer.kind
            )),
        }
    }
}

fn shifted(day: NaiveDate, days: i64) -> Day {
    Day(day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day))
}

/// At most as severe as the verdict says: only an approval may be missing.
fn weight(severity: Severity, verdict: &Verdict) -> Severity {
    verdict.at_most.map_or(severity, |most| most.min(severity))
}

fn signed(rule: &str, severity: Severity, verdict: Verdict, question: &Question<'_>) -> Finding {
    Finding {
        rule: rule.to_owned(),
        set: question.set.name.clone(),
        version: question.set.version,
        stage: question.stage,
        outcome: verdict.outcome,
        severity: weight(severity, &verdict),
        sentence: verdict.sentence.into_owned(),
        figures: verdict.figures,
        effects: verdict.effects,
    }
}

fn judge(rule: &Rule, question: &Question<'_>) -> Verdict {
    if let Some(impossible) = impossible(question) {
        return impossible;
    }
    if question.proposal.giving_up.is_some() && !concerns_giving_up(&rule.check) {
        return Verdict::pass(question.say(|| "The officer is giving the detail up.".to_owned()));
    }
    let applies = rule.when.applies(question);
    if applies == Applies::No {
        return Verdict::pass(question.say(does_not_apply));
    }
    let verdict = check(rule, question);
    if verdict.outcome == Outcome::Pass && (applies == Applies::Yes || verdict.effects.is_empty()) {
        return verdict;
    }
    let (why, unsaid) = match applies {
        Applies::Unknown(why) => (why, false),
        Applies::Unsaid(why) => (why, !verdict.is_in_doubt()),
        Applies::Yes | Applies::No => return let_go(rule, question, verdict),
    };
    Verdict { outcome: Outcome::Unknown, sentence: unknown_whether(&why).into(), effects: vec![], unsaid, ..verdict }
}

fn impossible(question: &Question<'_>) -> Option<Verdict> {
    let when = question.proposal.when;
    if when.is_empty() {
        return Some(Verdict::unknown("Not known: the detail ends before it starts."));
    }
    (when.length().0 > LONGEST).then(|| Verdict::unknown("Not known: the detail is longer than a year."))
}

/// Of whom gives a detail up it is asked what that takes and what is left: too few hours of rest keep nobody from not working.
fn concerns_giving_up(check: &Check) -> bool {
    match check {
        Check::Notice(_) | Check::Staffing(_) | Check::Forbidden(_) | Check::Consequence(_) => true,
        Check::Count(count) => count.events.iter().any(|kind| kind == CANCELLED),
        _ => false,
    }
}

/// A rule may be let go under conditions that somebody has looked into.
fn let_go(rule: &Rule, question: &Question<'_>, verdict: Verdict) -> Verdict {
    let mut unsaid = None;
    for code in &rule.unless {
        let said = question.proposal.conditions.iter().filter(|c| c.code == *code && c.known.at(question.now));
        match said.max_by_key(|condition| condition.known.since) {
            Some(condition) if condition.holds => {
                let says = format!("Let go, since {} holds. {}", sentence::plain(code), verdict.sentence);
                return Verdict { outcome: Outcome::Pass, sentence: says.into(), ..verdict };
            }
            Some(_) => {}
            None => unsaid = unsaid.or(Some(code)),
        }
    }
    match unsaid {
        Some(code) => {
            let says =
                format!("Not known: nobody has said whether {} holds. {}", sentence::plain(code), verdict.sentence);
            let unsaid = !verdict.is_in_doubt();
            Verdict { outcome: Outcome::Unknown, sentence: says.into(), unsaid, ..verdict }
        }
        None => verdict,
    }
}

fn check(rule: &Rule, question: &Question<'_>) -> Verdict {
    match &rule.check {
        Check::Hours(hours) => hours::judge(hours, question),
        Check::Rest(rest) => rest::judge(rest, question),
        Check::Barred(barred) => status::judge(barred, question),
        Check::Approved(approved) => approvals::judge(approved, question),
        Check::Forbidden(forbidden) => forbidden::judge(forbidden, &rule.title),
        Check::DaysInARow(days) => days_in_a_row::judge(days, question),
        Check::ShortJob(short) => short_job::judge(short, question),
        Check::Documents(documents) => documents::judge(documents, question),
        Check::Staffing(staffing) => staffing::judge(staffing, question),
        Check::Command(command) => command::judge(command, question),
        Check::Count(count) => count::judge(count, question),
        Check::Required(required) => required::judge(required, question),
        Check::Lockout(lockout) => lockout::judge(lockout, question),
        Check::Notice(notice) => notice::judge(notice, question),
        Check::Consequence(consequence) => consequence::judge(consequence, question),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, detail, fresh};
    use super::super::{Effect, Event, Known, Severities, Status, Stint, Stream};
    use super::*;
    use crate::time::{Interval, Millis};

    /// The worked example, each rule asked at every stage.
    fn harbor_falls() -> RuleSet {
        let mut set: RuleSet = toml::from_str(include_str!("../../fixtures/policy/harbor-falls.toml")).unwrap();
        for entry in &mut set.rules {
            if let Entry::Rule(rule) = entry {
                rule.severity = Severities::everywhere(Severity::Block);
            }
        }
        set
    }

    fn officer(number: i64, now: UnixMillis) -> Context {
        let start = at("2025-02-20T06:00") + Millis::from_hours(number);
        let shift = |day: i64| {
            let begins = start + Millis::from_hours(day * (23 + number));
            let stream = [Stream::OnDuty, Stream::Detail, Stream::Leave][(day * number % 3).unsigned_abs() as usize];
            Stint::of(stream, Interval { start: begins, end: begins + Millis::from_hours(6 + number) })
        };
        let happened = |kind: &str| Event {
            kind: kind.into(),
            at: start,
            about: None,
            detail: Some(detail("2025-03-08T20:00", "2025-03-09T04:00").detail),
            class: String::new(),
            excused: false,
            known: Known::default(),
        };
        let status = Status { code: "sick".into(), from: start, until: Some(start), known: Known::default() };
        let mut sources = fresh(now);
        sources.truncate(12 - number as usize);
        Context {
            sources,
            stints: (0..30 * number).map(shift).collect(),
            statuses: if number == 2 { vec![status] } else { vec![] },
            events: vec![happened("police_action"), happened(if number == 3 { "no_show" } else { "applied" })],
            ..Context::default()
        }
    }

    #[test]
    fn an_evaluator_asked_about_many_says_of_each_what_is_said_of_one_alone() {
        let set = harbor_falls();
        let evenings = [
            detail("2025-03-08T20:00", "2025-03-09T04:00"),
            detail("2025-06-12T18:00", "2025-06-12T23:00"),
            Proposal { uses: Some(vec!["vehicle".into()]), ..detail("2025-11-01T22:00", "2025-11-02T06:00") },
            detail("2025-06-12T18:00", "2025-06-12T17:00"),
        ];
        for stage in Stage::ALL {
            let evaluator = Evaluator::new(&set, stage);
            for (number, evening) in (0..5).flat_map(|number| evenings.iter().map(move |evening| (number, evening))) {
                let now = at("2025-03-07T12:00");
                let context = officer(number, now);
                let alone = evaluate(&set, stage, &context, evening, now);
                assert_eq!(evaluator.evaluate(&context, evening, now), alone);
                let answer = |finding: &Finding| {
                    (finding.rule.clone(), finding.outcome, finding.severity, finding.stands_in_the_way())
                };
                let screened = evaluator.screen(&context, evening, now);
                let screened: Vec<_> = screened
                    .iter()
                    .map(|a| (a.rule.to_owned(), a.outcome, a.severity, a.stands_in_the_way()))
                    .collect();
                assert_eq!(screened, alone.iter().map(answer).collect::<Vec<_>>());
                let told = |finding: &Finding| finding.outcome != Outcome::Pass || !finding.effects.is_empty();
                let against: Vec<_> = alone.into_iter().filter(told).collect();
                assert_eq!(evaluator.against(&context, evening, now), against);
            }
        }
    }

    #[test]
    fn what_happened_and_changes_how_a_detail_counts_is_told_though_nothing_stands_against_it() {
        let (set, evening, now) =
            (harbor_falls(), detail("2025-03-08T20:00", "2025-03-09T04:00"), at("2025-03-09T12:00"));
        let against = Evaluator::new(&set, Stage::Ruling).against(&officer(0, now), &evening, now);
        let duty = against.iter().find(|finding| finding.rule == "police-action").unwrap();
        assert!(duty.outcome == Outcome::Pass && matches!(duty.effects[..], [Effect::CountAs { .. }]));
    }
}
