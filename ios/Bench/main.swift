// What the border costs, in a release build:
//   OfficerBench
// prints lines `name<TAB>value<TAB>unit`. scripts/bench-swift runs it against a library of one's choice and a real server.
import DetailbookBindings
import Foundation
import OfficerCore
import TestPhones

/// Middle of the times that `calls` calls take, in microseconds, after a tenth of them to warm up.
func middle(_ calls: Int, _ call: () async throws -> Void) async throws -> Double {
    for _ in 0..<max(1, calls / 10) { try await call() }
    var times: [Double] = []
    for _ in 0..<calls {
        let began = ContinuousClock.now
        try await call()
        times.append(micros(since: began))
    }
    return times.sorted()[calls / 2]
}

func micros(since began: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = (ContinuousClock.now - began).components
    return Double(seconds) * 1e6 + Double(attoseconds) / 1e12
}

func report(_ name: String, _ value: Double, _ unit: String) {
    print(name, String(format: "%.1f", value), unit, separator: "\t")
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

report("swift_wrapper_offers_50", try await middle(400) { _ = try await phone.offers() }, "us")
report("swift_wrapper_written_50", try await middle(400) { _ = try await phone.written(in: log) }, "us")
report("swift_wrapper_running", try await middle(400) { _ = try await phone.running() }, "us")
report("swift_wrapper_sync_state", try await middle(400) { _ = try await phone.syncState() }, "us")
try await phone.close()

let raw = RawParts(handset.parts)
func openRaw() throws -> DetailbookBindings.OfficerCore {
    try DetailbookBindings.OfficerCore.open(
        options: CoreOptions(folder: handset.folder.path, label: "Bench", extraRoots: []), key: raw, storage: raw, clock: raw,
        screens: nil, log: nil)
}
let core = try openRaw()
let now = try handset.clocks.reading().wall
report("swift_raw_offers_50", try await middle(400) { _ = try core.offers(now: now, mark: nil, limit: 50) }, "us")
report("swift_raw_written_50", try await middle(400) { _ = try core.written(document: log, mark: nil, limit: 50) }, "us")
report("swift_raw_running", try await middle(400) { _ = try core.running(now: now) }, "us")
report("swift_raw_sync_state", try await middle(400) { _ = try core.syncState() }, "us")
report("swift_raw_versions", try await middle(4000) { _ = libraryVersions() }, "us")
try core.shutDown()

report("swift_raw_open_to_first_screen", try await middle(40) {
    let core = try openRaw()
    _ = try core.firstScreen(now: now)
    try core.shutDown()
}, "us")
report("swift_wrapper_open_to_first_screen", try await middle(40) {
    let phone = try await OfficerPhone.open(folder: handset.folder, label: "Bench", parts: handset.parts)
    _ = try await phone.firstScreen()
    try await phone.close()
}, "us")
