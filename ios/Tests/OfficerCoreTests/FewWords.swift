import Foundation
import OfficerCore

// Views in few words, as the told stories have them.

/// The name of the case, without what it carries.
func caseName(_ value: Any) -> String {
    Mirror(reflecting: value).children.first?.label ?? "\(value)"
}

private func orNull(_ value: Any?) -> Any { value ?? NSNull() }

extension SyncState {
    fileprivate var inFewWords: String {
        switch self {
        case let .held(code, _): "held:\(code)"
        case let .refused(code, _): "refused:\(code)"
        default: caseName(self)
        }
    }
}

extension RunningView {
    var inFewWords: [String: Any] {
        [
            "assignment": orNull(shift?.assignment.id),
            "detail": orNull(detail),
            "state": caseName(state),
            "worked_ms": workedSoFar,
            "flags": flags.map(\.inFewWords),
            "places": places.map { caseName($0.verdict.state) },
            "ask_at": askAt,
            "review_at": orNull(reviewAt),
            "orders_read": orNull(ordersRead),
            "submitted": orNull(submitted),
            "sync": orNull(sync?.inFewWords),
        ]
    }
}

extension Flag {
    fileprivate var inFewWords: [String: Any] {
        let name = if case let .anomaly(anomaly) = kind { caseName(anomaly) } else { caseName(kind) }
        return ["kind": name, "explanations": explanations]
    }
}

extension ShiftView {
    var inFewWords: [String: Any] {
        [
            "assignment": assignment.id,
            "title": orNull(detail?.title),
            "site": orNull(site?.name),
            "starts": orNull(detail?.starts),
            "ends": orNull(detail?.ends),
            "state": caseName(assignment.state),
            "acknowledgement": caseName(acknowledgement),
            "paid_ms": orNull(ruling?.accepted.reduce(Int64(0)) { $0 + $1.end - $1.start }),
            "leaving": orNull(leaving?.inFewWords),
        ]
    }
}

extension LeavingView {
    fileprivate var inFewWords: [String: Any] {
        [
            "call_off": orNull(callOff?.inFewWords),
            "called_off": orNull(calledOff?.inFewWords),
            "offer": orNull(offer?.inFewWords),
            "offered": orNull(offered?.inFewWords),
        ]
    }
}

extension CallingOff {
    fileprivate var inFewWords: [String: Any] {
        ["state": caseName(state), "late": late, "why": why, "reason": reason]
    }
}

extension Trade {
    fileprivate var inFewWords: [String: Any] { ["state": caseName(state), "to": orNull(toName)] }
}

extension PendingView {
    fileprivate var inFewWords: String {
        if case let .refused(reason) = self { "refused:\(reason)" } else { caseName(self) }
    }
}

extension OfferView {
    var inFewWords: [String: Any] {
        ["detail": detail.id, "title": detail.title, "opens": orNull(opens), "application": orNull(application?.inFewWords)]
    }
}

extension ApplicationView {
    fileprivate var inFewWords: String {
        switch self {
        case let .stands(state, _): caseName(state)
        case let .refused(reason): "refused:\(reason)"
        default: caseName(self)
        }
    }
}

extension TermsView {
    var inFewWords: [String: Any] {
        [
            "method": method,
            "closes": closes,
            "decided_at": decidedAt,
            "acknowledge_ms": orNull(acknowledgeWithin),
            "committed": !commitment.isEmpty,
        ]
    }
}

extension AdviceView {
    var inFewWords: [String: Any] {
        ["stands_in_the_way": standsInTheWay, "findings": findings.map(\.inFewWords)]
    }
}

extension FindingView {
    fileprivate var inFewWords: [String: Any] {
        ["rule": rule, "state": caseName(state), "severity": caseName(severity), "sentence": sentence]
    }
}

extension AwardView {
    var inFewWords: [String: Any] {
        [
            "outcome": caseName(outcome),
            "rank": orNull(rank),
            "of": of,
            "method": method,
            "decided_at": decidedAt,
            "sentence": sentence,
        ]
    }
}

extension ChargeView {
    var inFewWords: [String: Any] {
        ["kind": caseName(kind), "minutes": minutes, "rule": rule, "note": note, "at": at]
    }
}

extension NoticeView {
    var inFewWords: [String: Any] {
        [
            "notice": notice.id,
            "event": caseName(notice.event),
            "title": notice.title,
            "text": notice.text,
            "detail": orNull(notice.detail),
            "assignment": orNull(notice.assignment),
            "acknowledge_by": orNull(notice.acknowledgeBy),
            "acknowledgement": orNull(acknowledgement.map { caseName($0) }),
        ]
    }
}

extension ReliefAskView {
    var inFewWords: [String: Any] {
        [
            "assignment": ask.assignment,
            "title": orNull(detail?.title),
            "site": orNull(site?.name),
            "answer_by": orNull(ask.answerBy),
            "answer": answer.inFewWords,
            "comes": orNull(answer.comes),
        ]
    }
}

extension ReliefAnswerView {
    fileprivate var inFewWords: String {
        if case let .refused(reason) = self { "refused:\(reason)" } else { caseName(self) }
    }

    fileprivate var comes: Bool? {
        if case let .waiting(_, comes) = self { comes } else { nil }
    }
}

extension TradeView {
    var inFewWords: [String: Any] {
        [
            "trade": id,
            "assignment": trade.assignment,
            "title": orNull(detail?.title),
            "site": orNull(site?.name),
            "mine": mine,
            "state": caseName(trade.state),
            "from": orNull(trade.fromName),
            "to": orNull(trade.toName),
            "reason": trade.reason,
            "wish": orNull(wish?.inFewWords),
        ]
    }
}

extension FactView {
    var inFewWords: [String: Any] {
        [
            "fact": fact,
            "kind": caseName(kind),
            "at": at,
            "text": orNull(text),
            "about": orNull(about),
            "corrected": orNull(corrected),
            "own": own,
            "signed": signed,
            "sync": sync.inFewWords,
        ]
    }
}

extension WrittenView {
    var inFewWords: [String: Any] {
        [
            "kind": caseName(written.kind),
            "text": written.text,
            "own": own,
            "sync": sync.inFewWords,
            "original": orNull(original?.inFewWords),
        ]
    }
}

extension OriginalView {
    fileprivate var inFewWords: [String: Any] { ["size": size, "complete": complete != nil, "here": here] }
}

extension SyncView {
    var inFewWords: [String: Any] {
        [
            "all_synced": allSynced,
            "facts_waiting": factsWaiting,
            "wishes_waiting": wishesWaiting,
            "originals_waiting": originalsWaiting,
            "originals_failed": originalsFailed,
            "facts_refused": factsRefused,
            "facts_unsigned": factsUnsigned,
            "revoked": revokedAt != nil,
            "update_wanted": updateWanted,
        ]
    }
}

extension ItemView {
    var inFewWords: [String: Any] { ["item": caseName(item), "sync": sync.inFewWords] }
}

extension WishView {
    var inFewWords: [String: Any] {
        [
            "command": command,
            "wish": orNull(wish.map { caseName($0) }),
            "waiting": waiting,
            "decision": orNull(decision.map { caseName($0) }),
            "reason": reason,
        ]
    }
}

extension MessageView {
    var inFewWords: [String: Any] {
        switch self {
        case let .onThisPhone(_, text, _, _): ["from": "phone", "text": text]
        case let .sent(message): ["from": caseName(message.from), "text": message.text]
        }
    }
}
