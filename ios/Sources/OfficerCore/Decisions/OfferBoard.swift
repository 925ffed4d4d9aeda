import DetailbookBindings

/// Everything that is offered to the officer: by the agency, instead of somebody, or by a colleague.
public struct OfferBoard: Equatable, Sendable {
    /// The first details on offer, the next one first.
    public let offers: [OfferView]
    /// Open questions to come instead of somebody, the oldest first.
    public let asks: [ReliefAskView]
    /// Trades that colleagues offer this officer and that wait for the answer, the newest first.
    public let trades: [TradeView]
}

extension OfficerPhone {
    /// Everything that is offered, now and after every change.
    public nonisolated func offerBoards(limit: UInt32 = 200) -> Views<OfferBoard> {
        views { core, now in
            OfferBoard(
                offers: try core.offers(now: now, mark: nil, limit: limit).items, asks: try core.reliefAsks(now: now, limit: limit),
                trades: try core.trades(mark: nil, limit: limit).items.filter { TradeRow.awaitsAnswer($0, now: now) })
        }
    }

    /// One question to come instead of somebody with what the rules say of it, now and after every change; nil once it is settled.
    public nonisolated func reliefSheets(of assignment: AssignmentId) -> Views<ReliefSheet?> {
        views { core, now in
            let ask = try core.reliefAsks(now: now, limit: 1000).first { $0.ask.assignment == assignment }
            return try ask.map { ReliefSheet(ask: $0, advice: try core.advice(detail: $0.ask.detail, now: now)) }
        }
    }
}

/// A question to come instead of somebody, and what the agency's rules say of it.
public struct ReliefSheet: Equatable, Sendable {
    /// The question.
    public let ask: ReliefAskView
    /// What the agency's rules say of the officer's working that detail.
    public let advice: AdviceView
}
