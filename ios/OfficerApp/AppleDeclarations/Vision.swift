public struct VNBarcodeSymbology: Sendable { public static let qr = VNBarcodeSymbology() }
