import DetailbookBindings

/// The exchange with the agency's server: one call, or single requests for a background session of the app's own.
extension OfficerPhone {
    /// Enrols the phone from the text of a QR code. Cancelling the task cancels it.
    @discardableResult
    public func enrol(with invitation: String) async throws(OfficerError) -> Enrolled {
        try await longCall { core, cancel in try core.enrol(invitation: invitation, cancel: cancel) }
    }

    /// Exchanges until phone and server are in step, then sends originals until none is left. One at a time: a second call fails with
    /// `busy`. What was confirmed before an error or a cancelled task stays done.
    @discardableResult
    public func sync() async throws(OfficerError) -> SyncSummary {
        try await longCall { core, cancel in try core.syncNow(cancel: cancel) }
    }

    /// The next request of an exchange that the app carries itself. One at a time, `sync` included. Redirects must not be followed.
    public func beginSync() throws(OfficerError) -> HttpRequest {
        try call { try $0.beginSync() }
    }

    /// Takes the answer to a request of `beginSync`.
    public func finishSync(_ ticket: Ticket, with answer: Incoming) throws(OfficerError) -> SyncProgress {
        try call { try $0.finishSync(ticket: ticket, incoming: answer) }
    }

    /// The request did not get through, or no answer came.
    @discardableResult
    public func failSync(_ ticket: Ticket) throws(OfficerError) -> SyncProgress {
        try call { try $0.failSync(ticket: ticket) }
    }

    /// Gives the request up, without counting it as a failure.
    public func abandonSync(_ ticket: Ticket) throws(OfficerError) {
        try call { try $0.abandonSync(ticket: ticket) }
    }

    /// The next request that sends an original, or nil where nothing is left that the server would take. One at a time.
    public func beginUpload() throws(OfficerError) -> HttpRequest? {
        try call { try $0.beginUpload() }
    }

    /// Takes the answer to a request of `beginUpload`.
    public func finishUpload(_ ticket: Ticket, with answer: Incoming) throws(OfficerError) -> UploadProgress {
        try call { try $0.finishUpload(ticket: ticket, incoming: answer) }
    }

    /// The request did not get through, or no answer came.
    @discardableResult
    public func failUpload(_ ticket: Ticket) throws(OfficerError) -> UploadProgress {
        try call { try $0.failUpload(ticket: ticket) }
    }

    /// Gives the request up, without counting it as a failure.
    public func abandonUpload(_ ticket: Ticket) throws(OfficerError) {
        try call { try $0.abandonUpload(ticket: ticket) }
    }

    /// Removes what the agency has had for long enough: originals and decided wishes. Facts stay.
    @discardableResult
    public func tidy() async throws(OfficerError) -> Tidied {
        try await longCall { core, _ in try core.tidy() }
    }
}
