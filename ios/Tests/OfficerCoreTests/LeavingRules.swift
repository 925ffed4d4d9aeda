import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(2))) struct LeavingRules {
    private func choices(_ shift: ShiftView, _ state: ShiftState? = nil) -> LeavingChoices {
        LeavingChoices(shift, running: state.map { Sample.running($0, shift: shift) }, now: Sample.now, times: Sample.times)
    }

    private func buttons(_ shift: ShiftView, _ state: ShiftState? = nil) -> [Bool] {
        let choices = choices(shift, state)
        return [choices.callOff, choices.offerTrade, choices.withdrawTrade]
    }

    private func left(_ leaving: LeavingView) -> ShiftView { Sample.shift(leaving: leaving) }

    private let both = [true, true, false], none = [false, false, false]

    @Test("A shift to come can be called off and offered to a colleague, also where its detail is not here yet")
    func ahead() {
        #expect(buttons(Sample.shift()) == both)
        for state in [ShiftState.off, .enRoute, .out] { #expect(buttons(Sample.shift(), state) == both) }
        #expect(buttons(Sample.shift(nil)) == both)
    }

    @Test("Who is at work cannot call off, and nothing can be done about a shift that is over, cancelled or somebody else's")
    func held() {
        for state in [ShiftState.on, .onBreak, .away] { #expect(buttons(Sample.shift(), state) == none) }
        #expect(buttons(Sample.shift(Sample.detail(starts: -.hours(9), lasts: .hours(9)))) == none)
        #expect(buttons(Sample.shift(Sample.detail(starts: -.hours(9), lasts: .hours(9) + 1))) == [true, false, false])
        #expect(buttons(Sample.shift(Sample.detail(state: .cancelled), leaving: Sample.leaving(offered: .offered))) == none)
        #expect(buttons(Sample.shift(state: .released, leaving: Sample.leaving(offered: .offered))) == none)
    }

    @Test("A shift that has begun can be called off, but no longer traded")
    func begun() {
        #expect(buttons(Sample.shift(Sample.detail(starts: 0))) == [true, false, false])
        #expect(buttons(Sample.shift(Sample.detail(starts: 1))) == both)
    }

    @Test("What waits is not asked for twice; what was refused or is over can be asked for again")
    func twice() {
        #expect(buttons(left(Sample.leaving(callOff: .waiting(command: "c")))) == none)
        for state in [CallingOffState.kept, .waits] { #expect(buttons(left(Sample.leaving(calledOff: state))) == [false, true, false]) }
        for state in [CallingOffState.released, .replaced, .refused, .lapsed] { #expect(buttons(left(Sample.leaving(calledOff: state))) == both) }
        #expect(buttons(left(Sample.leaving(callOff: .refused(reason: "No."), offer: .refused(reason: "No.")))) == both)
        #expect(buttons(left(Sample.leaving(offer: .waiting(command: "c")))) == [true, false, false])
        for state in [TradeState.offered, .taken] { #expect(buttons(left(Sample.leaving(offered: state))) == [true, false, true]) }
        for state in [TradeState.done, .declined, .withdrawn, .refused, .lapsed] { #expect(buttons(left(Sample.leaving(offered: state))) == both) }
    }

    @Test("A wish on the phone is never called done: it says that the officer still has the shift")
    func standing() {
        func words(_ leaving: LeavingView) -> [String] { choices(left(leaving)).standing.map(\.english) }
        #expect(choices(Sample.shift()).standing.isEmpty)
        #expect(words(Sample.leaving(callOff: .waiting(command: "c"))) == ["Your call-off is waiting to be sent. You still have the shift."])
        #expect(words(Sample.leaving(callOff: .refused(reason: "This detail is over."))) == ["Your call-off was not accepted: This detail is over."])
        #expect(
            words(Sample.leaving(calledOff: .kept, reason: "You have this detail until somebody else takes it over.")) == [
                "You called off, and have the shift until somebody else does", "You have this detail until somebody else takes it over.",
            ])
        #expect(words(Sample.leaving(offered: .offered)) == ["Offered to Officer 2, without an answer yet"])
        #expect(words(Sample.leaving(callOff: .waiting(command: "c"), calledOff: .refused)).count == 1, "the newest wish says it all")
        let all: [CallingOffState] = [.released, .kept, .waits, .replaced, .refused, .lapsed]
        #expect(Set(all.map { words(Sample.leaving(calledOff: $0)) }).count == all.count)
    }

    @Test("What a call-off entails is said before it is sent: how much notice it is, who decides, and that it may count")
    func entails() {
        let early = choices(Sample.shift(Sample.detail(starts: .hours(99)))).entails
        #expect(early == [Phrase(.callOffNotice, phrase: Phrase(.hoursAndMinutes, "99", "0")), Phrase(.callOffDecides), Phrase(.callOffCounts)])
        #expect(choices(Sample.shift(Sample.detail(starts: -1))).entails.first == Phrase(.callOffBegun))
        #expect(choices(Sample.shift(nil)).entails == [Phrase(.callOffDecides), Phrase(.callOffCounts)])
    }

    @Test("Nothing is sent where only blanks were written")
    func blanks() {
        #expect(LeavingChoices.words(" \n ").isEmpty)
        #expect(LeavingChoices.words(" Ill.\n") == "Ill.")
    }
}

@Suite(.timeLimit(.minutes(2))) struct ReliefRules {
    private func row(_ ask: ReliefAskView) -> ReliefRow { ReliefRow(ask, now: Sample.now, times: Sample.times) }

    @Test("Who is asked can come or stay away; who said no can still come; while an answer waits there is none to give")
    func answers() {
        #expect(row(Sample.ask()).choices == [.come, .stayAway])
        #expect(row(Sample.ask(.refused(reason: "No."))).choices == [.come, .stayAway])
        #expect(row(Sample.ask(.declined)).choices == [.come])
        #expect(row(Sample.ask(.waiting(command: "c", comes: true))).choices.isEmpty)
        for state in [AskState.taken, .closed] { #expect(row(Sample.ask(state: state)).choices.isEmpty) }
    }

    @Test("To come is only a wish until the agency has it")
    func standing() {
        #expect(row(Sample.ask()).standing == nil)
        #expect(row(Sample.ask(.waiting(command: "c", comes: true))).standing?.english.contains("You do not have the shift yet") == true)
        #expect(row(Sample.ask(.waiting(command: "c", comes: false))).standing == Phrase(.reliefDeclining))
        #expect(row(Sample.ask(.declined)).standing == Phrase(.reliefDeclined))
        #expect(row(Sample.ask(.refused(reason: "Somebody else took it first."))).standing == Phrase(.notAccepted, "Somebody else took it first."))
    }

    @Test("It says who else is asked: everybody, or others from a time on")
    func asked() {
        #expect(row(Sample.ask(alone: false)).asked == Phrase(.reliefAskedOfAll))
        #expect(row(Sample.ask(alone: false, by: Sample.now)).asked == Phrase(.reliefAskedOfAll))
        #expect(row(Sample.ask()).asked == Phrase(.reliefAskedOfYou))
        #expect(row(Sample.ask(by: Sample.now)).asked == Phrase(.reliefAskedOfYou))
        #expect(row(Sample.ask(by: Sample.now + .hours(1))).asked == Phrase(.reliefAnswerBy, "Fri, Nov 20, 4:00\u{202F}PM"))
        #expect(row(Sample.ask(detail: nil)).title == Phrase(.unnamedDetail))
    }
}

@Suite(.timeLimit(.minutes(2))) struct TradeRules {
    private func choices(_ state: TradeState, mine: Bool, detail: Detail? = Sample.detail(), wish: PendingView? = nil) -> [TradeRow.Choice] {
        TradeRow(Sample.tradeView(state, mine: mine, detail: detail, wish: wish), now: Sample.now, times: Sample.times).choices
    }

    @Test("An offer is taken or not by who got it, and taken back by who made it until it is done")
    func buttons() {
        #expect(choices(.offered, mine: false) == [.take, .decline])
        #expect(choices(.offered, mine: true) == [.withdraw])
        #expect(choices(.taken, mine: true) == [.withdraw])
        #expect(choices(.taken, mine: false).isEmpty)
        for state in [TradeState.done, .declined, .withdrawn, .refused, .lapsed] {
            #expect(choices(state, mine: true).isEmpty && choices(state, mine: false).isEmpty)
        }
    }

    @Test("While an answer waits there is nothing to choose, after a refusal there is again, and once the shift has begun no more")
    func wishes() {
        #expect(choices(.offered, mine: false, wish: .waiting(command: "c")).isEmpty)
        #expect(choices(.offered, mine: false, wish: .refused(reason: "No.")) == [.take, .decline])
        #expect(choices(.offered, mine: false, detail: Sample.detail(starts: 0)).isEmpty)
        #expect(choices(.offered, mine: false, detail: nil) == [.take, .decline])
        let row = TradeRow(Sample.tradeView(.offered, mine: false, wish: .refused(reason: "You have another detail then.")), now: 0, times: Sample.times)
        #expect(row.wish?.english == "Your answer was not accepted: You have another detail then.")
    }

    @Test("Where a trade stands names the colleague, from both sides, and tells the states apart")
    func standing() {
        func words(_ trade: Trade, _ mine: Bool) -> String { TradeRow.standing(trade, mine: mine).english }
        #expect(words(Sample.trade(.offered), true) == "Offered to Officer 2, without an answer yet")
        #expect(words(Sample.trade(.offered), false) == "Offered to you by Officer 1")
        #expect(words(Sample.trade(.offered, from: nil), false) == "Offered to you by a colleague")
        #expect(words(Sample.trade(.refused, reason: "Too little rest."), true) == "Your agency did not agree: Too little rest.")
        let all: [TradeState] = [.offered, .taken, .done, .declined, .withdrawn, .refused, .lapsed]
        for mine in [true, false] { #expect(Set(all.map { words(Sample.trade($0), mine) }).count == all.count) }
        #expect(all.filter { TradeRow.isOpen(Sample.trade($0)) } == [.offered, .taken])
    }

    @Test("What was offered to the officer waits for the answer until it is given or the shift begins")
    func awaits() {
        func awaits(_ state: TradeState, mine: Bool = false, starts: Millis = 1) -> Bool {
            TradeRow.awaitsAnswer(Sample.tradeView(state, mine: mine, detail: Sample.detail(starts: starts)), now: Sample.now)
        }
        #expect(awaits(.offered))
        #expect(!awaits(.offered, mine: true) && !awaits(.taken) && !awaits(.declined) && !awaits(.offered, starts: 0))
        #expect(TradeRow.awaitsAnswer(Sample.tradeView(.offered, mine: false, detail: nil), now: Sample.now))
    }
}
