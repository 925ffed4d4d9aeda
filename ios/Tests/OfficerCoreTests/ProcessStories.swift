import Foundation
import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct ProcessStories {
    @Test("A process killed mid-sync, when the server has done its work and the phone cannot know, loses nothing and doubles nothing")
    func killedMidSync() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        try await handset.phone.close()

        let child = try Child("hold-answer", over: handset)
        let document = try #require(try await child.said(1).first)
        #expect(try await town.server.items("documents/\(document)/facts").count == 1, "the server has taken the punch")
        _ = try await child.crash()

        let again = try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: handset.parts)
        #expect(try await again.running()?.log == document)
        #expect(try await again.syncState().factsWaiting == 1)
        try await again.punch(.out, .log(document), at: try again.moment())
        try await settle(again)
        let facts = try await town.server.items("documents/\(document)/facts")
        #expect(facts.map { $0["verification"] as? String } == ["verified", "verified"])
        try await again.close()
    }

    @Test("A process killed before its request has left the phone loses nothing and doubles nothing")
    func killedBeforeSending() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        try await handset.phone.close()

        let child = try Child("hold-request", over: handset)
        let document = try #require(try await child.said(1).first)
        _ = try await child.crash()
        #expect(try await town.server.items("unassigned_logs").isEmpty, "the server knows nothing of it")
        try await expectWhole(document, after: handset, in: town)
    }

    // Taking an answer is milliseconds of work: the moments, drawn once, lie in it and after it.
    @Test("A process killed while it takes the answer, however far it has come, loses nothing and doubles nothing", arguments: [0, 1, 3, 7, 15, 40])
    func killedWhileTaking(milliseconds: Int) async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        try await handset.phone.close()

        let child = try Child("take-answer", over: handset)
        let document = try #require(try await child.said(1).first)
        try await Task.sleep(for: .milliseconds(milliseconds))
        _ = try await child.crash()
        try await expectWhole(document, after: handset, in: town)
    }

    /// The clock-in is there, what follows it is taken, and the agency has both, once.
    private func expectWhole(_ document: DocumentId, after handset: Handset, in town: Town) async throws {
        let again = try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: handset.parts)
        #expect(try await again.running()?.log == document)
        try await again.punch(.out, .log(document), at: try again.moment())
        try await settle(again)
        let written = try await again.facts(of: document).map(\.fact)
        let facts = try await town.server.items("documents/\(document)/facts")
        #expect(written.count == 2 && Set(facts.compactMap { $0["id"] as? String ?? $0["fact"] as? String }) == Set(written))
        #expect(facts.map { $0["verification"] as? String } == ["verified", "verified"])
        try await again.close()
    }

    @Test("Killed again and again while it writes and syncs, a phone has every note that it acknowledged, and so has the agency")
    func killedAnywhere() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        try await handset.phone.close()
        var told: [String] = []
        for round in 1...4 {
            let child = try Child("write-and-sync", over: handset)
            told += try await child.said(3 * round)
            told += try await child.crash()
        }
        let again = try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: handset.parts)
        try await settle(again)
        for (document, notes) in Dictionary(grouping: told.map { $0.split(separator: " ") }, by: { $0[0] }) {
            let arrived = try await town.server.items("documents/\(document)/facts?limit=500").compactMap { $0["id"] as? String ?? $0["fact"] as? String }
            #expect(Set(arrived).count == arrived.count)
            #expect(Set(notes.map { String($0[1]) }).subtracting(arrived).isEmpty)
        }
        #expect(told.count >= 30)
        try await again.close()
    }

    #if os(Linux)
        @Test("Ten thousand calls leave no memory behind")
        func tenThousandCalls() async throws {
            let handset = try await Handset.enrolled(in: try await Town())
            try await handset.phone.close()
            let grown = try await Child("ten-thousand-calls", over: handset).said(2).compactMap(Int.init)
            // What leaks grows in both halves: one answer or one text in four calls that stayed behind would be 20 MB a half.
            #expect(try #require(grown.min()) < 8_000, "grew by \(grown) kB")
        }
    #endif
}
