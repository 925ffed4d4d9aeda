/// A local notification. It needs no network and no running app once it is scheduled.
public struct Reminder: Equatable, Sendable {
    /// The same reminder at the same time has the same id.
    public let id: String
    /// When it is shown.
    public let at: UnixMillis
    /// Its title.
    public let title: Phrase
    /// Its text. It names the detail, never a person or an address: it is read on a locked screen.
    public let body: Phrase
    /// The shift that a tap opens.
    public let log: DocumentId
    /// May it break through a silenced phone? Hours are at stake.
    public let pressing: Bool
}

/// Which reminders a phone must have scheduled: of shifts that start soon, and of a clock-out that may have been forgotten.
public enum Reminders {
    /// How long before a shift starts. An award that comes late is announced by the second, and within that by nothing: the officer has
    /// just seen it.
    public static let beforeStart: [Millis] = [.minutes(60), .minutes(15)]
    /// The system keeps 64 pending ones at most and drops the rest without a word.
    public static let atMost = 60

    /// All that should be pending now, the next one first. Forgotten clock-outs are asked about when the running shift says so.
    public static func due(schedule: [ShiftView], running: RunningView?, now: UnixMillis, times: Times) -> [Reminder] {
        let starts = schedule.flatMap { Self.starts(of: $0, running: running, times: times) }
        let outs = running.map { clockOuts(of: $0, times: times) } ?? []
        return Array((starts + outs).filter { $0.at > now }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.prefix(atMost))
    }

    /// What to do so that exactly `due` is pending: which ids to take away, and which to add.
    public static func changes(pending: Set<String>, due: [Reminder]) -> (remove: [String], add: [Reminder]) {
        let wanted = Set(due.map(\.id))
        return (pending.subtracting(wanted).sorted(), due.filter { !pending.contains($0.id) })
    }

    /// Shown reminders that no longer hold: the officer has clocked out, or has begun the shift.
    public static func outdated(shown: [String], running: RunningView?) -> [String] {
        let open = running.map { $0.askAt.isEmpty ? "" : outPrefix($0.log) }
        let begun = running.map { startPrefix($0.log) }
        return shown.filter { id in
            if id.hasPrefix("out/") { return open.map { $0.isEmpty || !id.hasPrefix($0) } ?? true }
            return begun.map(id.hasPrefix) ?? false
        }
    }

    private static func starts(of shift: ShiftView, running: RunningView?, times: Times) -> [Reminder] {
        guard let detail = shift.detail, detail.state != .cancelled, shift.assignment.state == .active else { return [] }
        guard running?.log != shift.log else { return [] }
        let body = Phrase(.reminderStartBody, detail.title, times.time(detail.starts, in: detail.zone))
        return beforeStart.map { lead in
            let at = detail.starts - lead
            return Reminder(
                id: startPrefix(shift.log) + String(at), at: at, title: Phrase(.reminderStartTitle), body: body, log: shift.log,
                pressing: false)
        }
    }

    private static func clockOuts(of running: RunningView, times: Times) -> [Reminder] {
        guard let detail = running.shift?.detail else { return [] }
        let body = Phrase(.reminderOutBody, detail.title, times.time(detail.ends, in: detail.zone))
        return running.askAt.map { at in
            Reminder(
                id: outPrefix(running.log) + String(at), at: at, title: Phrase(.reminderOutTitle), body: body, log: running.log,
                pressing: true)
        }
    }

    private static func startPrefix(_ log: DocumentId) -> String { "start/\(log)/" }
    private static func outPrefix(_ log: DocumentId) -> String { "out/\(log)/" }
}
