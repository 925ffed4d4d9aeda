/// Past shifts by month, with the hours that the agency accepted, and what they pay where its tariff gave a price.
public struct HoursSheet: Equatable, Sendable {
    /// One shift.
    public struct Row: Equatable, Sendable, Identifiable {
        /// Its document.
        public let id: DocumentId
        /// What it is called.
        public let title: Phrase
        /// When it was scheduled.
        public let when: Phrase?
        /// What the agency accepted, or that it has not ruled.
        public let hours: Phrase
        /// What it counts as for its price.
        public let countsAs: Phrase?
        /// What it pays; absent where the agency's tariff gave no price.
        public let pays: Phrase?
        /// What the coordinator said: the reason, and what was set aside.
        public let remarks: [String]
    }

    /// The shifts that started in one month.
    public struct Month: Equatable, Sendable, Identifiable {
        /// Its first instant.
        public let id: UnixMillis
        /// Such as "November 2026".
        public let name: String
        /// The hours accepted in it.
        public let accepted: Phrase
        /// What its shifts pay that have a price; absent where none has.
        public let pays: Phrase?
        /// How many of its shifts have accepted time and no price.
        public let unpriced: Int
        /// How many of its shifts are not ruled on.
        public let open: Int
        /// Some of its shifts were not read: its sums lack them.
        public let isPart: Bool
        /// Its shifts, the last one first.
        public let rows: [Row]
    }

    /// The months, the last one first.
    public let months: [Month]

    /// From past shifts as the phone's views give them, the last one first. Released ones count only where they were ruled on. `isWhole`: there
    /// are no earlier ones.
    public init(_ shifts: [ShiftView], isWhole: Bool = true, times: Times) {
        let counted = shifts.filter { $0.assignment.state == .active || $0.ruling != nil }
        func month(_ shift: ShiftView) -> UnixMillis { shift.detail.map { times.startOfMonth($0.starts, in: $0.zone) } ?? 0 }
        let byMonth = Dictionary(grouping: counted, by: month)
        let part = isWhole ? nil : shifts.last(where: { $0.detail != nil }).map(month)
        months = byMonth.sorted { $0.key > $1.key }.map { Self.month($0.key, $0.value, isPart: $0.key == part, times) }
    }

    private static func month(_ start: UnixMillis, _ shifts: [ShiftView], isPart: Bool, _ times: Times) -> Month {
        let accepted = shifts.compactMap(\.ruling).map(acceptedMillis).reduce(0, +)
        let first = shifts.compactMap(\.detail).first
        let amounts = shifts.compactMap(\.ruling).compactMap(pay)
        return Month(
            id: start, name: first.map { times.month($0.starts, in: $0.zone) } ?? "",
            accepted: Phrase(.hoursAccepted, phrase: times.length(accepted)),
            pays: amounts.isEmpty ? nil : Phrase(.pays, times.amount(amounts.reduce(0, +))),
            unpriced: shifts.compactMap(\.ruling).count { acceptedMillis($0) > 0 && pay($0) == nil },
            open: shifts.count { $0.ruling == nil }, isPart: isPart, rows: shifts.map { row($0, times) })
    }

    private static func row(_ shift: ShiftView, _ times: Times) -> Row {
        Row(
            id: shift.log, title: ShiftWords.title(shift),
            when: shift.detail.map { times.span(from: $0.starts, to: $0.ends, in: $0.zone) },
            hours: shift.ruling.map { Phrase(.hoursAccepted, phrase: times.length(acceptedMillis($0))) } ?? Phrase(.hoursOpen),
            countsAs: shift.ruling?.countsAs.map { Phrase(.countsAs, $0.rank, $0.jobType) },
            pays: shift.ruling.flatMap(pay).map { Phrase(.pays, times.amount($0)) },
            remarks: shift.ruling.map { ([$0.reason] + $0.exceptions).filter { !$0.isEmpty } } ?? [])
    }

    /// What a ruling's accepted time pays, if a tariff gave it a price.
    static func pay(_ ruling: Ruling) -> Cents? {
        acceptedMillis(ruling) > 0 ? ruling.pay?.amount : nil
    }

    /// What a ruling accepted, to the millisecond.
    public static func acceptedMillis(_ ruling: Ruling) -> Millis {
        ruling.accepted.map { $0.end - $0.start }.reduce(0, +)
    }
}
