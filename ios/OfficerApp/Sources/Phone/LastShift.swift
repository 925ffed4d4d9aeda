import Foundation
import OfficerCore

/// The shift that was last under way in the book that is open, also after the app was ended: one without an assignment is in no schedule.
enum LastShift {
    private static var key: String { "last-shift-\(Kept.books.open)" }

    /// Its document.
    static var log: DocumentId? { UserDefaults.standard.string(forKey: key) }

    /// A shift is under way.
    static func note(_ running: RunningView?) {
        if let running { UserDefaults.standard.set(running.log, forKey: key) }
    }
}
