import Foundation

/// What an officer who cannot work a shift may do about it, and how that stands. A wish changes nothing: the officer has the shift until
/// the agency says otherwise. The agency decides on each; what it would refuse for sure is not shown.
public struct LeavingChoices: Equatable, Sendable {
    /// The agency can be asked to be relieved of it.
    public let callOff: Bool
    /// It can be offered to a colleague.
    public let offerTrade: Bool
    /// The offer to a colleague can be taken back.
    public let withdrawTrade: Bool
    /// How earlier wishes stand, a line each.
    public let standing: [Phrase]
    /// What calling off entails, said before it is sent.
    public let entails: [Phrase]

    /// For an assignment, and its shift where it has begun.
    public init(_ shift: ShiftView, running: RunningView?, now: UnixMillis, times: Times) {
        let held = shift.assignment.state == .active && shift.detail?.state != .cancelled
        let free = held && !Self.isClockedIn(running)
        callOff = free && Self.mayCallOff(shift, now)
        offerTrade = free && Self.mayOffer(shift, now)
        withdrawTrade = held && Self.isOffered(shift)
        standing = shift.leaving.map(Self.standing) ?? []
        entails = Self.entails(shift.detail, now, times)
    }

    /// What was written, without blanks around it; nothing is sent where nothing is left.
    public static func words(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// At work on it, as the agency's server sees it.
    private static func isClockedIn(_ running: RunningView?) -> Bool {
        switch running?.state {
        case .on, .onBreak, .away: true
        case nil, .off, .enRoute, .out: false
        }
    }

    /// Not of a shift that is over, nor a second time beside a call-off that is open.
    private static func mayCallOff(_ shift: ShiftView, _ now: UnixMillis) -> Bool {
        if case .waiting = shift.leaving?.callOff { return false }
        let open = shift.leaving?.calledOff.map { [.kept, .waits].contains($0.state) } ?? false
        return !open && shift.detail.map { $0.ends > now } ?? true
    }

    /// Not once it has begun, nor beside another offer or a call-off that is on its way.
    private static func mayOffer(_ shift: ShiftView, _ now: UnixMillis) -> Bool {
        if case .waiting = shift.leaving?.callOff { return false }
        if case .waiting = shift.leaving?.offer { return false }
        return !isOffered(shift) && shift.detail.map { $0.starts > now } ?? true
    }

    private static func isOffered(_ shift: ShiftView) -> Bool { shift.leaving?.offered.map(TradeRow.isOpen) ?? false }

    private static func standing(_ leaving: LeavingView) -> [Phrase] {
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

extension OfficerPhone {
    /// Takes the open offer of an assignment back; nil where there is none.
    @discardableResult
    public func withdrawTrade(of assignment: AssignmentId, at clock: ClockReading) throws(OfficerError) -> CommandId? {
        var mark: PageMark?
        repeat {
            let page = try trades(after: mark, limit: 200)
            let offered = page.items.first { $0.mine && $0.trade.assignment == assignment && TradeRow.isOpen($0.trade) }
            if let offered { return try withdrawTrade(offered.id, at: clock) }
            mark = page.next
        } while mark != nil
        return nil
    }
}
