import OfficerCore
import UIKit
import UserNotifications

/// What the system calls without a window: background time, answers to background requests, taps on reminders.
@MainActor
final class AppDelegate: NSObject, UIApplicationDelegate {
    /// The app's one model.
    let model = OfficerModel()
    private lazy var background = BackgroundTime(model: model)

    func application(
        _ application: UIApplication, didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        background.register()
        model.background = background
        UNUserNotificationCenter.current().delegate = self
        return true
    }

    func application(
        _ application: UIApplication, handleEventsForBackgroundURLSession identifier: String, completionHandler: @escaping () -> Void
    ) {
        model.carrier.answersCame(whenDone: completionHandler)
    }
}

extension AppDelegate: UNUserNotificationCenterDelegate {
    nonisolated func userNotificationCenter(
        _ center: UNUserNotificationCenter, willPresent notification: UNNotification
    ) async -> UNNotificationPresentationOptions {
        [.banner, .sound]
    }

    nonisolated func userNotificationCenter(_ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse) async {
        let log = response.notification.request.content.userInfo[Notifier.logKey] as? String
        await MainActor.run { model.opened(log: log) }
    }
}
