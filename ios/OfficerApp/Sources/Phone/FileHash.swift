import CryptoKit
import Foundation
import OfficerCore

/// The hash by which the phone knows an original, in the way the library writes it.
enum FileHash {
    private static let part = 1 << 16

    /// Of a file, however large.
    static func sha256(of file: URL) async throws -> Sha256 {
        let reader = try FileHandle(forReadingFrom: file)
        defer { try? reader.close() }
        var digest = SHA256()
        while let read = try reader.read(upToCount: part), !read.isEmpty { digest.update(data: read) }
        return digest.finalize().map { String(format: "%02x", $0) }.joined()
    }
}
