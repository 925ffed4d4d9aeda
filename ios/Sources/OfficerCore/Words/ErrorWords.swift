/// What an officer is told when something did not work.
public enum ErrorWords {
    /// The words; nil where there is nothing to tell, because the officer or the app ended it.
    public static func phrase(_ error: OfficerError, times: Times) -> Phrase? {
        switch error.kind {
        case .cancelled, .closed: nil
        case .notEnrolled: Phrase(.troubleNotEnrolled)
        case .otherOfficer: Phrase(.troubleOtherOfficer)
        case .revoked: Phrase(.troubleRevoked)
        case .suspended: Phrase(.troubleSuspended)
        case .storageFull: Phrase(.troubleStorageFull)
        case .busy: Phrase(.troubleBusy)
        case .storeUnusable: Phrase(.troubleStoreUnusable, error.code)
        case .invalid: Phrase(.given, error.reason)
        case .phonePart: Phrase(.troublePhonePart)
        case .server: Phrase(.troubleServer, error.reason)
        case .offline: Phrase(.troubleOffline)
        case let .tryLater(at): Phrase(.troubleTryLater, times.time(at, in: nil))
        case .internal: Phrase(.troubleInternal, error.code)
        }
    }

    /// What the officer is told when something that they did was not written down: always something.
    public static func undone(_ error: OfficerError, times: Times) -> Phrase {
        phrase(error, times: times) ?? Phrase(.troubleInternal, error.code)
    }

    /// Is the officer told of a failed exchange at once, in a message? Where the exchange alone is in trouble the sync state says so.
    public static func interrupts(_ error: OfficerError) -> Bool {
        switch error.kind {
        case .cancelled, .closed, .suspended, .busy, .offline, .tryLater: false
        default: true
        }
    }
}
