/// One button of the clock.
public struct ClockChoice: Equatable, Sendable, Identifiable {
    /// What it writes down.
    public let kind: FactKind
    /// Of which shift.
    public let shift: WhichShift
    /// What stands on it.
    public let words: Phrase
    /// What is asked first; nil where the tap is enough.
    public let question: Phrase?

    /// Clocks in for a shift that was clocked out of: seldom meant, so it is asked first.
    public static func onceMore(_ shift: WhichShift) -> ClockChoice {
        ClockChoice(kind: .in, shift: shift, words: Phrase(.clockInOnceMore), question: Phrase(.askOnceMore))
    }

    /// Tells the buttons of a panel apart.
    public var id: String { "\(kind) \(shift)" }
}

/// What the clock offers now. The clock is never locked: whatever the agency will say of it, an officer at work can clock in.
public struct ClockPanel: Equatable, Sendable {
    /// The large button.
    public let main: ClockChoice
    /// The smaller ones.
    public let others: [ClockChoice]

    /// Shifts to hand in, the newest first.
    public let handIn: [RunningView]

    /// Handing in comes before the clock, unless the clock is for a shift of the officer's that was not begun yet.
    public var isHandInFirst: Bool {
        if case .assignment = main.shift { return false }
        return !handIn.isEmpty
    }

    /// From how long before its start a shift is offered.
    public static let offeredBefore = Millis.hours(12)
    /// Up to how long before its start nothing is asked.
    public static let usualBefore = Millis.minutes(30)

    /// For the shift under way, or for those that are scheduled around now; `finished` are those that the officer clocked out of.
    public init(running: RunningView?, schedule: [ShiftView], finished: [RunningView] = [], now: UnixMillis, times: Times) {
        let under = running.flatMap { Self.during($0, times: times) }
        let choices = under ?? Self.before(schedule, finished, now: now, times: times)
        handIn = under == nil ? finished.filter(FinishedShifts.isToHandIn) : []
        main = choices[0]
        others = Array(choices.dropFirst())
    }

    /// The shifts that may be begun now, the next one first.
    public static func candidates(_ schedule: [ShiftView], now: UnixMillis) -> [ShiftView] {
        schedule.filter { shift in
            guard let detail = shift.detail, shift.assignment.state == .active, detail.state != .cancelled else { return false }
            return now >= detail.starts - offeredBefore && now < detail.ends
        }.sorted { ($0.detail?.starts ?? 0, $0.log) < ($1.detail?.starts ?? 0, $1.log) }
    }

    /// What was handed in is not offered again, and what was clocked out of comes after everything else.
    private static func before(_ schedule: [ShiftView], _ finished: [RunningView], now: UnixMillis, times: Times) -> [ClockChoice] {
        let over = Set(finished.map(\.log))
        let again = candidates(schedule, now: now).map(\.log).filter { log in finished.contains { $0.log == log && $0.submitted == nil } }
        let fresh = begin(schedule.filter { !over.contains($0.log) }, isAlone: again.isEmpty, now: now, times: times)
        let onceMore = again.map { ClockChoice.onceMore(.log($0)) }
        // A shift of one's own comes before one that is over, and that before one without an assignment.
        return fresh.count > 1 ? fresh + onceMore : onceMore + fresh
    }

    private static func begin(_ schedule: [ShiftView], isAlone: Bool, now: UnixMillis, times: Times) -> [ClockChoice] {
        let shifts = candidates(schedule, now: now)
        let unassigned = ClockChoice(
            kind: .in, shift: .unassigned(nil), words: Phrase(shifts.isEmpty && isAlone ? .clockIn : .clockInWithoutAssignment),
            question: Phrase(.askUnassigned))
        guard let first = shifts.first else { return [unassigned] }
        let ins = shifts.enumerated().map { place, shift in begin(shift, isFirst: place == 0, alone: shifts.count == 1, now, times) }
        let enRoute = ClockChoice(kind: .enRoute, shift: .assignment(first.assignment.id), words: Phrase(.enRoute), question: nil)
        return [ins[0], enRoute] + ins.dropFirst() + [unassigned]
    }

    private static func begin(_ shift: ShiftView, isFirst: Bool, alone: Bool, _ now: UnixMillis, _ times: Times) -> ClockChoice {
        let title = shift.detail?.title ?? ""
        return ClockChoice(
            kind: .in, shift: .assignment(shift.assignment.id), words: alone ? Phrase(.clockIn) : Phrase(.clockInHere, title),
            question: isFirst ? early(shift.detail, now, times) : Phrase(.askOther))
    }

    private static func early(_ detail: Detail?, _ now: UnixMillis, _ times: Times) -> Phrase? {
        guard let detail, now < detail.starts - usualBefore else { return nil }
        return Phrase(.askEarly, times.time(detail.starts, in: detail.zone))
    }

    /// Nil where the shift is over: what comes next is another one.
    private static func during(_ running: RunningView, times: Times) -> [ClockChoice]? {
        let shift = WhichShift.log(running.log)
        func choice(_ kind: FactKind, _ words: Sentence) -> ClockChoice {
            ClockChoice(kind: kind, shift: shift, words: Phrase(words), question: nil)
        }
        let out = ClockChoice(
            kind: .out, shift: shift, words: Phrase(.clockOut),
            question: Phrase(.askOut, phrase: times.length(running.workedSoFar)))
        switch running.state {
        case .off, .enRoute: return [choice(.in, .clockIn)]
        case .on: return [out, choice(.breakStart, .startBreak), choice(.willReturn, .willReturn)]
        case .onBreak: return [choice(.breakEnd, .endBreak), out]
        case .away: return [choice(.in, .clockInAgain), out]
        case .out: return nil
        }
    }
}
