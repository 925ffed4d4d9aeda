@testable import OfficerCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct ReminderRules {
    private let now = Sample.now

    private func due(_ schedule: [ShiftView], _ running: RunningView? = nil) -> [Reminder] {
        Reminders.due(schedule: schedule, running: running, now: now, times: Sample.times)
    }

    @Test("A shift is announced an hour and a quarter of an hour before it starts, with its name and time and nothing else")
    func start() throws {
        let reminders = due([Sample.shift(Sample.detail(starts: .hours(3)))])
        #expect(reminders.map(\.at) == [now + .hours(2), now + .minutes(165)])
        let reminder = try #require(reminders.first)
        #expect(reminder.body.english == "Road work starts at 6:00\u{202F}PM.")
        #expect(!reminder.pressing)
    }

    @Test("An award that comes within the hour is announced once, and what was announced is never announced again")
    func lateAward() {
        #expect(due([Sample.shift(Sample.detail(starts: .minutes(20)))]).map(\.at) == [now + .minutes(5)])
        #expect(due([Sample.shift(Sample.detail(starts: .minutes(15)))]).isEmpty)
        #expect(due([Sample.shift(Sample.detail(starts: .minutes(1)))]).isEmpty)
    }

    @Test("A shift that has begun, was cancelled, was taken back, or is not known yet is not announced")
    func silent() {
        let shift = Sample.shift(Sample.detail(starts: .hours(3)))
        #expect(due([shift], Sample.running(.enRoute, shift: shift)).isEmpty)
        #expect(due([Sample.shift(Sample.detail(starts: .hours(3), state: .cancelled))]).isEmpty)
        #expect(due([Sample.shift(Sample.detail(starts: .hours(3)), state: .released)]).isEmpty)
        #expect(due([Sample.shift(nil)]).isEmpty)
        #expect(due([Sample.shift(Sample.detail(starts: -.hours(1)))]).isEmpty)
    }

    @Test("A forgotten clock-out is asked about when the running shift says so, in time still to come, pressingly")
    func clockOut() {
        let shift = Sample.shift(Sample.detail(starts: -.hours(8), lasts: .hours(8)))
        let reminders = due([], Sample.running(.on, shift: shift, askAt: [now - 1, now + .minutes(5), now + .minutes(60)]))
        #expect(reminders.map(\.at) == [now + .minutes(5), now + .minutes(60)])
        #expect(reminders.map(\.pressing) == [true, true])
        #expect(reminders.first?.body.english == "Road work was to end at 3:00\u{202F}PM, and you are still clocked in.")
    }

    @Test("The next comes first, and no more than the system keeps")
    func bounded() {
        let schedule = (1...80).reversed().map { Sample.shift(Sample.detail(starts: .hours(Int64($0 * 2))), log: "log-\($0)") }
        let reminders = due(schedule)
        #expect(reminders.count == Reminders.atMost)
        #expect(reminders.map(\.at) == reminders.map(\.at).sorted())
        #expect(reminders.first?.log == "log-1")
    }

    @Test("What is pending already stays, what no longer holds goes, a moved shift does both")
    func changes() {
        let before = due([Sample.shift(Sample.detail(starts: .hours(3))), Sample.shift(Sample.detail(starts: .hours(9)), log: "log-2")])
        let pending = Set(before.map(\.id))
        let none = Reminders.changes(pending: pending, due: before)
        #expect(none.remove.isEmpty && none.add.isEmpty)
        let after = due([Sample.shift(Sample.detail(starts: .hours(4)))])
        let changes = Reminders.changes(pending: pending, due: after)
        #expect(changes.remove == before.map(\.id).sorted())
        #expect(changes.add == after)
        #expect(after.count == 2)
    }

    @Test("A question that was shown goes away once the officer has clocked out, and an announcement once the shift has begun")
    func outdated() {
        let shown = ["out/log-1/5", "start/log-1/7", "start/log-2/7"]
        #expect(Reminders.outdated(shown: shown, running: Sample.running(.on, askAt: [now])) == ["start/log-1/7"])
        #expect(Reminders.outdated(shown: shown, running: nil) == ["out/log-1/5"])
        #expect(Reminders.outdated(shown: shown, running: Sample.running(.out)) == ["out/log-1/5", "start/log-1/7"])
    }

}
