import DetailbookBindings
import Dispatch
import Foundation

/// An officer's phone. Open one, keep it while the app runs. Every call is safe from any task; none blocks the caller's thread.
///
/// What the officer does and sees runs one call after another on a queue of the phone's own. Exchanges with the server and copying of
/// originals run beside it, so that clocking in never waits for them.
public actor OfficerPhone {
    /// The library's object.
    typealias Core = DetailbookBindings.OfficerCore

    let core: Core
    nonisolated let parts: PhoneParts
    nonisolated let opening: BookOpening
    private nonisolated let screens: Screens
    private nonisolated let calls: CallQueue
    private nonisolated let long = DispatchQueue(label: "detailbook.long", qos: .utility, attributes: .concurrent)
    private var underWay: [UUID: CancelSync] = [:]
    private var waitingForQuiet: [CheckedContinuation<Void, Never>] = []
    private var gate = Gate.open

    /// May calls that run beside the queue begin?
    private enum Gate { case open, suspended, closed }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { calls.asUnownedSerialExecutor() }

    private init(core: Core, parts: PhoneParts, opening: BookOpening, screens: Screens, calls: CallQueue) {
        self.core = core
        self.parts = parts
        self.opening = opening
        self.screens = screens
        self.calls = calls
    }

    deinit { screens.finish() }

    /// Opens the phone's store over a folder: one for each officer, made where there is none, and where backups do not go. A damaged
    /// store is set aside, never deleted, and reported.
    /// - Parameters:
    ///   - folder: named unlike every other officer's: by it an errand's answer is told from another book's.
    ///   - label: what the officer calls this phone.
    ///   - extraRoots: certificates (DER) of authorities to trust besides the public ones: an agency's own.
    ///   - log: is given lines without personal data, on any thread.
    public static func open(
        folder: URL, label: String, parts: PhoneParts, extraRoots: [Data] = [],
        log: (@Sendable (LogLine) -> Void)? = nil
    ) async throws(OfficerError) -> OfficerPhone {
        let options = CoreOptions(folder: folder.path, label: label, extraRoots: extraRoots)
        let screens = Screens()
        let opened = await onQueue(DispatchQueue.global(qos: .userInitiated)) {
            try Core.open(
                options: options, key: Signer(parts.signer), storage: Secrets(parts.secrets),
                clock: Clocks(parts.clocks), screens: screens, log: log.map(Log.init))
        }
        let calls = CallQueue(label: "detailbook.calls")
        return OfficerPhone(core: try opened.get(), parts: parts, opening: BookOpening(of: folder), screens: screens, calls: calls)
    }

    /// Which library this is.
    public static var versions: LibraryVersions { libraryVersions() }

    /// Closes the file, so that a suspended app holds no lock. What runs is cancelled first: nothing of it is lost. Until `resume`, calls
    /// fail with `suspended`.
    public func suspend() async throws(OfficerError) {
        if gate == .open { gate = .suspended }
        await quiet()
        // A resume in the meantime is what the app wants by now.
        guard gate != .open else { return }
        try call { try $0.suspend() }
    }

    /// Opens the file again. Every stream of views reads anew.
    public func resume() throws(OfficerError) {
        if gate == .suspended { gate = .open }
        try call { try $0.resume() }
    }

    /// Closes the file for good and ends every stream. What runs is cancelled first. Every later call fails with `closed`; closing twice
    /// is no error.
    public func close() async throws(OfficerError) {
        gate = .closed
        screens.finish()
        await quiet()
        try call { try $0.shutDown() }
    }

    /// Has every stream of views read anew, such as once a minute: time passes without telling anybody.
    public nonisolated func refresh() {
        screens.screensChanged()
    }

    /// The moment of a tap: clocks and fixes as they are now. Take it where the officer taps, before any `await`.
    public nonisolated func moment() throws(OfficerError) -> Moment {
        Moment(clock: try reading(), fixes: parts.fixes.recent(), phone: parts.fixes.state())
    }

    /// The clocks as they are now.
    public nonisolated func reading() throws(OfficerError) -> ClockReading {
        do { return try parts.clocks.reading() } catch { throw OfficerError.clock }
    }
}

extension OfficerPhone {
    /// One short call.
    func call<T>(_ work: (Core) throws -> T) throws(OfficerError) -> T {
        do { return try work(core) } catch { throw OfficerError(error) }
    }

    /// One long call beside the queue. Cancelling the task, suspending and closing cancel it.
    func longCall<T: Sendable>(
        _ work: @escaping @Sendable (Core, CancelSync) throws -> T
    ) async throws(OfficerError) -> T {
        try passGate()
        let (id, cancel, core) = (UUID(), CancelSync(), core)
        underWay[id] = cancel
        let outcome = await withTaskCancellationHandler {
            await Self.onQueue(long) { try work(core, cancel) }
        } onCancel: {
            cancel.cancel()
        }
        ended(id)
        return try outcome.get()
    }

    /// The views that `read` gives: now and after every change, each once. A view that cannot be read is a failure in the stream, but
    /// while the phone is suspended there is none. The stream ends when the phone is closed or gone.
    nonisolated func views<View: Equatable & Sendable>(
        _ read: @escaping @Sendable (Core, UnixMillis) throws -> View
    ) -> AsyncStream<Result<View, OfficerError>> {
        let rings = screens.rings()
        let (views, show) = AsyncStream.makeStream(of: Result<View, OfficerError>.self, bufferingPolicy: .bufferingNewest(1))
        let watching = Task { [weak self] in
            var last: Result<View, OfficerError>?
            for await _ in rings {
                guard let view = await self?.look(read) else { break }
                if view != last, !view.isSuspended { show.yield(view) }
                last = view
            }
            show.finish()
        }
        show.onTermination = { _ in watching.cancel() }
        return views
    }

    private func look<View>(_ read: @Sendable (Core, UnixMillis) throws -> View) -> Result<View, OfficerError> {
        OfficerError.outcome { try read(core, try reading().wall) }
    }

    /// Something runs beside the queue, such as an exchange.
    var isRunningBeside: Bool { !underWay.isEmpty }

    private func passGate() throws(OfficerError) {
        switch gate {
        case .open: return
        case .suspended: throw .suspended
        case .closed: throw .closed
        }
    }

    private func ended(_ id: UUID) {
        underWay[id] = nil
        guard underWay.isEmpty else { return }
        for waiting in waitingForQuiet { waiting.resume() }
        waitingForQuiet = []
    }

    /// Cancels what runs and waits for its end.
    private func quiet() async {
        for cancel in underWay.values { cancel.cancel() }
        if underWay.isEmpty { return }
        await withCheckedContinuation { waitingForQuiet.append($0) }
    }

    private static func onQueue<T: Sendable>(
        _ queue: DispatchQueue, _ work: @escaping @Sendable () throws -> T
    ) async -> Result<T, OfficerError> {
        await withCheckedContinuation { done in
            queue.async { done.resume(returning: OfficerError.outcome(work)) }
        }
    }
}

extension Result where Failure == OfficerError {
    fileprivate var isSuspended: Bool {
        if case let .failure(error) = self { error.kind == .suspended } else { false }
    }
}
