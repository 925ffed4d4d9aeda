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

    /// The shift that the clock is at, which the page is about; nil where it is at none.
    public let shift: RunningView?

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

    /// For the shift under way, or for those that are scheduled around now; `finished` are those that the officer clocked out of. Who is only
    /// on the way to a shift may clock in for that one or, asked first, for any other.
    public init(running: RunningView?, schedule: [ShiftView], finished: [RunningView] = [], now: UnixMillis, times: Times) {
        shift = running.flatMap { $0.holdsClock(at: now) ? $0 : nil }
        let choices: [ClockChoice]
        switch shift {
        case nil: choices = Self.before(schedule, finished, now: now, times: times)
        case let shift? where shift.isAtWork: choices = Self.during(shift, times: times)
        case let shift?: choices = Self.onTheWay(to: shift, schedule, finished, now: now)
        }
        handIn = shift == nil ? finished.filter(FinishedShifts.isToHandIn) : []
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
        let onceMore = onceMore(schedule, finished, now: now)
        let fresh = begin(fresh(schedule, finished, now: now), isAlone: onceMore.isEmpty, now: now, times: times)
        // A shift of one's own comes before one that is over, and that before one without an assignment.
        return fresh.count > 1 ? fresh + onceMore : onceMore + fresh
    }

    private static func onTheWay(
        to shift: RunningView, _ schedule: [ShiftView], _ finished: [RunningView], now: UnixMillis
    ) -> [ClockChoice] {
        let others = fresh(schedule, finished, now: now).filter { $0.log != shift.log }
        let words = others.isEmpty || shift.shift == nil ? Phrase(.clockIn) : here(shift.shift)
        let main = ClockChoice(kind: .in, shift: .log(shift.log), words: words, question: nil)
        let ins = others.map { ClockChoice(kind: .in, shift: .assignment($0.assignment.id), words: here($0), question: Phrase(.askOther)) }
        let (onceMore, unassigned) = (onceMore(schedule, finished, now: now), [unassigned(isAlone: false)])
        return [main] + (ins.isEmpty ? onceMore + unassigned : ins + unassigned + onceMore)
    }

    /// Those around now that were not clocked out of, the next one first.
    private static func fresh(_ schedule: [ShiftView], _ finished: [RunningView], now: UnixMillis) -> [ShiftView] {
        let over = Set(finished.map(\.log))
        return candidates(schedule, now: now).filter { !over.contains($0.log) }
    }

    private static func onceMore(_ schedule: [ShiftView], _ finished: [RunningView], now: UnixMillis) -> [ClockChoice] {
        let again = candidates(schedule, now: now).map(\.log).filter { log in finished.contains { $0.log == log && $0.submitted == nil } }
        return again.map { ClockChoice.onceMore(.log($0)) }
    }

    private static func unassigned(isAlone: Bool) -> ClockChoice {
        ClockChoice(
            kind: .in, shift: .unassigned(nil), words: Phrase(isAlone ? .clockIn : .clockInWithoutAssignment), question: Phrase(.askUnassigned))
    }

    private static func here(_ shift: ShiftView?) -> Phrase { Phrase(.clockInHere, phrase: ShiftWords.title(shift)) }

    private static func begin(_ shifts: [ShiftView], isAlone: Bool, now: UnixMillis, times: Times) -> [ClockChoice] {
        let unassigned = unassigned(isAlone: shifts.isEmpty && isAlone)
        guard let first = shifts.first else { return [unassigned] }
        let ins = shifts.enumerated().map { place, shift in begin(shift, isFirst: place == 0, alone: shifts.count == 1, now, times) }
        let enRoute = ClockChoice(kind: .enRoute, shift: .assignment(first.assignment.id), words: Phrase(.enRoute), question: nil)
        return [ins[0], enRoute] + ins.dropFirst() + [unassigned]
    }

    private static func begin(_ shift: ShiftView, isFirst: Bool, alone: Bool, _ now: UnixMillis, _ times: Times) -> ClockChoice {
        ClockChoice(
            kind: .in, shift: .assignment(shift.assignment.id), words: alone ? Phrase(.clockIn) : here(shift),
            question: isFirst ? early(shift.detail, now, times) : Phrase(.askOther))
    }

    private static func early(_ detail: Detail?, _ now: UnixMillis, _ times: Times) -> Phrase? {
        guard let detail, now < detail.starts - usualBefore else { return nil }
        return Phrase(.askEarly, times.time(detail.starts, in: detail.zone))
    }

    private static func during(_ running: RunningView, times: Times) -> [ClockChoice] {
        let shift = WhichShift.log(running.log)
        func choice(_ kind: FactKind, _ words: Sentence) -> ClockChoice {
            ClockChoice(kind: kind, shift: shift, words: Phrase(words), question: nil)
        }
        let out = ClockChoice(
            kind: .out, shift: shift, words: Phrase(.clockOut),
            question: Phrase(.askOut, phrase: times.length(running.workedSoFar)))
        switch running.state {
        case .onBreak: return [choice(.breakEnd, .endBreak), out]
        case .away: return [choice(.in, .clockInAgain), out]
        default: return [out, choice(.breakStart, .startBreak), choice(.willReturn, .willReturn)]
        }
    }
}
