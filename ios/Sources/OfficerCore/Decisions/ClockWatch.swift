/// Whether the phone should know where it is: while the officer looks at the clock, and at no other time. A screen that is covered by another
/// app is not told that it went away, nor that it came back.
public struct ClockWatch: Equatable, Sendable {
    /// The clock is the screen that the app shows.
    public var clockOnScreen = false
    /// The app is in front.
    public var inFront = false

    /// Nobody looks yet.
    public init() {}

    /// The phone should look for its place.
    public var wantsPlace: Bool { clockOnScreen && inFront }
}
