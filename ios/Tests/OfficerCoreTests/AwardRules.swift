import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(2))) struct ApplyingRules {
    private let now = Sample.now

    @Test("What the rules say is shown with its numbers and what it means, what stands in the way first")
    func lines() {
        let told = Eligibility(Sample.advice(Sample.finding(.holds, .block), Sample.finding(.fails, .warn), Sample.finding(.fails, .block, "17 h of 16 h.")))
        #expect(told.lines.map(\.sentence) == ["17 h of 16 h.", "20 h 15 m of 24 h this week.", "20 h 15 m of 24 h this week."])
        #expect(told.lines.map(\.weight) == [.inTheWay, .worthKnowing, .holds])
        #expect(told.lines.map(\.remark) == [Phrase(.ruleBlocks), Phrase(.ruleWarns), Phrase(.ruleHolds)])
    }

    @Test("How much a line weighs follows from whether the rule holds and how severe it is; what is not known counts as what does not hold")
    func weights() {
        func weight(_ state: FindingState, _ severity: Severity) -> Eligibility.Weight? {
            Eligibility(Sample.advice(Sample.finding(state, severity))).lines.first?.weight
        }
        for state in [FindingState.fails, .unknown] {
            #expect(weight(state, .block) == .inTheWay && weight(state, .needsApproval) == .inTheWay)
            #expect(weight(state, .warn) == .worthKnowing)
            #expect(weight(state, .log) == nil, "what is only written down is no news")
        }
        for severity in [Severity.log, .warn, .needsApproval, .block] { #expect(weight(.holds, severity) == .holds) }
        #expect(Eligibility(Sample.advice(Sample.finding(.unknown, .block))).lines.first?.remark == Phrase(.ruleUnknown))
        #expect(Eligibility(Sample.advice(Sample.finding(.fails, .needsApproval))).lines.first?.remark == Phrase(.ruleNeedsApproval))
    }

    @Test("Nothing keeps an officer from applying; where a rule stands against it or is worth knowing, that is asked first")
    func questions() {
        func question(_ findings: FindingView...) -> Phrase? { Eligibility(AdviceView(findings: findings, standsInTheWay: false)).question }
        #expect(question(Sample.finding(.fails, .block)) == Phrase(.askAgainstRules))
        #expect(question(Sample.finding(.fails, .warn), Sample.finding(.unknown, .needsApproval)) == Phrase(.askAgainstRules))
        #expect(question(Sample.finding(.holds, .block), Sample.finding(.unknown, .warn)) == Phrase(.askHaveRead))
        #expect(question(Sample.finding(.holds, .warn), Sample.finding(.fails, .log)) == nil)
        #expect(question() == nil)
    }

    @Test("An agency without rules, or whose rules have not come, is not said to have none against it")
    func none() {
        #expect(Eligibility(Sample.advice()).headline == Phrase(.rulesNone))
        #expect(Eligibility(Sample.advice(Sample.finding(.fails, .log))).headline == Phrase(.rulesNone))
        #expect(Eligibility(Sample.advice(Sample.finding(.unknown, .block))).headline == Phrase(.rulesInTheWay))
        #expect(Eligibility(Sample.advice(Sample.finding(.holds, .block))).headline == Phrase(.rulesHold))
    }

    @Test("The terms say how it is awarded and until when; where there are none a coordinator decides")
    func terms() {
        func lines(_ terms: TermsView?) -> [String] { AwardTerms(terms, in: nil, now: now, times: Sample.times).lines.map(\.english) }
        #expect(lines(nil) == ["A coordinator decides who gets it."])
        #expect(
            lines(Sample.terms(closes: .hours(1), within: .hours(2))) == [
                "Awarded by: seniority v1", "Applications close Fri, Nov 20, 4:00\u{202F}PM", "Whoever gets it must confirm within 2 h 0 min",
                "Seal of the draw: c0ffee",
            ])
        #expect(lines(Sample.terms(closes: 0, decided: .hours(1)))[1...2] == ["Applications closed Fri, Nov 20, 3:00\u{202F}PM", "Decided Fri, Nov 20, 4:00\u{202F}PM"])
    }

    @Test("Rules and terms are shown until it is decided who gets the detail")
    func undecided() {
        func undecided(_ application: ApplicationView?, _ state: DetailState = .open) -> Bool {
            let offer = OfferView(detail: Sample.detail(state: state), site: nil, application: application)
            return OfferSheet(offer: offer, terms: nil, advice: Sample.advice(), award: nil).isUndecided
        }
        #expect(undecided(nil) && undecided(.applying(command: "c")) && undecided(.refused(reason: "")))
        #expect(undecided(.stands(state: .received, reason: "")) && undecided(.stands(state: .withdrawn, reason: "")))
        #expect(!undecided(.stands(state: .awarded, reason: "")) && !undecided(.stands(state: .notAwarded, reason: "")))
        #expect(!undecided(nil, .filled) && !undecided(nil, .cancelled))
        #expect(!OfferSheet(offer: nil, terms: nil, advice: Sample.advice(), award: nil).isUndecided)
    }
}

@Suite(.timeLimit(.minutes(2))) struct AwardRules {
    @Test("An award says what became of the application, the place in the ranking, why, and by what")
    func told() {
        let told = AwardTold(Sample.award(.backup), in: nil, times: Sample.times)
        #expect(told.headline == Phrase(.awardBackup))
        #expect(told.place?.english == "Place 2 of 7")
        #expect(told.sentence == "You are 2nd of 7.")
        #expect(told.decided.english == "By seniority v1, Fri, Nov 20, 3:00\u{202F}PM")
        #expect(AwardTold(Sample.award(.excluded, rank: nil), in: nil, times: Sample.times).place == nil)
        let headlines = [AwardOutcome.awarded, .backup, .excluded].map { AwardTold(Sample.award($0), in: nil, times: Sample.times).headline }
        #expect(Set(headlines).count == 3)
    }

    @Test("An entry of the ledger says what it charges or gives back, on which list and by which rule")
    func charges() {
        func row(_ charge: ChargeView) -> ChargeRow { ChargeRow(charge, times: Sample.times) }
        #expect(row(Sample.charge(.noShow, minutes: 480)).charge?.english == "Charged: 8 h 0 min")
        #expect(row(Sample.charge(.calledOff, minutes: -240)).charge?.english == "Given back: 4 h 0 min")
        #expect(row(Sample.charge(.adjustment, minutes: .min)).charge?.sentence == .chargedBack)
        let offered = row(Sample.charge(.offered, minutes: 0, rule: ""))
        #expect((offered.charge, offered.list, offered.rule, offered.note) == (nil, nil, nil, nil))
        let adjusted = row(Sample.charge(.adjustment, minutes: 5, list: "double time", note: "Counted twice."))
        #expect((adjusted.list, adjusted.rule?.english, adjusted.note) == ("double time", "By Town 2026 v1, no-shows", "Counted twice."))
    }

    @Test("Each kind of entry has words of its own")
    func kinds() {
        let kinds: [ChargeKind] = [
            .offered, .contacted, .reached, .declined, .noAnswer, .awarded, .worked, .calledOff, .noShow, .givenUp, .orderedIn, .reset, .adjustment,
        ]
        #expect(Set(kinds.map { ChargeRow(Sample.charge($0, minutes: 0), times: Sample.times).what }).count == kinds.count)
    }
}

@Suite(.timeLimit(.minutes(2))) struct NoticeRules {
    private func row(_ notice: NoticeView) -> NoticeRow { NoticeRow(notice, now: Sample.now, times: Sample.times) }

    @Test("What the agency asks to have acknowledged can be, once, also after its time")
    func acknowledge() {
        #expect(row(Sample.notice(.open)).acknowledge)
        #expect(row(Sample.notice(.open, by: -1)).acknowledge)
        #expect(!row(Sample.notice(.waiting)).acknowledge)
        #expect(!row(Sample.notice(.given)).acknowledge)
        #expect(!row(Sample.notice(nil, by: nil)).acknowledge)
    }

    @Test("It says until when it is asked, and how far the acknowledgement has come")
    func standing() {
        #expect(row(Sample.notice(.open)).standing == Phrase(.noticeAsked, "Fri, Nov 20, 4:00\u{202F}PM"))
        #expect(row(Sample.notice(.open, by: 0)).standing == Phrase(.noticeOverdue, "Fri, Nov 20, 3:00\u{202F}PM"))
        #expect(row(Sample.notice(.waiting)).standing == Phrase(.acknowledging))
        #expect(row(Sample.notice(.given)).standing == Phrase(.acknowledged))
        #expect(row(Sample.notice(nil, by: nil)).standing == nil)
    }

    @Test("Only what tells of an award leads to its explanation")
    func award() {
        #expect(row(Sample.notice(nil, event: .notSelected)).award == "d-1")
        #expect(row(Sample.notice(.open, event: .awarded)).award == "d-1")
        #expect(row(Sample.notice(nil, event: .dayBefore)).award == nil)
        #expect(row(Sample.notice(.open, urgency: .urgent)).urgent && !row(Sample.notice(.open)).urgent)
    }
}
