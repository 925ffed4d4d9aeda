/// What an officer may do with a shift besides the clock.
public struct ShiftChoices: Equatable, Sendable {
    /// The award can be acknowledged.
    public let acknowledge: Bool
    /// The post orders can be marked as read.
    public let readOrders: Bool
    /// The shift can be handed in: its notes are fixed from then on.
    public let handIn: Bool
    /// It was clocked out of and can be taken up again.
    public let clockInAgain: Bool
    /// Flags that the officer can explain, best before a coordinator sees them.
    public let explain: [Flag]
    /// What is said of an explanation or a correction from now on; nil until the shift is handed in.
    public let late: Phrase?
    /// The officer's own words can be added: always, once there is a document.
    public let write: Bool

    /// For an assignment, and its shift where it has begun.
    public init(_ shift: ShiftView?, running: RunningView?) {
        let begun = running.map { $0.state != .off } ?? false
        acknowledge = shift.map { $0.acknowledgement == .open && $0.assignment.state == .active && $0.detail?.state != .cancelled } ?? false
        readOrders = shift?.detail.map { !$0.postOrders.isEmpty } ?? false && running?.ordersRead == nil
        handIn = running.map { $0.state == .out && $0.submitted == nil } ?? false
        clockInAgain = handIn
        explain = running?.flags.filter(Self.explainable) ?? []
        late = running.flatMap(Self.late)
        write = begun || shift != nil
    }

    /// A flag is explained once. What every shift under way says of itself, and what only the phone could mend, is nothing to ask about.
    private static func explainable(_ flag: Flag) -> Bool {
        !flag.facts.isEmpty && flag.explanations.isEmpty && ![.stillIn, .noWork, .unsigned].contains(flag.kind)
    }

    /// The agency takes what comes after hand-in, and its coordinator sees that it did.
    static func late(_ shift: RunningView) -> Phrase? { shift.submitted.map { _ in Phrase(.comesLate) } }

    /// The fact that an explanation of a flag goes to.
    public static func explained(_ flag: Flag) -> FactId? { flag.facts.first }
}
