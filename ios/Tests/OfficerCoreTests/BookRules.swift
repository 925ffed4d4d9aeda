import Foundation
import TestPhones
import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(5))) struct BookRules {
    @Test("A book begun beside is the open one, and what was written before is looked after until it is empty")
    func beside() throws {
        var books = Books()
        #expect((books.open, books.count, books.toSend) == (0, 1, []))
        books.make(.beside)
        #expect((books.open, books.count, books.toSend) == (1, 2, [0]))
        books.make(.beside)
        #expect(books.toSend == [0, 1])
        books.note([0: .empty, 1: .waiting(2)])
        #expect(books.toSend == [1])
        books.note([1: .ended(2)])
        #expect(books.toSend == [1], "the officer is told as long as it is so")
        books.note(owner: BookOwner(OfficerName(name: "Officer 1", employeeNumber: "17")))
        #expect(try JSONDecoder().decode(Books.self, from: JSONEncoder().encode(books)) == books)
    }

    @Test("Officers take turns, and what one wrote in the meantime is looked after again")
    func turns() {
        var books = Books()
        #expect(books.next == 0)
        for book in -1...1 { #expect(books.make(.to(book)) == false, "open already, or none") }
        #expect(books.make(.beside) == true)
        books.note([0: .empty])
        #expect(books.next == 0)
        #expect(books.make(.to(0)) == true)
        #expect((books.open, books.next, books.toSend) == (0, 1, [1]))
        books.note([0: .empty, 1: .empty])
        #expect(books.toSend == [])
        books.make(.to(1))
        #expect((books.open, books.toSend) == (1, [0]), "the open book is never called empty")
    }

    @Test("Whose book is open is said by name and number wherever there are others, and by its number until the name has come")
    func whose() {
        let officer = OfficerName(name: "Officer 1", employeeNumber: "17")
        var books = Books()
        #expect(BookWords.whose(books, officer: officer) == nil)
        books.note(owner: BookOwner(officer))
        books.make(.beside)
        #expect(BookWords.whose(books)?.english == "Book 2 on this phone")
        #expect(BookWords.whose(books, officer: officer)?.english == "Book of 17 Officer 1")
        #expect(BookWords.ask(books, turnTo: 0) == TurnQuestion(title: Phrase(.askTurn, "17 Officer 1"), text: Phrase(.askTurnIfYou)))
        books.make(.to(0))
        #expect(BookWords.whose(books) == Phrase(.bookOf, "17 Officer 1"))
        let unnamed = TurnQuestion(title: Phrase(.askTurnNumbered, "2"), text: Phrase(.askTurnIfYours))
        #expect(BookWords.ask(books, turnTo: books.next) == unnamed)
        #expect(BookWords.whose(books, officer: OfficerName(name: "Officer 1", employeeNumber: " "))?.english == "Book of Officer 1")
        #expect(BookWords.whose(books, officer: OfficerName(name: "", employeeNumber: ""))?.english == "Book 1 on this phone")
    }

    @Test("The officer is told numbers of other books, and nothing where the agency has everything")
    func words() {
        #expect(OtherBooksWords.lines([0: .empty], times: Sample.times).isEmpty)
        let lines = OtherBooksWords.lines([0: .waiting(2), 1: .waiting(3), 2: .ended(4), 3: .unread, 5: .empty], times: Sample.times)
        #expect(lines.map(\.english) == [
            "Waiting in other officers' books on this phone: 5", "In other officers' books, no longer taken by the agency: 4",
            "Other officers' books that cannot be read now: 1",
        ])
    }

    @Test("A book stands as what waits in it, and what a phone whose enrolment ended has left goes nowhere")
    func standing() {
        #expect(BookStanding(Sample.sync()) == .empty)
        #expect(BookStanding(Sample.sync(failed: 1, refused: 1)) == .empty, "sent no more until its officer says so")
        #expect(BookStanding(Sample.sync(facts: 1, wishes: 2, originals: 3)) == .waiting(6))
        #expect(BookStanding(Sample.sync(facts: 1, revokedAt: Sample.now)) == .ended(1))
    }

    @Test("Other books are looked into when the app opens, is online again, is asked, or has time; else every quarter of an hour")
    func looks() {
        let now = Sample.now
        for occasion in [SyncPlan.Occasion.asked, .opened, .networkCame, .background] {
            #expect(SyncPlan.looksIntoOthers(occasion, lastLook: now, now: now))
        }
        #expect(!SyncPlan.looksIntoOthers(.wrote, lastLook: nil, now: now))
        #expect(SyncPlan.looksIntoOthers(.minute, lastLook: nil, now: now))
        #expect(!SyncPlan.looksIntoOthers(.minute, lastLook: now - .minutes(14), now: now))
        #expect(SyncPlan.looksIntoOthers(.minute, lastLook: now - .minutes(15), now: now))
        #expect(SyncPlan.looksIntoOthers(.minute, lastLook: now + 1, now: now), "the clock was set back")
    }

    @Test("Another book exchanges only for what waits in it, and not before the server's time unless it is asked")
    func due() {
        let now = Sample.now
        #expect(!SyncPlan.isDueBeside(Sample.sync(settledAt: nil), asked: true, now: now))
        #expect(SyncPlan.isDueBeside(Sample.sync(facts: 1), asked: false, now: now))
        #expect(!SyncPlan.isDueBeside(Sample.sync(facts: 1, retryAt: now + 1), asked: false, now: now))
        #expect(SyncPlan.isDueBeside(Sample.sync(facts: 1, retryAt: now + 1), asked: true, now: now))
        #expect(!SyncPlan.isDueBeside(Sample.sync(facts: 1, revokedAt: now), asked: true, now: now))
    }
}

/// A phone that another officer takes over before everything was sent.
@Suite(.timeLimit(.minutes(5))) struct OtherBooksStories {
    /// A phone of several books, and how often each was opened.
    private final class Shelf: @unchecked Sendable {
        let handsets: [Handset]
        private let lock = NSLock()
        private var openings: [Int] = []

        init(_ handsets: [Handset]) { self.handsets = handsets }

        var opened: [Int] { lock.withLock { openings } }

        func books() -> OtherBooks {
            OtherBooks { [self] book throws(OfficerError) in
                lock.withLock { openings.append(book) }
                guard handsets.indices.contains(book) else { throw OfficerError.noFolder }
                return try await OfficerPhone.open(folder: handsets[book].folder, label: "Test phone", parts: handsets[book].parts)
            }
        }
    }

    /// Officer 1's book with two punches that nobody has seen.
    private func leftBehind(in town: Town) async throws -> (Handset, AssignmentId) {
        let (handset, assignment) = try await Handset.assigned(in: town)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        try await handset.phone.punch(.out, .assignment(assignment), at: try handset.phone.moment())
        try await handset.phone.close()
        return (handset, assignment)
    }

    @Test("What the officer before could not send is sent beside the new officer's work, and then their book is left alone")
    func sent() async throws {
        let town = try await Town()
        let (left, assignment) = try await leftBehind(in: town)
        var books = Books()
        books.make(.beside)
        let shelf = Shelf([left])
        let others = shelf.books()

        try await town.server.crash()
        let offline = await others.send(books.toSend)
        #expect(offline == [0: .waiting(2)])
        books.note(offline)
        #expect(await others.send(books.toSend) == [0: .waiting(2)], "the core waits before it tries again")

        try await town.server.start()
        let online = await others.send(books.toSend, asked: true)
        #expect(online == [0: .empty])
        books.note(online)
        #expect(try await town.facts(of: assignment).count == 2)
        #expect(await others.send(books.toSend).isEmpty)
        #expect(shelf.opened == [0, 0, 0])
    }

    @Test("A book that cannot be opened does not keep the others from being sent, and one that nobody signed in on is empty")
    func unreadable() async throws {
        let town = try await Town()
        let (left, assignment) = try await leftBehind(in: town)
        let unused = try await Handset()
        try await unused.phone.close()
        let others = Shelf([unused, left]).books()
        #expect(await others.send([7, 0, 1]) == [7: .unread, 0: .empty, 1: .empty])
        #expect(try await town.facts(of: assignment).count == 2)
    }

    @Test("Where the agency has ended that enrolment what is left is counted and sent no more")
    func ended() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let device = try #require(try await phone.enrolled()?.device)
        try await town.server.make("devices/\(device)/revoke", ["reason": "Lost."])
        _ = await failure { try await phone.sync() }
        try #require(try await phone.syncState().revokedAt != nil)
        try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
        try await phone.close()
        #expect(await Shelf([handset]).books().send([0], asked: true) == [0: .ended(1)])
    }

    @Test("No book is open any more when the others rest, even where the server hangs; ended for good nothing is opened again")
    func rest() async throws {
        let town = try await Town()
        let (left, _) = try await leftBehind(in: town)
        let shelf = Shelf([left, left])
        let others = shelf.books()
        town.server.hang()
        let sending = Task { await others.send([0, 1]) }
        while shelf.opened.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(300))
        await others.end()
        #expect(await sending.value == [0: .waiting(2)])
        #expect(await others.send([0]).isEmpty)
        #expect(shelf.opened == [0])
        town.server.wake()
        // The file is free: its own officer may open it again.
        let again = try await OfficerPhone.open(folder: left.folder, label: "Test phone", parts: left.parts)
        #expect(try await again.syncState().factsWaiting == 2)
        try await again.close()
    }

    @Test("When the system takes its time back the round ends, whoever began it")
    func cancelled() async throws {
        let town = try await Town()
        let (left, _) = try await leftBehind(in: town)
        let shelf = Shelf([left])
        let others = shelf.books()
        town.server.hang()
        let sending = Task { await others.send([0]) }
        let sharing = Task { await others.send([0]) }
        while shelf.opened.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(300))
        sharing.cancel()
        let (first, second) = (await sending.value, await sharing.value)
        #expect(first == [0: .waiting(2)] && second == first)
        #expect(shelf.opened == [0])
        town.server.wake()
    }
}
