import DetailbookBindings
import Foundation
import TestPhones
import Testing

@testable import OfficerCore

/// The library's object itself, from threads that Swift knows nothing of. What an app must not do must at least not hurt.
@Suite(.timeLimit(.minutes(5))) struct ThreadStories {
    @Test("Two of the system's own threads write at once while a third syncs: every note is kept once")
    func twoThreads() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        let core = await phone.core
        try await onThreads([
            { for note in 1...20 { _ = try core.note(place: .shift(.running), text: "1-\(note)", moment: try phone.moment()) } },
            { for note in 1...20 { _ = try core.note(place: .shift(.running), text: "2-\(note)", moment: try phone.moment()) } },
            { _ = try core.syncNow(cancel: CancelSync()) },
        ])
        try await phone.sync()
        #expect(try await town.facts(of: assignment).count == 41)
    }

    @MainActor
    @Test("The main thread may call, too: it only waits")
    func mainThread() async throws {
        let (handset, assignment) = try await Handset.assigned(in: try await Town())
        let core = await handset.phone.core
        _ = try core.punch(kind: .in, shift: .assignment(assignment), moment: try handset.phone.moment())
        #expect(try core.running(now: try handset.phone.reading().wall)?.state == .on)
    }

    @Test("A listener that calls back in, and one that closes the core, do no harm")
    func callingBackIn() async throws {
        let folder = try Scratch.folder("phone")
        defer { try? FileManager.default.removeItem(at: folder) }
        let signer = try await offPool { try OpensslSigner() }
        let listener = Meddler()
        let core = try DetailbookBindings.OfficerCore.open(
            options: CoreOptions(folder: folder.path, label: "x", extraRoots: []), key: Signer(signer),
            storage: Secrets(MemorySecrets()), clock: Clocks(MachineClocks()), screens: listener, log: nil)
        listener.core.set(core)
        let town = try await Town()
        try await core.enrolInto(try await town.invitation())
        #expect(listener.calls.value > 0)
        listener.closes.set(true)
        let moment = Moment(clock: try MachineClocks().reading(), fixes: [], phone: nil)
        _ = try core.punch(kind: .in, shift: .unassigned(nil), moment: moment)
        #expect(throws: CoreError.self) { try core.running(now: moment.clock.wall) }
    }

    /// Does each on a thread of its own and waits for all.
    private func onThreads(_ work: [@Sendable () throws -> Void]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for work in work {
                group.addTask {
                    let outcome: Result<Void, any Error> = await withCheckedContinuation { done in
                        Thread.detachNewThread { done.resume(returning: Result { try work() }) }
                    }
                    try outcome.get()
                }
            }
            try await group.waitForAll()
        }
    }
}

extension DetailbookBindings.OfficerCore {
    fileprivate func enrolInto(_ invitation: String) async throws {
        _ = try await offPool { try self.enrol(invitation: invitation, cancel: CancelSync()) }
    }
}

/// Calls into the core from its callback, and closes it if told to.
private final class Meddler: ScreensListener, @unchecked Sendable {
    let core = Kept<DetailbookBindings.OfficerCore?>(nil)
    let calls = Kept(0)
    let closes = Kept(false)

    func screensChanged() {
        guard let core = core.value else { return }
        calls.set(calls.value + 1)
        _ = try? core.syncState()
        if closes.value { try? core.shutDown() }
    }
}

/// A value that several threads may read and set.
private final class Kept<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var kept: Value
    init(_ value: Value) { kept = value }
    var value: Value { lock.withLock { kept } }
    func set(_ value: Value) { lock.withLock { kept = value } }
}
