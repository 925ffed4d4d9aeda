import Foundation
import TestPhones
import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(5))) @MainActor struct BookstandStories {
    /// The books of one phone, each with a key and secrets of its own. It notices a book that is opened twice, and can be made to fail.
    private final class Drawer: @unchecked Sendable {
        let folder: URL
        private let lock = NSLock()
        private var parts: [Int: PhoneParts] = [:]
        private var phones: [(book: Int, phone: OfficerPhone)] = []
        private var refusals: [Int: OfficerError] = [:]

        init() throws { folder = try Scratch.folder("books") }

        deinit { try? FileManager.default.removeItem(at: folder) }

        var folders: BookFolders { BookFolders(records: folder, notes: folder.appendingPathComponent("notes")) }
        var note: URL { folder.appendingPathComponent("notes/books.json") }
        /// The books that were opened, in order.
        var opened: [Int] { lock.withLock { phones.map(\.book) } }

        func refuse(_ book: Int, _ error: OfficerError?) { lock.withLock { refusals[book] = error } }

        @MainActor
        func stand(_ reader: Reader? = nil) -> Bookstand {
            let stand = Bookstand(folders: folders) { [self] book throws(OfficerError) in try await open(book) }
            stand.reader = reader
            return stand
        }

        /// Books that somebody opened while they were open.
        func openedTwice() async -> [Int] {
            var twice: [Int] = []
            let all = lock.withLock { phones }
            for (place, (book, phone)) in all.enumerated() where all.dropFirst(place + 1).contains(where: { $0.book == book }) {
                if await failure({ try await phone.enrolled() })?.kind != .closed { twice.append(book) }
            }
            return twice
        }

        private func open(_ book: Int) async throws(OfficerError) -> OfficerPhone {
            if let refusal = lock.withLock({ refusals[book] }) { throw refusal }
            let made: PhoneParts
            do { made = try await parts(of: book) } catch { throw OfficerError.noFolder }
            let folder = folder.appendingPathComponent(BookFolders.name(of: book))
            let phone = try await OfficerPhone.open(folder: folder, label: "Test phone", parts: made)
            lock.withLock { phones.append((book, phone)) }
            return phone
        }

        private func parts(of book: Int) async throws -> PhoneParts {
            if let known = lock.withLock({ parts[book] }) { return known }
            let signer = try await offPool { try OpensslSigner() }
            let made = PhoneParts(signer: signer, secrets: MemorySecrets(), clocks: MachineClocks(), fixes: SetFixes())
            lock.withLock { parts[book] = made }
            return made
        }
    }

    /// What the app was told.
    @MainActor
    private final class Reader: BookReader {
        var outcomes: [Result<Int, OfficerError>] = []
        var closed: [Int?] = []
        var failures: [OfficerError] = []

        func opened(_ outcome: Result<Bookstand.OpenBook, OfficerError>) { outcomes.append(outcome.map(\.number)) }
        func closing(_ book: Bookstand.OpenBook?) async { closed.append(book?.number) }
        func failed(_ error: OfficerError) { failures.append(error) }
    }

    private let full = OfficerError(.storageFull, code: "storage_full", reason: "Full.")

    /// What the open book's file says: nil where it is open.
    private func asleep(_ stand: Bookstand) async throws -> OfficerError.Kind? {
        let phone = try #require(stand.openBook).phone
        do {
            _ = try await phone.syncState()
            return nil
        } catch { return error.kind }
    }

    @Test("Two taps turn once: the book behind the screens is the one that is chosen, and none was opened twice")
    func twoTaps() async throws {
        let drawer = try Drawer()
        let reader = Reader()
        let stand = drawer.stand(reader)
        await stand.open()
        for book in 1...2 {
            #expect(await stand.turn(.beside))
            #expect(stand.openBook?.number == book)
        }
        async let one = stand.turn(.to(0))
        async let two = stand.turn(.to(1))
        async let three = stand.turn(.beside)
        async let opening: Void = stand.open()
        let turned = await [one, two, three]
        await opening
        #expect(turned.filter { $0 }.count == 1)
        let open = try #require(stand.openBook)
        #expect(open.number == stand.books.open && !stand.isTurning)
        #expect(drawer.opened == [0, 1, 2, open.number])
        #expect(await drawer.openedTwice().isEmpty)
        #expect(reader.closed == [0, 1, 2])
        #expect(try reader.outcomes.map { try $0.get() } == drawer.opened)
        #expect(try await open.phone.enrolled() == nil)
    }

    @Test("A second tap while the first turn waits for a hanging exchange changes nothing, and who opens meanwhile gets the book that was turned to")
    func hanging() async throws {
        let town = try await Town()
        let drawer = try Drawer()
        let stand = drawer.stand()
        await stand.open()
        let first = try #require(stand.openBook)
        try await first.phone.enrol(with: try await town.invitation())
        town.server.hang()
        let syncing = Task { () -> OfficerError? in
            do {
                try await first.exchange.run()
                return nil
            } catch { return error as? OfficerError }
        }
        await exchangeBegan(first.phone)
        let turning = Task { await stand.turn(.beside) }
        while !stand.isTurning { await Task.yield() }
        let again = await stand.turn(.beside)
        #expect(!again)
        await stand.open()
        #expect(stand.openBook?.number == 1)
        #expect(await turning.value)
        #expect(await syncing.value?.kind == .cancelled)
        #expect(drawer.opened == [0, 1] && stand.books.count == 2)
        town.server.wake()
    }

    @Test("What is opened at a second try, or turned to, is held while the app is in front, and sleeps once it has left")
    func heldInFront() async throws {
        let drawer = try Drawer()
        let reader = Reader()
        let stand = drawer.stand(reader)
        drawer.refuse(0, full)
        await stand.cameToFront().value
        #expect(reader.outcomes == [.failure(full)] && stand.openBook == nil)
        drawer.refuse(0, nil)
        await stand.open()
        // The first thing that the officer does, and it is over.
        _ = try await stand.openBook?.wakefulness.during { phone throws(OfficerError) in try await phone.syncState() }
        #expect(try await asleep(stand) == nil)
        await stand.turn(.beside)
        _ = try await stand.openBook?.wakefulness.during { phone throws(OfficerError) in try await phone.syncState() }
        #expect(try await asleep(stand) == nil)
        await stand.letGo(of: stand.wentToBack())
        #expect(try await asleep(stand) == .suspended)
        #expect(reader.failures.isEmpty)
    }

    /// Follows the books until they are gone: what the door was each time, and whose turn it is.
    private func watch(_ stand: Bookstand, into seen: Seen) -> Task<Void, Never> {
        let states = stand.states()
        return Task {
            for await state in states {
                seen.states.append(state)
                seen.doors.append(FirstDoor(state, unlocked: true, times: Sample.times))
            }
        }
    }

    /// What was drawn, in order.
    @MainActor
    private final class Seen {
        var states: [Bookstand.State] = []
        var doors: [FirstDoor?] = []

        /// Waits for something that is to be drawn next.
        func until(_ drawn: (Bookstand.State?, FirstDoor?) -> Bool) async {
            while !drawn(states.last, doors.last ?? nil) { await Task.yield() }
        }
    }

    @Test("Whoever watches the books is told how they stand now and after every change, sees no door while they are turned, and is done when they are gone")
    func watched() async throws {
        let drawer = try Drawer()
        let seen = Seen()
        var stand: Bookstand? = drawer.stand()
        let watching = watch(try #require(stand), into: seen)
        await seen.until { state, _ in state != nil }
        #expect(seen.states.count == 1 && seen.doors == [nil], "nothing was tried yet")
        drawer.refuse(0, OfficerError(.storeUnusable, code: "store_key_gone", reason: "Gone."))
        await stand?.open()
        await seen.until { _, door in door == .trouble(Phrase(.troubleStoreUnusable, "store_key_gone"), beside: true) }
        drawer.refuse(0, nil)
        await stand?.open()
        await seen.until { state, door in state?.openBook?.number == 0 && door == .enrol }

        seen.doors = []
        await stand?.turn(.beside)
        await seen.until { state, door in state?.openBook?.number == 1 && door == .enrol }
        #expect(seen.doors.contains(nil), "what was drawn of the book before is gone before this one is drawn")
        let phone = try #require(stand?.openBook?.phone)
        stand?.enrolled(on: try #require(seen.states.first { $0.openBook?.number == 0 }?.openBook?.phone))
        #expect(stand?.openBook?.isEnrolled == false, "that was another book")
        stand?.enrolled(on: phone)
        await seen.until { _, door in door == .home }
        stand?.note(OfficerName(name: "Officer 1", employeeNumber: "17"), of: 1)
        await seen.until { state, _ in state?.books.owner(of: 1)?.number == "17" }

        stand = nil
        await watching.value
        try await phone.close()
    }

    @Test("However fast the officer leaves and comes back: in front the book is awake, and in the back it sleeps")
    func backAndForth() async throws {
        let stand = try Drawer().stand()
        // Left before the book was open.
        stand.cameToFront()
        await stand.letGo(of: stand.wentToBack())
        #expect(try await asleep(stand) == .suspended)
        for _ in 1...10 {
            stand.cameToFront()
            let first = stand.wentToBack()
            let arrival = stand.cameToFront()
            async let leaving: Void = stand.letGo(of: first)
            await arrival.value
            await leaving
            #expect(try await asleep(stand) == nil)
            await stand.letGo(of: stand.wentToBack())
            #expect(try await asleep(stand) == .suspended)
        }
    }

    @Test("Beside a book that cannot be opened another one is begun; the old one stays, is tried again, and opens when it can")
    func beside() async throws {
        let drawer = try Drawer()
        let reader = Reader()
        let stand = drawer.stand(reader)
        drawer.refuse(0, OfficerError(.storeUnusable, code: "store_key_gone", reason: "Gone."))
        await stand.cameToFront().value
        #expect(stand.openBook == nil)
        #expect(await stand.turn(.beside))
        #expect(stand.openBook?.number == 1)
        #expect(try await asleep(stand) == nil)
        #expect(stand.books.toSend == [0])
        await stand.sendOthers(.opened, now: Date().millis)
        #expect(stand.others == [0: .unread])

        #expect(await stand.turn(.to(0)))
        #expect(stand.openBook == nil && stand.books.next == 1, "the way back is there")
        drawer.refuse(0, nil)
        await stand.open()
        #expect(stand.openBook?.number == 0)
        #expect(try await asleep(stand) == nil)
        #expect(reader.failures.isEmpty)
    }

    @Test("Which book is open and whose they are is there again when the app starts anew, and how many there are is counted")
    func kept() async throws {
        let drawer = try Drawer()
        let stand = drawer.stand()
        await stand.open()
        stand.note(OfficerName(name: "Officer 1", employeeNumber: "17"), of: 0)
        stand.note(OfficerName(name: "Officer 9", employeeNumber: "9"), of: 3)
        await stand.turn(.beside)
        await stand.turn(.beside)
        await stand.turn(.to(1))
        try await stand.openBook?.phone.close()

        let again = drawer.stand()
        await again.open()
        #expect(again.books == stand.books && again.openBook?.number == 1)
        #expect(again.books.owner(of: 0)?.number == "17")
        try await again.openBook?.phone.close()

        // Without a note none is forgotten: all that is not open is looked into.
        try FileManager.default.removeItem(at: drawer.note)
        let lost = try drawer.folders.read()
        #expect((lost.open, lost.count, lost.toSend) == (0, 3, [1, 2]))
        // A note of more than there are: those of a phone that was set up anew.
        try drawer.folders.keep(stand.books)
        for book in 1...2 { try FileManager.default.removeItem(at: drawer.folder.appendingPathComponent("officer-\(book)")) }
        let fewer = try drawer.folders.read()
        #expect((fewer.open, fewer.count) == (0, 1))
        #expect(try BookFolders(records: drawer.folder.appendingPathComponent("none"), notes: drawer.folder).read() == Books())
    }

    @Test("Where it cannot be read which books there are none is opened and nothing is written; later all are there")
    func unread() async throws {
        let drawer = try Drawer()
        let stand = drawer.stand()
        await stand.open()
        await stand.turn(.beside)
        try await stand.openBook?.phone.close()
        let noted = try Data(contentsOf: drawer.note)
        try FileManager.default.removeItem(at: drawer.note)
        try FileManager.default.createDirectory(at: drawer.note, withIntermediateDirectories: false)

        let reader = Reader()
        let locked = drawer.stand(reader)
        await locked.open()
        await locked.turn(.beside)
        await locked.sendOthers(.opened, now: Date().millis)
        #expect(reader.outcomes == [.failure(.booksUnread), .failure(.booksUnread)])
        #expect(drawer.opened == [0, 1])

        try FileManager.default.removeItem(at: drawer.note)
        try noted.write(to: drawer.note)
        await locked.open()
        #expect(locked.openBook?.number == 1 && locked.books.count == 2)
    }

    @Test("The agency's record says whose a book is, and what waits in it is sent while another one is open")
    func handedOver() async throws {
        let town = try await Town()
        let stand = try Drawer().stand()
        await stand.open()
        let left = try #require(stand.openBook)
        try await left.phone.enrol(with: try await town.invitation())
        try await left.phone.sync()
        stand.note(try await left.phone.firstScreen().officer, of: left.number)
        try await left.phone.punch(.in, .unassigned(nil), at: try left.phone.moment())
        await stand.turn(.beside)
        #expect(BookWords.ask(stand.books, turnTo: 0).title == Phrase(.askTurn, "17 Officer 1"))
        await stand.sendOthers(.opened, now: Date().millis)
        #expect(stand.others == [0: .empty] && stand.books.toSend == [])
        await stand.turn(.to(0))
        #expect(BookWords.whose(stand.books) == Phrase(.bookOf, "17 Officer 1"))
        #expect(try await stand.openBook?.phone.syncState().factsWaiting == 0)
        await stand.restOthers()
    }
}
