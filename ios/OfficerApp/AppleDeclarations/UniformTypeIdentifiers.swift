public struct UTType: Sendable {
    public static let movie = UTType(), item = UTType()
    public var identifier: String { fatalError() }
}
