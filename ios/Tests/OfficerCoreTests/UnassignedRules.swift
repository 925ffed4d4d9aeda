import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(2))) struct UnassignedRules {
    private let now = Sample.now

    private func shift(_ log: DocumentId, _ state: ShiftState = .out, ended: Millis, submitted: UnixMillis? = nil) -> RunningView {
        Sample.running(state, shift: nil, submitted: submitted, log: log, since: Mark(fact: "f", at: now + ended))
    }

    @Test("The clock page has every shift of the last two days that was clocked out of, and older ones without an assignment until they are handed in")
    func clockPage() {
        let assigned = [Sample.running(.out, shift: Sample.shift(log: "a"), since: Mark(fact: "f", at: now - .hours(20))), Sample.running(.on)]
        let unassigned = [
            shift("under way", .on, ended: -1), shift("2", ended: -.hours(10)), shift("1", ended: -.hours(48)),
            shift("handed in", ended: -.hours(48) - 1, submitted: now), shift("forgotten", ended: -.hours(100)),
        ]
        #expect(FinishedShifts.over(assigned, unassigned, now: now).map(\.log) == ["2", "a", "1", "forgotten"])
        #expect(FinishedShifts.over([], [shift("ahead", ended: .hours(9))], now: now).map(\.log) == ["ahead"], "the clock was set back")
        let panel = ClockPanel(
            running: nil, schedule: [], finished: FinishedShifts.over([], unassigned, now: now), now: now, times: Sample.times)
        #expect(panel.handIn.map(\.log) == ["2", "1", "forgotten"])
    }

    @Test("A line says when it was worked, how much, and where it stands")
    func row() {
        func row(_ state: ShiftState, submitted: UnixMillis? = nil) -> UnassignedRow {
            let worked = [Interval(start: now - .hours(5), end: now - .hours(3)), Interval(start: now - .hours(2), end: now - .hours(1))]
            let running = Sample.running(
                state, shift: nil, worked: .hours(3), submitted: submitted, log: "log", since: Mark(fact: "f", at: now), intervals: worked)
            return UnassignedRow(running, times: Sample.times)
        }
        #expect(row(.out).when?.english == Sample.times.span(from: now - .hours(5), to: now - .hours(1), in: nil).english)
        #expect(row(.out).hours.english == "Written down: 3 h 0 min")
        #expect([row(.on), row(.out), row(.out, submitted: 1)].map(\.standing) == [Phrase(.atWork), Phrase(.notHandedIn), Phrase(.waitsForLink)])
        #expect(UnassignedRow(shift("x", .enRoute, ended: 0), times: Sample.times).when?.english == Sample.times.dayAndTime(now, in: nil))
    }
}
