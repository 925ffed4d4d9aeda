//! Certifications of the officer's and papers of the customer's, good on the day of the job.

use chrono::{Months, NaiveDate};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::question::{Question, Verdict};
use super::sentence;
use super::{Document, Feed};
use crate::time::Millis;

/// Whose documents.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The officer's.
    #[default]
    #[n(0)]
    Officer,
    /// The customer's.
    #[n(1)]
    Customer,
}

/// Documents that must be good for the whole of the detail.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    /// All of these.
    #[n(0)]
    pub needs: Vec<String>,
    /// Whose.
    #[n(1)]
    pub of: Whose,
    /// And all that the detail itself asks for.
    #[n(2)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_posted: Option<bool>,
    /// So many months after it was given a document is no longer good, whatever it says.
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewed_every_months: Option<u32>,
}

pub(super) fn judge(rule: &Documents, question: &Question<'_>) -> Verdict {
    let posted = question.proposal.requires.iter().filter(|_| rule.as_posted == Some(true));
    let mut needs: Vec<&String> = rule.needs.iter().chain(posted).collect();
    needs.dedup();
    if needs.is_empty() {
        return Verdict::pass("The detail asks for no documents.");
    }
    let held = match held(rule, question) {
        Ok(held) => held,
        Err(unknown) => return unknown,
    };
    let good: Vec<String> = match needs.iter().map(|need| good(rule, question, held, need)).collect() {
        Ok(good) => good,
        Err(missing) => return Verdict::fail(missing),
    };
    Verdict::pass(question.say(|| format!("Good: {}.", good.join("; "))))
}

fn held<'a>(rule: &Documents, question: &'a Question<'_>) -> Result<&'a [Document], Verdict> {
    if rule.of == Whose::Customer {
        let unsaid = || Verdict::unsaid("Not known: nobody has looked at the customer's documents.");
        return question.proposal.customer_documents.as_deref().ok_or_else(unsaid);
    }
    match question.doubt(Feed::Credentials) {
        Some(why) => Err(Verdict::unknown(format!("Not known: {why}."))),
        None => Ok(&question.context.documents),
    }
}

/// What is good and until when, or what is missing.
fn good(rule: &Documents, question: &Question<'_>, held: &[Document], need: &str) -> Result<String, String> {
    let when = question.proposal.when;
    let (begins, ends) = (question.clock.date(when.start), question.clock.date(when.end - Millis(1)));
    let whose = if rule.of == Whose::Officer { "The officer's" } else { "The customer's" };
    let need_words = sentence::plain(need);
    let known = held.iter().filter(|document| document.kind == need && document.known.at(question.now));
    let spans: Vec<_> = known.map(|document| (document.from.0, last_day(rule, document))).collect();
    let covers =
        |(from, until): &&(NaiveDate, Option<NaiveDate>)| *from <= begins && until.is_none_or(|until| ends <= until);
    if let Some((_, until)) = spans.iter().filter(covers).max_by_key(|(_, until)| until.unwrap_or(NaiveDate::MAX)) {
        return Ok(until.map_or(need_words.clone(), |until| format!("{need_words} until {until}")));
    }
    Err(match spans.iter().filter_map(|(_, until)| *until).max() {
        Some(until) if until < begins => format!("{whose} {need_words} ended on {until}."),
        Some(until) if until < ends => format!("{whose} {need_words} ends on {until}, in the middle of the detail."),
        Some(_) => format!("{whose} {need_words} does not begin until after the detail does."),
        None => format!("{whose} {need_words} is missing."),
    })
}

fn last_day(rule: &Documents, document: &Document) -> Option<NaiveDate> {
    let renewed = rule.renewed_every_months;
    let due = renewed.and_then(|months| document.from.0.checked_add_months(Months::new(months))?.pred_opt());
    [due, document.until.map(|day| day.0)].into_iter().flatten().min()
}
