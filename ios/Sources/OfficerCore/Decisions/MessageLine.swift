/// A message as the screen shows it.
public struct MessageLine: Equatable, Sendable {
    /// Who wrote it.
    public let from: Phrase
    /// The words.
    public let text: String
    /// When it was written, or when the server had it.
    public let at: UnixMillis
    /// How far it has come; nil for one that the agency wrote.
    public let state: Phrase?

    /// The line for a message.
    public init(_ message: MessageView) {
        switch message {
        case let .onThisPhone(_, text, writtenAt, refused):
            (from, self.text, at) = (Phrase(.fromYou), text, writtenAt)
            state = refused.map { Phrase(.refused, $0) } ?? Phrase(.onThisPhone)
        case let .sent(message):
            (text, at) = (message.text, message.sentAt)
            switch (message.from, message.officer) {
            case (.officer, _): (from, state) = (Phrase(.fromYou), Phrase(.agencyHasIt))
            case (.agency, nil): (from, state) = (Phrase(.fromAgencyToAll), nil)
            case (.agency, _): (from, state) = (Phrase(.fromAgency), nil)
            }
        }
    }
}
