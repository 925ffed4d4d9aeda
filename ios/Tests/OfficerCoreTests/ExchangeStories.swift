import Foundation
import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct ExchangeStories {
    @Test("Without a server everything is kept on the phone, and arrives once there is one")
    func offlineQueue() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await town.server.crash()
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        try await phone.note("Lane closed.", in: .shift(.running), at: try phone.moment())
        try await phone.sendMessage("Who relieves me?", at: try phone.reading())
        #expect(await failure { try await phone.sync() }?.kind == .offline)
        let waiting = try await phone.syncState()
        #expect((waiting.factsWaiting, waiting.wishesWaiting, waiting.allSynced) == (2, 1, false))

        try await town.server.start()
        try await settle(phone)
        #expect(try await town.facts(of: assignment).count == 2)
        #expect(try await town.server.items("messages").count == 1)
    }

    @Test("A second sync of the same things sends nothing twice")
    func nothingTwice() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        try await handset.phone.sync()
        try await handset.phone.sync()
        #expect(try await town.facts(of: assignment).count == 1)
    }

    @Test("A wish that the agency refuses says why")
    func refusedWish() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let (status, _) = try await town.server.staff(
            "POST", "details/\(town.detail)/cancel", ["version": 1, "reason": "Rained out."])
        #expect(status < 300)
        let wish = try await handset.phone.apply(for: town.detail, at: try handset.phone.reading())
        try await handset.phone.sync()
        let decided = try #require(try await handset.phone.wishes().first { $0.command == wish })
        #expect(decided.decision == .refused)
        #expect(!decided.reason.isEmpty)
    }

    @Test("An invitation that is none, and one that was used, are typed errors")
    func refusedInvitation() async throws {
        let town = try await Town()
        let (first, second) = (try await Handset(), try await Handset())
        #expect(await failure { try await first.phone.enrol(with: "not a QR code") }?.kind == .invalid)
        #expect(await failure { try await first.phone.sync() }?.kind == .notEnrolled)
        let invitation = try await town.invitation()
        try await first.phone.enrol(with: invitation)
        #expect(try await first.phone.enrolled()?.officer == town.officer)
        #expect(await failure { try await second.phone.enrol(with: invitation) }?.kind == .server)
        #expect(try await second.phone.enrolled() == nil)
    }

    @Test("Cancelling the task ends a sync that hangs, and loses nothing")
    func cancelledSync() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        town.server.hang()
        let syncing = Task { await failure { try await phone.sync() } }
        await exchangeBegan(phone)
        // The phone is of use while the exchange hangs.
        try await phone.note("Still here.", in: .shift(.running), at: try phone.moment())
        syncing.cancel()
        #expect(await syncing.value?.kind == .cancelled)
        town.server.wake()
        try await phone.sync()
        #expect(try await town.facts(of: assignment).count == 2)
    }

    @Test("A task that was cancelled before it began does not sync")
    func cancelledBefore() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let syncing = Task {
            while !Task.isCancelled { await Task.yield() }
            return await failure { try await handset.phone.sync() }
        }
        syncing.cancel()
        #expect(await syncing.value?.kind == .cancelled)
    }

    @Test("Two tasks at once: one exchange runs, every note is kept once")
    func twoTasks() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 1...2 {
                group.addTask {
                    for note in 1...20 {
                        try await phone.note("\(writer)-\(note)", in: .shift(.running), at: try phone.moment())
                    }
                }
                group.addTask {
                    let error = await failure { try await phone.sync() }
                    #expect(error == nil || error?.kind == .busy)
                }
            }
            try await group.waitForAll()
        }
        try await settle(phone)
        #expect(try await town.facts(of: assignment).count == 41)
    }

    @Test("A transport of the app's own carries the exchange request by request")
    func ownTransport() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        let lost = try await phone.beginSync()
        #expect(await failure { try await phone.sync() }?.kind == .busy)
        try await phone.abandonSync(lost.ticket)
        var progress = SyncProgress.again
        while progress == .again {
            let request = try await phone.beginSync()
            progress = try await phone.finishSync(request.ticket, with: try await carry(request))
        }
        #expect(progress == .done)
        #expect(try await town.facts(of: assignment).count == 1)
        #expect(try await phone.finishSync(lost.ticket, with: Incoming(status: 200, gzip: false, body: Data())) == .stale)
    }

    @Test("A photo is copied at once and arrives whole")
    func photo() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let photo = handset.folder.appendingPathComponent("photo.jpg")
        try Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: photo)
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        let recorded = try await phone.attach(
            file: photo.path, mediaType: "image/jpeg", caption: "The barrier", in: .shift(.running), at: try phone.moment())
        try FileManager.default.removeItem(at: photo)
        try await phone.sync()
        let written = try #require(try await phone.written(in: recorded.document).items.first)
        #expect(written.written.text == "The barrier")
        let original = try #require(written.original)
        #expect((original.size, original.received, original.complete != nil) == (300_000, 300_000, true))
        let (status, _) = try await town.server.staff("GET", "blobs/\(original.hash)")
        #expect(status == 200)
    }
}
