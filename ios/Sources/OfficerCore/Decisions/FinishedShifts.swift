import DetailbookBindings

/// What the screen with the clock shows.
public struct ClockView: Equatable, Sendable {
    /// The shift under way, what comes next, and how the exchange stands.
    public let first: FirstScreen
    /// Shifts of the last two days that the officer clocked out of, the newest first.
    public let finished: [RunningView]
}

/// Shifts that the officer clocked out of and may not have handed in.
public enum FinishedShifts {
    /// How long after its beginning a shift is still asked about.
    public static let askedFor = Millis.hours(48)

    /// Shifts that may have been worked lately, by their documents, the newest first.
    static func worked(_ shifts: [ShiftView], now: UnixMillis) -> [DocumentId] {
        let starts = shifts.compactMap { shift in shift.detail.map { (log: shift.log, at: $0.starts) } }
        return starts.filter { $0.at <= now + askedFor / 2 && $0.at >= now - askedFor }.sorted { $0.at > $1.at }.map(\.log)
    }

    /// May it be handed in? It was worked, the officer is out, and it was not handed in yet.
    public static func isToHandIn(_ shift: RunningView) -> Bool { shift.state == .out && shift.submitted == nil }
}

extension OfficerPhone {
    /// The screen with the clock, now and after every change. `lastShift` is the document of the shift last under way: nothing else knows of
    /// one without an assignment once it is over.
    public nonisolated func clockViews(lastShift: @escaping @Sendable () -> DocumentId?) -> Views<ClockView> {
        views { core, now in
            ClockView(first: try core.firstScreen(now: now), finished: try Self.finished(core, also: lastShift(), now))
        }
    }

    /// Shifts of the last two days that the officer clocked out of, the newest first; `lastShift` may be one without an assignment.
    public func finished(lastShift: DocumentId? = nil) throws(OfficerError) -> [RunningView] {
        let now = try reading().wall
        return try call { try Self.finished($0, also: lastShift, now) }
    }

    private static func finished(_ core: Core, also: DocumentId?, _ now: UnixMillis) throws -> [RunningView] {
        let known = try core.schedule(now: now, mark: nil, limit: 50).items + core.pastShifts(now: now, mark: nil, limit: 50).items
        var seen = Set<DocumentId>()
        let logs = ([also].compactMap { $0 } + FinishedShifts.worked(known, now: now)).filter { seen.insert($0).inserted }
        // A shift that nothing was written of yet has no document to read.
        return logs.compactMap { try? core.shift(log: $0, now: now) }.filter { $0.state == .out }
    }
}
