@testable import OfficerCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct SyncRules {
    private let now = Sample.now

    @Test("What the officer asks for or writes goes out at once, whatever failed before")
    func atOnce() {
        let failed = Sample.sync(facts: 1, retryAt: now + .hours(1))
        for occasion in [SyncPlan.Occasion.asked, .wrote, .networkCame] {
            #expect(SyncPlan.isDue(occasion, sync: failed, now: now))
        }
    }

    @Test("After a failure nobody else hurries: not before the core's time")
    func backoff() {
        let failed = Sample.sync(facts: 1, retryAt: now + 1)
        for occasion in [SyncPlan.Occasion.opened, .minute, .background] {
            #expect(!SyncPlan.isDue(occasion, sync: failed, now: now))
            #expect(SyncPlan.isDue(occasion, sync: failed, now: now + 1))
        }
    }

    @Test("A time to wait for that is farther off than the core ever waits was set by a clock that was put back: it has passed")
    func clockPutBack() {
        let longest = now + SyncPlan.longestWait
        for occasion in [SyncPlan.Occasion.opened, .minute, .background] {
            #expect(!SyncPlan.isDue(occasion, sync: Sample.sync(facts: 1, retryAt: longest), now: now))
            #expect(SyncPlan.isDue(occasion, sync: Sample.sync(facts: 1, retryAt: longest + 1), now: now))
        }
        #expect(!SyncPlan.isDueBeside(Sample.sync(facts: 1, retryAt: longest), asked: false, now: now))
        #expect(SyncPlan.isDueBeside(Sample.sync(facts: 1, retryAt: longest + 1), asked: false, now: now))
        let next = SyncPlan.nextInBackground(sync: Sample.sync(facts: 1, retryAt: now + .hours(24)), running: nil, now: now)
        #expect(next == now + .minutes(15))
    }

    @Test("With nothing waiting an open app looks every five minutes, and at once when it is opened")
    func fresh() {
        let fresh = Sample.sync(settledAt: now - .minutes(4))
        #expect(!SyncPlan.isDue(.minute, sync: fresh, now: now))
        #expect(SyncPlan.isDue(.opened, sync: fresh, now: now))
        #expect(SyncPlan.isDue(.minute, sync: Sample.sync(settledAt: now - .minutes(5)), now: now))
        #expect(SyncPlan.isDue(.minute, sync: Sample.sync(settledAt: nil), now: now))
        #expect(SyncPlan.isDue(.minute, sync: Sample.sync(settledAt: now + .hours(9)), now: now), "the clock was set back")
        #expect(SyncPlan.isDue(.minute, sync: Sample.sync(originals: 1), now: now))
    }

    @Test("A phone whose enrolment ended is still, whatever waits: the server takes no more. Unless it is asked")
    func revoked() {
        for occasion in [SyncPlan.Occasion.opened, .wrote, .networkCame, .minute, .background] {
            #expect(!SyncPlan.isDue(occasion, sync: Sample.sync(facts: 1, revokedAt: now), now: now))
        }
        #expect(SyncPlan.isDue(.asked, sync: Sample.sync(revokedAt: now), now: now))
        #expect(SyncPlan.nextInBackground(sync: Sample.sync(facts: 1, revokedAt: now), running: nil, now: now) == nil)
    }

    @Test("In the background it looks soon while something waits or the officer works, else later, never before the core's time")
    func background() {
        func next(_ sync: SyncView, _ running: RunningView? = nil) -> Millis? {
            SyncPlan.nextInBackground(sync: sync, running: running, now: now).map { $0 - now }
        }
        #expect(next(Sample.sync()) == .hours(4))
        #expect(next(Sample.sync(wishes: 1)) == .minutes(15))
        #expect(next(Sample.sync(), Sample.running(.on)) == .minutes(15))
        #expect(next(Sample.sync(), Sample.running(.out)) == .hours(4))
        #expect(next(Sample.sync(wishes: 1, retryAt: now + .minutes(30))) == .minutes(30))
        func beside(_ sync: SyncView) -> Millis? {
            SyncPlan.nextInBackground(sync: sync, running: nil, others: true, now: now).map { $0 - now }
        }
        #expect(beside(Sample.sync()) == .minutes(15), "another officer's records wait")
        #expect(beside(Sample.sync(wishes: 1, retryAt: now + .minutes(30))) == .minutes(15))
        #expect(beside(Sample.sync(revokedAt: now)) == .minutes(15))
    }

    @Test("Nobody asks for background time for ever: not on the way to what is over, nor at work that was never clocked out of")
    func notForEver() {
        func next(_ running: RunningView) -> Millis? {
            SyncPlan.nextInBackground(sync: Sample.sync(), running: running, now: now).map { $0 - now }
        }
        #expect(next(Sample.running(.enRoute)) == .minutes(15))
        #expect(next(Sample.running(.enRoute, shift: Sample.shift(Sample.detail(starts: -.hours(8))))) == .hours(4))
        #expect(next(Sample.running(.enRoute, shift: Sample.shift(state: .released))) == .hours(4))
        #expect(next(Sample.running(.on, reviewAt: now + 1)) == .minutes(15))
        #expect(next(Sample.running(.on, reviewAt: now)) == .hours(4))
    }

    @Test("The sync state in words: what is wrong comes before what waits, and that before all being well")
    func words() {
        func words(_ sync: SyncView) -> SyncWords { SyncWords(sync, times: Sample.times) }
        #expect(words(Sample.sync()).headline == Phrase(.allSynced))
        #expect(words(Sample.sync(facts: 2)).headline == Phrase(.waiting))
        #expect(words(Sample.sync(settledAt: nil)).headline == Phrase(.neverSynced))
        #expect(words(Sample.sync(facts: 2, refused: 1)).tone == .attention)
        #expect(words(Sample.sync(facts: 1, revokedAt: now)).headline == Phrase(.enrolmentEnded))
        let lines = words(Sample.sync(facts: 2, failed: 1, retryAt: now)).lines.map(\.english)
        #expect(lines.prefix(2) == ["Entries waiting: 2", "Photos and videos given up: 1"])
        #expect(lines.last == "Next try at 3:00\u{202F}PM")
    }

    @Test("A phone whose key the agency does not know says so and how it is mended, and offers it; a reason of a newer library is told in its words")
    func keyChanged() {
        func words(_ code: String, revokedAt: UnixMillis? = nil) -> SyncWords {
            let why = EnrolAgain(code: code, reason: "As the library says it.")
            return SyncWords(Sample.sync(facts: 2, revokedAt: revokedAt, enrolAgain: why), times: Sample.times)
        }
        let changed = words("key_changed")
        #expect((changed.tone, changed.headline, changed.enrolAgain) == (.attention, Phrase(.keyChanged), true))
        #expect(changed.lines.prefix(2) == [Phrase(.keyChangedWhy), Phrase(.factsWaiting, "2")])
        #expect(words("newer").headline.english == "As the library says it." && words("newer").enrolAgain)
        #expect(!words("newer").lines.contains(Phrase(.keyChangedWhy)))
        let ended = words("key_changed", revokedAt: now)
        #expect(ended.headline == Phrase(.enrolmentEnded) && ended.enrolAgain)
        #expect(!SyncWords(Sample.sync(facts: 2), times: Sample.times).enrolAgain)
    }

    @Test("An item that was refused or given up can be tried again; what waits goes by itself")
    func rows() {
        let refused = SyncState.refused(code: "x", reason: "Not yours.")
        let fact = ItemRow(ItemView(item: .fact(document: "d", fact: "f", what: .note), at: now, sync: refused))
        #expect(fact.retry == .fact("f", of: "d"))
        #expect(fact.state.english == "Refused: Not yours.")
        #expect(ItemRow(ItemView(item: .fact(document: "d", fact: "f", what: .note), at: now, sync: .onThisPhone)).retry == nil)
        let original = ItemRow(ItemView(item: .original(hash: "h"), at: now, sync: refused))
        #expect((original.retry, original.state) == (.original("h"), Phrase(.givenUp)))
        #expect(ItemRow(ItemView(item: .wish(command: "c"), at: now, sync: .onThisPhone)).retry == nil)
    }

    @Test("An original says how much of it has come")
    func original() {
        func words(_ received: UInt64, complete: UnixMillis? = nil, failed: String? = nil) -> String {
            let view = OriginalView(hash: "h", size: 4_200_000, received: received, complete: complete, failed: failed, here: true)
            return SyncWords.original(view, times: Sample.times).english
        }
        #expect(words(0) == "On this phone, waiting to be sent")
        #expect(words(1_000_000) == "1.0 MB of 4.2 MB sent")
        #expect(words(4_200_000, complete: 1) == "The agency has it")
        #expect(words(1, failed: "too many attempts") == "Could not be sent")
    }

    @Test("There is no door until the books were looked at, nor while they are turned, whatever was open before")
    func closedDoor() {
        var stand = Bookstand.State()
        #expect(FirstDoor(stand, unlocked: true, times: Sample.times) == nil)
        stand.trouble = OfficerError(.storeUnusable, code: "wrong_key", reason: "Wrong key.")
        let trouble = FirstDoor.trouble(Phrase(.troubleStoreUnusable, "wrong_key"), beside: true)
        #expect(FirstDoor(stand, unlocked: true, times: Sample.times) == trouble)
        #expect(FirstDoor(stand, unlocked: false, times: Sample.times) == .waitForUnlock)
        stand.isTurning = true
        #expect(FirstDoor(stand, unlocked: true, times: Sample.times) == nil)
    }

    @Test("The door: enrolled phones go home, unlocked or not is told apart from broken")
    func doors() {
        let times = Sample.times
        let locked = OfficerError(.phonePart, code: "secret", reason: "x")
        #expect(FirstDoor(.success(true), unlocked: true, times: times) == .home)
        #expect(FirstDoor(.success(false), unlocked: true, times: times) == .enrol)
        #expect(FirstDoor(.failure(locked), unlocked: false, times: times) == .waitForUnlock)
        #expect(FirstDoor(.failure(locked), unlocked: true, times: times) == .trouble(Phrase(.troublePhonePart), beside: true))
    }

    @Test("Beside records that cannot be opened others may be begun, but not where that would be no help")
    func beside() {
        func mayBegin(_ error: OfficerError) -> Bool? {
            guard case let .trouble(_, beside) = FirstDoor(.failure(error), unlocked: true, times: Sample.times) else { return nil }
            return beside
        }
        for code in ["store_key_gone", "wrong_key", "newer_store"] {
            #expect(mayBegin(OfficerError(.storeUnusable, code: code, reason: "x")) == true)
        }
        #expect(mayBegin(OfficerError(.phonePart, code: "no_secure_storage", reason: "x")) == true)
        #expect(mayBegin(OfficerError(.storageFull, code: "storage_full", reason: "x")) == false)
        #expect(mayBegin(.noFolder) == false)
        #expect(mayBegin(.booksUnread) == false)
    }
}

@Suite(.timeLimit(.minutes(2))) struct DraftRules {
    @Test("Two taps send once, and only words")
    func once() {
        var draft = Draft(" \n")
        #expect(!draft.canSend)
        #expect(draft.begin() == nil)
        draft.text = "Hello"
        #expect(draft.begin() == "Hello")
        #expect(!draft.canSend)
        #expect(draft.begin() == nil)
        draft.ended(kept: true)
        #expect(draft == Draft())
    }

    @Test("What stands somewhere can be taken out altogether, and is not sent as it is")
    func replaces() {
        var draft = Draft(replacing: "The gate code is on the board.")
        #expect(!draft.canSend)
        draft.text = ""
        #expect(draft.begin() == "")
        #expect(Draft(replacing: "").canSend == false)
    }

    @Test("What was not kept stays and can be sent again, and what was written meanwhile stays, too")
    func stays() {
        var draft = Draft("Hello")
        _ = draft.begin()
        draft.ended(kept: false)
        #expect(draft.begin() == "Hello")
        draft.text = "Hello again"
        draft.ended(kept: true)
        #expect(draft == Draft("Hello again"))
        #expect(draft.begin() == "Hello again")
    }
}

@Suite(.timeLimit(.minutes(2))) struct MessageRules {
    private func sent(_ from: Correspondent, to officer: OfficerId?) -> MessageLine {
        MessageLine(.sent(message: Message(id: "m", officer: officer, from: from, text: "Hello", sentAt: 5)))
    }

    @Test("A message says who wrote it, and one's own how far it has come")
    func lines() {
        #expect(sent(.agency, to: nil).from == Phrase(.fromAgencyToAll))
        #expect(sent(.agency, to: "o").from == Phrase(.fromAgency))
        #expect(sent(.agency, to: "o").state == nil)
        #expect(sent(.officer, to: "o").state == Phrase(.agencyHasIt))
        #expect(MessageLine(.onThisPhone(command: "c", text: "x", writtenAt: 1, refused: nil)).state == Phrase(.onThisPhone))
        #expect(MessageLine(.onThisPhone(command: "c", text: "x", writtenAt: 1, refused: "Too many.")).state == Phrase(.refused, "Too many."))
    }
}
