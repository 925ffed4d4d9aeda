//! Views in few words, as the stories tell them.

use detailbook_core::device::{
    AdviceView, ApplicationView, AwardView, ChargeView, FactView, ItemView, LeavingView, MessageView, NoticeView,
    OfferView, PendingView, ReliefAnswerView, ReliefAskView, RunningView, ShiftView, SyncState, SyncView, TermsView,
    TradeView, WishView, WrittenView,
};
use detailbook_core::shift::FlagKind;
use detailbook_core::time::{Interval, UnixMillis};
use serde_json::{Value, json};

pub(super) fn list<T>(items: &[T], say: impl Fn(&T) -> Value) -> Value {
    items.iter().map(say).collect()
}

/// The name of the case, likeThis.
pub(super) fn case(value: &impl std::fmt::Debug) -> String {
    let debug = format!("{value:?}");
    let name = debug.split([' ', '(', '{']).next().unwrap();
    name[..1].to_lowercase() + &name[1..]
}

pub(super) fn sync(state: &SyncState) -> String {
    match state {
        SyncState::Held { code, .. } => format!("held:{code}"),
        SyncState::Refused { code, .. } => format!("refused:{code}"),
        other => case(other),
    }
}

pub(super) fn running(view: &RunningView) -> Value {
    let flag = |kind: &FlagKind| match kind {
        FlagKind::Anomaly(anomaly) => case(anomaly),
        other => case(other),
    };
    json!({
        "assignment": view.shift.as_ref().map(|shift| shift.assignment.id.to_string()),
        "detail": view.detail.map(|detail| detail.to_string()),
        "state": case(&view.state),
        "worked_ms": view.worked_so_far.0,
        "flags": list(&view.flags, |flagged| json!({ "kind": flag(&flagged.kind), "explanations": flagged.explanations })),
        "places": list(&view.places, |place| json!(case(&place.verdict.state))),
        "ask_at": list(&view.ask_at, |at| json!(at.as_millis())),
        "review_at": view.review_at.map(UnixMillis::as_millis),
        "orders_read": view.orders_read.map(UnixMillis::as_millis),
        "submitted": view.submitted.map(UnixMillis::as_millis),
        "sync": view.sync.as_ref().map(sync),
    })
}

pub(super) fn scheduled(view: &ShiftView) -> Value {
    let paid = |accepted: &[Interval]| accepted.iter().map(|part| (part.end - part.start).0).sum::<i64>();
    json!({
        "assignment": view.assignment.id.to_string(),
        "title": view.detail.as_ref().map(|detail| &detail.title),
        "site": view.site.as_ref().map(|site| &site.name),
        "starts": view.detail.as_ref().map(|detail| detail.starts.as_millis()),
        "ends": view.detail.as_ref().map(|detail| detail.ends.as_millis()),
        "state": case(&view.assignment.state),
        "acknowledgement": case(&view.acknowledgement),
        "paid_ms": view.ruling.as_ref().map(|ruling| paid(&ruling.accepted)),
        "leaving": view.leaving.as_ref().map(leaving),
    })
}

fn leaving(view: &LeavingView) -> Value {
    let called_off = view
        .called_off
        .as_ref()
        .map(|wish| json!({ "state": case(&wish.state), "late": wish.late, "why": wish.why, "reason": wish.reason }));
    json!({
        "call_off": view.call_off.as_ref().map(pending),
        "called_off": called_off,
        "offer": view.offer.as_ref().map(pending),
        "offered": view.offered.as_ref().map(|trade| json!({ "state": case(&trade.state), "to": trade.to_name })),
    })
}

fn pending(view: &PendingView) -> String {
    match view {
        PendingView::Refused { reason } => format!("refused:{reason}"),
        waiting @ PendingView::Waiting { .. } => case(waiting),
    }
}

pub(super) fn offer(view: &OfferView) -> Value {
    let application = view.application.as_ref().map(|application| match application {
        ApplicationView::Stands { state, .. } => case(state),
        ApplicationView::Refused { reason } => format!("refused:{reason}"),
        other => case(other),
    });
    let opens = view.opens.map(UnixMillis::as_millis);
    json!({ "detail": view.detail.id.to_string(), "title": view.detail.title, "opens": opens, "application": application })
}

pub(super) fn terms(view: &TermsView) -> Value {
    json!({
        "method": view.method,
        "closes": view.closes.as_millis(),
        "decided_at": view.decided_at.as_millis(),
        "acknowledge_ms": view.acknowledge_within.map(|within| within.0),
        "committed": !view.commitment.is_empty(),
    })
}

pub(super) fn advice(view: &AdviceView) -> Value {
    let findings = list(&view.findings, |finding| {
        json!({
            "rule": finding.rule,
            "state": case(&finding.state),
            "severity": case(&finding.severity),
            "sentence": finding.sentence,
        })
    });
    json!({ "stands_in_the_way": view.stands_in_the_way, "findings": findings })
}

pub(super) fn award(view: &AwardView) -> Value {
    json!({
        "outcome": case(&view.outcome),
        "rank": view.rank,
        "of": view.of,
        "method": view.method,
        "decided_at": view.decided_at.as_millis(),
        "sentence": view.sentence,
    })
}

pub(super) fn charge(view: &ChargeView) -> Value {
    json!({
        "kind": case(&view.kind),
        "minutes": view.minutes,
        "rule": view.rule,
        "note": view.note,
        "at": view.at.as_millis(),
    })
}

pub(super) fn notice(view: &NoticeView) -> Value {
    let notice = &view.notice;
    json!({
        "notice": notice.id.to_string(),
        "event": case(&notice.event),
        "title": notice.title,
        "text": notice.text,
        "detail": notice.detail.map(|detail| detail.to_string()),
        "assignment": notice.assignment.map(|assignment| assignment.to_string()),
        "acknowledge_by": notice.acknowledge_by.map(UnixMillis::as_millis),
        "acknowledgement": view.acknowledgement.as_ref().map(case),
    })
}

pub(super) fn relief_ask(view: &ReliefAskView) -> Value {
    let (answer, comes) = match &view.answer {
        ReliefAnswerView::Waiting { comes, .. } => (case(&view.answer), Some(*comes)),
        ReliefAnswerView::Refused { reason } => (format!("refused:{reason}"), None),
        other => (case(other), None),
    };
    json!({
        "assignment": view.ask.assignment.to_string(),
        "title": view.detail.as_ref().map(|detail| &detail.title),
        "site": view.site.as_ref().map(|site| &site.name),
        "answer_by": view.ask.answer_by.map(UnixMillis::as_millis),
        "answer": answer,
        "comes": comes,
    })
}

pub(super) fn trade(view: &TradeView) -> Value {
    json!({
        "trade": view.id.to_string(),
        "assignment": view.trade.assignment.to_string(),
        "title": view.detail.as_ref().map(|detail| &detail.title),
        "site": view.site.as_ref().map(|site| &site.name),
        "mine": view.mine,
        "state": case(&view.trade.state),
        "from": view.trade.from_name,
        "to": view.trade.to_name,
        "reason": view.trade.reason,
        "wish": view.wish.as_ref().map(pending),
    })
}

pub(super) fn fact(view: &FactView) -> Value {
    json!({
        "fact": view.fact.to_string(),
        "kind": case(&view.kind),
        "at": view.at.as_millis(),
        "text": view.text,
        "about": view.about.map(|about| about.to_string()),
        "corrected": view.corrected.map(UnixMillis::as_millis),
        "own": view.own,
        "signed": view.signed,
        "sync": sync(&view.sync),
    })
}

pub(super) fn written(view: &WrittenView) -> Value {
    let original = view.original.as_ref().map(
        |original| json!({ "size": original.size, "complete": original.complete.is_some(), "here": original.here }),
    );
    json!({
        "kind": case(&view.written.kind),
        "text": view.written.text,
        "own": view.own,
        "sync": sync(&view.sync),
        "original": original,
    })
}

pub(super) fn exchange(view: &SyncView) -> Value {
    json!({
        "all_synced": view.all_synced,
        "facts_waiting": view.facts_waiting,
        "wishes_waiting": view.wishes_waiting,
        "originals_waiting": view.originals_waiting,
        "originals_failed": view.originals_failed,
        "facts_refused": view.facts_refused,
        "facts_unsigned": view.facts_unsigned,
        "revoked": view.revoked_at.is_some(),
        "update_wanted": view.update_wanted,
    })
}

pub(super) fn unsettled(view: &ItemView) -> Value {
    json!({ "item": case(&view.item), "sync": sync(&view.sync) })
}

pub(super) fn wish(view: &WishView) -> Value {
    json!({
        "command": view.command.to_string(),
        "wish": view.wish.as_ref().map(case),
        "waiting": view.waiting,
        "decision": view.decision.as_ref().map(case),
        "reason": view.reason,
    })
}

pub(super) fn message(view: &MessageView) -> Value {
    match view {
        MessageView::OnThisPhone { text, .. } => json!({ "from": "phone", "text": text }),
        MessageView::Sent { message } => json!({ "from": case(&message.from), "text": message.text }),
    }
}
