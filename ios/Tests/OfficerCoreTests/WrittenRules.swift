@testable import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(2))) struct WrittenRules {
    private func line(_ kind: FactKind = .note, zone: String? = "America/New_York", own: Bool = true, submitted: UnixMillis? = nil) -> WrittenLine {
        let written = Written(fact: "f", kind: kind, at: Sample.now, text: "Gate B.", attachment: nil, replaces: [], addendumTo: nil, author: nil)
        let item = WrittenView(written: written, own: own, sync: .onThisPhone, original: nil)
        let shift = Sample.running(.on, shift: zone.map { Sample.shift(Sample.detail(zone: $0)) }, submitted: submitted)
        return WrittenLine(item, in: NotePad(of: shift), times: Sample.times)
    }

    @Test("A note's time is that of the place where the shift is worked, wherever the phone is now")
    func zones() {
        #expect(line().when == "Fri, Nov 20, 3:00\u{202F}PM")
        #expect(line(zone: "America/Chicago").when == "Fri, Nov 20, 2:00\u{202F}PM CST")
        #expect(line(zone: "Europe/London").when.hasPrefix("Fri, Nov 20, 8:00\u{202F}PM"))
        #expect(line(zone: "Asia/Tokyo").when.hasPrefix("Sat, Nov 21, 5:00\u{202F}AM"))
        #expect(line(zone: nil).when == "Fri, Nov 20, 3:00\u{202F}PM", "a shift without an assignment has the phone's")
    }

    @Test("Only one's own notes can be replaced, and none once the shift is handed in")
    func replacing() {
        #expect(line().canReplace)
        #expect(!line(own: false).canReplace && !line(.incident).canReplace && !line(submitted: 1).canReplace)
        #expect(line().state == Phrase(.onThisPhone) && line().kind == Phrase(.entryNote) && line().text == "Gate B.")
    }

    @Test("What all on a detail share is in no shift: its times are the detail's, and one's own notes are never fixed")
    func shared() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let shift = try #require(try await phone.schedule().items.first { $0.assignment.id == assignment })
        let pad = NotePad(sharedOn: shift.assignment.detail, zone: "America/Chicago")
        let note = try await phone.note("Gate B.", in: pad.place, at: try phone.moment()).fact
        try await phone.replaceNote(note, of: pad.document, with: "Gate C.", at: try phone.moment())
        let item = try #require(try await phone.written(in: pad.document).items.first)
        let line = WrittenLine(item, in: pad, times: Sample.times)
        #expect(line.text == "Gate C." && line.canReplace && pad.isShared && !NotePad(of: Sample.running(.on)).isShared)
        #expect(line.when == Sample.times.dayAndTime(item.written.at, in: "America/Chicago"))
        #expect(try await phone.written(in: shift.log).items.isEmpty)
    }

    @Test("What all on a detail share is the officer's until the place is taken back or the detail is cancelled")
    func sharing() {
        #expect(NotePad.canShare(Sample.shift()) && NotePad.canShare(Sample.shift(nil)))
        #expect(!NotePad.canShare(Sample.shift(state: .released)) && !NotePad.canShare(Sample.shift(nil, state: .released)))
        #expect(!NotePad.canShare(Sample.shift(Sample.detail(state: .cancelled))))
    }

    @Test("What a note's line offers is what the library allows")
    func real() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let log = try await phone.punch(.in, .assignment(assignment), at: try phone.moment()).document
        let note = try await phone.note("Gate B.", in: .shift(.running), at: try phone.moment()).fact
        func offered() async throws -> Bool? {
            let item = try #require(try await phone.written(in: log).items.first)
            return WrittenLine(item, in: NotePad(of: try await phone.shift(of: log)), times: Sample.times).canReplace
        }
        #expect(try await offered() == true)
        try await phone.punch(.out, .log(log), at: try phone.moment())
        try await phone.submit(.log(log), at: try phone.moment())
        #expect(try await offered() == false)
        #expect(await failure { try await phone.replaceNote(note, of: log, with: "Gate C.", at: try phone.moment()) }?.kind == .invalid)
    }
}
