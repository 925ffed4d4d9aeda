import Foundation
import OfficerCore
import UIKit
import os

/// Puts the officer's phone together from the parts of this one.
enum PhoneHouse {
    private static let log = Logger(subsystem: "org.detailbook.officer", category: "core")

    /// Opens the store of this phone's officer.
    @MainActor
    static func open(locator: Locator) async throws -> OfficerPhone {
        let parts = PhoneParts(signer: EnclaveKey(), secrets: KeychainSecrets(), clocks: SystemClocks(), fixes: locator.fixes)
        let folder = try PhoneFolder.current()
        return try await OfficerPhone.open(folder: folder, label: UIDevice.current.model, parts: parts, extraRoots: roots()) { line in
            switch line.level {
            case .info: log.info("\(line.text, privacy: .public)")
            case .warning: log.warning("\(line.text, privacy: .public)")
            }
        }
    }

    /// Certificates of an agency's own authorities, where it has built the app with any (`*.der` in Resources).
    private static func roots() -> [Data] {
        Bundle.main.paths(forResourcesOfType: "der", inDirectory: nil).compactMap { FileManager.default.contents(atPath: $0) }
    }
}
