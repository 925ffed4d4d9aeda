import Foundation
import OfficerCore

/// An agency with a site, a detail under way, and an officer with a phone.
package final class Town: Sendable {
    package static let latitude: Int32 = 423_600_000
    package static let longitude: Int32 = -710_500_000
    package static let hour: Int64 = 3_600_000

    package let server: AgencyServer
    package let officer: String
    package let site: String
    package let detail: String

    package init() async throws {
        server = try await AgencyServer()
        officer = try await server.id("officers", ["record": ["name": "Officer 1", "employee_number": "17"]])
        let customer = try await server.id("customers", ["record": ["name": "Paving Company"]])
        let center: [String: Any] = ["latitude_e7": Int(Self.latitude), "longitude_e7": Int(Self.longitude)]
        let record: [String: Any] = [
            "customer": customer, "name": "Main Street", "address": "1 Main Street",
            "fence": ["circle": ["center": center, "radius_m": 150]], "placement": "surveyed",
        ]
        site = try await server.id("sites", ["record": record])
        detail = try await Self.post(server, site)
    }

    /// Another detail that began an hour ago.
    package func anotherDetail() async throws -> String { try await Self.post(server, site) }

    /// A detail that began that many hours ago.
    package func detail(beganBefore: Int, lasts: Int) async throws -> String {
        try await Self.post(server, site, began: beganBefore, lasts: lasts)
    }

    /// Another officer of the agency, by their employee number.
    package func hire(number: String) async throws -> String {
        try await server.id("officers", ["record": ["name": "Officer \(number)", "employee_number": number]])
    }

    /// Puts a detail on offer with a window that closes so many seconds from now and is awarded by seniority, then by draw.
    package func offer(_ detail: String, closesAfter seconds: Double, acknowledgeWithin: Int64? = nil) async throws {
        let now = Int(Date().timeIntervalSince1970 * 1000)
        var posting: [String: Any] = [
            "method": ["name": "seniority", "version": 1, "criteria": [["by": "seniority"]]], "closes": now + Int(seconds * 1000),
        ]
        posting["acknowledge_within"] = acknowledgeWithin
        try await server.make("details/\(detail)/posting", posting)
    }

    /// Who has a detail.
    package func holders(of detail: String) async throws -> [String] {
        let all = try await server.items("details/\(detail)/assignments").compactMap { $0["record"] as? [String: Any] }
        return all.filter { $0["state"] as? String == "active" }.compactMap { $0["officer"] as? String }
    }

    /// Gives the officer a position; `overlap` says why, where it overlaps another one of theirs.
    @discardableResult
    package func award(_ detail: String, to other: String? = nil, origin: String = "applied", overlap: String? = nil) async throws -> String {
        var body = ["officer": other ?? officer, "origin": origin, "reason": "Fewest hours this month."]
        body["overlap"] = overlap
        return try await server.id("details/\(detail)/assignments", body)
    }

    /// The text of a QR code.
    package func invitation(for other: String? = nil) async throws -> String {
        try must(try await server.make("officers/\(other ?? officer)/invitations")["text"] as? String)
    }

    /// What the agency has of an assignment's facts.
    package func facts(of assignment: String) async throws -> [[String: Any]] {
        try await server.items("assignments/\(assignment)/facts")
    }

    private static func post(_ server: AgencyServer, _ site: String, began: Int = 1, lasts: Int = 5) async throws -> String {
        let now = Int(Date().timeIntervalSince1970 * 1000)
        let record: [String: Any] = [
            "site": site, "title": "Road work", "job_type": "C", "starts": now - began * Int(hour), "ends": now + (lasts - began) * Int(hour),
            "zone": "America/New_York", "positions": [["name": "Traffic 1"]], "post_orders": "Stand where you are seen.",
            "reference": "D-1",
        ]
        return try await server.id("details", ["record": record])
    }
}

/// A phone in a test: the core over parts that the test holds.
package final class Handset: Sendable {
    package let folder: URL
    package let signer: OpensslSigner
    package let clocks = MachineClocks()
    package let fixes = SetFixes()
    package let secrets: FolderSecrets
    package let phone: OfficerPhone

    /// A phone that is not enrolled.
    package init(in folder: URL? = nil) async throws {
        self.folder = try folder ?? Scratch.folder("phone")
        signer = try await offPool { try OpensslSigner() }
        secrets = FolderSecrets(signer.folder)
        let parts = PhoneParts(signer: signer, secrets: secrets, clocks: clocks, fixes: fixes)
        phone = try await OfficerPhone.open(folder: self.folder, label: "Test phone", parts: parts)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A phone that the town's officer, or another one, has enrolled and synced.
    package static func enrolled(in town: Town, as other: String? = nil, folder: URL? = nil) async throws -> Handset {
        let handset = try await Handset(in: folder)
        try await handset.phone.enrol(with: try await town.invitation(for: other))
        try await handset.phone.sync()
        return handset
    }

    /// The parts of the phone, for another core over the same folder.
    package var parts: PhoneParts { PhoneParts(signer: signer, secrets: secrets, clocks: clocks, fixes: fixes) }

    /// Damages the store of a phone that is closed, as failing storage does: one page of those where a document says that, in their middle.
    package func damage(where words: String) throws {
        let file = folder.appendingPathComponent("phone.db")
        var store = try Data(contentsOf: file)
        let page = 4096
        let leaves = stride(from: 0, to: store.count, by: page).filter { start in
            // What its first byte says: a page of facts, with nothing below it.
            store[start] == 10 && store[start..<start + page].range(of: Data(words.utf8)) != nil
        }
        let middle = try must(leaves.isEmpty ? nil : leaves[leaves.count / 2], "nothing in the store says that")
        store.replaceSubrange(middle..<middle + page, with: Data(count: page))
        try store.write(to: file)
    }

    /// A phone whose officer has a position on the town's detail.
    package static func assigned(in town: Town) async throws -> (Handset, AssignmentId) {
        let assignment = try await town.award(town.detail, origin: "ordered")
        return (try await enrolled(in: town), assignment)
    }
}

/// Waits until a stream shows what is wanted.
package func wait<View: Sendable>(
    for views: AsyncStream<Result<View, OfficerError>>, until wanted: @Sendable (View) -> Bool
) async throws -> View {
    for await view in views {
        if case let .success(view) = view, wanted(view) { return view }
    }
    throw Ended()
}

/// Exchanges until the agency has everything, signatures too, for a minute at most. An exchange waits three seconds for the key and goes on
/// without it; these keys are processes of their own, and a slow machine may take longer for many facts.
package func settle(_ phone: OfficerPhone) async throws {
    let giveUp = ContinuousClock.now + .seconds(60)
    repeat {
        try await phone.signPending()
        try await phone.sync()
        if try await phone.syncState().allSynced { return }
        try await Task.sleep(for: .milliseconds(100))
    } while ContinuousClock.now < giveUp
    throw Amiss(description: "the agency did not have everything within a minute")
}

/// What a phone shows once it is there: exchanges until then, for a minute at most. How long the server takes is nothing that a test is about.
package func exchange<Value>(_ handset: Handset, until look: (OfficerPhone) async throws -> Value?) async throws -> Value {
    let giveUp = ContinuousClock.now + .seconds(60)
    while true {
        try await handset.phone.sync()
        if let value = try await look(handset.phone) { return value }
        if ContinuousClock.now > giveUp { throw Amiss(description: "it did not come within a minute") }
        try await Task.sleep(for: .milliseconds(100))
    }
}

/// A stream ended before it showed what was wanted.
package struct Ended: Error {
    package init() {}
}
