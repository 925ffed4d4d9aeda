import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct AwardStory {
    @Test("An officer enrols, applies, is awarded the detail, and clocks in at the site; the agency can verify it")
    func wholeStory() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone

        let offer = try #require(try await phone.offers().items.first)
        #expect(offer.detail.id == town.detail)
        #expect(offer.site?.name == "Main Street")
        try await phone.apply(for: offer.detail.id, at: try phone.reading())
        try await phone.sync()
        let applied = try #require(try await phone.offers().items.first?.application)
        guard case .stands(state: .received, reason: _) = applied else { throw Ended() }

        let assignment = try await town.award(town.detail)
        try await phone.sync()
        #expect(try await phone.schedule().items.map(\.assignment.id) == [assignment])
        try await phone.acknowledge(assignment, at: try phone.reading())

        handset.fixes.stand(metresNorth: 20, accuracy: 8)
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        let running = try #require(try await phone.running())
        #expect(running.state == .on)
        #expect(running.places.map(\.verdict.state) == [.inside])
        #expect(running.sync == .onThisPhone)

        try await settle(phone)
        #expect(try await phone.running()?.sync == .agencyHasIt)
        let facts = try await town.facts(of: assignment)
        #expect(facts.count == 1)
        #expect(facts.first?["verification"] as? String == "verified")
    }
}
