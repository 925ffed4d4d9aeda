import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct ClockStories {
    @Test("A clock-in far from the site is kept and called outside, with the distance in words")
    func outside() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        handset.fixes.stand(metresNorth: 2000, accuracy: 10)
        let verdict = try await clockIn(handset, assignment)
        #expect(verdict.state == .outside)
        #expect(try #require(verdict.distanceDm) < -15_000)
        #expect(!verdict.sentence.isEmpty)
        try await handset.phone.sync()
        #expect(try await town.facts(of: assignment).count == 1)
    }

    @Test("A clock-in with a fix too coarse to tell is uncertain, and so is one without any fix")
    func uncertain() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        handset.fixes.stand(metresNorth: 140, accuracy: 400)
        #expect(try await clockIn(handset, assignment).state == .uncertain)
        handset.fixes.lose()
        try await handset.phone.punch(.out, .assignment(assignment), at: try handset.phone.moment())
        let log = try #require(try await handset.phone.schedule().items.first?.log)
        let places = try await handset.phone.shift(of: log).places
        #expect(places.last?.kind == .out)
        #expect(places.last?.verdict.doubts == [.noFix])
    }

    @Test("An officer clocks in without an assignment, and the agency finds the hours")
    func unassigned() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        handset.fixes.stand(metresNorth: 0, accuracy: 8)
        let recorded = try await handset.phone.punch(.in, .unassigned(nil), at: try handset.phone.moment())
        #expect(try await handset.phone.running()?.log == recorded.document)
        #expect(try await handset.phone.running()?.shift == nil)
        try await handset.phone.sync()
        let logs = try await town.server.items("unassigned_logs")
        #expect(logs.count == 1)
        #expect("\(logs)".contains(recorded.document))
        #expect(try await town.server.items("documents/\(recorded.document)/facts").count == 1)
    }

    @Test("What was clocked out of is there to hand in, with an assignment and without, and not once it was handed in")
    func finished() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        #expect(try await phone.finished().isEmpty)
        let log = try await phone.punch(.in, .assignment(assignment), at: try phone.moment()).document
        #expect(try await phone.finished().isEmpty)
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        let other = try await phone.punch(.in, .unassigned(nil), at: try phone.moment()).document
        try await phone.punch(.out, .log(other), at: try phone.moment())
        #expect(try await phone.finished().filter(FinishedShifts.isToHandIn).map(\.log) == [other, log])
        try await phone.submit(.log(other), at: try phone.moment())
        #expect(try await phone.finished().filter(FinishedShifts.isToHandIn).map(\.log) == [log])
    }

    @Test("After a clock-out the clock moves on to another shift that is around now, and the one that is over asks first")
    func movesOn() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let other = try await town.award(try await town.anotherDetail(), origin: "ordered", overlap: "Relieved early.")
        try await phone.sync()
        let log = try await phone.punch(.in, .assignment(assignment), at: try phone.moment()).document
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        let view = try await wait(for: phone.clockViews()) { !$0.finished.isEmpty }
        let panel = ClockPanel(
            running: view.first.running, schedule: view.first.next, finished: view.finished, now: try phone.reading().wall, times: Sample.times)
        #expect(panel.main.shift == .assignment(other) && panel.main.question == nil)
        #expect(panel.handIn.map(\.log) == [log])
        #expect(panel.others.last == .onceMore(.log(log)))
    }

    @Test("Where the phone's storage has lost what a shift says, the clock goes on, the other shifts are there, and the page says that one is missing")
    func damagedShift() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let damaged = try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment()).document
        for number in 1...40 {
            try await handset.phone.note("Cone \(number) " + String(repeating: "stands. ", count: 80), in: .shift(.running), at: try handset.phone.moment())
        }
        try await handset.phone.punch(.out, .assignment(assignment), at: try handset.phone.moment())
        let other = try await handset.phone.punch(.in, .unassigned(nil), at: try handset.phone.moment()).document
        try await handset.phone.punch(.out, .log(other), at: try handset.phone.moment())
        try await settle(handset.phone)
        try await handset.phone.close()
        try handset.damage(where: "stands. ")

        let phone = try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: handset.parts)
        #expect(await failure { try await phone.shift(of: damaged) }?.kind == .storeUnusable)
        let view = try await wait(for: phone.clockViews()) { _ in true }
        #expect(view.finished.map(\.log) == [other])
        #expect(view.unread?.kind == .storeUnusable)
        #expect(view.remark(times: Sample.times)?.sentence == .finishedUnread)
        #expect(await failure { try await phone.finished() }?.kind == .storeUnusable)
        try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
        #expect(try await phone.running()?.state == .on)
        try await phone.close()
    }

    @Test("A shift that nothing was written of yet is no trouble to read: it has not begun")
    func notBegun() async throws {
        let town = try await Town()
        let (handset, _) = try await Handset.assigned(in: town)
        let view = try await wait(for: handset.phone.clockViews()) { !$0.first.next.isEmpty }
        #expect(try await handset.phone.shift(of: try #require(view.first.next.first).log).state == .off)
        #expect(view.finished.isEmpty && view.unread == nil && view.remark(times: Sample.times) == nil)
    }

    @Test("Of two shifts without an assignment the first stays in sight after the second: its times, notes, hand-in, until it is linked")
    func twoUnassigned() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        func work() async throws -> DocumentId {
            let log = try await phone.punch(.in, .unassigned(nil), at: try phone.moment()).document
            try await phone.punch(.out, .log(log), at: try phone.moment())
            // Nobody begins another shift within a millisecond: the order of those is by chance.
            try await Task.sleep(for: .milliseconds(2))
            return log
        }
        let friday = try await work()
        let saturday = try await work()
        let sunday = try await phone.punch(.in, .unassigned(nil), at: try phone.moment()).document
        #expect(try await phone.unassignedShifts().items.map(\.log) == [sunday, saturday, friday])
        #expect(try await phone.unassignedShifts(limit: 2).next != nil)
        #expect(try await phone.finished().map(\.log) == [saturday, friday])

        try await phone.note("Gate B.", in: .shift(.log(friday)), at: try phone.moment())
        try await phone.submit(.log(friday), at: try phone.moment())
        #expect(try await phone.punchSheet(of: friday).punches.map(\.kind) == [.in, .out])
        #expect(try await phone.written(in: friday).items.count == 1)
        #expect(try await phone.finished().filter(FinishedShifts.isToHandIn).map(\.log) == [saturday])
        let hours = try await wait(for: phone.hoursViews()) { !$0.unassigned.isEmpty }
        let rows = hours.unassigned.map { UnassignedRow($0, times: Sample.times) }
        #expect(rows.map(\.id) == [sunday, saturday, friday])
        #expect(rows.map(\.standing) == [Phrase(.atWork), Phrase(.notHandedIn), Phrase(.waitsForLink)])

        try await phone.sync()
        let assignment = try await town.award(town.detail, origin: "ordered")
        try await town.server.make("assignments/\(assignment)/link", ["document": friday, "reason": "It was this one."])
        let left = try await exchange(handset) { phone in
            let logs = try await phone.unassignedShifts().items.map(\.log)
            return logs.contains(friday) ? nil : logs
        }
        #expect(left == [sunday, saturday])
    }

    @Test("A phone that lost its key writes on, unsigned, and says that it must be enrolled again; after that everything is signed")
    func lostKey() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        #expect(try await phone.syncState().enrolAgain == nil)
        try await offPool { try handset.signer.makeAnother() }
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        try await phone.signPending()
        let sync = try await phone.syncState()
        #expect(sync.factsUnsigned == 1, "a signature with that key would look forged")
        #expect(SyncWords(sync, times: Sample.times).headline == Phrase(.keyChanged))
        #expect(SyncWords(try await phone.firstScreen().sync, times: Sample.times).enrolAgain)
        try await phone.enrol(with: try await town.invitation())
        try await settle(phone)
        let after = try await phone.syncState()
        #expect(after.enrolAgain == nil && after.factsUnsigned == 0)
        #expect(try await town.facts(of: assignment).first?["verification"] as? String == "verified")
    }

    @Test("On the way to a detail and then relieved of it, the officer clocks in at the next one, and nothing more is written into the first")
    func relievedOnTheWay() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let other = try await town.award(try await town.anotherDetail(), origin: "ordered", overlap: "Takes whichever comes first.")
        try await phone.sync()
        func panel() async throws -> ClockPanel {
            let first = try await phone.firstScreen()
            return ClockPanel(running: first.running, schedule: first.next, now: try phone.reading().wall, times: Sample.times)
        }
        let log = try await phone.punch(.enRoute, .assignment(assignment), at: try phone.moment()).document
        let onTheWay = try await panel()
        #expect(onTheWay.main.shift == .log(log) && onTheWay.main.question == nil)
        #expect(onTheWay.others.map(\.shift) == [.assignment(other), .unassigned(nil)])
        #expect(onTheWay.others.allSatisfy { $0.kind == .in && $0.question != nil })

        try await town.server.make("assignments/\(assignment)/release", ["reason": "A flat tyre."])
        try await phone.sync()
        let relieved = try await panel()
        #expect(relieved.shift == nil)
        #expect(relieved.main.kind == .in && relieved.main.shift == .assignment(other))
        try await phone.punch(.in, relieved.main.shift, at: try phone.moment())
        try await phone.sync()
        #expect(try await town.facts(of: assignment).count == 1)
        #expect(try await town.facts(of: other).count == 1)
        #expect(try await panel().main.kind == .out)
    }

    @Test("An officer can apply for a detail that has begun, and the agency's server takes it")
    func applyLate() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let offer = try #require(try await phone.offers().items.first)
        let now = try phone.reading().wall
        #expect(offer.detail.starts < now)
        guard case let .apply(position, _) = try #require(OfferChoices(offer, now: Sample.now, times: Sample.times).choices.first) else { throw Ended() }
        try await phone.apply(for: offer.detail.id, position: position, at: try phone.reading())
        try await phone.sync()
        let applied = try #require(try await phone.offers().items.first?.application)
        guard case .stands(state: .received, reason: _) = applied else { throw Ended() }
    }

    @Test("A key that is locked delays the signature, never the clock-in")
    func lockedKey() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        handset.signer.use(unlocked: false)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        #expect(try await handset.phone.running()?.state == .on)
        #expect(try await handset.phone.syncState().factsUnsigned == 1)
        handset.signer.use(unlocked: true)
        #expect(try await handset.phone.signPending() == 1)
        #expect(try await handset.phone.syncState().factsUnsigned == 0)
        try await handset.phone.sync()
        #expect(try await town.facts(of: assignment).first?["verification"] as? String == "verified")
    }

    @Test("Clocks that do not answer are a typed error before anything is written")
    func stoppedClocks() async throws {
        let handset = try await Handset()
        handset.clocks.use(running: false)
        #expect(throws: OfficerError.self) { try handset.phone.moment() }
        let error = await failure { _ = try await handset.phone.firstScreen() }
        #expect(error?.kind == .phonePart)
        handset.clocks.use(running: true)
        #expect(try await handset.phone.firstScreen().next.isEmpty)
    }

    private func clockIn(_ handset: Handset, _ assignment: AssignmentId) async throws -> FenceVerdict {
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        return try #require(try await handset.phone.running()?.places.first?.verdict)
    }
}
