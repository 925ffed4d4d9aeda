import Foundation
import OfficerCore

/// A real P-256 key that stands in for the one in the Secure Enclave. Can be locked, as before the first unlock.
package final class OpensslSigner: PhoneSigner, @unchecked Sendable {
    struct Locked: Error {}
    /// Where the key lies.
    package let folder: URL
    private let lent: Bool
    private let lock = NSLock()
    private var unlocked = true

    /// A new key.
    package init() throws {
        folder = try Scratch.folder("key")
        lent = false
        try makeAnother()
    }

    /// The key of another process.
    package init(lent folder: URL) {
        self.folder = folder
        lent = true
    }

    deinit { if !lent { try? FileManager.default.removeItem(at: folder) } }

    /// The key is gone, and another one is made in its place.
    package func makeAnother() throws {
        try Self.openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path("key.pem")])
    }

    package func use(unlocked: Bool) { lock.withLock { self.unlocked = unlocked } }

    package func publicKey() throws -> Data {
        try Self.openssl(["ec", "-in", path("key.pem"), "-pubout", "-outform", "DER"])
    }

    package func sign(_ message: Data) throws -> Data {
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
package final class MemorySecrets: PhoneSecrets, @unchecked Sendable {
    package init() {}

    private let lock = NSLock()
    private var kept: [String: Data] = [:]

    package func secret(named name: String) throws -> Data? { lock.withLock { kept[name] } }
    package func keep(_ secret: Data, named name: String) throws { lock.withLock { kept[name] = secret } }
}

/// Secrets in files, for two processes or two openings of one store.
package struct FolderSecrets: PhoneSecrets {
    private let folder: URL

    package init(_ folder: URL) { self.folder = folder.appendingPathComponent("secrets") }

    package func secret(named name: String) throws -> Data? {
        let file = folder.appendingPathComponent(name)
        return FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file) : nil
    }

    package func keep(_ secret: Data, named name: String) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try secret.write(to: folder.appendingPathComponent(name), options: .atomic)
    }

    /// The names of all that is kept.
    package func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }
}

/// This machine's clocks. Can be made to fail.
package final class MachineClocks: PhoneClocks, @unchecked Sendable {
    package init() {}

    struct Stopped: Error {}
    private let lock = NSLock()
    private var running = true

    package func use(running: Bool) { lock.withLock { self.running = running } }

    package func reading() throws -> ClockReading {
        guard lock.withLock({ running }) else { throw Stopped() }
        let wall = UnixMillis(Date().timeIntervalSince1970 * 1000)
        let monotonic = UInt64(ProcessInfo.processInfo.systemUptime * 1000)
        return ClockReading(wall: wall, zone: "America/New_York", monotonic: monotonic, boot: 7, anchor: nil)
    }
}

/// Fixes that a test sets.
package final class SetFixes: PhoneFixes, @unchecked Sendable {
    package init() {}

    private let lock = NSLock()
    private var fixes: [Fix] = []

    package func recent() -> [Fix] { lock.withLock { fixes } }
    package func state() -> PhoneState? { PhoneState(battery: 80, saver: false, preciseLocation: true) }

    /// The phone is that many metres north of the site, give or take.
    package func stand(metresNorth: Int32, accuracy: UInt32) {
        let latitude = Town.latitude + metresNorth * 90
        let fix = Fix(
            latitudeE7: latitude, longitudeE7: Town.longitude, accuracyDm: accuracy * 10, ageMs: 500, provider: .gps,
            mock: false)
        lock.withLock { fixes = [fix] }
    }

    /// The phone does not know where it is.
    package func lose() { lock.withLock { fixes = [] } }
}
