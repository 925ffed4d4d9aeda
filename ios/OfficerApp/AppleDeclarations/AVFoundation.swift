import UIKit

public struct AVMediaType: Sendable { public static let video = AVMediaType() }
public class AVCaptureInput: NSObject {}
public class AVCaptureConnection: NSObject { public var isActive: Bool { fatalError() } }
public class AVCaptureOutput: NSObject { public func connection(with: AVMediaType) -> AVCaptureConnection? { fatalError() } }
public class AVCaptureDevice: NSObject { public class func `default`(for type: AVMediaType) -> AVCaptureDevice? { fatalError() } }
public class AVCaptureDeviceInput: AVCaptureInput { public init(device: AVCaptureDevice) throws { fatalError() } }
public class AVCaptureSession: NSObject {
    public struct Preset: Sendable { public static let photo = Preset() }
    public var sessionPreset: Preset { get { fatalError() } set { fatalError() } }
    public func canAddInput(_ input: AVCaptureInput) -> Bool { fatalError() }
    public func canAddOutput(_ output: AVCaptureOutput) -> Bool { fatalError() }
    public func addInput(_ input: AVCaptureInput) {}
    public func addOutput(_ output: AVCaptureOutput) {}
    public func startRunning() {}
    public func stopRunning() {}
}
public class AVCapturePhotoSettings: NSObject {}
public class AVCapturePhoto: NSObject { public func fileDataRepresentation() -> Data? { fatalError() } }
public protocol AVCapturePhotoCaptureDelegate: NSObjectProtocol {
    func photoOutput(_ output: AVCapturePhotoOutput, didFinishProcessingPhoto photo: AVCapturePhoto, error: (any Error)?)
}
public class AVCapturePhotoOutput: AVCaptureOutput {
    public func capturePhoto(with: AVCapturePhotoSettings, delegate: any AVCapturePhotoCaptureDelegate) {}
}
public class AVCaptureVideoPreviewLayer: CALayer { public init(session: AVCaptureSession) { fatalError() } }
