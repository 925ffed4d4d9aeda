/// Sends what waits in the books of officers who used this phone before. Each is opened beside the open one, exchanges, and is closed again.
public actor OtherBooks {
    /// Opens a book by its number.
    public typealias Opening = @Sendable (Int) async throws(OfficerError) -> OfficerPhone

    private let open: Opening
    private var running: Task<[Int: BookStanding], Never>?
    private var hasEnded = false

    /// Over the phone's books.
    public init(open: @escaping Opening) {
        self.open = open
    }

    /// Sends what waits in these books and says how each stands then. One round at a time: a second caller shares it. A cancelled task ends it;
    /// books that it did not come to are not spoken of. `asked`: the officer wants it now, whatever the server said about waiting.
    public func send(_ books: [Int], asked: Bool = false) async -> [Int: BookStanding] {
        guard !hasEnded else { return [:] }
        let round = running ?? begin(books, asked)
        return await withTaskCancellationHandler { await round.value } onCancel: { round.cancel() }
    }

    /// Ends the round that runs, if any. No book is open when this returns.
    public func rest() async {
        running?.cancel()
        _ = await running?.value
    }

    /// Rests for good, such as before another book is opened to work in.
    public func end() async {
        hasEnded = true
        await rest()
    }

    private func begin(_ books: [Int], _ asked: Bool) -> Task<[Int: BookStanding], Never> {
        let round = Task { [open] in
            var standings: [Int: BookStanding] = [:]
            for book in books where !Task.isCancelled { standings[book] = await Self.send(book, open, asked) }
            self.finished()
            return standings
        }
        running = round
        return round
    }

    private func finished() { running = nil }

    private static func send(_ book: Int, _ open: Opening, _ asked: Bool) async -> BookStanding {
        do {
            let phone = try await open(book)
            let standing = await send(phone, asked)
            try? await phone.close()
            return standing
        } catch { return .unread }
    }

    private static func send(_ phone: OfficerPhone, _ asked: Bool) async -> BookStanding {
        do {
            guard try await phone.enrolled() != nil else { return .empty }
            let before = try await phone.syncState()
            if SyncPlan.isDueBeside(before, asked: asked, now: try phone.reading().wall) {
                // What went wrong stands in the state.
                _ = try? await phone.sync()
            }
            return BookStanding(try await phone.syncState())
        } catch { return .unread }
    }
}
