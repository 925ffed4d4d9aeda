/// What a reminder is about.
public enum ReminderKind: Equatable, Sendable {
    /// A shift starts soon.
    case startsSoon
    /// The detail is over, and the officer is still clocked in.
    case forgottenOut
    /// Clocked in for so long that the agency will ask.
    case stillIn
}

/// A local notification. It needs no network and no running app once it is scheduled.
public struct Reminder: Equatable, Sendable {
    /// What it is about.
    public let kind: ReminderKind
    /// The same for the same reminder however often it is worked out, and never another's.
    public let id: String
    /// When it is shown.
    public let at: UnixMillis
    /// The start or the scheduled end that it speaks of; nil where the shift has no schedule.
    public let about: UnixMillis?
    /// The shift that a tap opens.
    public let log: DocumentId
    /// Its title. Like the body it is read on a locked screen: it names no detail, no customer, no place and no person.
    public let title: Phrase
    /// Its text.
    public let body: Phrase
    /// May it break through a silenced phone? Hours are at stake.
    public var pressing: Bool { kind != .startsSoon }
}

/// What the officer has chosen.
public struct ReminderWishes: Codable, Equatable, Sendable {
    /// Reminds before a shift, an hour and a quarter of an hour before it.
    public var beforeStart: Bool

    /// As usual, or as chosen.
    public init(beforeStart: Bool = true) { self.beforeStart = beforeStart }
}

/// Which reminders there are: of shifts that start soon, and of a clock-out that may have been forgotten.
public enum Reminders {
    /// How long before a shift starts it is spoken of, in minutes, the first one first.
    public static let beforeStart: [Int64] = [60, 15]
    /// The system keeps 64 pending ones at most and drops the rest without a word.
    public static let atMost = 60

    /// All reminders to come, the next one first: a pure function of what the phone shows, so that it may be worked out again after every
    /// change. What came due while the phone was off, or before the award was there, is said now, once: `told` holds the ids of those that
    /// were shown. Of what is overdue of one shift the last one says it all. Starts that have passed are not spoken of.
    public static func due(
        schedule: [ShiftView], running: RunningView?, now: UnixMillis, wishes: ReminderWishes = ReminderWishes(), told: Set<String> = [],
        times: Times
    ) -> [Reminder] {
        let ahead = wishes.beforeStart ? starts(schedule.filter { ($0.detail?.starts ?? 0) > now }, running, now, times) : []
        let spoken = (ahead + [outs(running, times)]).flatMap { lastDueAndToCome($0, now) }.map { $0.notBefore(now) }
        var seen = told
        let fresh = spoken.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.filter { seen.insert($0.id).inserted }
        return Array(fresh.prefix(atMost))
    }

    /// Which of the shown reminders, by their ids, no longer hold: the shift has begun or is over, was moved or taken back, the officer has
    /// clocked out, or a later reminder of the same says it all.
    public static func outdated(
        _ shown: some Sequence<String>, schedule: [ShiftView], running: RunningView?, now: UnixMillis, times: Times
    ) -> [String] {
        let holding = (starts(schedule, running, now, times) + [outs(running, times)]).flatMap { lastDueAndToCome($0, now) }
        let ids = Set(holding.map(\.id))
        return shown.filter { !ids.contains($0) }
    }

    /// Those of each shift that is not over and not begun, in order.
    private static func starts(_ schedule: [ShiftView], _ running: RunningView?, _ now: UnixMillis, _ times: Times) -> [[Reminder]] {
        schedule.compactMap { shift in
            guard let detail = shift.detail, detail.state != .cancelled, shift.assignment.state == .active else { return nil }
            guard running?.log != shift.log, detail.ends > now else { return nil }
            return beforeStart.map { start(shift, detail, $0, times) }
        }
    }

    private static func start(_ shift: ShiftView, _ detail: Detail, _ minutes: Int64, _ times: Times) -> Reminder {
        Reminder(
            kind: .startsSoon, id: "starts/\(shift.log)/\(detail.starts)/\(minutes)", at: detail.starts - .minutes(minutes),
            about: detail.starts, log: shift.log, title: Phrase(.reminderStartTitle, times.time(detail.starts, in: detail.zone)),
            body: Phrase(.reminderStartBody))
    }

    /// Those of the shift under way, in order; a shift without a schedule has only the last one.
    private static func outs(_ running: RunningView?, _ times: Times) -> [Reminder] {
        guard let running else { return [] }
        let review = running.reviewAt.map { [stillIn(running, $0)] } ?? []
        return (running.askAt.map { forgotten(running, $0, times) } + review).sorted { $0.at < $1.at }
    }

    private static func forgotten(_ running: RunningView, _ at: UnixMillis, _ times: Times) -> Reminder {
        let detail = running.shift?.detail
        let body = detail.map { Phrase(.reminderOutBody, times.time($0.ends, in: $0.zone)) } ?? Phrase(.reminderOutBodyUnscheduled)
        return Reminder(
            kind: .forgottenOut, id: "out/\(running.log)/\(at)", at: at, about: detail?.ends, log: running.log,
            title: Phrase(.reminderOutTitle), body: body)
    }

    private static func stillIn(_ running: RunningView, _ at: UnixMillis) -> Reminder {
        Reminder(
            kind: .stillIn, id: "review/\(running.log)/\(at)", at: at, about: running.shift?.detail?.ends, log: running.log,
            title: Phrase(.reminderStillInTitle), body: Phrase(.reminderStillInBody))
    }

    /// Is it the question whether the officer is still at work?
    static func asksWhetherAtWork(_ id: String) -> Bool { id.hasPrefix("out/") || id.hasPrefix("review/") }

    /// The same question, where the book that it is about is not the open one: whoever reads it may be somebody else.
    static func ofAnother(_ id: String, at: UnixMillis) -> Reminder? {
        let parts = id.split(separator: "/").map(String.init)
        guard asksWhetherAtWork(id), parts.count == 3 else { return nil }
        return Reminder(
            kind: parts[0] == "out" ? .forgottenOut : .stillIn, id: id, at: at, about: nil, log: parts[1],
            title: Phrase(.reminderAnotherTitle), body: Phrase(.reminderAnotherBody))
    }

    private static func lastDueAndToCome(_ ordered: [Reminder], _ now: UnixMillis) -> [Reminder] {
        ordered.filter { $0.at <= now }.suffix(1) + ordered.filter { $0.at > now }
    }
}

extension Reminder {
    /// The same, said now where its time has passed.
    fileprivate func notBefore(_ now: UnixMillis) -> Reminder {
        Reminder(kind: kind, id: id, at: max(at, now), about: about, log: log, title: title, body: body)
    }
}
