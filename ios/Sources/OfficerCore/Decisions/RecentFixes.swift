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

/// The last few locations, as evidence for a punch. Ages come from a clock that nobody can set.
public final class RecentFixes: PhoneFixes, @unchecked Sendable {
    /// How long a location is of use, in milliseconds.
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
        return lock.withLock { kept }.compactMap { Self.fix($0.reading, age: now - $0.takenAt) }
    }

    public func state() -> PhoneState? { lock.withLock { phone } }

    private static func fix(_ reading: LocationReading, age: Double) -> Fix? {
        guard age <= Double(keptFor), abs(reading.latitude) <= 90, abs(reading.longitude) <= 180 else { return nil }
        return Fix(
            latitudeE7: Int32((reading.latitude * 1e7).rounded()), longitudeE7: Int32((reading.longitude * 1e7).rounded()),
            accuracyDm: decimetres(reading.accuracy), ageMs: UInt32(max(age, 0)), provider: .fused, mock: reading.simulated)
    }

    /// Rounded up: evidence is never made to look better than it is.
    private static func decimetres(_ metres: Double) -> UInt32? {
        guard metres > 0, metres.isFinite else { return nil }
        return UInt32(min((metres * 10).rounded(.up), Double(UInt32.max)))
    }
}
