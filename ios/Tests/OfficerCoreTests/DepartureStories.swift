import Foundation
import OfficerCore
import TestPhones
import Testing

/// Punch, then pocket: the last seconds of an app that leaves the front.
@Suite(.timeLimit(.minutes(5))) struct DepartureStories {
    @Test("What was written while an exchange ran is sent too before the app sleeps")
    func whileRunning() async throws {
        let town = try await Town()
        let (handset, exchange, assignment) = try await atWork(in: town)
        let phone = handset.phone
        async let running = exchange.run()
        await begun(phone)
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        try await phone.signPending()
        let step = await Departure.leave(phone, exchange) { false }
        _ = try await running
        #expect(step == nil)
        #expect(try await phone.syncState().allSynced)
        #expect(try await town.facts(of: assignment).count == 3)
    }

    @Test("When the seconds are over the exchange that runs is ended, and the system carries the rest")
    func cutShort() async throws {
        let town = try await Town()
        let (handset, exchange, _) = try await atWork(in: town)
        let phone = handset.phone
        let running = Task { await failure { try await exchange.run() } }
        await begun(phone)
        let leaving = Task { await Departure.leave(phone, exchange) { false } }
        leaving.cancel()
        let step = await leaving.value
        #expect(await running.value?.kind == .cancelled)
        guard case .send = step else { throw Ended() }
    }

    @Test("Nothing is handed to the system where the app is in front again, or everything was sent")
    func nothing() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let (phone, exchange) = (handset.phone, RunningExchange(handset.phone))
        #expect(await Departure.leave(phone, exchange) { false } == nil)
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        let leaving = Task { await Departure.leave(phone, exchange) { true } }
        leaving.cancel()
        #expect(await leaving.value == nil)
    }

    @Test("Two who want an exchange at once share one, and neither is told that the other is at it")
    func shared() async throws {
        let town = try await Town()
        let (handset, exchange, _) = try await atWork(in: town)
        async let first = exchange.run()
        async let second = exchange.run()
        _ = try await (first, second)
        #expect(try await handset.phone.syncState().allSynced)
    }

    /// A phone with a punch and a photo of many chunks to send.
    private func atWork(in town: Town) async throws -> (Handset, RunningExchange, AssignmentId) {
        let (handset, assignment) = try await Handset.assigned(in: town)
        let photo = handset.folder.appendingPathComponent("photo.jpg")
        try Data(repeating: 7, count: 24_000_000).write(to: photo)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        try await handset.phone.attach(file: photo.path, mediaType: "image/jpeg", in: .shift(.running), at: try handset.phone.moment())
        // An exchange waits for the key for three seconds only.
        try await handset.phone.signPending()
        return (handset, RunningExchange(handset.phone), assignment)
    }

    /// Returns once the exchange has sent the facts and is at the photo.
    private func begun(_ phone: OfficerPhone) async {
        while (try? await phone.syncState().factsWaiting) != 0 { try? await Task.sleep(for: .milliseconds(2)) }
    }
}
