import Foundation
import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct StorageStories {
    @Test("A photo of fifty megabytes is taken in and arrives whole, however often the line breaks")
    func fiftyMegabytes() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let photo = handset.folder.appendingPathComponent("photo.jpg")
        let size = 50 << 20
        try Self.noise(size).write(to: photo)
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        let recorded = try await phone.attach(file: photo.path, mediaType: "image/jpeg", in: .shift(.running), at: try phone.moment())
        try FileManager.default.removeItem(at: photo)

        // As an app does: a chunk that times out on a busy machine ends an exchange, and the next goes on from there.
        for _ in 1...20 where await failure({ try await phone.sync() })?.kind == .offline {}
        let original = try #require(try await phone.written(in: recorded.document).items.first?.original)
        #expect((original.size, original.received, original.complete != nil) == (UInt64(size), UInt64(size), true))
    }

    @Test(
        "On a full disk an officer can still clock in and out and write, a photo is refused, and nothing is lost",
        .enabled(if: smallDisk != nil, "needs a small disk of its own to fill, which scripts/test-swift mounts where it may"))
    func fullDisk() async throws {
        let town = try await Town()
        let folder = URL(fileURLWithPath: try #require(smallDisk)).appendingPathComponent("phone")
        let assignment = try await town.award(town.detail, origin: "ordered")
        let handset = try await Handset.enrolled(in: town, folder: folder)
        let phone = handset.phone
        let photo = try Scratch.folder("photo").appendingPathComponent("photo.jpg")
        try Self.noise(100_000).write(to: photo)
        let filler = folder.deletingLastPathComponent().appendingPathComponent("filler")
        try Self.fill(filler)

        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        try await phone.note("The disk is full.", in: .shift(.running), at: try phone.moment())
        let refused = await failure {
            try await phone.attach(file: photo.path, mediaType: "image/jpeg", in: .shift(.running), at: try phone.moment())
        }
        #expect(refused?.kind == .storageFull)
        try await phone.punch(.out, .assignment(assignment), at: try phone.moment())
        #expect(try await phone.syncState().factsWaiting == 3)
        try await phone.sync()
        #expect(try await town.facts(of: assignment).count == 3)

        try FileManager.default.removeItem(at: filler)
        try await phone.attach(
            file: photo.path, mediaType: "image/jpeg", in: .shift(.assignment(assignment)), at: try phone.moment())
        try await settle(phone)
        #expect(try await town.facts(of: assignment).count == 4)
        try await phone.close()
    }

    /// Bytes that no compression helps: a megabyte of noise again and again, each time with a number of its own.
    private static func noise(_ size: Int) -> Data {
        var generator = SystemRandomNumberGenerator()
        let block = Data((0..<1 << 17).flatMap { _ in withUnsafeBytes(of: generator.next(), Array.init) })
        var noise = Data(capacity: size + block.count)
        while noise.count < size {
            let number = withUnsafeBytes(of: noise.count, Array.init)
            noise.append(contentsOf: number)
            noise.append(block)
        }
        return noise.prefix(size)
    }

    /// Writes until the disk takes no more.
    private static func fill(_ file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        for size in [1 << 20, 4096, 1] {
            while (try? handle.write(contentsOf: Data(count: size))) != nil {}
        }
        try handle.close()
    }
}

private let smallDisk = ProcessInfo.processInfo.environment["DETAILBOOK_SMALL_DISK"]
