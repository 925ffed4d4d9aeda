import Foundation
import OfficerCore
import Testing

/// An agency with a site, a detail under way, and an officer with a phone.
final class Town: Sendable {
    static let latitude: Int32 = 423_600_000
    static let longitude: Int32 = -710_500_000
    static let hour: Int64 = 3_600_000

    let server: AgencyServer
    let officer: String
    let site: String
    let detail: String

    init() async throws {
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
    func anotherDetail() async throws -> String { try await Self.post(server, site) }

    /// Gives the officer a position.
    @discardableResult
    func award(_ detail: String, origin: String = "applied") async throws -> String {
        let body = ["officer": officer, "origin": origin, "reason": "Fewest hours this month."]
        return try await server.id("details/\(detail)/assignments", body)
    }

    /// The text of a QR code.
    func invitation() async throws -> String {
        try #require(try await server.make("officers/\(officer)/invitations")["text"] as? String)
    }

    /// What the agency has of an assignment's facts.
    func facts(of assignment: String) async throws -> [[String: Any]] {
        try await server.items("assignments/\(assignment)/facts")
    }

    private static func post(_ server: AgencyServer, _ site: String) async throws -> String {
        let now = Int(Date().timeIntervalSince1970 * 1000)
        let record: [String: Any] = [
            "site": site, "title": "Road work", "job_type": "C", "starts": now - Int(hour), "ends": now + 4 * Int(hour),
            "zone": "America/New_York", "positions": [["name": "Traffic 1"]], "post_orders": "Stand where you are seen.",
            "reference": "D-1",
        ]
        return try await server.id("details", ["record": record])
    }
}

/// A phone in a test: the core over parts that the test holds.
final class Handset: Sendable {
    let folder: URL
    let signer: OpensslSigner
    let clocks = MachineClocks()
    let fixes = SetFixes()
    let phone: OfficerPhone

    /// A phone that is not enrolled.
    init() async throws {
        folder = try Scratch.folder("phone")
        signer = try await offPool { try OpensslSigner() }
        let parts = PhoneParts(signer: signer, secrets: MemorySecrets(), clocks: clocks, fixes: fixes)
        phone = try await OfficerPhone.open(folder: folder, label: "Test phone", parts: parts)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A phone that the town's officer has enrolled and synced.
    static func enrolled(in town: Town) async throws -> Handset {
        let handset = try await Handset()
        try await handset.phone.enrol(with: try await town.invitation())
        try await handset.phone.sync()
        return handset
    }

    /// A phone whose officer has a position on the town's detail.
    static func assigned(in town: Town) async throws -> (Handset, AssignmentId) {
        let assignment = try await town.award(town.detail, origin: "ordered")
        return (try await enrolled(in: town), assignment)
    }
}

/// Waits until a stream shows what is wanted.
func wait<View: Sendable>(
    for views: AsyncStream<Result<View, OfficerError>>, until wanted: @Sendable (View) -> Bool
) async throws -> View {
    for await view in views {
        if case let .success(view) = view, wanted(view) { return view }
    }
    throw Ended()
}

struct Ended: Error {}
