import Foundation
import OfficerCore

/// A real P-256 key that stands in for the one in the Secure Enclave. Can be locked, as before the first unlock.
final class OpensslSigner: PhoneSigner, @unchecked Sendable {
    struct Locked: Error {}
    private let folder: URL
    private let lock = NSLock()
    private var unlocked = true

    init() throws {
        folder = try Scratch.folder("key")
        try Self.openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path("key.pem")])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func use(unlocked: Bool) { lock.withLock { self.unlocked = unlocked } }

    func publicKey() throws -> Data {
        try Self.openssl(["ec", "-in", path("key.pem"), "-pubout", "-outform", "DER"])
    }

    func sign(_ message: Data) throws -> Data {
        guard lock.withLock({ unlocked }) else { throw Locked() }
        let file = path(UUID().uuidString)
        try message.write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try Self.openssl(["dgst", "-sha256", "-sign", path("key.pem"), file])
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    @discardableResult
    private static func openssl(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return printed
    }
}

/// Secrets in memory.
final class MemorySecrets: PhoneSecrets, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [String: Data] = [:]

    func secret(named name: String) throws -> Data? { lock.withLock { kept[name] } }
    func keep(_ secret: Data, named name: String) throws { lock.withLock { kept[name] = secret } }
}

/// This machine's clocks. Can be made to fail.
final class MachineClocks: PhoneClocks, @unchecked Sendable {
    struct Stopped: Error {}
    private let lock = NSLock()
    private var running = true

    func use(running: Bool) { lock.withLock { self.running = running } }

    func reading() throws -> ClockReading {
        guard lock.withLock({ running }) else { throw Stopped() }
        let wall = UnixMillis(Date().timeIntervalSince1970 * 1000)
        let monotonic = UInt64(ProcessInfo.processInfo.systemUptime * 1000)
        return ClockReading(wall: wall, zone: "America/New_York", monotonic: monotonic, boot: 7, anchor: nil)
    }
}

/// Fixes that a test sets.
final class SetFixes: PhoneFixes, @unchecked Sendable {
    private let lock = NSLock()
    private var fixes: [Fix] = []

    func recent() -> [Fix] { lock.withLock { fixes } }
    func state() -> PhoneState? { PhoneState(battery: 80, saver: false, preciseLocation: true) }

    /// The phone is that many metres north of the site, give or take.
    func stand(metresNorth: Int32, accuracy: UInt32) {
        let latitude = Town.latitude + metresNorth * 90
        let fix = Fix(
            latitudeE7: latitude, longitudeE7: Town.longitude, accuracyDm: accuracy * 10, ageMs: 500, provider: .gps,
            mock: false)
        lock.withLock { fixes = [fix] }
    }

    /// The phone does not know where it is.
    func lose() { lock.withLock { fixes = [] } }
}
