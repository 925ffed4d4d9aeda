import Foundation

public typealias CLLocationAccuracy = Double
public let kCLLocationAccuracyBest: CLLocationAccuracy = -1
public struct CLLocationCoordinate2D: Sendable { public var latitude: Double, longitude: Double }
public class CLLocationSourceInformation: NSObject, @unchecked Sendable { public var isSimulatedBySoftware: Bool { fatalError() } }
public class CLLocation: NSObject, @unchecked Sendable {
    public var coordinate: CLLocationCoordinate2D { fatalError() }
    public var horizontalAccuracy: CLLocationAccuracy { fatalError() }
    public var timestamp: Date { fatalError() }
    public var sourceInformation: CLLocationSourceInformation? { fatalError() }
}
public enum CLAuthorizationStatus: Sendable { case notDetermined, restricted, denied, authorizedAlways, authorizedWhenInUse }
public enum CLAccuracyAuthorization: Sendable { case fullAccuracy, reducedAccuracy }
public protocol CLLocationManagerDelegate: NSObjectProtocol {
    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation])
    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error)
    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager)
}
public class CLLocationManager: NSObject {
    public weak var delegate: (any CLLocationManagerDelegate)?
    public var desiredAccuracy: CLLocationAccuracy { get { fatalError() } set { fatalError() } }
    public var authorizationStatus: CLAuthorizationStatus { fatalError() }
    public var accuracyAuthorization: CLAccuracyAuthorization { fatalError() }
    public func requestWhenInUseAuthorization() {}
    public var location: CLLocation? { fatalError() }
    public func startUpdatingLocation() {}
    public func stopUpdatingLocation() {}
}
