//! Who is asked to come instead of somebody: the officer alone, or everybody who may work the detail.

use serde::Serialize;

use super::site;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, commands, records, standing};
use crate::ids::CommandId;
use crate::records::{Assignment, Detail, RecordKind, Site};
use crate::staffing::ReliefAsk;
use crate::time::UnixMillis;
use crate::wire::{Decision, Wish, decode};

/// A question that can be answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReliefAskView {
    /// The question.
    pub ask: ReliefAsk,
    /// The detail, if its record has come.
    pub detail: Option<Detail>,
    /// Where, if the record has come.
    pub site: Option<Site>,
    /// The officer's answer as far as it goes.
    pub answer: ReliefAnswerView,
}

/// How the officer's answer stands. Who comes first by the server's time has the place: an answer on the phone is no more than a wish.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReliefAnswerView {
    /// Not given.
    Open,
    /// Given, and waiting on this phone.
    Waiting {
        /// The wish.
        command: CommandId,
        /// To come, or not to.
        comes: bool,
    },
    /// The agency knows that the officer does not come.
    Declined,
    /// The server did not carry the wish out.
    Refused {
        /// Why, as a sentence.
        reason: String,
    },
}

impl Phone {
    /// Open questions to come instead of somebody on details that end after `now`, the oldest first.
    pub fn relief_asks(&self, now: UnixMillis, limit: u32) -> Result<Vec<ReliefAskView>, PhoneError> {
        self.store.read(|reader| {
            let me = standing::enrolled(reader)?.officer;
            let rows = records::ending_after(reader, RecordKind::ReliefAsk, UnixMillis::MIN, 0, limit)?;
            let asks: Vec<_> = rows.iter().filter_map(|(_, _, body)| decode::<ReliefAsk>(body).ok()).collect();
            let mut views = Vec::new();
            for ask in &asks {
                // What is asked of this officer stands for what is asked of everybody.
                let alone = |other: &ReliefAsk| other.assignment == ask.assignment && other.officer.is_some();
                if (ask.officer.is_none() && asks.iter().any(alone)) || is_own(reader, ask, me)? {
                    continue;
                }
                views.push(view(reader, ask)?);
            }
            views.retain(|view| view.detail.as_ref().is_none_or(|detail| detail.ends > now));
            Ok(views)
        })
    }
}

/// Is it the place that this officer gives up?
fn is_own(reader: &Reader<'_>, ask: &ReliefAsk, me: crate::ids::OfficerId) -> Result<bool, PhoneError> {
    let held: Option<Assignment> = records::get(reader, RecordKind::Assignment, ask.assignment.into())?;
    Ok(held.is_some_and(|held| held.officer == me))
}

fn view(reader: &Reader<'_>, ask: &ReliefAsk) -> Result<ReliefAskView, PhoneError> {
    let detail: Option<Detail> = records::get(reader, RecordKind::Detail, ask.detail.into())?;
    let site = site(reader, detail.as_ref())?;
    Ok(ReliefAskView { ask: ask.clone(), detail, site, answer: answer(reader, ask)? })
}

fn answer(reader: &Reader<'_>, ask: &ReliefAsk) -> Result<ReliefAnswerView, PhoneError> {
    let kinds = (commands::RELIEVE, commands::RELIEVE);
    let latest = commands::latest_about(reader, *ask.assignment.as_bytes(), kinds)?;
    Ok(match latest {
        Some(kept) if kept.waiting => {
            let comes = matches!(kept.wish(), Some(Wish::Relieve { comes: true, .. }));
            ReliefAnswerView::Waiting { command: kept.id, comes }
        }
        Some(kept) if kept.decision == Some(Decision::Refused) => ReliefAnswerView::Refused { reason: kept.reason },
        _ if ask.answer.is_some() => ReliefAnswerView::Declined,
        _ => ReliefAnswerView::Open,
    })
}
