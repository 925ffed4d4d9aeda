/// What the owner of the phone lets the app do that its promises rest on.
public struct PhoneRights: Equatable, Sendable {
    /// What the app may know of where the phone is.
    public enum Place: Equatable, Sendable {
        /// The owner was not asked yet.
        case unasked
        /// Nothing.
        case off
        /// About where, from which nobody can tell whether it is inside a fence.
        case approximate
        /// Where.
        case precise
    }

    /// What the app may know of where the phone is.
    public let place: Place
    /// May reminders be shown? nil: the owner was not asked yet.
    public let reminders: Bool?

    /// Both as the system tells them.
    public init(place: Place, reminders: Bool?) {
        self.place = place
        self.reminders = reminders
    }

    /// What is missing, to be said beside the clock. Of what the owner was not asked yet nothing is said.
    public var missing: [Phrase] {
        let place: Phrase? =
            switch self.place {
            case .off: Phrase(.placeOff)
            case .approximate: Phrase(.placeApproximate)
            case .unasked, .precise: nil
            }
        return [place, reminders == false ? Phrase(.remindersOff) : nil].compactMap(\.self)
    }
}
