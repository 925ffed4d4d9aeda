import Foundation
import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(5))) struct CaptureStories {
    @Test("A photo that could not be taken in is still there, also for the next run, and goes once it was")
    func kept() async throws {
        let folder = try Scratch.folder("captures")
        defer { try? FileManager.default.removeItem(at: folder) }
        let shelf = CaptureShelf(folder: folder)
        let photo = try shelf.keep(try taken(in: folder))
        #expect(!(await shelf.takeIn(photo) { _ in false }))
        #expect(CaptureShelf(folder: folder).waiting().map(\.lastPathComponent) == [photo.lastPathComponent])

        let handset = try await Handset.enrolled(in: try await Town())
        let phone = handset.phone
        try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
        let moment = try phone.moment()
        let kept = await shelf.takeIn(photo) { path in
            await failure { try await phone.attach(file: path, mediaType: "image/jpeg", in: .shift(.running), at: moment) } == nil
        }
        #expect(kept)
        #expect(shelf.waiting().isEmpty)
        #expect(try await phone.syncState().originalsWaiting == 1)
    }

    @Test("A photo that the phone took in before the app was ended is not offered once more, and one that it did not is")
    func endedBetween() async throws {
        let folder = try Scratch.folder("captures")
        defer { try? FileManager.default.removeItem(at: folder) }
        let shelf = CaptureShelf(folder: folder)
        let photo = try shelf.keep(try taken(in: folder))
        let handset = try await Handset.enrolled(in: try await Town())
        let phone = handset.phone
        let written = try await phone.punch(.in, .unassigned(nil), at: try phone.moment())
        let moment = try phone.moment()
        try await phone.attach(file: photo.path, mediaType: "image/jpeg", in: .shift(.running), at: moment)
        let page = try await phone.written(in: written.document)
        let hash = try #require(page.items.compactMap(\.written.attachment).first).hash
        let other = String(repeating: "0", count: hash.count)
        for (known, left) in [(other, 1), (hash, 0)] {
            await shelf.letGo { _ in ((try? await phone.original(known)) ?? nil) != nil }
            #expect(shelf.waiting().count == left)
        }
    }

    @Test("Two photos of one name are two files, and what is discarded is gone")
    func names() throws {
        let folder = try Scratch.folder("captures")
        defer { try? FileManager.default.removeItem(at: folder) }
        let shelf = CaptureShelf(folder: folder)
        let first = try shelf.keep(try taken(in: folder))
        let second = try shelf.keep(try taken(in: folder))
        #expect(shelf.waiting().count == 2)
        #expect(first.pathExtension == "jpg")
        shelf.discard(second)
        #expect(shelf.waiting().map(\.lastPathComponent) == [first.lastPathComponent])
    }

    private func taken(in folder: URL) throws -> URL {
        let photo = folder.appendingPathComponent("IMG_0001.jpg")
        try Data([0xFF, 0xD8, 0xFF]).write(to: photo)
        return photo
    }
}
