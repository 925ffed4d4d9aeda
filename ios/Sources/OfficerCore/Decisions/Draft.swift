/// Words that are being written and are sent once: a second tap on the button, while the first one works, sends nothing.
public struct Draft: Equatable, Sendable {
    /// What stands in the field.
    public var text: String
    /// What was sent and is not done yet.
    private var underWay: String?
    /// What stands in the place of which the words come; nil where they are new.
    private let replaced: String?

    /// With words to begin with.
    public init(_ text: String = "") { (self.text, replaced) = (text, nil) }

    /// With words that stand somewhere: others may come in their place, or none.
    public init(replacing text: String) { (self.text, replaced) = (text, text) }

    /// Is it being sent?
    public var isUnderWay: Bool { underWay != nil }

    /// Is there something to send, and nothing under way?
    public var canSend: Bool { !isUnderWay && (replaced.map { text != $0 } ?? !LeavingChoices.words(text).isEmpty) }

    /// What is to be sent now; nil where nothing may be.
    public mutating func begin() -> String? {
        guard canSend else { return nil }
        underWay = text
        return text
    }

    /// It was kept, or it was not and may be sent again. What was written meanwhile stays.
    public mutating func ended(kept: Bool) {
        if kept, text == underWay { text = "" }
        underWay = nil
    }
}
