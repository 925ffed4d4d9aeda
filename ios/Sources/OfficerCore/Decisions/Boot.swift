/// Which start of the phone a reading belongs to. Times since two different starts must never be compared.
public enum Boot {
    /// What was last known of the clocks, to be kept.
    public struct Known: Codable, Equatable, Sendable {
        /// The number of that start.
        public let boot: UInt32
        /// Milliseconds since that start, sleep included.
        public let monotonic: UInt64
        /// The wall clock then.
        public let wall: Int64

        /// What the clocks said.
        public init(boot: UInt32, monotonic: UInt64, wall: Int64) {
            self.boot = boot
            self.monotonic = monotonic
            self.wall = wall
        }
    }

    /// How far the two clocks may drift apart between two looks before it counts as another start, in milliseconds.
    public static let drift: Int64 = 120_000

    /// The number of a start that the system names, such as by a UUID (FNV-1a, 32 bits).
    public static func number(named name: String) -> BootId {
        name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    /// The same where the system names none. When in doubt it is a new start: that costs certainty about a time, and claiming the same one
    /// wrongly would make up a time.
    public static func next(after last: Known?, monotonic: UInt64, wall: Int64) -> Known {
        guard let last else { return Known(boot: 1, monotonic: monotonic, wall: wall) }
        let apart = (wall - last.wall) - (Int64(clamping: monotonic) - Int64(clamping: last.monotonic))
        let same = monotonic >= last.monotonic && apart.magnitude <= drift.magnitude
        return Known(boot: same ? last.boot : last.boot &+ 1, monotonic: monotonic, wall: wall)
    }
}
