import Foundation
import Security

/// Items that stay on this phone and can be read in the background, once it was unlocked after its start.
enum Keychain {
    /// What the keychain answered instead of doing it.
    struct Refusal: Error {
        let status: OSStatus
    }

    private static let service = "org.detailbook.officer"

    /// The item of that name; nil where there is none.
    static func read(_ name: String) throws -> Data? {
        var query = item(name)
        query[kSecReturnData as String] = true
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let data = found as? Data else { throw Refusal(status: status) }
        return data
    }

    /// Keeps an item in place of what was there.
    static func keep(_ secret: Data, as name: String) throws {
        let change = [kSecValueData as String: secret as Any]
        var status = SecItemUpdate(item(name) as CFDictionary, change as CFDictionary)
        if status == errSecItemNotFound {
            var new = item(name)
            new[kSecValueData as String] = secret
            new[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
            status = SecItemAdd(new as CFDictionary, nil)
        }
        guard status == errSecSuccess else { throw Refusal(status: status) }
    }

    private static func item(_ name: String) -> [String: Any] {
        [kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: service, kSecAttrAccount as String: name]
    }
}
