/// An entry of the opportunity ledger as the screen shows it.
public struct ChargeRow: Equatable, Sendable, Identifiable {
    /// The entry.
    public let id: RecordId
    /// What happened.
    public let what: Phrase
    /// When.
    public let when: String
    /// What it charges or gives back; nil where nothing.
    public let charge: Phrase?
    /// The list it counts on; nil for the usual one.
    public let list: String?
    /// The rule that says so; nil where none does.
    public let rule: Phrase?
    /// Who wrote it and why, where a person did.
    public let note: String?

    /// The line for an entry.
    public init(_ charge: ChargeView, times: Times) {
        id = charge.id
        what = Phrase(Self.what(charge.kind))
        when = times.dayAndTime(charge.at, in: nil)
        self.charge = Self.charge(charge.minutes, times)
        list = charge.list.isEmpty ? nil : charge.list
        rule = charge.rule.isEmpty ? nil : Phrase(.chargeRule, charge.rule)
        note = charge.note.isEmpty ? nil : charge.note
    }

    private static func charge(_ minutes: Int64, _ times: Times) -> Phrase? {
        if minutes == 0 { return nil }
        // Whatever a ledger says, a screen is drawn.
        let length = times.length(.minutes(Int64(min(minutes.magnitude, UInt64(Int64.max / 60_000)))))
        return Phrase(minutes > 0 ? .charged : .chargedBack, phrase: length)
    }

    private static func what(_ kind: ChargeKind) -> Sentence {
        switch kind {
        case .offered: .ledgerOffered
        case .contacted: .ledgerContacted
        case .reached: .ledgerReached
        case .declined: .ledgerDeclined
        case .noAnswer: .ledgerNoAnswer
        case .awarded: .ledgerAwarded
        case .worked: .ledgerWorked
        case .calledOff: .ledgerCalledOff
        case .noShow: .ledgerNoShow
        case .givenUp: .ledgerGivenUp
        case .orderedIn: .ledgerOrderedIn
        case .reset: .ledgerReset
        case .adjustment: .ledgerAdjustment
        }
    }
}
