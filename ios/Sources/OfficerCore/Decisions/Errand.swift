import DetailbookBindings
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request of an exchange that the system carries for the app, perhaps while the app is not running.
public struct Errand: Equatable, Sendable {
    /// Goes with the request and comes back with the answer, even to another process of the app's or while another book is open. It says by
    /// whom the request was made: tickets are counted by each opening of a book for itself.
    public let label: String
    /// What to send.
    public let request: HttpRequest

    /// What comes after an answer.
    public enum Step: Equatable, Sendable {
        /// Send this.
        case send(Errand)
        /// Phone and agency are in step, or another exchange is at it.
        case done
        /// It did not work: ask for time again then.
        case wait(until: UnixMillis)
    }

    /// Which of the two exchanges a label belongs to.
    enum Kind: String { case sync, upload }

    init(_ kind: Kind, _ request: HttpRequest, of opening: BookOpening) {
        label = "\(kind.rawValue)/\(opening.book)/\(opening.id)/\(request.ticket)"
        self.request = request
    }

    /// What a label says; nil for one of another book, of another opening of this one, or not of this version's making.
    static func read(_ label: String, of opening: BookOpening) -> (Kind, Ticket)? {
        let parts = label.split(separator: "/").map(String.init)
        guard parts.count == 4, parts[1] == opening.book, parts[2] == opening.id else { return nil }
        guard let kind = Kind(rawValue: parts[0]), let ticket = Ticket(parts[3]) else { return nil }
        return (kind, ticket)
    }
}

/// One opening of a book, in one process: no other one has its like.
struct BookOpening: Equatable, Sendable {
    /// The folder's name, which no other book on the phone has.
    let book: String
    /// Made anew at each opening.
    let id = UUID().uuidString

    init(of folder: URL) { book = folder.lastPathComponent }
}

extension OfficerPhone {
    /// The first request of an exchange that the app carries: records and facts first, originals after.
    public func beginErrands() throws(OfficerError) -> Errand.Step {
        do { return .send(Errand(.sync, try beginSync(), of: opening)) } catch { return try Self.settled(error) }
    }

    /// Takes an answer and says what comes next. Nil: it did not get through. An answer that nobody waits for any more, since the app was
    /// ended or another book was opened meanwhile, is dropped unread and the exchange begun anew; nothing is lost or doubled by that.
    public func finishErrand(_ label: String, with answer: Incoming?) throws(OfficerError) -> Errand.Step {
        switch (Errand.read(label, of: opening), answer) {
        case let ((.sync, ticket)?, answer?): return try after(try finishSync(ticket, with: answer))
        case let ((.sync, ticket)?, nil): return try after(try failSync(ticket))
        case let ((.upload, ticket)?, answer?): return try after(try finishUpload(ticket, with: answer))
        case let ((.upload, ticket)?, nil): return try after(try failUpload(ticket))
        case (nil, _): return try beginErrands()
        }
    }

    /// Gives a request up that the system did not carry, because the app's time was over. It is not counted as a failure. A request of
    /// another book's or of an earlier opening is nobody's any more.
    public func abandonErrand(_ label: String) throws(OfficerError) {
        switch Errand.read(label, of: opening) {
        case let (.sync, ticket)?: try abandonSync(ticket)
        case let (.upload, ticket)?: try abandonUpload(ticket)
        case nil: break
        }
    }

    private func after(_ progress: SyncProgress) throws(OfficerError) -> Errand.Step {
        switch progress {
        case .done: try nextUpload()
        case .again, .stale: try beginErrands()
        case let .waitUntil(at): .wait(until: at)
        case .revoked: .done
        }
    }

    private func after(_ progress: UploadProgress) throws(OfficerError) -> Errand.Step {
        switch progress {
        case .done: .done
        case .again: try nextUpload()
        case .syncFirst, .stale: try beginErrands()
        case let .waitUntil(at): .wait(until: at)
        }
    }

    private func nextUpload() throws(OfficerError) -> Errand.Step {
        do {
            guard let request = try beginUpload() else { return .done }
            return .send(Errand(.upload, request, of: opening))
        } catch { return try Self.settled(error) }
    }

    /// An exchange that runs already does the work; one that must wait says until when.
    private static func settled(_ error: OfficerError) throws(OfficerError) -> Errand.Step {
        switch error.kind {
        case .busy: return .done
        case let .tryLater(at): return .wait(until: at)
        default: throw error
        }
    }
}

extension URLRequest {
    /// A request of the core's as the system carries it, without its body; nil where its address is none.
    public init?(heading request: HttpRequest) {
        guard let url = URL(string: request.url) else { return nil }
        self.init(url: url)
        httpMethod = request.method
        for (name, value) in request.headers { setValue(value, forHTTPHeaderField: name) }
        // The system unpacks what it asked for by itself, and the core must not do it again.
        setValue("identity", forHTTPHeaderField: "accept-encoding")
    }
}
