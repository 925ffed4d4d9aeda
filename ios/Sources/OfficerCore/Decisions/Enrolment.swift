/// What becomes of the page on which the officer signed in.
public enum Enrolment: Equatable, Sendable {
    /// It closes: the phone is enrolled.
    case done
    /// It offers to begin a book beside this one, which is another officer's.
    case anotherOfficers
    /// It stays and says why; nil where the officer ended it.
    case failed(Phrase?)

    /// After an attempt; nil for no error.
    public init(_ error: OfficerError?, times: Times) {
        switch error {
        case nil: self = .done
        case let error? where error.kind == .otherOfficer: self = .anotherOfficers
        case let error?: self = .failed(ErrorWords.phrase(error, times: times))
        }
    }
}
