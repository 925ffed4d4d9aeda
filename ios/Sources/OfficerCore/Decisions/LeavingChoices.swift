import Foundation

/// What an officer who cannot work a shift may do about it, and how that stands. A wish changes nothing: the officer has the shift until
/// the agency says otherwise.
public struct LeavingChoices: Equatable, Sendable {
    /// The agency can be asked to be relieved of it.
    public let callOff: Bool
    /// It can be offered to a colleague.
    public let offerTrade: Bool
    /// How earlier wishes stand, a line each.
    public let standing: [Phrase]
    /// What calling off entails, said before it is sent.
    public let entails: [Phrase]

    /// For an assignment, and its shift where it has begun.
    public init(_ shift: ShiftView, running: RunningView?, now: UnixMillis, times: Times) {
        let leaving = shift.leaving
        let held = Self.isHeld(shift, running, now)
        callOff = held && !Self.isAsked(leaving)
        offerTrade = held && Self.isAhead(shift, now) && !Self.isOffered(leaving)
        standing = leaving.map { Self.standing($0, times) } ?? []
        entails = Self.entails(shift.detail, now, times)
    }

    /// What was written, without blanks around it; nothing is sent where nothing is left.
    public static func words(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// The officer has it, it is not over, and the officer is not at work on it.
    private static func isHeld(_ shift: ShiftView, _ running: RunningView?, _ now: UnixMillis) -> Bool {
        guard shift.assignment.state == .active, shift.detail?.state != .cancelled, shift.detail.map({ $0.ends > now }) ?? true else { return false }
        switch running?.state {
        case nil, .off, .enRoute: return true
        case .on, .onBreak, .away, .out: return false
        }
    }

    private static func isAhead(_ shift: ShiftView, _ now: UnixMillis) -> Bool { shift.detail.map { $0.starts > now } ?? true }

    /// A call-off waits to be sent, or for the agency or somebody else to come.
    private static func isAsked(_ leaving: LeavingView?) -> Bool {
        if case .waiting = leaving?.callOff { return true }
        return [.kept, .waits].contains(leaving?.calledOff?.state)
    }

    private static func isOffered(_ leaving: LeavingView?) -> Bool {
        if case .waiting = leaving?.offer { return true }
        return [.offered, .taken].contains(leaving?.offered?.state)
    }

    private static func standing(_ leaving: LeavingView, _ times: Times) -> [Phrase] {
        let calledOff = leaving.calledOff.map { called in
            [Phrase(stands(called.state))] + (called.reason.isEmpty ? [] : [Phrase(.given, called.reason)])
        }
        let callOff = leaving.callOff.map { [pending($0, waiting: .callOffWaiting, refused: .callOffRefused)] }
        let offer = leaving.offer.map { [pending($0, waiting: .tradeOfferWaiting, refused: .tradeOfferRefused)] }
        let offered = leaving.offered.map { [TradeRow.standing($0, mine: true)] }
        return [callOff ?? calledOff, offer ?? offered].compactMap { $0 }.flatMap { $0 }
    }

    private static func pending(_ wish: PendingView, waiting: Sentence, refused: Sentence) -> Phrase {
        switch wish {
        case .waiting: Phrase(waiting)
        case let .refused(reason): Phrase(refused, reason)
        }
    }

    private static func stands(_ state: CallingOffState) -> Sentence {
        switch state {
        case .released: .callOffReleased
        case .kept: .callOffKept
        case .waits: .callOffWaits
        case .replaced: .callOffReplaced
        case .refused: .callOffNotReleased
        case .lapsed: .callOffLapsed
        }
    }

    /// The gates are the agency's and may change: what counts is when its server has the wish.
    private static func entails(_ detail: Detail?, _ now: UnixMillis, _ times: Times) -> [Phrase] {
        let notice = detail.map { $0.starts > now ? Phrase(.callOffNotice, phrase: times.length($0.starts - now)) : Phrase(.callOffBegun) }
        return [notice, Phrase(.callOffDecides), Phrase(.callOffCounts)].compactMap { $0 }
    }
}
