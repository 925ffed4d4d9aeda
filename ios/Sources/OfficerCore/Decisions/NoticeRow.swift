/// Something that the officer was told of, as the screen shows it.
public struct NoticeRow: Equatable, Sendable, Identifiable {
    /// The notice.
    public let id: NoticeId
    /// One line, in the agency's words.
    public let title: String
    /// The words.
    public let text: String
    /// When.
    public let when: String
    /// It is pressing.
    public let urgent: Bool
    /// Whether and until when the agency asks that it is acknowledged, or that it was; nil where nobody asks.
    public let standing: Phrase?
    /// It can be acknowledged.
    public let acknowledge: Bool
    /// The detail whose award it tells of, and which can be explained; nil where it tells of something else.
    public let award: DetailId?

    /// The line for a notice.
    public init(_ notice: NoticeView, now: UnixMillis, times: Times) {
        let told = notice.notice
        (id, title, text) = (told.id, told.title, told.text)
        when = times.dayAndTime(told.at, in: nil)
        urgent = told.urgency == .urgent
        standing = notice.acknowledgement.flatMap { Self.standing($0, by: told.acknowledgeBy, now, times) }
        acknowledge = notice.acknowledgement == .open
        award = [.awarded, .notSelected].contains(told.event) ? told.detail : nil
    }

    private static func standing(_ given: AcknowledgementView, by: UnixMillis?, _ now: UnixMillis, _ times: Times) -> Phrase? {
        switch given {
        case .open: by.map { Phrase($0 > now ? .noticeAsked : .noticeOverdue, times.dayAndTime($0, in: nil)) }
        case .waiting: Phrase(.acknowledging)
        case .given: Phrase(.acknowledged)
        }
    }
}
