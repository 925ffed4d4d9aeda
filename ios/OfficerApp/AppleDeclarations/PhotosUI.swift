import SwiftUI

public struct PHPickerFilter: Sendable {
    public static let images = PHPickerFilter(), videos = PHPickerFilter()
    public static func any(of: [PHPickerFilter]) -> PHPickerFilter { fatalError() }
}
public struct PhotosPickerItem: Equatable, Hashable, Sendable {
    public struct EncodingDisambiguationPolicy: Sendable { public static let current = EncodingDisambiguationPolicy() }
    public func loadTransferable<T: Transferable>(type: T.Type) async throws -> T? { fatalError() }
}
public struct PhotosPicker: Leaf {
    public init(
        _ title: LocalizedStringKey, selection: Binding<PhotosPickerItem?>, matching: PHPickerFilter?,
        preferredItemEncoding: PhotosPickerItem.EncodingDisambiguationPolicy
    ) { fatalError() }
}
