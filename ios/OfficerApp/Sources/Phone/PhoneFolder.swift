import Foundation
import OfficerCore

/// Where the officer's records lie: readable after the first unlock, and never in a backup, since a restored copy would speak for a phone
/// that has gone on.
enum PhoneFolder {
    /// The folder of a book, made where there is none.
    static func records(of book: Int) throws -> URL { try made(BookFolders.name(of: book)) }

    /// All books, and what is noted of them.
    static func books() -> BookFolders {
        // Made here for its protection; where it cannot be, nothing can be noted yet.
        _ = try? made(notes)
        // Every app has this one folder, made or not.
        let support = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        return BookFolders(records: support, notes: support.appendingPathComponent(notes, isDirectory: true))
    }

    /// Where photos and videos of a book's officer lie until they are in a shift.
    static func captures(of book: Int) throws -> CaptureShelf { CaptureShelf(folder: try made("captures-\(book)")) }

    private static let notes = "books"

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
