import Foundation
import OfficerCore

/// The shift that was last under way, also after the app was ended: one without an assignment is in no schedule.
enum LastShift {
    private static let key = "last-shift"

    /// Its document.
    static var log: DocumentId? { UserDefaults.standard.string(forKey: key) }

    /// A shift is under way.
    static func note(_ running: RunningView?) {
        if let running { UserDefaults.standard.set(running.log, forKey: key) }
    }

    /// Another officer's records begin.
    static func forget() { UserDefaults.standard.removeObject(forKey: key) }
}
