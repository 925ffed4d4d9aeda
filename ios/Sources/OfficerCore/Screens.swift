import DetailbookBindings
import Foundation

/// Tells every stream of views that something changed. It only rings: the library calls it on the thread of whatever changed something.
final class Screens: ScreensListener, @unchecked Sendable {
    private let lock = NSLock()
    private var bells: [UUID: AsyncStream<Void>.Continuation] = [:]
    private var finished = false

    func screensChanged() {
        for bell in lock.withLock({ Array(bells.values) }) { bell.yield() }
    }

    /// Rings once at the start and after every change; many changes in a row ring once.
    func rings() -> AsyncStream<Void> {
        let (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = UUID()
        bell.onTermination = { [weak self] _ in self?.forget(id) }
        if !keep(bell, as: id) { bell.finish() }
        bell.yield()
        return rings
    }

    /// Ends all rings, now and later.
    func finish() {
        let ended = lock.withLock {
            finished = true
            defer { bells = [:] }
            return Array(bells.values)
        }
        for bell in ended { bell.finish() }
    }

    private func keep(_ bell: AsyncStream<Void>.Continuation, as id: UUID) -> Bool {
        lock.withLock {
            if !finished { bells[id] = bell }
            return !finished
        }
    }

    private func forget(_ id: UUID) {
        lock.withLock { _ = bells.removeValue(forKey: id) }
    }
}
