import Foundation
import OfficerCore
import TestPhones

/// A phone that does what the steps of a told story say.
final class ToldPhone {
    private typealias Step = [String: Any]

    private let folder: URL
    private let signer: OpensslSigner
    private let secrets = MemorySecrets()
    private let clocks = StepClocks()
    private let fixes = StepFixes()
    private var phone: OfficerPhone?

    init() throws {
        folder = try Scratch.folder("story")
        signer = try OpensslSigner()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func perform(_ step: [String: Any]) async throws -> [String: Any] {
        clocks.set(try reading(step.object("clock")))
        fixes.set(try must(step["fixes"] as? [Step]).map(fix))
        do {
            return ["ok": try await comesTo(step)]
        } catch let error as OfficerError {
            return ["error": ["kind": caseName(error.kind), "code": error.code]]
        }
    }

    func close() async throws { try await phone?.close() }

    private func comesTo(_ step: Step) async throws -> Any {
        switch try step.text("do") {
        case "open": try await open()
        case "restart":
            try await phone?.close()
            try await open()
        case "lock_key": signer.use(unlocked: false)
        case "unlock_key": signer.use(unlocked: true)
        case "see": return try await see(step)
        case let what: return try await act(what, step, on: try must(phone))
        }
        return NSNull()
    }

    private func open() async throws {
        let parts = PhoneParts(signer: signer, secrets: secrets, clocks: clocks, fixes: fixes)
        let core = folder.appendingPathComponent("core")
        phone = try await OfficerPhone.open(folder: core, label: "Story's phone", parts: parts)
    }

    private func act(_ what: String, _ step: Step, on phone: OfficerPhone) async throws -> Any {
        switch what {
        case "suspend": try await phone.suspend()
        case "resume": try await phone.resume()
        case "close": try await phone.close()
        case "sync":
            // An exchange waits for the key for three seconds only, and this one is a process of its own. Where it is locked nothing is signed.
            _ = try? await phone.signPending()
            _ = try await phone.sync()
        case "enrol": return ["officer": try await phone.enrol(with: step.text("invitation")).officer]
        case "sign_pending": return try await phone.signPending()
        case "edit_pass_on":
            try await phone.editPassOn(
                of: step.text("detail"), from: step.text("seen"), to: step.text("text"), at: try phone.moment())
        default:
            if let command = try await wish(what, step, on: phone) { return ["command": command] }
            let wrote = try await write(what, step, on: phone)
            return ["document": wrote.document, "fact": wrote.fact]
        }
        return NSNull()
    }

    /// A wish of that name, if there is one: its id.
    private func wish(_ what: String, _ step: Step, on phone: OfficerPhone) async throws -> CommandId? {
        let clock = try phone.reading()
        switch what {
        case "apply": return try await phone.apply(for: step.text("detail"), at: clock)
        case "withdraw": return try await phone.withdraw(from: step.text("detail"), at: clock)
        case "acknowledge": return try await phone.acknowledge(step.text("assignment"), at: clock)
        case "acknowledge_notice": return try await phone.acknowledge(notice: step.text("notice"), at: clock)
        case "call_off": return try await phone.callOff(step.text("assignment"), because: step.text("reason"), at: clock)
        case "relieve": return try await phone.relieve(step.text("assignment"), comes: step.yes("comes"), at: clock)
        case "offer_trade_to":
            return try await phone.offerTrade(of: step.text("assignment"), toNumber: step.text("number"), at: clock)
        case "answer_trade": return try await phone.answerTrade(step.text("trade"), takes: step.yes("takes"), at: clock)
        case "withdraw_trade": return try await phone.withdrawTrade(step.text("trade"), at: clock)
        case "send_message": return try await phone.sendMessage(step.text("text"), at: clock)
        default: return nil
        }
    }

    private func write(_ what: String, _ step: Step, on phone: OfficerPhone) async throws -> Recorded {
        let moment = try phone.moment()
        return switch what {
        case "punch": try await phone.punch(kind(step.text("kind")), shift(step["shift"]), at: moment)
        case "read_orders": try await phone.readOrders(of: shift(step["shift"]), at: moment)
        case "submit": try await phone.submit(shift(step["shift"]), at: moment)
        case "explain":
            try await phone.explain(step.text("about"), in: shift(step["shift"]), with: step.text("text"), at: moment)
        case "correct":
            try await phone.correct(
                step.text("punch"), in: shift(step["shift"]), to: step.number("at"), because: step.text("reason"), at: moment)
        case "note": try await phone.note(step.text("text"), in: place(step["place"]), at: moment)
        case "incident": try await phone.incident(step.text("text"), in: place(step["place"]), at: moment)
        case "replace_note":
            try await phone.replaceNote(step.text("note"), of: step.text("document"), with: step.text("text"), at: moment)
        case "attach":
            try await phone.attach(
                file: photo(of: step.number("bytes")), mediaType: "image/jpeg", caption: step["caption"] as? String,
                in: place(step["place"]), at: moment)
        default: throw Amiss(description: "no such step: \(what)")
        }
    }

    private func photo(of bytes: Int64) throws -> String {
        let photo = folder.appendingPathComponent("camera.jpg")
        try Data(repeating: 7, count: Int(bytes)).write(to: photo)
        return photo.path
    }

    private func see(_ step: Step) async throws -> Any {
        let phone = try must(phone)
        return switch try step.text("view") {
        case "running": try await phone.running()?.inFewWords ?? NSNull()
        case "shift": try await phone.shift(of: step.text("log")).inFewWords
        case "schedule": try await phone.schedule().items.map(\.inFewWords)
        case "past_shifts": try await phone.pastShifts().items.map(\.inFewWords)
        case "unassigned_shifts": try await phone.unassignedShifts().items.map(\.inFewWords)
        case "offers": try await phone.offers().items.map(\.inFewWords)
        case "terms": try await phone.terms(of: step.text("detail"))?.inFewWords ?? NSNull()
        case "advice": try await phone.advice(for: step.text("detail")).inFewWords
        case "award": try await phone.award(of: step.text("detail"))?.inFewWords ?? NSNull()
        case "charges": try await phone.charges().items.map(\.inFewWords)
        case "notices": try await phone.notices().items.map(\.inFewWords)
        case "relief_asks": try await phone.reliefAsks().map(\.inFewWords)
        case "trades": try await phone.trades().items.map(\.inFewWords)
        case "facts": try await phone.facts(of: step.text("document")).map(\.inFewWords)
        case "written": try await phone.written(in: step.text("document")).items.map(\.inFewWords)
        case "pass_on_text": try await phone.passOnText(of: step.text("detail"))
        case "sync_state": try await phone.syncState().inFewWords
        case "unsettled": try await phone.unsettled().map(\.inFewWords)
        case "wishes": try await phone.wishes().map(\.inFewWords)
        case "messages": try await phone.messages().items.map(\.inFewWords)
        case let view: throw Amiss(description: "no such view: \(view)")
        }
    }

    private func reading(_ clock: Step) throws -> ClockReading {
        ClockReading(
            wall: try clock.number("wall"), zone: try clock.text("zone"), monotonic: UInt64(try clock.number("monotonic")),
            boot: BootId(try clock.number("boot")), anchor: nil)
    }

    private func fix(_ fix: Step) throws -> Fix {
        let provider: Provider =
            switch try fix.text("provider") {
            case "gps": .gps
            case "network": .network
            case "fused": .fused
            default: .other(0)
            }
        return Fix(
            latitudeE7: Int32(try fix.number("latitude_e7")), longitudeE7: Int32(try fix.number("longitude_e7")),
            accuracyDm: (fix["accuracy_dm"] as? NSNumber)?.uint32Value, ageMs: UInt32(try fix.number("age_ms")),
            provider: provider, mock: try must(fix["mock"] as? Bool))
    }

    private func kind(_ name: String) throws -> FactKind {
        let kinds: [FactKind] = [.enRoute, .in, .breakStart, .breakEnd, .willReturn, .out, .note]
        return try must(kinds.first { caseName($0) == name }, "no such kind: \(name)")
    }

    private func shift(_ shift: Any?) throws -> WhichShift {
        guard let shift = shift as? Step else { return .running }
        if let assignment = shift["assignment"] as? String { return .assignment(assignment) }
        if let log = shift["log"] as? String { return .log(log) }
        return .unassigned(shift["unassigned"] as? String)
    }

    private func place(_ place: Any?) throws -> Place {
        let place = try must(place as? Step)
        if let detail = place["pass_on"] as? String { return .passOn(detail) }
        return .shift(try shift(place["shift"]))
    }
}

/// Says what the step says.
private final class StepClocks: PhoneClocks, @unchecked Sendable {
    private let lock = NSLock()
    private var now: ClockReading?

    func set(_ reading: ClockReading) { lock.withLock { now = reading } }
    func reading() throws -> ClockReading { try must(lock.withLock { now }) }
}

/// Knows what the step knows.
private final class StepFixes: PhoneFixes, @unchecked Sendable {
    private let lock = NSLock()
    private var fixes: [Fix] = []

    func set(_ fixes: [Fix]) { lock.withLock { self.fixes = fixes } }
    func recent() -> [Fix] { lock.withLock { fixes } }
    func state() -> PhoneState? { nil }
}

extension [String: Any] {
    fileprivate func text(_ name: String) throws -> String { try must(self[name] as? String, name) }
    fileprivate func yes(_ name: String) throws -> Bool { try must(self[name] as? Bool, name) }
    fileprivate func number(_ name: String) throws -> Int64 { try must(self[name] as? NSNumber, name).int64Value }
    fileprivate func object(_ name: String) throws -> [String: Any] { try must(self[name] as? [String: Any], name) }
}
