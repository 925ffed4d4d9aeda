import Foundation
import OfficerCore
import TestPhones
import Testing

/// The store as phones have it. scripts/test-swift runs these against a library that encrypts.
@Suite(.timeLimit(.minutes(5)), .enabled(if: OfficerPhone.versions.encrypted, "this library does not encrypt its store"))
struct EncryptedStories {
    /// An enrolled phone with a punch and a note of secret words, closed.
    private func closed(in town: Town) async throws -> (Handset, AssignmentId) {
        let (handset, assignment) = try await Handset.assigned(in: town)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        try await handset.phone.note(Self.words, in: .shift(.running), at: try handset.phone.moment())
        try await handset.phone.close()
        return (handset, assignment)
    }

    private static let words = "These words are nobody else's business."

    private func open(_ handset: Handset, _ secrets: any PhoneSecrets) async throws(OfficerError) -> OfficerPhone {
        let parts = PhoneParts(signer: handset.signer, secrets: secrets, clocks: handset.clocks, fixes: handset.fixes)
        return try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: parts)
    }

    @Test("Nothing that was written can be read from the files, and the key is not among them")
    func unreadable() async throws {
        let (handset, _) = try await closed(in: try await Town())
        let name = try #require(handset.secrets.names().first)
        let key = try #require(try handset.secrets.secret(named: name))
        #expect(handset.secrets.names().count == 1 && key.count == 32)
        let files = try FileManager.default.subpathsOfDirectory(atPath: handset.folder.path).sorted()
        #expect(files.contains("phone.db"))
        for file in files {
            let bytes = FileManager.default.contents(atPath: handset.folder.appendingPathComponent(file).path) ?? Data()
            for known in [Data(Self.words.utf8), Data("SQLite format 3".utf8), Data("Road work".utf8), key] {
                #expect(bytes.range(of: known) == nil, "\(file)")
            }
        }
    }

    @Test("Opened again with the key from storage the phone has everything, also in another process, and sends it")
    func reopened() async throws {
        let town = try await Town()
        let (handset, assignment) = try await closed(in: town)
        let again = try await open(handset, FolderSecrets(handset.signer.folder))
        #expect(try await again.running()?.state == .on)
        #expect(try await again.written(in: try #require(try await again.running()).log).items.map(\.written.text) == [Self.words])
        try await again.suspend()
        try await again.resume()
        try await again.punch(.out, .assignment(assignment), at: try again.moment())
        try await again.sync()
        #expect(try await town.facts(of: assignment).count == 3)
        try await again.close()
        let child = try Child("hold-answer", over: handset)
        _ = try await child.said(1)
        _ = try await child.crash()
    }

    @Test("A wrong key, a lost key and a storage that does not answer are told apart; nothing is touched, and the right key opens it later")
    func keys() async throws {
        let (handset, _) = try await closed(in: try await Town())
        let store = handset.folder.appendingPathComponent("phone.db")
        let before = try Data(contentsOf: store)
        let wrong = MemorySecrets()
        for name in handset.secrets.names() { try wrong.keep(Data(repeating: 7, count: 32), named: name) }

        let refusals: [(any PhoneSecrets, OfficerError.Kind, String)] = [
            (wrong, .storeUnusable, "wrong_key"), (MemorySecrets(), .storeUnusable, "store_key_gone"),
            (LockedSecrets(), .phonePart, "no_secure_storage"),
        ]
        for (secrets, kind, code) in refusals {
            let error = await failure { try await open(handset, secrets) }
            #expect(error?.kind == kind)
            #expect(error?.code == code)
            #expect(try Data(contentsOf: store) == before)
        }
        let again = try await open(handset, handset.secrets)
        #expect(try await again.running()?.state == .on)
        try await again.close()
    }

    /// Storage before the first unlock.
    private struct LockedSecrets: PhoneSecrets {
        struct Locked: Error {}
        func secret(named name: String) throws -> Data? { throw Locked() }
        func keep(_ secret: Data, named name: String) throws { throw Locked() }
    }
}
