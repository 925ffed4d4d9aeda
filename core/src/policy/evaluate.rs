//! Asking every rule of a set.

use super::calendar::Calendar;
use super::question::{Question, Verdict};
use super::when::{Applies, does_not_apply, unknown_whether};
use super::window::Clock;
use super::{
    Check, Context, Entry, Finding, Outcome, Proposal, Rule, RuleSet, Severity, Stage, approvals, command, consequence,
    count, days_in_a_row, documents, forbidden, hours, lockout, notice, required, rest, sentence, short_job, staffing,
    status,
};
use crate::pricing::Day;
use crate::time::UnixMillis;

/// Longer than this is no shift.
const LONGEST: i64 = 366 * 86_400_000;

/// What each rule of the set says of a proposal at a stage, in the set's order. Rules that are not asked at that stage, or
/// not in force on the day the detail begins, say nothing.
///
/// Reads only what was known at `now`: with an earlier moment, a past decision is made again as it was made.
pub fn evaluate(set: &RuleSet, stage: Stage, context: &Context, proposal: &Proposal, now: UnixMillis) -> Vec<Finding> {
    let calendar = Calendar::of(context, proposal, now);
    let question = Question { set, stage, context, proposal, now, clock: Clock::of(set), calendar };
    let day = Day(question.clock.date(proposal.when.start));
    set.rules.iter().filter_map(|entry| ask(entry, &question, day)).collect()
}

fn ask(entry: &Entry, question: &Question<'_>, day: Day) -> Option<Finding> {
    match entry {
        Entry::Rule(rule) => {
            let severity = rule.severity.at(question.stage)?;
            in_force(rule, day).then(|| signed(&rule.id, severity, judge(rule, question), question))
        }
        Entry::Newer(newer) => {
            let severity = newer.severity.at(question.stage)?;
            let says =
                format!("Not known: this version does not understand all of rule {} ({}).", newer.id, newer.kind);
            Some(signed(&newer.id, severity, Verdict::unknown(says), question))
        }
    }
}

fn in_force(rule: &Rule, day: Day) -> bool {
    rule.from.is_none_or(|from| from <= day) && rule.until.is_none_or(|until| day <= until)
}

fn signed(rule: &str, severity: Severity, verdict: Verdict, question: &Question<'_>) -> Finding {
    Finding {
        rule: rule.to_owned(),
        set: question.set.name.clone(),
        version: question.set.version,
        stage: question.stage,
        outcome: verdict.outcome,
        severity: verdict.at_most.map_or(severity, |most| most.min(severity)),
        sentence: verdict.sentence,
        figures: verdict.figures,
        effects: verdict.effects,
    }
}

fn judge(rule: &Rule, question: &Question<'_>) -> Verdict {
    if let Some(impossible) = impossible(question) {
        return impossible;
    }
    let applies = rule.when.applies(question);
    if applies == Applies::No {
        return Verdict::pass(does_not_apply());
    }
    let verdict = check(rule, question);
    if verdict.outcome == Outcome::Pass && (applies == Applies::Yes || verdict.effects.is_empty()) {
        return verdict;
    }
    if let Applies::Unknown(why) = applies {
        return Verdict { outcome: Outcome::Unknown, sentence: unknown_whether(&why), effects: vec![], ..verdict };
    }
    let_go(rule, question, verdict)
}

fn impossible(question: &Question<'_>) -> Option<Verdict> {
    let when = question.proposal.when;
    if when.is_empty() {
        return Some(Verdict::unknown("Not known: the detail ends before it starts."));
    }
    (when.length().0 > LONGEST).then(|| Verdict::unknown("Not known: the detail is longer than a year."))
}

/// A rule may be let go under conditions that somebody has looked into.
fn let_go(rule: &Rule, question: &Question<'_>, verdict: Verdict) -> Verdict {
    let mut unsaid = None;
    for code in &rule.unless {
        let said = question.proposal.conditions.iter().filter(|c| c.code == *code && c.known.at(question.now));
        match said.max_by_key(|condition| condition.known.since) {
            Some(condition) if condition.holds => {
                let says = format!("Let go, since {} holds. {}", sentence::plain(code), verdict.sentence);
                return Verdict { outcome: Outcome::Pass, sentence: says, ..verdict };
            }
            Some(_) => {}
            None => unsaid = unsaid.or(Some(code)),
        }
    }
    match unsaid {
        Some(code) => {
            let says =
                format!("Not known: nobody has said whether {} holds. {}", sentence::plain(code), verdict.sentence);
            Verdict { outcome: Outcome::Unknown, sentence: says, ..verdict }
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
