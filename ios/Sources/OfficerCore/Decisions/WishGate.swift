/// Keeps one tap one wish. The agency decides each by itself: what was asked twice may be granted once and refused once.
public struct WishGate: Equatable, Sendable {
    /// For how long after a wish nothing else about the same thing is taken, in milliseconds: the screen has changed, and the second half of a
    /// double tap lands on the button that has come to where the finger is, such as "Withdraw" in place of "Apply".
    public static let sameFinger: UInt64 = 1000

    private var gate = PunchGate()
    private var last: Tapped?

    private struct Tapped: Equatable, Sendable {
        let subject: String
        let ticks: UInt64
    }

    /// Nothing is under way.
    public init() {}

    /// No wish is being written down.
    public var isOpen: Bool { gate.isOpen }

    /// May this wish about that be written down? If so it is under way until `ended`.
    public mutating func begin(_ wish: String, about subject: String, at clock: ClockReading) -> Bool {
        guard !isSameFinger(subject, clock), gate.begin("\(wish) \(subject)", at: clock) else { return false }
        last = Tapped(subject: subject, ticks: clock.monotonic)
        return true
    }

    /// It was written down, or it failed and may be tapped again at once.
    public mutating func ended(written: Bool) {
        if !written { last = nil }
        gate.ended(written: written)
    }

    private func isSameFinger(_ subject: String, _ clock: ClockReading) -> Bool {
        guard let last, last.subject == subject, clock.monotonic >= last.ticks else { return false }
        return clock.monotonic - last.ticks < Self.sameFinger
    }
}
