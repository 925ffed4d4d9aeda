/// What a page draws of a view that it follows: the last value that could be read, and why it is not the present one.
public struct Shown<Value: Sendable>: Sendable {
    /// The last one that could be read; nil until there is one.
    public private(set) var value: Value?
    /// Why there is no newer one; nil where the value is the present one.
    public private(set) var trouble: OfficerError?

    /// Nothing was read yet.
    public init() {}

    /// The view was read, or it could not be.
    public mutating func take(_ view: Result<Value, OfficerError>) {
        switch view {
        case let .success(new): (value, trouble) = (new, nil)
        case let .failure(error): trouble = error
        }
    }

    /// Said above a value that may be old, or in its place where there is none; nil where all is well.
    public func remark(times: Times) -> Phrase? {
        guard let words = trouble.flatMap({ ErrorWords.phrase($0, times: times) }) else { return nil }
        return value == nil ? words : Phrase(.mayBeOld, phrase: words)
    }
}
