import Foundation

/// Where the books lie, a folder each. How many there are is counted there; beside them stands which one is open and what is known of the
/// others. That note is not kept among the system's preferences: these are in backups, and read as empty before the first unlock.
public struct BookFolders: Sendable {
    private let records: URL
    private let note: URL

    /// - Parameters:
    ///   - records: the folder in which the books' folders are.
    ///   - notes: a folder for the note.
    public init(records: URL, notes: URL) {
        self.records = records
        note = notes.appendingPathComponent("books.json")
    }

    private static let prefix = "officer-"

    /// What the folder of a book is called.
    public static func name(of book: Int) -> String { prefix + String(book) }

    /// The books as they were left. Throws where that cannot be read now: whoever took it for a phone with one book would forget the others.
    func read() throws -> Books {
        var books = try noted() ?? Books()
        books.found(try folders())
        return books
    }

    /// Keeps what is known of the books.
    func keep(_ books: Books) throws {
        try FileManager.default.createDirectory(at: note.deletingLastPathComponent(), withIntermediateDirectories: true)
        let options: Data.WritingOptions = [.atomic, .completeFileProtectionUntilFirstUserAuthentication]
        try JSONEncoder().encode(books).write(to: note, options: options)
    }

    /// Nil where nothing was noted, or nothing that makes sense.
    private func noted() throws -> Books? {
        guard FileManager.default.fileExists(atPath: note.path) else { return nil }
        let noted = try Data(contentsOf: note)
        return try? JSONDecoder().decode(Books.self, from: noted)
    }

    private func folders() throws -> Int {
        guard FileManager.default.fileExists(atPath: records.path) else { return 0 }
        let names = try FileManager.default.contentsOfDirectory(atPath: records.path)
        let numbers = names.filter { $0.hasPrefix(Self.prefix) }.compactMap { Int($0.dropFirst(Self.prefix.count)) }
        return numbers.max().map { $0 + 1 } ?? 0
    }
}
