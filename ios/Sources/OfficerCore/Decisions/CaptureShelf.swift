import Foundation

/// Photos and videos that were taken and are in no shift yet. Each stays here until the phone has taken it in, whatever becomes of the app.
public struct CaptureShelf: Sendable {
    private let folder: URL

    /// Over a folder of its own that exists.
    public init(folder: URL) {
        self.folder = folder
    }

    /// Moves a file here, under a name that no other has.
    public func keep(_ file: URL) throws -> URL {
        let kept = folder.appendingPathComponent(UUID().uuidString).appendingPathExtension(file.pathExtension)
        try FileManager.default.moveItem(at: file, to: kept)
        return kept
    }

    /// What is here, by name.
    public func waiting() -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { folder.appendingPathComponent($0) }
    }

    /// Lets go of what the phone has: the app may have been ended after it was taken in, and before it went from here.
    public func letGo(where isTakenIn: (URL) async -> Bool) async {
        for file in waiting() {
            if await isTakenIn(file) { discard(file) }
        }
    }

    /// Has the phone take a file in. Only then it goes from here.
    public func takeIn(_ file: URL, _ attach: (String) async -> Bool) async -> Bool {
        guard await attach(file.path) else { return false }
        discard(file)
        return true
    }

    /// The officer does not want it.
    public func discard(_ file: URL) { try? FileManager.default.removeItem(at: file) }
}
