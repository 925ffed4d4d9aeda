import Foundation

public struct UNAuthorizationOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let alert = UNAuthorizationOptions(rawValue: 4), sound = UNAuthorizationOptions(rawValue: 2)
}
public struct UNNotificationPresentationOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let banner = UNNotificationPresentationOptions(rawValue: 16), sound = UNNotificationPresentationOptions(rawValue: 2)
}
public enum UNNotificationInterruptionLevel: UInt, Sendable { case passive, active, timeSensitive, critical }
public class UNNotificationSound: NSObject { public class var `default`: UNNotificationSound { fatalError() } }
public class UNNotificationContent: NSObject { public var userInfo: [AnyHashable: Any] { get { fatalError() } set { fatalError() } } }
public class UNMutableNotificationContent: UNNotificationContent {
    public var title: String { get { fatalError() } set { fatalError() } }
    public var body: String { get { fatalError() } set { fatalError() } }
    public var sound: UNNotificationSound? { get { fatalError() } set { fatalError() } }
    public var interruptionLevel: UNNotificationInterruptionLevel { get { fatalError() } set { fatalError() } }
}
public class UNNotificationTrigger: NSObject {}
public class UNTimeIntervalNotificationTrigger: UNNotificationTrigger {
    public convenience init(timeInterval: TimeInterval, repeats: Bool) { fatalError() }
}
public class UNNotificationRequest: NSObject {
    public convenience init(identifier: String, content: UNNotificationContent, trigger: UNNotificationTrigger?) { fatalError() }
    public var identifier: String { fatalError() }
    public var content: UNNotificationContent { fatalError() }
}
public class UNNotification: NSObject { public var request: UNNotificationRequest { fatalError() } }
public class UNNotificationResponse: NSObject { public var notification: UNNotification { fatalError() } }
public protocol UNUserNotificationCenterDelegate: NSObjectProtocol {
    func userNotificationCenter(_ center: UNUserNotificationCenter, willPresent notification: UNNotification) async -> UNNotificationPresentationOptions
    func userNotificationCenter(_ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse) async
}
public enum UNAuthorizationStatus: Int, Sendable { case notDetermined, denied, authorized, provisional, ephemeral }
public class UNNotificationSettings: NSObject, @unchecked Sendable { public var authorizationStatus: UNAuthorizationStatus { fatalError() } }
public class UNUserNotificationCenter: NSObject, @unchecked Sendable {
    public class func current() -> UNUserNotificationCenter { fatalError() }
    public weak var delegate: (any UNUserNotificationCenterDelegate)?
    public func requestAuthorization(options: UNAuthorizationOptions) async throws -> Bool { fatalError() }
    public func notificationSettings() async -> UNNotificationSettings { fatalError() }
    public func pendingNotificationRequests() async -> [UNNotificationRequest] { fatalError() }
    public func deliveredNotifications() async -> [UNNotification] { fatalError() }
    public func add(_ request: UNNotificationRequest) async throws {}
    public func removePendingNotificationRequests(withIdentifiers: [String]) {}
    public func removeDeliveredNotifications(withIdentifiers: [String]) {}
}
