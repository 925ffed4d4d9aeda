import Foundation
import TestPhones
import Testing

/// The stories that Rust and Kotlin replay as well. They are told by a program; this side only does what each step says.
@Suite(.timeLimit(.minutes(5))) struct ToldStories {
    @Test("The story goes as it is told", arguments: try Teller.names())
    func goes(name: String) async throws {
        let teller = try Teller(telling: name)
        var phones: [ToldPhone] = []
        var last = ""
        while let line = try await teller.next() {
            let step = try must(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            guard step["do"] != nil else {
                last = line
                continue
            }
            let phone = try must((step["phone"] as? NSNumber)?.intValue)
            if phone == phones.count { phones.append(try ToldPhone()) }
            try teller.answer(try await phones[phone].perform(step))
        }
        for phone in phones { try await phone.close() }
        #expect(last == "{\"told\":\"\(name)\"}")
        #expect(teller.status() == 0)
    }
}

/// The program that tells the stories.
private final class Teller: @unchecked Sendable {
    private let process = Process()
    private let steps = Pipe()
    private let outcomes = Pipe()
    private var heard = Data()

    init(telling word: String) throws {
        process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.environment["DETAILBOOK_TELL"] ?? "tell")
        process.arguments = [word]
        process.standardInput = outcomes
        process.standardOutput = steps
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    static func names() throws -> [String] {
        let list = try Teller(telling: "--list")
        let names = String(decoding: list.steps.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return names.split(separator: "\n").map(String.init)
    }

    /// The next line; nil at the end.
    func next() async throws -> String? {
        try await offPool { [self] in
            while true {
                if let end = heard.firstIndex(of: 10) {
                    defer { heard = Data(heard[(end + 1)...]) }
                    return String(decoding: heard[..<end], as: UTF8.self)
                }
                let more = steps.fileHandleForReading.availableData
                if more.isEmpty { return nil }
                heard += more
            }
        }
    }

    func answer(_ outcome: [String: Any]) throws {
        let line = try JSONSerialization.data(withJSONObject: outcome) + Data([10])
        try outcomes.fileHandleForWriting.write(contentsOf: line)
    }

    func status() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
