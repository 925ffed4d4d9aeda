import DetailbookBindings
import Foundation

/// The device's P-256 key, in the Secure Enclave. It must be usable in the background after the first unlock. Called on any thread.
public protocol PhoneSigner: Sendable {
    /// The public half: SEC 1, compressed or not, or a SubjectPublicKeyInfo in DER. Always the same one.
    func publicKey() throws -> Data
    /// Signs SHA-256 of the message with ECDSA: DER, or r and s of 32 bytes each. Throw where the key cannot be used now; what waits is
    /// signed later.
    func sign(_ message: Data) throws -> Data
}

/// Small secrets, kept where backups do not go. Called on any thread.
public protocol PhoneSecrets: Sendable {
    /// The secret of that name; nil where there is none. Throw where the storage cannot be reached.
    func secret(named name: String) throws -> Data?
    /// Keeps a secret in place of what was there.
    func keep(_ secret: Data, named name: String) throws
}

/// The phone's clocks: wall time, zone, milliseconds since boot with sleep included, and which boot. Called on any thread.
public protocol PhoneClocks: Sendable {
    /// What they say now, without an anchor: the core fills it in.
    func reading() throws -> ClockReading
}

/// What the phone knows of where it is. Called on any thread; must not wait.
public protocol PhoneFixes: Sendable {
    /// Fixes of the last 20 s, at most five; where there are none the last known one with its age, and none where nothing is known.
    func recent() -> [Fix]
    /// Battery, battery saver and whether location is precise; nil where unknown.
    func state() -> PhoneState?
}

/// Everything of the phone that the core leans on.
public struct PhoneParts: Sendable {
    /// The key.
    public let signer: any PhoneSigner
    /// Small secrets.
    public let secrets: any PhoneSecrets
    /// The clocks.
    public let clocks: any PhoneClocks
    /// Where the phone is.
    public let fixes: any PhoneFixes

    /// The parts together.
    public init(
        signer: any PhoneSigner, secrets: any PhoneSecrets, clocks: any PhoneClocks, fixes: any PhoneFixes
    ) {
        self.signer = signer
        self.secrets = secrets
        self.clocks = clocks
        self.fixes = fixes
    }
}

/// The key as the library wants it.
final class Signer: DeviceKey {
    private let signer: any PhoneSigner
    init(_ signer: any PhoneSigner) { self.signer = signer }
    func publicKey() throws -> Data { try signer.publicKey() }
    func sign(message: Data) throws -> Data { try signer.sign(message) }
}

/// Secure storage as the library wants it.
final class Secrets: SecureStorage {
    private let secrets: any PhoneSecrets
    init(_ secrets: any PhoneSecrets) { self.secrets = secrets }
    func read(name: String) throws -> Data? { try secrets.secret(named: name) }
    func write(name: String, secret: Data) throws { try secrets.keep(secret, named: name) }
}

/// The clocks as the library wants them.
final class Clocks: DeviceClock {
    private let clocks: any PhoneClocks
    init(_ clocks: any PhoneClocks) { self.clocks = clocks }
    func read() throws -> ClockReading { try clocks.reading() }
}

/// Hands log lines on.
final class Log: LogListener {
    private let take: @Sendable (LogLine) -> Void
    init(_ take: @escaping @Sendable (LogLine) -> Void) { self.take = take }
    func log(line: LogLine) { take(line) }
}
