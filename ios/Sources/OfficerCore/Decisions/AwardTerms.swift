/// How a detail on offer will be awarded, in words.
public struct AwardTerms: Equatable, Sendable {
    /// The window is over, by this phone's clock.
    public let isClosed: Bool
    /// A line each: how, until when, and what follows.
    public let lines: [Phrase]
    /// What is asked before an application is sent after the close; nil where it is in time.
    public let question: Phrase?

    /// From the terms as they came; nil where a coordinator decides.
    public init(_ terms: TermsView?, in zone: Zone?, now: UnixMillis, times: Times) {
        isClosed = terms.map { $0.closes <= now } ?? false
        lines = terms.map { Self.lines($0, closed: $0.closes <= now, zone, times) } ?? [Phrase(.termsCoordinator)]
        question = isClosed ? terms.map { Phrase(.askAfterClose, times.dayAndTime($0.closes, in: zone)) } : nil
    }

    private static func lines(_ terms: TermsView, closed: Bool, _ zone: Zone?, _ times: Times) -> [Phrase] {
        let close = Phrase(closed ? .termsClosed : .termsCloses, times.dayAndTime(terms.closes, in: zone))
        let decided = terms.decidedAt > terms.closes ? Phrase(.termsDecided, times.dayAndTime(terms.decidedAt, in: zone)) : nil
        let within = terms.acknowledgeWithin.map { Phrase(.termsAcknowledge, phrase: times.length($0)) }
        return [Phrase(.termsMethod, terms.method), close, decided, within, Phrase(.termsSealed, terms.commitment)].compactMap { $0 }
    }
}
