import Foundation

/// A clock event of a shift as the list shows it. The original always stays in the list.
public struct PunchLine: Equatable, Hashable, Sendable, Identifiable {
    /// The fact.
    public let id: FactId
    /// Which kind of clock event.
    public let kind: FactKind
    /// When it was made, by the phone's clock.
    public let made: UnixMillis
    /// The time that the officer last corrected it to; nil where it was not corrected.
    public let corrected: UnixMillis?
    /// Why, in the officer's words; nil where it was not corrected.
    public let reason: String?

    /// The time that counts.
    public var counted: UnixMillis { corrected ?? made }

    /// When it was made, in words.
    public func words(in zone: Zone?, times: Times) -> Phrase { Phrase(.punchMade, times.dayAndTime(made, in: zone)) }

    /// What it was corrected to, in words; nil where it was not.
    public func correctedWords(in zone: Zone?, times: Times) -> Phrase? {
        corrected.map { Phrase(.punchCorrected, times.dayAndTime($0, in: zone)) }
    }
}

/// The clock events of one shift, for an officer who forgot one or made it at the wrong time.
public struct PunchSheet: Equatable, Sendable {
    /// How long before the shift a time is still a usual one.
    public static let usualBefore = ClockPanel.offeredBefore

    /// In the order they were written down. What the agency refused is no clock event.
    public let punches: [PunchLine]
    /// What is said of a correction from now on; nil until the shift is handed in.
    public let late: Phrase?
    /// Where the shift is worked; nil for the phone's own zone.
    public let zone: Zone?
    private let detail: Detail?
    private let now: UnixMillis

    /// From all facts of a shift and its view.
    public init(_ facts: [FactView], shift: RunningView, now: UnixMillis) {
        punches = facts.filter { Self.isPunch($0.kind) && !$0.sync.isRefused }.map { fact in
            let last = fact.corrected.flatMap { _ in facts.last { $0.kind == .correction && $0.about == fact.fact } }
            return PunchLine(id: fact.fact, kind: fact.kind, made: fact.at, corrected: fact.corrected, reason: last?.text)
        }
        late = ShiftChoices.late(shift)
        (detail, zone, self.now) = (shift.shift?.detail, shift.shift?.detail?.zone, now)
    }

    /// What stands under the list.
    public var footer: Phrase { Phrase(late == nil ? .correctionStays : .correctionsLate) }

    /// What there is to choose about one of them; nil where it is none of them.
    public func correction(of punch: FactId) -> PunchCorrection? {
        guard let place = punches.firstIndex(where: { $0.id == punch }) else { return nil }
        let before = place > 0 ? punches[place - 1].counted : nil
        let after = place + 1 < punches.count ? punches[place + 1].counted : nil
        let begun = punches.map(\.made).min().map { min($0, detail?.starts ?? $0) } ?? now
        let suggested = punches[place].corrected ?? forgottenOut(punches[place], before) ?? punches[place].made
        return PunchCorrection(
            punches[place], usual: min(begun - Self.usualBefore, now)...now, suggested: suggested, before: before, after: after)
    }

    /// Is it something that the clock writes down?
    public static func isPunch(_ kind: FactKind) -> Bool {
        switch kind {
        case .enRoute, .in, .breakStart, .breakEnd, .willReturn, .out: true
        default: false
        }
    }

    /// The scheduled end, where the officer clocked out after it.
    private func forgottenOut(_ punch: PunchLine, _ before: UnixMillis?) -> UnixMillis? {
        guard punch.kind == .out, let end = detail?.ends, end < punch.made, end > before ?? .min else { return nil }
        return end
    }

    /// The whole minute that a time lies in.
    static func minute(_ at: UnixMillis) -> UnixMillis { at - ((at % 60_000) + 60_000) % 60_000 }
}

/// A correction that is being written. Times are chosen to the minute.
public struct PunchCorrection: Equatable, Hashable, Sendable, Identifiable {
    /// Of what.
    public let punch: PunchLine
    /// Times before this are long before the shift, and those after it later than the phone's clock, which may be the one that is wrong. They
    /// are taken as well: a coordinator sees them.
    public let usual: ClosedRange<UnixMillis>
    /// The chosen time: at first what it was corrected to, or the scheduled end for a clock-out after it, else when the punch was made.
    public private(set) var at: UnixMillis
    /// Why, in the officer's words.
    public var reason = ""
    private let before: UnixMillis?
    private let after: UnixMillis?

    init(_ punch: PunchLine, usual: ClosedRange<UnixMillis>, suggested: UnixMillis, before: UnixMillis?, after: UnixMillis?) {
        (self.punch, self.usual, self.before, self.after) = (punch, usual, before, after)
        at = PunchSheet.minute(suggested)
    }

    /// Tells sheets apart.
    public var id: FactId { punch.id }

    /// The chosen time as a picker has it.
    public var date: Date {
        get { Date(millis: at) }
        set { at = PunchSheet.minute(newValue.millis) }
    }

    /// What is wrong with the chosen time; nil where it can be taken.
    public var problem: Phrase? { at == PunchSheet.minute(punch.counted) ? Phrase(.correctionSame) : nil }

    /// What is said of the chosen time, which is taken all the same.
    public var remarks: [Phrase] {
        let said: [(Bool, Sentence)] = [
            (at > usual.upperBound, .correctionInFuture), (at < usual.lowerBound, .correctionTooEarly), (changesOrder, .correctionOrder),
        ]
        return said.filter(\.0).map { Phrase($0.1) }
    }

    /// It changes places with another entry.
    private var changesOrder: Bool { before.map { at < PunchSheet.minute($0) } == true || after.map { at > $0 } == true }

    /// Can it be written down? It has a reason and a time.
    public var isComplete: Bool { problem == nil && !words.isEmpty }

    fileprivate var words: String { reason.trimmingCharacters(in: .whitespacesAndNewlines) }
}

extension OfficerPhone {
    /// The clock events of a shift, now and after every change.
    public nonisolated func punchSheets(of log: DocumentId) -> Views<PunchSheet> {
        views { core, now in try Self.punchSheet(core, log, now) }
    }

    /// The clock events of a shift.
    public func punchSheet(of log: DocumentId) throws(OfficerError) -> PunchSheet {
        let now = try reading().wall
        return try call { try Self.punchSheet($0, log, now) }
    }

    /// Writes a correction down. The original stays.
    @discardableResult
    public func correct(_ correction: PunchCorrection, of log: DocumentId, at moment: Moment) throws(OfficerError) -> Recorded {
        try correct(correction.punch.id, in: .log(log), to: correction.at, because: correction.words, at: moment)
    }

    private static func punchSheet(_ core: Core, _ log: DocumentId, _ now: UnixMillis) throws -> PunchSheet {
        var facts: [FactView] = []
        while true {
            let page = try core.facts(document: log, after: facts.last?.fact, limit: 200)
            facts += page
            if page.count < 200 { break }
        }
        return PunchSheet(facts, shift: try core.shift(log: log, now: now), now: now)
    }
}
