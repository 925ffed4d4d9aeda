import Foundation
@testable import OfficerCore
import TestPhones
import Testing

/// The same cases as on Android: one rule on both phones.
@Suite(.timeLimit(.minutes(2))) struct ReminderRules {
    private let now = Sample.now

    private func due(
        _ schedule: [ShiftView], _ running: RunningView? = nil, wishes: ReminderWishes = ReminderWishes(), told: Set<String> = [],
        at: UnixMillis? = nil
    ) -> [Reminder] {
        Reminders.due(schedule: schedule, running: running, now: at ?? now, wishes: wishes, told: told, times: Sample.times)
    }

    @Test("A shift is spoken of an hour and a quarter of an hour before it starts, or never if the officer wishes so")
    func start() {
        let shift = Sample.shift(Sample.detail(starts: .hours(5)))
        let expected: [UnixMillis] = [now + .hours(4), now + .minutes(285)]
        #expect(due([shift]).map(\.at) == expected)
        #expect(due([shift]).map(\.kind) == [.startsSoon, .startsSoon])
        #expect(due([shift]).map(\.pressing) == [false, false])
        #expect(due([shift], wishes: ReminderWishes(beforeStart: false)).isEmpty)
    }

    @Test("A shift that was awarded within the hour is spoken of at once, and only once")
    func lateAward() throws {
        let shift = Sample.shift(Sample.detail(starts: .minutes(20)))
        let reminders = due([shift])
        let expected: [UnixMillis] = [now, now + .minutes(5)]
        #expect(reminders.map(\.at) == expected)
        let later = due([shift], told: [try #require(reminders.first).id], at: now + .minutes(1))
        #expect(later.map(\.at) == [now + .minutes(5)])
    }

    @Test("Of a shift that was awarded within the last quarter of an hour one thing is said")
    func veryLateAward() throws {
        let shift = Sample.shift(Sample.detail(starts: .minutes(10)))
        #expect(due([shift]).map(\.at) == [now])
        #expect(due([shift], told: Set(due([shift]).map(\.id)), at: now + .minutes(1)).isEmpty)
    }

    @Test("A shift that moved is spoken of again")
    func moved() {
        let told = Set(due([Sample.shift(Sample.detail(starts: .hours(2)))]).map(\.id))
        let expected: [UnixMillis] = [now + .hours(2), now + .minutes(165)]
        #expect(due([Sample.shift(Sample.detail(starts: .hours(3)))], told: told).map(\.at) == expected)
    }

    @Test("Released, cancelled, begun and unknown shifts are not spoken of")
    func silent() {
        let soon = Sample.detail(starts: .hours(1))
        let under = Sample.shift(soon, log: "under")
        let shifts = [
            Sample.shift(soon, log: "a", state: .released), Sample.shift(Sample.detail(starts: .hours(1), state: .cancelled), log: "b"),
            Sample.shift(Sample.detail(starts: -.minutes(1)), log: "c"), Sample.shift(nil, log: "d"), under,
        ]
        #expect(due(shifts, Sample.running(.on, shift: under)).isEmpty)
    }

    @Test("A forgotten clock-out is asked about when the running shift says so, and at the review, pressingly")
    func clockOut() {
        let end = now + .hours(1)
        let shift = Sample.shift(Sample.detail(starts: -.hours(3), lasts: .hours(4)))
        let running = Sample.running(.on, shift: shift, askAt: [end + .minutes(5), end + .hours(1)], reviewAt: now + .hours(13))
        let reminders = due([], running)
        let expected: [UnixMillis] = [end + .minutes(5), end + .hours(1), now + .hours(13)]
        #expect(reminders.map(\.at) == expected)
        #expect(reminders.map(\.kind) == [.forgottenOut, .forgottenOut, .stillIn])
        let about: [UnixMillis?] = [end, end, end]
        #expect(reminders.map(\.about) == about)
        #expect(reminders.map(\.pressing) == [true, true, true])
    }

    @Test("What came due while the phone was off is asked once, by its last question, and the rest in its time")
    func overdue() throws {
        let end = now - .minutes(30)
        let shift = Sample.shift(Sample.detail(starts: -.hours(4), lasts: .minutes(210)))
        let running = Sample.running(.on, shift: shift, askAt: [end + .minutes(5), end + .hours(1)], reviewAt: now + .hours(12))
        let first = due([], running)
        let expected: [UnixMillis] = [now, end + .hours(1), now + .hours(12)]
        #expect(first.map(\.at) == expected)
        let later = due([], running, told: [try #require(first.first).id], at: now + .hours(2))
        let rest: [UnixMillis] = [now + .hours(2), now + .hours(12)]
        #expect(later.map(\.at) == rest)
        #expect(later.first?.id != first.first?.id)
        #expect(due([], running, told: [first[0].id, later[0].id], at: now + .hours(3)).map(\.kind) == [.stillIn])
    }

    @Test("An officer who is in without a schedule is asked at the review")
    func unscheduled() {
        let reminders = due([], Sample.running(.on, shift: nil, reviewAt: now + .hours(16)))
        #expect(reminders.map(\.kind) == [.stillIn])
        #expect(reminders.map(\.at) == [now + .hours(16)])
        #expect(reminders.map(\.about) == [nil])
        let said = due([], Sample.running(.on, shift: nil, askAt: [now + .minutes(5)]))
        #expect(said.map(\.body.english) == ["Your shift was to end by now. Clock out if you are done."])
    }

    @Test("What a locked screen shows names no detail, no customer and no place")
    func locked() {
        let shift = Sample.shift(Sample.detail(starts: .hours(3)))
        let over = Sample.shift(Sample.detail(starts: -.hours(8), lasts: .hours(8)), log: "over")
        let running = Sample.running(.on, shift: over, askAt: [now + .minutes(5)], reviewAt: now + .hours(8))
        let read = due([shift], running).map { $0.title.english + " / " + $0.body.english }
        let expected = [
            "Are you still working? / Your shift was to end at 3:00\u{202F}PM. Clock out if you are done.",
            "Your shift starts at 6:00\u{202F}PM / Tap to see which and where.",
            "Your shift starts at 6:00\u{202F}PM / Tap to see which and where.",
            "You have been clocked in for very long / Your agency will ask. Clock out if you are done.",
        ]
        #expect(read == expected)
    }

    @Test("Ids are never shared between shifts; the next comes first, and no more than the system keeps")
    func bounded() {
        let schedule = (1...80).reversed().map { Sample.shift(Sample.detail(starts: .hours(Int64($0 * 2))), log: "log-\($0)") }
        let reminders = due(schedule)
        #expect(Set(reminders.map(\.id)).count == Reminders.atMost)
        #expect(reminders.map(\.at) == reminders.map(\.at).sorted())
        #expect(reminders.first?.log == "log-1")
    }

    @Test("What was shown goes when it no longer holds")
    func outdated() {
        let shift = Sample.shift(Sample.detail(starts: .hours(2), lasts: .hours(3)))
        let shown = due([shift]).map(\.id)
        func gone(_ schedule: [ShiftView], _ running: RunningView?, _ at: Millis, of ids: [String]? = nil) -> [String] {
            Reminders.outdated(ids ?? shown, schedule: schedule, running: running, now: now + at, times: Sample.times)
        }
        #expect(gone([shift], nil, .hours(1)).isEmpty)
        #expect(gone([shift], nil, .minutes(119)) == [shown[0]], "the second one says it all")
        #expect(gone([shift], nil, .hours(3)) == [shown[0]], "the officer is late")
        #expect(gone([shift], Sample.running(.on, shift: shift), .hours(1)) == shown, "begun")
        #expect(gone([], nil, .hours(1)) == shown, "taken back")
        #expect(gone([shift], nil, .hours(6)) == shown, "over")
        let running = Sample.running(.on, shift: shift, askAt: [now], reviewAt: now + .hours(16))
        let question = Array(due([], running).map(\.id).prefix(1))
        #expect(gone([shift], running, .hours(1), of: question).isEmpty)
        #expect(gone([shift], nil, .hours(1), of: question) == question, "clocked out")
    }
}

@Suite(.timeLimit(.minutes(2))) struct ReminderLedgerRules {
    private let now = Sample.now

    private func due(_ starts: Millis..., at: UnixMillis? = nil, told: Set<String> = []) -> [Reminder] {
        let schedule = starts.enumerated().map { Sample.shift(Sample.detail(starts: $1), log: "log-\($0)") }
        return Reminders.due(schedule: schedule, running: nil, now: at ?? now, told: told, times: Sample.times)
    }

    @Test("What is pending already stays, what no longer holds goes, and a shift that moved replaces it")
    func changes() {
        var ledger = ReminderLedger()
        let before = due(.hours(3), .hours(9))
        #expect(ledger.plan(before, pending: [], outdated: []) == .init(remove: [], add: before))
        let pending = Set(before.map(\.id))
        #expect(ledger.plan(before, pending: pending, outdated: []) == .init(remove: [], add: []))
        let moved = due(.hours(4))
        #expect(ledger.plan(moved, pending: pending, outdated: []) == .init(remove: pending.sorted(), add: moved))
    }

    @Test("What the system has lost is asked for again")
    func lost() {
        var ledger = ReminderLedger()
        let before = due(.hours(3))
        _ = ledger.plan(before, pending: [], outdated: [])
        #expect(ledger.plan(before, pending: [before[1].id], outdated: []).add == [before[0]])
    }

    @Test("What was shown, or is about to be, is not asked for again, and is remembered over a start of the app")
    func told() throws {
        var ledger = ReminderLedger()
        let first = due(.minutes(10))
        _ = ledger.plan(first, pending: [], outdated: [])
        ledger.pass(now)
        #expect(ledger.told == Set(first.map(\.id)))
        let again = due(.minutes(10), at: now + 1, told: ledger.told)
        #expect(again.isEmpty)
        #expect(ledger.plan(again, pending: ledger.told, outdated: []) == .init(remove: [], add: []))
        let kept = try JSONDecoder().decode(ReminderLedger.self, from: JSONEncoder().encode(ledger))
        #expect(kept == ledger)
        #expect(kept.told == Set(first.map(\.id)))
    }

    @Test("A question that is about to be shown goes where the officer has clocked out meanwhile")
    func clockedOut() {
        var ledger = ReminderLedger()
        let running = Sample.running(.on, askAt: [now])
        let asked = Reminders.due(schedule: [], running: running, now: now, times: Sample.times)
        let pending = Set(asked.map(\.id))
        _ = ledger.plan(asked, pending: [], outdated: [])
        ledger.pass(now)
        #expect(ledger.plan([], pending: pending, outdated: []).remove.isEmpty)
        #expect(ledger.plan([], pending: pending, outdated: asked.map(\.id)).remove == asked.map(\.id))
    }

    @Test("What was planned of shifts and has not been shown goes when another book is open, and is planned anew when its own is again")
    func turned() {
        var ledger = ReminderLedger()
        let before = due(.hours(3))
        let pending = Set(before.map(\.id))
        _ = ledger.plan(before, pending: [], outdated: [])
        #expect(ledger.open(0, now: now, pending: pending) == .init(remove: [], add: []))
        #expect(ledger.open(1, now: now, pending: pending) == .init(remove: pending.sorted(), add: []))
        ledger.pass(now + .hours(9))
        #expect(ledger.told.isEmpty)
        _ = ledger.open(0, now: now, pending: [])
        #expect(ledger.plan(before, pending: [], outdated: []).add == before)
    }

    @Test("Whether the officer before is still at work is asked all the same, in words for nobody else, and anew in their own book")
    func handedOver() throws {
        var ledger = ReminderLedger()
        let running = Sample.running(.on, askAt: [now + .minutes(5), now + .hours(1)], reviewAt: now + .hours(16))
        func asked(at: UnixMillis, told: Set<String> = []) -> [Reminder] {
            Reminders.due(schedule: [], running: running, now: at, told: told, times: Sample.times)
        }
        let mine = asked(at: now)
        let pending = Set(mine.map(\.id) + ["starts/log-9/1/15"])
        _ = ledger.plan(mine, pending: [], outdated: [])

        let turned = ledger.open(1, now: now, pending: pending)
        #expect(turned.remove == ["starts/log-9/1/15"])
        #expect(turned.add.map(\.id) == mine.map(\.id).sorted())
        #expect(Set(turned.add.map(\.at)) == Set(mine.map(\.at)))
        #expect(Set(turned.add.map(\.title.english)) == ["Is another officer of this phone still clocked in?"])
        #expect(ledger.elsewhere == Set(mine.map(\.id)))

        // The officer who has the phone now has reminders of their own, and no say in those.
        let others = due(.hours(3))
        let plan = ledger.plan(others, pending: Set(mine.map(\.id)), outdated: mine.map(\.id))
        #expect(plan == .init(remove: [], add: others))
        let kept = try JSONDecoder().decode(ReminderLedger.self, from: JSONEncoder().encode(ledger))
        #expect(kept == ledger)

        // Back again after the first question was shown.
        let later = now + .minutes(10)
        let back = ledger.open(0, now: later, pending: Set((mine + others).map(\.id)))
        #expect(back == .init(remove: others.map(\.id).sorted(), add: []))
        #expect(ledger.told.contains(mine[0].id) && ledger.elsewhere.isEmpty)
        let rest = asked(at: later, told: ledger.told)
        let again = ledger.plan(rest, pending: Set(mine.dropFirst().map(\.id)), outdated: [])
        #expect(again == .init(remove: [], add: Array(mine.dropFirst())), "in their own words")
        #expect(ledger.plan([], pending: Set(rest.map(\.id)), outdated: rest.map(\.id)).remove == rest.map(\.id).sorted(), "clocked out")
    }

    @Test("No more is remembered than is kept, the newest of it")
    func bounded() {
        var ledger = ReminderLedger()
        for day in 1...250 as ClosedRange<Int64> {
            let at = now + .hours(24 * day)
            let shift = Sample.shift(Sample.detail(starts: .hours(24 * day)))
            _ = ledger.plan(Reminders.due(schedule: [shift], running: nil, now: at - 1, times: Sample.times), pending: [], outdated: [])
            ledger.pass(at)
        }
        #expect(ledger.told.count == ReminderLedger.kept)
        let last = now + .hours(24 * 250)
        #expect(ledger.told.contains("starts/log-1/\(last)/15"))
    }
}

@Suite(.timeLimit(.minutes(2))) struct ReminderStories {
    @Test("An officer who is still in after the end is asked at the core's times, and one who clocked out is not")
    func real() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        func due() async throws -> [Reminder] {
            let schedule = try await phone.schedule().items
            let now = try phone.reading().wall
            return Reminders.due(schedule: schedule, running: try await phone.running(), now: now, times: Sample.times)
        }
        let ends = try #require(try await phone.schedule().items.first?.detail?.ends)
        let began = try phone.moment()
        try await phone.punch(.in, .assignment(assignment), at: began)
        let expected: [UnixMillis] = [ends + .minutes(5), ends + .minutes(60)]
        #expect(try await due().filter { $0.kind == .forgottenOut }.map(\.at) == expected)
        #expect(try await due().filter { $0.kind == .stillIn }.count == 1)
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        #expect(try await due().isEmpty)
        try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
        #expect(try await due().map(\.kind) == [.stillIn])
    }
}
