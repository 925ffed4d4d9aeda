//! Approvals: who must have said yes, to what, in which order, and until when.

use chrono::{Datelike, Days, Months, NaiveDate};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::question::{Question, Verdict};
use super::sentence;
use super::{Approval, Effect, Feed, Figure, Outcome, Signature, Stream};
use crate::pricing::{Day, Minutes};
use crate::time::{Interval, Millis, UnixMillis};

/// An approval that must be there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Approved {
    /// What kind, such as `outside_work`.
    #[n(0)]
    pub kind: String,
    /// Roles that must all have signed; any one signature where empty.
    #[n(1)]
    pub chain: Vec<String>,
    /// In that order.
    #[n(2)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_order: Option<bool>,
    /// It must name this employer.
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_employer: Option<bool>,
    /// It must name this detail.
    #[n(4)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_detail: Option<bool>,
    /// Of these, whatever the officer would use must be covered by it.
    #[n(5)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covers: Option<Vec<String>>,
    /// What must have been found in giving it.
    #[n(6)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statements: Option<Vec<String>>,
    /// It must stand in the public record.
    #[n(7)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_record: Option<bool>,
    /// How long it is good for.
    #[n(8)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_for: Option<GoodFor>,
    /// In an emergency a word suffices for a while.
    #[n(9)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Emergency>,
    /// One person may sign in several roles of its chain; otherwise each role takes somebody else.
    #[n(10)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_signer: Option<bool>,
}

/// How long an approval is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GoodFor {
    /// So many days.
    #[n(0)]
    Days(#[n(0)] u32),
    /// So many months.
    #[n(1)]
    Months(#[n(0)] u32),
    /// To the end of the calendar year.
    #[n(2)]
    Year,
}

/// When a word suffices, and by when its paperwork is due.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Only where the customer asked no longer than this before the start.
    #[n(0)]
    pub asked_within: Minutes,
    /// Roles of which one must have given its word; anybody of the chain where empty.
    #[n(1)]
    #[serde(default)]
    pub by: Vec<String>,
    /// The paperwork is due.
    #[n(2)]
    pub paperwork: Paperwork,
}

/// When the paperwork of a word is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Paperwork {
    /// So long after the word.
    #[n(0)]
    Within(#[n(0)] Minutes),
    /// At the end of the officer's next duty day.
    #[n(1)]
    NextDutyDay,
}

/// Was something approved?
pub(super) enum Granted {
    Yes,
    No,
    Unknown(String),
}

/// Is there an approval of a kind, whoever gave it? One that names neither the detail nor its last day is good for the window in
/// which it begins, and for no later one.
pub(super) fn granted(question: &Question<'_>, kind: &str, window: Interval) -> Granted {
    let rule = Approved { kind: kind.to_owned(), ..Approved::default() };
    let verdict = judged(&rule, question, Some(window));
    match verdict.outcome {
        Outcome::Pass => Granted::Yes,
        Outcome::Fail => Granted::No,
        Outcome::Unknown => Granted::Unknown(format!("whether there is an approval ({})", sentence::plain(kind))),
    }
}

pub(super) fn judge(rule: &Approved, question: &Question<'_>) -> Verdict {
    judged(rule, question, None)
}

fn judged(rule: &Approved, question: &Question<'_>, within: Option<Interval>) -> Verdict {
    let kind = sentence::plain(&rule.kind);
    if let Some(why) = question.doubt(Feed::Approvals) {
        return Verdict::unknown(format!("Not known whether there is an approval ({kind}): {why}."));
    }
    let mine = question.context.approvals.iter().filter(|a| a.kind == rule.kind && a.known.at(question.now));
    let answers = mine
        .filter(|approval| concerns(rule, question, approval))
        .map(|a| Candidate { within, ..Candidate::of(rule, question, a) });
    // Of several, the best answer; of equal ones, the same whatever order they came in.
    answers
        .map(|candidate| candidate.judge())
        .min_by_key(|verdict| (rank(verdict.outcome), verdict.sentence.clone()))
        .unwrap_or_else(|| Verdict::fail(format!("There is no approval ({kind}) for this detail.")))
}

const fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Pass => 0,
        Outcome::Unknown => 1,
        Outcome::Fail => 2,
    }
}

fn concerns(rule: &Approved, question: &Question<'_>, approval: &Approval) -> bool {
    let proposal = question.proposal;
    let employer = match approval.employer {
        Some(employer) => proposal.customer.is_none_or(|customer| customer == employer),
        None => rule.for_employer != Some(true),
    };
    let detail = approval.detail.map_or(rule.for_detail != Some(true), |detail| detail == proposal.detail);
    employer && detail
}

/// Was the approval given as a rule asks: by those who must sign, in their order, in writing, with its findings and where it must stand?
/// It says nothing of the days on which it is good, of what it covers, and for whom.
pub fn is_given(rule: &Approved, approval: &Approval, now: UnixMillis) -> bool {
    let paper = Paper::of(rule, approval, now);
    let oral = approval.oral && approval.paperwork_at.is_none_or(|at| at > now);
    let checks = [Paper::nobody_refused, Paper::says_what_it_must, Paper::is_signed, Paper::is_recorded];
    !oral && checks.iter().all(|check| check(&paper).is_ok())
}

/// One approval by itself, as it stood at an instant.
struct Paper<'q> {
    rule: &'q Approved,
    approval: &'q Approval,
    signed: Vec<&'q Signature>,
}

/// One approval, held against what is asked.
struct Candidate<'q, 'a> {
    rule: &'q Approved,
    question: &'q Question<'a>,
    approval: &'q Approval,
    paper: Paper<'q>,
    /// The window whose limit it is to raise, if that is what it is asked for.
    within: Option<Interval>,
}

type Refused = Result<(), Verdict>;

impl<'q> Paper<'q> {
    fn of(rule: &'q Approved, approval: &'q Approval, now: UnixMillis) -> Self {
        let mut signed: Vec<_> = approval.signatures.iter().filter(|signature| signature.at <= now).collect();
        signed.sort_by(|one, other| (one.at, &one.role).cmp(&(other.at, &other.role)));
        Self { rule, approval, signed }
    }

    fn kind(&self) -> String {
        sentence::plain(&self.rule.kind)
    }

    fn nobody_refused(&self) -> Refused {
        match self.signed.iter().find(|signature| !signature.approved) {
            Some(no) => {
                Err(Verdict::fail(format!("The approval ({}) was refused by {}.", self.kind(), said(&no.role))))
            }
            None => Ok(()),
        }
    }

    fn says_what_it_must(&self) -> Refused {
        let asked = self.rule.statements.iter().flatten();
        match asked.into_iter().find(|statement| !self.approval.statements.contains(statement)) {
            Some(missing) => {
                let missing = sentence::plain(missing);
                Err(Verdict::fail(format!("The approval ({}) does not find: {missing}.", self.kind())))
            }
            None => Ok(()),
        }
    }

    fn is_recorded(&self) -> Refused {
        let blank = self.approval.reference.as_deref().is_none_or(|reference| reference.trim().is_empty());
        if self.rule.public_record == Some(true) && blank {
            return Err(Verdict::fail(format!("The approval ({}) is not in the public record yet.", self.kind())));
        }
        Ok(())
    }

    fn is_signed(&self) -> Refused {
        if self.rule.chain.is_empty() && self.signed.is_empty() {
            return Err(Verdict::fail(format!("Nobody has signed the approval ({}) yet.", self.kind())));
        }
        let mut last: Option<&Signature> = None;
        for role in &self.rule.chain {
            let Some(signature) = self.signed.iter().find(|signature| signature.role == *role) else {
                return Err(Verdict::fail(format!("The approval ({}) waits for {}.", self.kind(), said(role))));
            };
            if let Some(before) = last.filter(|last| self.rule.in_order == Some(true) && signature.at < last.at) {
                let says = format!("{} signed before {}; the order is the other way.", said(role), said(&before.role));
                return Err(Verdict::fail(says));
            }
            last = Some(signature);
        }
        Ok(())
    }
}

impl<'q, 'a> Candidate<'q, 'a> {
    fn of(rule: &'q Approved, question: &'q Question<'a>, approval: &'q Approval) -> Self {
        Self { rule, question, approval, paper: Paper::of(rule, approval, question.now), within: None }
    }

    fn judge(&self) -> Verdict {
        self.try_judge().unwrap_or_else(|refused| refused)
    }

    fn kind(&self) -> String {
        self.paper.kind()
    }

    fn try_judge(&self) -> Result<Verdict, Verdict> {
        self.employer_is_known()?;
        self.paper.nobody_refused()?;
        self.covers_uses()?;
        self.paper.says_what_it_must()?;
        if self.approval.oral && self.approval.paperwork_at.is_none_or(|at| at > self.question.now) {
            return self.by_word();
        }
        self.paper.is_signed()?;
        self.paper.is_recorded()?;
        self.is_in_force()
    }

    fn employer_is_known(&self) -> Refused {
        let unsaid = self.approval.employer.is_some() && self.question.proposal.customer.is_none();
        if unsaid { Err(Verdict::unsaid("Not known: nobody has said who hires.")) } else { Ok(()) }
    }

    fn covers_uses(&self) -> Refused {
        let Some(asked) = &self.rule.covers else { return Ok(()) };
        let Some(uses) = &self.question.proposal.uses else {
            return Err(Verdict::unsaid("Not known: nobody has said what the officer would use."));
        };
        let open: Vec<String> =
            asked.iter().filter(|what| uses.contains(what) && !self.approval.covers.contains(what)).cloned().collect();
        if open.is_empty() {
            return Ok(());
        }
        Err(Verdict::fail(format!("The approval ({}) does not cover {}.", self.kind(), sentence::any_of(&open))))
    }

    /// The first and last day it is good for.
    fn days(&self) -> (NaiveDate, Option<NaiveDate>) {
        let clock = &self.question.clock;
        let chain =
            self.paper.signed.iter().filter(|s| self.rule.chain.is_empty() || self.rule.chain.contains(&s.role));
        let signed = chain.map(|signature| signature.at).max().unwrap_or(self.question.now);
        let from = self.approval.from.map_or_else(|| clock.date(signed), |day| day.0);
        let until = self.rule.good_for.and_then(|good_for| last_day(from, good_for));
        let own = self.approval.until.map(|day| day.0);
        (from, [until, own].into_iter().flatten().min())
    }

    /// Is it good for one window only, and for another than the one that is asked about? So it is where it says neither for which detail nor
    /// until when.
    fn is_for_another(&self, from: NaiveDate) -> bool {
        let bound = self.approval.detail.is_some() || self.approval.until.is_some();
        let begins = self.question.clock.day(from);
        self.within.is_some_and(|window| !bound && begins.overlap(window).is_none())
    }

    fn is_in_force(&self) -> Result<Verdict, Verdict> {
        let clock = &self.question.clock;
        let when = self.question.proposal.when;
        let (begins, ends) = (clock.date(when.start), clock.date(when.end - Millis(1)));
        let (from, until) = self.days();
        let kind = self.kind();
        if begins < from {
            return Err(Verdict::fail(format!("The approval ({kind}) is good from {from}, after the detail.")));
        }
        if self.is_for_another(from) {
            let says = format!("The approval ({kind}) of {from} is good for its own window only.");
            return Err(Verdict::fail(says));
        }
        match until {
            Some(until) if until < begins => Err(Verdict::fail(format!("The approval ({kind}) ended on {until}."))),
            Some(until) if until < ends => {
                Err(Verdict::fail(format!("The approval ({kind}) ends on {until}, in the middle of the detail.")))
            }
            Some(until) => Ok(Verdict::pass(format!("Approved ({kind}), good until {until}."))),
            None => Ok(Verdict::pass(format!("Approved ({kind})."))),
        }
    }

    /// Given by word of mouth: only in an emergency, and only until the paperwork is due.
    fn by_word(&self) -> Result<Verdict, Verdict> {
        let kind = self.kind();
        let Some(terms) = &self.rule.emergency else {
            return Err(Verdict::fail(format!("The approval ({kind}) was only given by word; it must be in writing.")));
        };
        let by = if terms.by.is_empty() { &self.rule.chain } else { &terms.by };
        let word = self.paper.signed.iter().find(|signature| by.is_empty() || by.contains(&signature.role));
        let Some(word) = word else {
            return Err(Verdict::fail(format!("The word of {} is missing ({kind}).", sentence::any_of(by))));
        };
        self.was_asked_late(terms)?;
        let due = self.paperwork_due(terms, word.at)?;
        let (by, effect) = (self.question.clock.zone().clock_text(due), self.due(due));
        if self.question.now > due {
            let says = format!("Approved by word ({kind}), but its paperwork was due by {by} and is missing.");
            return Err(Verdict::fail(says).with([Figure::At(due)]).then([effect]));
        }
        let says = format!("Approved by word ({kind}); the paperwork is due by {by}.");
        Ok(Verdict::pass(says).with([Figure::At(due)]).then([effect]))
    }

    fn due(&self, by: UnixMillis) -> Effect {
        Effect::Due { what: format!("paperwork:{}", self.rule.kind), by }
    }

    fn was_asked_late(&self, terms: &Emergency) -> Refused {
        let Some(asked) = self.question.proposal.requested_at else {
            return Err(Verdict::unsaid("Not known: nobody has said when the customer asked."));
        };
        let (ahead, limit) = (self.question.proposal.when.start - asked, span(terms.asked_within));
        if ahead <= limit {
            return Ok(());
        }
        let (ahead_words, limit_words) = (sentence::length(ahead), sentence::length(limit));
        let says = format!("The customer asked {ahead_words} ahead; a word suffices only up to {limit_words} ahead.");
        Err(Verdict::fail(says).with([Figure::Rest(ahead), Figure::Limit(limit)]))
    }

    fn paperwork_due(&self, terms: &Emergency, word: UnixMillis) -> Result<UnixMillis, Verdict> {
        match terms.paperwork {
            Paperwork::Within(limit) => Ok(word + span(limit)),
            Paperwork::NextDutyDay => next_duty_day(self.question, word),
        }
    }
}

fn said(role: &str) -> String {
    format!("the {}", sentence::plain(role))
}

fn last_day(from: NaiveDate, good_for: GoodFor) -> Option<NaiveDate> {
    match good_for {
        GoodFor::Days(days) => from.checked_add_days(Days::new(u64::from(days)))?.pred_opt(),
        GoodFor::Months(months) => from.checked_add_months(Months::new(months))?.pred_opt(),
        GoodFor::Year => NaiveDate::from_ymd_opt(from.year(), 12, 31),
    }
}

/// The end of the first duty day that begins after an instant.
fn next_duty_day(question: &Question<'_>, after: UnixMillis) -> Result<UnixMillis, Verdict> {
    let month = Interval { start: after, end: question.clock.days_after(after, 31) };
    let doubts = question.doubts([Feed::OnDuty], Interval { start: after, end: after + Millis(1) });
    if !doubts.is_empty() {
        return Err(Verdict::in_doubt(&doubts, ""));
    }
    let mut duty = question.calendar.near(month).filter(|stint| stint.stream == Stream::OnDuty);
    let next = duty.find(|stint| stint.when.start > after);
    let Some(next) = next else {
        return Err(Verdict::unknown(
            "Not known: the on-duty schedule has no next duty day, by which paperwork is due.",
        ));
    };
    Ok(question.clock.day(question.clock.date(next.when.start)).end)
}

/// The days for which one approval is good under a rule, for the public register.
pub fn good_between(rule: &Approved, signed: Day, approval: &Approval) -> (Day, Option<Day>) {
    let from = approval.from.unwrap_or(signed);
    let until = rule.good_for.and_then(|good_for| last_day(from.0, good_for)).map(Day);
    (from, [until, approval.until].into_iter().flatten().min())
}
