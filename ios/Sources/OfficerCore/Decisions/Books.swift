/// The records of everybody who uses this phone: a book for each officer, numbered from nought, none ever deleted. One is open at a time.
public struct Books: Codable, Equatable, Sendable {
    /// The one that is open.
    public private(set) var open = 0
    /// How many there are.
    public private(set) var count = 1
    private var empty: Set<Int> = []

    /// A phone with one book.
    public init() {}

    /// Those that may hold something that the agency does not have, the oldest first: they are opened in the background until they do not.
    public var toSend: [Int] { (0..<count).filter { $0 != open && !empty.contains($0) } }

    /// Goes on with a fresh book; the one before stays as it is.
    public mutating func beginBeside() {
        count += 1
        turn(to: count - 1)
    }

    /// Goes on with the next of the books that are here.
    public mutating func turn() { turn(to: (open + 1) % count) }

    /// What was found out about some of them.
    public mutating func note(_ standings: [Int: BookStanding]) {
        for (book, standing) in standings where standing == .empty && book != open { empty.insert(book) }
    }

    private mutating func turn(to book: Int) {
        // Whatever is written there from now on has to be sent again.
        empty.remove(book)
        open = book
    }
}
