import Foundation
import TestPhones
import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(5))) struct CorrectionRules {
    private let now = Sample.now
    /// From nine hours ago until an hour ago.
    private let detail = Sample.detail(starts: -.hours(9), lasts: .hours(8))

    /// That many minutes and seconds before now.
    private func ago(_ minutes: Int64, seconds: Int64 = 0) -> UnixMillis { now - minutes * 60_000 - seconds * 1000 }

    private func fact(
        _ id: FactId, _ kind: FactKind, _ at: UnixMillis, to corrected: UnixMillis? = nil, sync: SyncState = .agencyHasIt
    ) -> FactView {
        FactView(fact: id, kind: kind, at: at, text: nil, about: nil, corrected: corrected, own: true, signed: true, sync: sync)
    }

    private func because(_ reason: String, about punch: FactId) -> FactView {
        FactView(
            fact: "k-" + reason, kind: .correction, at: now, text: reason, about: punch, corrected: nil, own: true, signed: true, sync: .onThisPhone)
    }

    private func sheet(_ facts: [FactView], scheduled: Bool = true, submitted: UnixMillis? = nil) -> PunchSheet {
        let shift = scheduled ? Sample.shift(detail) : nil
        return PunchSheet(facts, shift: Sample.running(.out, shift: shift, submitted: submitted), now: now)
    }

    @Test("Every clock event can be corrected, also twice, and nothing else, and what the agency refused is none")
    func which() {
        let punches = [
            fact("e", .enRoute, ago(300)), fact("i", .in, ago(240), to: ago(250)), fact("b", .breakStart, ago(180)), fact("c", .breakEnd, ago(120)),
            fact("w", .willReturn, ago(60)), fact("o", .out, ago(5)),
        ]
        let others = [
            fact("n", .note, ago(200)), fact("k", .correction, ago(2)), fact("s", .submitted, ago(1)), fact("r", .ordersRead, ago(4)),
            fact("x", .in, ago(230), sync: .refused(code: "bad_clock", reason: "No.")),
        ]
        let sheet = sheet(others + punches)
        #expect(sheet.punches.map(\.id) == ["e", "i", "b", "c", "w", "o"])
        let corrected: [UnixMillis?] = [nil, ago(250), nil, nil, nil, nil]
        #expect(sheet.punches.map(\.corrected) == corrected)
        for punch in punches { #expect(sheet.correction(of: punch.fact) != nil) }
        for other in others { #expect(sheet.correction(of: other.fact) == nil) }
    }

    @Test("Of several corrections the reason of the last one stands beside the time, and none beside what was not corrected")
    func reasons() {
        let facts = [
            fact("i", .in, ago(240), to: ago(300)), fact("o", .out, ago(60)), because("First.", about: "i"), because("Last.", about: "i"),
        ]
        let expected: [String?] = ["Last.", nil]
        #expect(sheet(facts).punches.map(\.reason) == expected)
    }

    @Test("Once the shift is handed in a time can still be corrected, and the officer is told that it comes late")
    func late() {
        let facts = [fact("i", .in, ago(240)), fact("o", .out, ago(60))]
        #expect(sheet(facts).late == nil)
        #expect(sheet(facts).footer == Phrase(.correctionStays))
        let sheet = sheet(facts, submitted: now)
        #expect(sheet.late == Phrase(.comesLate))
        #expect(sheet.footer == Phrase(.correctionsLate))
        #expect(sheet.punches.count == 2)
        #expect(sheet.correction(of: "o") != nil)
    }

    @Test("A forgotten clock-out begins at the scheduled end, every other clock event at its own time")
    func suggested() {
        func minutes(_ facts: [FactView], _ id: FactId, scheduled: Bool = true) -> Int64? {
            sheet(facts, scheduled: scheduled).correction(of: id).map { (now - $0.at) / 60_000 }
        }
        let (first, late) = (fact("i", .in, ago(540, seconds: -30)), fact("o", .out, ago(5, seconds: -20)))
        #expect(minutes([first, late], "o") == 60)
        #expect(minutes([first, late], "i") == 540)
        #expect(minutes([first, fact("o", .out, ago(120, seconds: -20))], "o") == 120, "before the scheduled end")
        #expect(minutes([fact("i", .in, ago(45)), late], "o") == 5, "clocked in after the scheduled end")
        #expect(minutes([first, late], "o", scheduled: false) == 5)
        #expect(minutes([first, fact("o", .out, ago(5), to: ago(90))], "o") == 90, "what it was corrected to before")
    }

    @Test("Only the same time is not taken; one that is still to come by this phone's clock, or is long before the shift, is, with a word about it")
    func problems() throws {
        func chosen(_ at: UnixMillis, corrected: UnixMillis? = nil) throws -> PunchCorrection {
            let facts = [fact("i", .in, ago(535, seconds: -1), to: corrected), fact("o", .out, ago(5))]
            var correction = try #require(sheet(facts).correction(of: "i"))
            correction.date = Date(millis: at)
            correction.reason = "The clock was wrong."
            return correction
        }
        func problem(_ at: UnixMillis, corrected: UnixMillis? = nil) throws -> Phrase? { try chosen(at, corrected: corrected).problem }
        func remarks(_ at: UnixMillis) throws -> [Sentence] { try chosen(at).remarks.map(\.sentence) }
        #expect(try remarks(ago(6)) == [])
        #expect(try remarks(now) == [.correctionOrder])
        #expect(try remarks(now + .minutes(1)) == [.correctionInFuture, .correctionOrder])
        let earliest = detail.starts - .hours(12)
        #expect(try remarks(earliest) == [])
        #expect(try remarks(earliest - 1) == [.correctionTooEarly])
        for at in [now + .hours(72), earliest - .hours(72)] { #expect(try chosen(at).isComplete) }
        #expect(try problem(ago(535)) == Phrase(.correctionSame))
        #expect(try problem(ago(536)) == nil)
        #expect(try problem(ago(535), corrected: ago(500)) == nil, "back to what it was")
        #expect(try problem(ago(500), corrected: ago(500)) == Phrase(.correctionSame))
    }

    @Test("The earliest usual time is half a day before the schedule or the first clock event, whichever was first")
    func earliest() throws {
        let before = try #require(sheet([fact("i", .in, ago(700))]).correction(of: "i"))
        #expect(before.usual.lowerBound == ago(700) - .hours(12))
        let unscheduled = try #require(sheet([fact("i", .in, ago(30))], scheduled: false).correction(of: "i"))
        #expect(unscheduled.usual == (ago(30) - .hours(12))...now)
        let ahead = try #require(sheet([fact("i", .in, now + .hours(20))], scheduled: false).correction(of: "i"))
        #expect(ahead.usual == now...now, "a clock that was far ahead")
    }

    @Test("A time beyond the entry before or after is taken with a word; an entry stands where it was corrected to")
    func order() throws {
        func remarks(_ first: UnixMillis? = nil, _ last: UnixMillis? = nil) throws -> [Bool] {
            let facts = [fact("i", .in, ago(540), to: first), fact("b", .breakStart, ago(480)), fact("o", .out, ago(60), to: last)]
            return try [541, 540, 60, 59].map { (minutes: Int64) in
                var correction = try #require(sheet(facts).correction(of: "b"))
                correction.date = Date(millis: ago(minutes))
                try #require(correction.problem == nil)
                return correction.remarks == [Phrase(.correctionOrder)]
            }
        }
        #expect(try remarks() == [true, false, false, true])
        #expect(try remarks(ago(600), ago(30)) == [false, false, false, false])
        #expect(try remarks(ago(500), ago(70)) == [true, true, true, true])
    }

    @Test("A correction has a reason, and a whole minute")
    func complete() throws {
        var correction = try #require(sheet([fact("i", .in, ago(540)), fact("o", .out, ago(5))]).correction(of: "o"))
        #expect(!correction.isComplete)
        correction.reason = " \n"
        #expect(!correction.isComplete)
        correction.reason = "Forgot."
        #expect(correction.isComplete)
        correction.date = Date(millis: ago(90, seconds: -59))
        #expect(correction.at == ago(90))
        correction.date = Date(millis: ago(5))
        #expect(!correction.isComplete, "the time that it has")
    }

    @Test("When it was made and what it was corrected to are said in the site's zone, and times are picked there")
    func said() {
        let punch = PunchLine(id: "f", kind: .out, made: now, corrected: now + .hours(1), reason: "Forgot.")
        let corrected = punch.correctedWords(in: "America/Chicago", times: Sample.times)
        #expect(corrected?.english == "Corrected to Fri, Nov 20, 3:00\u{202F}PM CST")
        #expect(PunchLine(id: "f", kind: .out, made: now, corrected: nil, reason: nil).correctedWords(in: nil, times: Sample.times) == nil)
        #expect(punch.words(in: "America/Chicago", times: Sample.times).english == "Made at Fri, Nov 20, 2:00\u{202F}PM CST")
        #expect(Sample.times.zone("America/Chicago").identifier == "America/Chicago")
        #expect(Sample.times.zone("Nowhere/At all").identifier == "America/New_York")
        #expect(sheet([]).zone == "America/New_York")
        #expect(sheet([], scheduled: false).zone == nil)
    }
}

@Suite(.timeLimit(.minutes(5))) struct CorrectionStories {
    @Test("Who forgot the clock puts it right afterwards: clocks in and out late, corrects both, and the agency sees all four")
    func forgotten() async throws {
        let town = try await Town()
        let detail = try await town.detail(beganBefore: 3, lasts: 2)
        let assignment = try await town.award(detail, origin: "ordered")
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let log = try await phone.punch(.in, .assignment(assignment), at: try phone.moment()).document
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        let scheduled = try #require(try await phone.shift(of: log).shift?.detail)

        try await correct(phone, .in, of: log) { $0.date = Date(millis: scheduled.starts) }
        #expect(try await phone.shift(of: log).state == .out)
        // Beyond the clock-in as it was made, which counts no more at that time.
        try await correct(phone, .out, of: log) { $0.date = Date(millis: scheduled.ends) }

        let shift = try await phone.shift(of: log)
        #expect(shift.worked.map(\.start) == [PunchSheet.minute(scheduled.starts)])
        #expect(shift.workedSoFar == .hours(2))
        #expect(shift.flags.filter { $0.kind == .anomaly(.correctedPunch) }.count == 2)
        let made = try await phone.punchSheet(of: log).punches
        #expect(made.map(\.corrected) == [scheduled.starts, scheduled.ends].map(PunchSheet.minute))
        #expect(made.map(\.reason) == ["Forgot the clock.", "Forgot the clock."])
        try await phone.sync()
        #expect(try await phone.syncState().factsRefused == 0)
        #expect(try await town.facts(of: assignment).count == 4)
    }

    @Test("After a forgotten clock-out the officer clocks out late, and the page begins at the scheduled end; a second word replaces the first")
    func clockOut() async throws {
        let town = try await Town()
        let assignment = try await town.award(try await town.detail(beganBefore: 3, lasts: 2), origin: "ordered")
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let now = try phone.moment()
        // The clock-in of two and a half hours ago.
        let clock = ClockReading(
            wall: now.clock.wall - .minutes(150), zone: now.clock.zone, monotonic: now.clock.monotonic, boot: now.clock.boot - 1, anchor: nil)
        let log = try await phone.punch(.in, .assignment(assignment), at: Moment(clock: clock, fixes: [], phone: nil)).document
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        let ends = try #require(try await phone.shift(of: log).shift?.detail?.ends)
        try await correct(phone, .out, of: log) { correction in #expect(correction.at == PunchSheet.minute(ends)) }
        #expect(try await phone.shift(of: log).since?.at == PunchSheet.minute(ends))
        try await correct(phone, .out, of: log) { $0.date = Date(millis: ends - .minutes(30)) }
        #expect(try await phone.shift(of: log).since?.at == PunchSheet.minute(ends - .minutes(30)))
        let punches = try await phone.punchSheet(of: log).punches
        #expect(punches.map(\.kind) == [.in, .out])
        #expect(punches.map(\.corrected) == [nil, PunchSheet.minute(ends - .minutes(30))])
    }

    @Test("Where the phone was hours slow the officer gives the true time, which is still to come by its clock, and the agency has it")
    func slowClock() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let now = try phone.moment()
        let clock = ClockReading(
            wall: now.clock.wall - .hours(3), zone: now.clock.zone, monotonic: now.clock.monotonic, boot: now.clock.boot - 1, anchor: nil)
        let log = try await phone.punch(.in, .assignment(assignment), at: Moment(clock: clock, fixes: [], phone: nil)).document
        // Half an hour later by that clock the officer says when it was.
        let facts = try await phone.facts(of: log)
        let sheet = PunchSheet(facts, shift: try await phone.shift(of: log), now: clock.wall + .minutes(30))
        let punch = try #require(sheet.punches.first)
        var correction = try #require(sheet.correction(of: punch.id))
        correction.date = Date(millis: now.clock.wall)
        correction.reason = "The phone's clock was slow."
        #expect(correction.remarks == [Phrase(.correctionInFuture)])
        try #require(correction.isComplete)
        try await phone.correct(correction, of: log, at: try phone.moment())
        #expect(try await phone.shift(of: log).since?.at == PunchSheet.minute(now.clock.wall))
        try await phone.sync()
        #expect(try await phone.syncState().factsRefused == 0)
        #expect(try await town.facts(of: assignment).count == 2)
    }

    @Test("After hand-in a time can be corrected and a flag explained: the core takes both, and flags the correction as come late")
    func handedIn() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let log = try await phone.punch(.in, .assignment(assignment), at: try phone.moment()).document
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        try await phone.submit(.log(log), at: try phone.moment())
        #expect(try await phone.punchSheet(of: log).late == Phrase(.comesLate))
        try await correct(phone, .in, of: log) { $0.date = $0.date.addingTimeInterval(-3600) }
        func late() async throws -> Flag? { try await phone.shift(of: log).flags.first { $0.kind == .anomaly(.afterSubmission) } }
        let flag = try #require(try await late())
        let choices = ShiftChoices(nil, running: try await phone.shift(of: log))
        #expect(choices.explain.contains(flag))
        let about = try #require(ShiftChoices.explained(flag))
        try await phone.explain(about, in: .log(log), with: "I saw it at home.", at: try phone.moment())
        #expect(try await late()?.explanations == ["I saw it at home."])
        try await phone.sync()
        #expect(try await phone.syncState().factsRefused == 0)
        #expect(try await town.facts(of: assignment).count == 5)
    }

    @Test("What is no clock event, and a correction without words, are refused and nothing is written")
    func refused() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let log = try await phone.punch(.in, .unassigned(nil), at: try phone.moment()).document
        let note = try await phone.note("A note.", in: .shift(.running), at: try phone.moment()).fact
        let punch = try #require(try await phone.punchSheet(of: log).punches.first)
        let to = punch.made - .hours(1)
        #expect(await failure { try await phone.correct(note, in: .log(log), to: to, because: "So.", at: try phone.moment()) }?.kind == .invalid)
        #expect(await failure { try await phone.correct(punch.id, in: .log(log), to: to, because: " ", at: try phone.moment()) }?.kind == .invalid)
        #expect(try await phone.facts(of: log).count == 2)
    }

    @Test("The sheet on a screen shows a correction by itself, and reads shifts of many facts whole")
    func followed() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let log = try await phone.punch(.in, .unassigned(nil), at: try phone.moment()).document
        for number in 1...205 { try await phone.note("Note \(number).", in: .shift(.running), at: try phone.moment()) }
        try await phone.punch(.out, .log(log), at: try phone.moment())
        #expect(try await phone.punchSheet(of: log).punches.map(\.kind) == [.in, .out])
        let shown = Task { try await wait(for: phone.punchSheets(of: log)) { $0.punches.first?.corrected != nil } }
        try await Task.sleep(for: .milliseconds(50))
        try await correct(phone, .in, of: log) { $0.date = $0.date.addingTimeInterval(-3600) }
        #expect(try await shown.value.punches.count == 2)
        #expect(try await phone.facts(of: log, limit: 500).last?.text == "Forgot the clock.")
    }

    /// As on the page: opens it, changes what is to be changed, and saves.
    private func correct(
        _ phone: OfficerPhone, _ kind: FactKind, of log: DocumentId, _ change: (inout PunchCorrection) -> Void
    ) async throws {
        let sheet = try await phone.punchSheet(of: log)
        let punch = try #require(sheet.punches.first { $0.kind == kind })
        var correction = try #require(sheet.correction(of: punch.id))
        correction.reason = " Forgot the clock. "
        change(&correction)
        try #require(correction.isComplete)
        try await phone.correct(correction, of: log, at: try phone.moment())
    }
}
