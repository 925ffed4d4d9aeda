/// What is done in the seconds that the system gives an app that leaves the front.
public enum Departure {
    /// Sends what waits, the end of an exchange that runs already included; what waits still when the task is cancelled, or when that failed,
    /// goes to the system's own transport. Nil where there is nothing to carry: all is sent, or the app has come back and exchanges by itself.
    public static func leave(
        _ phone: OfficerPhone, _ exchange: RunningExchange, isBack: @Sendable () async -> Bool
    ) async -> Errand.Step? {
        // What went wrong stands in the sync state, and what it left over is carried.
        try? await exchange.sendAll()
        guard await !isBack(), (try? await phone.syncState().hasWaiting) == true else { return nil }
        return try? await phone.beginErrands()
    }
}
