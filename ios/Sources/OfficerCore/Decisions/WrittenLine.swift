/// A note, photo, video or incident as the screen shows it.
public struct WrittenLine: Equatable, Sendable, Identifiable {
    /// The fact.
    public let id: FactId
    /// What kind of entry it is.
    public let kind: Phrase
    /// Its words; empty where it has none.
    public let text: String
    /// When it was written, as it was then where the work is.
    public let when: String
    /// How far it has come: the words, or the original of a photo or video.
    public let state: Phrase
    /// Can the officer still put other words in its place? Once the shift is handed in its notes are fixed.
    public let canReplace: Bool

    /// The line for an entry of a pad.
    public init(_ item: WrittenView, in pad: NotePad, times: Times) {
        id = item.written.fact
        kind = ShiftWords.kind(item.written.kind)
        text = item.written.text
        when = times.dayAndTime(item.written.at, in: pad.zone)
        state = item.original.map { SyncWords.original($0, times: times) } ?? SyncWords.state(item.sync)
        canReplace = item.own && item.written.kind == .note && !pad.isFixed
    }
}
