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

    /// Makes exactly those pending that should be, and takes away what was shown and no longer holds.
    static func plan(schedule: [ShiftView], running: RunningView?, now: UnixMillis, times: Times) async {
        let center = UNUserNotificationCenter.current()
        let pending = Set(await center.pendingNotificationRequests().map(\.identifier))
        var ledger = Kept.reminders
        ledger.pass(now)
        let due = Reminders.due(schedule: schedule, running: running, now: now, wishes: Kept.wishes, told: ledger.told, times: times)
        func outdated(_ ids: Set<String>) -> [String] {
            Reminders.outdated(ids, schedule: schedule, running: running, now: now, times: times)
        }
        let changes = ledger.plan(due, pending: pending, outdated: outdated(pending))
        Kept.reminders = ledger
        center.removePendingNotificationRequests(withIdentifiers: changes.remove)
        for reminder in changes.add { try? await center.add(request(reminder, now: now)) }
        let shown = Set(await center.deliveredNotifications().map(\.request.identifier))
        center.removeDeliveredNotifications(withIdentifiers: outdated(shown))
    }

    /// Takes everything away that is pending or shown: another officer's book was opened.
    static func clear() {
        let center = UNUserNotificationCenter.current()
        center.removeAllPendingNotificationRequests()
        center.removeAllDeliveredNotifications()
        Kept.reminders.clear()
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
