import DetailbookBindings

/// What the agency and the officer have to say to each other: messages, and what the officer is asked to acknowledge.
public struct Inbox: Equatable, Sendable {
    /// The newest messages.
    public let messages: [MessageView]
    /// Notices that the agency asks to have acknowledged, and nobody has, the newest first.
    public let asked: [NoticeView]
}

extension OfficerPhone {
    /// Messages and what is asked, now and after every change.
    public nonisolated func inboxes(limit: UInt32 = 200) -> Views<Inbox> {
        views { core, _ in
            Inbox(
                messages: try core.messages(mark: nil, limit: limit).items,
                asked: try core.notices(mark: nil, limit: limit).items.filter { $0.acknowledgement == .open })
        }
    }
}
