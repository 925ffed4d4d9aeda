@testable import OfficerCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct ClockRules {
    private let now = Sample.now

    private func panel(_ schedule: [ShiftView], _ running: RunningView? = nil) -> ClockPanel {
        ClockPanel(running: running, schedule: schedule, now: now, times: Sample.times)
    }

    @Test("Shortly before a shift one tap clocks in, and nothing is asked")
    func usual() {
        let main = panel([Sample.shift()]).main
        #expect(main == ClockChoice(kind: .in, shift: .assignment("a-log-1"), words: Phrase(.clockIn), question: nil))
        #expect(panel([Sample.shift()]).others.map(\.kind) == [.enRoute, .in])
    }

    @Test("Long before a shift it is asked first, up to twelve hours before; earlier it is not offered")
    func early() {
        let early = panel([Sample.shift(Sample.detail(starts: .hours(2)))]).main
        #expect(early.shift == .assignment("a-log-1"))
        #expect(early.question?.english == "Your shift starts at 5:00\u{202F}PM. Clock in now?")
        #expect(panel([Sample.shift(Sample.detail(starts: .minutes(30) + 1))]).main.question != nil)
        #expect(panel([Sample.shift(Sample.detail(starts: .minutes(30)))]).main.question == nil)
        #expect(panel([Sample.shift(Sample.detail(starts: .hours(12)))]).main.shift == .assignment("a-log-1"))
        #expect(panel([Sample.shift(Sample.detail(starts: .hours(12) + 1))]).main.shift == .unassigned(nil))
    }

    @Test("Without any shift around now the officer can clock in all the same, after a question")
    func unassigned() {
        let over = Sample.shift(Sample.detail(starts: -.hours(9)))
        for schedule in [[], [over], [Sample.shift(state: .released)], [Sample.shift(Sample.detail(state: .cancelled))], [Sample.shift(nil)]] {
            let panel = panel(schedule)
            #expect(panel.main.shift == .unassigned(nil))
            #expect(panel.main.question == Phrase(.askUnassigned))
            #expect(panel.others.isEmpty)
        }
    }

    @Test("Of two shifts around now the first to start has the large button, and the other asks first")
    func two() {
        let (late, soon) = (Sample.shift(Sample.detail(title: "Late", starts: .hours(1)), log: "l"), Sample.shift(Sample.detail(title: "Soon"), log: "s"))
        let panel = panel([late, soon])
        #expect(panel.main.words.english == "Clock in for Soon")
        #expect(panel.others.map(\.words.english) == ["I am on my way", "Clock in for Late", "Clock in without an assignment"])
        #expect(panel.others[1].question == Phrase(.askOther))
    }

    @Test("Each state of the shift has its buttons, and clocking out is always asked about")
    func states() {
        func kinds(_ state: ShiftState) -> [FactKind] {
            let panel = panel([], Sample.running(state, worked: .minutes(95)))
            return ([panel.main] + panel.others).map(\.kind)
        }
        #expect(kinds(.off) == [.in, .in])
        #expect(kinds(.enRoute) == [.in, .in])
        #expect(kinds(.on) == [.out, .breakStart, .willReturn])
        #expect(kinds(.onBreak) == [.breakEnd, .out])
        #expect(kinds(.away) == [.in, .out])
        let out = panel([], Sample.running(.on, worked: .minutes(95))).main
        #expect(out.shift == .log("log-1"))
        #expect(out.question?.english == "Clock out now? Your hours so far: 1 h 35 min.")
    }

    @Test("Who is on the way has one tap to clock in there, and every other shift, and none of them, after a question")
    func onTheWay() {
        let (there, other) = (Sample.shift(), Sample.shift(Sample.detail(title: "Fair", starts: -.hours(1)), log: "fair"))
        let running = Sample.running(.enRoute, shift: there)
        let panel = panel([other, there, Sample.shift(Sample.detail(starts: .hours(13)), log: "far")], running)
        #expect(panel.shift == running)
        #expect(panel.main == ClockChoice(kind: .in, shift: .log("log-1"), words: Phrase(.clockInHere, phrase: Phrase(.given, "Road work")), question: nil))
        #expect(panel.others.map(\.shift) == [.assignment("a-fair"), .unassigned(nil)])
        #expect(panel.others.map(\.kind) == [.in, .in])
        #expect(panel.others.map(\.words.english) == ["Clock in for Fair", "Clock in without an assignment"])
        #expect(panel.others.map(\.question) == [Phrase(.askOther), Phrase(.askUnassigned)])
        #expect(self.panel([there], running).main.words == Phrase(.clockIn), "there is nothing to tell it from")
        let over = Sample.running(.out, shift: other)
        let after = ClockPanel(running: running, schedule: [other, there], finished: [over], now: now, times: Sample.times)
        #expect(after.main.shift == .log("log-1"))
        #expect(after.others.map(\.shift) == [.log("fair"), .unassigned(nil)])
        #expect(after.others.first == .onceMore(.log("fair")))
        #expect(after.handIn.isEmpty && !after.isHandInFirst)
    }

    @Test("On the way to a shift that is no longer the officer's, was cancelled or is over, nothing holds: the clock is at what comes next")
    func noLongerOnTheWay() {
        let next = Sample.shift(Sample.detail(title: "Sunday"), log: "sunday")
        let ended = [
            Sample.shift(state: .released), Sample.shift(Sample.detail(state: .cancelled)), Sample.shift(Sample.detail(starts: -.hours(8))),
            Sample.shift(Sample.detail(starts: -.hours(500))),
        ]
        for state in [ShiftState.enRoute, .off] {
            for shift in ended {
                let panel = panel([next], Sample.running(state, shift: shift))
                #expect(panel.shift == nil)
                #expect(panel.main == ClockChoice(kind: .in, shift: .assignment("a-sunday"), words: Phrase(.clockIn), question: nil))
                #expect(panel.others.map(\.kind) == [.enRoute, .in])
            }
        }
        let lastMoment = Sample.running(.enRoute, shift: Sample.shift(Sample.detail(starts: -.hours(8) + 1)))
        #expect(panel([next], lastMoment).shift == lastMoment)
        let unknown = Sample.running(.enRoute, shift: Sample.shift(nil))
        #expect(panel([next], unknown).shift == unknown, "its record has not come: nobody said that it is over")
        let nowhere = Sample.running(.enRoute, shift: nil)
        #expect(panel([next], nowhere).main.words == Phrase(.clockIn))
        #expect(panel([next], nowhere).main.shift == .log("log-0"), "the library gives it for as long as somebody may arrive")
    }

    @Test("Work goes on until it is clocked out of, whatever became of the assignment: the hours were worked")
    func workGoesOn() {
        for shift in [Sample.shift(state: .released), Sample.shift(Sample.detail(starts: -.hours(30))), nil] {
            for state in [ShiftState.on, .onBreak, .away] {
                let panel = panel([Sample.shift(log: "next")], Sample.running(state, shift: shift))
                #expect(([panel.main] + panel.others).map(\.kind).contains(.out))
                #expect(([panel.main] + panel.others).allSatisfy { $0.shift == .log(shift?.log ?? "log-0") })
            }
        }
    }

    @Test("After a clock-out there is something to hand in, and the same shift is offered only with a question, after another one")
    func finished() {
        let (worked, next) = (Sample.shift(), Sample.shift(Sample.detail(title: "Next", starts: .hours(1)), log: "next"))
        func panel(_ schedule: [ShiftView], submitted: UnixMillis? = nil) -> ClockPanel {
            ClockPanel(
                running: nil, schedule: schedule, finished: [Sample.running(.out, shift: worked, submitted: submitted)], now: now,
                times: Sample.times)
        }
        #expect(panel([worked]).handIn.map(\.log) == ["log-1"])
        #expect(panel([worked]).main == .onceMore(.log("log-1")))
        #expect(panel([worked]).main.question == Phrase(.askOnceMore))
        #expect(panel([worked]).others.map(\.words) == [Phrase(.clockInWithoutAssignment)])
        #expect(panel([worked, next]).main.shift == .assignment("a-next"))
        #expect(panel([worked, next]).others.last == .onceMore(.log("log-1")))
        #expect(panel([worked], submitted: 1).handIn.isEmpty)
        #expect(panel([worked], submitted: 1).main.shift == .unassigned(nil))
        #expect(ClockPanel(running: Sample.running(.on), schedule: [], finished: [Sample.running(.out)], now: now, times: Sample.times).handIn.isEmpty)
    }

    @Test("What one shift keeps from being read is told, and takes no other shift away: neither its own list's nor another list's")
    func unread() {
        let damaged = OfficerError(.storeUnusable, code: "store_damaged", reason: "Damaged.")
        let shifts = ["log-1", "log-2", "log-3"].map { Sample.shift(log: $0) }
        func read(missing: Set<String>) -> (logs: [DocumentId], unread: OfficerError?) {
            func list<View>(_ name: String, _ views: [View]) throws -> [View] { if missing.contains(name) { throw damaged } else { views } }
            let source = FinishedShifts.Source(
                assigned: [{ try list("schedule", [shifts[0], shifts[1]]) }, { try list("past", [shifts[2]]) }],
                unassigned: { try list("unassigned", [Sample.running(.out, shift: nil, log: "log-4")]) },
                shift: { log in
                    if missing.contains(log) { throw damaged }
                    return Sample.running(log == "log-2" ? .off : .out, log: log)
                })
            let (found, unread) = FinishedShifts.read(source, now: now)
            return (found.map(\.log), unread)
        }
        #expect(read(missing: []) == (["log-4", "log-3", "log-1"], nil), "one that was not begun is none, and nothing is wrong with that")
        #expect(read(missing: ["log-1"]) == (["log-4", "log-3"], damaged))
        #expect(read(missing: ["schedule"]) == (["log-4", "log-3"], damaged))
        #expect(read(missing: ["past", "unassigned"]) == (["log-1"], damaged))
    }

    @Test("Handing in comes before the clock, unless the clock is for a shift of the officer's that was not begun yet")
    func handInFirst() {
        let (worked, next) = (Sample.shift(), Sample.shift(Sample.detail(title: "Next", starts: .hours(1)), log: "next"))
        func isFirst(_ schedule: [ShiftView], _ finished: [RunningView], running: RunningView? = nil) -> Bool {
            ClockPanel(running: running, schedule: schedule, finished: finished, now: now, times: Sample.times).isHandInFirst
        }
        let over = Sample.running(.out, shift: worked)
        #expect(isFirst([worked], [over]), "the clock is at the same shift once more")
        #expect(isFirst([], [over]), "the clock is for a shift without an assignment")
        #expect(!isFirst([worked, next], [over]))
        #expect(!isFirst([], []))
        #expect(!isFirst([worked], [Sample.running(.out, shift: worked, submitted: 1)]))
        #expect(!isFirst([], [over], running: Sample.running(.on)))
    }

    @Test("Without an assignment the officer is told that none is linked, not that none is scheduled: several may be")
    func unlinked() {
        let question = Phrase(.askUnassigned).english
        #expect(question.hasPrefix("No shift of yours is linked to it.") && !question.contains("scheduled"))
        let several = panel([Sample.shift(), Sample.shift(log: "log-2")])
        #expect(several.others.last?.question == Phrase(.askUnassigned))
    }

    @Test("After a clock-out the clock is at the next shift")
    func next() {
        let next = Sample.shift(Sample.detail(title: "Next"), log: "next")
        #expect(panel([next], Sample.running(.out)).main.shift == .assignment("a-next"))
    }

    @Test("Buttons can be told apart in every state")
    func identities() {
        for state in [ShiftState.off, .enRoute, .on, .onBreak, .away, .out] {
            let panel = panel([Sample.shift(), Sample.shift(log: "log-2")], Sample.running(state))
            let ids = ([panel.main] + panel.others).map(\.id)
            #expect(Set(ids).count == ids.count)
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct PunchRules {
    private func clock(_ ticks: UInt64) -> ClockReading {
        ClockReading(wall: Sample.now, zone: "America/New_York", monotonic: ticks, boot: 1, anchor: nil)
    }

    @Test("A second tap writes nothing while the first is under way, nor the same again right after it")
    func twice() {
        let panel = ClockPanel(running: Sample.running(.on), schedule: [], now: Sample.now, times: Sample.times)
        var gate = PunchGate()
        let first = gate.begin(panel.main, at: clock(1000))
        let (second, other) = (gate.begin(panel.main, at: clock(1100)), gate.begin(panel.others[0], at: clock(1100)))
        #expect((first, second, other) == (true, false, false))
        #expect(!gate.isOpen)
        gate.ended(written: true)
        let again = gate.begin(panel.main, at: clock(3999))
        #expect(!again && gate.isOpen)
        let breakStart = gate.begin(panel.others[0], at: clock(1200))
        #expect(breakStart)
        gate.ended(written: true)
        let later = gate.begin(panel.main, at: clock(4000))
        #expect(later)
    }

    @Test("Buttons beside the clock write once for two taps as well, each by its name")
    func named() {
        var gate = PunchGate()
        let first = gate.begin("hand in", at: clock(1000))
        gate.ended(written: true)
        let (second, other) = (gate.begin("hand in", at: clock(1100)), gate.begin("orders", at: clock(1100)))
        #expect((first, second, other) == (true, false, true))
    }

    @Test("What could not be written down may be tapped again at once, and so may anything after the phone was started anew")
    func failed() {
        let main = ClockPanel(running: nil, schedule: [], now: Sample.now, times: Sample.times).main
        var gate = PunchGate()
        _ = gate.begin(main, at: clock(90_000))
        gate.ended(written: false)
        let again = gate.begin(main, at: clock(90_001))
        gate.ended(written: true)
        let restarted = gate.begin(main, at: clock(10))
        #expect((again, restarted) == (true, true))
    }
}

@Suite(.timeLimit(.minutes(2))) struct PlaceRules {
    @Test("The phone looks for its place while the officer looks at the clock, also after the app was in the background")
    func place() {
        var watch = ClockWatch()
        #expect(!watch.wantsPlace)
        watch.inFront = true
        #expect(!watch.wantsPlace, "another screen")
        watch.clockOnScreen = true
        #expect(watch.wantsPlace)
        watch.inFront = false
        #expect(!watch.wantsPlace)
        watch.inFront = true
        #expect(watch.wantsPlace, "the clock never went away")
        watch.clockOnScreen = false
        #expect(!watch.wantsPlace)
    }
}

@Suite(.timeLimit(.minutes(2))) struct ShiftRules {
    private func flag(_ weight: Weight, explained: Bool = false, _ kind: FlagKind = .outsideFence) -> Flag {
        Flag(kind: kind, weight: weight, facts: ["f-1"], sentence: "Outside.", explanations: explained ? ["Parked."] : [])
    }

    @Test("A shift is handed in once it was clocked out of, and only once")
    func handIn() {
        #expect(!ShiftChoices(Sample.shift(), running: Sample.running(.on)).handIn)
        #expect(ShiftChoices(Sample.shift(), running: Sample.running(.out)).handIn)
        #expect(!ShiftChoices(Sample.shift(), running: Sample.running(.out, submitted: 1)).handIn)
    }

    @Test("Flags can be explained, each once, late too where the shift was handed in, but for those of every shift and of the phone's")
    func explain() {
        let flags = [flag(.review), flag(.notice), flag(.review, explained: true), flag(.review, .stillIn), flag(.notice, .noWork), flag(.notice, .unsigned)]
        #expect(ShiftChoices(nil, running: Sample.running(.on, shift: nil, flags: flags)).explain == [flag(.review), flag(.notice)])
        #expect(ShiftChoices.explained(flag(.review)) == "f-1")
        #expect(ShiftChoices(nil, running: Sample.running(.out, flags: flags)).late == nil)
        let late = ShiftChoices(nil, running: Sample.running(.out, flags: flags, submitted: 1))
        #expect(late.explain == [flag(.review), flag(.notice)])
        #expect(late.late == Phrase(.comesLate))
    }

    @Test("An award is acknowledged once, and not when it was taken back or the detail was cancelled")
    func acknowledge() {
        #expect(ShiftChoices(Sample.shift(), running: nil).acknowledge)
        #expect(!ShiftChoices(Sample.shift(acknowledgement: .waiting), running: nil).acknowledge)
        #expect(!ShiftChoices(Sample.shift(state: .released), running: nil).acknowledge)
        #expect(!ShiftChoices(Sample.shift(Sample.detail(state: .cancelled)), running: nil).acknowledge)
    }

    @Test("Post orders are marked as read where there are any and they were not")
    func orders() {
        let shift = Sample.shift(Sample.detail(orders: "Stand where you are seen."))
        #expect(ShiftChoices(shift, running: nil).readOrders)
        #expect(!ShiftChoices(Sample.shift(), running: nil).readOrders)
        #expect(!ShiftChoices(shift, running: Sample.running(.on, shift: shift, ordersRead: 1)).readOrders)
    }
}

@Suite(.timeLimit(.minutes(2))) struct OfferRules {
    private func offer(_ application: ApplicationView?, _ positions: [Position] = [Sample.position("1")], _ state: DetailState = .open) -> OfferChoices {
        OfferChoices(OfferView(detail: Sample.detail(positions: positions, state: state), site: nil, application: application), now: Sample.now, times: Sample.times)
    }

    @Test("With one open place there is one button; with several the officer may choose one or any")
    func positions() {
        #expect(offer(nil).choices == [.apply(position: nil, words: Phrase(.apply))])
        let several = offer(nil, [Sample.position("1"), Sample.position("2", filled: true), Sample.position("3")])
        #expect(several.choices.count == 3)
        #expect(several.choices.last == .apply(position: "3", words: Phrase(.applyFor, "Post 3")))
        #expect(several.places.english == "Open positions: 2 of 3")
    }

    @Test("Who has applied can take it back; who took it back or was refused can apply again")
    func applied() {
        #expect(offer(.applying(command: "c")).choices == [.withdraw])
        #expect(offer(.stands(state: .received, reason: "")).choices == [.withdraw])
        #expect(offer(.stands(state: .withdrawn, reason: "")).choices.count == 1)
        #expect(offer(.refused(reason: "Too late.")).choices.count == 1)
        #expect(offer(.refused(reason: "Too late.")).standing?.english == "Not accepted: Too late.")
        for application in [ApplicationView.withdrawing(command: "c"), .stands(state: .awarded, reason: ""), .stands(state: .notAwarded, reason: "")] {
            #expect(offer(application).choices.isEmpty)
        }
    }

    @Test("Whether it is too late is the agency's to say: a detail that has begun can be applied for")
    func begun() {
        let detail = Sample.detail(starts: -.hours(1), positions: [Sample.position("1")])
        let choices = OfferChoices(OfferView(detail: detail, site: nil, application: nil), now: Sample.now, times: Sample.times)
        #expect(choices.choices == [.apply(position: nil, words: Phrase(.apply))])
    }

    @Test("Before it opens to the officer an offer says when it will, and no more once it has or the officer has applied")
    func opens() {
        func opens(_ at: Int64?, _ application: ApplicationView? = nil, _ state: DetailState = .open) -> String? {
            let offer = OfferView(detail: Sample.detail(state: state), site: nil, application: application, opens: at.map { Sample.now + $0 })
            return OfferChoices(offer, now: Sample.now, times: Sample.times).opens?.english
        }
        #expect(opens(nil) == nil && opens(0) == nil)
        #expect(opens(60_000)?.hasPrefix("Opens for you Fri, Nov 20, 3:01") == true)
        #expect(opens(60_000, .refused(reason: "Too early.")) != nil)
        #expect(opens(60_000, .applying(command: "c")) == nil && opens(60_000, nil, .filled) == nil)
    }

    @Test("A detail that is filled or cancelled says so and offers nothing")
    func closed() {
        #expect(offer(nil, [Sample.position("1", filled: true)], .filled).choices.isEmpty)
        #expect(offer(nil, [Sample.position("1", filled: true)], .filled).standing == Phrase(.detailFilled))
        #expect(offer(nil, [Sample.position("1")], .cancelled).choices.isEmpty)
        #expect(offer(nil, [Sample.position("1", filled: true)]).choices.count == 1, "the agency has not said that it is filled")
    }
}
