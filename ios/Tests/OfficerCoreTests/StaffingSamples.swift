@testable import OfficerCore

// Call-offs, relief, trades, awards and notices as the library gives them.
extension Sample {
    static func leaving(
        callOff: PendingView? = nil, calledOff: CallingOffState? = nil, reason: String = "", offer: PendingView? = nil, offered: TradeState? = nil
    ) -> LeavingView {
        let called = calledOff.map {
            CallingOff(assignment: "a-1", detail: "d-1", officer: "o-1", calledAt: now, why: "Ill.", late: false, state: $0, reason: reason)
        }
        return LeavingView(callOff: callOff, calledOff: called, offer: offer, offered: offered.map { trade($0) })
    }

    static func trade(_ state: TradeState, reason: String = "", from: String? = "Officer 1", to: String? = "Officer 2") -> Trade {
        Trade(
            assignment: "a-1", from: "o-1", to: "o-2", state: state, offeredAt: now, reason: reason, detail: "d-1", fromName: from, toName: to)
    }

    static func tradeView(_ state: TradeState, mine: Bool, detail: Detail? = Sample.detail(), wish: PendingView? = nil) -> TradeView {
        TradeView(id: "t-1", trade: trade(state, reason: "Too few hours of rest."), mine: mine, detail: detail, site: nil, wish: wish)
    }

    static func ask(
        _ answer: ReliefAnswerView = .open, alone: Bool = true, by: UnixMillis? = nil, state: AskState = .open, detail: Detail? = Sample.detail()
    ) -> ReliefAskView {
        let ask = ReliefAsk(
            assignment: "a-1", detail: detail?.id ?? "d-0", position: "p-1", officer: alone ? "o-1" : nil, askedAt: now, answerBy: by,
            answer: answer == .declined ? .no : nil, state: state, reason: "")
        return ReliefAskView(ask: ask, detail: detail, site: nil, answer: answer)
    }

    static func finding(_ state: FindingState, _ severity: Severity, _ sentence: String = "20 h 15 m of 24 h this week.") -> FindingView {
        FindingView(rule: "Town v1, \(state) \(severity)", state: state, severity: severity, sentence: sentence)
    }

    static func advice(_ findings: FindingView...) -> AdviceView {
        let way = findings.contains { $0.state != .holds && [.block, .needsApproval].contains($0.severity) }
        return AdviceView(findings: findings, standsInTheWay: way)
    }

    static func terms(closes: Millis, decided: Millis? = nil, within: Millis? = nil) -> TermsView {
        TermsView(
            method: "seniority v1", closes: now + closes, decidedAt: now + (decided ?? closes), acknowledgeWithin: within, commitment: "c0ffee")
    }

    static func award(_ outcome: AwardOutcome, rank: UInt32? = 2) -> AwardView {
        AwardView(outcome: outcome, rank: rank, of: 7, method: "seniority v1", decidedAt: now, sentence: "You are 2nd of 7.")
    }

    static func notice(
        _ acknowledgement: AcknowledgementView?, by: Millis? = .hours(1), event: EventKind = .awarded, urgency: Urgency = .normal
    ) -> NoticeView {
        let notice = Notice(
            id: "n-1", officer: "o-1", event: event, urgency: urgency, title: "You have it", text: "Road work is yours.", at: now, detail: "d-1",
            assignment: "a-1", acknowledgeBy: by.map { now + $0 }, acknowledged: acknowledgement == .given ? now : nil)
        return NoticeView(notice: notice, acknowledgement: acknowledgement)
    }

    static func charge(_ kind: ChargeKind, minutes: Int64, list: String = "", rule: String = "Town 2026 v1, no-shows", note: String = "") -> ChargeView {
        ChargeView(id: "e-1", at: now, kind: kind, list: list, position: nil, minutes: minutes, rule: rule, note: note)
    }
}
