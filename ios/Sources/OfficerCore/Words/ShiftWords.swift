/// Short words for a shift and what stands in it.
public enum ShiftWords {
    /// Where the officer is in the shift.
    public static func state(_ state: ShiftState) -> Phrase {
        switch state {
        case .off: Phrase(.notBegun)
        case .enRoute: Phrase(.onTheWay)
        case .on: Phrase(.atWork)
        case .onBreak: Phrase(.onBreak)
        case .away: Phrase(.away)
        case .out: Phrase(.clockedOut)
        }
    }

    /// What a shift is called.
    public static func title(_ shift: ShiftView?) -> Phrase {
        guard let shift else { return Phrase(.unassignedShift) }
        return shift.detail.map { Phrase(.given, $0.title) } ?? Phrase(.unnamedDetail)
    }

    /// What kind of entry it is.
    public static func kind(_ kind: FactKind) -> Phrase {
        switch kind {
        case .enRoute: Phrase(.onTheWay)
        case .in: Phrase(.atWork)
        case .breakStart: Phrase(.startBreak)
        case .breakEnd: Phrase(.endBreak)
        case .willReturn: Phrase(.away)
        case .out: Phrase(.clockedOut)
        case .ordersRead: Phrase(.entryOrdersRead)
        case .note: Phrase(.entryNote)
        case .attachment: Phrase(.entryPhoto)
        case .explanation: Phrase(.entryExplanation)
        case .correction: Phrase(.entryCorrection)
        case .submitted: Phrase(.entrySubmitted)
        case .incident: Phrase(.entryIncident)
        case .other: Phrase(.entryOther)
        }
    }

    /// The position that the officer has, if its record has come.
    public static func position(_ shift: ShiftView) -> String? {
        shift.detail?.positions.first { $0.id == shift.assignment.position }?.name
    }

    /// How the award stands: seen, being told so, not yet, or no longer the officer's.
    public static func award(_ shift: ShiftView) -> Phrase? {
        if shift.detail?.state == .cancelled { return Phrase(.detailCancelled) }
        if shift.assignment.state == .released { return Phrase(.released) }
        switch shift.acknowledgement {
        case .open: return nil
        case .waiting: return Phrase(.acknowledging)
        case .given: return Phrase(.acknowledged)
        }
    }
}
