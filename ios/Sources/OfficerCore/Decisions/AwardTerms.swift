/// How a detail on offer will be awarded, in words.
public struct AwardTerms: Equatable, Sendable {
    /// A line each: how, until when, and what follows.
    public let lines: [Phrase]

    /// From the terms as they came; nil where a coordinator decides.
    public init(_ terms: TermsView?, in zone: Zone?, now: UnixMillis, times: Times) {
        lines = terms.map { Self.lines($0, closed: $0.closes <= now, zone, times) } ?? [Phrase(.termsCoordinator)]
    }

    private static func lines(_ terms: TermsView, closed: Bool, _ zone: Zone?, _ times: Times) -> [Phrase] {
        let close = Phrase(closed ? .termsClosed : .termsCloses, times.dayAndTime(terms.closes, in: zone))
        let decided = terms.decidedAt > terms.closes ? Phrase(.termsDecided, times.dayAndTime(terms.decidedAt, in: zone)) : nil
        let within = terms.acknowledgeWithin.map { Phrase(.termsAcknowledge, phrase: times.length($0)) }
        return [Phrase(.termsMethod, terms.method), close, decided, within, Phrase(.termsSealed, terms.commitment)].compactMap { $0 }
    }
}
