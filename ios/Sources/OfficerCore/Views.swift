import DetailbookBindings

/// What a screen shows: a stream for a screen that is open, a call for a single look.
extension OfficerPhone {
    /// A screen's views: the present one, then one after every change.
    public typealias Views<View> = AsyncStream<Result<View, OfficerError>>

    /// What the app shows when it opens.
    public nonisolated func firstScreens() -> Views<FirstScreen> {
        views { core, now in try core.firstScreen(now: now) }
    }

    /// The shift under way; nil where there is none.
    public nonisolated func runningShifts() -> Views<RunningView?> {
        views { core, now in try core.running(now: now) }
    }

    /// Any shift, by its document.
    public nonisolated func shifts(of log: DocumentId) -> Views<RunningView> {
        views { core, now in try core.shift(log: log, now: now) }
    }

    /// The first details on offer, the next one first.
    public nonisolated func offerPages(limit: UInt32 = 50) -> Views<OfferPage> {
        views { core, now in try core.offers(now: now, mark: nil, limit: limit) }
    }

    /// The first assignments in force, the next one first.
    public nonisolated func schedulePages(limit: UInt32 = 50) -> Views<ShiftPage> {
        views { core, now in try core.schedule(now: now, mark: nil, limit: limit) }
    }

    /// The last assignments that ended, the last one first.
    public nonisolated func pastPages(limit: UInt32 = 50) -> Views<ShiftPage> {
        views { core, now in try core.pastShifts(now: now, mark: nil, limit: limit) }
    }

    /// The officer's shifts without an assignment, the last one first; the one under way too.
    public nonisolated func unassignedPages(limit: UInt32 = 50) -> Views<ShiftLogPage> {
        views { core, now in try core.unassignedShifts(now: now, mark: nil, limit: limit) }
    }

    /// The newest messages.
    public nonisolated func messagePages(limit: UInt32 = 50) -> Views<MessagePage> {
        views { core, _ in try core.messages(mark: nil, limit: limit) }
    }

    /// Open questions to come instead of somebody, the oldest first.
    public nonisolated func reliefAskLists(limit: UInt32 = 50) -> Views<[ReliefAskView]> {
        views { core, now in try core.reliefAsks(now: now, limit: limit) }
    }

    /// The newest trades, those that are over too.
    public nonisolated func tradePages(limit: UInt32 = 50) -> Views<TradePage> {
        views { core, _ in try core.trades(mark: nil, limit: limit) }
    }

    /// What the officer was told of, newest first.
    public nonisolated func noticePages(limit: UInt32 = 50) -> Views<NoticePage> {
        views { core, _ in try core.notices(mark: nil, limit: limit) }
    }

    /// The officer's entries in the opportunity ledger, newest first.
    public nonisolated func chargePages(limit: UInt32 = 50) -> Views<ChargePage> {
        views { core, _ in try core.charges(mark: nil, limit: limit) }
    }

    /// Why the officer got what they got in the latest award of a detail; nil where there was none.
    public nonisolated func awards(of detail: DetailId) -> Views<AwardView?> {
        views { core, _ in try core.award(detail: detail) }
    }

    /// Notes, photos, videos and incidents of a document as they stand.
    public nonisolated func writtenPages(of document: DocumentId, limit: UInt32 = 50) -> Views<WrittenPage> {
        views { core, _ in try core.written(document: document, mark: nil, limit: limit) }
    }

    /// The text that all officers of a detail share, as this phone has it; empty where the officer may no longer read it.
    public nonisolated func passOnTexts(of detail: DetailId) -> Views<String> {
        views { core, _ in try core.passOnText(detail: detail) }
    }

    /// The officer's wishes, newest first, with what became of them.
    public nonisolated func wishLists(limit: UInt32 = 50) -> Views<[WishView]> {
        views { core, _ in try core.wishes(limit: limit) }
    }

    /// How the exchange stands.
    public nonisolated func syncStates() -> Views<SyncView> {
        views { core, _ in try core.syncState() }
    }

    /// What the app shows when it opens.
    public func firstScreen() throws(OfficerError) -> FirstScreen {
        let now = try reading().wall
        return try call { try $0.firstScreen(now: now) }
    }

    /// The shift under way; nil where there is none.
    public func running() throws(OfficerError) -> RunningView? {
        let now = try reading().wall
        return try call { try $0.running(now: now) }
    }

    /// Any shift, by its document.
    public func shift(of log: DocumentId) throws(OfficerError) -> RunningView {
        let now = try reading().wall
        return try call { try $0.shift(log: log, now: now) }
    }

    /// Assignments in force that end after now, the next one first.
    public func schedule(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> ShiftPage {
        let now = try reading().wall
        return try call { try $0.schedule(now: now, mark: mark, limit: limit) }
    }

    /// Assignments that ended before now, the last one first; given up ones too.
    public func pastShifts(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> ShiftPage {
        let now = try reading().wall
        return try call { try $0.pastShifts(now: now, mark: mark, limit: limit) }
    }

    /// The officer's shifts without an assignment, the last one first; the one under way too.
    public func unassignedShifts(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> ShiftLogPage {
        let now = try reading().wall
        return try call { try $0.unassignedShifts(now: now, mark: mark, limit: limit) }
    }

    /// Details on offer that end after now, the next one first.
    public func offers(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> OfferPage {
        let now = try reading().wall
        return try call { try $0.offers(now: now, mark: mark, limit: limit) }
    }

    /// Messages, newest first; those not yet with the agency come before all others, on the first page.
    public func messages(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> MessagePage {
        try call { try $0.messages(mark: mark, limit: limit) }
    }

    /// Open questions to come instead of somebody on details that end after now, the oldest first.
    public func reliefAsks(limit: UInt32 = 50) throws(OfficerError) -> [ReliefAskView] {
        let now = try reading().wall
        return try call { try $0.reliefAsks(now: now, limit: limit) }
    }

    /// Trades, newest first; those that are over too.
    public func trades(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> TradePage {
        try call { try $0.trades(mark: mark, limit: limit) }
    }

    /// What the officer was told of, newest first.
    public func notices(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> NoticePage {
        try call { try $0.notices(mark: mark, limit: limit) }
    }

    /// The officer's entries in the opportunity ledger, newest first.
    public func charges(after mark: PageMark? = nil, limit: UInt32 = 50) throws(OfficerError) -> ChargePage {
        try call { try $0.charges(mark: mark, limit: limit) }
    }

    /// What the agency's rules say of the officer's applying for a detail now, as far as this phone knows. The server decides.
    public func advice(for detail: DetailId) throws(OfficerError) -> AdviceView {
        let now = try reading().wall
        return try call { try $0.advice(detail: detail, now: now) }
    }

    /// How a detail on offer will be awarded; nil where a coordinator decides, or its posting has not come.
    public func terms(of detail: DetailId) throws(OfficerError) -> TermsView? {
        try call { try $0.terms(detail: detail) }
    }

    /// Why the officer got what they got in the latest award of a detail; nil where there was none.
    public func award(of detail: DetailId) throws(OfficerError) -> AwardView? {
        try call { try $0.award(detail: detail) }
    }

    /// The facts of a document after `fact`, in the order they were written down.
    public func facts(
        of document: DocumentId, after fact: FactId? = nil, limit: UInt32 = 50
    ) throws(OfficerError) -> [FactView] {
        try call { try $0.facts(document: document, after: fact, limit: limit) }
    }

    /// Notes, photos, videos and incidents of a document as they stand.
    public func written(
        in document: DocumentId, after mark: PageMark? = nil, limit: UInt32 = 50
    ) throws(OfficerError) -> WrittenPage {
        try call { try $0.written(document: document, mark: mark, limit: limit) }
    }

    /// Where an original lies, if it is still on this phone.
    public func original(_ hash: Sha256) throws(OfficerError) -> String? {
        try call { try $0.original(hash: hash) }
    }

    /// The detail's shared text as this phone has it; empty where the officer may no longer read it.
    public func passOnText(of detail: DetailId) throws(OfficerError) -> String {
        try call { try $0.passOnText(detail: detail) }
    }

    /// How the exchange stands as a whole.
    public func syncState() throws(OfficerError) -> SyncView {
        try call { try $0.syncState() }
    }

    /// Items that the agency does not have: waiting, refused, or given up.
    public func unsettled(limit: UInt32 = 50) throws(OfficerError) -> [ItemView] {
        try call { try $0.unsettled(limit: limit) }
    }

    /// The officer's wishes, newest first, with what became of them.
    public func wishes(limit: UInt32 = 50) throws(OfficerError) -> [WishView] {
        try call { try $0.wishes(limit: limit) }
    }

    /// Who this phone is; nil where it is not enrolled.
    public func enrolled() throws(OfficerError) -> Enrolled? {
        try call { try $0.enrolled() }
    }

    /// What went wrong that a person may want to see, newest first.
    public func reports(limit: UInt32 = 50) throws(OfficerError) -> [Report] {
        try call { try $0.reports(limit: limit) }
    }
}
