import Foundation
import TestPhones
import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(5))) struct LifeStories {
    @Test("A suspended phone says so, and goes on where it was once resumed")
    func suspendAndResume() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        try await phone.suspend()
        #expect(await failure { try await phone.running() }?.kind == .suspended)
        #expect(await failure { try await phone.sync() }?.kind == .suspended)
        try await phone.suspend()
        try await phone.resume()
        #expect(try await phone.running()?.state == .on)
        try await phone.sync()
        #expect(try await town.facts(of: assignment).count == 1)
    }

    @Test("Suspending ends a sync that hangs, so that no file stays open")
    func suspendDuringSync() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        town.server.hang()
        let syncing = Task { await failure { try await phone.sync() } }
        await exchangeBegan(phone)
        try await phone.suspend()
        #expect(await syncing.value?.kind == .cancelled)
        town.server.wake()
        try await phone.resume()
        try await phone.sync()
    }

    @Test("A closed phone refuses every call, ends its streams, and may be closed again")
    func closed() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        var views = phone.firstScreens().makeAsyncIterator()
        #expect(await views.next() != nil)
        town.server.hang()
        let syncing = Task { await failure { try await phone.sync() } }
        await exchangeBegan(phone)
        try await phone.close()
        try await phone.close()
        #expect(await syncing.value?.kind == .cancelled)
        // It ends, whatever it still had to show.
        while await views.next() != nil {}
        #expect(await failure { try await phone.firstScreen() }?.kind == .closed)
        #expect(await failure { try await phone.sync() }?.kind == .closed)
        #expect(await failure { try await phone.resume() }?.kind == .closed)
        #expect(await failure { try await phone.punch(.in, .unassigned(nil), at: try phone.moment()) }?.kind == .closed)
        var later = phone.firstScreens().makeAsyncIterator()
        #expect(await later.next() == nil)
        town.server.wake()
    }

    @Test("What was written down survives the phone: another core over the same folder has it")
    func reopened() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        try await handset.phone.punch(.in, .assignment(assignment), at: try handset.phone.moment())
        try await handset.phone.close()
        let again = try await OfficerPhone.open(folder: handset.folder, label: "Test phone", parts: handset.parts)
        #expect(try await again.running()?.state == .on)
        try await again.sync()
        #expect(try await town.facts(of: assignment).count == 1)
        try await again.close()
    }

    @Test("A stream shows each change by itself: what the officer does and what the exchange brings")
    func streams() async throws {
        let town = try await Town()
        let (handset, assignment) = try await Handset.assigned(in: town)
        let phone = handset.phone
        let clockedIn = Task { try await wait(for: phone.runningShifts()) { $0?.state == .on } }
        let arrived = Task { try await wait(for: phone.runningShifts()) { $0?.sync == .agencyHasIt } }
        let offered = Task { try await wait(for: phone.offerPages()) { $0.items.count == 1 } }
        try await Task.sleep(for: .milliseconds(50))
        try await phone.punch(.in, .assignment(assignment), at: try phone.moment())
        #expect(try await clockedIn.value?.shift?.assignment.id == assignment)
        let posted = try await town.anotherDetail()
        try await phone.sync()
        #expect(try await arrived.value != nil)
        #expect(try await offered.value.items.map(\.detail.id).contains(posted))
    }

    @Test("A stream rests while the phone is suspended and reads anew when it is resumed")
    func streamOverSuspend() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let views = Task { () -> [Result<SyncView, OfficerError>] in
            var seen: [Result<SyncView, OfficerError>] = []
            for await view in phone.syncStates() {
                seen.append(view)
                if case let .success(state) = view, state.wishesWaiting == 1 { break }
            }
            return seen
        }
        try await Task.sleep(for: .milliseconds(50))
        try await phone.suspend()
        phone.refresh()
        try await phone.resume()
        try await phone.sendMessage("Hello", at: try phone.reading())
        let failures = await views.value.filter { if case .failure = $0 { true } else { false } }
        #expect(failures.isEmpty)
    }

    @Test("A phone that nobody holds any more is gone, and its streams end")
    func released() async throws {
        let folder = try Scratch.folder("phone")
        defer { try? FileManager.default.removeItem(at: folder) }
        let signer = try await offPool { try OpensslSigner() }
        let parts = PhoneParts(signer: signer, secrets: MemorySecrets(), clocks: MachineClocks(), fixes: SetFixes())
        var phone: OfficerPhone? = try await OfficerPhone.open(folder: folder, label: "Test phone", parts: parts)
        weak var held = phone
        let views = try #require(phone).syncStates()
        phone = nil
        for await _ in views {}
        #expect(held == nil)
    }
}

/// Returns once an exchange runs.
func exchangeBegan(_ phone: OfficerPhone) async {
    while await !phone.isRunningBeside { try? await Task.sleep(for: .milliseconds(2)) }
}
