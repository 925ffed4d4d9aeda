import SwiftUI
import Vision
import VisionKit

/// The camera, until it has read a code.
struct CodeScanner: UIViewControllerRepresentable {
    let found: @MainActor (String) -> Void

    /// This phone can, and the officer lets it.
    static var isSupported: Bool { DataScannerViewController.isSupported }

    func makeUIViewController(context: Context) -> DataScannerViewController {
        let scanner = DataScannerViewController(recognizedDataTypes: [.barcode(symbologies: [.qr])], isHighlightingEnabled: true)
        scanner.delegate = context.coordinator
        return scanner
    }

    /// Where the officer does not let the app use the camera there is only a black screen; the text can be pasted instead.
    func updateUIViewController(_ scanner: DataScannerViewController, context: Context) { try? scanner.startScanning() }

    func makeCoordinator() -> Coordinator { Coordinator(found: found) }

    /// Hands on the first code.
    @MainActor
    final class Coordinator: NSObject, DataScannerViewControllerDelegate {
        private let found: @MainActor (String) -> Void
        private var isDone = false

        init(found: @escaping @MainActor (String) -> Void) {
            self.found = found
        }

        func dataScanner(_ scanner: DataScannerViewController, didAdd added: [RecognizedItem], allItems: [RecognizedItem]) {
            for case let .barcode(code) in added {
                guard !isDone, let text = code.payloadStringValue else { continue }
                isDone = true
                scanner.stopScanning()
                found(text)
            }
        }
    }
}
