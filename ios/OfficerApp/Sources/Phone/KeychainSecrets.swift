import Foundation
import OfficerCore

/// The library's small secrets, such as the store's key: each book has its own.
struct KeychainSecrets: PhoneSecrets {
    let book: Int

    func secret(named name: String) throws -> Data? { try Keychain.read(item(name)) }
    func keep(_ secret: Data, named name: String) throws { try Keychain.keep(secret, as: item(name)) }

    private func item(_ name: String) -> String { "secret.\(book).\(name)" }
}
