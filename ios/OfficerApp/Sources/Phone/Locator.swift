import CoreLocation
import OfficerCore
import UIKit

/// Where the phone is, while a screen with the clock is open and at no other time.
@MainActor
final class Locator: NSObject, CLLocationManagerDelegate {
    /// What a punch takes with it.
    let fixes = RecentFixes(ticks: SystemClocks.ticks)
    private let manager = CLLocationManager()

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyBest
        UIDevice.current.isBatteryMonitoringEnabled = true
    }

    /// What the owner lets the app know of where the phone is.
    var right: PhoneRights.Place {
        switch manager.authorizationStatus {
        case .notDetermined: .unasked
        case .denied, .restricted: .off
        default: manager.accuracyAuthorization == .fullAccuracy ? .precise : .approximate
        }
    }

    /// The officer looks at the clock. Asks for permission the first time.
    func start() {
        if manager.authorizationStatus == .notDetermined { manager.requestWhenInUseAuthorization() }
        manager.startUpdatingLocation()
        // Under a roof nothing may come for long: a punch says where the phone was last, and how long ago.
        if let known = manager.location { fixes.add(Self.reading(known)) }
        tellState()
    }

    /// The officer looks away.
    func stop() { manager.stopUpdatingLocation() }

    nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        for location in locations { fixes.add(Self.reading(location)) }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        // No location is what a punch without one says.
    }

    nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        Task { @MainActor in authorizationChanged() }
    }

    private func authorizationChanged() {
        if manager.authorizationStatus == .denied || manager.authorizationStatus == .restricted { fixes.forget() }
        tellState()
    }

    private func tellState() {
        let level = UIDevice.current.batteryLevel
        fixes.set(PhoneState(
            battery: level < 0 ? nil : UInt8(level * 100), saver: ProcessInfo.processInfo.isLowPowerModeEnabled,
            preciseLocation: manager.accuracyAuthorization == .fullAccuracy))
    }

    private nonisolated static func reading(_ location: CLLocation) -> LocationReading {
        LocationReading(
            latitude: location.coordinate.latitude, longitude: location.coordinate.longitude, accuracy: location.horizontalAccuracy,
            age: -location.timestamp.timeIntervalSinceNow, simulated: location.sourceInformation?.isSimulatedBySoftware ?? false)
    }
}
