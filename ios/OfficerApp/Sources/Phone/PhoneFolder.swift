import Foundation
import OfficerCore

/// Where the officer's records lie: readable after the first unlock, and never in a backup, since a restored copy would speak for a phone
/// that has gone on.
enum PhoneFolder {
    /// The folder of a book, made where there is none.
    static func records(of book: Int) throws -> URL { try made("officer-\(book)") }

    /// Where photos and videos of the officer whose book is open lie until they are in a shift.
    static func captures() throws -> CaptureShelf { CaptureShelf(folder: try made("captures-\(Kept.books.open)")) }

    private static func made(_ name: String) throws -> URL {
        let support = try FileManager.default.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        var folder = support.appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: protection)
        try FileManager.default.setAttributes(protection, ofItemAtPath: folder.path)
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try folder.setResourceValues(values)
        return folder
    }

    /// A file of the app's own that may be removed at any time, under the same protection.
    static func scratch(_ name: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("detailbook", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: protection)
        return folder.appendingPathComponent(name)
    }

    private static var protection: [FileAttributeKey: Any] { [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication] }
}
