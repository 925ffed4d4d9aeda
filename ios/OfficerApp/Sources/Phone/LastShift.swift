import Foundation
import OfficerCore

/// The shift of a book that was last under way, also after the app was ended: one without an assignment is in no schedule.
enum LastShift {
    /// Its document.
    static func log(in book: Int) -> DocumentId? { UserDefaults.standard.string(forKey: key(book)) }

    /// A shift is under way.
    static func note(_ running: RunningView?, in book: Int) {
        if let running { UserDefaults.standard.set(running.log, forKey: key(book)) }
    }

    private static func key(_ book: Int) -> String { "last-shift-\(book)" }
}
