/// Which of its few doors the app opens on.
public enum FirstDoor: Equatable, Sendable {
    /// The officer scans the agency's code.
    case enrol
    /// The app proper, even where the agency has ended the enrolment: what is on the phone can still be read and sent.
    case home
    /// The phone was not unlocked since it started: storage is not there yet.
    case waitForUnlock
    /// Nothing can be read; a person has to look.
    case trouble(Phrase)

    /// From what opening the store gave: whether the phone is enrolled.
    public init(_ outcome: Result<Bool, OfficerError>, unlocked: Bool, times: Times) {
        switch outcome {
        case let .success(enrolled): self = enrolled ? .home : .enrol
        case .failure where !unlocked: self = .waitForUnlock
        case let .failure(error) where error.kind == .notEnrolled: self = .enrol
        case let .failure(error): self = .trouble(ErrorWords.phrase(error, times: times) ?? Phrase(.troubleInternal, error.code))
        }
    }
}
