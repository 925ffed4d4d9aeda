import OfficerCore

/// What a call of the core's throws; nil where it does not.
package func failure<T>(_ work: () async throws -> T) async -> OfficerError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? OfficerError
    }
}
