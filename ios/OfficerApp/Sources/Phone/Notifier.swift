import Foundation
import OfficerCore
import UserNotifications

/// Has the system show reminders, with no network and no running app.
enum Notifier {
    /// Under which a reminder names its shift.
    static let logKey = "log"

    /// Asks the officer once whether reminders may be shown.
    static func askPermission() async {
        _ = try? await UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .sound])
    }

    /// May reminders be shown? nil: the officer was not asked yet.
    static func areAllowed() async -> Bool? {
        switch await UNUserNotificationCenter.current().notificationSettings().authorizationStatus {
        case .notDetermined: nil
        case .denied: false
        default: true
        }
    }

    /// Makes exactly those pending that should be, and takes away what was shown and no longer holds.
    static func plan(book: Int, schedule: [ShiftView], running: RunningView?, now: UnixMillis, times: Times) async {
        if !Kept.reminders.isOpen(book) { await opened(book, now: now) }
        let center = UNUserNotificationCenter.current()
        // The ledger is read and kept with nothing awaited in between.
        let (pending, allowed) = (await pending(), await areAllowed())
        var ledger = Kept.reminders
        // What the system was not allowed to show was told to nobody.
        if allowed == true { ledger.pass(now) }
        let due = Reminders.due(schedule: schedule, running: running, now: now, wishes: Kept.wishes, told: ledger.told, times: times)
        func outdated(_ ids: Set<String>) -> [String] {
            Reminders.outdated(ids, schedule: schedule, running: running, now: now, times: times)
        }
        let changes = ledger.plan(due, pending: pending, outdated: outdated(pending))
        Kept.reminders = ledger
        center.removePendingNotificationRequests(withIdentifiers: changes.remove)
        for reminder in changes.add { try? await center.add(request(reminder, now: now)) }
        let shown = await shown().subtracting(ledger.elsewhere)
        center.removeDeliveredNotifications(withIdentifiers: outdated(shown))
    }

    /// Another officer's book is open than before: what was pending or shown of theirs goes, but for the question whether they are still at work.
    private static func opened(_ book: Int, now: UnixMillis) async {
        let center = UNUserNotificationCenter.current()
        let (pending, shown) = (await pending(), await shown())
        var ledger = Kept.reminders
        let changes = ledger.open(book, now: now, pending: pending)
        Kept.reminders = ledger
        center.removePendingNotificationRequests(withIdentifiers: changes.remove)
        center.removeDeliveredNotifications(withIdentifiers: Array(shown.subtracting(ledger.elsewhere)))
        for reminder in changes.add { try? await center.add(request(reminder, now: now)) }
    }

    private static func pending() async -> Set<String> {
        Set(await UNUserNotificationCenter.current().pendingNotificationRequests().map(\.identifier))
    }

    private static func shown() async -> Set<String> {
        Set(await UNUserNotificationCenter.current().deliveredNotifications().map(\.request.identifier))
    }

    private static func request(_ reminder: Reminder, now: UnixMillis) -> UNNotificationRequest {
        let content = UNMutableNotificationContent()
        content.title = reminder.title.localized
        content.body = reminder.body.localized
        content.sound = .default
        content.interruptionLevel = reminder.pressing ? .timeSensitive : .active
        content.userInfo = [logKey: reminder.log]
        let seconds = max(1, Double(reminder.at - now) / 1000)
        let trigger = UNTimeIntervalNotificationTrigger(timeInterval: seconds, repeats: false)
        return UNNotificationRequest(identifier: reminder.id, content: content, trigger: trigger)
    }
}
