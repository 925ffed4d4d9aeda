/// Keeps one tap one entry: a second tap on a button, before the screen has caught up with the first, writes nothing.
public struct PunchGate: Equatable, Sendable {
    /// For how long after an entry the same one is taken for the same tap, in milliseconds.
    public static let sameTap: UInt64 = 3000

    private var underWay: Written?
    private var last: Written?

    private struct Written: Equatable, Sendable {
        let choice: String
        let ticks: UInt64
    }

    /// Nothing is under way.
    public init() {}

    /// Nothing is being written down.
    public var isOpen: Bool { underWay == nil }

    /// May this be written down? If so it is under way until `ended`.
    public mutating func begin(_ choice: ClockChoice, at clock: ClockReading) -> Bool { begin(choice.id, at: clock) }

    /// The same of another button, by a name that no other one beside it has.
    public mutating func begin(_ choice: String, at clock: ClockReading) -> Bool {
        guard isOpen, !isSameTap(choice, clock) else { return false }
        underWay = Written(choice: choice, ticks: clock.monotonic)
        return true
    }

    /// It was written down, or it failed and may be tapped again at once.
    public mutating func ended(written: Bool) {
        if written { last = underWay }
        underWay = nil
    }

    private func isSameTap(_ choice: String, _ clock: ClockReading) -> Bool {
        guard let last, last.choice == choice, clock.monotonic >= last.ticks else { return false }
        return clock.monotonic - last.ticks < Self.sameTap
    }
}
