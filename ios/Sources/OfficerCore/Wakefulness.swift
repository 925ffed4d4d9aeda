/// Keeps the phone's file open while somebody needs it: the app in front, a stretch in the background, an answer that came. When the last
/// one is done the file is closed, since the system ends a suspended app that holds a lock.
public actor Wakefulness {
    private let phone: OfficerPhone
    private var holders = 0

    /// For a phone that is open and that nobody holds yet: the first `hold` finds it awake.
    public init(_ phone: OfficerPhone) {
        self.phone = phone
    }

    /// Needs the phone until `release`.
    public func hold() async throws(OfficerError) {
        holders += 1
        do { try await phone.resume() } catch {
            holders -= 1
            throw error
        }
    }

    /// Needs it no longer. Does not return before the file is closed, if this was the last one.
    public func release() async throws(OfficerError) {
        holders = max(0, holders - 1)
        guard holders == 0 else { return }
        try await phone.suspend()
        // Somebody came while the file was being closed.
        if holders > 0 { try await phone.resume() }
    }

    /// Does something while it holds the phone. What was done counts, even where the file could not be closed after it: whoever is told
    /// that it failed does it twice.
    public func during<T: Sendable>(_ work: @Sendable (OfficerPhone) async throws(OfficerError) -> T) async throws(OfficerError) -> T {
        try await hold()
        let outcome: Result<T, OfficerError>
        do { outcome = .success(try await work(phone)) } catch { outcome = .failure(error) }
        do { try await release() } catch { if case .failure = outcome { throw error } }
        return try outcome.get()
    }
}
