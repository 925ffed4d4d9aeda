import Foundation
import OfficerCore
import TestPhones
import Testing

/// From an offer to who works it in the end, on real phones of two officers and a real server.
@Suite(.timeLimit(.minutes(5))) struct StaffingStories {
    @Test("Before applying an officer sees how it is awarded and what the rules say with the hours in it")
    func beforeApplying() async throws {
        let town = try await Town()
        try await town.server.make("rule_sets", ["text": Self.rules])
        let handset = try await Handset.enrolled(in: town)
        let detail = try await town.detail(beganBefore: -100, lasts: 5)
        try await town.offer(detail, closesAfter: 3600, acknowledgeWithin: 7_200_000)
        let sheet = try await exchange(handset) { phone in
            let sheet = try await phone.offerSheet(of: detail)
            return sheet.terms == nil || sheet.advice.findings.isEmpty ? nil : sheet
        }
        #expect(sheet.isUndecided && sheet.award == nil)
        let terms = AwardTerms(sheet.terms, in: nil, now: Date().millis, times: Sample.times)
        #expect(terms.lines.map(\.sentence) == [.termsMethod, .termsCloses, .termsAcknowledge, .termsSealed])
        let eligibility = Eligibility(sheet.advice)
        #expect(eligibility.lines.map(\.weight) == [.worthKnowing])
        #expect(eligibility.lines.first?.sentence.contains("5 h") == true)
        #expect(eligibility.question == Phrase(.askHaveRead))
    }

    @Test("Who is awarded a detail is told why and acknowledges it, who is not is told why not; the ledger has it")
    func awarded() async throws {
        let town = try await Town()
        let colleague = try await town.hire(number: "18")
        for (place, officer) in [town.officer, colleague].enumerated() {
            try await town.server.change("officers/\(officer)/service?version=0", ["service": ["seniority": place + 1], "groups": []])
        }
        let (first, second) = (try await Handset.enrolled(in: town), try await Handset.enrolled(in: town, as: colleague))
        let detail = try await applied(first, second, in: town)
        let won = try await exchange(first) { try await $0.award(of: detail) }
        #expect(won.outcome == .awarded && won.method.hasPrefix("seniority"))
        #expect(try await town.holders(of: detail) == [town.officer])
        try await shows(first.phone, won, of: detail)
        try await acknowledges(first.phone, detail)

        let lost = try await exchange(second) { try await $0.award(of: detail) }
        #expect(lost.outcome == .backup)
        let told = try await exchange(second) { try await $0.notices().items.first { $0.notice.event == .notSelected && $0.notice.detail == detail } }
        #expect(NoticeRow(told, now: Date().millis, times: Sample.times).award == detail)
        #expect(!NoticeRow(told, now: Date().millis, times: Sample.times).acknowledge)
        #expect(try await second.phone.offerSheet(of: detail).award == lost)
    }

    /// A detail that both applied for before its window closed: the windows grow until that is so, however slow the machine is.
    private func applied(_ first: Handset, _ second: Handset, in town: Town) async throws -> DetailId {
        for (number, seconds) in [5.0, 20, 80].enumerated() {
            let detail = try await town.detail(beganBefore: -100 * (number + 1), lasts: 5)
            try await town.offer(detail, closesAfter: seconds, acknowledgeWithin: 7_200_000)
            var accepted = true
            for handset in [first, second] {
                try await handset.phone.sync()
                try await handset.phone.apply(for: detail, at: try handset.phone.reading())
                try await handset.phone.sync()
                accepted = try await handset.phone.wishes().first?.decision == .accepted && accepted
            }
            if accepted { return detail }
        }
        throw Amiss(description: "no application came in time")
    }

    /// The officer's own shift has the explanation, and the ledger the charge.
    private func shows(_ phone: OfficerPhone, _ won: AwardView, of detail: DetailId) async throws {
        let shift = try #require(try await phone.schedule().items.first { $0.assignment.detail == detail })
        let sheet = try await wait(for: phone.shiftSheets(of: shift)) { $0.award == won }
        #expect(sheet.running.state == .off)
        let charges = try await phone.charges().items
        #expect(charges.contains { $0.kind == .awarded && $0.minutes == 300 && !$0.rule.isEmpty }, "\(charges)")
    }

    private func acknowledges(_ phone: OfficerPhone, _ detail: DetailId) async throws {
        let asked = try await wait(for: phone.inboxes()) { inbox in inbox.asked.contains { $0.notice.detail == detail } }.asked
        let notice = try #require(asked.first { $0.notice.detail == detail })
        #expect(notice.notice.event == .awarded && NoticeRow(notice, now: Date().millis, times: Sample.times).acknowledge)
        try await phone.acknowledge(notice: notice.notice.id, at: try phone.reading())
        _ = try await wait(for: phone.inboxes()) { inbox in !inbox.asked.contains { $0.notice.detail == detail } }
    }

    @Test("An officer calls off with a reason, a colleague is asked to come instead, says no, comes after all, and has the detail")
    func relieved() async throws {
        let crew = try await Crew()
        let (phone, other, town) = (crew.first.phone, crew.second.phone, crew.town)
        try await phone.callOff(crew.assignment, because: "My child is ill.", at: try phone.reading())
        let waiting = try #require(try await phone.schedule().items.first)
        #expect(Self.choices(waiting, phone).standing == [Phrase(.callOffWaiting)])
        #expect(!Self.choices(waiting, phone).callOff)
        #expect(try await town.holders(of: crew.detail) == [town.officer], "a wish on the phone changes nothing")
        let past = try await exchange(crew.first) { phone in
            let wishes = try await phone.wishes()
            return wishes.allSatisfy { !$0.waiting } ? wishes : nil
        }
        #expect(past.first?.decision == .accepted && past.first?.reason.hasPrefix("You are released from this detail.") == true)
        #expect(try await phone.schedule().items.isEmpty)

        let ask = try #require(try await exchange(crew.second) { try await $0.reliefAsks().first })
        #expect((ask.ask.assignment, ask.detail?.id) == (crew.assignment, crew.detail))
        #expect(ReliefRow(ask, now: Date().millis, times: Sample.times).choices == [.come, .stayAway])
        #expect(try await wait(for: other.offerBoards()) { !$0.asks.isEmpty }.asks == [ask])
        try await other.relieve(crew.assignment, comes: false, at: try other.reading())
        let declined = try await exchange(crew.second) { phone in
            try await phone.reliefAsks().first.flatMap { $0.answer == .declined ? $0 : nil }
        }
        #expect(ReliefRow(declined, now: Date().millis, times: Sample.times).choices == [.come])
        try await other.relieve(crew.assignment, comes: true, at: try other.reading())
        let row = try await wait(for: other.reliefSheets(of: crew.assignment)) { $0.map { ReliefRow($0.ask, now: Date().millis, times: Sample.times).choices.isEmpty } ?? false }
        #expect(row.map { ReliefRow($0.ask, now: Date().millis, times: Sample.times).standing } == Phrase(.reliefComing))
        _ = try await exchange(crew.second) { try await $0.schedule().items.first }
        #expect(try await town.holders(of: crew.detail) == [crew.colleague])
        #expect(try await other.reliefAsks().isEmpty)
    }

    @Test("An officer offers a shift to a colleague by employee number and takes it back; offered again it is taken, and the agency agrees")
    func traded() async throws {
        let crew = try await Crew()
        let (phone, other, town) = (crew.first.phone, crew.second.phone, crew.town)
        try await phone.offerTrade(of: crew.assignment, toNumber: "18", at: try phone.reading())
        let waiting = try #require(try await phone.schedule().items.first)
        #expect(Self.choices(waiting, phone).standing == [Phrase(.tradeOfferWaiting)])
        let offered = try await exchange(crew.first) { try await $0.schedule().items.first { $0.leaving?.offered != nil } }
        #expect(Self.choices(offered, phone).standing.map(\.english) == ["Offered to Officer 18, without an answer yet"])
        #expect(Self.choices(offered, phone).withdrawTrade)
        #expect(try await phone.withdrawTrade(of: crew.assignment, at: try phone.reading()) != nil)
        try await phone.sync()
        #expect(try await phone.trades().items.map(\.trade.state) == [.withdrawn])
        #expect(try await phone.withdrawTrade(of: crew.assignment, at: try phone.reading()) == nil)

        try await phone.offerTrade(of: crew.assignment, toNumber: "18", at: try phone.reading())
        try await phone.sync()
        let trade = try await exchange(crew.second) { phone in
            try await phone.trades().items.first { TradeRow.awaitsAnswer($0, now: try phone.reading().wall) }
        }
        #expect(TradeRow.standing(trade.trade, mine: trade.mine).english == "Offered to you by Officer 1")
        #expect(try await wait(for: other.offerBoards()) { !$0.trades.isEmpty }.trades == [trade])
        try await other.answerTrade(trade.id, takes: true, at: try other.reading())
        try await other.sync()
        let taken = try #require(try await other.trades().items.first { $0.id == trade.id })
        #expect(taken.trade.state == .taken && TradeRow(taken, now: Date().millis, times: Sample.times).choices.isEmpty)
        try await town.server.make("trades/\(trade.id)/agree")
        try await other.sync()
        #expect(try await town.holders(of: crew.detail) == [crew.colleague])
        #expect(try await other.trades().items.first { $0.id == trade.id }?.trade.state == .done)
        #expect(try await other.schedule().items.map(\.assignment.detail) == [crew.detail])
    }

    @Test("What the server does not accept says why, on the shift it is about")
    func refused() async throws {
        let crew = try await Crew()
        let phone = crew.first.phone
        try await phone.offerTrade(of: crew.assignment, toNumber: "99", at: try phone.reading())
        try await phone.sync()
        let shift = try #require(try await phone.schedule().items.first)
        #expect(
            Self.choices(shift, phone).standing.map(\.english)
                == ["Your offer to a colleague was not accepted: No officer of the agency has that employee number."])
        #expect(Self.choices(shift, phone).offerTrade)
        #expect(await failure { try await phone.callOff("not an id", because: "Ill.", at: try phone.reading()) }?.kind == .invalid)
        #expect(await failure { try await phone.callOff(crew.assignment, because: "", at: try phone.reading()) }?.kind == .invalid)
    }

    /// Warns of more than three hours on details in a week: the detail of these stories has five.
    private static let rules = """
        name = "Town"
        version = 1
        effective_from = "2020-01-01"
        zone = "America/New_York"

        [[rule]]
        id = "three"
        title = "3 hours of details a week"
        severity = { apply = "warn" }
        [rule.hours]
        counts = ["detail"]
        window = "week"
        limit = "3:00"
        """

    private static func choices(_ shift: ShiftView, _ phone: OfficerPhone) -> LeavingChoices {
        LeavingChoices(shift, running: nil, now: Date().millis, times: Sample.times)
    }
}

/// Two officers with phones; the first has a detail that begins in a hundred hours.
private struct Crew {
    let town: Town
    let first: Handset
    let second: Handset
    let colleague: String
    let detail: String
    let assignment: AssignmentId

    init() async throws {
        town = try await Town()
        colleague = try await town.hire(number: "18")
        detail = try await town.detail(beganBefore: -100, lasts: 5)
        assignment = try await town.award(detail, origin: "ordered")
        first = try await Handset.enrolled(in: town)
        second = try await Handset.enrolled(in: town, as: colleague)
    }
}
