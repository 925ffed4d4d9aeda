/// What an officer may do with a detail on offer, and how their application stands.
public struct OfferChoices: Equatable, Sendable {
    /// A button.
    public enum Choice: Equatable, Hashable, Sendable {
        /// Apply for a position, or for any.
        case apply(position: PositionId?, words: Phrase)
        /// Take the application back.
        case withdraw
    }

    /// How the application stands; nil where there is none and places are open.
    public let standing: Phrase?
    /// How many places are open.
    public let places: Phrase
    /// When it opens to this officer, while that is still to come; nil where the officer may apply now.
    public let opens: Phrase?
    /// The buttons, the likeliest first.
    public let choices: [Choice]

    /// For a detail, at `now`.
    public init(_ offer: OfferView, now: UnixMillis, times: Times) {
        let open = offer.detail.positions.filter { !$0.filled }
        places = Phrase(.openPositions, times.number(UInt64(open.count)), times.number(UInt64(offer.detail.positions.count)))
        standing = Self.standing(offer)
        choices = Self.choices(offer, open)
        opens = Self.opens(offer, now).map { Phrase(.opensToYou, times.dayAndTime($0, in: offer.detail.zone)) }
    }

    private static func standing(_ offer: OfferView) -> Phrase? {
        switch offer.application {
        case .applying: Phrase(.applying)
        case .withdrawing: Phrase(.withdrawing)
        case let .refused(reason): Phrase(.applicationRefused, reason)
        case let .stands(state, _): stands(state)
        case nil: closed(offer.detail.state)
        }
    }

    private static func stands(_ state: ApplicationState) -> Phrase {
        switch state {
        case .received: Phrase(.applicationReceived)
        case .withdrawn: Phrase(.applicationWithdrawn)
        case .awarded: Phrase(.applicationAwarded)
        case .notAwarded: Phrase(.applicationNotAwarded)
        }
    }

    private static func closed(_ state: DetailState) -> Phrase? {
        switch state {
        case .open: nil
        case .filled: Phrase(.detailFilled)
        case .cancelled: Phrase(.detailCancelled)
        }
    }

    /// The agency says when it opens to each officer. Whoever has applied needs no opening any more.
    private static func opens(_ offer: OfferView, _ now: UnixMillis) -> UnixMillis? {
        switch offer.application {
        case nil, .refused, .stands(.withdrawn, _): offer.opens.flatMap { $0 > now && offer.detail.state == .open ? $0 : nil }
        default: nil
        }
    }

    private static func choices(_ offer: OfferView, _ open: [Position]) -> [Choice] {
        switch offer.application {
        case .applying, .stands(.received, _): return [.withdraw]
        case .withdrawing, .stands(.awarded, _), .stands(.notAwarded, _): return []
        case .refused, .stands(.withdrawn, _), nil: break
        }
        // Whether a place is left, and whether it is too late, is the agency's to decide: the phone may not have the news.
        guard offer.detail.state == .open else { return [] }
        let any = Choice.apply(position: nil, words: Phrase(.apply))
        if open.count <= 1 { return [any] }
        return [any] + open.map { .apply(position: $0.id, words: Phrase(.applyFor, $0.name)) }
    }
}
