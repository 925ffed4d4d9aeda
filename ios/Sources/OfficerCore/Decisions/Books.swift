/// The records of everybody who uses this phone: a book for each officer, numbered from nought, none ever deleted. One is open at a time.
public struct Books: Codable, Equatable, Sendable {
    /// The one that is open.
    public private(set) var open = 0
    /// How many there are.
    public private(set) var count = 1
    private var empty: Set<Int> = []
    private var owners: [Int: BookOwner] = [:]

    /// Another book to go on with.
    public enum Turn: Equatable, Sendable {
        /// A fresh one; the one before stays as it is.
        case beside
        /// One of those that are here.
        case to(Int)
    }

    /// A phone with one book.
    public init() {}

    /// Those that may hold something that the agency does not have, the oldest first: they are opened in the background until they do not.
    public var toSend: [Int] { (0..<count).filter { $0 != open && !empty.contains($0) } }

    /// The one whose turn is next; the open one itself where there is no other.
    public var next: Int { (open + 1) % count }

    /// Whose it is; nil where the agency's record of that officer has not been seen.
    public func owner(of book: Int) -> BookOwner? { owners[book] }

    /// Goes on with another one. False where that one is open already, or is none.
    @discardableResult
    public mutating func make(_ turn: Turn) -> Bool {
        switch turn {
        case .beside: count += 1
        case let .to(book): guard book != open, (0..<count).contains(book) else { return false }
        }
        if case let .to(book) = turn { open = book } else { open = count - 1 }
        // Whatever is written there from now on has to be sent again.
        empty.remove(open)
        return true
    }

    /// What was found out about some of them.
    public mutating func note(_ standings: [Int: BookStanding]) {
        for (book, standing) in standings where standing == .empty && book != open { empty.insert(book) }
    }

    /// Whose the open one is.
    public mutating func note(owner: BookOwner) { owners[open] = owner }

    /// As many as there are folders, whatever was noted: notes can be lost or older, and each folder is somebody's records.
    mutating func found(_ folders: Int) {
        count = max(1, folders)
        if open >= count { open = 0 }
        empty = empty.filter { $0 < count }
        owners = owners.filter { $0.key < count }
    }
}

/// How the agency names the officer whose book it is.
public struct BookOwner: Codable, Equatable, Sendable {
    /// As the agency writes it.
    public let name: String
    /// The agency's employee number.
    public let number: String

    /// By the agency's record.
    public init(_ officer: OfficerName) { (name, number) = (officer.name, officer.employeeNumber) }

    /// Employee number and name, as far as there are any; nil where nothing can be said but the number of the book.
    var shown: String? {
        let said = [number, name].filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: " ")
        return said.isEmpty ? nil : said
    }
}

/// What is asked before another book is opened.
public struct TurnQuestion: Equatable, Sendable {
    /// Whose book it would be.
    public let title: Phrase
    /// What comes of it.
    public let text: Phrase
}

/// Whose book an officer works in, in words. Whoever takes a shared phone over must see it before anything is written.
public enum BookWords {
    /// Whose book is open; nil where there is one book only. `officer` is what the book itself says, where it was asked.
    public static func whose(_ books: Books, officer: OfficerName? = nil) -> Phrase? {
        guard books.count > 1 else { return nil }
        let owner = officer.map(BookOwner.init) ?? books.owner(of: books.open)
        return owner?.shown.map { Phrase(.bookOf, $0) } ?? Phrase(.bookNumbered, number(books.open))
    }

    /// What is asked before another officer's book is opened.
    public static func ask(_ books: Books, turnTo book: Int) -> TurnQuestion {
        guard let who = books.owner(of: book)?.shown else {
            return TurnQuestion(title: Phrase(.askTurnNumbered, number(book)), text: Phrase(.askTurnIfYours))
        }
        return TurnQuestion(title: Phrase(.askTurn, who), text: Phrase(.askTurnIfYou))
    }

    /// People count from one.
    private static func number(_ book: Int) -> String { String(book + 1) }
}
