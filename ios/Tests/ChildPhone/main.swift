// A phone in a process of its own, for tests that kill one or weigh one:
//   ChildPhone MODE FOLDER KEY_FOLDER
// over the folder of a phone that is enrolled. Modes are below.
import Foundation
import OfficerCore
import TestPhones

#if canImport(Glibc)
    @preconcurrency import Glibc
#endif

/// Says something to the process that waits for it, at once.
func say(_ words: String) {
    FileHandle.standardOutput.write(Data((words + "\n").utf8))
}

/// Writes a punch down, has the request that sends it in hand, and is to be killed before any of that has left the phone.
func holdRequest(_ phone: OfficerPhone) async throws {
    let recorded = try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
    _ = try await phone.beginSync()
    say(recorded.document)
    try await Task.sleep(for: .seconds(600))
}

/// Sends a punch, has the server's answer in hand, and is to be killed before the phone takes it.
func holdAnswer(_ phone: OfficerPhone) async throws {
    say(try await answered(phone).document)
    try await Task.sleep(for: .seconds(600))
}

/// The same, but the phone takes the answer at once: whoever kills it does not know how far it has come.
func takeAnswer(_ phone: OfficerPhone) async throws {
    let (document, ticket, answer) = try await answered(phone)
    say(document)
    _ = try await phone.finishSync(ticket, with: answer)
    try await Task.sleep(for: .seconds(600))
}

/// Sends a punch; what the server answered.
func answered(_ phone: OfficerPhone) async throws -> (document: DocumentId, ticket: Ticket, answer: Incoming) {
    let recorded = try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
    let request = try await phone.beginSync()
    let answer = try await carry(request)
    try must(answer.status == 200, "the server answered \(answer.status)")
    return (recorded.document, request.ticket, answer)
}

/// Writes notes and syncs beside it until it is killed. Each note is told of once it was acknowledged.
func writeAndSync(_ phone: OfficerPhone) async throws {
    try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
    let syncing = Task { while true { _ = await failure { try await phone.sync() } } }
    defer { syncing.cancel() }
    while true {
        let note = try await phone.note(UUID().uuidString, in: .shift(.running), at: try phone.moment())
        say(note.document + " " + note.fact)
    }
}

/// Ten thousand calls that carry kilobytes, fail, and call back; how much this process grew in each half, in kilobytes.
func tenThousandCalls(_ phone: OfficerPhone) async throws {
    let log = try await phone.punch(.in, .unassigned(nil), at: try phone.moment()).document
    for _ in 1...4 { try await phone.note(String(repeating: "n", count: 4_000), in: .shift(.log(log)), at: try phone.moment()) }
    let wrong = "no id, and long: " + String(repeating: "x", count: 16_000)
    func calls(_ count: Int) async throws {
        for call in 0..<count {
            switch call % 4 {
            case 0: _ = try await phone.written(in: log)
            case 1: _ = try await phone.running()
            case 2: try must(await failure { try await phone.shift(of: wrong) }?.kind == .invalid, "it is no id")
            default: _ = try await phone.facts(of: log)
            }
        }
    }
    try await calls(2_000)
    for _ in 1...2 {
        let before = try residentKilobytes()
        try await calls(5_000)
        say(String(try residentKilobytes() - before))
    }
}

/// What this process holds in memory, where the system says so.
func residentKilobytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try must(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try must(Int(line.filter(\.isNumber)))
}

let words = CommandLine.arguments
try must(words.count == 4, "ChildPhone MODE FOLDER KEY_FOLDER")
let keys = URL(fileURLWithPath: words[3])
let parts = PhoneParts(
    signer: OpensslSigner(lent: keys), secrets: FolderSecrets(keys), clocks: MachineClocks(), fixes: SetFixes())
let phone = try await OfficerPhone.open(folder: URL(fileURLWithPath: words[2]), label: "Test phone", parts: parts)
switch words[1] {
case "hold-request": try await holdRequest(phone)
case "take-answer": try await takeAnswer(phone)
case "hold-answer": try await holdAnswer(phone)
case "write-and-sync": try await writeAndSync(phone)
case "ten-thousand-calls": try await tenThousandCalls(phone)
default: throw Amiss(description: "no such mode: \(words[1])")
}
