import Foundation
import OfficerCore

/// What the app remembers besides the records: small things, and none of them anybody's hours.
enum Kept {
    /// What the officer has chosen about reminders.
    static var wishes: ReminderWishes {
        get { read("reminder-wishes") ?? ReminderWishes() }
        set { write(newValue, "reminder-wishes") }
    }

    /// Which reminders the system was asked to show, and which it has shown.
    static var reminders: ReminderLedger {
        get { read("reminders") ?? ReminderLedger() }
        set { write(newValue, "reminders") }
    }

    private static func read<Value: Decodable>(_ key: String) -> Value? {
        UserDefaults.standard.data(forKey: key).flatMap { try? JSONDecoder().decode(Value.self, from: $0) }
    }

    private static func write(_ value: some Encodable, _ key: String) {
        if let data = try? JSONEncoder().encode(value) { UserDefaults.standard.set(data, forKey: key) }
    }
}
