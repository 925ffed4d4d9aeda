/// Which of its few doors the app opens on.
public enum FirstDoor: Equatable, Sendable {
    /// The officer scans the agency's code.
    case enrol
    /// The app proper, even where the agency has ended the enrolment: what is on the phone can still be read and sent.
    case home
    /// The phone was not unlocked since it started: storage is not there yet.
    case waitForUnlock
    /// Nothing can be read; a person has to look. `beside`: until then the officer may begin another book, which keeps the hours.
    case trouble(Phrase, beside: Bool)

    /// Of the books as they stand: none while they are being opened or turned.
    public init?(_ stand: Bookstand.State, unlocked: Bool, times: Times) {
        guard !stand.isTurning else { return nil }
        if let book = stand.openBook {
            self.init(.success(book.isEnrolled), unlocked: unlocked, times: times)
        } else if let trouble = stand.trouble {
            self.init(.failure(trouble), unlocked: unlocked, times: times)
        } else {
            return nil
        }
    }

    /// From what opening the store gave: whether the phone is enrolled.
    public init(_ outcome: Result<Bool, OfficerError>, unlocked: Bool, times: Times) {
        switch outcome {
        case let .success(enrolled): self = enrolled ? .home : .enrol
        case .failure where !unlocked: self = .waitForUnlock
        case let .failure(error) where error.kind == .notEnrolled: self = .enrol
        case let .failure(error):
            self = .trouble(ErrorWords.phrase(error, times: times) ?? Phrase(.troubleInternal, error.code), beside: Self.mayBegin(error))
        }
    }

    /// Where these records cannot be opened others may: each book has a folder, a key and secrets of its own. Where no folder can be made, or
    /// it is not known which books there are, another one is no help.
    private static func mayBegin(_ error: OfficerError) -> Bool {
        if error == .noFolder || error == .booksUnread { return false }
        return error.kind == .storeUnusable || error.kind == .phonePart
    }
}
