/// A line of the sync screen: something that the agency does not have, and what the officer can do about it.
public struct ItemRow: Equatable, Sendable, Identifiable {
    /// What a tap on "try again" does.
    public enum Retry: Equatable, Sendable {
        /// Sends a refused fact again.
        case fact(FactId, of: DocumentId)
        /// Sends an original again that was given up.
        case original(Sha256)
    }

    /// Tells lines apart.
    public let id: String
    /// What it is.
    public let title: Phrase
    /// How far it has come.
    public let state: Phrase
    /// When it was made.
    public let at: UnixMillis
    /// What can be done; nil where it is sent by itself.
    public let retry: Retry?

    /// The line for an item.
    public init(_ item: ItemView) {
        at = item.at
        switch item.item {
        case let .fact(document, fact, what):
            (id, title) = ("fact/" + fact, ShiftWords.kind(what))
            state = SyncWords.state(item.sync)
            retry = item.sync.isRefused ? .fact(fact, of: document) : nil
        case let .wish(command):
            (id, title, state, retry) = ("wish/" + command, Phrase(.entryWish), SyncWords.state(item.sync), nil)
        case let .original(hash):
            (id, title) = ("original/" + hash, Phrase(.entryPhoto))
            state = item.sync.isRefused ? Phrase(.givenUp) : SyncWords.state(item.sync)
            retry = item.sync.isRefused ? .original(hash) : nil
        }
    }
}

extension SyncState {
    /// The agency's server will not have it.
    public var isRefused: Bool { if case .refused = self { true } else { false } }
}
