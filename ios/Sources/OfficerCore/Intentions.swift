import DetailbookBindings

/// What the officer does. Each is durable when the call returns and needs no signal. Take the `Moment` where the officer taps.
extension OfficerPhone {
    /// Writes down a clock event. Never refused for what it says: the agency rules on it later.
    @discardableResult
    public func punch(_ kind: FactKind, _ shift: WhichShift, at moment: Moment) throws(OfficerError) -> Recorded {
        try call { try $0.punch(kind: kind, shift: shift, moment: moment) }
    }

    /// Writes a note, into the shift log or for every officer on the detail.
    @discardableResult
    public func note(_ text: String, in place: Place, at moment: Moment) throws(OfficerError) -> Recorded {
        try call { try $0.note(place: place, text: text, moment: moment) }
    }

    /// Writes down an incident that the agency must know of.
    @discardableResult
    public func incident(_ text: String, in place: Place, at moment: Moment) throws(OfficerError) -> Recorded {
        try call { try $0.incident(place: place, text: text, moment: moment) }
    }

    /// Takes in a photo or video: copied, hashed and flushed to disk before a fact names it. The file itself is not touched and may go
    /// once this returns. Runs beside the other calls.
    @discardableResult
    public func attach(
        file path: String, mediaType: String, caption: String? = nil, in place: Place, at moment: Moment
    ) async throws(OfficerError) -> Recorded {
        try await longCall { core, _ in
            try core.attach(place: place, path: path, mediaType: mediaType, caption: caption, moment: moment)
        }
    }

    /// Says what time an earlier punch should have had, and why. The punch itself stays.
    @discardableResult
    public func correct(
        _ punch: FactId, in shift: WhichShift, to corrected: UnixMillis, because reason: String, at moment: Moment
    ) throws(OfficerError) -> Recorded {
        try call { try $0.correct(shift: shift, punch: punch, corrected: corrected, reason: reason, moment: moment) }
    }

    /// Explains a flag on an earlier fact before a coordinator sees it.
    @discardableResult
    public func explain(
        _ fact: FactId, in shift: WhichShift, with text: String, at moment: Moment
    ) throws(OfficerError) -> Recorded {
        try call { try $0.explain(shift: shift, about: fact, text: text, moment: moment) }
    }

    /// Has read the post orders.
    @discardableResult
    public func readOrders(of shift: WhichShift, at moment: Moment) throws(OfficerError) -> Recorded {
        try call { try $0.readOrders(shift: shift, moment: moment) }
    }

    /// Hands the shift in: its notes are fixed from here on.
    @discardableResult
    public func submit(_ shift: WhichShift, at moment: Moment) throws(OfficerError) -> Recorded {
        try call { try $0.submit(shift: shift, moment: moment) }
    }

    /// Replaces one of this officer's notes, until the shift is handed in. The old words stay in the document.
    @discardableResult
    public func replaceNote(
        _ note: FactId, of document: DocumentId, with text: String, at moment: Moment
    ) throws(OfficerError) -> Recorded {
        try call { try $0.replaceNote(document: document, note: note, text: text, moment: moment) }
    }

    /// Makes `text` the detail's shared text, starting from `seen`, the text that the officer was shown. What others wrote in the
    /// meantime stays.
    public func editPassOn(
        of detail: DetailId, from seen: String, to text: String, at moment: Moment
    ) throws(OfficerError) {
        try call { try $0.editPassOn(detail: detail, seen: seen, text: text, moment: moment) }
    }

    /// Applies for a detail, on a certain position or on any. The wish waits until the server has decided.
    @discardableResult
    public func apply(
        for detail: DetailId, position: PositionId? = nil, at clock: ClockReading
    ) throws(OfficerError) -> CommandId {
        try call { try $0.apply(detail: detail, position: position, at: clock) }
    }

    /// Takes an application back.
    @discardableResult
    public func withdraw(from detail: DetailId, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.withdraw(detail: detail, at: clock) }
    }

    /// Says that the award was seen.
    @discardableResult
    public func acknowledge(_ assignment: AssignmentId, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.acknowledge(assignment: assignment, at: clock) }
    }

    /// Asks to be relieved of an assignment. The officer has it until the agency says otherwise.
    @discardableResult
    public func callOff(_ assignment: AssignmentId, because reason: String, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.callOff(assignment: assignment, reason: reason, at: clock) }
    }

    /// Says whether the officer comes instead of somebody who gave that assignment up.
    @discardableResult
    public func relieve(_ assignment: AssignmentId, comes: Bool, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.relieve(assignment: assignment, comes: comes, at: clock) }
    }

    /// Offers an assignment to the officer with that employee number of the agency's. The trade has the id of the wish.
    @discardableResult
    public func offerTrade(of assignment: AssignmentId, toNumber number: String, at clock: ClockReading) throws(OfficerError) -> TradeId {
        try call { try $0.offerTradeTo(assignment: assignment, number: number, at: clock) }
    }

    /// Takes an assignment that another officer offered, or does not.
    @discardableResult
    public func answerTrade(_ trade: TradeId, takes: Bool, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.answerTrade(trade: trade, takes: takes, at: clock) }
    }

    /// Takes the offer of an assignment back.
    @discardableResult
    public func withdrawTrade(_ trade: TradeId, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.withdrawTrade(trade: trade, at: clock) }
    }

    /// Says that a notice was read.
    @discardableResult
    public func acknowledge(notice: NoticeId, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.acknowledgeNotice(notice: notice, at: clock) }
    }

    /// Writes to the agency.
    @discardableResult
    public func sendMessage(_ text: String, at clock: ClockReading) throws(OfficerError) -> CommandId {
        try call { try $0.sendMessage(text: text, at: clock) }
    }

    /// Sends a fact again that the agency's server refused: its reason may have gone.
    public func retry(fact: FactId, of document: DocumentId) throws(OfficerError) {
        try call { try $0.retryFact(document: document, fact: fact) }
    }

    /// Sends an original again that was given up.
    public func retry(original hash: Sha256) throws(OfficerError) {
        try call { try $0.retryOriginal(hash: hash) }
    }

    /// Signs facts that wait for it; how many were signed. Every exchange does so by itself; this is for signing earlier, such as after
    /// the first unlock.
    @discardableResult
    public func signPending() async throws(OfficerError) -> UInt64 {
        try await longCall { core, _ in try core.signPending() }
    }
}
