import ImageIO
import OfficerCore
import SwiftUI

/// A small drawing of a photo; a symbol for a video, and where the original is no longer on this phone.
struct Thumbnail: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.displayScale) private var scale
    let attachment: Attachment
    @ScaledMetric private var side = 64.0
    @State private var drawing: CGImage?

    var body: some View {
        Group {
            if let drawing {
                Image(decorative: drawing, scale: scale).resizable().scaledToFill()
            } else {
                Image(systemName: Media.isVideo(attachment.mediaType) ? "video" : "photo").foregroundStyle(.secondary)
            }
        }
        .frame(width: side, height: side)
        .clipShape(RoundedRectangle(cornerRadius: 8))
        .accessibilityLabel(Media.isVideo(attachment.mediaType) ? Text("Video") : Text("Photo"))
        .task { await draw() }
    }

    private func draw() async {
        guard !Media.isVideo(attachment.mediaType), let path = try? await model.phone?.original(attachment.hash) else { return }
        let pixels = Media.thumbnailPixels(points: side, scale: scale)
        drawing = await Task.detached { Drawn(image: Self.drawing(of: path, pixels: pixels)) }.value.image
    }

    private nonisolated static func drawing(of path: String, pixels: Int) -> CGImage? {
        guard let source = CGImageSourceCreateWithURL(URL(fileURLWithPath: path) as CFURL, nil) else { return nil }
        let options: [CFString: Any] = [
            kCGImageSourceCreateThumbnailFromImageAlways: true, kCGImageSourceCreateThumbnailWithTransform: true,
            kCGImageSourceThumbnailMaxPixelSize: pixels,
        ]
        return CGImageSourceCreateThumbnailAtIndex(source, 0, options as CFDictionary)
    }

    /// A drawing on its way to the screen: nobody writes to it any more.
    private struct Drawn: @unchecked Sendable {
        let image: CGImage?
    }
}
