import CryptoKit
import Foundation
import OfficerCore
import Security

/// The device's P-256 key in the Secure Enclave, which it never leaves. Usable in the background after the first unlock and without the
/// officer's presence: a punch is signed without anybody being asked. The keychain holds the enclave's wrapped form of it, which is of no
/// use on another phone.
final class EnclaveKey: PhoneSigner, @unchecked Sendable {
    private let name: String
    private let lock = NSLock()
    private var key: DeviceKey?

    /// The key of a book: no two officers sign with the same one.
    init(book: Int) { name = "device-key.\(book)" }

    func publicKey() throws -> Data { try loaded().publicKey.derRepresentation }

    func sign(_ message: Data) throws -> Data { try loaded().signature(for: message).derRepresentation }

    private func loaded() throws -> DeviceKey {
        try lock.withLock {
            if let key { return key }
            let loaded = try Keychain.read(name).map { try DeviceKey(dataRepresentation: $0) } ?? make()
            key = loaded
            return loaded
        }
    }

    private func make() throws -> DeviceKey {
        let key = try DeviceKey.fresh()
        try Keychain.keep(key.dataRepresentation, as: name)
        return key
    }
}

#if targetEnvironment(simulator)
    /// A simulator has no enclave: a key in software, for development only.
    private struct DeviceKey {
        let software: P256.Signing.PrivateKey
        var publicKey: P256.Signing.PublicKey { software.publicKey }
        var dataRepresentation: Data { software.rawRepresentation }

        init(dataRepresentation: Data) throws { software = try P256.Signing.PrivateKey(rawRepresentation: dataRepresentation) }
        func signature(for message: Data) throws -> P256.Signing.ECDSASignature { try software.signature(for: message) }
        static func fresh() throws -> DeviceKey { try DeviceKey(dataRepresentation: P256.Signing.PrivateKey().rawRepresentation) }
    }
#else
    private typealias DeviceKey = SecureEnclave.P256.Signing.PrivateKey

    extension DeviceKey {
        /// No access control is made where the phone has no passcode.
        struct NoAccessControl: Error {}

        fileprivate static func fresh() throws -> DeviceKey {
            let access = SecAccessControlCreateWithFlags(
                nil, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, .privateKeyUsage, nil)
            guard let access else { throw NoAccessControl() }
            return try DeviceKey(accessControl: access)
        }
    }
#endif
