import Foundation
import OfficerCore
import UIKit
import os

/// Puts the officer's phone together from the parts of this one.
enum PhoneHouse {
    private static let log = Logger(subsystem: "org.detailbook.officer", category: "core")

    /// Opens a book, to work in or to send what waits in it.
    @MainActor
    static func open(book: Int, fixes: RecentFixes) async throws -> OfficerPhone {
        let parts = PhoneParts(signer: EnclaveKey(book: book), secrets: KeychainSecrets(book: book), clocks: SystemClocks(), fixes: fixes)
        let folder = try PhoneFolder.records(of: book)
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
