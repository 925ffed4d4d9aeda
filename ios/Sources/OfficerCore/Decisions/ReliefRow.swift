/// A question to come instead of somebody, as the screen shows it.
public struct ReliefRow: Equatable, Sendable, Identifiable {
    /// A button.
    public enum Choice: Equatable, Hashable, Sendable {
        /// Say that the officer comes. Who comes first by the server's time has the place.
        case come
        /// Say that the officer does not come.
        case stayAway
    }

    /// The assignment that was given up.
    public let id: AssignmentId
    /// What the shift is called.
    public let title: Phrase
    /// When it is.
    public let when: Phrase?
    /// Who is asked, and when others will be, too.
    public let asked: Phrase
    /// How the officer's answer stands; nil where there is none.
    public let standing: Phrase?
    /// The buttons.
    public let choices: [Choice]

    /// For a question.
    public init(_ ask: ReliefAskView, now: UnixMillis, times: Times) {
        let detail = ask.detail
        id = ask.ask.assignment
        title = detail.map { Phrase(.given, $0.title) } ?? Phrase(.unnamedDetail)
        when = detail.map { times.span(from: $0.starts, to: $0.ends, in: $0.zone) }
        asked = Self.asked(ask.ask, in: detail?.zone, now, times)
        standing = Self.standing(ask.answer)
        choices = ask.ask.state == .open ? Self.choices(ask.answer) : []
    }

    private static func asked(_ ask: ReliefAsk, in zone: Zone?, _ now: UnixMillis, _ times: Times) -> Phrase {
        guard ask.officer != nil else { return Phrase(.reliefAskedOfAll) }
        guard let others = ask.answerBy, others > now else { return Phrase(.reliefAskedOfYou) }
        return Phrase(.reliefAnswerBy, times.dayAndTime(others, in: zone))
    }

    private static func standing(_ answer: ReliefAnswerView) -> Phrase? {
        switch answer {
        case .open: nil
        case .waiting(_, comes: true): Phrase(.reliefComing)
        case .waiting(_, comes: false): Phrase(.reliefDeclining)
        case .declined: Phrase(.reliefDeclined)
        case let .refused(reason): Phrase(.notAccepted, reason)
        }
    }

    /// Who said no can still come while nobody else has the place.
    private static func choices(_ answer: ReliefAnswerView) -> [Choice] {
        switch answer {
        case .open, .refused: [.come, .stayAway]
        case .declined: [.come]
        case .waiting: []
        }
    }
}
