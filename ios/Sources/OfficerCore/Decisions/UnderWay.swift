extension RunningView {
    /// At work, also on a break or gone for a while: only a clock-out ends that.
    public var isAtWork: Bool {
        switch state {
        case .on, .onBreak, .away: true
        case .off, .enRoute, .out: false
        }
    }

    /// Is it the shift that the clock is at? Work is until it was clocked out of. Being on the way is no work yet: it holds nobody beyond the
    /// end of the detail, nor where the officer has the shift no more.
    public func holdsClock(at now: UnixMillis) -> Bool {
        if isAtWork { return true }
        guard state != .out else { return false }
        // Where no assignment is known of the library says how long somebody may still arrive.
        guard let shift else { return true }
        return shift.assignment.state == .active && (shift.detail.map { $0.state != .cancelled && now < $0.ends } ?? true)
    }

    /// Does the agency's news of it matter soon? Not for ever: work that a person must look at by now was probably never clocked out of.
    func isUrgent(at now: UnixMillis) -> Bool { holdsClock(at: now) && reviewAt.map { now < $0 } ?? true }
}
