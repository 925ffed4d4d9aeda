@_exported import CoreGraphics
import FoundationOnApple

@MainActor open class UIResponder: NSObject { public override nonisolated init() {} }
@MainActor public class UIColor: NSObject { public class var black: UIColor { fatalError() } }
@MainActor public class UIImage: NSObject { public init?(systemName: String) { fatalError() } }
@MainActor public class UIAction: NSObject {
    public typealias Handler = @MainActor (UIAction) -> Void
    public convenience init(title: String, image: UIImage?, handler: @escaping Handler) { fatalError() }
}
@MainActor open class CALayer: NSObject {
    public var frame: CGRect { get { fatalError() } set { fatalError() } }
    public func addSublayer(_ layer: CALayer) {}
}
@MainActor public class NSLayoutConstraint: NSObject { public class func activate(_ constraints: [NSLayoutConstraint]) {} }
@MainActor public class NSLayoutXAxisAnchor: NSObject { public func constraint(equalTo: NSLayoutXAxisAnchor) -> NSLayoutConstraint { fatalError() } }
@MainActor public class NSLayoutYAxisAnchor: NSObject {
    public func constraint(equalTo: NSLayoutYAxisAnchor, constant: CGFloat) -> NSLayoutConstraint { fatalError() }
}
@MainActor public class NSLayoutDimension: NSObject { public func constraint(equalToConstant: CGFloat) -> NSLayoutConstraint { fatalError() } }
@MainActor public class UILayoutGuide: NSObject {
    public var leadingAnchor: NSLayoutXAxisAnchor { fatalError() }
    public var bottomAnchor: NSLayoutYAxisAnchor { fatalError() }
}
public class UIView: UIResponder {
    public var backgroundColor: UIColor? { get { fatalError() } set { fatalError() } }
    public var bounds: CGRect { fatalError() }
    public var layer: CALayer { fatalError() }
    public var accessibilityLabel: String? { get { fatalError() } set { fatalError() } }
    public var translatesAutoresizingMaskIntoConstraints: Bool { get { fatalError() } set { fatalError() } }
    public var layoutMarginsGuide: UILayoutGuide { fatalError() }
    public var centerXAnchor: NSLayoutXAxisAnchor { fatalError() }
    public var leadingAnchor: NSLayoutXAxisAnchor { fatalError() }
    public var bottomAnchor: NSLayoutYAxisAnchor { fatalError() }
    public var widthAnchor: NSLayoutDimension { fatalError() }
    public var heightAnchor: NSLayoutDimension { fatalError() }
    public func addSubview(_ view: UIView) {}
}
public class UIButton: UIView {
    public enum ButtonType { case system }
    public convenience init(type: ButtonType, primaryAction: UIAction?) { fatalError() }
    public var isEnabled: Bool { get { fatalError() } set { fatalError() } }
}
open class UIViewController: UIResponder {
    public init(nibName: String?, bundle: Bundle?) {}
    public required init?(coder: NSCoder) { fatalError() }
    public var view: UIView! { fatalError() }
    open func viewDidLoad() {}
    open func viewDidLayoutSubviews() {}
    open func viewWillDisappear(_ animated: Bool) {}
}
@MainActor public protocol UINavigationControllerDelegate: NSObjectProtocol {}
@MainActor public protocol UIImagePickerControllerDelegate: NSObjectProtocol {
    func imagePickerController(_ picker: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any])
    func imagePickerControllerDidCancel(_ picker: UIImagePickerController)
}
public class UIImagePickerController: UIViewController {
    public enum SourceType { case photoLibrary, camera }
    public enum QualityType { case typeHigh, typeMedium }
    public struct InfoKey: Hashable, Sendable { public static let mediaURL = InfoKey() }
    public convenience init() { fatalError() }
    public class func isSourceTypeAvailable(_ type: SourceType) -> Bool { fatalError() }
    public var sourceType: SourceType { get { fatalError() } set { fatalError() } }
    public var mediaTypes: [String] { get { fatalError() } set { fatalError() } }
    public var videoMaximumDuration: TimeInterval { get { fatalError() } set { fatalError() } }
    public var videoQuality: QualityType { get { fatalError() } set { fatalError() } }
    public weak var delegate: (any UIImagePickerControllerDelegate & UINavigationControllerDelegate)?
}
@MainActor public class UIDevice: NSObject {
    public class var current: UIDevice { fatalError() }
    public var model: String { fatalError() }
    public var batteryLevel: Float { fatalError() }
    public var isBatteryMonitoringEnabled: Bool { get { fatalError() } set { fatalError() } }
}
public struct UIBackgroundTaskIdentifier: Sendable { public static let invalid = UIBackgroundTaskIdentifier() }
public class UIApplication: UIResponder {
    public struct LaunchOptionsKey: Hashable, Sendable {}
    public class var shared: UIApplication { fatalError() }
    public class var openSettingsURLString: String { fatalError() }
    public var isProtectedDataAvailable: Bool { fatalError() }
    public func beginBackgroundTask(withName: String?, expirationHandler: (@MainActor @Sendable () -> Void)?) -> UIBackgroundTaskIdentifier { fatalError() }
    public func endBackgroundTask(_ task: UIBackgroundTaskIdentifier) {}
}
@MainActor public protocol UIApplicationDelegate: NSObjectProtocol {
    func application(_ application: UIApplication, didFinishLaunchingWithOptions: [UIApplication.LaunchOptionsKey: Any]?) -> Bool
    func application(
        _ application: UIApplication, handleEventsForBackgroundURLSession identifier: String, completionHandler: @escaping () -> Void)
}
