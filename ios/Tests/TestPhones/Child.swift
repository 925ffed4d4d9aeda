import Foundation

/// A phone in a process of its own, which ends with its object at the latest.
package final class Child: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()

    /// Starts one over a handset's folder and key. The handset's own core must be closed.
    package init(_ mode: String, over handset: Handset) throws {
        // Beside the tests, wherever they were built for debugging.
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        process.executableURL = package.appendingPathComponent(".build/debug/ChildPhone")
        process.arguments = [mode, handset.folder.path, handset.signer.folder.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Waits until it has said that many lines; all that it said by then.
    package func said(_ lines: Int) async throws -> [String] {
        try await offPool { [output] in
            var heard = Data()
            while heard.filter({ $0 == 10 }).count < lines {
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { throw Amiss(description: "the child ended: \(String(decoding: heard, as: UTF8.self))") }
                heard += more
            }
            return Self.lines(heard)
        }
    }

    /// Kills it, as the system does; what it had said and nobody had read yet.
    package func crash() async throws -> [String] {
        kill(process.processIdentifier, SIGKILL)
        return try await offPool { [process, output] in
            let rest = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            try must(process.terminationReason == .uncaughtSignal, "it had ended before")
            return Self.lines(rest)
        }
    }

    /// Whole lines: the last one may have been cut.
    private static func lines(_ heard: Data) -> [String] {
        let text = String(decoding: heard, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
