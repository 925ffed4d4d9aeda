/// What the system was asked to show and what it has shown, to be kept: so nothing is shown twice, and nothing is pending that no longer holds.
public struct ReminderLedger: Codable, Equatable, Sendable {
    /// How many shown ones are remembered.
    public static let kept = 200

    private var planned: [String: UnixMillis] = [:]
    private var shown: [String] = []
    private var book = 0
    /// Questions to officers whose books are not open, by book.
    private var left: [Int: [String: UnixMillis]] = [:]

    /// Nothing was asked for yet.
    public init() {}

    /// The ids of what was shown.
    public var told: Set<String> { Set(shown) }

    /// Is it this book's reminders that are planned?
    public func isOpen(_ book: Int) -> Bool { book == self.book }

    /// The ids of questions to officers whose books are not open: pending or shown, the open book has no say in them.
    public var elsewhere: Set<String> { Set(left.values.flatMap(\.keys)) }

    /// What to do so that what is pending agrees with what is due.
    public struct Changes: Equatable, Sendable {
        /// Ids to take away.
        public let remove: [String]
        /// What to add; one that is pending under its id is replaced.
        public let add: [Reminder]
    }

    /// The time has come for everything that was planned until now: the system has shown it, or is about to.
    public mutating func pass(_ now: UnixMillis) {
        let passed = planned.filter { $0.value <= now }.keys.sorted()
        for id in passed { planned[id] = nil }
        shown = Array((shown.filter { !passed.contains($0) } + passed).suffix(Self.kept))
    }

    /// Plans exactly what is due. `pending` are the ids that the system holds, `outdated` those of them that no longer hold.
    public mutating func plan(_ due: [Reminder], pending: Set<String>, outdated: [String]) -> Changes {
        let wanted = Set(due.map(\.id))
        let pending = pending.subtracting(elsewhere)
        // What was shown by our clock and is still pending comes in a moment: it goes only if it no longer holds.
        let stale = pending.filter { !wanted.contains($0) && !shown.contains($0) }
        let over = pending.intersection(shown).intersection(outdated).subtracting(wanted)
        let add = due.filter { planned[$0.id] != $0.at || !pending.contains($0.id) }
        planned = Dictionary(uniqueKeysWithValues: due.map { ($0.id, $0.at) })
        return Changes(remove: stale.union(over).sorted(), add: add)
    }

    /// A book is open. Where it is another one than before, what was pending goes, but for the question whether its officer is still at work:
    /// that is asked in words that nobody else takes for theirs. What was shown stays shown.
    public mutating func open(_ next: Int, now: UnixMillis, pending: Set<String>) -> Changes {
        guard next != book else { return Changes(remove: [], add: []) }
        pass(now)
        let questions = planned.filter { Reminders.asksWhetherAtWork($0.key) }
        left[book] = questions
        let back = left.removeValue(forKey: next) ?? [:]
        shown = Array((shown + back.filter { $0.value <= now }.keys.sorted()).suffix(Self.kept))
        (planned, book) = ([:], next)
        let asked = questions.sorted { $0.key < $1.key }.compactMap { Reminders.ofAnother($0.key, at: $0.value) }
        return Changes(remove: pending.subtracting(elsewhere).subtracting(back.keys).sorted(), add: asked)
    }
}
