import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A real `detailbook` server of one agency: a process and a folder of its own, on a free port of this machine. Ends with its object.
package final class AgencyServer: @unchecked Sendable {
    package let folder: URL
    package private(set) var address = ""
    private let token: String
    private var process: Process?

    private static var program: String {
        ProcessInfo.processInfo.environment["DETAILBOOK_SERVER"] ?? "detailbook"
    }

    package init() async throws {
        folder = try Scratch.folder("server")
        _ = try await Self.ask(folder, "agency", "create", "--name", "Harbour Police", "--zone", "America/New_York")
        token = try await Self.ask(folder, "token", "create", "--name", "tests", "--scopes", "all")
        try await start()
    }

    deinit {
        if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts the process, at the address it had.
    package func start() async throws {
        let listen = address.isEmpty ? "127.0.0.1:0" : String(address.dropFirst("http://".count))
        let process = Self.program(folder, ["serve", "--listen", listen])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        address = try await offPool { try Self.greeting(output.fileHandleForReading) }
    }

    /// Ends the process, as a crash would.
    package func crash() async throws {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        try await offPool { process.waitUntilExit() }
        self.process = nil
    }

    /// Lets the process hang: connections are taken, nothing is answered.
    package func hang() { if let process { kill(process.processIdentifier, SIGSTOP) } }

    /// Ends the hanging.
    package func wake() { if let process { kill(process.processIdentifier, SIGCONT) } }

    /// What the staff API answers: the status and the JSON.
    package func staff(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> (Int, [String: Any]) {
        var request = URLRequest(url: try must(URL(string: address + "/v1/staff/" + path)))
        request.httpMethod = method
        request.setValue("Bearer \(token)", forHTTPHeaderField: "authorization")
        if let body {
            request.httpBody = try JSONSerialization.data(withJSONObject: body)
            request.setValue("application/json", forHTTPHeaderField: "content-type")
        }
        let (status, data) = try await carry(request)
        let json = data.isEmpty ? [:] : try JSONSerialization.jsonObject(with: data)
        return (status, json as? [String: Any] ?? [:])
    }

    /// Makes something; its answer.
    @discardableResult
    package func make(_ path: String, _ body: [String: Any]? = nil) async throws -> [String: Any] {
        let (status, made) = try await staff("POST", path, body)
        try must(status < 300, "POST \(path): \(status) \(made)")
        return made
    }

    /// Changes something.
    package func change(_ path: String, _ body: [String: Any]) async throws {
        let (status, changed) = try await staff("PUT", path, body)
        try must(status < 300, "PUT \(path): \(status) \(changed)")
    }

    /// Makes something and gives its id.
    package func id(_ path: String, _ body: [String: Any]) async throws -> String {
        try must(try await make(path, body)["id"] as? String)
    }

    /// The items of a list.
    package func items(_ path: String) async throws -> [[String: Any]] {
        let (status, list) = try await staff("GET", path)
        try must(status == 200, "GET \(path): \(status) \(list)")
        return try must(list["items"] as? [[String: Any]])
    }

    private static func program(_ folder: URL, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--data", folder.appendingPathComponent("data").path] + arguments
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs the program to its end and gives the last line that it printed.
    private static func ask(_ folder: URL, _ arguments: String...) async throws -> String {
        try await offPool {
            let process = program(folder, arguments)
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            try must(process.terminationStatus == 0, "detailbook \(arguments): \(printed)")
            return try must(printed.split(separator: "\n").last.map(String.init))
        }
    }

    /// Reads until the server says where it listens.
    private static func greeting(_ output: FileHandle) throws -> String {
        var printed = ""
        while true {
            let more = output.availableData
            try must(!more.isEmpty, "the server ended: \(printed)")
            printed += String(decoding: more, as: UTF8.self)
            if let found = printed.range(of: #"http://[0-9.]+:[0-9]+(?=;)"#, options: .regularExpression) {
                return String(printed[found])
            }
        }
    }
}

/// One HTTP request.
package func carry(_ request: URLRequest) async throws -> (Int, Data) {
    try await withCheckedThrowingContinuation { done in
        let task = URLSession.shared.dataTask(with: request) { data, response, error in
            if let error { return done.resume(throwing: error) }
            done.resume(returning: ((response as? HTTPURLResponse)?.statusCode ?? 0, data ?? Data()))
        }
        task.resume()
    }
}

/// Work that blocks, away from Swift's own threads.
package func offPool<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    let outcome: Result<T, any Error> = await withCheckedContinuation { done in
        DispatchQueue.global().async { done.resume(returning: Result { try work() }) }
    }
    return try outcome.get()
}

/// Folders that tests write in.
package enum Scratch {
    package static func folder(_ name: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("detailbook-\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}

/// Something of a test's surroundings is not as it must be.
package struct Amiss: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// The value, which must be there.
package func must<T>(_ value: T?, _ complaint: @autoclosure () -> String = "nothing there", line: Int = #line) throws -> T {
    guard let value else { throw Amiss(description: "\(complaint()) (line \(line))") }
    return value
}

/// It must be so.
package func must(_ holds: Bool, _ complaint: @autoclosure () -> String) throws {
    if !holds { throw Amiss(description: complaint()) }
}
