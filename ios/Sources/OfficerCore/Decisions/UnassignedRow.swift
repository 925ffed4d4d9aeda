/// A shift that no assignment is known for, as the page with hours shows it. Nobody pays for it before a coordinator has linked it: until then
/// the officer has it in sight.
public struct UnassignedRow: Equatable, Sendable, Identifiable {
    /// Its document.
    public let id: DocumentId
    /// When it was worked.
    public let when: Phrase?
    /// How much was worked.
    public let hours: Phrase
    /// Where it stands: under way, not handed in, or waiting for a coordinator.
    public let standing: Phrase

    /// For a shift without an assignment.
    public init(_ shift: RunningView, times: Times) {
        id = shift.log
        when = Self.when(shift, times)
        hours = Phrase(.hoursWritten, phrase: times.length(shift.workedSoFar))
        standing = Self.standing(shift)
    }

    private static func when(_ shift: RunningView, _ times: Times) -> Phrase? {
        guard let first = shift.worked.first, let last = shift.worked.last else {
            return shift.since.map { Phrase(.given, times.dayAndTime($0.at, in: nil)) }
        }
        return times.span(from: first.start, to: last.end, in: nil)
    }

    private static func standing(_ shift: RunningView) -> Phrase {
        if shift.submitted != nil { return Phrase(.waitsForLink) }
        return shift.state == .out ? Phrase(.notHandedIn) : ShiftWords.state(shift.state)
    }
}

/// What the page with hours shows.
public struct HoursView: Equatable, Sendable {
    /// The last assignments that ended.
    public let past: ShiftPage
    /// Shifts without an assignment, the last one first.
    public let unassigned: [RunningView]
    /// There are older ones without an assignment.
    public let isPart: Bool
}

extension OfficerPhone {
    /// The page with hours, now and after every change.
    public nonisolated func hoursViews() -> Views<HoursView> {
        views { core, now in
            let unassigned = try core.unassignedShifts(now: now, mark: nil, limit: 200)
            return HoursView(
                past: try core.pastShifts(now: now, mark: nil, limit: 1000), unassigned: unassigned.items, isPart: unassigned.next != nil)
        }
    }
}
