import DetailbookBindings

/// What a call could not do. It holds no personal data.
public struct OfficerError: Error, Equatable, Sendable {
    /// What the app does about it.
    public enum Kind: Equatable, Sendable {
        /// Enrol first.
        case notEnrolled
        /// This store is another officer's: open one of its own.
        case otherOfficer
        /// The agency has ended this phone's enrolment.
        case revoked
        /// Resume first.
        case suspended
        /// Closed for good: open another.
        case closed
        /// The phone's storage is full. Nothing was written.
        case storageFull
        /// Another call is at it: try again in a moment.
        case busy
        /// The store cannot be used as it is; a person has to look.
        case storeUnusable
        /// What was asked makes no sense; the reason tells the officer why.
        case invalid
        /// A part of the phone did not answer: key, secure storage, clocks.
        case phonePart
        /// The agency's server refused, or its answer makes no sense.
        case server
        /// No signal, or the server is not there.
        case offline
        /// The server cannot right now: try again at that time.
        case tryLater(at: UnixMillis)
        /// The task was cancelled.
        case cancelled
        /// A fault of the library's.
        case `internal`
    }

    /// What the app does about it.
    public let kind: Kind
    /// A short, stable name.
    public let code: String
    /// The same as a sentence.
    public let reason: String

    init(_ kind: Kind, code: String, reason: String) {
        self.kind = kind
        self.code = code
        self.reason = reason
    }

    /// The app could not make the folder for the records.
    public static let noFolder = OfficerError(.storeUnusable, code: "no_folder", reason: "The folder for the records cannot be made.")

    /// Nothing is known of the books on this phone, such as before it was unlocked for the first time.
    static let booksUnread = OfficerError(.phonePart, code: "books_unread", reason: "It cannot be read which records are on this phone.")
    static let suspended = OfficerError(.suspended, code: "suspended", reason: "The app is suspended.")
    static let closed = OfficerError(.closed, code: "closed", reason: "The phone's core was closed.")
    static let clock = OfficerError(.phonePart, code: "clock", reason: "The phone's clocks did not answer.")

    /// Anything that a generated call throws; what is no `CoreError` is a fault of the library's.
    init(_ error: any Error) {
        self = switch error {
        case let error as OfficerError: error
        case let error as CoreError: OfficerError(core: error)
        default: OfficerError(.internal, code: "internal", reason: "A fault of the library's.")
        }
    }

    private init(core: CoreError) {
        self = switch core {
        case let .NotEnrolled(code, reason): OfficerError(.notEnrolled, code: code, reason: reason)
        case let .OtherOfficer(code, reason): OfficerError(.otherOfficer, code: code, reason: reason)
        case let .Revoked(code, reason): OfficerError(.revoked, code: code, reason: reason)
        case let .Suspended(code, reason): OfficerError(.suspended, code: code, reason: reason)
        case let .Closed(code, reason): OfficerError(.closed, code: code, reason: reason)
        case let .StorageFull(code, reason): OfficerError(.storageFull, code: code, reason: reason)
        case let .Busy(code, reason): OfficerError(.busy, code: code, reason: reason)
        case let .StoreUnusable(code, reason): OfficerError(.storeUnusable, code: code, reason: reason)
        case let .Invalid(code, reason): OfficerError(.invalid, code: code, reason: reason)
        case let .PhonePart(code, reason): OfficerError(.phonePart, code: code, reason: reason)
        case let .Server(code, reason): OfficerError(.server, code: code, reason: reason)
        case let .Offline(code, reason): OfficerError(.offline, code: code, reason: reason)
        case let .Cancelled(code, reason): OfficerError(.cancelled, code: code, reason: reason)
        case let .Internal(code, reason): OfficerError(.internal, code: code, reason: reason)
        case let .TryLater(code, reason, at): OfficerError(.tryLater(at: at), code: code, reason: reason)
        }
    }

    /// Does the work and keeps what came of it.
    static func outcome<T>(_ work: () throws -> T) -> Result<T, OfficerError> {
        do { return .success(try work()) } catch { return .failure(OfficerError(error)) }
    }
}
