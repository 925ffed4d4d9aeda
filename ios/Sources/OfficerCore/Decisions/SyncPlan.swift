/// When to exchange with the agency. How long to wait after a failure is the core's to say (`SyncView.retryAt`).
public enum SyncPlan {
    /// Why an exchange is considered.
    public enum Occasion: Equatable, Sendable {
        /// The officer asked for it.
        case asked
        /// The officer wrote something down.
        case wrote
        /// The app came to the front.
        case opened
        /// There is a network again.
        case networkCame
        /// A minute has passed with the app in front.
        case minute
        /// The system gave the app some time in the background.
        case background
    }

    /// With the app in front, how old news may be.
    public static let freshFor = Millis.minutes(5)
    /// How often to look in the background while the officer is at work or on the way, or something waits.
    public static let backgroundSoon = Millis.minutes(15)
    /// The longest wait that the core ever asks for after a failure.
    public static let longestWait = Millis.minutes(30)
    /// How often to look in the background otherwise.
    public static let backgroundLater = Millis.hours(4)

    /// Is it worth an exchange now?
    public static func isDue(_ occasion: Occasion, sync: SyncView, now: UnixMillis) -> Bool {
        if occasion == .asked { return true }
        // What the server kept of the last push it has; it takes no more.
        if sync.revokedAt != nil { return false }
        if occasion == .wrote || occasion == .networkCame { return true }
        if sync.retryAt != nil { return wait(of: sync, now: now) == nil }
        if sync.hasWaiting { return true }
        switch occasion {
        case .opened, .background: return true
        default: return age(of: sync, now) >= freshFor
        }
    }

    /// When to ask the system for time in the background. The system may give it later, or not at all.
    /// `others`: there are other books on this phone with something to send.
    public static func nextInBackground(sync: SyncView, running: RunningView?, others: Bool = false, now: UnixMillis) -> UnixMillis? {
        if sync.revokedAt != nil { return others ? now + backgroundSoon : nil }
        let soon = sync.hasWaiting || running?.isUrgent(at: now) ?? false
        let own = max(now + (soon ? backgroundSoon : backgroundLater), wait(of: sync, now: now) ?? 0)
        return others ? min(own, now + backgroundSoon) : own
    }

    /// With the app in front, how often the other books are looked into.
    public static let othersEvery = Millis.minutes(15)

    /// Is it time to look into the other books? What the officer writes now is not theirs.
    public static func looksIntoOthers(_ occasion: Occasion, lastLook: UnixMillis?, now: UnixMillis) -> Bool {
        switch occasion {
        case .asked, .opened, .networkCame, .background: return true
        case .wrote: return false
        // A clock that was set back makes the last look one of the future; that is long ago.
        case .minute: return lastLook.map { $0 > now || now - $0 >= othersEvery } ?? true
        }
    }

    /// Is another book worth an exchange? Only for what waits in it: nobody reads its news.
    public static func isDueBeside(_ sync: SyncView, asked: Bool, now: UnixMillis) -> Bool {
        guard sync.hasWaiting, sync.revokedAt == nil else { return false }
        return asked || wait(of: sync, now: now) == nil
    }

    /// Are there originals enough waiting to ask for a longer stretch, on power and with a network?
    public static func wantsLongBackground(_ sync: SyncView) -> Bool { sync.originalsWaiting > 0 }

    /// Until when the core waits after a failure; nil where it does not. A time farther off than it ever waits was set by a clock that was
    /// put back since: it has passed.
    static func wait(of sync: SyncView, now: UnixMillis) -> UnixMillis? {
        sync.retryAt.flatMap { $0 > now && $0 - now <= longestWait ? $0 : nil }
    }

    /// A clock that was set back makes news of the future; that is old.
    private static func age(of sync: SyncView, _ now: UnixMillis) -> Millis {
        guard let settled = sync.settledAt, settled <= now else { return .max }
        return now - settled
    }
}
