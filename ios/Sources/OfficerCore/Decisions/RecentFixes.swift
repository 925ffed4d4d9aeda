import Foundation

/// One location as a phone's system tells it.
public struct LocationReading: Equatable, Sendable {
    /// Degrees north (WGS 84).
    public let latitude: Double
    /// Degrees east (WGS 84).
    public let longitude: Double
    /// Radius of 68 % confidence in metres; zero or less where the system knows none.
    public let accuracy: Double
    /// How old it was when it arrived, in seconds.
    public let age: Double
    /// The system says that it was simulated.
    public let simulated: Bool

    /// A location.
    public init(latitude: Double, longitude: Double, accuracy: Double, age: Double, simulated: Bool) {
        self.latitude = latitude
        self.longitude = longitude
        self.accuracy = accuracy
        self.age = age
        self.simulated = simulated
    }
}

/// The last few locations, as evidence for a punch, or the last known one with its age. Ages come from a clock that nobody can set.
public final class RecentFixes: PhoneFixes, @unchecked Sendable {
    /// An older location says where the phone was, not where it is: it goes into a punch only where there is no newer one. In milliseconds.
    public static let keptFor: UInt64 = 20_000
    /// How many go into a punch.
    public static let atMost = 5

    private let ticks: @Sendable () -> UInt64
    private let lock = NSLock()
    private var kept: [(reading: LocationReading, takenAt: Double)] = []
    private var phone: PhoneState?

    /// - Parameter ticks: milliseconds since the phone started, sleep included.
    public init(ticks: @escaping @Sendable () -> UInt64) {
        self.ticks = ticks
    }

    /// A location has come.
    public func add(_ reading: LocationReading) {
        // No place at all must not push a known one out.
        guard Self.isPlace(reading) else { return }
        let takenAt = Double(ticks()) - max(reading.age, 0) * 1000
        lock.withLock {
            kept.append((reading, takenAt))
            kept = kept.sorted { $0.takenAt > $1.takenAt }.prefix(Self.atMost).map { $0 }
        }
    }

    /// How the phone is doing.
    public func set(_ state: PhoneState?) { lock.withLock { phone = state } }

    /// Forgets every location, such as when the officer takes the permission back.
    public func forget() { lock.withLock { kept = [] } }

    public func recent() -> [Fix] {
        let now = Double(ticks())
        let fixes = lock.withLock { kept }.map { Self.fix($0.reading, age: now - $0.takenAt) }
        let fresh = fixes.filter { $0.ageMs <= Self.keptFor }
        return fresh.isEmpty ? Array(fixes.prefix(1)) : fresh
    }

    public func state() -> PhoneState? { lock.withLock { phone } }

    private static func isPlace(_ reading: LocationReading) -> Bool {
        abs(reading.latitude) <= 90 && abs(reading.longitude) <= 180 && reading.age.isFinite
    }

    private static func fix(_ reading: LocationReading, age: Double) -> Fix {
        Fix(
            latitudeE7: Int32((reading.latitude * 1e7).rounded()), longitudeE7: Int32((reading.longitude * 1e7).rounded()),
            accuracyDm: decimetres(reading.accuracy), ageMs: UInt32(min(max(age, 0), Double(UInt32.max))), provider: .fused, mock: reading.simulated)
    }

    /// Rounded up: evidence is never made to look better than it is.
    private static func decimetres(_ metres: Double) -> UInt32? {
        guard metres > 0, metres.isFinite else { return nil }
        return UInt32(min((metres * 10).rounded(.up), Double(UInt32.max)))
    }
}
