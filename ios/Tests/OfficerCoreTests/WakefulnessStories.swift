import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct WakefulnessStories {
    @Test("The file is open while anybody needs the phone, and closed when the last one is done")
    func holders() async throws {
        let handset = try await Handset.enrolled(in: try await Town())
        let wakefulness = Wakefulness(handset.phone)
        try await wakefulness.hold()
        try await wakefulness.hold()
        try await wakefulness.release()
        #expect(try await handset.phone.enrolled() != nil)
        try await wakefulness.release()
        #expect(await failure { try await handset.phone.syncState() }?.kind == .suspended)
        let state = try await wakefulness.during { phone throws(OfficerError) in try await phone.syncState() }
        #expect(state.allSynced)
        #expect(await failure { try await handset.phone.syncState() }?.kind == .suspended)
    }

    @Test("Whoever comes while the file is being closed finds it open")
    func inBetween() async throws {
        let handset = try await Handset.enrolled(in: try await Town())
        let wakefulness = Wakefulness(handset.phone)
        for _ in 1...20 {
            try await wakefulness.hold()
            async let releasing: Void = wakefulness.release()
            async let holding: Void = wakefulness.hold()
            _ = try await (releasing, holding)
            #expect(try await handset.phone.enrolled() != nil)
            try await wakefulness.release()
        }
    }

    @Test("A punch that comes while the app leaves the front is written down, every time")
    func punchOnTheWay() async throws {
        let handset = try await Handset.enrolled(in: try await Town())
        let wakefulness = Wakefulness(handset.phone)
        var log: DocumentId?
        for _ in 1...20 {
            try await wakefulness.hold()
            let moment = try handset.phone.moment()
            async let leaving: Void = wakefulness.release()
            async let punching = wakefulness.during { phone throws(OfficerError) in try await phone.punch(.in, .unassigned(nil), at: moment) }
            log = try await punching.document
            try await leaving
        }
        try await wakefulness.hold()
        #expect(log != nil)
        #expect(try await handset.phone.syncState().factsWaiting == 20)
    }

    @Test("What was done counts where the file could not be closed after it")
    func closedAfter() async throws {
        let handset = try await Handset()
        let wakefulness = Wakefulness(handset.phone)
        let done = try await wakefulness.during { phone throws(OfficerError) in
            let screen = try await phone.firstScreen()
            try await phone.close()
            return screen.next.count
        }
        #expect(done == 0)
    }

    @Test("Who could not have the phone does not hold it")
    func closed() async throws {
        let handset = try await Handset()
        let wakefulness = Wakefulness(handset.phone)
        try await handset.phone.close()
        #expect(await failure { try await wakefulness.hold() }?.kind == .closed)
        #expect(await failure { try await wakefulness.during { _ in } }?.kind == .closed)
    }

    @Test("A request that was under way when the file was closed is answered when it is open again")
    func errandOverSuspension() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        guard case let .send(errand) = try await phone.beginErrands() else { throw Ended() }
        try await phone.suspend()
        let answer = try await carry(errand.request)
        try await phone.resume()
        #expect(try await phone.finishErrand(errand.label, with: answer) == .done)
        #expect(try await phone.syncState().allSynced)
        #expect(try await town.facts(of: assignment).count == 1)
    }
}
