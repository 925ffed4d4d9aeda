// What the border costs, in a release build:
//   OfficerBench
// prints lines `name<TAB>value<TAB>unit`. scripts/bench-swift runs it against a library of one's choice and a real server.
import DetailbookBindings
import Foundation
import OfficerCore
import TestPhones

/// Times by name, in microseconds. Rounds of what is to be compared take turns, so that a busy machine slows all of them alike.
@MainActor
final class Measures {
    private var times: [String: [Double]] = [:]
    private var order: [String] = []

    /// Takes the time of that many calls, after a few to warm up.
    func take(_ name: String, _ calls: Int, _ call: () async throws -> Void) async throws {
        if times[name] == nil { order.append(name) }
        for _ in 0..<max(1, calls / 10) { try await call() }
        for _ in 0..<calls {
            let began = ContinuousClock.now
            try await call()
            times[name, default: []].append(micros(since: began))
        }
    }

    /// A line for each name: the middle of its times.
    func report() {
        for name in order {
            let times = times[name, default: []].sorted()
            print(name, String(format: "%.1f", times[times.count / 2]), "us", separator: "\t")
        }
    }
}

func micros(since began: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = (ContinuousClock.now - began).components
    return Double(seconds) * 1e6 + Double(attoseconds) / 1e12
}

/// The same parts for the library's object itself, without the wrapper.
final class RawParts: DeviceKey, SecureStorage, DeviceClock {
    let parts: PhoneParts
    init(_ parts: PhoneParts) { self.parts = parts }
    func publicKey() throws -> Data { try parts.signer.publicKey() }
    func sign(message: Data) throws -> Data { try parts.signer.sign(message) }
    func read(name: String) throws -> Data? { try parts.secrets.secret(named: name) }
    func write(name: String, secret: Data) throws { try parts.secrets.keep(secret, named: name) }
    func read() throws -> ClockReading { try parts.clocks.reading() }
}

/// An officer with 50 offers, a shift under way and 50 notes in it.
func busyPhone(_ town: Town) async throws -> (Handset, DocumentId) {
    for _ in 1..<50 { _ = try await town.anotherDetail() }
    let handset = try await Handset.enrolled(in: town)
    let assignment = try await town.award(try await town.anotherDetail(), origin: "ordered")
    try await handset.phone.sync()
    let log = try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment()).document
    for note in 1...50 {
        try await handset.phone.note("Note \(note): lane closed, cones stand.", in: .shift(.running), at: try handset.phone.moment())
    }
    return (handset, log)
}

let town = try await Town()
let (handset, log) = try await busyPhone(town)
let phone = handset.phone
try must(try await phone.offers().items.count == 50, "fifty offers")
try must(try await phone.written(in: log).items.count == 50, "fifty notes")

try await phone.close()

let raw = RawParts(handset.parts)
let now = try handset.clocks.reading().wall
func openRaw() throws -> DetailbookBindings.OfficerCore {
    try DetailbookBindings.OfficerCore.open(
        options: CoreOptions(folder: handset.folder.path, label: "Bench", extraRoots: []), key: raw, storage: raw, clock: raw,
        screens: nil, log: nil)
}
func openPhone() async throws -> OfficerPhone {
    try await OfficerPhone.open(folder: handset.folder, label: "Bench", parts: handset.parts)
}

let measures = Measures()
for _ in 1...5 {
    let phone = try await openPhone()
    try await measures.take("swift_wrapper_offers_50", 80) { _ = try await phone.offers() }
    try await measures.take("swift_wrapper_written_50", 80) { _ = try await phone.written(in: log) }
    try await measures.take("swift_wrapper_running", 80) { _ = try await phone.running() }
    try await measures.take("swift_wrapper_sync_state", 80) { _ = try await phone.syncState() }
    try await phone.close()

    let core = try openRaw()
    try await measures.take("swift_raw_offers_50", 80) { _ = try core.offers(now: now, mark: nil, limit: 50) }
    try await measures.take("swift_raw_written_50", 80) { _ = try core.written(document: log, mark: nil, limit: 50) }
    try await measures.take("swift_raw_running", 80) { _ = try core.running(now: now) }
    try await measures.take("swift_raw_sync_state", 80) { _ = try core.syncState() }
    try await measures.take("swift_raw_empty_call", 1000) { _ = libraryVersions() }
    try core.shutDown()

    try await measures.take("swift_wrapper_open_to_first_screen", 10) {
        let phone = try await openPhone()
        _ = try await phone.firstScreen()
        try await phone.close()
    }
    try await measures.take("swift_raw_open_to_first_screen", 10) {
        let core = try openRaw()
        _ = try core.firstScreen(now: now)
        try core.shutDown()
    }
}
measures.report()
