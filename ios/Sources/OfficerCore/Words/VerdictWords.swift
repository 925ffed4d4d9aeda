/// What an officer is told about the place of a punch: the verdict, the numbers behind it, and that it counts all the same.
public struct VerdictWords: Equatable, Sendable {
    /// Inside, outside or uncertain.
    public let headline: Phrase
    /// Why.
    public let reasons: [Phrase]
    /// What it means for the officer; nil where all is well.
    public let comfort: Phrase?

    /// The words for a verdict.
    public init(_ verdict: FenceVerdict, times: Times) {
        headline = Self.headline(verdict.state)
        reasons = [Self.measured(verdict, times)].compactMap { $0 } + verdict.doubts.map(Self.doubt)
        comfort = Self.comfort(verdict.state)
    }

    private static func headline(_ state: FenceState) -> Phrase {
        switch state {
        case .inside: Phrase(.inside)
        case .outside: Phrase(.outside)
        case .uncertain: Phrase(.uncertain)
        }
    }

    private static func comfort(_ state: FenceState) -> Phrase? {
        switch state {
        case .inside: nil
        case .outside: Phrase(.placeNoReproach)
        case .uncertain: Phrase(.placeNoFault)
        }
    }

    private static func measured(_ verdict: FenceVerdict, _ times: Times) -> Phrase? {
        guard let distance = verdict.distanceDm, let accuracy = verdict.accuracyDm else { return nil }
        let far = times.distance(decimetres: distance.magnitude)
        let good = times.distance(decimetres: UInt64(accuracy))
        return switch verdict.state {
        case .inside: Phrase(.insideBy, far, good)
        case .outside: Phrase(.outsideBy, far, good)
        case .uncertain: Phrase(.lineWithin, far, good)
        }
    }

    private static func doubt(_ doubt: Doubt) -> Phrase {
        switch doubt {
        case .noFix: Phrase(.noFix)
        case .unusableFence: Phrase(.unusableFence)
        case .notOnEarth: Phrase(.notOnEarth)
        case .mock: Phrase(.mock)
        case .noAccuracy: Phrase(.noAccuracy)
        case .stale: Phrase(.stale)
        case .coarse: Phrase(.coarse)
        }
    }
}
