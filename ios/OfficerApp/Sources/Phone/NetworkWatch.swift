import Network

/// Tells when there is a network again.
@MainActor
final class NetworkWatch {
    private let came: @MainActor () -> Void
    private var monitor: NWPathMonitor?
    private var wasThere = true

    init(_ came: @escaping @MainActor () -> Void) {
        self.came = came
    }

    func start() {
        let monitor = NWPathMonitor()
        monitor.pathUpdateHandler = { [weak self] path in
            let isThere = path.status == .satisfied
            Task { @MainActor in self?.changed(isThere) }
        }
        monitor.start(queue: .main)
        self.monitor = monitor
    }

    func stop() {
        monitor?.cancel()
        monitor = nil
    }

    private func changed(_ isThere: Bool) {
        if isThere, !wasThere { came() }
        wasThere = isThere
    }
}
