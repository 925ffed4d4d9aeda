import DetailbookBindings

/// One assignment, past or to come, with why its officer got it.
public struct ShiftSheet: Equatable, Sendable {
    /// The shift as its facts tell it.
    public let running: RunningView
    /// Why the officer got what they got; nil where nothing was awarded.
    public let award: AwardView?
}

extension OfficerPhone {
    /// One assignment, now and after every change.
    public nonisolated func shiftSheets(of shift: ShiftView) -> Views<ShiftSheet> {
        let (log, detail) = (shift.log, shift.assignment.detail)
        return views { core, now in ShiftSheet(running: try core.shift(log: log, now: now), award: try core.award(detail: detail)) }
    }
}
