/// What an officer is told about the exchange with the agency.
public struct SyncWords: Equatable, Sendable {
    /// How serious it is.
    public enum Tone: Equatable, Sendable { case fine, waiting, attention }

    /// How serious it is.
    public let tone: Tone
    /// In one line.
    public let headline: Phrase
    /// The rest, a line each.
    public let lines: [Phrase]
    /// Only another enrolment helps: the button for it stands beside the words.
    public let enrolAgain: Bool

    /// The words for the exchange as a whole.
    public init(_ sync: SyncView, times: Times) {
        tone = Self.tone(sync)
        enrolAgain = sync.revokedAt != nil || sync.enrolAgain != nil
        headline = Self.headline(sync, tone)
        lines = Self.enrolAgain(sync) + Self.counts(sync, times) + Self.times(sync, times)
    }

    /// How far one item has come.
    public static func state(_ state: SyncState) -> Phrase {
        switch state {
        case .onThisPhone: Phrase(.onThisPhone)
        case let .held(_, reason): Phrase(.held, reason)
        case .agencyHasIt: Phrase(.agencyHasIt)
        case .ruled: Phrase(.ruled)
        case let .refused(_, reason): Phrase(.refused, reason)
        }
    }

    /// How far the original of a photo or video has come.
    public static func original(_ original: OriginalView, times: Times) -> Phrase {
        if original.failed != nil { return Phrase(.givenUp) }
        if original.complete != nil { return Phrase(.agencyHasIt) }
        if original.received == 0 { return Phrase(.onThisPhone) }
        return Phrase(.photoSent, times.size(original.received), times.size(original.size))
    }

    private static func tone(_ sync: SyncView) -> Tone {
        let odd = sync.factsRefused > 0 || sync.originalsFailed > 0 || sync.revokedAt != nil || sync.updateWanted || sync.enrolAgain != nil
        if odd { return .attention }
        return sync.allSynced ? .fine : .waiting
    }

    private static func headline(_ sync: SyncView, _ tone: Tone) -> Phrase {
        if sync.revokedAt != nil { return Phrase(.enrolmentEnded) }
        if let why = sync.enrolAgain { return isKeyChanged(why) ? Phrase(.keyChanged) : Phrase(.given, why.reason) }
        if sync.updateWanted { return Phrase(.updateWanted) }
        switch tone {
        case .attention: return Phrase(.needsLook)
        case .fine: return Phrase(.allSynced)
        case .waiting: return Phrase(sync.settledAt == nil && !sync.hasWaiting ? .neverSynced : .waiting)
        }
    }

    private static func enrolAgain(_ sync: SyncView) -> [Phrase] {
        sync.revokedAt == nil && sync.enrolAgain.map(isKeyChanged) == true ? [Phrase(.keyChangedWhy)] : []
    }

    /// A code that this version does not know is told in the library's words.
    private static func isKeyChanged(_ why: EnrolAgain) -> Bool { why.code == "key_changed" }

    private static func counts(_ sync: SyncView, _ times: Times) -> [Phrase] {
        let counts: [(Sentence, UInt64)] = [
            (.factsWaiting, sync.factsWaiting), (.wishesWaiting, sync.wishesWaiting), (.originalsWaiting, sync.originalsWaiting),
            (.originalsFailed, sync.originalsFailed), (.factsRefused, sync.factsRefused), (.factsUnsigned, sync.factsUnsigned),
        ]
        return counts.filter { $0.1 > 0 }.map { Phrase($0.0, times.number($0.1)) }
    }

    private static func times(_ sync: SyncView, _ times: Times) -> [Phrase] {
        let settled = sync.settledAt.map { Phrase(.syncedAt, times.dayAndTime($0, in: nil)) }
        let retry = sync.retryAt.map { Phrase(.retriesAt, times.time($0, in: nil)) }
        return [settled, retry].compactMap { $0 }
    }
}

extension SyncView {
    /// Something of the officer's waits to be sent.
    public var hasWaiting: Bool { factsWaiting > 0 || wishesWaiting > 0 || originalsWaiting > 0 }
}
