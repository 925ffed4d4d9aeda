/// The book that lies open to work in, and the turning to another one: never two turns at a time, never two phones over one file, and while
/// the app is in front the open book is held, however it came to be open.
@MainActor
public final class Bookstand {
    /// A book that lies open.
    public struct OpenBook: Sendable {
        /// Which one.
        public let number: Int
        /// Its records.
        public let phone: OfficerPhone
        /// Who needs it.
        public let wakefulness: Wakefulness
        /// Its exchanges.
        public let exchange: RunningExchange
        /// Is an officer signed in on it?
        public fileprivate(set) var isEnrolled: Bool
    }

    /// How the books stand, to be drawn.
    public struct State: Sendable {
        /// The book that lies open; nil while it is being opened or turned, and where it cannot be opened.
        public internal(set) var openBook: OpenBook?
        /// What is known of the books on this phone.
        public internal(set) var books = Books()
        /// Another book is being opened in place of the one before.
        public internal(set) var isTurning = false
        /// How the books stand that are not open, as far as they were looked into.
        public internal(set) var others: [Int: BookStanding] = [:]
        /// Why no book lies open; nil where one does, and until it was tried.
        public internal(set) var trouble: OfficerError?

        /// Nothing was looked at yet.
        public init() {}
    }

    /// How they stand now.
    public private(set) var state = State() { didSet { bells.screensChanged() } }
    /// The app is in front.
    public private(set) var isInFront = false
    /// What the app does about it.
    public weak var reader: (any BookReader)?

    private let folders: BookFolders
    private let opening: OtherBooks.Opening
    private let bells = Screens()
    private var otherBooks: OtherBooks
    private var lookedAt: UnixMillis?
    private var wereRead = false
    /// An opening or a turn.
    private var underWay: Task<Void, Never>?
    private var arriving: Task<Void, Never>?
    /// The stays in front are counted, and each lets go of what it held itself.
    private var stay = 0
    private var holding: Set<Int> = []

    /// Over the phone's books.
    public init(folders: BookFolders, opening: @escaping OtherBooks.Opening) {
        (self.folders, self.opening) = (folders, opening)
        otherBooks = OtherBooks(open: opening)
    }

    deinit { bells.finish() }

    /// The book that lies open.
    public var openBook: OpenBook? { state.openBook }
    /// What is known of the books on this phone.
    public var books: Books { state.books }
    /// Another book is being opened in place of the one before.
    public var isTurning: Bool { state.isTurning }
    /// How the books stand that are not open.
    public var others: [Int: BookStanding] { state.others }

    /// How they stand: now and after every change, and only the newest where the screen is slow. It ends when nobody holds the books.
    public func states() -> AsyncStream<State> {
        let rings = bells.rings()
        let (states, show) = AsyncStream.makeStream(of: State.self, bufferingPolicy: .bufferingNewest(1))
        let watching = Task { [weak self] in
            for await _ in rings {
                guard let state = self?.state else { break }
                show.yield(state)
            }
            show.finish()
        }
        show.onTermination = { _ in watching.cancel() }
        return states
    }

    /// Opens the book that was left open, once; again where it could not be opened before. In front it holds it, too.
    public func open() async {
        if underWay == nil, openBook == nil {
            underWay = Task {
                await layOpen()
                if !isTurning { underWay = nil }
            }
        }
        await underWay?.value
        if isInFront { await hold(for: stay) }
    }

    /// Closes the book that is open and opens another one. False where a turn runs already: that one is what the officer asked for.
    @discardableResult
    public func turn(_ turn: Books.Turn) async -> Bool {
        guard !isTurning else { return false }
        state.isTurning = true
        let before = underWay
        let turning = Task {
            await before?.value
            await change(turn)
            (state.isTurning, underWay) = (false, nil)
        }
        underWay = turning
        await turning.value
        return true
    }

    /// The app is in front and needs the open book until it has left again. The task ends when the book is open, or cannot be opened.
    @discardableResult
    public func cameToFront() -> Task<Void, Never> {
        (stay, isInFront) = (stay + 1, true)
        let before = arriving
        let arrival = Task { [stay] in
            // Whoever waits for the last one waits for all.
            await before?.value
            await open()
            await hold(for: stay)
        }
        arriving = arrival
        return arrival
    }

    /// The app left the front. It still holds the book, for `letGo` with the stay that this gives.
    public func wentToBack() -> Int {
        isInFront = false
        return stay
    }

    /// Lets go of what a stay in front held, when the last of its work is done. The file is closed then, unless somebody else needs it.
    public func letGo(of stay: Int) async {
        await arriving?.value
        await underWay?.value
        guard let openBook else { return }
        do {
            // What was opened after the app had left is held by nobody, and awake.
            if holding.remove(stay) == nil { try await openBook.wakefulness.hold() }
            try await openBook.wakefulness.release()
        } catch { reader?.failed(error) }
    }

    /// The agency's record says whose the book of that number is.
    public func note(_ officer: OfficerName?, of number: Int) {
        guard let owner = officer.map(BookOwner.init), number == books.open, books.owner(of: number) != owner else { return }
        state.books.note(owner: owner)
        keep()
    }

    /// An officer has signed in on that phone.
    public func enrolled(on phone: OfficerPhone) {
        if openBook?.phone === phone { state.openBook?.isEnrolled = true }
    }

    /// Sends what waits in the other books, if it is time to look into them. None of them is open when this returns.
    public func sendOthers(_ occasion: SyncPlan.Occasion, now: UnixMillis) async {
        guard wereRead, !isTurning, SyncPlan.looksIntoOthers(occasion, lastLook: lookedAt, now: now) else { return }
        lookedAt = now
        let round = otherBooks
        let found = await round.send(books.toSend, asked: occasion == .asked)
        // Where officers took turns meanwhile, what was found may be true no more.
        guard round === otherBooks else { return }
        let before = books
        state.books.note(found)
        if books != before { keep() }
        state.others = others.merging(found) { $1 }.filter { $0.key != books.open }
    }

    /// No other book is open when this returns: the app may be suspended.
    public func restOthers() async { await otherBooks.rest() }

    private func change(_ turn: Books.Turn) async {
        do { try readBooks() } catch { return shut(error) }
        var chosen = books
        guard chosen.make(turn) else { return }
        await reader?.closing(openBook)
        // The other books may be the next one to open.
        await otherBooks.end()
        try? await openBook?.phone.close()
        put(chosen)
        (otherBooks, lookedAt, holding) = (OtherBooks(open: opening), nil, [])
        keep()
        await layOpen()
    }

    private func layOpen() async {
        do {
            let book = try await opened()
            (state.openBook, state.trouble) = (book, nil)
            if isInFront { await hold(for: stay) }
            reader?.opened(.success(book))
        } catch { shut(error) }
    }

    /// None of these lies open yet.
    private func put(_ books: Books) {
        var next = State()
        (next.books, next.isTurning) = (books, isTurning)
        state = next
    }

    private func shut(_ trouble: OfficerError) {
        state.trouble = trouble
        reader?.opened(.failure(trouble))
    }

    private func opened() async throws(OfficerError) -> OpenBook {
        try readBooks()
        let phone = try await opening(books.open)
        do {
            let isEnrolled = try await phone.enrolled() != nil
            return OpenBook(
                number: books.open, phone: phone, wakefulness: Wakefulness(phone), exchange: RunningExchange(phone), isEnrolled: isEnrolled)
        } catch {
            try? await phone.close()
            throw error
        }
    }

    private func hold(for stay: Int) async {
        guard let openBook, holding.insert(stay).inserted else { return }
        do { try await openBook.wakefulness.hold() } catch {
            holding.remove(stay)
            reader?.failed(error)
        }
    }

    private func readBooks() throws(OfficerError) {
        if wereRead { return }
        do { state.books = try folders.read() } catch { throw .booksUnread }
        wereRead = true
    }

    /// Where it cannot be kept the app opens on the book before: it says whose that is, and the folders are all counted.
    private func keep() { try? folders.keep(books) }
}

/// What an app does about its open book.
@MainActor
public protocol BookReader: AnyObject {
    /// A book was opened, or could not be.
    func opened(_ outcome: Result<Bookstand.OpenBook, OfficerError>)
    /// The open book is about to be closed for another one: what leans on it ends.
    func closing(_ book: Bookstand.OpenBook?) async
    /// The file could not be opened again, or not be closed.
    func failed(_ error: OfficerError)
}
