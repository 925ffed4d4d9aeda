// What Foundation has on Apple's systems only.
@_exported import Foundation
@_exported import FoundationNetworking

extension URLSessionConfiguration {
    public static func background(withIdentifier: String) -> URLSessionConfiguration { fatalError() }
    public var sessionSendsLaunchEvents: Bool { get { fatalError() } set { fatalError() } }
    public var isDiscretionary: Bool { get { fatalError() } set { fatalError() } }
}
extension URLSession { public var allTasks: [URLSessionTask] { get async { fatalError() } } }
extension ProcessInfo { public var isLowPowerModeEnabled: Bool { fatalError() } }
public func NSLocalizedString(_ key: String, comment: String) -> String { fatalError() }
public typealias CFURL = URL
public typealias CFString = String
public typealias CFDictionary = [String: Any]
public typealias CFTypeRef = AnyObject
public typealias OSStatus = Int32
