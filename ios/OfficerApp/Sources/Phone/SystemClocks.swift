import Darwin
import Foundation
import OfficerCore

/// This phone's clocks.
final class SystemClocks: PhoneClocks, @unchecked Sendable {
    private static let knownKey = "boot-known"
    private let lock = NSLock()

    func reading() throws -> ClockReading {
        let wall = Date().millis
        let monotonic = Self.ticks()
        return ClockReading(wall: wall, zone: TimeZone.current.identifier, monotonic: monotonic, boot: boot(monotonic, wall), anchor: nil)
    }

    /// Milliseconds since the phone started, sleep included. Nobody can set it.
    static func ticks() -> UInt64 { clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW) / 1_000_000 }

    private func boot(_ monotonic: UInt64, _ wall: UnixMillis) -> BootId {
        if let session = Self.session() { return Boot.number(named: session) }
        return lock.withLock {
            let last = UserDefaults.standard.data(forKey: Self.knownKey).flatMap { try? JSONDecoder().decode(Boot.Known.self, from: $0) }
            let next = Boot.next(after: last, monotonic: monotonic, wall: wall)
            UserDefaults.standard.set(try? JSONEncoder().encode(next), forKey: Self.knownKey)
            return next.boot
        }
    }

    /// The system's own name for this start; nil where an app may not read it.
    private static func session() -> String? {
        var text = [CChar](repeating: 0, count: 64)
        var size = text.count
        guard sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0) == 0, size > 1 else { return nil }
        return String(decoding: text.prefix(size - 1).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
