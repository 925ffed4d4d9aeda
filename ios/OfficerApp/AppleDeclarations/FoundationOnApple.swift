// What Foundation has on Apple's systems only.
@_exported import Foundation
@_exported import FoundationNetworking

public struct FileProtectionType: Sendable { public static let completeUntilFirstUserAuthentication = FileProtectionType() }
extension FileAttributeKey { public static let protectionKey = FileAttributeKey(rawValue: "") }
extension Data.WritingOptions { public static let completeFileProtectionUntilFirstUserAuthentication: Data.WritingOptions = [] }
extension URLResourceValues {
    public var isExcludedFromBackup: Bool? { get { fatalError() } set { fatalError() } }
}
extension URLSessionConfiguration {
    public static func background(withIdentifier: String) -> URLSessionConfiguration { fatalError() }
    public var sessionSendsLaunchEvents: Bool { get { fatalError() } set { fatalError() } }
    public var isDiscretionary: Bool { get { fatalError() } set { fatalError() } }
}
extension ProcessInfo { public var isLowPowerModeEnabled: Bool { fatalError() } }
public func NSLocalizedString(_ key: String, comment: String) -> String { fatalError() }
public typealias CFURL = URL
public typealias CFString = String
public typealias CFDictionary = [String: Any]
public typealias CFTypeRef = AnyObject
public typealias OSStatus = Int32
