import TestPhones
import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(2))) struct ShownRules {
    private let full = OfficerError(.storageFull, code: "storage_full", reason: "Full.")

    @Test("What can no longer be read stays on the page, under a line that says so and why, until it can be read again")
    func old() {
        var shown = Shown<Int>()
        #expect(shown.value == nil && shown.remark(times: Sample.times) == nil)
        shown.take(.success(1))
        #expect(shown.remark(times: Sample.times) == nil)
        shown.take(.failure(full))
        #expect(shown.value == 1)
        let words = "What you see may be old: it cannot be read anew. " + Phrase(.troubleStorageFull).english
        #expect(shown.remark(times: Sample.times)?.english == words)
        shown.take(.success(2))
        #expect(shown.value == 2 && shown.remark(times: Sample.times) == nil)
    }

    @Test("Where nothing was ever read there is only the reason, and nothing is said of what the app itself ended")
    func never() {
        var shown = Shown<Int>()
        shown.take(.failure(full))
        #expect(shown.value == nil && shown.remark(times: Sample.times) == Phrase(.troubleStorageFull))
        shown.take(.success(1))
        shown.take(.failure(.closed))
        #expect(shown.value == 1 && shown.remark(times: Sample.times) == nil)
    }

    @Test("The clock page of a phone whose clocks stop says so above what it showed, and no more once they run")
    func clockPage() async throws {
        let handset = try await Handset()
        var shown = Shown<ClockView>()
        var views = handset.phone.clockViews().makeAsyncIterator()
        shown.take(try #require(await views.next()))
        #expect(shown.value != nil && shown.trouble == nil)
        handset.clocks.use(running: false)
        handset.phone.refresh()
        shown.take(try #require(await views.next()))
        #expect(shown.value != nil && shown.remark(times: Sample.times)?.sentence == .mayBeOld)
        handset.clocks.use(running: true)
        handset.phone.refresh()
        shown.take(try #require(await views.next()))
        #expect(shown.remark(times: Sample.times) == nil)
    }
}
