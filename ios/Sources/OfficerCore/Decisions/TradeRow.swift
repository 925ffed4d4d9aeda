/// A trade as the screen shows it.
public struct TradeRow: Equatable, Sendable, Identifiable {
    /// A button.
    public enum Choice: Equatable, Hashable, Sendable {
        /// Take the shift over.
        case take
        /// Do not.
        case decline
        /// Take the own offer back.
        case withdraw
    }

    /// Its id.
    public let id: TradeId
    /// What the shift is called.
    public let title: Phrase
    /// When it is.
    public let when: Phrase?
    /// Where the trade stands.
    public let standing: Phrase
    /// How the officer's latest wish about it stands; nil where it has been carried out.
    public let wish: Phrase?
    /// The buttons.
    public let choices: [Choice]

    /// For a trade.
    public init(_ trade: TradeView, now: UnixMillis, times: Times) {
        let detail = trade.detail
        id = trade.id
        title = detail.map { Phrase(.given, $0.title) } ?? Phrase(.unnamedDetail)
        when = detail.map { times.span(from: $0.starts, to: $0.ends, in: $0.zone) }
        standing = Self.standing(trade.trade, mine: trade.mine)
        wish = trade.wish.map(Self.wish)
        choices = Self.choices(trade, now)
    }

    /// Does somebody still have to answer it?
    public static func isOpen(_ trade: Trade) -> Bool { [.offered, .taken].contains(trade.state) }

    /// Was it offered to this officer, and waits for the answer?
    public static func awaitsAnswer(_ trade: TradeView, now: UnixMillis) -> Bool {
        !trade.mine && trade.trade.state == .offered && isAhead(trade, now)
    }

    /// Where a trade stands, said to who offered it or to whom it was offered.
    public static func standing(_ trade: Trade, mine: Bool) -> Phrase {
        let colleague = (mine ? trade.toName : trade.fromName).map { Phrase(.given, $0) } ?? Phrase(.colleague)
        return switch trade.state {
        case .offered: Phrase(mine ? .tradeOffered : .tradeOfferedToYou, phrase: colleague)
        case .taken: Phrase(.tradeTaken)
        case .done: mine ? Phrase(.tradeDone, phrase: colleague) : Phrase(.tradeYours)
        case .declined: mine ? Phrase(.tradeDeclined, phrase: colleague) : Phrase(.tradeDeclinedByYou)
        case .withdrawn: mine ? Phrase(.tradeWithdrawnByYou) : Phrase(.tradeWithdrawn, phrase: colleague)
        case .refused: Phrase(.tradeRefused, trade.reason)
        case .lapsed: Phrase(.tradeLapsed)
        }
    }

    private static func wish(_ wish: PendingView) -> Phrase {
        switch wish {
        case .waiting: Phrase(.answerWaiting)
        case let .refused(reason): Phrase(.notAccepted, reason)
        }
    }

    /// Nothing while an answer waits to be sent, nor once the shift has begun.
    private static func choices(_ trade: TradeView, _ now: UnixMillis) -> [Choice] {
        if case .waiting = trade.wish { return [] }
        guard isAhead(trade, now) else { return [] }
        if trade.mine { return isOpen(trade.trade) ? [.withdraw] : [] }
        return trade.trade.state == .offered ? [.take, .decline] : []
    }

    private static func isAhead(_ trade: TradeView, _ now: UnixMillis) -> Bool { trade.detail.map { $0.starts > now } ?? true }
}
