public struct UTType: Sendable {
    public static let movie = UTType(), image = UTType()
    public var identifier: String { fatalError() }
}
