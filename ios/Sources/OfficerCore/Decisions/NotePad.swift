/// What notes, incidents, photos and videos are written into: a shift, or what all on a detail share.
public struct NotePad: Equatable, Sendable {
    /// The document that holds them.
    public let document: DocumentId
    /// Where a new one goes.
    public let place: Place
    /// Does everyone on the detail read it?
    public let isShared: Bool
    /// The zone in which times are said; the phone's where it is absent.
    let zone: Zone?
    /// Are the notes fixed? Those of a shift that was handed in are.
    let isFixed: Bool

    /// A shift's.
    public init(of shift: RunningView) {
        (document, place, isShared) = (shift.log, .shift(.log(shift.log)), false)
        (zone, isFixed) = (shift.shift?.detail?.zone, shift.submitted != nil)
    }

    /// What all on a detail share.
    public init(sharedOn detail: DetailId, zone: Zone?) {
        (document, place, isShared) = (detail, .passOn(detail), true)
        (self.zone, isFixed) = (zone, false)
    }

    /// Does the officer share in what all on the detail write? Not once the place was taken back or the detail was cancelled.
    public static func canShare(_ shift: ShiftView) -> Bool { shift.assignment.state == .active && shift.detail?.state != .cancelled }
}
