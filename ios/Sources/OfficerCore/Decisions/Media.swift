/// How photos and videos are taken in and shown. The original is evidence: it is kept and sent as the camera wrote it, never scaled.
public enum Media {
    /// The agency's server takes no larger original, in bytes.
    public static let largest: UInt64 = 2 << 30
    /// How long the app's own camera films at a time, in seconds. Longer ones from elsewhere can be chosen, up to the largest size.
    public static let filmSeconds: Double = 600

    /// Why a file is not taken in; nil where it is.
    public static func objection(bytes: UInt64, ending: String, times: Times) -> Phrase? {
        if type(ofExtension: ending) == nil { return Phrase(.mediaUnknown) }
        if bytes == 0 { return Phrase(.mediaEmpty) }
        return bytes > largest ? Phrase(.mediaTooLarge, times.size(bytes), times.size(largest)) : nil
    }

    /// The media type by a file name's ending; nil where it is neither photo nor video.
    public static func type(ofExtension ending: String) -> String? {
        switch ending.lowercased() {
        case "jpg", "jpeg": "image/jpeg"
        case "heic": "image/heic"
        case "heif": "image/heif"
        case "png": "image/png"
        case "mov", "qt": "video/quicktime"
        case "mp4", "m4v": "video/mp4"
        default: nil
        }
    }

    /// Does this media type move?
    public static func isVideo(_ mediaType: String) -> Bool { mediaType.hasPrefix("video/") }

    /// The longer side of a picture drawn in a square, in pixels. Only the drawing is scaled, and never beyond what a screen shows.
    public static func thumbnailPixels(points: Double, scale: Double) -> Int {
        Int(min(max(points, 1) * max(scale, 1), 2048).rounded(.up))
    }
}
