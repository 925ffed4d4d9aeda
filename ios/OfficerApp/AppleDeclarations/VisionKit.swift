import UIKit
import Vision

public enum RecognizedItem: Sendable {
    public struct Barcode: Sendable { public var payloadStringValue: String? { fatalError() } }
    public struct Text: Sendable {}
    case text(Text)
    case barcode(Barcode)
}
@MainActor public protocol DataScannerViewControllerDelegate: AnyObject {
    func dataScanner(_ scanner: DataScannerViewController, didAdd added: [RecognizedItem], allItems: [RecognizedItem])
}
public class DataScannerViewController: UIViewController {
    public struct RecognizedDataType: Hashable, Sendable {
        public static func barcode(symbologies: [VNBarcodeSymbology] = []) -> RecognizedDataType { fatalError() }
    }
    public init(recognizedDataTypes: Set<RecognizedDataType>, isHighlightingEnabled: Bool = false) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    public class var isSupported: Bool { fatalError() }
    public weak var delegate: (any DataScannerViewControllerDelegate)?
    public func startScanning() throws {}
    public func stopScanning() {}
}
