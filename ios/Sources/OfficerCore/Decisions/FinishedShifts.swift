import DetailbookBindings

/// What the screen with the clock shows.
public struct ClockView: Equatable, Sendable {
    /// The shift under way, what comes next, and how the exchange stands.
    public let first: FirstScreen
    /// Shifts of the last two days that the officer clocked out of, and older ones without an assignment until they are handed in, the newest first.
    public let finished: [RunningView]
    /// Why some of them may be missing; nil where all could be read.
    public let unread: OfficerError?

    /// Said beside the clock where a shift may be missing; nil where all could be read.
    public func remark(times: Times) -> Phrase? {
        unread.flatMap { ErrorWords.phrase($0, times: times) }.map { Phrase(.finishedUnread, phrase: $0) }
    }
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

    /// Where they are read.
    struct Source {
        /// Assignments, a list at a time: what is to come, what is past.
        let assigned: [() throws -> [ShiftView]]
        /// Shifts without an assignment.
        let unassigned: () throws -> [RunningView]
        /// Any shift, by its document. One that nothing was written of yet reads as not begun.
        let shift: (DocumentId) throws -> RunningView
    }

    /// Reads them, each by itself: one that cannot be read takes neither the others nor the clock from the officer, and is not passed over in
    /// silence either. `unread` is why the first of those cannot be that cannot.
    static func read(_ source: Source, now: UnixMillis) -> (shifts: [RunningView], unread: OfficerError?) {
        var unread: OfficerError?
        func attempt<View>(_ read: () throws -> View) -> View? {
            do { return try read() } catch {
                unread = unread ?? OfficerError(error)
                return nil
            }
        }
        let known = source.assigned.compactMap { attempt($0) }.flatMap { $0 }
        let assigned = worked(known, now: now).compactMap { log in attempt { try source.shift(log) } }
        let unassigned = attempt(source.unassigned) ?? []
        return (over(assigned, unassigned, now: now), unread)
    }

    /// May it be handed in? It was worked, the officer is out, and it was not handed in yet.
    public static func isToHandIn(_ shift: RunningView) -> Bool { shift.state == .out && shift.submitted == nil }
}

extension OfficerPhone {
    /// The screen with the clock, now and after every change. What is over may be missing in it, but never the clock for that.
    public nonisolated func clockViews() -> Views<ClockView> {
        views { core, now in
            let first = try core.firstScreen(now: now)
            let (finished, unread) = FinishedShifts.read(FinishedShifts.Source(core, now), now: now)
            return ClockView(first: first, finished: finished, unread: unread)
        }
    }

    /// Shifts of the last two days that the officer clocked out of, with an assignment or without, the newest first. Fails where one of them
    /// cannot be read.
    public func finished() throws(OfficerError) -> [RunningView] {
        let now = try reading().wall
        return try call { core in
            let (finished, unread) = FinishedShifts.read(FinishedShifts.Source(core, now), now: now)
            if let unread { throw unread }
            return finished
        }
    }
}

extension FinishedShifts.Source {
    fileprivate init(_ core: OfficerPhone.Core, _ now: UnixMillis) {
        assigned = [
            { try core.schedule(now: now, mark: nil, limit: 50).items }, { try core.pastShifts(now: now, mark: nil, limit: 50).items },
        ]
        unassigned = { try core.unassignedShifts(now: now, mark: nil, limit: 50).items }
        shift = { try core.shift(log: $0, now: now) }
    }
}
