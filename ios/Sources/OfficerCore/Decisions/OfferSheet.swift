import DetailbookBindings

/// One detail on offer with all that an officer needs before applying, and what came of it.
public struct OfferSheet: Equatable, Sendable {
    /// The detail with the application; nil where it is no longer on offer.
    public let offer: OfferView?
    /// How it will be awarded; nil where a coordinator decides.
    public let terms: TermsView?
    /// What the agency's rules say of the officer's applying.
    public let advice: AdviceView
    /// Why the officer got what they got; nil before an award.
    public let award: AwardView?

    /// Is there still something to be decided that the rules and terms speak of?
    public var isUndecided: Bool {
        switch offer?.application {
        case nil: offer?.detail.state == .open
        case .stands(.awarded, _), .stands(.notAwarded, _): false
        default: true
        }
    }
}

extension OfficerPhone {
    /// One detail on offer, now and after every change.
    public nonisolated func offerSheets(of detail: DetailId) -> Views<OfferSheet> {
        views { core, now in try Self.offerSheet(core, detail, now) }
    }

    /// One detail on offer.
    public func offerSheet(of detail: DetailId) throws(OfficerError) -> OfferSheet {
        let now = try reading().wall
        return try call { try Self.offerSheet($0, detail, now) }
    }

    private static func offerSheet(_ core: Core, _ detail: DetailId, _ now: UnixMillis) throws -> OfferSheet {
        OfferSheet(
            offer: try offer(core, detail, now), terms: try core.terms(detail: detail), advice: try core.advice(detail: detail, now: now),
            award: try core.award(detail: detail))
    }

    private static func offer(_ core: Core, _ detail: DetailId, _ now: UnixMillis) throws -> OfferView? {
        var mark: PageMark?
        while true {
            let page = try core.offers(now: now, mark: mark, limit: 200)
            if let found = page.items.first(where: { $0.detail.id == detail }) { return found }
            mark = page.next
            if mark == nil { return nil }
        }
    }
}
