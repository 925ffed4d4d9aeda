import DetailbookBindings

/// What the screen with the clock shows.
public struct ClockView: Equatable, Sendable {
    /// The shift under way, what comes next, and how the exchange stands.
    public let first: FirstScreen
    /// Shifts of the last two days that the officer clocked out of, and older ones without an assignment until they are handed in, the newest first.
    public let finished: [RunningView]
}

/// Shifts that the officer clocked out of and may not have handed in.
public enum FinishedShifts {
    /// How long after its beginning a shift is still asked about.
    public static let askedFor = Millis.hours(48)

    /// Assignments that may have been worked lately, by their documents.
    static func worked(_ shifts: [ShiftView], now: UnixMillis) -> [DocumentId] {
        let starts = shifts.compactMap { shift in shift.detail.map { (log: shift.log, at: $0.starts) } }
        return starts.filter { $0.at <= now + askedFor / 2 && $0.at >= now - askedFor }.map(\.log)
    }

    /// Those that were clocked out of, the newest first: of those without an assignment the ones that were not handed in, and those of the last two
    /// days.
    static func over(_ assigned: [RunningView], _ unassigned: [RunningView], now: UnixMillis) -> [RunningView] {
        func ended(_ shift: RunningView) -> UnixMillis { shift.since?.at ?? now }
        let lately = unassigned.filter { $0.submitted == nil || ended($0) >= now - askedFor }
        return (assigned + lately).filter { $0.state == .out }.sorted { (ended($0), $0.log) > (ended($1), $1.log) }
    }

    /// May it be handed in? It was worked, the officer is out, and it was not handed in yet.
    public static func isToHandIn(_ shift: RunningView) -> Bool { shift.state == .out && shift.submitted == nil }
}

extension OfficerPhone {
    /// The screen with the clock, now and after every change.
    public nonisolated func clockViews() -> Views<ClockView> {
        views { core, now in ClockView(first: try core.firstScreen(now: now), finished: try Self.finished(core, now)) }
    }

    /// Shifts of the last two days that the officer clocked out of, with an assignment or without, the newest first.
    public func finished() throws(OfficerError) -> [RunningView] {
        let now = try reading().wall
        return try call { try Self.finished($0, now) }
    }

    private static func finished(_ core: Core, _ now: UnixMillis) throws -> [RunningView] {
        let known = try core.schedule(now: now, mark: nil, limit: 50).items + core.pastShifts(now: now, mark: nil, limit: 50).items
        // A shift that nothing was written of yet has no document to read.
        let assigned = FinishedShifts.worked(known, now: now).compactMap { try? core.shift(log: $0, now: now) }
        let unassigned = try core.unassignedShifts(now: now, mark: nil, limit: 50).items
        return FinishedShifts.over(assigned, unassigned, now: now)
    }
}
