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
        return try await OfficerPhone.open(folder: try PhoneFolder.current(), label: UIDevice.current.model, parts: parts) { line in
            switch line.level {
            case .info: log.info("\(line.text, privacy: .public)")
            case .warning: log.warning("\(line.text, privacy: .public)")
            }
        }
    }
}
