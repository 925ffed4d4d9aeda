/// One exchange of a phone's at a time: whoever wants another while it runs shares what comes of it.
public actor RunningExchange {
    private let phone: OfficerPhone
    private var running: Task<Result<SyncSummary, OfficerError>, Never>?

    /// For a phone, whose exchanges all go through here.
    public init(_ phone: OfficerPhone) {
        self.phone = phone
    }

    /// Exchanges; where an exchange runs already waits for its end. A cancelled task cancels the exchange, whoever began it.
    @discardableResult
    public func run() async throws(OfficerError) -> SyncSummary {
        let exchange = running ?? begin()
        let outcome = await withTaskCancellationHandler { await exchange.value } onCancel: { exchange.cancel() }
        return try outcome.get()
    }

    /// Sends what waits, also what was written while an exchange ran that may have passed by it.
    public func sendAll() async throws(OfficerError) {
        for _ in 1...2 {
            guard try await phone.syncState().hasWaiting else { return }
            try await run()
        }
    }

    private func begin() -> Task<Result<SyncSummary, OfficerError>, Never> {
        let exchange = Task { [phone] in
            let outcome: Result<SyncSummary, OfficerError>
            do { outcome = .success(try await phone.sync()) } catch { outcome = .failure(OfficerError(error)) }
            self.ended()
            return outcome
        }
        running = exchange
        return exchange
    }

    private func ended() { running = nil }
}
