import Foundation
import TestPhones
import Testing

@testable import OfficerCore

/// The exchange as a background session carries it: one request after another, each with a label that survives the app.
@Suite(.timeLimit(.minutes(5))) struct ErrandStories {
    @Test("Facts and a photo of several chunks go request by request until nothing is left")
    func wholeExchange() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let photo = handset.folder.appendingPathComponent("photo.jpg")
        try Data(repeating: 7, count: 2_500_000).write(to: photo)
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        try await phone.attach(file: photo.path, mediaType: "image/jpeg", in: .shift(.running), at: try phone.moment())
        let kinds = try await carryAll(phone, from: try await phone.beginErrands())
        #expect(kinds.first == "sync")
        #expect(kinds.filter { $0 == "upload" }.count >= 3)
        #expect(try await phone.syncState().allSynced)
        #expect(try await town.facts(of: assignment).count == 2)
    }

    @Test("While one exchange runs another begins nothing, and once it was given up the app can exchange by itself")
    func busy() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        guard case let .send(first) = try await handset.phone.beginErrands() else { throw Ended() }
        #expect(try await handset.phone.beginErrands() == .done)
        #expect(await failure { try await handset.phone.sync() }?.kind == .busy)
        try await handset.phone.abandonErrand(first.label)
        try await handset.phone.sync()
        try await handset.phone.abandonErrand(first.label)
        guard case .send = try await handset.phone.beginErrands() else { throw Ended() }
    }

    @Test("A request that did not get through is tried again when the core says, and not before")
    func failed() async throws {
        let handset = try await Handset.enrolled(in: try await Town())
        let phone = handset.phone
        guard case let .send(errand) = try await phone.beginErrands() else { throw Ended() }
        guard case let .wait(until) = try await phone.finishErrand(errand.label, with: nil) else { throw Ended() }
        #expect(try phone.reading().wall < until)
        #expect(try await phone.syncState().retryAt == until)
    }

    @Test("An answer that comes to another process of the app's, or under a label that is none, begins anew and doubles nothing")
    func relaunched() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        guard case let .send(errand) = try await handset.phone.beginErrands() else { throw Ended() }
        let answer = try await carry(errand.request)
        try await handset.phone.close()

        let again = try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: handset.parts)
        #expect(try await again.syncState().factsWaiting == 1)
        let step = try await again.finishErrand(errand.label, with: answer)
        _ = try await carryAll(again, from: step)
        #expect(try await again.syncState().allSynced)
        #expect(try await town.facts(of: assignment).count == 1)
        guard case .send = try await again.finishErrand("not a label", with: answer) else { throw Ended() }
        try await again.close()
    }

    @Test("An answer to another officer's book that has the number of this one's request is dropped unread, and this one's own is waited for")
    func anotherBook() async throws {
        let town = try await Town()
        let first = try await Handset.enrolled(in: town)
        let second = try await Handset.enrolled(in: town, as: try await town.hire(number: "18"))
        try await town.award(town.detail, origin: "ordered")
        let (own, others) = (try await begin(second.phone), try await begin(first.phone))
        let label = Errand(.sync, own.request, of: first.phone.opening).label
        #expect(label != own.label)
        // The first officer's shift is in it.
        let answer = try await carry(others.request)
        #expect(try await second.phone.finishErrand(label, with: answer) == .done, "its own exchange runs")
        #expect(try await second.phone.finishErrand(label, with: nil) == .done)
        #expect(try await second.phone.syncState().retryAt == nil, "and has not failed")
        try await second.phone.abandonErrand(label)
        #expect(try await second.phone.beginErrands() == .done, "nor was it given up")
        #expect(try await second.phone.schedule().items.isEmpty)
        _ = try await carryAll(second.phone, from: .send(own))
        #expect(try await second.phone.schedule().items.isEmpty)
        #expect(try await second.phone.syncState().allSynced)
    }

    @Test("An answer to another process of the app's that has the number of a request under way is dropped unread")
    func anotherProcess() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        let before = handset.phone.opening
        let answer = try await carry(try await begin(handset.phone).request)
        try await handset.phone.close()

        let again = try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: handset.parts)
        #expect(again.opening.book == before.book && again.opening != before)
        let own = try await begin(again)
        #expect(try await again.finishErrand(Errand(.sync, own.request, of: before).label, with: answer) == .done)
        #expect(try await again.syncState().factsWaiting == 1, "what was answered is not this request")
        _ = try await carryAll(again, from: .send(own))
        #expect(try await again.syncState().allSynced)
        #expect(try await town.facts(of: assignment).count == 1)
        try await again.close()
    }

    @Test("An answer that makes no sense is a typed error or another try, and the next exchange works")
    func garbage() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        for answer in [Incoming(status: 200, gzip: false, body: Data("nonsense".utf8)), Incoming(status: 200, gzip: true, body: Data([1, 2])), Incoming(status: 65535, gzip: false, body: Data())] {
            guard case let .send(errand) = try await phone.beginErrands() else { continue }
            _ = await failure { try await phone.finishErrand(errand.label, with: answer) }
        }
        try await phone.sync()
        #expect(try await town.facts(of: assignment).count == 1)
    }

    private func begin(_ phone: OfficerPhone) async throws -> Errand {
        guard case let .send(errand) = try await phone.beginErrands() else { throw Ended() }
        return errand
    }

    /// Carries requests until there is none; which exchange each belonged to.
    private func carryAll(_ phone: OfficerPhone, from first: Errand.Step) async throws -> [String] {
        var (step, kinds) = (first, [String]())
        while case let .send(errand) = step {
            kinds.append(String(errand.label.prefix { $0 != "/" }))
            step = try await phone.finishErrand(errand.label, with: try await carry(errand.request))
        }
        #expect(step == .done)
        return kinds
    }
}
