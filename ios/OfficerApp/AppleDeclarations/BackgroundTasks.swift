import Foundation

public class BGTask: NSObject {
    public var expirationHandler: (() -> Void)? { get { fatalError() } set { fatalError() } }
    public func setTaskCompleted(success: Bool) {}
}
public class BGTaskRequest: NSObject { public var earliestBeginDate: Date? { get { fatalError() } set { fatalError() } } }
public class BGAppRefreshTaskRequest: BGTaskRequest { public init(identifier: String) { fatalError() } }
public class BGProcessingTaskRequest: BGTaskRequest {
    public init(identifier: String) { fatalError() }
    public var requiresNetworkConnectivity: Bool { get { fatalError() } set { fatalError() } }
}
public class BGTaskScheduler: NSObject, @unchecked Sendable {
    public class var shared: BGTaskScheduler { fatalError() }
    @discardableResult
    public func register(forTaskWithIdentifier: String, using: DispatchQueue?, launchHandler: @escaping (BGTask) -> Void) -> Bool { fatalError() }
    public func submit(_ request: BGTaskRequest) throws {}
}
