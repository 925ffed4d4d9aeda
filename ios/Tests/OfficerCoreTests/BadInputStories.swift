import Foundation
import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct BadInputStories {
    @Test(
        "Garbage in place of an id is a typed error",
        arguments: ["", "x", "00000000-0000-0000-0000", "../../etc/passwd", "\u{0}", String(repeating: "9", count: 100_000), "🚓"])
    func garbageIds(garbage: String) async throws {
        let handset = try await Handset()
        let phone = handset.phone
        let (moment, clock) = (try phone.moment(), try phone.reading())
        let failures = [
            await failure { try await phone.punch(.in, .assignment(garbage), at: moment) },
            await failure { try await phone.punch(.in, .unassigned(garbage), at: moment) },
            await failure { try await phone.apply(for: garbage, at: clock) },
            await failure { try await phone.acknowledge(garbage, at: clock) },
            await failure { try await phone.shift(of: garbage) },
            await failure { try await phone.retry(fact: garbage, of: garbage) },
            await failure { try await phone.original(garbage) },
            await failure { try await phone.passOnText(of: garbage) },
            await failure { try await phone.offers(after: garbage) },
        ]
        for (call, error) in failures.enumerated() { #expect(error?.kind == .invalid, "call \(call): \(String(describing: error))") }
    }

    @Test("A huge text is refused with a typed error, and what stood before still stands")
    func hugeText() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        let huge = String(repeating: "🚧 barrier ", count: 2_000_000)
        let error = await failure { try await phone.note(huge, in: .shift(.running), at: try phone.moment()) }
        #expect((error?.kind, error?.code) == (.invalid, "too_large"))
        #expect(await failure { try await phone.sendMessage(huge, at: try phone.reading()) }?.code == "too_large")
        try await phone.note("Short.", in: .shift(.running), at: try phone.moment())
        try await phone.sync()
        #expect(try await town.facts(of: assignment).count == 2)
    }

    @Test("A photo that is not there is a typed error")
    func missingPhoto() async throws {
        let handset = try await Handset.enrolled(in: try await Town())
        let error = await failure {
            try await handset.phone.attach(
                file: "/nowhere/photo.jpg", mediaType: "image/jpeg", in: .shift(.unassigned(nil)),
                at: try handset.phone.moment())
        }
        #expect(error?.code == "no_original")
    }

    @Test("A kind of punch that is none is refused, and so is a note without a shift")
    func senselessPunch() async throws {
        let handset = try await Handset.enrolled(in: try await Town())
        let phone = handset.phone
        #expect(await failure { try await phone.punch(.note, .unassigned(nil), at: try phone.moment()) }?.code == "not_a_punch")
        #expect(await failure { try await phone.note("x", in: .shift(.running), at: try phone.moment()) }?.code == "no_running_shift")
    }

    @Test("A folder that cannot be made is a typed error, not a crash")
    func impossibleFolder() async throws {
        let signer = try await offPool { try OpensslSigner() }
        let parts = PhoneParts(signer: signer, secrets: MemorySecrets(), clocks: MachineClocks(), fixes: SetFixes())
        let error = await failure {
            try await OfficerPhone.open(folder: URL(fileURLWithPath: "/proc/nowhere"), label: "x", parts: parts)
        }
        #expect(error != nil)
    }

    @Test("The log has no personal data in it")
    func log() async throws {
        let lines = Lines()
        let folder = try Scratch.folder("phone")
        defer { try? FileManager.default.removeItem(at: folder) }
        let signer = try await offPool { try OpensslSigner() }
        let parts = PhoneParts(signer: signer, secrets: MemorySecrets(), clocks: MachineClocks(), fixes: SetFixes())
        let phone = try await OfficerPhone.open(folder: folder, label: "x", parts: parts, log: { lines.add($0.text) })
        _ = await failure { try await phone.note("secret words", in: .shift(.running), at: try phone.moment()) }
        #expect(lines.all.contains("note: not_enrolled"))
        #expect(!lines.all.contains { $0.contains("secret") })
    }
}

/// Lines of a log.
final class Lines: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []

    var all: [String] { lock.withLock { lines } }
    func add(_ line: String) { lock.withLock { lines.append(line) } }
}
