/// How a book stands that is not the open one.
public enum BookStanding: Equatable, Sendable {
    /// The agency has everything that it will get.
    case empty
    /// So many items wait to be sent.
    case waiting(UInt64)
    /// The agency has ended that enrolment: so many items stay here and are sent no more.
    case ended(UInt64)
    /// It cannot be opened or read now.
    case unread

    /// Of a book as its exchange stands.
    public init(_ sync: SyncView) {
        let items = sync.factsWaiting + sync.wishesWaiting + sync.originalsWaiting
        if items == 0 { self = .empty } else { self = sync.revokedAt == nil ? .waiting(items) : .ended(items) }
    }
}

/// What an officer is told about the other books on this phone: numbers, and never whose they are.
public enum OtherBooksWords {
    /// A line for each thing to tell; none where the agency has everything.
    public static func lines(_ standings: [Int: BookStanding], times: Times) -> [Phrase] {
        var (waiting, ended, unread): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for standing in standings.values {
            switch standing {
            case .empty: break
            case let .waiting(items): waiting += items
            case let .ended(items): ended += items
            case .unread: unread += 1
            }
        }
        let counts: [(UInt64, Sentence)] = [(waiting, .othersWaiting), (ended, .othersEnded), (unread, .othersUnread)]
        return counts.filter { $0.0 > 0 }.map { Phrase($0.1, times.number($0.0)) }
    }
}
