import Foundation
import OfficerCore

/// The library's small secrets, such as the store's key.
struct KeychainSecrets: PhoneSecrets {
    func secret(named name: String) throws -> Data? { try Keychain.read("secret." + name) }
    func keep(_ secret: Data, named name: String) throws { try Keychain.keep(secret, as: "secret." + name) }
}
